"""Likely: which release something stated belongs to where no series is named: what most words point at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from gateway.domain.release import Entry
from gateway.domain.statistics.diary import Diary
from gateway.domain.statistics.reading import Sentence

FEWEST_CLUES = 2
SURE_ALONE = 0.5


def likely_release(sentences: Iterable[Sentence], diary: Diary) -> Entry | None:
    """The release to come that the clues point at; a clue counts the less the more series it may mean. None if unsure.

    Of several as likely, the last: waiting longer is never early.
    """
    weights, met = defaultdict[Entry, float](float), defaultdict[Entry, int](int)
    for clue in {clue for sentence in sentences for clue in sentence.clues}:
        meant = diary.names.clues[clue]
        for entry in {entry for one in meant if (entry := diary.shelf(one).next) is not None}:
            weights[entry] += 1 / len(meant)
            met[entry] += 1
    sure = [entry for entry in weights if met[entry] >= FEWEST_CLUES or weights[entry] >= SURE_ALONE]
    return max(sure, key=lambda entry: (weights[entry], entry.instant, entry.id), default=None)
