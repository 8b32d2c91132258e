"""Release: a statistical release on the calendar, with its instant; and what is known of the calendar itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from gateway.domain.audit import WORKER, AuditEvent, Fact
from gateway.domain.change import Change, Record
from gateway.domain.instant import Now, rfc3339
from gateway.domain.member import Member
from gateway.domain.refusal import Reason, Refused

CONFIRMATIONS = 2


class ReleaseState(StrEnum):
    """provisional: the instant is a placeholder; final; cancelled wins over everything."""

    PROVISIONAL = "provisional"
    FINAL = "final"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Release(Record):
    """One calendar entry; `id` is its path on the calendar. `seen_at` is when the worker saw it published.

    `confirmed_by` are the people who confirmed publication by hand: two are needed. A release that moves voids both.
    """

    title: str
    instant: datetime
    state: ReleaseState
    seen_at: datetime | None = None
    confirmed_by: tuple[str, ...] = ()
    source: str
    imported_at: datetime


@dataclass(frozen=True, kw_only=True)
class Calendar(Record):
    """One calendar source: when it was last read whole, and the digest of what was read."""

    read_at: datetime
    digest: str
    entries: int


@dataclass(frozen=True)
class Entry:
    """One entry as read from outside: what gateway.calendar makes of foreign bytes."""

    id: str
    title: str
    instant: datetime
    state: ReleaseState
    published: bool


def enter(entry: Entry, known: Release | None, *, source: str, at: datetime) -> tuple[Release, AuditEvent | None]:
    """The release after reading `entry`, and what to tell; None where nothing changed.

    A move, a cancellation or a fall back to provisional voids that publication was seen or confirmed.
    """
    if known is None:
        fresh = Release(
            id=entry.id, title=entry.title, instant=entry.instant, state=entry.state, source=source, imported_at=at
        )
        return fresh, _told("release.enter", fresh, {})
    moved = known.instant != entry.instant
    if not moved and known.state is entry.state and known.title == entry.title:
        # Whoever read it last vouches for its freshness.
        return replace(known, source=source), None
    after = replace(known, title=entry.title, instant=entry.instant, state=entry.state, source=source, imported_at=at)
    if moved or entry.state is not ReleaseState.FINAL:
        after = replace(after, seen_at=None, confirmed_by=())
    before: dict[str, Fact] = {"instant_before": rfc3339(known.instant), "state_before": str(known.state)}
    return after, _told("release.move" if moved else "release.change", after, before)


def _told(act: str, release: Release, more: dict[str, Fact]) -> AuditEvent:
    facts: dict[str, Fact] = {"instant": rfc3339(release.instant), "state": str(release.state), **more}
    return AuditEvent(act, WORKER, "release", release.id, facts)


def see(release: Release, *, fetched: Now) -> Change:
    """The worker itself fetched the calendar, surely after the instant, and it says published. Raises Refused."""
    if not fetched.surely_past(release.instant):
        raise Refused(Reason.EMBARGOED, release=release.id)
    if release.state is not ReleaseState.FINAL:
        raise Refused(Reason.RELEASE_NOT_FINAL, release=release.id)
    after = replace(release, seen_at=fetched.earliest)
    return Change((_told("release.seen", after, {}),), (after,))


def confirm(release: Release, *, by: Member, now: Now) -> Change:
    """One person confirms by hand that the release is out; it counts when two different people have."""
    if not now.surely_past(release.instant):
        raise Refused(Reason.EMBARGOED, release=release.id)
    if release.state is ReleaseState.CANCELLED:
        raise Refused(Reason.RELEASE_CANCELLED, release=release.id)
    if release.state is not ReleaseState.FINAL:
        raise Refused(Reason.RELEASE_NOT_FINAL, release=release.id)
    if by.id in release.confirmed_by:
        raise Refused(Reason.ALREADY_ANSWERED)
    people = (*release.confirmed_by, by.id)
    seen = now.earliest if len(people) == CONFIRMATIONS and release.seen_at is None else release.seen_at
    after = replace(release, confirmed_by=people, seen_at=seen)
    facts: dict[str, Fact] = {"people": len(after.confirmed_by), "instant": rfc3339(release.instant)}
    return Change((AuditEvent("release.confirm", by.id, "release", release.id, facts),), (after,))
