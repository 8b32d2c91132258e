"""Forms: the safe forms that a sentence may have. Every word of a clear post is accounted for by one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.statistics.cues import Cue, covering
from gateway.domain.statistics.lexicon import AMONG_DATA, BESIDE_A_RELEASE, HARD, Lexicon
from gateway.domain.statistics.nearness import Nearness
from gateway.domain.statistics.numbers import is_measure, numbers_in
from gateway.domain.statistics.reading import Sentence
from gateway.domain.statistics.tokens import Kind, Token

SAID = {
    Nearness.FAR: AMONG_DATA,
    Nearness.AMONG: AMONG_DATA,
    Nearness.ABOUT: AMONG_DATA,
    Nearness.BESIDE: BESIDE_A_RELEASE,
}
TIMES = (Kind.CLOCK, Kind.DATE, Kind.PERIOD)
DANGEROUS = frozenset(HARD) | {f"soft_{name}" for name in HARD} | {"react", "qualify", "wary"}
LONGEST_COMPOUND = 3
FOREIGN_SHARE, FOREIGN_WORDS, WELSH_WORDS = 0.6, 4, 2


KINDS = ("safe", "alone", "waived", "stated")
# The most doubt of the whole and of each of its sentences.
Limits = tuple[float, float]


@dataclass(frozen=True)
class Thresholds:
    """What policy tolerates of words that stand in no list; see config/policy/embargo.toml."""

    unknown_free: int
    unknown_share: float
    unknown_near: int
    doubt: Mapping[str, Mapping[str, Limits]]
    past: float
    held: float
    waivable: frozenset[str]
    never: frozenset[str]

    def of(self, kind: str, nearness: Nearness) -> Limits:
        """The most doubt of the whole and of each sentence (where something was seen: each such one) that is clear."""
        return self.doubt[kind][nearness.name.lower()]

    def allows(self, unknown: int, words: int, nearness: Nearness, *, tense: bool) -> bool:
        """Whether a submission may hold that many unknown words of `words` in all; `tense`: it looks ahead."""
        if nearness >= Nearness.ABOUT or tense:
            return unknown == 0
        if nearness is Nearness.AMONG:
            return unknown <= self.unknown_near
        return unknown <= self.unknown_free and unknown <= self.unknown_share * words


def unknown_in(sentence: Sentence, nearness: Nearness, lexicon: Lexicon) -> tuple[int, ...]:
    """The tokens that no list accounts for. Far from any release a name with a capital is accounted for by it."""
    covered = covering(sentence, nearness) | frozenset(numbers_in(sentence.tokens))
    named = not sentence.shouts
    said = SAID[nearness] | {"unsaid", "double"} | ({"asked"} if sentence.asks else frozenset())
    return tuple(
        at
        for at, token in enumerate(sentence.tokens)
        if token.kind is Kind.WORD
        and at not in covered
        and not lexicon.of(token.word) & said
        and not is_measure(token.word)
        and not _is_compound(token.word, said, lexicon)
        and not (named and nearness is Nearness.BESIDE and _is_title(sentence.tokens, at))
        and not (named and nearness <= Nearness.AMONG and _is_name(sentence.tokens, at))
        and not (nearness <= Nearness.AMONG and _is_soft(token, lexicon))
    )


def _is_compound(word: str, said: frozenset[str], lexicon: Lexicon) -> bool:
    """Two or three known words joined ("spreadsheet-themed"), none of them a dangerous one."""
    parts = word.split("-")
    known = all(lexicon.of(part) & said and not lexicon.of(part) & DANGEROUS for part in parts)
    return 1 < len(parts) <= LONGEST_COMPOUND and known


def _is_name(tokens: Sequence[Token], at: int) -> bool:
    """A capital inside a sentence; at its head capitals say nothing."""
    return tokens[at].capital and at > 0 and tokens[at - 1].kind is not Kind.STOP and tokens[at].word.isalpha()


def _is_title(tokens: Sequence[Token], at: int) -> bool:
    """An acronym in capitals, or a capital among capitals ("World Suicide Prevention Day"): a name, not a remark."""
    around = tokens[max(0, at - 1) : at + 2]
    among = at > 1 and len(around) == 3 and all(one.capital and one.kind is Kind.WORD for one in around)
    return tokens[at].acronym or among


def _is_soft(token: Token, lexicon: Lexicon) -> bool:
    """Words of mood and measure that are everyday words where no release is near."""
    return any(
        name.startswith("soft_") or name in ("pop", "qualify", "react", "asked") for name in lexicon.of(token.word)
    )


def compares(sentence: Sentence, unknown: Sequence[int]) -> bool:
    """Whether an unknown word looks like "taller" or "gloomiest": such a word is never let through."""
    return any(sentence.tokens[at].word.endswith(("er", "est", "ier", "iest")) for at in unknown)


def is_tense(sentence: Sentence, lexicon: Lexicon) -> bool:
    """Whether it looks ahead to a day, or speaks of a line or number: then no unknown word is let through."""
    return any("tense" in lexicon.of(token.word) for token in sentence.tokens if token.kind is Kind.WORD)


def words_in(sentence: Sentence) -> int:
    """How many words it has."""
    return sum(token.kind is Kind.WORD for token in sentence.tokens)


def language_cue(sentence: Sentence, lexicon: Lexicon) -> Cue | None:
    """The whole sentence where it is Welsh or another language that the classifier does not read."""
    words = [token for token in sentence.tokens if token.kind is Kind.WORD]
    welsh = sum(token.word in lexicon.welsh and not lexicon.of(token.word) & AMONG_DATA for token in words)
    strange = sum(not lexicon.of(token.word) - {"welsh"} and not token.capital for token in words)
    named = len(sentence.named)
    is_foreign = len(words) >= FOREIGN_WORDS and strange - named >= FOREIGN_SHARE * len(words)
    if welsh >= WELSH_WORDS or is_foreign or any(not token.word.isascii() for token in words):
        return Cue("language", 0, len(sentence.tokens))
    return None


def is_recognised(sentences: Sequence[Sentence], nearness: Nearness, anchors: frozenset[str], lexicon: Lexicon) -> bool:
    """Whether the submission as a whole has a safe form: office talk, method, or the announcement of a release."""
    if anchors:
        return True
    acts = any(lexicon.patterns["announce"]["acts"].search(one.text) for one in sentences)
    timed = any(token.kind in TIMES for one in sentences for token in one.tokens)
    return nearness is Nearness.BESIDE and (acts or (timed and any(one.topics for one in sentences)))
