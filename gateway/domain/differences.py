"""Differences: what changed between two wordings, word by word, for whoever answers the second after the first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# Beyond this many pairs of words the middle of a text is shown as replaced whole: comparing takes time for each pair.
MOST_PAIRS = 1_000_000
# A word with the signs that belong to it (3.4, O'Neill), a run of spaces, or one other sign.
TOKENS = re.compile(r"\w+(?:[.,'’-]\w+)*|\s+|[^\w\s]")


class Fate(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    TAKEN = "taken"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    """A run of text with one fate; never empty."""

    fate: Fate
    text: str


def words_changed(before: str, after: str) -> tuple[Piece, ...]:
    """Pieces in reading order. Kept and taken together are `before` to the letter; kept and added are `after`."""
    pieces = tuple(_joined(_pieces(TOKENS.findall(before), TOKENS.findall(after))))
    return tuple(_joined(_gathered(pieces)))


def is_changed(pieces: Sequence[Piece]) -> bool:
    """Whether anything was taken or added."""
    return any(piece.fate is not Fate.KEPT for piece in pieces)


def _pieces(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    ends = len(before) - tail, len(after) - tail
    yield Piece(Fate.KEPT, "".join(before[:head]))
    yield from _middle(before[head : ends[0]], after[head : ends[1]])
    yield Piece(Fate.KEPT, "".join(before[ends[0] :]))


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words both begin with."""
    pairs = zip(one, other, strict=False)
    return next((number for number, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _middle(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    if len(before) * len(after) > MOST_PAIRS:
        yield Piece(Fate.TAKEN, "".join(before))
        yield Piece(Fate.ADDED, "".join(after))
        return
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        yield Piece(Fate.KEPT if tag == "equal" else Fate.TAKEN, "".join(before[a:b]))
        yield Piece(Fate.ADDED, "" if tag == "equal" else "".join(after[c:d]))


def _gathered(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Words that took the place of others, told together: a space that stayed between them says nothing."""
    run: list[Piece] = []
    for piece in pieces:
        if piece.fate is not Fate.KEPT or not piece.text.strip():
            run.append(piece)
            continue
        yield from _told_together(run)
        yield piece
        run = []
    yield from _told_together(run)


def _told_together(run: Sequence[Piece]) -> Iterable[Piece]:
    if {piece.fate for piece in run if piece.text.strip()} < {Fate.TAKEN, Fate.ADDED}:
        return run
    changed = [number for number, piece in enumerate(run) if piece.fate is not Fate.KEPT]
    first, last = changed[0], changed[-1] + 1
    taken = "".join(piece.text for piece in run[first:last] if piece.fate is not Fate.ADDED)
    added = "".join(piece.text for piece in run[first:last] if piece.fate is not Fate.TAKEN)
    return (*run[:first], Piece(Fate.TAKEN, taken), Piece(Fate.ADDED, added), *run[last:])


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Without empty pieces; neighbours of one fate are one."""
    last: Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if last is not None and last.fate is piece.fate:
            last = Piece(last.fate, last.text + piece.text)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last
