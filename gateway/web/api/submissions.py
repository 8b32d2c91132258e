"""Putting forward and answering: check, submit, withdraw, approve, reject, clear."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import Field

from gateway.actions import approve as answering
from gateway.actions import commenting, reading, submit, taking_over
from gateway.domain.comment import LONGEST, Comment
from gateway.domain.judging import must_bind
from gateway.domain.submission import Submission, SubmissionState, Wish
from gateway.web.answers import (
    Answer,
    DeliveryAnswer,
    FindingAnswer,
    JudgementAnswer,
    OutgoingAnswer,
    SubmissionAnswer,
    WishAnswer,
)
from gateway.web.forms import Digest, Form, Id, Limit, PathId, Symbol, Text, Time, WallTime, Word, wanted_of
from gateway.web.guards import Acting, InWorld

Class = Annotated[Word, Field(max_length=40)]
States = Annotated[Literal["waiting", "held", "refused", "withdrawn", "replaced"], Query()]


class Wished(Form):
    """A revision and what is asked for it: accounts, time, class, release or claim, declaration, doubt; and the
    delivery whose post it puts right.
    """

    revision: Id
    accounts: Annotated[list[Id], Field(max_length=100)]
    wanted: Symbol | Time | WallTime
    content_class: Class
    release: Word | None = None
    claims_no_statistics: bool = False
    declared: Annotated[list[Word], Field(max_length=20)]
    doubt: Text = ""
    corrects: Id | None = None

    def wish(self) -> Wish:
        """The wish in the core's words. Raises Refused for a time that is naive, comes twice or never."""
        return Wish(
            accounts=tuple(self.accounts),
            wanted=wanted_of(self.wanted),
            content_class=self.content_class,
            release=self.release,
            claims_no_statistics=self.claims_no_statistics,
            declared=tuple(self.declared),
            doubt=self.doubt,
        )


class TakenOver(Form):
    """One's own declaration, a doubt, and another time where the old one is past."""

    declared: Annotated[list[Word], Field(max_length=20)]
    doubt: Text = ""
    wanted: Symbol | Time | WallTime | None = None


class Yes(Form):
    """Yes to exactly this digest; the class may be raised."""

    digest: Digest
    reason: Text = ""
    content_class: Class | None = None


class No(Form):
    """No to this digest, and why."""

    digest: Digest
    reason: Text


class Cleared(Form):
    """Whether this digest holds no unpublished statistics, and why one thinks so."""

    digest: Digest
    granted: bool
    reason: Text


class Said(Form):
    """A comment."""

    text: Annotated[Text, Field(max_length=LONGEST)]


class CommentAnswer(Answer):
    """What one person said about a submission; never published."""

    id: str
    submission: str
    by: str
    at: datetime
    text: str


class CheckAnswer(Answer):
    """What a submission would be."""

    digest: str
    outgoings: tuple[OutgoingAnswer, ...]
    findings: tuple[FindingAnswer, ...]
    judgement: JudgementAnswer
    needs_clearance: bool
    must_bind: bool
    held_by: str | None


class ApprovalAnswer(Answer):
    """One person's answer."""

    by: str
    digest: str
    given: bool
    reason: str
    content_class: str
    at: datetime
    voided_at: datetime | None


class ClearanceAnswer(Answer):
    """One person's word on unpublished statistics."""

    by: str
    digest: str
    granted: bool
    reason: str
    at: datetime
    voided_at: datetime | None


class SubmissionWhole(SubmissionAnswer):
    """A submission with what it says."""

    wish: WishAnswer
    outgoings: tuple[OutgoingAnswer, ...]
    findings: tuple[FindingAnswer, ...]
    judgement: JudgementAnswer


class SubmissionReadAnswer(Answer):
    """A submission whole, with the answers to it and its deliveries; `withheld`: it says nothing to you (embargo)."""

    submission: SubmissionWhole
    approvals: tuple[ApprovalAnswer, ...]
    clearances: tuple[ClearanceAnswer, ...]
    deliveries: tuple[DeliveryAnswer, ...]
    withheld: bool


def check_submission(world: InWorld, who: Acting, form: Wished) -> dict[str, Any]:
    """What a submission would be; nothing is written."""
    found = submit.check(world, who, form.revision, form.wish(), corrects=form.corrects)
    judged = found.judged
    return {
        "digest": found.digest,
        "outgoings": found.outgoings,
        "findings": judged.findings,
        "judgement": judged.judgement,
        "needs_clearance": judged.needs_clearance,
        "must_bind": must_bind(form.release, judged.judgement),
        "held_by": judged.held_by,
    }


def submit_revision(world: InWorld, who: Acting, form: Wished) -> Submission:
    """Put a revision forward."""
    return submit.submit(world, who, form.revision, form.wish(), corrects=form.corrects)


def list_submissions(world: InWorld, who: Acting, state: States = "waiting", limit: Limit = 100) -> list[Submission]:
    """The newest submissions in one state."""
    return reading.list_submissions(world, who, SubmissionState(state), limit)


def read_submission(world: InWorld, who: Acting, submission_id: PathId) -> Any:
    """A submission whole."""
    return reading.read_submission(world, who, submission_id)


def withdraw_submission(world: InWorld, who: Acting, submission_id: PathId) -> Submission:
    """Take back what has not gone."""
    return submit.withdraw_submission(world, who, submission_id)


def take_over_submission(world: InWorld, who: Acting, submission_id: PathId, form: TakenOver) -> Submission:
    """Put forward as one's own what somebody who left had put forward; every answer starts afresh."""
    wanted = wanted_of(form.wanted) if form.wanted else None
    declared = tuple(form.declared)
    return taking_over.take_over(world, who, submission_id, declared, doubt=form.doubt, wanted=wanted)


def approve_submission(world: InWorld, who: Acting, submission_id: PathId, form: Yes) -> Submission:
    """Say yes to exactly what was shown."""
    return answering.approve(
        world, who, submission_id, form.digest, yes=True, reason=form.reason, content_class=form.content_class
    )


def reject_submission(world: InWorld, who: Acting, submission_id: PathId, form: No) -> Submission:
    """Say no, and why."""
    return answering.approve(world, who, submission_id, form.digest, yes=False, reason=form.reason)


def clear_submission(world: InWorld, who: Acting, submission_id: PathId, form: Cleared) -> Submission:
    """Answer a claim of no unpublished statistics."""
    return answering.clear(world, who, submission_id, form.digest, granted=form.granted, reason=form.reason)


def list_comments(world: InWorld, who: Acting, submission_id: PathId) -> list[Comment]:
    """What was said about a submission, oldest first."""
    return commenting.list_comments(world, who, submission_id)


def comment(world: InWorld, who: Acting, submission_id: PathId, form: Said) -> Comment:
    """Ask or say something about a submission."""
    return commenting.comment(world, who, submission_id, form.text)
