"""Judging a code: tries counted in the database before they are verified, steps and recovery codes spent in the same
commit (G5). Used by signing in, enrolling and stepping up alike.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, replace

from gateway.domain.audit import ANYONE, AuditEvent, Fact
from gateway.domain.change import NEW, Change, Record
from gateway.domain.instant import Now, rfc3339
from gateway.domain.member import Member
from gateway.domain.refusal import Reason, Refused
from gateway.domain.signin import Factor, FactorStatus, Tries
from gateway.identity import recovery, totp
from gateway.identity.span import Span
from gateway.identity.throttle import BY_NAME, BY_SOURCE, Rule, Tally, Way, keys
from gateway.identity.wrong import ClockUnsure, CodeReplayed, FactorLocked, Throttled, WrongCode
from gateway.sealing import CannotUnseal, ContentKey
from gateway.storage.unit import Readers, Unit
from gateway.world import World

Counters = tuple[tuple[str, Rule], ...]
NOWHERE = "::"  # stands for the address of someone whose address does not matter; its counter is left out
LOCK_AFTER = BY_NAME[Way.SECOND_FACTOR].lock_after


@dataclass(frozen=True)
class Verdict:
    """What judging one code writes, right or wrong. `refusal` is raised after `records` and `events` are committed."""

    records: tuple[Record, ...]
    refusal: Refused | None = None
    events: tuple[AuditEvent, ...] = ()
    count: int = 0


def span(now: Now) -> Span:
    """Now as identity's plain values."""
    return now.earliest, now.latest


def require_sure(now: Now) -> None:
    """Raises Refused(CLOCK_UNSURE) while the machine is sure of nothing: no code, session or link can be judged."""
    if not now.bounded:
        raise Refused(Reason.CLOCK_UNSURE)


def counters(way: Way, name: str, source: str | None) -> Counters:
    """The keys one try falls under; without a source (someone signed in already) by name alone."""
    found = keys(way, name=name, source=source or NOWHERE)
    return tuple((key, rule) for key, rule in found if source is not None or rule is not BY_SOURCE)


def counted(readers: Readers, counters: Counters, now: Now) -> tuple[Tries, ...]:
    """The tries with this one counted as a failure beforehand, so that racing tries cannot all pass.

    Raises Refused(TOO_MANY_TRIES, retry_at) or Refused(FACTOR_LOCKED). Neither is told again: the try that shut the
    window was, and whoever hammers at a shut door shall not fill the log.
    """
    stored = [readers.tries.find(key) or Tries(id=key, failures=(), in_a_row=0) for key, _ in counters]
    return tuple(_admitted(tries, rule, now) for tries, (_, rule) in zip(stored, counters, strict=True))


def _admitted(tries: Tries, rule: Rule, now: Now) -> Tries:
    try:
        tally = Tally(rule, tries.failures, tries.in_a_row).admit(span(now))
    except Throttled as wait:
        raise Refused(Reason.TOO_MANY_TRIES, retry_at=rfc3339(wait.retry_at)) from None
    except FactorLocked:
        raise Refused(Reason.FACTOR_LOCKED) from None
    return replace(tries, failures=tally.failures, in_a_row=tally.in_a_row)


def forgiven(tries: Iterable[Tries], counters: Counters) -> tuple[Tries, ...]:
    """The tries when the last one was right; a key that never failed leaves no row."""
    after = (_forgiven(each, rule) for each, (_, rule) in zip(tries, counters, strict=True))
    return tuple(each for each in after if each.version != NEW or each.failures)


def _forgiven(tries: Tries, rule: Rule) -> Tries:
    tally = Tally(rule, tries.failures, tries.in_a_row).after_success()
    return replace(tries, failures=tally.failures, in_a_row=tally.in_a_row)


def factor_place(member: str, factor: str) -> str:
    """What a factor's secret is sealed for: it opens in no other row."""
    return f"factor/{member}/{factor}"


def factor_of(readers: Readers, member: str) -> Factor | None:
    """The factor a member has proved, whether locked or not; a pending one is none."""
    return next((f for f in readers.factors.of(member) if f.status is not FactorStatus.PENDING), None)


