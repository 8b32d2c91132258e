"""Reading: one place of an Outgoing (text, alt text, link) as the rules read it, with the way back to what was typed.

Folding closes the side doors: full-width, bold or Cyrillic letters, other digits, invisible characters, odd dashes.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from urllib.parse import unquote

from connectors.words import Outgoing
from gateway.domain.check import Hit

Span = tuple[int, int]
Finder = Callable[[str], Iterator[Span]]

MOST_HITS = 20
LONGEST_EVIDENCE = 120
LONGEST_FOLD = 4

DASHES = dict.fromkeys("‐‑‒–—―−﹘﹣－", "-")
LOOK_ALIKES = dict(
    zip("АВЕКМНОРСТХІЅЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧаеорсухіѕјο", "ABEKMHOPCTXISJABEZHIKMNOPTYXaeopcyxisjo", strict=True)
)
INKLESS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


@dataclass(frozen=True)
class Reading:
    """`text` is `typed`, folded. `place` is said to the person."""

    place: str
    text: str
    typed: str

    @cached_property
    def spots(self) -> Sequence[int]:
        """Where each character of `text` stood in `typed`: asked for only where something was found."""
        if len(self.text) == len(self.typed):
            return range(len(self.typed))
        return [at for at, character in enumerate(self.typed) for _ in fold(character)]

    def hit(self, rule: str, advice: str, span: Span) -> Hit:
        """The span of a Hit counts in the post's text; elsewhere it is 0, 0 and the advice names the place."""
        start, end = self.spots[span[0]], self.spots[span[1] - 1] + 1
        evidence = self.typed[start : min(end, start + LONGEST_EVIDENCE)]
        in_text = self.place == "The text"
        return Hit(rule, f"{self.place} {advice}", start if in_text else 0, end if in_text else 0, evidence)

    def hits(self, rule: str, advice: str, find: Finder) -> Iterator[Hit]:
        """What `find` meets here, the first MOST_HITS: more than that helps nobody and would take its time."""
        return (self.hit(rule, advice, span) for span in islice(find(self.text), MOST_HITS))


def readings(outgoing: Outgoing) -> Iterator[Reading]:
    """The text, each alt text and the link (percent signs undone), folded; empty places are left out."""
    yield from _reading("The text", outgoing.text)
    for number, picture in enumerate(outgoing.pictures, start=1):
        yield from _reading(f"The alt text of picture {number}", picture.alt_text)
    yield from _reading("The link", unquote(outgoing.link or ""))


def _reading(place: str, typed: str) -> Iterator[Reading]:
    text = fold(typed)
    if text:
        yield Reading(place, text, typed)


class _Folded(dict[int, str]):
    """What each character folds to, worked out when first met; characters alone, so nothing of a draft stays here."""

    def __missing__(self, point: int) -> str:
        self[point] = _fold_character(chr(point))
        return self[point]


FOLDED = _Folded()


def fold(typed: str) -> str:
    """The text as it looks, character by character: plain letters, digits, dashes and spaces; nothing invisible.

    Case is kept: markings are told from ordinary words by it (Government Security Classifications Policy).
    """
    return typed if typed.isascii() else typed.translate(FOLDED)


def _fold_character(character: str) -> str:
    """NFKC (UAX #15), digits of any script, dashes, look-alikes; empty where there is no ink."""
    if character in INKLESS or unicodedata.category(character) in {"Cf", "Mn", "Me"}:
        return ""
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    plain = unicodedata.normalize("NFKC", character)
    known = DASHES.get(plain) or LOOK_ALIKES.get(plain)
    return known or (plain if len(plain) <= LONGEST_FOLD else character)


def words_of(text: str) -> frozenset[str]:
    """The words of a written list."""
    return frozenset(text.split())


class Cues:
    """Where cue words stand in a text, looked up by nearness: many candidates must not each search the text again."""

    def __init__(self, pattern: re.Pattern[str], text: str) -> None:
        self._pattern = pattern
        self._text = text

    @cached_property
    def _starts(self) -> list[int]:
        return [match.start() for match in self._pattern.finditer(self._text)]

    def __bool__(self) -> bool:
        """Whether there is any; stops at the first."""
        return self._pattern.search(self._text) is not None

    def stand_between(self, start: int, end: int) -> bool:
        """Whether a cue begins in [start, end)."""
        at = bisect_left(self._starts, start)
        return at < len(self._starts) and self._starts[at] < end
