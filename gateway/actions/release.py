"""The release calendar: import, sight of publication, and what takes two people: confirming and correcting by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.actions.following import follow
from gateway.actions.guard import acting
from gateway.actions.hearing import Gathered, Hearing
from gateway.actions.telling import tells
from gateway.calendar.readers import read
from gateway.calendar.refused import CalendarRefused
from gateway.calendar.source import Look, name_of
from gateway.domain.audit import WORKER, AuditEvent, Fact
from gateway.domain.change import Change, Record, together
from gateway.domain.correction import Correction, agree, agreeable, ask
from gateway.domain.instant import Now, require_aware
from gateway.domain.refusal import Reason, Refused
from gateway.domain.release import Calendar, Entry, Release, ReleaseState, confirm, enter, see
from gateway.storage.unit import Readers, Unit
from gateway.world import Who, World


@dataclass(frozen=True)
class Imported:
    """A calendar as it was read, and how many of its entries wait for a second person's word."""

    calendar: Calendar
    waiting: int


@tells("release.import", "calendar")
def import_calendar(world: World, who: Who, source: str, body: bytes) -> Imported:
    """A person brings a calendar. A malformed one changes nothing. Raises Refused.

    What it makes known is entered. What it says differently of a known release is one person's word: it counts when
    a second person imports or says the same.
    """
    with world.storage.reading() as readers:
        acting(readers, who, "release.import", world.policy.roles, world.clock.now())
    return _brought(world, who, source, look_at(body))


@tells("release.import", "calendar")
def import_look(world: World, who: Who, source: str, look: Look) -> Imported:
    """As `import_calendar`, of what was read and understood already."""
    return _brought(world, who, source, look)


def _brought(world: World, who: Who, source: str, look: Look) -> Imported:
    with world.storage.unit() as unit:
        me = acting(unit, who, "release.import", world.policy.roles, unit.now)
        importing = _Import(world, unit, source, me.id, unit.now, look)
        return Imported(importing.done(), importing.waiting)


def refresh_calendar(world: World, source: str, body: bytes, *, began: Now) -> Calendar:
    """The worker's own reading of a source. `began` is now before the reading began: only what was surely fetched
    after a release's instant counts as sight of its publication (house §8). Raises Refused.
    """
    return take_look(world, source, look_at(body), began=began)


def take_look(world: World, source: str, look: Look, *, began: Now, whole: bool = True) -> Calendar:
    """As `refresh_calendar`, of what was read and understood already. What is not `whole`, such as one release's page,
    says nothing of what it does not name, and is not held against what the calendars say later.
    """
    with world.storage.unit() as unit:
        return _Import(world, unit, source, WORKER, began, look, whole).done()


def look_at(body: bytes) -> Look:
    """The calendar in these bytes, of whatever kind. Raises Refused(CALENDAR_REFUSED)."""
    try:
        return Look(read(body), hashlib.sha256(body).hexdigest())
    except CalendarRefused as fault:
        raise Refused(Reason.CALENDAR_REFUSED, why=str(fault)[:200]) from fault


@dataclass
class _Import:
    """One reading on its way into the database: events and records are gathered, then written in one commit."""

    world: World
    unit: Unit
    source: str
    actor: str
    fetched: Now
    look: Look
    whole: bool = False
    events: list[AuditEvent] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    waiting: int = 0

    def done(self) -> Calendar:
        known = self.unit.releases.many(entry.id for entry in self.look.entries)
        calendar = self._calendar()
        if self.actor == WORKER:
            self._read_by_the_worker(known)
        else:
            self._said_by_a_person(known)
        self.unit.commit(Change(tuple(self.events), tuple(self.records)))
        return calendar

    def _calendar(self) -> Calendar:
        before = self.unit.calendars.find(self.source)
        if before is not None and self.fetched.latest < before.read_at:
            # An older reading must not undo a newer one: a cancelled release would come back.
            raise Refused(Reason.CHANGED_MEANWHILE)
        by_hand = self.actor != WORKER
        if by_hand and before is not None and not before.by_hand:
            # Freshness that the worker vouches for is not renewed by one person's file.
            raise Refused(Reason.CALENDAR_REFUSED, why="the worker reads this calendar itself: give yours another name")
        facts: dict[str, Fact] = {"digest": self.look.digest, "entries": len(self.look.entries)}
        self.events.append(AuditEvent("calendar.read", self.actor, "calendar", name_of(self.source), facts))
        calendar = Calendar(
            id=self.source,
            version=before.version if before else 0,
            read_at=min(self.fetched.earliest, self.look.as_of or self.fetched.earliest),
            digest=self.look.digest,
            entries=len(self.look.entries),
            by_hand=by_hand,
        )
        self.records.append(calendar)
        return calendar

    def _read_by_the_worker(self, known: dict[str, Release]) -> None:
        hearing = Hearing(self.world, self.unit, self.source, self.fetched, self.look.entries)
        for entry in self.look.entries:
            heard, told = hearing.together(entry)
            if self.whole:
                self._gather(told)
            self._heard(heard, known.get(entry.id), hearing.source_of(known.get(entry.id)))
        if self.whole:
            for told in hearing.gone(self.look.entries):
                self._gather(told)

    def _gather(self, told: Gathered) -> None:
        self.events += told.events
        self.records += told.records

    def _heard(self, entry: Entry, known: Release | None, source: str) -> None:
        """The worker's own reading: what moved takes along what is bound; what is out was seen."""
        release, event = enter(entry, known, source=source, at=self.fetched.earliest)
        if event is not None:
            self.events.append(replace(event, actor=self.actor))
            self._take(follow(self.unit, self.world.chance, release, known, self.fetched.earliest))
        if entry.published and release.seen_at is None and self._may_see(release):
            sight = see(release, fetched=self.fetched)
            release = _only(sight)
            self.events += sight.events
        if release != known:
            self.records.append(release)

    def _may_see(self, release: Release) -> bool:
        """Only the worker's own fetch is sight: an import by a person is a person's word, and two are needed."""
        final = release.state is ReleaseState.FINAL
        return self.actor == WORKER and final and self.fetched.surely_past(release.instant)

    def _said_by_a_person(self, known: dict[str, Release]) -> None:
        handed = self.unit.calendars.many(release.source for release in known.values())
        words = _by_release(self.unit.corrections.open_of(known))
        for entry in self.look.entries:
            was = known.get(entry.id)
            if was is None:
                self._heard(entry, None, self.source)
            elif _differs(entry, was):
                self._corrected(was, entry, words.get(entry.id, []))
            elif was.source != self.source and (was.source not in handed or handed[was.source].by_hand):
                self.records.append(replace(was, source=self.source))

    def _corrected(self, release: Release, entry: Entry, words: list[Correction]) -> None:
        state = entry.state if entry.says_state else release.state
        self.waiting += 1
        try:
            found = agreeable(words, release, entry.instant, state, by=self.actor, now=self.fetched)
        except Refused:
            return  # this person has said so already
        if found is None:
            new = self.world.chance.id()
            self._take(ask(new, release, entry.instant, state, by=self.actor, now=self.fetched))
            return
        self.waiting -= 1
        for change in agreed(self.world, self.unit, found, release, by=self.actor, now=self.fetched):
            self._take(change)

    def _take(self, change: Change | None) -> None:
        if change is not None:
            self._gather(Gathered(change.events, change.records))


