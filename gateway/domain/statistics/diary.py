"""Diary: the calendar on the day that is asked about: which release of a series is out and which is to come."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.release import Entry, ReleaseState
from gateway.domain.statistics.series import Names, Series
from gateway.domain.statistics.tokens import tokens_of

BRACKETS = re.compile(r"\([^)]*\)")
TAIL = re.compile(r",? (?:in the )?(?:uk|united kingdom|great britain|england and wales)$")


@dataclass(frozen=True)
class Shelf:
    """The releases of one series: those out, those to come (by instant), those cancelled."""

    out: tuple[Entry, ...]
    pending: tuple[Entry, ...]
    cancelled: tuple[Entry, ...]

    @property
    def next(self) -> Entry | None:
        """The first release to come."""
        return self.pending[0] if self.pending else None

    @property
    def last(self) -> Entry | None:
        """The newest release that is out."""
        return self.out[-1] if self.out else None


EMPTY = Shelf((), (), ())


class Diary:
    """The entries of a calendar by series, as they stand at `as_of` (UTC).

    An entry is out only when its instant is past, it is final and not cancelled, and publication was seen.
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        series: Iterable[Series],
        as_of: datetime,
        moved: Mapping[str, tuple[datetime, ...]] | None = None,
    ) -> None:
        self.as_of = as_of
        self._moved = moved or {}
        self.names = Names(series)
        known = self.names.series.values()
        heads = {_bare(one.title.partition(":")[0]): one.id for one in known}
        self._titles = heads | {_bare(one.title): one.id for one in known}
        shelves: dict[str, list[Entry]] = {}
        for entry in sorted(entries, key=lambda one: (one.instant, one.id)):
            shelves.setdefault(self._series_of(entry), []).append(entry)
        self._shelves = {series_id: self._shelf(many) for series_id, many in shelves.items()}
        self.entries = {entry.id: entry for many in shelves.values() for entry in many}
        self._of = {entry.id: series_id for series_id, many in shelves.items() for entry in many}

    def at(self, as_of: datetime) -> Diary:
        """The same calendar at another instant; it shares the names, which take long to gather."""
        other = copy.copy(self)
        other.as_of = as_of
        between = (min(self.as_of, as_of), max(self.as_of, as_of))
        if any(one.published and between[0] <= one.instant <= between[1] for one in self.entries.values()):
            other._shelves = {series: other._shelf(_all_of(shelf)) for series, shelf in self._shelves.items()}
        return other

    def unseen(self, entry_id: str) -> Diary:
        """The same calendar with one release counted as still to come, as it was when something was bound to it."""
        entry = self.entries.get(entry_id)
        if entry is None or not entry.published:
            return self
        other, waiting, series = copy.copy(self), replace(entry, published=False), self._of[entry_id]
        other.entries = {**self.entries, entry_id: waiting}
        many = [waiting if one.id == entry_id else one for one in _all_of(self._shelves[series])]
        other._shelves = {**self._shelves, series: other._shelf(many)}
        return other

    def _series_of(self, entry: Entry) -> str:
        """The series whose title it bears, else the one it names, else a series of its own."""
        head = entry.title.partition(":")[0]
        known = self._titles.get(_bare(head)) or self._named(head)
        self.names.add_title(head, known or entry.id)
        return known or entry.id

    def _named(self, head: str) -> str | None:
        topics = self.names.find(tokens_of(head))
        strong = [topic for topic in topics if not topic.weak]
        longest = max(strong, key=lambda topic: topic.end - topic.start, default=None)
        return longest.series[0] if longest else None

    def _shelf(self, entries: list[Entry]) -> Shelf:
        cancelled = tuple(one for one in entries if one.state is ReleaseState.CANCELLED)
        live = [one for one in entries if one.state is not ReleaseState.CANCELLED]
        out = tuple(one for one in live if self.is_out(one))
        return Shelf(out, tuple(one for one in live if not self.is_out(one)), cancelled)

    def left(self, entry: Entry) -> tuple[datetime, ...]:
        """The instants that an entry was moved from."""
        return self._moved.get(entry.id, ())

    def is_out(self, entry: Entry) -> bool:
        """Whether the release is surely out."""
        return entry.published and entry.state is ReleaseState.FINAL and entry.instant <= self.as_of

    def shelf(self, series: str) -> Shelf:
        """The releases of a series, or of the release that carries it where it has none of its own."""
        if series in self._shelves:
            return self._shelves[series]
        known = self.names.series.get(series)
        return self.shelf(known.within) if known is not None and known.within else EMPTY


def _all_of(shelf: Shelf) -> list[Entry]:
    return sorted((*shelf.out, *shelf.pending, *shelf.cancelled), key=lambda one: (one.instant, one.id))


def _bare(title: str) -> str:
    """A title without brackets, place and case."""
    return TAIL.sub("", BRACKETS.sub("", title).strip().lower()).strip(" ,")
