"""Approval and quorum: one person's yes to one digest, and how many are needed. Nobody approves their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.audit import AuditEvent, Fact
from gateway.domain.change import Change, Record
from gateway.domain.instant import Now
from gateway.domain.member import Member
from gateway.domain.policy import Policy
from gateway.domain.refusal import Reason, Refused
from gateway.domain.submission import PutForward, Submission, SubmissionState


@dataclass(frozen=True, kw_only=True)
class Approval(Record):
    """One person's answer to one digest; `given` False is a rejection with its reason. Voided when the giver leaves."""

    submission: str
    digest: str
    by: str
    given: bool
    reason: str
    rule_set: str
    content_class: str
    at: datetime
    voided_at: datetime | None = None

    def stands_for(self, submission: PutForward, policy: Policy, now: Now) -> bool:
        """A yes to exactly this digest and class by someone other than its author, neither voided nor stale."""
        return (
            self.given
            and self.voided_at is None
            and self.digest == submission.digest
            and self.by != submission.author
            and self.content_class == submission.content_class
            and not now.maybe_past(self.at + policy.timing.approval_life)
        )


def standing(approvals: Iterable[Approval], submission: PutForward, policy: Policy, now: Now) -> frozenset[str]:
    """The different people whose yes stands for this submission now."""
    return frozenset(a.by for a in approvals if a.stands_for(submission, policy, now))


def answer(
    approval: Approval, submission: Submission, earlier: Iterable[Approval], *, by: Member, policy: Policy
) -> Change:
    """Say yes or no to a submission, bound to the digest that was shown. Raises Refused.

    The approver may raise the content class (P14); that voids earlier answers, for they were to another class.
    """
    _require_may_answer(approval, submission, earlier, by, policy)
    raised = _raised(submission, approval, policy)
    facts: dict[str, Fact] = {
        "digest": submission.digest,
        "rule_set": approval.rule_set,
        "class": approval.content_class,
    }
    if not approval.given:
        event = AuditEvent("approval.reject", by.id, "submission", submission.id, facts)
        return Change((event,), (approval, replace(submission, state=SubmissionState.REFUSED)))
    event = AuditEvent("approval.give", by.id, "submission", submission.id, facts)
    # The submission is written even when it is the same, so that two answers at once meet at its version.
    return Change((event,), (approval, raised))


def _require_may_answer(
    approval: Approval, submission: Submission, earlier: Iterable[Approval], by: Member, policy: Policy
) -> None:
    if by.id == submission.author:
        raise Refused(Reason.OWN_WORK, act="approve")
    if submission.state is not SubmissionState.WAITING:
        raise Refused(Reason.WRONG_STATE, state=str(submission.state))
    if approval.digest != submission.digest:
        raise Refused(Reason.DIGEST_DIFFERS)
    if any(
        a.by == by.id
        and a.digest == approval.digest
        and a.voided_at is None
        and a.content_class == approval.content_class
        and approval.at < a.at + policy.timing.approval_life  # a stale answer may be given again
        for a in earlier
    ):
        raise Refused(Reason.ALREADY_ANSWERED)
    needs_reason = not approval.given or any(f.severity == "reason" for f in submission.findings)
    needs_reason = needs_reason or bool(submission.wish.doubt.strip())
    if needs_reason and not approval.reason.strip():
        raise Refused(Reason.REASON_MISSING)


def _raised(submission: Submission, approval: Approval, policy: Policy) -> Submission:
    if approval.content_class not in policy.quorum.classes:
        raise Refused(Reason.CLASS_UNKNOWN, content_class=approval.content_class)
    if submission.content_class not in policy.quorum.classes:
        raise Refused(Reason.CLASS_UNKNOWN, content_class=submission.content_class)
    if policy.quorum.is_lower(approval.content_class, submission.content_class):
        raise Refused(Reason.CLASS_LOWERED, content_class=approval.content_class)
    return replace(submission, content_class=approval.content_class)


def void(approval: Approval, *, by: str, at: datetime, why: str) -> Change:
    """Take an approval away: its giver left."""
    event = AuditEvent("approval.void", by, "submission", approval.submission, {"giver": approval.by, "why": why})
    return Change((event,), (replace(approval, voided_at=at),))
