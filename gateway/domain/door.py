"""The door: one pure function that every sending passes, whoever asks and however often (house §2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connectors.words import AT_RELEASE, NOW
from gateway.domain.account import Account, Freeze, require_connected, require_factor, require_thawed
from gateway.domain.approval import Approval, standing
from gateway.domain.clearance import Clearance
from gateway.domain.delivery import Delivery, State
from gateway.domain.embargo import require_lifted, require_open_entry
from gateway.domain.grant import Grant, Kind, has
from gateway.domain.instant import Now
from gateway.domain.judging import moment, under
from gateway.domain.member import Member
from gateway.domain.policy import Policy
from gateway.domain.refusal import Reason, Refused
from gateway.domain.release import Calendar, Release
from gateway.domain.submission import Submission, SubmissionState, needed_approvals


class Stage(StrEnum):
    """stage: some seconds before it is due, all but time; content: before the first byte derived from the Outgoing;
    commit: in the transaction that commits the intent. There it is law.
    """

    STAGE = "stage"
    CONTENT = "content"
    COMMIT = "commit"


@dataclass(frozen=True)
class Facts:
    """Everything the door asks about one delivery, read in one transaction. `accounts` are all of the submission's.

    `said` is the digest of the submission's Outgoings as they were read, taken anew once a submission;
    `calendar_print` is the fingerprint of the whole calendar, under which content is judged.
    """

    delivery: Delivery
    submission: Submission
    said: str
    account: Account
    accounts: tuple[Account, ...]
    members: Mapping[str, Member]
    grants: tuple[Grant, ...]
    approvals: tuple[Approval, ...]
    clearances: tuple[Clearance, ...]
    freezes: tuple[Freeze, ...]
    release: Release | None
    calendar: Calendar | None
    predecessor: Delivery | None
    policy: Policy
    calendar_print: str = ""


def door(stage: Stage, facts: Facts, now: Now) -> None:
    """Compares facts only. Raises Refused with the first reason to keep the delivery in.

    All that does not depend on time is asked at every stage; due time, embargo, lateness and the thread's order at
    CONTENT and COMMIT. A clock that is sure of nothing shuts every door (house §7).
    """
    if not now.bounded:
        raise Refused(Reason.CLOCK_UNSURE)
    for ask in FACTS:
        ask(facts, now)
    if stage is not Stage.STAGE:
        for ask in TIMES:
            ask(facts, now)


def require_sendable(facts: Facts, now: Now) -> None:
    """What would keep a delivery in even if its time came: lifting such a hold would promise what the door refuses.

    Under which rules it was judged is not asked: staging judges anew whatever waits. Raises Refused.
    """
    for ask in (*(fact for fact in FACTS if fact is not _rules), _late):
        ask(facts, now)


def _hold(facts: Facts, now: Now) -> None:
    if facts.delivery.hold is not None:
        raise Refused(Reason.HELD_BY_PERSON, why=facts.delivery.hold)


def _state(facts: Facts, now: Now) -> None:
    if facts.submission.state is not SubmissionState.HELD:
        raise Refused(Reason.WRONG_STATE, state=str(facts.submission.state))


def _digest(facts: Facts, now: Now) -> None:
    if not (facts.said == facts.submission.digest == facts.delivery.digest):
        raise Refused(Reason.DIGEST_DIFFERS)
    if facts.delivery.outgoing not in facts.submission.outgoings or facts.delivery.account != facts.account.id:
        raise Refused(Reason.DIGEST_DIFFERS)


def _author(facts: Facts, now: Now) -> None:
    author = facts.members.get(facts.submission.author)
    roles = facts.policy.roles
    if author is None or not author.is_active or not roles.may(author.roles, "submission.submit"):
        raise Refused(Reason.AUTHOR_GONE, member=facts.submission.author)
    if _rests(author, now):
        raise Refused(Reason.FACTOR_RESET, member=author.id)
    wanted = {Kind.WRITE, Kind.PUBLISH_NOW} if facts.delivery.outgoing.wanted == NOW else {Kind.WRITE}
    for kind in sorted(wanted):
        if not has(facts.grants, author.id, facts.account.id, kind, now):
            raise Refused(Reason.AUTHOR_UNGRANTED, member=author.id, kind=str(kind))


def _rests(member: Member, now: Now) -> bool:
    """Whether nothing goes by this member's word: their factor was reset less than a day ago."""
    return member.rests_until is not None and not now.surely_past(member.rests_until)


