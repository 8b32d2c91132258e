"""Clearance: a second, trained person's word that a submission holds no unpublished statistics, with the reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change, Record
from gateway.domain.member import Member
from gateway.domain.refusal import Reason, Refused
from gateway.domain.submission import Submission, SubmissionState


@dataclass(frozen=True, kw_only=True)
class Clearance(Record):
    """One person's word on one digest; `granted` False is a refusal. Voided when the giver leaves."""

    submission: str
    digest: str
    by: str
    reason: str
    granted: bool
    at: datetime
    voided_at: datetime | None = None

    def stands_for(self, digest: str) -> bool:
        """Whether it clears exactly this digest."""
        return self.granted and self.voided_at is None and self.digest == digest


def clear(clearance: Clearance, submission: Submission, *, by: Member) -> Change:
    """Answer a claim of no unpublished statistics. Never one's own; the reason is written. Raises Refused."""
    if by.id == submission.author:
        raise Refused(Reason.OWN_WORK, act="clear")
    if submission.state is not SubmissionState.WAITING or not submission.needs_clearance:
        raise Refused(Reason.WRONG_STATE, state=str(submission.state))
    if clearance.digest != submission.digest:
        raise Refused(Reason.DIGEST_DIFFERS)
    if not clearance.reason.strip():
        raise Refused(Reason.REASON_MISSING)
    act = "clearance.give" if clearance.granted else "clearance.refuse"
    event = AuditEvent(act, by.id, "submission", submission.id, {"digest": submission.digest})
    if clearance.granted:
        return Change((event,), (clearance,))
    return Change((event,), (clearance, replace(submission, state=SubmissionState.REFUSED)))


def void(clearance: Clearance, *, by: str, at: datetime, why: str) -> Change:
    """Take a clearance away: its giver left."""
    event = AuditEvent("clearance.void", by, "submission", clearance.submission, {"giver": clearance.by, "why": why})
    return Change((event,), (replace(clearance, voided_at=at),))
