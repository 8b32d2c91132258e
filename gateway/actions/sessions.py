"""Sessions: rows under the hash of what a cookie carries; begun, found for each request, listed and ended.

`seen_at` is written at most every five minutes, because every write is told in the audit log: the idle limit of thirty
minutes therefore falls 25 to 30 minutes after the last request, never later (house §7: never generous).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from gateway.actions.guard import at, is_over, live_session
from gateway.actions.proving import require_sure
from gateway.actions.telling import tells
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change, together
from gateway.domain.instant import Now
from gateway.domain.member import Member, MemberState
from gateway.domain.refusal import Reason, Refused
from gateway.domain.signin import Session, SessionKind
from gateway.identity.session import ID_BYTES, LIMITS, MOST_SESSIONS, Kind, hash_id, new_id
from gateway.storage.unit import Readers
from gateway.world import Who, World

TOUCH_AFTER = timedelta(minutes=5)
HALF_LIFE = LIMITS[Kind.HALF].absolute


def new_token(world: World) -> str:
    """What a cookie will carry: 256 random bits, URL-safe."""
    return new_id(world.chance.token(2 * ID_BYTES))


def session_id(token: str) -> str:
    """The id under which the session of a cookie is stored: who steals the database has no session."""
    return hash_id(token).hex()


def has_ended(session: Session, now: Now) -> bool:
    """Ended, idle, too old (a half session after 15 minutes), or surely before its own beginning."""
    too_long_half = session.kind is SessionKind.HALF and now.maybe_past(session.began_at + HALF_LIFE)
    before_itself = now.latest < max(session.began_at, session.seen_at)
    return is_over(session, now) or too_long_half or before_itself


def session_of(readers: Readers, token: str, now: Now) -> tuple[Session, Member]:
    """The live session of a cookie, half or full, and whose it is. Raises Refused(NOT_SIGNED_IN or CLOCK_UNSURE)."""
    require_sure(now)
    session = readers.sessions.find(session_id(token))
    if session is None or has_ended(session, now):
        raise Refused(Reason.NOT_SIGNED_IN)
    member = readers.members.find(session.member)
    if member is None or member.state is MemberState.LEFT:
        raise Refused(Reason.NOT_SIGNED_IN)
    return session, member


def half_session_of(readers: Readers, token: str, now: Now) -> tuple[Session, Member]:
    """As `session_of`, where the password alone was given. A full session has nothing left to prove."""
    session, member = session_of(readers, token, now)
    if session.kind is not SessionKind.HALF:
        raise Refused(Reason.WRONG_STATE, state=str(session.kind))
    return session, member


def begin(
    readers: Readers,
    token: str,
    member: str,
    kind: SessionKind,
    now: Now,
    *,
    after: Session | None,
    alone: bool = False,
    passkey: bool = False,
) -> Change:
    """A new session, by a `passkey` where that was its second factor.

    `after` is the one it takes the place of: ended, its age kept (ASVS 5.0 7.2.4).
    Beyond five of a kind the least recently seen end; with `alone` every other one does. Half sessions count apart,
    so that whoever knows a password cannot push a member's own sessions out.
    """
    began = at(now) if after is None else after.began_at
    session = Session(id=session_id(token), member=member, kind=kind, began_at=began, seen_at=at(now), passkey=passkey)
    event = AuditEvent("session.begin", member, "session", session.id, {"kind": str(kind)})
    others = [s for s in readers.sessions.open_of(member) if after is None or s.id != after.id]
    ending = others if alone else _surplus(others, kind)
    replaced = () if after is None else (end(after, by=member, now=now, why="renewed"),)
    ends = end_all(ending, by=member, now=now, why="replaced" if alone else "surplus")
    return together(Change((event,), (session,)), *replaced, *ends)


def _surplus(others: list[Session], kind: SessionKind) -> list[Session]:
    """Those that must end so that one more of this kind makes five."""
    same = sorted((s for s in others if s.kind is kind), key=lambda s: s.seen_at, reverse=True)
    return same[MOST_SESSIONS - 1 :]


def end(session: Session, *, by: str, now: Now, why: str) -> Change:
    """End one session."""
    event = AuditEvent("session.end", by, "session", session.id, {"member": session.member, "why": why})
    return Change((event,), (replace(session, ended_at=at(now)),))


def end_all(sessions: Iterable[Session], *, by: str, now: Now, why: str) -> tuple[Change, ...]:
    """End each of these sessions."""
    return tuple(end(session, by=by, now=now, why=why) for session in sessions)


def resolve(world: World, session_token: str) -> tuple[Who, Session, Member]:
    """Whose request this is; half sessions resolve too: ask `session.kind`. Raises Refused(NOT_SIGNED_IN)."""
    with world.storage.reading() as readers:
        now = world.clock.now()
        session, member = session_of(readers, session_token, now)
    if now.surely_past(session.seen_at + TOUCH_AFTER):
        # A session that cannot be touched (database read-only, clock unsure) ends sooner, never later.
        with suppress(Refused):
            _touch(world, session_token)
    return Who(member.id, session.id), session, member


def _touch(world: World, session_token: str) -> None:
    with world.storage.unit() as unit:
        session, member = session_of(unit, session_token, unit.now)
        if unit.now.surely_past(session.seen_at + TOUCH_AFTER):
            seen = AuditEvent("session.seen", member.id, "session", session.id)
            unit.commit(Change((seen,), (replace(session, seen_at=at(unit.now)),)))


def sign_out(world: World, session_token: str) -> None:
    """End the session of this cookie, half or full. One that has ended already is left as it is."""
    with world.storage.unit() as unit:
        session = unit.sessions.find(session_id(session_token))
        if session is not None and session.ended_at is None:
            unit.commit(end(session, by=session.member, now=unit.now, why="signed-out"))


@tells("session.end-all", "member")
def sign_out_everywhere(world: World, who: Who) -> int:
    """End every session of this member, the present one too; returns how many."""
    with world.storage.unit() as unit:
        live_session(unit, who, unit.now)
        sessions = unit.sessions.open_of(who.member)
        unit.commit(together(*end_all(sessions, by=who.member, now=unit.now, why="signed-out")))
    return len(sessions)


@tells("session.end", "session")
def end_session(world: World, who: Who, session: str) -> None:
    """End one of one's own sessions, by the id that `list_sessions` shows. Raises Refused(NOT_FOUND)."""
    with world.storage.unit() as unit:
        live_session(unit, who, unit.now)
        found = next((own for own in unit.sessions.open_of(who.member) if own.id == session), None)
        if found is None:
            raise Refused(Reason.NOT_FOUND, kind="session")
        unit.commit(end(found, by=who.member, now=unit.now, why="signed-out"))


@tells("session.list", "member")
def list_sessions(world: World, who: Who) -> list[Session]:
    """One's own live sessions, the last seen first."""
    with world.storage.reading() as readers:
        now = world.clock.now()
        live_session(readers, who, now)
        own = [session for session in readers.sessions.open_of(who.member) if not has_ended(session, now)]
    return sorted(own, key=lambda session: session.seen_at, reverse=True)
