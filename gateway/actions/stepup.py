"""Step-up: a fresh second factor for one act on one subject and digest, good once and for five minutes (house §12)."""

from __future__ import annotations

import re

from gateway.actions.guard import at, live_session
from gateway.actions.proving import Verdict, commit_refusal, judge_code, judge_recovery, require_sure
from gateway.actions.telling import tell_refusal
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change
from gateway.domain.member import Member
from gateway.domain.refusal import Reason, Refused
from gateway.domain.signin import StepUp
from gateway.storage.unit import Readers, Unit
from gateway.world import Who, World

# Everything that asks for a fresh factor, by the name that `guard.spend_step_up` is asked with.
ACTS = frozenset(
    {
        "access",
        "approve",
        "clear",
        "connect",
        "enrol",
        "export",
        "freeze",
        "grant",
        "leave",
        "lift",
        "publish-now",
        "reset-factor",
        "revoke",
        "roles",
        "rotate",
        "settle",
        "thaw",
        "unlock-factor",
    }
)
# Whoever lost their phone signs in with a recovery code and must be able to enrol a new one: for that act alone a
# recovery code is a fresh factor too.
BY_RECOVERY = frozenset({"enrol"})
ONE_TIME = 6
SUBJECT = re.compile("[!-~]{1,200}")
DIGEST = re.compile("[0-9a-z]{0,64}")


def step_up(world: World, who: Who, act: str, subject: str, digest: str, code: str, source: str | None = None) -> None:
    """Write down that `who` showed a fresh factor for exactly this; the act itself spends it (guard.spend_step_up).

    Raises Refused: NOT_SIGNED_IN, NOT_FOUND (no such act or subject), CODE_REFUSED, CODE_REPLAYED, TOO_MANY_TRIES,
    FACTOR_LOCKED, CLOCK_UNSURE; PASSKEY_NEEDED where policy asks the member for one. Codes are counted with those of
    signing in.
    """
    with world.storage.unit() as unit:
        require_sure(unit.now)
        live_session(unit, who, unit.now)
        member = unit.members.get(who.member)
        refusal = _not_steppable(member, act, subject, digest) or _not_by_code(unit, world, member, act, code)
        if refusal is None:
            verdict = _judged(unit, world, member, act, code, source)
            commit_refusal(unit, verdict, act="step-up", actor=member.id, member=member.id)
            unit.commit(_shown(world, who, act, subject, digest, unit, verdict))
            return
    tell_refusal(world, refusal, act="step-up", actor=who.member, kind="act", subject="-")
    raise refusal


def _not_steppable(member: Member, act: str, subject: str, digest: str) -> Refused | None:
    if not member.is_active:
        return Refused(Reason.MEMBER_LEFT, member=member.id)
    if act not in ACTS:
        return Refused(Reason.NOT_FOUND, kind="act")
    if not SUBJECT.fullmatch(subject) or not DIGEST.fullmatch(digest):
        return Refused(Reason.NOT_FOUND, kind="subject")
    return None


def require_steppable(member: Member, act: str, subject: str, digest: str) -> None:
    """Raises Refused where nobody could step up for this."""
    refusal = _not_steppable(member, act, subject, digest)
    if refusal is not None:
        raise refusal


def _not_by_code(readers: Readers, world: World, member: Member, act: str, code: str) -> Refused | None:
    """Where policy asks for a passkey, a code adds the first one, and a recovery code another for one that is lost."""
    if not world.policy.roles.needs_passkey(member.roles):
        return None
    if act in BY_RECOVERY and (len(code) > ONE_TIME or not readers.passkeys.of(member.id)):
        return None
    return Refused(Reason.PASSKEY_NEEDED)


def _judged(unit: Unit, world: World, member: Member, act: str, code: str, source: str | None) -> Verdict:
    if act in BY_RECOVERY and len(code) > ONE_TIME:
        return judge_recovery(unit, member, code, source, unit.now)
    return judge_code(unit, world, member, code, source, unit.now)


def _shown(world: World, who: Who, act: str, subject: str, digest: str, unit: Unit, verdict: Verdict) -> Change:
    shown = StepUp(
        id=world.chance.id(),
        session=who.session,
        member=who.member,
        act=act,
        subject=subject,
        digest=digest,
        at=at(unit.now),
    )
    event = AuditEvent("step-up", who.member, "act", subject, {"act": act, "digest": digest})
    return Change((event, *verdict.events), (*verdict.records, shown))
