"""The worker's own reading of release calendars: on a schedule, and close around each instant (house §8)."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from gateway.actions.release import take_look
from gateway.actions.sighting import awaited
from gateway.calendar.fetch import Fetcher, fetcher_of
from gateway.calendar.refused import CalendarRefused
from gateway.calendar.source import Address, Folder, Look, Readable, Source, name_of, pause_before_next_look
from gateway.calendar.walk import Busy
from gateway.domain.audit import WORKER, AuditEvent
from gateway.domain.change import Change
from gateway.domain.instant import Now
from gateway.domain.refusal import Refused
from gateway.domain.release import Release, ReleaseState
from gateway.settings import Settings
from gateway.storage import tables
from gateway.world import World

LOOK_BACK = timedelta(hours=12)
FILE, FOLDER = "calendar-file", "calendar-folder"
EAGER_TICK, CALM_TICK = 0.5, 1.0


class _Teller:
    """Tells once, when it begins, that a calendar cannot be read."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._told: dict[str, str] = {}

    def tell(self, name: str, fault: Exception) -> None:
        why = str(fault)[:200]
        if why == self._told.get(name):
            return
        event = AuditEvent("calendar.refuse", WORKER, "calendar", name_of(name), {"why": why})
        with self._world.storage.unit() as unit:
            unit.commit(Change((event,)))
        self._told[name] = why

    def well(self, name: str) -> None:
        self._told.pop(name, None)


class CalendarReader:
    """Reads one calendar: once a poll; one that is near, each second for a minute after an instant nobody has seen
    pass, then every 5 s. One that asks for a pause gets it.
    """

    def __init__(self, world: World, source: Readable, poll_seconds: float) -> None:
        self._world = world
        self._source = source
        self._poll = timedelta(seconds=poll_seconds)
        self._read_at: datetime | None = None
        self._rests_until: datetime | None = None
        self._teller = _Teller(world)

    def tick(self) -> bool:
        """Read the calendar if it is time to. Whether it was read."""
        now = self._world.clock.now()
        if not now.bounded or not self._is_time(now):
            return False
        self._read_at = now.earliest
        try:
            take_look(self._world, self._source.name, self._source.look(), began=now)
        except (CalendarRefused, Refused) as fault:
            if isinstance(fault, Busy):
                self._rests_until = now.latest + fault.after
            self._teller.tell(self._source.name, fault)
            return False
        self._teller.well(self._source.name)
        return True

    def _is_time(self, now: Now) -> bool:
        if self._read_at is None:
            return True
        if self._rests_until is not None and not now.surely_past(self._rests_until):
            return False
        return now.surely_past(self._read_at + min(self._poll, self._pace(now)))

    def _pace(self, now: Now) -> timedelta:
        """How long to wait between two readings: by the instant that passed last without being seen."""
        if not self._source.is_near:
            return self._poll
        c = tables.releases.c
        with self._world.storage.reading() as readers:
            unseen = readers.releases.where(
                c.instant <= now.earliest,
                c.instant > now.earliest - LOOK_BACK,
                c.seen_at.is_(None),
                c.state == ReleaseState.FINAL,
                order=(c.instant.desc(),),
                limit=1,
            )
        if not unseen:
            return self._poll
        return pause_before_next_look(now.earliest - unseen[0].instant)


class _Wait:
    """Waits, and ends at once when the worker stops."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def __call__(self, pause: timedelta) -> None:
        if self._stopped.wait(pause.total_seconds()):
            raise CalendarRefused("The worker stops.")

    def end(self) -> None:
        self._stopped.set()


class PageWatcher:
    """Looks at the own page of each release that is due, unseen and waited for: each second for a minute, then every
    5 s; one request a look. A page that asks for a pause gets it, for all of them: they lie on one host.
    """

    def __init__(self, world: World, base: str, fetcher: Fetcher, wait: _Wait) -> None:
        self._world = world
        self._base = base.rstrip("/")
        self._fetcher = fetcher
        self._wait = wait
        self._looked: dict[str, datetime] = {}
        self._rests_until: datetime | None = None
        self._teller = _Teller(world)

    def tick(self) -> int:
        """Look at every page whose time it is. How many were seen to be out."""
        now = self._world.clock.now()
        if not now.bounded or (self._rests_until is not None and not now.surely_past(self._rests_until)):
            return 0
        due = awaited(self._world, now, LOOK_BACK)
        self._looked = {release.id: self._looked[release.id] for release in due if release.id in self._looked}
        return sum(self._look(release) for release in due if self._is_time(release, now))

    def _is_time(self, release: Release, now: Now) -> bool:
        looked = self._looked.get(release.id)
        if looked is None:
            return True
        return now.surely_past(looked + pause_before_next_look(now.earliest - release.instant))

    def _look(self, release: Release) -> bool:
        began = self._world.clock.now()
        if self._rests_until is not None and not began.surely_past(self._rests_until):
            return False
        self._looked[release.id] = began.earliest
        page = f"{self._base}{release.id}/data"
        try:
            look = Address(self._base, page, self._fetcher, self._wait).look()
            _require_about(look, release)
            take_look(self._world, self._base, look, began=began, whole=False)
        except (CalendarRefused, Refused) as fault:
            if isinstance(fault, Busy):
                self._rests_until = began.latest + fault.after
            self._teller.tell(page, fault)
            return False
        self._teller.well(page)
        return look.published(release.id)


def _require_about(look: Look, release: Release) -> None:
    if [entry.id for entry in look.entries] != [release.id]:
        raise CalendarRefused("The page that was asked for is about another release. Check [calendar] pages.")


class Calendars:
    """Everything that `[calendar]` names, and the two ticks that read it: what is near, and what is fetched.

    What is fetched is fetched one after the other, so that slow calendars hold one of the worker's threads, not all.
    """

    def __init__(self, world: World, settings: Settings) -> None:
        part = settings.calendar
        self._wait = _Wait()
        fetcher = fetcher_of(settings)
        near: list[Readable] = []
        if part.file:
            near.append(Source(FILE, settings.in_data(part.file)))
        if part.folder:
            near.append(Folder(FOLDER, settings.in_data(part.folder)))
        far = [Address(name_of(url), url, fetcher, self._wait) for url in part.urls]
        self._near = [CalendarReader(world, source, part.poll_seconds) for source in near]
        self._far: Sequence[CalendarReader] = [CalendarReader(world, source, part.poll_seconds) for source in far]
        self._pages = PageWatcher(world, part.pages, fetcher, self._wait) if part.pages else None

    @property
    def are_near(self) -> bool:
        """Whether there is a file or a folder to read."""
        return bool(self._near)

    @property
    def are_fetched(self) -> bool:
        """Whether anything is fetched from an address."""
        return bool(self._far) or self._pages is not None

    def tick_near(self) -> None:
        """Read files and folders whose time it is."""
        for reader in self._near:
            reader.tick()

    def tick_pages(self) -> None:
        """Look at the pages of releases that are waited for: never behind a slow calendar."""
        if self._pages is not None:
            self._pages.tick()

    def tick_far(self) -> None:
        """Fetch calendars whose time it is."""
        for reader in self._far:
            reader.tick()

    def stop(self) -> None:
        """No more waiting."""
        self._wait.end()
