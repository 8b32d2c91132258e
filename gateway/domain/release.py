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
from gateway.domain.title import gains_figures

CONFIRMATIONS = 2


class ReleaseState(StrEnum):
    """provisional: the instant is a placeholder; final; cancelled wins over everything."""

    PROVISIONAL = "provisional"
    FINAL = "final"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Release(Record):
    """One calendar entry; `id` is its path on the calendar. `seen_at` is when the worker saw it published.

    `confirmed_by` are the people who confirmed publication by hand: two are needed. A release that moves voids both,
    and `alarmed_at`, when it was told that publication had not been seen in time. `said_instant` and `said_state` are
    what the calendar says where two people corrected it since; None where its word holds.
    """

    title: str
    instant: datetime
    state: ReleaseState
    seen_at: datetime | None = None
    confirmed_by: tuple[str, ...] = ()
    source: str
    imported_at: datetime
    alarmed_at: datetime | None = None
    said_instant: datetime | None = None
    said_state: ReleaseState | None = None


@dataclass(frozen=True)
class Coming:
    """One line of the list that an author chooses a release from: there may be a thousand."""

    id: str
    title: str
    instant: datetime


@dataclass(frozen=True, kw_only=True)
class Calendar(Record):
    """One calendar source: when it was last read whole, and the digest of what was read; `by_hand` by a person."""

    read_at: datetime
    digest: str
    entries: int
    by_hand: bool = False


@dataclass(frozen=True)
class Entry:
    """One entry as read from outside: what gateway.calendar makes of foreign bytes.

    Where the calendar's kind cannot say how firm an entry is (RSS, an ICS "Postponed"), `says_state` is False and
    `state` provisional: a release it makes known stays shut, one that is known keeps the state it has.
    """

    id: str
    title: str
    instant: datetime
    state: ReleaseState
    published: bool
    says_state: bool = True


def enter(entry: Entry, known: Release | None, *, source: str, at: datetime) -> tuple[Release, AuditEvent | None]:
    """The release after reading `entry`, and what to tell; None where nothing changed.

    A move, a cancellation or a fall back to provisional voids that publication was seen or confirmed.
    """
    if known is None:
        fresh = Release(
            id=entry.id, title=entry.title, instant=entry.instant, state=entry.state, source=source, imported_at=at
        )
        return fresh, _told("release.enter", fresh, {})
    heard, stands = _heard(entry, known)
    if not stands:
        known = replace(known, said_instant=None, said_state=None)
    moved = known.instant != heard.instant
    if not moved and known.state is heard.state and known.title == heard.title:
        # Whoever read it last vouches for its freshness.
        return replace(known, source=source), None
    after = replace(known, title=heard.title, instant=heard.instant, state=heard.state, source=source, imported_at=at)
    if moved or heard.state is not ReleaseState.FINAL:
        after = replace(after, seen_at=None, confirmed_by=(), alarmed_at=None)
    before: dict[str, Fact] = {"instant_before": rfc3339(known.instant), "state_before": str(known.state)}
    return after, _told("release.move" if moved else "release.change", after, before)


def _heard(entry: Entry, known: Release) -> tuple[Entry, bool]:
    """What an entry says that is new, and whether a correction by two people stands.

    It stands until the calendar says something else than when it was made. What the calendar's kind cannot say stays as
    it is; a title that gains a figure before the release is out is not taken over.
    """
    state = entry.state if entry.says_state else (known.said_state or known.state)
    stands = (known.said_instant, known.said_state) == (entry.instant, state)
    heard = replace(entry, instant=known.instant, state=known.state) if stands else replace(entry, state=state)
    if known.seen_at is None and gains_figures(entry.title, known.title):
        heard = replace(heard, title=known.title)
    return heard, stands


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


def alarm(release: Release, *, at: datetime) -> Change:
    """Nobody has seen it published within policy's limit: told once an instant, since late is a breach too."""
    after = replace(release, alarmed_at=at)
    return Change((_told("release.alarm", after, {}),), (after,))
