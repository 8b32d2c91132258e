"""Fit: a linear reader from labelled sets of features, by dual coordinate descent on the squared hinge (Hsieh et al.,
2008). Sums in a fixed order and weights rounded to whole units: the same posts give the same reader everywhere.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.reader import KEYS, THOUSAND, Reader, reader_of

SEEN_AT_LEAST = 2
ROUNDS = 12
COST = 2.0
MOST = 127


@dataclass
class _Row:
    """One post: its features by number, what one of them weighs in it, its side (1: statistical, -1: harmless)."""

    features: list[int]
    scale: float
    side: int
    give: float
    pull: float = 0.0


def fit(
    posts: Sequence[Sequence[int]], statistical: Sequence[bool], dear: float = 2.0, most: int = 0, size: int = KEYS
) -> Reader:
    """The reader that tells the posts (their keys) apart; one of the kind looked for that is taken for harmless costs
    `dear` times the other way. Of the weights the `most` largest are kept, where that is given.
    """
    met = Counter(key for post in posts for key in post)
    numbers = {key: at for at, key in enumerate(sorted(one for one in met if met[one] >= SEEN_AT_LEAST))}
    rows = [_row(post, numbers, is_bad, dear) for post, is_bad in zip(posts, statistical, strict=True)]
    weights, bias = [0.0] * len(numbers), 0.0
    for number in range(ROUNDS):
        for at in _shuffled(len(rows), number):
            bias += _step(rows[at], weights, bias)
    unit = max(1, math.ceil(THOUSAND * max(map(abs, weights), default=0) / MOST))
    rounded = {key: round(THOUSAND * weights[at] / unit) for key, at in numbers.items()}
    if most:
        rounded = dict(sorted(rounded.items(), key=lambda pair: (-abs(pair[1]), pair[0]))[:most])
    return reader_of(rounded, round(THOUSAND * bias), unit, size)


def _shuffled(count: int, number: int) -> list[int]:
    """Another order for each round, the same on every machine."""
    return sorted(range(count), key=lambda at: hashlib.sha256(f"{number} {at}".encode()).digest())


def _row(post: Sequence[int], numbers: dict[int, int], is_bad: bool, dear: float) -> _Row:
    known = [numbers[key] for key in post if key in numbers]
    give = 0.5 / (COST * (dear if is_bad else 1.0))
    return _Row(known, 1 / math.sqrt(max(1, len(post))), 1 if is_bad else -1, give)


def _step(row: _Row, weights: list[float], bias: float) -> float:
    """Draw the weights towards the right side of one post; returns by how much the bias is to move."""
    score = row.scale * sum([weights[at] for at in row.features]) + bias
    slope = row.side * score - 1 + row.give * row.pull
    size = row.scale * row.scale * len(row.features) + 1 + row.give
    pull = max(0.0, row.pull - slope / size)
    moved = (pull - row.pull) * row.side
    row.pull = pull
    if moved:
        each = moved * row.scale
        for at in row.features:
            weights[at] += each
    return moved
