"""The judge: the embargo policy with the calendar in the database, read anew only when a release has changed."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from gateway.domain.instant import BEGINNING, Now
from gateway.domain.judging import calendar_print, entry_of
from gateway.domain.statistics import Diary
from gateway.embargo_policy import EmbargoPolicy
from gateway.storage.unit import Readers


@dataclass(frozen=True)
class Known:
    """The calendar as it was read: its fingerprint and the classifier's diary of it."""

    stamp: tuple[int, int]
    print: str
    diary: Diary


class Judge:
    """Holds what takes long to build; it is shared by the threads of a process."""

    def __init__(self, embargo: EmbargoPolicy) -> None:
        self.embargo = embargo
        self._known: Known | None = None
        self._lock = threading.Lock()

    def calendar(self, readers: Readers) -> str:
        """The fingerprint of the calendar in the database; cheap while no release has changed."""
        return self._read(readers).print

    def diary(self, readers: Readers, now: Now) -> Diary:
        """The calendar at `now`: what is not surely out is still to come."""
        return self._read(readers).diary.at(now.earliest)

    def _read(self, readers: Readers) -> Known:
        stamp = readers.releases.stamp()
        known = self._known
        if known is not None and known.stamp == stamp:
            return known
        with self._lock:
            releases = readers.releases.all()
            at = max((one.instant for one in releases), default=BEGINNING)
            diary = Diary(map(entry_of, releases), self.embargo.series, at)
            self._known = known = Known(stamp, calendar_print(releases), diary)
            return known
