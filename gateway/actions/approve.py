"""Answering a submission: approve, reject, clear. When every answer is in, its deliveries are held for their time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from gateway.actions.access import require_access_to
from gateway.actions.guard import acting, at, spend_step_up, with_records
from gateway.actions.telling import tells
from gateway.domain import clearance as clearing
from gateway.domain.account import Account
from gateway.domain.approval import Approval, answer, standing
from gateway.domain.change import Change
from gateway.domain.clearance import Clearance
from gateway.domain.delivery import hold_all
from gateway.domain.grant import Kind, require_grant
from gateway.domain.notice import Notice, NoticeKind, give
from gateway.domain.refusal import Reason, Refused
from gateway.domain.submission import Submission, SubmissionState, needed_approvals
from gateway.storage.unit import Unit
from gateway.world import Who, World


@tells("approve", "submission")
def approve(
    world: World,
    who: Who,
    submission_id: str,
    digest: str,
    *,
    yes: bool = True,
    reason: str = "",
    content_class: str | None = None,
) -> Submission:
    """Say yes or no to exactly what was shown (`digest`), with a fresh factor bound to it. Whoever may not
    read it cannot answer it. Raises Refused.
    """
    with world.storage.unit() as unit:
        me = acting(unit, who, "submission.approve", world.policy.roles, unit.now)
        found = unit.submissions.get(submission_id)
        grants = unit.grants.of_member(me.id)
        for account in found.wish.accounts:
            require_grant(grants, me.id, account, Kind.APPROVE, unit.now)
        require_access_to(unit, me.id, found.post, world.policy.roles, unit.now)
        approval = Approval(
            id=world.chance.id(),
            submission=found.id,
            digest=digest,
            by=me.id,
            given=yes,
            reason=reason,
            rule_set=found.rule_set,
            content_class=content_class or found.content_class,
            at=at(unit.now),
        )
        earlier = unit.approvals.of_submissions([found.id])
        change = answer(approval, found, earlier, by=me, policy=world.policy)
        by_passkey = approval.content_class in world.policy.quorum.passkey
        spent = spend_step_up(unit, who, unit.now, "approve", found.id, digest, passkey=by_passkey)
        change = with_records(change, spent)
        change = _when_complete(world, unit, change, [*earlier, approval], unit.clearances.of_submissions([found.id]))
        unit.commit(change)
        return _submission_in(change)


@tells("clear", "submission")
def clear(world: World, who: Who, submission_id: str, digest: str, *, granted: bool, reason: str) -> Submission:
    """Answer a claim of no unpublished statistics, with the reason written down and a fresh factor. Raises Refused."""
    with world.storage.unit() as unit:
        me = acting(unit, who, "submission.clear", world.policy.roles, unit.now)
        found = unit.submissions.get(submission_id)
        require_access_to(unit, me.id, found.post, world.policy.roles, unit.now)
        earlier = unit.clearances.of_submissions([found.id])
        if any(c.by == me.id and c.digest == digest and c.voided_at is None for c in earlier):
            raise Refused(Reason.ALREADY_ANSWERED)
        word = Clearance(
            id=world.chance.id(),
            submission=found.id,
            digest=digest,
            by=me.id,
            reason=reason,
            granted=granted,
            at=at(unit.now),
        )
        change = clearing.clear(word, found, by=me)
        if granted:
            # Written even when it is the same, so that an approval at the same moment meets it at its version.
            change = with_records(change, found)
        change = with_records(change, spend_step_up(unit, who, unit.now, "clear", found.id, digest))
        change = _when_complete(world, unit, change, unit.approvals.of_submissions([found.id]), [*earlier, word])
        unit.commit(change)
        return _submission_in(change)


def _submission_in(change: Change) -> Submission:
    return next(record for record in change.records if isinstance(record, Submission))


def _when_complete(
    world: World, unit: Unit, change: Change, approvals: Iterable[Approval], clearances: Iterable[Clearance]
) -> Change:
    """The change, with the deliveries held where both the quorum and the clearance are in. A clearance is no approval:
    whoever holds both roles answers twice, each time with a factor of its own.
    """
    found = _submission_in(change)
    if found.state is SubmissionState.REFUSED:
        return change + _told_no(world, found, at(unit.now))
    if found.state is not SubmissionState.WAITING:
        return change
    accounts = unit.accounts.many(found.wish.accounts)
    people = standing(approvals, found, world.policy, unit.now)
    if len(people) < needed_approvals(found, accounts.values(), world.policy):
        return change
    if found.needs_clearance and not any(c.stands_for(found.digest) for c in clearances):
        return change
    return _held(world, unit, change, found, accounts)


def _told_no(world: World, found: Submission, when: datetime) -> Change:
    """Its author is told: what they wrote does not go out as it is."""
    kind, id = NoticeKind.NOT_APPROVED, world.chance.id()
    return give(Notice(id=id, member=found.author, kind=kind, subject_kind="submission", subject_id=found.id, at=when))


def _held(world: World, unit: Unit, change: Change, found: Submission, accounts: dict[str, Account]) -> Change:
    release = unit.releases.get(found.wish.release) if found.wish.release else None
    ids = [world.chance.id() for _ in found.outgoings]
    platforms = {account.id: account.platform for account in accounts.values()}
    held = hold_all(found, ids, platforms, release, at(unit.now))
    return _replacing(change, found, SubmissionState.HELD) + held


def _replacing(change: Change, found: Submission, state: SubmissionState) -> Change:
    records = tuple(replace(r, state=state) if r is found else r for r in change.records)
    return Change(change.events, records)
