"""The judge: the embargo policy with the calendar in the database, read anew only when a release has changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property

from gateway.domain.instant import BEGINNING, Now
from gateway.domain.judging import calendar_print, entry_of
from gateway.domain.rules.forms import compile_phrases
from gateway.domain.statistics import Diary
from gateway.embargo_policy import EmbargoPolicy
from gateway.storage.unit import Readers

MOST_REMEMBERED = 100_000


@dataclass(frozen=True)
class Known:
    """The calendar as it was read: its fingerprint and the classifier's diary of it."""

    stamp: tuple[int, int]
    print: str
    diary: Diary


class Judge:
    """Holds what takes long to build; it is shared by the threads of a process."""

    def __init__(self, embargo: Callable[[], EmbargoPolicy]) -> None:
        """`embargo` makes the policy; it is asked when something is judged for the first time."""
        self._embargo = embargo
        self._known: Known | None = None
        self._passed: set[Hashable] = set()
        self._seen: set[str] = set()
        self._seen_under = ""
        self._done = ("", "")
        self._lock = threading.Lock()

    @cached_property
    def embargo(self) -> EmbargoPolicy:
        """The policy by which is judged; what judging needs is made at its first use, up to half a second long.

        Raises BadSettings where its files are not right.
        """
        compile_phrases()
        return self._embargo()

    def prepare(self) -> None:
        """Make now what judging needs, where nothing may wait for it later. Raises BadSettings."""
        assert self.embargo

    def calendar(self, readers: Readers) -> str:
        """The fingerprint of the calendar in the database; cheap while no release has changed."""
        return self._read(readers).print

    def diary(self, readers: Readers, now: Now) -> Diary:
        """The calendar at `now`: what is not surely out is still to come."""
        return self._read(readers).diary.at(now.earliest)

    # --- what was judged again already: no post is judged twice by the same rules -------------------------------------

    def has_passed(self, key: Hashable) -> bool:
        """Whether what depends on exactly this was judged before, by this process, and may leave."""
        return key in self._passed

    def passes(self, key: Hashable) -> None:
        """Remember that it may leave."""
        if len(self._passed) >= MOST_REMEMBERED:
            self._passed.clear()
        self._passed.add(key)

    def is_done(self, policy: str, calendar: str) -> bool:
        """Whether everything held was judged under this policy and calendar."""
        return self._done == (policy, calendar)

    def was_seen(self, delivery: str, calendar: str) -> bool:
        """Whether this delivery was judged again since the calendar changed."""
        return self._seen_under == calendar and delivery in self._seen

    def saw(self, deliveries: Iterable[str], policy: str, calendar: str, *, done: bool) -> None:
        """These were judged again; `done` says that there are no more."""
        if self._seen_under != calendar:
            self._seen, self._seen_under = set(), calendar
        self._seen.update(deliveries)
        if done:
            self._done, self._seen = (policy, calendar), set()

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
