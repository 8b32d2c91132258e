"""Heard: a text that reads like those that broke a rule, though in none of its written forms. One linear reader for
each rule, learnt by gateway.learning from labelled posts and read from policy (config/policy/rules/heard.json).
"""

from __future__ import annotations

import hashlib
import json
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from itertools import pairwise

from connectors.words import Outgoing
from gateway.domain.check import Hit, Rule
from gateway.domain.reader import THOUSAND, Reader, keys_of, read_reader
from gateway.domain.rules.forms import SENTENCE_END, in_words
from gateway.domain.rules.reading import Reading, Span, readings

SIZE = 1 << 17
# In a few words each one weighs much: the reader must be surer there, by so many thousandths for fewer words than that.
SURER = {8: 300, 5: 300}
# What a written form has found is excused where the whole is doubted no more than this, nor a sentence alone: rules
# whose forms are everyday words. What is found by its shape or its very word (an identifier, an insult) stays.
EXCUSED, EXCUSED_ALONE = -700, -400
EXCUSABLE = frozenset(
    [
        "internal_material",
        "legal_risk",
        "media_query_reply",
        "party_political",
        "personal_attack",
        "security_incident",
        "unsubstantiated_claim",
        "vetting_disclosure",
    ]
)
TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[^\w\s]")
LONGEST, LETTERS, STEM, SKIPPED = 2000, 4, 5, 4
ADVICE = {
    "security_incident": "Take it out and tell the IT Security Officer; what may be said is for the incident team.",
    "legal_risk": "Leave out the allegation, the borrowed work or the exclusion, or ask the legal team first.",
    "unsubstantiated_claim": "Link the evidence, or say what is known: how many, when, compared with what.",
    "personal_attack": "Answer the point with facts and a link, courteously, or leave it out.",
    "internal_material": "Leave it out, or have its owner publish it first.",
    "vetting_disclosure": "Take the clearance out: a role may ask for one, a person's is not publicised.",
    "party_political": "Leave out parties, candidates, slogans and praise or blame of politicians.",
    "offensive": "Say it in plain, courteous words, or leave it out.",
    "personal_data": "Take out what tells who somebody is, or have their consent on record.",
    "media_query_reply": "Refer it to the press office; say only where the press office is.",
    "protective_marking": "Marked material cannot be posted; ask its owner if the marking is wrong.",
    "credentials_leak": "Take the password, key or code out, have it changed at once, and tell IT Security.",
}


@dataclass(frozen=True)
class Heard:
    """The readers by rule, how sure (in thousandths) one must be, and the digest of what they were read from."""

    readers: Mapping[str, Reader] = field(compare=False)
    sure: int
    digest: str = ""


def read_heard(text: str) -> Heard:
    """heard.json as value. Raises BadModel."""
    document = json.loads(text)
    readers = {name: read_reader(document.get(name), name, SIZE) for name in ADVICE}
    return Heard(readers, int(document.get("sure", 0)), hashlib.sha256(text.encode()).hexdigest())


def keys_heard(text: str) -> array[int]:
    """The keys of what the readers go by: words, in twos and threes and near each other, and pieces of words."""
    words = ["<n>" if one.isdigit() else one for one in TOKEN.findall(text[:LONGEST].lower())]
    return keys_of({*words, *_rows(words), *_pieces(words)}, SIZE)


def _rows(words: Sequence[str]) -> Iterator[str]:
    row = ["^", *words, "$"]
    yield from (f"{one} {other}" for one, other in pairwise(row))
    yield from (" ".join(row[at : at + 3]) for at in range(len(row) - 2))
    for at, one in enumerate(words):
        yield from (f"{one}__{other}" for other in words[at + 2 : at + 1 + SKIPPED])


def _pieces(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        if len(word) >= LETTERS:
            edged = f"_{word}_"
            yield from (f"~{edged[at : at + LETTERS]}" for at in range(len(edged) - LETTERS + 1))
        if len(word) > STEM:
            yield f"s {word[:STEM]}"


def heard_rules(heard: Heard, written: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rule of all readers, which see each place once; one is silent where written forms of its rule found it."""
    forms = {name: [one for one in written if one.__name__ == name] for name in heard.readers}

    def reads_alike(outgoing: Outgoing) -> Iterator[Hit]:
        for reading in filter(in_words, readings(outgoing)):
            keys, limit = keys_heard(reading.text), _limit(heard, reading.text)
            for name, reader in heard.readers.items():
                is_met = THOUSAND * reader.doubt(keys) > limit
                if is_met and not any(True for one in forms[name] for _ in one(outgoing)):
                    yield _hit(name, reader, reading)

    return (reads_alike,)


def excusing(written: Iterable[Rule], heard: Heard) -> tuple[Rule, ...]:
    """The written rules; those of everyday words are silent where their reader takes every sentence for harmless."""
    return tuple(_excusing(rule, heard) for rule in written)


def _excusing(rule: Rule, heard: Heard) -> Rule:
    reader = heard.readers.get(rule.__name__)
    if reader is None or rule.__name__ not in EXCUSABLE:
        return rule

    @wraps(rule)
    def unless_calm(outgoing: Outgoing) -> Iterator[Hit]:
        hits = list(rule(outgoing))
        if hits and not all(_is_calm(reader, reading.text) for reading in readings(outgoing)):
            yield from hits

    return unless_calm


def _is_calm(reader: Reader, text: str) -> bool:
    """Whether the reader takes the whole for harmless and none of its sentences for doubtful: adding calms nothing."""
    sentences = (text[start:end] for start, end in _sentences(text))
    return _doubt(reader, text) <= EXCUSED and all(_doubt(reader, one) <= EXCUSED_ALONE for one in sentences)


def _doubt(reader: Reader, text: str) -> float:
    return THOUSAND * reader.doubt(keys_heard(text))


def _limit(heard: Heard, text: str) -> int:
    """How sure a reader must be of a text, in thousandths."""
    words = len(TOKEN.findall(text))
    return heard.sure + sum(surer for few, surer in SURER.items() if words < few)


def _hit(name: str, reader: Reader, reading: Reading) -> Hit:
    advice = f"reads like posts that broke this rule. {ADVICE[name]}"
    return reading.hit(name, advice, _most(reader, reading.text))


def _most(reader: Reader, text: str) -> Span:
    """The sentence that reads most like it."""
    return max(_sentences(text), key=lambda span: reader.doubt(keys_heard(text[span[0] : span[1]])))


def _sentences(text: str) -> list[Span]:
    ends = [0, *(match.end() for match in SENTENCE_END.finditer(text)), len(text)]
    return [span for span in pairwise(ends) if text[span[0] : span[1]].strip()]
