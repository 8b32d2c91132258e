"""Leaving: one act takes a person out; what they authored is held, what they said yes to is void (G6, P20)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.access import AccessList, dropped
from gateway.domain.account import Account
from gateway.domain.approval import Approval
from gateway.domain.approval import void as void_approval
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change, together
from gateway.domain.clearance import Clearance
from gateway.domain.clearance import void as void_clearance
from gateway.domain.delivery import BEFORE_INTENT, Delivery, State, hold_for_person
from gateway.domain.grant import Grant
from gateway.domain.grant import end as end_grant
from gateway.domain.member import Member, MemberState
from gateway.domain.refusal import Reason, Refused
from gateway.domain.submission import Submission, SubmissionState


@dataclass(frozen=True)
class Traces:
    """Everything of a leaver that stands in the house, read in the transaction that ends it."""

    grants: tuple[Grant, ...]
    approvals: tuple[Approval, ...]
    clearances: tuple[Clearance, ...]
    submissions: tuple[Submission, ...]
    deliveries: tuple[Delivery, ...]
    connected: tuple[Account, ...]
    access: tuple[AccessList, ...] = ()


@dataclass(frozen=True)
class Report:
    """What leaving ended, held and listed, with its time; printed for the security officer."""

    member: str
    at: datetime
    grants_ended: int
    approvals_voided: int
    clearances_voided: int
    deliveries_held: tuple[str, ...]
    submissions_stopped: tuple[str, ...]
    on_their_way: tuple[str, ...]
    credentials_to_rotate: tuple[str, ...]


def require_may_leave(member: Member, *, by: Member, other_admins: int) -> None:
    """Raises Refused where the member has left already, is the last administrator, or is the actor."""
    if member.state is MemberState.LEFT:
        raise Refused(Reason.MEMBER_LEFT, member=member.id)
    if member.id == by.id:
        raise Refused(Reason.OWN_WORK, act="leave")
    if "administrator" in member.roles and other_admins == 0:
        raise Refused(Reason.LAST_ADMINISTRATOR)


def leave(member: Member, traces: Traces, *, by: Member, at: datetime) -> tuple[Change, Report]:
    """The Change that takes `member` out, and its report. Sessions and factors are ended beside it in one commit.

    Voided: their approvals and clearances on anything not yet past its intent. Held: every delivery they authored or
    answered for. Withdrawn: what they had put forward and nobody has answered (another person of the team may put the
    post forward again). Listed: accounts whose credential they connected, for rotation, and what is on its way.
    """
    gone = replace(member, state=MemberState.LEFT, left_at=at, password_hash=None, email="")
    event = AuditEvent("member.leave", by.id, "member", member.id, {"roles": "+".join(member.roles)})
    open_ids = {d.submission for d in traces.deliveries if d.state in BEFORE_INTENT}
    open_ids |= {s.id for s in traces.submissions if s.state is SubmissionState.WAITING}
    approvals = [a for a in traces.approvals if a.voided_at is None and a.submission in open_ids]
    clearances = [c for c in traces.clearances if c.voided_at is None and c.submission in open_ids]
    touched = _touched(member, approvals, clearances, traces)
    behind = _touched(member, traces.approvals, traces.clearances, traces)
    held = [d for d in traces.deliveries if d.state in BEFORE_INTENT and d.submission in touched]
    stopped = [s for s in traces.submissions if s.author == member.id and s.state is SubmissionState.WAITING]
    changes = [Change((event,), (gone,))]
    changes += [end_grant(grant, by=by.id, at=at) for grant in traces.grants]
    changes += [void_approval(a, by=by.id, at=at, why="left") for a in approvals]
    changes += [void_clearance(c, by=by.id, at=at, why="left") for c in clearances]
    changes += [hold_for_person(d, why=_why(member, d, traces), actor=by.id) for d in held]
    changes += [_withdrawn(s, by) for s in stopped]
    changes += dropped(traces.access, member.id, by=by.id)
    report = Report(
        member=member.id,
        at=at,
        grants_ended=len(traces.grants),
        approvals_voided=len(approvals),
        clearances_voided=len(clearances),
        deliveries_held=tuple(d.id for d in held),
        submissions_stopped=tuple(s.id for s in stopped),
        on_their_way=tuple(d.id for d in traces.deliveries if d.state is State.SENDING and d.submission in behind),
        credentials_to_rotate=tuple(a.id for a in traces.connected),
    )
    return together(*changes), report


def _withdrawn(submission: Submission, by: Member) -> Change:
    event = AuditEvent("submission.withdraw", by.id, "submission", submission.id, {"why": "author-left"})
    return Change((event,), (replace(submission, state=SubmissionState.WITHDRAWN),))


def _touched(
    member: Member, approvals: Iterable[Approval], clearances: Iterable[Clearance], traces: Traces
) -> set[str]:
    authored = {s.id for s in traces.submissions if s.author == member.id}
    return authored | {a.submission for a in approvals} | {c.submission for c in clearances}


def _why(member: Member, delivery: Delivery, traces: Traces) -> Reason:
    authored = any(s.id == delivery.submission and s.author == member.id for s in traces.submissions)
    if authored:
        return Reason.AUTHOR_GONE
    approved = any(a.submission == delivery.submission for a in traces.approvals)
    return Reason.APPROVER_GONE if approved else Reason.CLEARER_GONE
