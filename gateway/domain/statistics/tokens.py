"""Tokens: a folded text cut into words, figures, times, signs and stops; the grammar works on these."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b"
)
WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?\b"
UNIT_NEXT = r"(?![.,]?\d|\s?%|\s?(?:per|million|billion|trillion|thousand|bn|pp|percent|pence|pounds?|points?|k|m)\b)"
YEAR = r"(?:1[89]|20)\d\d(?!\d|,\d)"
# Where "9.30" is an hour and no rate: after a word or sign that times follow.
AFTER_AT = (
    r"(?:(?<=at )|(?<=by )|(?<=from )|(?<=until )|(?<=till )|(?<=before )|(?<=after )|(?<=around )|(?<=day )"
    r"|(?<=tomorrow )|(?<=[,;:] )|(?<=- )|(?<=\d{4} )|(?<=ber )|(?<=ary ))"
)
# The hours of releases, written with a full stop, are hours wherever no unit follows.
OF_RELEASES = r"\b(?:0?9[.:]30|0?7[.:]00)\b(?![.,]?\d|\s?(?:%|per|p\b|pp\b|m\b|bn|million|billion|k\b|point|pence))"
# "On the 23rd", not "the 13th month running".
DAY_OF_MONTH = (
    r"(?<=\bthe )(?:[12]?\d|3[01])(?:st|nd|rd|th)\b(?=\s*(?:[.,;:!?)\]]|$|\b(?:at|and|or|is|as|we|we'll|for|from|with|"
    r"to|when|if|so|not|ours|we're|instead|of (?:the|this|next) month)\b))"
)
HOUR_WORD = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"


class Kind(StrEnum):
    """What a token is."""

    WORD = "word"
    FIGURE = "figure"
    CLOCK = "clock"
    DATE = "date"
    PERIOD = "period"
    NUMBERED = "numbered"
    LINK = "link"
    MENTION = "mention"
    TAG = "tag"
    CONTACT = "contact"
    EMOJI = "emoji"
    STOP = "stop"
    SIGN = "sign"


_PARTS: tuple[tuple[str, str], ...] = (
    (
        "contact",
        r"[\w.+-]+@[\w-]+\.[\w.-]+|(?<![\d.,£$])(?:\+44|0)\d{2,4}[ -]?\d{3,4}[ -]?\d{3,4}\b"
        r"|\b116 ?(?:123|111|000)\b|\b0800 \d{4}\b|\b(?!mp\d)[a-z]{1,2}\d[a-z\d]? \d[a-z]{2}\b",
    ),
    (
        "link",
        r"https?://\S+|www\.\S+|\b(?:[a-z0-9-]+\.)+(?:uk|com|org|net|co|io|info|wales|scot|ly|eu|app|dev)\b"
        r"(?:/[^\s)\]]*)?",
    ),
    ("mention", r"@\w[\w.]*"),
    ("tag", r"#\w+"),
    (
        "clock",
        r"\b(?:[01]?\d|2[0-3])(?:[:.][0-5]\d)?\s?(?:am|pm|a\.m\.?|p\.m\.?)(?!\w)|\b(?:[01]?\d|2[0-3]):[0-5]\d\b(?!:\d)"
        rf"|{AFTER_AT}(?:0?[6-9]|1[0-9])\.(?:00|15|30|45)\b(?!\s?(?:%|per|m\b|bn|million|billion|k\b))"
        rf"|\bhalf (?:past )?{HOUR_WORD}\b|\bquarter (?:past|to) {HOUR_WORD}\b"
        rf"|\b{HOUR_WORD} (?:o'clock|thirty|fifteen|forty-?five)\b"
        r"|\b(?:1[0-2]|[1-9]) till (?:1[0-2]|[1-9])\b(?!\s?(?:%|per|[.,:]\d))"
        rf"|\b\d{{1,2}} o'clock|\b0[679](?:00|30)\b|{OF_RELEASES}",
    ),
    (
        "date",
        rf"\b(?:{WEEKDAY},? )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTH}(?:,? {YEAR})?"
        rf"|\b{MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b{UNIT_NEXT}(?:,? {YEAR})?(?! ?(?:to|-) {YEAR})"
        r"|\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b20\d\d-[01]\d-[0-3]\d\b"
        rf"|\b{WEEKDAY} (?:the )?\d{{1,2}}(?:st|nd|rd|th)?\b{UNIT_NEXT}|{DAY_OF_MONTH}",
    ),
    (
        "period",
        rf"\b(?:q[1-4]|quarter [1-4]|h[12])(?: \([a-z]+ (?:to|-) [a-z]+\))?(?:,? (?:of )?{YEAR})?(?!\w)"
        rf"|\b(?:{MONTH} (?:{YEAR} )?(?:to|and|-|until) )?{MONTH}(?:,? {YEAR})?"
        rf"|\b(?:mid-|mid |early |late )?{YEAR}(?:(?: to |-|/| and ){YEAR}|[/-]\d\d\b)?{UNIT_NEXT}"
        rf"(?: ?(?:to|-) ?{YEAR})?"
        rf"|\bf(?:ye?|inancial year (?:end(?:ing|ed)?|to)(?: in)?) ?{YEAR}",
    ),
    (
        "numbered",
        r"\b(?:wave|question|table|chapter|part|room|series|season|episode|version|step|volume|issue|edition|"
        r"section|annex|block|floor|phase|round|lot|zone|hall|stand|section|appendix|module|lesson|bus|day|census) "
        r"(?:no\.? ?)?#?\d{1,4}(?:\.\d+)*\b(?! ?(?:%|per\b|percent|million|billion))"
        r"|\b\d+(?:\.\d+){2,}\b(?!\s?%)|\bv\d+(?:\.\d+)*\b|\bday \d+\b|\b(?:covid|g)-?\d+\b|\b24/7\b",
    ),
    (
        "figure",
        r"(?:(?<![\w)])[+~<>-] ?)?(?:[£$€] ?)?(?<![\w.])\d[\d,]*(?:\.\d+)*(?:/\d+)?"
        r"(?:\s?%| ?per ?cent\b| ?percent\b| percentage points?\b| ?pp\b| ?pence\b|pc\b|p\b| ?million\b| ?billion\b"
        r"| ?trillion\b| ?thousand\b|bn\b|m\b|k\b|tn\b|x\b|st\b|nd\b|rd\b|th\b| in \d+\b|:\d+\b)*(?![a-z0-9])",
    ),
    ("word", r"(?:\w|[@$!|](?=\w))(?:[\w@$|]|!(?=\w)|['.&*_-](?=\w))*"),
    ("emoji", r"[\u2190-\u21ff\u2300-\u27ff\u2900-\u2bff\U0001f000-\U0001faff]"),
    ("stop", r"[.!?]+(?=\s|$|[\"')\]])|\n+|[.!?]{2,}"),
    ("sign", r"[^\s\w]"),
)
MASTER = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PARTS), re.IGNORECASE)
LONGEST_ACRONYM = 5
CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+|\d+")
LONGEST_SENTENCE = 200
# What people end a sentence with instead of a stop.
UNSTOPPED = (Kind.LINK, Kind.EMOJI)


@dataclass(frozen=True)
class Token:
    """One token of the folded text: `word` in lower case, [start, end) in the folded text, `capital` as typed."""

    kind: Kind
    word: str
    start: int
    end: int
    capital: bool = False
    acronym: bool = False
    split: bool = False


def tokens_of(text: str) -> tuple[Token, ...]:
    """The tokens in order. Hashtags are followed by the words they are made of (#LabourMarket: labour, market)."""
    found: list[Token] = []
    for match in MASTER.finditer(text):
        token = Token(_kind(match), match[0].strip().lower(), match.start(), match.end())
        if token.kind is Kind.WORD:
            token = replace(token, capital=match[0][:1].isupper(), acronym=_is_acronym(match[0]))
        found.append(token)
        if token.kind is Kind.TAG:
            found += _tag_words(text, token)
    return tuple(found)


def _is_acronym(word: str) -> bool:
    return word.isupper() and word.isalpha() and 2 <= len(word) <= LONGEST_ACRONYM


def _kind(match: re.Match[str]) -> Kind:
    """Its group; a month's name in small letters is the verb ("may", "march")."""
    kind = Kind(match.lastgroup or "sign")
    is_verb = kind is Kind.PERIOD and match[0] in ("may", "march", "mar", "sat", "sun", "jan")
    return Kind.WORD if is_verb else kind


def _tag_words(text: str, tag: Token) -> Iterator[Token]:
    for part in CAMEL.finditer(text, tag.start + 1, tag.end):
        kind = Kind.FIGURE if part[0].isdigit() and not re.fullmatch(YEAR, part[0]) else Kind.WORD
        kind = Kind.PERIOD if part[0].isdigit() and kind is Kind.WORD else kind
        yield Token(kind, part[0].lower(), part.start(), part.end(), capital=True, split=True)


def sentences_of(tokens: tuple[Token, ...]) -> Iterator[tuple[Token, ...]]:
    """The tokens cut at stops, and after a link or emoji where a capital follows. No sentence is endless.

    The stop stays with the sentence it ends.
    """
    current: list[Token] = []
    for at, token in enumerate(tokens):
        current.append(token)
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if token.kind is Kind.STOP or _begins_anew(current, following) or len(current) >= LONGEST_SENTENCE:
            if any(one.kind is not Kind.STOP for one in current):
                yield tuple(current)
            current = []
    if any(one.kind is not Kind.STOP for one in current):
        yield tuple(current)


def _begins_anew(current: list[Token], following: Token | None) -> bool:
    """Whether words, then a link or emoji, are followed by a capital: "... ons.gov.uk/cpi Prices fell"."""
    if following is None or not following.capital or following.split or current[-1].kind not in UNSTOPPED:
        return False
    return any(one.kind is Kind.WORD for one in current)
