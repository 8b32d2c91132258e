"""The worker's own reading of the release calendar: on a schedule, and close around each instant (house §8)."""

from __future__ import annotations

from datetime import datetime, timedelta

from gateway.actions.release import refresh_calendar
from gateway.calendar.refused import CalendarRefused
from gateway.calendar.source import Source, pause_before_next_look
from gateway.domain.audit import WORKER, AuditEvent
from gateway.domain.change import Change
from gateway.domain.instant import Now
from gateway.domain.refusal import Refused
from gateway.domain.release import ReleaseState
from gateway.storage import tables
from gateway.world import World

LOOK_BACK = timedelta(hours=12)


class CalendarReader:
    """Reads one calendar file; each second for a minute after an instant nobody has seen pass, then every 5 s."""

    def __init__(self, world: World, source: Source, poll_seconds: float) -> None:
        self._world = world
        self._source = source
        self._poll = timedelta(seconds=poll_seconds)
        self._read_at: datetime | None = None
        self._told = ""

    def tick(self) -> bool:
        """Read the calendar if it is time to. Whether it was read."""
        now = self._world.clock.now()
        if not now.bounded or not self._is_time(now):
            return False
        self._read_at = now.earliest
        try:
            refresh_calendar(self._world, self._source.name, self._source.read(), began=now)
        except (CalendarRefused, Refused) as fault:
            self._tell(fault)
            return False
        self._told = ""
        return True

    def _is_time(self, now: Now) -> bool:
        if self._read_at is None:
            return True
        return now.surely_past(self._read_at + min(self._poll, self._pace(now)))

    def _pace(self, now: Now) -> timedelta:
        """How long to wait between two readings: by the instant that passed last without being seen."""
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

    def _tell(self, fault: Exception) -> None:
        """A calendar that cannot be read is told once, when it begins to be so."""
        why = str(fault)[:200]
        if why != self._told:
            with self._world.storage.unit() as unit:
                unit.commit(
                    Change((AuditEvent("calendar.refuse", WORKER, "calendar", self._source.name, {"why": why}),))
                )
            self._told = why