def unsealed(content_key: ContentKey, factor: Factor) -> str:
    """The factor's secret in base32. Raises Refused(STORAGE_UNAVAILABLE) where the content key does not open it."""
    try:
        return content_key.unseal(factor_place(factor.member, factor.id), factor.sealed).decode()
    except CannotUnseal:
        raise Refused(Reason.STORAGE_UNAVAILABLE, fault="content-key") from None


def judge_code(readers: Readers, world: World, member: Member, code: str, source: str | None, now: Now) -> Verdict:
    """A one-time code judged: the accepted step is stored with the verdict, ten wrong in a row lock the factor.

    Raises Refused (nothing to write) for a missing or locked factor, too many tries, or an unsure clock.
    """
    require_sure(now)
    factor = factor_of(readers, member.id)
    if factor is None:
        raise Refused(Reason.FACTOR_MISSING)
    if factor.status is FactorStatus.LOCKED:
        raise Refused(Reason.FACTOR_LOCKED)
    keyed = counters(Way.SECOND_FACTOR, member.name_key, source)
    return judge_factor(readers, unsealed(world.content_key, factor), factor, code, keyed, now)


def judge_factor(readers: Readers, secret: str, factor: Factor, code: str, keyed: Counters, now: Now) -> Verdict:
    """One code against one factor under these counters; see `judge_code`."""
    tries = counted(readers, keyed, now)
    try:
        step = totp.accepted_step(secret, code, span(now), factor.last_step)
    except ClockUnsure:
        raise Refused(Reason.CLOCK_UNSURE) from None
    except WrongCode as wrong:
        return _wrong(factor, tries, Reason.CODE_REPLAYED if isinstance(wrong, CodeReplayed) else Reason.CODE_REFUSED)
    return Verdict((*forgiven(tries, keyed), replace(factor, last_step=step)))


def _wrong(factor: Factor, tries: tuple[Tries, ...], reason: Reason) -> Verdict:
    count = tries[0].in_a_row
    refusal = Refused(reason)
    if factor.status is not FactorStatus.CONFIRMED or LOCK_AFTER is None or count < LOCK_AFTER:
        return Verdict(tries, refusal, (), count)
    locked = AuditEvent("factor.lock", ANYONE, "factor", factor.id, {"member": factor.member, "count": count})
    return Verdict((*tries, replace(factor, status=FactorStatus.LOCKED)), refusal, (locked,), count)


def judge_recovery(readers: Readers, member: Member, code: str, source: str | None, now: Now) -> Verdict:
    """A recovery code judged and, when right, spent. It works while the one-time-code factor is locked.

    Raises Refused (nothing to write) for too many tries or an unsure clock.
    """
    require_sure(now)
    keyed = counters(Way.RECOVERY, member.name_key, source)
    tries = counted(readers, keyed, now)
    unused = readers.recovery_codes.unused(member.id)
    try:
        found = unused[recovery.match([stored_hash(each.hash) for each in unused], code)]
    except WrongCode:
        return Verdict(tries, Refused(Reason.CODE_REFUSED), (), tries[0].in_a_row)
    left = AuditEvent("recovery.use", member.id, "member", member.id, {"left": len(unused) - 1})
    return Verdict((*forgiven(tries, keyed), replace(found, used_at=now.earliest)), None, (left,))


def written_hash(hashed: bytes) -> str:
    """A recovery code's hash as it is stored: 33 bytes in 44 characters."""
    return base64.b64encode(hashed).decode("ascii")


def stored_hash(written: str) -> bytes:
    """The reverse of `written_hash`."""
    return base64.b64decode(written)


def commit_refusal(unit: Unit, verdict: Verdict, *, act: str, actor: str, member: str) -> None:
    """Nothing where the verdict is good; else commit what it counted, told as refused, and raise its Refused."""
    if verdict.refusal is None:
        return
    facts: dict[str, Fact] = {"act": act, "reason": str(verdict.refusal.reason), "count": verdict.count}
    told = AuditEvent("refused", actor, "member", member, facts)
    unit.commit(Change((told, *verdict.events), verdict.records))
    raise verdict.refusal
