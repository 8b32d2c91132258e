"""Hashtag case: words joined in a hashtag each begin with a capital, for screen readers (GCS, ONS; embargo.md 8)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.domain.check import Rule
from gateway.domain.rules.forms import rule_of
from gateway.domain.rules.lists import Lists
from gateway.domain.rules.reading import Span, words_of
from gateway.domain.rules.words import ACRONYMS, JOINED, SINGLE, SMALL

RULE = "hashtag_case"
ADVICE = "has a hashtag of joined words without capitals. Begin each word with a capital: #LabourMarket."

TAG = re.compile(r"(?<![\w&/#])#([^\W_][\w’']{2,49})")
PIECE = re.compile(r"[^\W\d_]+")
LONGEST_ACRONYM = 5
LEAST_JOINED = 5
LONGEST_SINGLE = 17
LONGEST_WORD = 16
ENDINGS = ("s", "es", "ed", "d", "ing", "er", "ers", "ly", "ness", "ment", "y", "al", "ion", "ity", "ful", "less")
ABBREVIATED = words_of(
    """
    gdp ons cpi nhs stem dwp hmrc ldn ncsc bsl mcr brum govt gov ukgov lgbt bame iwd phd msc rpi hpi info intl dev
    devs ops sci
    """
)
NEITHER = frozenset({"a", "i", "he", "or", "be", "no", "do", "io", "un"})  # too often a part of one word
ENDS_OF_WORDS = frozenset({"go", "up", "it", "at"})  # a word of its own only between two others
INFLECTED = ("s", "ing", "ed", "er")


def find_joined(single: frozenset[str], text: str) -> Iterator[Span]:
    """Hashtags of two or more words without inner capitals, or with nothing but capitals."""
    for match in TAG.finditer(text):
        if any(_is_joined(piece, single) for piece in PIECE.findall(match[1])):
            yield match.span()


def _is_joined(piece: str, single: frozenset[str]) -> bool:
    """Whether letters without digits are joined words in one case: #dataforgood, #Dataforgood, #DATAFORGOOD."""
    if piece.isupper() and len(piece) <= LONGEST_ACRONYM:
        return False
    if not (piece.isupper() or piece[1:].islower()):
        return False
    word = piece.lower()
    if len(word) < LEAST_JOINED or _is_one_word(word, single):
        return False
    return len(word) >= LONGEST_SINGLE or _splits(word)


def _is_one_word(word: str, single: frozenset[str]) -> bool:
    if word in single or word in JOINED or word in ACRONYMS:
        return True
    return any(word.endswith(end) and _is_stem(word[: -len(end)], single) for end in ENDINGS)


def _is_stem(stem: str, single: frozenset[str]) -> bool:
    return len(stem) > 2 and any(one in JOINED or one in single for one in (stem, f"{stem}e", stem[:-1]))


def _splits(word: str) -> bool:
    """Whether the whole word is cut into two or more known words, one of them of four letters or more."""
    best: list[int | None] = [0] + [None] * len(word)  # the longest piece of the best cut up to here
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - LONGEST_WORD), end):
            before = best[start]
            if before is None or not _is_piece(word[start:end], start, end == len(word)):
                continue
            best[end] = max(best[end] or 0, before, end - start)
    return (best[-1] or 0) >= 4 or (best[-1] == 3 and len(word) >= 9)


def capitalised(tag: str) -> str:
    """The tag with a capital for each of its words, `#labourmarket` as `#LabourMarket`; where no cut into known words
    is found it stays as it is.
    """
    return PIECE.sub(lambda match: "".join(map(_capital, _cut(match[0].lower()))) or match[0], tag)


def _capital(word: str) -> str:
    return word.upper() if word in ACRONYMS else word[:1].upper() + word[1:]


def _cut(word: str) -> tuple[str, ...]:
    """The word in the fewest known pieces; empty where it is none."""
    cuts: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - LONGEST_WORD), end):
            before, piece = cuts[start], word[start:end]
            if before is None or not _is_piece(piece, start, end == len(word)):
                continue
            fewest = cuts[end]
            if fewest is None or len(before) + 1 < len(fewest):
                cuts[end] = (*before, piece)
    return cuts[-1] or ()


def _is_piece(piece: str, start: int, is_last: bool) -> bool:
    if len(piece) <= 2:
        inner = start > 0 and not is_last
        return piece in SMALL and piece not in NEITHER and (inner or piece not in ENDS_OF_WORDS)
    if piece in JOINED or piece in ABBREVIATED:
        return True
    return len(piece) > 4 and piece.endswith(INFLECTED) and _is_stem(piece.rstrip("s"), JOINED)


def rules_of(lists: Lists) -> tuple[Rule, ...]:
    """With the single words that policy names; they pass."""
    single = SINGLE | {word.lower().lstrip("#") for word in lists.single_words}

    def find(text: str) -> Iterator[Span]:
        return find_joined(single, text)

    return (rule_of(RULE, ADVICE, find, where=lambda reading: reading.place == "The text"),)