def _by_release(words: Iterable[Correction]) -> dict[str, list[Correction]]:
    found: dict[str, list[Correction]] = {}
    for word in words:
        found.setdefault(word.release, []).append(word)
    return found


def _differs(entry: Entry, known: Release) -> bool:
    return entry.instant != known.instant or (entry.says_state and entry.state is not known.state)


def agreed(
    world: World, readers: Readers, word: Correction, release: Release, *, by: str, now: Now
) -> Iterator[Change]:
    """What the second person's word writes: the release, the ended word, and all that is bound to it."""
    after, change = agree(word, release, by=by, now=now)
    yield Change(change.events, (*change.records, after))
    followed = follow(readers, world.chance, after, release, now.earliest)
    if followed is not None:
        yield followed


def _only(change: Change) -> Release:
    (record,) = change.records
    if not isinstance(record, Release):
        raise TypeError("a sight of publication changes one release")
    return record


@tells("release.change", "release")
def change_release(
    world: World, who: Who, release_id: str, instant: datetime, state: ReleaseState
) -> tuple[Release, bool]:
    """One person's word that a release is at another instant or in another state; the second, different person's word
    for exactly the same changes it. The release as it is now, and whether it was changed. Raises Refused.
    """
    with world.storage.unit() as unit:
        me = acting(unit, who, "release.change", world.policy.roles, unit.now)
        release = unit.releases.get(release_id)
        wanted = require_aware(instant)
        if (wanted, state) == (release.instant, release.state):
            raise Refused(Reason.SAME_AS_BEFORE)
        words = unit.corrections.open_of([release_id])
        found = agreeable(words, release, wanted, state, by=me.id, now=unit.now)
        if found is None:
            unit.commit(ask(world.chance.id(), release, wanted, state, by=me.id, now=unit.now))
            return release, False
        changes = list(agreed(world, unit, found, release, by=me.id, now=unit.now))
        unit.commit(together(*changes))
    after = next(record for record in changes[0].records if isinstance(record, Release))
    return after, True


@tells("release.confirm", "release")
def confirm_publication(world: World, who: Who, release_id: str) -> Release:
    """One person's word that a release is out; the second person's opens the gate. Raises Refused."""
    with world.storage.unit() as unit:
        me = acting(unit, who, "release.confirm", world.policy.roles, unit.now)
        change = confirm(unit.releases.get(release_id), by=me, now=unit.now)
        unit.commit(change)
        return _only(change)


@dataclass(frozen=True)
class ReleaseRead:
    """A release with its source as it was read last, what people want it changed to, and how much is bound to it."""

    release: Release
    calendar: Calendar | None
    words: tuple[Correction, ...]
    bound: int


@tells("release.read", "release")
def read_release(world: World, who: Who, release_id: str) -> ReleaseRead:
    """One release and what is known of it. Raises Refused."""
    with world.storage.reading() as readers:
        now = world.clock.now()
        _require_reader(world, readers, who, now)
        release = readers.releases.get(release_id)
        words = [word for word in readers.corrections.open_of([release_id]) if word.stands(release, now)]
        bound = readers.deliveries.bound_to(release_id)
        return ReleaseRead(release, readers.calendars.find(release.source), tuple(words), len(bound))


@tells("release.read", "release")
def releases(world: World, who: Who) -> list[Release]:
    """The calendar as it stands, by instant. Everybody who may read posts or releases."""
    with world.storage.reading() as readers:
        _require_reader(world, readers, who, world.clock.now())
        return sorted(readers.releases.all(), key=lambda release: (release.instant, release.id))


def _require_reader(world: World, readers: Readers, who: Who, now: Now) -> None:
    member = acting(readers, who, "account.read", world.policy.roles, now)
    if not member.is_active:
        raise Refused(Reason.MEMBER_LEFT)