def _quorum(facts: Facts, now: Now) -> None:
    people = standing(facts.approvals, facts.submission, facts.policy, now)
    able = {person for person in people if _may_approve(person, facts, now)}
    needed = needed_approvals(facts.submission, facts.accounts, facts.policy)
    if len(able) >= needed:
        return
    if len(people) >= needed:
        raise Refused(Reason.APPROVER_GONE)
    given = {a.by for a in facts.approvals if a.given and a.voided_at is None and a.digest == facts.submission.digest}
    stale = len(given) >= needed
    raise Refused(Reason.APPROVAL_STALE if stale else Reason.UNAPPROVED, needed=needed, given=len(people))


def _may_approve(person: str, facts: Facts, now: Now) -> bool:
    member = facts.members.get(person)
    if member is None or not member.is_active or not facts.policy.roles.may(member.roles, "submission.approve"):
        return False
    if _rests(member, now):
        return False
    return has(facts.grants, person, facts.account.id, Kind.APPROVE, now)


def _clearance(facts: Facts, now: Now) -> None:
    if not facts.submission.needs_clearance:
        return
    given = [c for c in facts.clearances if c.stands_for(facts.submission.digest) and c.by != facts.submission.author]
    if not given:
        raise Refused(Reason.UNCLEARED)
    for clearance in given:
        clearer = facts.members.get(clearance.by)
        if (
            clearer
            and clearer.is_active
            and not _rests(clearer, now)
            and facts.policy.roles.may(clearer.roles, "submission.clear")
        ):
            return
    raise Refused(Reason.CLEARER_GONE)


def _account(facts: Facts, now: Now) -> None:
    require_thawed(facts.account, facts.freezes)
    require_factor(facts.account, facts.policy.timing, now)
    require_connected(facts.account)


def _rules(facts: Facts, now: Now) -> None:
    when = moment(facts.delivery.due_at, now)
    if facts.delivery.judged_under != under(facts.policy, facts.calendar_print, when):
        raise Refused(Reason.RULES_CHANGED)


def _release_known(facts: Facts, now: Now) -> None:
    if facts.delivery.release != facts.submission.wish.release:
        raise Refused(Reason.DIGEST_DIFFERS)
    if facts.delivery.release is None:
        return
    if facts.release is None or facts.release.id != facts.delivery.release:
        raise Refused(Reason.RELEASE_UNKNOWN, release=facts.delivery.release)
    require_open_entry(facts.release)


def _due(facts: Facts, now: Now) -> None:
    delivery = facts.delivery
    if not now.surely_past(delivery.due_at):
        raise Refused(Reason.NOT_DUE)
    if delivery.not_before is not None and not now.surely_past(delivery.not_before):
        raise Refused(Reason.NOT_BEFORE)
    if delivery.outgoing.wanted not in {AT_RELEASE, NOW} and facts.submission.wish.wanted != delivery.outgoing.wanted:
        raise Refused(Reason.DIGEST_DIFFERS)


def _embargo(facts: Facts, now: Now) -> None:
    if facts.release is not None:
        require_lifted(facts.release, facts.calendar, facts.policy.timing, now)


def _late(facts: Facts, now: Now) -> None:
    if now.maybe_past(opens_at(facts) + facts.policy.timing.lapse_after):
        raise Refused(Reason.TOO_LATE)


def _chain(facts: Facts, now: Now) -> None:
    if facts.delivery.previous is None:
        return
    before = facts.predecessor
    if before is None or before.id != facts.delivery.previous or before.state is not State.PUBLISHED:
        raise Refused(Reason.PREDECESSOR_WAITS)


FACTS: tuple[Callable[[Facts, Now], None], ...] = (
    _hold,
    _state,
    _digest,
    _author,
    _quorum,
    _clearance,
    _account,
    _rules,
    _release_known,
)
TIMES: tuple[Callable[[Facts, Now], None], ...] = (_due, _embargo, _late, _chain)


def opens_at(facts: Facts) -> datetime:
    """The instant at which the door could open: the later of the due time and the sight of publication.

    A thread part counts from its predecessor's end: a chain sent in time is not late for being long. Lateness and
    lapse are both measured from here.
    """
    moments = [facts.delivery.due_at]
    if facts.release is not None:
        moments.append(facts.release.instant)
        if facts.release.seen_at is not None:
            moments.append(facts.release.seen_at)
    if facts.delivery.previous is not None and facts.predecessor is not None and facts.predecessor.ended_at is not None:
        moments.append(facts.predecessor.ended_at)
    return max(moments)
