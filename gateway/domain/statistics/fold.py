"""Folding: a text as a reader sees it, in plain letters and digits, with the way back to what was typed.

NFKC (UAX #15), look-alikes, boxed letters, marks and invisible characters; then letters that stand apart are joined.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from gateway.domain.statistics.lookalikes import DASHES, FILLED_DIGITS, INKLESS, LOOK_ALIKES, QUOTES, SIGNS, boxed

LONGEST = 20_000
MARKS = frozenset({"Cf", "Mn", "Me", "Cc"})
FORMATTING = frozenset("\ufe0f\ufe0e\u20e3\u200d\u00ad\ufeff")
PLAIN = {**DASHES, **QUOTES, **SIGNS, **FILLED_DIGITS}
APART = re.compile(r"(?<![^\W_])[^\W\d_](?:(?:[ \t]{1,2}|[ ]?[-._*·|/~+][ ]?)[^\W\d_]){2,}(?![^\W_])")
NUMBER_APART = re.compile(r"(?<![\w.])\d+(?: [.,] ?\d+)+(?: ?%)?(?!\w)|(?<![\w.])\d+\. \d+ ?%")
DIGITS_APART = re.compile(r"(?<![\w.,:])\d(?:[ _*|~]\d){1,8}(?=\s?(?:%|per))")


@dataclass(frozen=True)
class Folded:
    """`text` in plain characters; `spots[i]` is where its i-th character stood in `typed`.

    `differs` says that letters or digits were disguised: approvers are shown the folded text then. `joined` are the
    words, in lower case, that were put together from letters standing apart.
    """

    typed: str
    text: str
    spots: tuple[int, ...] | range
    differs: bool
    joined: frozenset[str] = frozenset()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of `typed` behind the span [start, end) of `text`."""
        if start >= end or not self.spots:
            return (0, 0)
        return self.spots[start], self.spots[end - 1] + 1


def fold(typed: str) -> Folded:
    """The text in plain characters. Texts longer than LONGEST are cut there: no platform takes them."""
    typed = typed[:LONGEST]
    text, spots, differs = (typed, range(len(typed)), False) if typed.isascii() else _characters(typed)
    return _close_up(typed, text, spots, differs)


def _characters(typed: str) -> tuple[str, tuple[int, ...], bool]:
    out: list[str] = []
    spots: list[int] = []
    differs = False
    for at, character in enumerate(typed):
        plain, disguised = _character(character)
        if not plain and disguised:
            disguised = _amid(typed, at)
        differs = differs or disguised
        out.append(plain)
        spots += [at] * len(plain)
    return "".join(out), tuple(spots), differs


def _amid(typed: str, at: int) -> bool:
    """Whether an invisible character stands between letters or digits, where nobody types one by accident."""
    return 0 < at < len(typed) - 1 and typed[at - 1].isalnum() and (typed[at + 1].isalnum() or typed[at + 1] in ".,%")


_KNOWN: dict[str, tuple[str, bool]] = {}


def _character(character: str) -> tuple[str, bool]:
    """What one character folds to, and whether it disguises; characters alone are remembered, never a text."""
    if (character < "\x7f" and character >= " ") or character == "\n":
        return character, False
    if character not in _KNOWN:
        _KNOWN[character] = _fold_character(character)
    return _KNOWN[character]


def _fold_character(character: str) -> tuple[str, bool]:
    if character in INKLESS or unicodedata.category(character) in MARKS:
        return (" ", False) if character in "\t\r" else ("", character not in FORMATTING)
    if character in PLAIN:
        return PLAIN[character], False
    known = LOOK_ALIKES.get(character) or boxed(character)
    if known:
        return known, True
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit), not character.isascii()
    return _compatible(character)


def _compatible(character: str) -> tuple[str, bool]:
    """NFKD without marks; accents are no disguise, fancy letters are."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", character) if unicodedata.category(c) not in MARKS)
    bare = "".join(LOOK_ALIKES.get(c, SIGNS.get(c, c)) for c in bare)
    if not bare or len(bare) > 6:
        return character, False
    accented = unicodedata.normalize("NFD", character)[:1].isascii()
    fancy = bare.isalnum() and bare.isascii() and not accented and unicodedata.category(character) != "No"
    return bare, fancy


def _close_up(typed: str, text: str, spots: tuple[int, ...] | range, differs: bool) -> Folded:
    """Take out what stands between letters or digits that belong together: "3 . 2 %" and "i n f l a t i o n"."""
    drop: set[int] = set()
    joined: set[str] = set()
    for match in APART.finditer(text):
        gaps = _gaps(text, match.start(), match.end())
        drop.update(gaps)
        joined.add("".join(text[at] for at in range(match.start(), match.end()) if at not in gaps).lower())
    for pattern in (NUMBER_APART, DIGITS_APART):
        for match in pattern.finditer(text):
            drop.update(at for at in range(match.start(), match.end()) if text[at] in " _*|~")
    if not drop:
        return Folded(typed, text, spots, differs)
    kept = [at for at in range(len(text)) if at not in drop]
    closed = "".join(text[at] for at in kept)
    return Folded(typed, closed, tuple(spots[at] for at in kept), True, frozenset(joined))


def _gaps(text: str, start: int, end: int) -> set[int]:
    return {at for at in range(start, end) if not text[at].isalpha()}
