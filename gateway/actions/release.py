"""The release calendar: import, sight of publication, confirmation by two, and what a move does to what is bound."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from gateway.actions.guard import acting
from gateway.actions.telling import tells
from gateway.calendar.ons import read
from gateway.calendar.refused import CalendarRefused
from gateway.domain.audit import WORKER, AuditEvent
from gateway.domain.change import Change, Record
from gateway.domain.delivery import Delivery, hold_for_person, move
from gateway.domain.instant import Now
from gateway.domain.refusal import Reason, Refused
from gateway.domain.release import Calendar, Entry, Release, ReleaseState, confirm, enter, see
from gateway.storage.unit import Unit
from gateway.world import Who, World


@tells("release.import", "calendar")
def import_calendar(world: World, who: Who, source: str, body: bytes) -> Calendar:
    """Read a calendar in the ONS search/releases shape. A malformed one changes nothing. Raises Refused."""
    with world.storage.reading() as readers:
        acting(readers, who, "release.import", world.policy.roles, world.clock.now())
    entries = _entries(body)
    with world.storage.unit() as unit:
        me = acting(unit, who, "release.import", world.policy.roles, unit.now)
        return _imported(unit, entries, source, body, actor=me.id, fetched=unit.now)


def refresh_calendar(world: World, source: str, body: bytes, *, began: Now) -> Calendar:
    """The worker's own reading of a source. `began` is now before the reading began: only what was surely fetched
    after a release's instant counts as sight of its publication (house §8). Raises Refused.
    """
    entries = _entries(body)
    with world.storage.unit() as unit:
        return _imported(unit, entries, source, body, actor=WORKER, fetched=began)


def _entries(body: bytes) -> tuple[Entry, ...]:
    try:
        return read(body)
    except CalendarRefused as fault:
        raise Refused(Reason.CALENDAR_REFUSED, why=str(fault)[:200]) from fault


def _imported(
    unit: Unit, entries: tuple[Entry, ...], source: str, body: bytes, *, actor: str, fetched: Now
) -> Calendar:
    known = unit.releases.many(entry.id for entry in entries)
    digest = hashlib.sha256(body).hexdigest()
    before = unit.calendars.find(source)
    calendar = Calendar(
        id=source,
        version=before.version if before else 0,
        read_at=fetched.earliest,
        digest=digest,
        entries=len(entries),
    )
    if before is not None and fetched.latest < before.read_at:
        # An older reading must not undo a newer one: a cancelled release would come back.
        raise Refused(Reason.CHANGED_MEANWHILE)
    read = AuditEvent(
        "calendar.read", actor, "calendar", subject_of(source), {"digest": digest, "entries": len(entries)}
    )
    records: list[Record] = [calendar]
    events = [read]
    for entry in entries:
        release, event = enter(entry, known.get(entry.id), source=source, at=fetched.earliest)
        if event is not None:
            events.append(replace(event, actor=actor))
            held = _follow(unit, release, known.get(entry.id))
            events += held.events if held else ()
            records += held.records if held else ()
        if entry.published and release.seen_at is None and _may_see(release, fetched, actor):
            sight = see(release, fetched=fetched)
            release, event = _only(sight), sight.events[0]
            events.append(event)
        was = known.get(entry.id)
        if event is not None or (was is not None and was.source != source):
            records.append(release)
    unit.commit(Change(tuple(events), tuple(records)))
    return calendar


def subject_of(source: str) -> str:
    """A source's name as the log takes it: an id, else its digest (a path may hold spaces)."""
    fits = source.isascii() and source.isprintable() and " " not in source and 0 < len(source) <= 200
    return source if fits else hashlib.sha256(source.encode()).hexdigest()


def _may_see(release: Release, fetched: Now, actor: str) -> bool:
    """Only the worker's own fetch is sight: an import by a person is a person's word, and two are needed for that."""
    return actor == WORKER and release.state is ReleaseState.FINAL and fetched.surely_past(release.instant)


def _only(change: Change) -> Release:
    (record,) = change.records
    if not isinstance(record, Release):
        raise TypeError("a sight of publication changes one release")
    return record


def _follow(unit: Unit, release: Release, before: Release | None) -> Change | None:
    """What a moved, cancelled or no longer final release does to everything bound to it, at once."""
    if before is None:
        return None
    bound: Iterable[Delivery] = unit.deliveries.bound_to(release.id)
    changes = [change for delivery in bound if (change := _followed(delivery, release, before)) is not None]
    if not changes:
        return None
    return Change(
        tuple(event for change in changes for event in change.events),
        tuple(record for change in changes for record in change.records),
    )


def _followed(delivery: Delivery, release: Release, before: Release) -> Change | None:
    if release.state is ReleaseState.CANCELLED:
        return hold_for_person(delivery, why=Reason.RELEASE_CANCELLED, actor=WORKER)
    if release.state is not ReleaseState.FINAL:
        return hold_for_person(delivery, why=Reason.RELEASE_NOT_FINAL, actor=WORKER)
    if release.instant != before.instant:
        return move(delivery, release, actor=WORKER)
    return None


@tells("release.confirm", "release")
def confirm_publication(world: World, who: Who, release_id: str) -> Release:
    """One person's word that a release is out; the second person's opens the gate. Raises Refused."""
    with world.storage.unit() as unit:
        me = acting(unit, who, "release.confirm", world.policy.roles, unit.now)
        change = confirm(unit.releases.get(release_id), by=me, now=unit.now)
        unit.commit(change)
        return _only(change)


@tells("release.read", "release")
def releases(world: World, who: Who) -> list[Release]:
    """The calendar as it stands, by instant. Everybody who may read posts or releases."""
    with world.storage.reading() as readers:
        member = acting(readers, who, "account.read", world.policy.roles, world.clock.now())
        if not member.is_active:
            raise Refused(Reason.MEMBER_LEFT)
        return sorted(readers.releases.all(), key=lambda release: (release.instant, release.id))
