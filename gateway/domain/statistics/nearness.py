"""Nearness: how close a whole submission stands to a release that is not out; it decides what its words may be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import IntEnum
from itertools import pairwise

from gateway.domain.statistics.lexicon import Lexicon
from gateway.domain.statistics.reading import Sentence
from gateway.domain.statistics.tokens import Kind

SOON = frozenset(
    [
        "today",
        "tonight",
        "tomorrow",
        "tomorrow's",
        "today's",
        "soon",
        "shortly",
        "upcoming",
        "forthcoming",
        "coming",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "monday's",
        "tuesday's",
        "wednesday's",
        "thursday's",
        "friday's",
        "week",
        "morning",
    ]
)
# "Out a week today", "out on the 26th": something is to be published, whatever it is.
OUT_SOON = re.compile(
    r"\bout (?:on |at |in |a |this |next |the |first |later |early |\d+ )*"
    r"(?:week|fortnight|today|tomorrow|tonight|this morning|(?:mon|tues|wednes|thurs|fri)day|\d{1,2}(?:st|nd|rd|th)\b|"
    r"\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))"
)
OUR_NEXT = re.compile(
    r"\bour (?:next|coming|upcoming|forthcoming) (?:\w+ ){0,2}(?:update|edition|release|bulletin|figures|estimates)\b"
)
# "Half an hour to go until the full release."
COUNTDOWN = re.compile(r"\b(?:minutes?|hours?|days?|weeks?|sleeps?) (?:to go|left|away|from now|until|till|before)\b")
STUDY = frozenset({"course", "courses", "training", "apprenticeship", "lesson", "lessons", "literacy", "degree"})
OFFICE_ANCHORS = frozenset(
    [
        "jobs",
        "events",
        "office",
        "people",
        "fieldwork",
        "digital",
        "social",
        "access",
        "consult",
        "civic",
        "occasions",
        "safety",
        "school",
        "past",
    ]
)


class Nearness(IntEnum):
    """FAR: nothing statistical; AMONG: people, businesses, data in general; ABOUT: how a statistic is made or its
    survey run; BESIDE: a release or what it measures.
    """

    FAR = 0
    AMONG = 1
    ABOUT = 2
    BESIDE = 3


def anchors_of(sentences: Iterable[Sentence], lexicon: Lexicon) -> frozenset[str]:
    """The kinds of office talk that the sentences show."""
    patterns = lexicon.patterns["anchors"]
    texts = [sentence.text for sentence in sentences]
    found = frozenset(name for name, pattern in patterns.items() if any(pattern.search(text) for text in texts))
    return found if found != {"weak"} else frozenset()


def nearness_of(sentences: Sequence[Sentence], anchors: frozenset[str], lexicon: Lexicon) -> Nearness:
    """The nearest that any of the sentences comes: one remark beside an announcement is read as beside it."""
    strong = any(not topic.weak for sentence in sentences for topic in sentence.topics)
    weak = any(topic.weak for sentence in sentences for topic in sentence.topics)
    words = {token.word for sentence in sentences for token in sentence.tokens if token.kind is Kind.WORD}
    soon = bool(words & SOON) or any(COUNTDOWN.search(sentence.text) for sentence in sentences)
    timed = soon or _has_kind(sentences, Kind.CLOCK) or _has_kind(sentences, Kind.DATE)
    release = any("release" in lexicon.of(word) for word in words)
    out_soon = any(OUT_SOON.search(one.text) or OUR_NEXT.search(one.text) for one in sentences)
    edition = any(_names_edition(sentence, lexicon) for sentence in sentences)
    hour = _has_release_hour(sentences)
    if edition or (strong and (timed or not anchors)) or (weak and timed and release):
        return Nearness.BESIDE
    if _reacting(words, lexicon, anchors):
        return Nearness.BESIDE
    told = words & STUDY and not words & {"tomorrow", "today", "tonight", "tomorrow's", "today's"}
    if (release and timed and not anchors & OFFICE_ANCHORS) or (release and soon and not told) or hour or out_soon:
        return Nearness.BESIDE
    if strong or (weak and not anchors & OFFICE_ANCHORS):
        return Nearness.ABOUT if anchors else Nearness.BESIDE
    general = any(lexicon.of(word) & {"statnoun", "pop"} for word in words)
    return Nearness.AMONG if weak or general else Nearness.FAR


def _names_edition(sentence: Sentence, lexicon: Lexicon) -> bool:
    """ "The Q3 number", "October's figures": an edition of something is meant, whichever it is."""
    return any(
        one.kind is Kind.PERIOD and not one.word.isdigit() and "release" in lexicon.of(other.word)
        for one, other in pairwise(sentence.tokens)
    )


def _has_kind(sentences: Sequence[Sentence], kind: Kind) -> bool:
    return any(token.kind is kind for sentence in sentences for token in sentence.tokens)


def _has_release_hour(sentences: Sequence[Sentence]) -> bool:
    """The hours at which releases come out (07:00 and 09:30, however written)."""
    clocks = {token.word for one in sentences for token in one.tokens if token.kind is Kind.CLOCK}
    hours = (
        "7am",
        "7 am",
        "7.00",
        "7:00",
        "07:00",
        "07.00",
        "0700",
        "0930",
        "9.30",
        "9:30",
        "09:30",
        "09.30",
        "seven o",
        "half past nine",
        "half nine",
        "nine thirty",
        "7 o",
    )
    return any(clock.startswith(hours) for clock in clocks)


def _reacting(words: Iterable[str], lexicon: Lexicon, anchors: frozenset[str]) -> bool:
    """Whether it speaks of those who would cheer or groan at a figure: borrowers, the Chancellor, exporters."""
    react = [word for word in words if "react" in lexicon.of(word)]
    return any(not (anchors and lexicon.of(word) & {"plain", "ann", "meth", "cov"}) for word in react)
