"""Signing in: a name and a password give a half session, a second factor makes it full. Nothing gives more for less.

A try at a password is counted and committed before it is verified, so that racing tries cannot all pass and no lock is
held while Argon2 works. Known and unknown names take the same steps. The log tells tries as counts, never a typed name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from gateway.actions.guard import at, with_records
from gateway.actions.proving import (
    Verdict,
    commit_refusal,
    counted,
    counters,
    factor_of,
    forgiven,
    judge_code,
    judge_recovery,
    require_sure,
)
from gateway.actions.sessions import (
    begin,
    end_all,
    end_session,
    half_session_of,
    list_sessions,
    new_token,
    resolve,
    sign_out,
    sign_out_everywhere,
)
from gateway.domain.audit import ANYONE, AuditEvent, Fact
from gateway.domain.change import Change, Record, together
from gateway.domain.instant import Now
from gateway.domain.member import Member, MemberState
from gateway.domain.refusal import Reason, Refused
from gateway.domain.signin import FactorStatus, SessionKind, Tries
from gateway.identity.name import InvalidName, canonical_name
from gateway.identity.password import hash_password, needs_rehash, verify
from gateway.identity.throttle import Way
from gateway.identity.wrong import WrongPassword
from gateway.storage.unit import Readers, Unit
from gateway.world import World

__all__ = [
    "SignedIn",
    "end_everything",
    "end_session",
    "list_sessions",
    "prove_code",
    "prove_recovery",
    "resolve",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
]
NOBODY = "-"


@dataclass(frozen=True)
class SignedIn:
    """A half session: what the cookie carries, and what is still missing."""

    session_token: str
    kind: SessionKind
    needs: Literal["code", "enrol"]


def sign_in(world: World, name: str, password: str, source: str) -> SignedIn:
    """A half session for a name and its password; `source` is the client's address.

    Raises Refused(WRONG_CREDENTIALS) for an unknown name, a wrong password, a member without one or one who left, all
    alike; TOO_MANY_TRIES (retry_at) or FACTOR_LOCKED by name in any spelling and by source (security.md section 2).
    """
    member = _counted_try(world, name, source)
    stored = member.password_hash if member else None
    try:
        verify(stored, password, profile=world.password_profile)
    except WrongPassword:
        return _refuse(world, member)
    fresh = None
    if stored is not None and needs_rehash(stored, profile=world.password_profile):
        fresh = hash_password(password, profile=world.password_profile)
    return _half_session(world, member, fresh, name, source)


def _counted_try(world: World, name: str, source: str) -> Member | None:
    with world.storage.unit() as unit:
        require_sure(unit.now)
        tries = counted(unit, counters(Way.PASSWORD, name, source), unit.now)
        member = _called(unit, name)
        facts: dict[str, Fact] = {"count": tries[0].in_a_row, "way": str(Way.PASSWORD)}
        told = AuditEvent("signin.try", ANYONE, "member", member.id if member else NOBODY, facts)
        unit.commit(Change((told,), tries))
    return member


def _called(readers: Readers, name: str) -> Member | None:
    """The member of this name, in any spelling, unless they left."""
    try:
        found = readers.members.by_name(canonical_name(name))
    except InvalidName:
        return None
    return found if found is not None and found.state is not MemberState.LEFT else None


def _refuse(world: World, member: Member | None) -> SignedIn:
    facts = {"act": "signin.password", "reason": str(Reason.WRONG_CREDENTIALS)}
    with world.storage.unit() as unit:
        unit.commit(Change((AuditEvent("refused", ANYONE, "member", member.id if member else NOBODY, facts),)))
    raise Refused(Reason.WRONG_CREDENTIALS)


def _half_session(world: World, member: Member | None, fresh: str | None, name: str, source: str) -> SignedIn:
    """The password was right a moment ago; whether it still is, is asked again under the lock."""
    token = new_token(world)
    with world.storage.unit() as unit:
        current = _called(unit, name)
        if (
            current is None
            or member is None
            or (current.id, current.password_hash) != (member.id, member.password_hash)
        ):
            raise Refused(Reason.WRONG_CREDENTIALS)
        keyed = counters(Way.PASSWORD, name, source)
        stored = [unit.tries.find(key) or Tries(id=key, failures=(), in_a_row=0) for key, _ in keyed]
        records: tuple[Record, ...] = forgiven(stored, keyed)
        if fresh is not None:
            records += (replace(current, password_hash=fresh),)
        needs: Literal["code", "enrol"] = "enrol" if factor_of(unit, current.id) is None else "code"
        begun = begin(unit, token, current.id, SessionKind.HALF, unit.now, after=None)
        unit.commit(with_records(begun, *records))
    return SignedIn(token, SessionKind.HALF, needs)


def prove_code(world: World, session_token: str, code: str, source: str) -> str:
    """The full session's token for a half session and a one-time code; the half session ends.

    Raises Refused: NOT_SIGNED_IN, CODE_REFUSED, CODE_REPLAYED, TOO_MANY_TRIES, FACTOR_MISSING, FACTOR_LOCKED (after
    ten wrong in a row) or CLOCK_UNSURE.
    """

    def judged(unit: Unit, member: Member) -> Verdict:
        return judge_code(unit, world, member, code, source, unit.now)

    return _prove(world, session_token, "signin.code", judged)


def prove_recovery(world: World, session_token: str, code: str, source: str) -> str:
    """As `prove_code`, with one of the ten recovery codes, which is then spent."""

    def judged(unit: Unit, member: Member) -> Verdict:
        return judge_recovery(unit, member, code, source, unit.now)

    return _prove(world, session_token, "signin.recovery", judged)


def _prove(world: World, session_token: str, act: str, judge: Callable[[Unit, Member], Verdict]) -> str:
    token = new_token(world)
    with world.storage.unit() as unit:
        half, member = half_session_of(unit, session_token, unit.now)
        if factor_of(unit, member.id) is None or not member.is_active:
            raise Refused(Reason.FACTOR_MISSING)
        verdict = judge(unit, member)
        commit_refusal(unit, verdict, act=act, actor=ANYONE, member=member.id)
        told = AuditEvent(act, member.id, "member", member.id)
        begun = begin(unit, token, member.id, SessionKind.FULL, unit.now, after=half)
        unit.commit(together(Change((told, *verdict.events), verdict.records), begun))
    return token


def end_everything(readers: Readers, member_id: str, by: str, now: Now) -> Change:
    """What leaving (or a reset) takes: every session, factor, passkey, recovery code, invitation and step-up.

    Reads under the caller's lock and decides; the caller commits it with the member's own record.
    """
    when = at(now)
    sessions = readers.sessions.open_of(member_id)
    factors = readers.factors.of(member_id)
    spent: tuple[Record, ...] = _spent(readers, member_id, when)
    facts = {"factors": len(factors), "sessions": len(sessions), "others": len(spent)}
    told = AuditEvent("member.signin-end", by, "member", member_id, facts)
    ended = tuple(replace(factor, status=FactorStatus.ENDED) for factor in factors)
    return together(Change((told,), ended + spent), *end_all(sessions, by=by, now=now, why="ended"))


def _spent(readers: Readers, member: str, when: datetime) -> tuple[Record, ...]:
    codes = readers.recovery_codes.unused(member)
    invitations = readers.invitations.open_for(member)
    step_ups = readers.step_ups.unused_of(member)
    return (
        *(replace(passkey, ended_at=when) for passkey in readers.passkeys.of(member)),
        *(replace(challenge, used_at=when) for challenge in readers.challenges.unused_of(member)),
        *(replace(code, used_at=when) for code in codes),
        *(replace(invitation, used_at=when) for invitation in invitations),
        *(replace(step_up, used_at=when) for step_up in step_ups),
    )
