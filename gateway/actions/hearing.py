"""What the worker's calendars say together of each release, and which of them vouches for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gateway.actions.notice import about_release
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Record
from gateway.domain.instant import Now
from gateway.domain.notice import NoticeKind
from gateway.domain.release import Calendar, Entry, Release
from gateway.domain.telling import Telling, disagree, joined, told_by, told_of_disagreement, vanished
from gateway.storage.unit import Unit
from gateway.world import World

VOUCHES = 0.5  # of a calendar's life: a release changes hands before the calendar that vouches for it is stale


class Gathered(NamedTuple):
    """Part of a change on its way: a record of what a calendar said needs no event beside the calendar's reading."""

    events: tuple[AuditEvent, ...]
    records: tuple[Record, ...]

    def and_also(self, more: Gathered) -> Gathered:
        """Both."""
        return Gathered(self.events + more.events, self.records + more.records)


NOTHING = Gathered((), ())


class Hearing:
    """One reading of one calendar beside what the others said last.

    Only what was read within policy's calendar_life counts, so that a calendar taken out of the settings is forgotten;
    a person's file never does: changes by hand take two people.
    """

    def __init__(self, world: World, unit: Unit, source: str, fetched: Now, entries: Iterable[Entry]) -> None:
        self._world, self._unit, self._source, self._fetched = world, unit, source, fetched
        told = unit.tellings.about(entry.id for entry in entries)
        self._calendars = unit.calendars.many({each.source for each in told})
        self._own = {each.release: each for each in told if each.source == source}
        self._others: dict[str, list[Telling]] = {}
        for each in told:
            if each.source != source and each.gone_at is None and self._is_fresh(self._calendars.get(each.source), 1.0):
                self._others.setdefault(each.release, []).append(each)

    def together(self, entry: Entry) -> tuple[Entry, Gathered]:
        """The entry as all calendars together have it; and what is new in this one's word, to be written."""
        before, others = self._own.get(entry.id), self._others.get(entry.id, [])
        said, heard = told_by(self._source, entry, before), joined(entry, others)
        if said == before:
            return heard, NOTHING
        if not disagree(said, others):
            return heard, Gathered((), (said,))
        told = Gathered((told_of_disagreement(said, heard),), (said,))
        return heard, told.and_also(self._noticed(entry.id, NoticeKind.CALENDARS_DISAGREE))

    def source_of(self, known: Release | None) -> str:
        """Which calendar vouches for a release: the one that did, while it is read, else this one."""
        if known is None or known.source == self._source:
            return self._source
        vouching = self._calendars.get(known.source)
        return known.source if self._is_fresh(vouching, VOUCHES) else self._source

    def gone(self, entries: Iterable[Entry]) -> Iterator[Gathered]:
        """What this calendar told of before its instant and no longer has: told once, to whoever is bound to it."""
        here = {entry.id for entry in entries}
        for said in self._unit.tellings.ahead(self._source, self._fetched.latest):
            if said.release not in here:
                record, event = vanished(said, self._fetched.earliest)
                yield Gathered((event,), (record,)).and_also(self._noticed(said.release, NoticeKind.RELEASE_VANISHED))

    def _noticed(self, id: str, kind: NoticeKind) -> Gathered:
        release = self._unit.releases.find(id)
        if release is None:
            return NOTHING
        told = about_release(self._unit, self._world.chance, release, kind, self._fetched.earliest)
        return NOTHING if told is None else Gathered(told.events, told.records)

    def _is_fresh(self, calendar: Calendar | None, share: float) -> bool:
        if calendar is None or calendar.by_hand:
            return False
        return not self._fetched.maybe_past(calendar.read_at + share * self._world.policy.timing.calendar_life)
