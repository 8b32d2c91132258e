"""Guards every action begins with: a live session, a member with the right, a fresh factor bound to the act."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change, Record
from gateway.domain.instant import Now
from gateway.domain.member import Member, require
from gateway.domain.policy import Roles
from gateway.domain.refusal import Reason, Refused
from gateway.domain.signin import Session, SessionKind, StepUp
from gateway.storage.unit import Readers
from gateway.world import Who, World

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
FRESH = timedelta(minutes=5)


def is_over(session: Session, now: Now) -> bool:
    """Idle for 30 minutes, 12 hours old, or ended; closing asks `maybe_past` (house §7; ASVS 7.3)."""
    if session.ended_at is not None:
        return True
    return now.maybe_past(session.seen_at + IDLE) or now.maybe_past(session.began_at + ABSOLUTE)


def live_session(readers: Readers, who: Who, now: Now) -> Session:
    """The session of `who`, both factors given. Raises Refused(NOT_SIGNED_IN)."""
    session = readers.sessions.find(who.session)
    if session is None or session.member != who.member or session.kind is not SessionKind.FULL or is_over(session, now):
        raise Refused(Reason.NOT_SIGNED_IN)
    return session


def acting(readers: Readers, who: Who, permission: str, roles: Roles, now: Now) -> Member:
    """The acting member. Raises Refused unless the session lives and the member may, by a passkey where policy asks."""
    session = live_session(readers, who, now)
    member = readers.members.find(who.member)
    if member is None:
        raise Refused(Reason.NOT_SIGNED_IN)
    require(member, permission, roles)
    require_passkey(session, member, roles)
    return member


def require_passkey(session: Session, member: Member, roles: Roles) -> None:
    """Raises Refused(PASSKEY_NEEDED) where policy asks a role of this member's for one (roles.toml) and the session was
    begun by something else. Signing in, enrolling and adding a passkey never ask: nobody is shut out.
    """
    if roles.needs_passkey(member.roles) and not session.passkey:
        raise Refused(Reason.PASSKEY_NEEDED)


def spend_step_up(
    readers: Readers, who: Who, now: Now, act: str, subject: str, digest: str = "", *, passkey: bool = False
) -> StepUp:
    """The fresh factor for exactly this act, subject and digest, marked as used: commit it with the act itself.

    Raises Refused(STEP_UP_NEEDED) with the act, so that the page can ask for a code (house §12; ASVS 7.5.3); with
    `passkey` nothing but a passkey will do, and a code shown instead is Refused(PASSKEY_NEEDED).
    """
    unused = readers.step_ups.unused(who.session, act, subject, digest)
    fresh = [each for each in unused if each.member == who.member and not now.maybe_past(each.at + FRESH)]
    for step_up in fresh:
        if step_up.passkey or not passkey:
            return replace(step_up, used_at=now.earliest)
    if fresh:
        raise Refused(Reason.PASSKEY_NEEDED)
    asked = {"passkey": True} if passkey else {}
    raise Refused(Reason.STEP_UP_NEEDED, act=act, subject=subject, digest=digest, **asked)


def with_records(change: Change, *records: Record) -> Change:
    """The change with further records in the same commit (a spent step-up)."""
    return Change(change.events, change.records + records)


def told_read(who: Who, act: str, kind: str, subject: str, **facts: str | int | bool | None) -> Change:
    """A read that must be told: an events-only Change."""
    return Change((AuditEvent(act, who.member, kind, subject, facts),))


def at(now: Now) -> datetime:
    """The instant that is written down for something that happens now: surely not in the future."""
    return now.earliest


def world_now(world: World) -> Now:
    """The clock, for reads; a writing Unit has its own `now`, read after the lock."""
    return world.clock.now()
