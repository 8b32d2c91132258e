"""Hand-made values of the core: one delivery for which every fact is in order, to be spoilt one fact at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from connectors.words import Outgoing
from gateway.domain.account import Account, CredentialState, FactorState
from gateway.domain.approval import Approval
from gateway.domain.clearance import Clearance
from gateway.domain.delivery import Delivery, State
from gateway.domain.digest import digest_of
from gateway.domain.door import Facts
from gateway.domain.grant import Grant, Kind
from gateway.domain.instant import Now, rfc3339
from gateway.domain.judging import under
from gateway.domain.member import Member, MemberState
from gateway.domain.release import Calendar, Release, ReleaseState
from gateway.domain.submission import Submission, SubmissionState, Wish
from tests.cast import DAY, HOUR, MINUTE, NOON, PRETEND, SECOND, policy

BEFORE = NOON - DAY
SALT = b"s" * 32
AFTER = Now.within(NOON + SECOND, timedelta(0))


def now_at(instant: datetime, bound: timedelta = timedelta(0)) -> Now:
    return Now.within(instant, bound)


def a_member(name: str, *roles: str) -> Member:
    return Member(
        id=name,
        name=name,
        name_key=name,
        display_name=name,
        team="Digital",
        roles=roles,
        state=MemberState.ACTIVE,
        created_at=BEFORE,
    )


def an_account(id: str = "office", tier: str = "standard") -> Account:
    return Account(
        id=id,
        platform=PRETEND,
        origin="https://pretend.example",
        handle=id,
        subject=f"subject-{id}",
        owner_team="Digital",
        responsible="Olu",
        accountable="Head",
        tier=tier,
        factor_state=FactorState.ON,
        recovery_owner="Digital",
        factor_checked_at=BEFORE,
        credential_state=CredentialState.CURRENT,
        created_at=BEFORE,
    )


def a_grant(member: str, *kinds: Kind, account: str = "office") -> Grant:
    return Grant(
        id=f"grant-{member}-{account}",
        member=member,
        account=account,
        kinds=kinds,
        begins=BEFORE,
        ends=None,
        given_by="olu",
    )


def a_release(instant: datetime = NOON, seen_at: datetime | None = NOON) -> Release:
    return Release(
        id="/releases/cpi",
        title="CPI",
        instant=instant,
        state=ReleaseState.FINAL,
        seen_at=seen_at,
        source="ons",
        imported_at=BEFORE,
    )


def a_calendar(read_at: datetime = NOON - HOUR) -> Calendar:
    return Calendar(id="ons", read_at=read_at, digest="0" * 64, entries=1)


def an_approval(submission: Submission, by: str = "bola", at: datetime = NOON - HOUR) -> Approval:
    return Approval(
        id=f"approval-{by}",
        submission=submission.id,
        digest=submission.digest,
        by=by,
        given=True,
        reason="",
        rule_set=submission.rule_set,
        content_class=submission.content_class,
        at=at,
    )


def a_clearance(submission: Submission, by: str = "cleo") -> Clearance:
    return Clearance(
        id=f"clearance-{by}",
        submission=submission.id,
        digest=submission.digest,
        by=by,
        reason="no figures",
        granted=True,
        at=NOON - HOUR,
    )


def a_submission(
    *, release: str | None = None, wanted: str | None = None, content_class: str = "routine"
) -> Submission:
    wish = Wish(
        accounts=("office",),
        wanted=wanted or rfc3339(NOON),
        content_class=content_class,
        release=release,
        claims_no_statistics=release is None,
        declared=policy().declaration,
    )
    outgoings = (Outgoing(account="office", text="Hello", wanted=wish.wanted, release=release),)
    return Submission(
        id="submission",
        post="post",
        revision="revision",
        author="ada",
        submitted_at=BEFORE,
        wish=wish,
        outgoings=outgoings,
        salt=SALT,
        digest=digest_of(outgoings, SALT),
        rule_set=policy().id,
        findings=(),
        content_class=content_class,
        needs_clearance=release is None,
        state=SubmissionState.HELD,
    )


def a_delivery(submission: Submission | None = None, **over: object) -> Delivery:
    said = submission or a_submission()
    made = Delivery(
        id="delivery",
        version=1,
        submission=said.id,
        account="office",
        platform=PRETEND,
        outgoing=said.outgoings[0],
        digest=said.digest,
        release=said.wish.release,
        due_at=NOON,
        stamp=NOON,
        previous=None,
        judged_under=under(policy(), "", AFTER),
    )
    return replace(made, **over)  # type: ignore[arg-type]  # the caller names fields of Delivery


def good_facts(*, bound: bool = False, wanted: str | None = None) -> Facts:
    """Every fact in order at AFTER: claimed no statistics and cleared or, with `bound`, bound to a release seen."""
    submission = a_submission(release="/releases/cpi" if bound else None, wanted=wanted)
    people = (
        a_member("ada", "author"),
        a_member("bola", "approver"),
        a_member("bea", "approver"),
        a_member("cleo", "clearer"),
    )
    return Facts(
        delivery=a_delivery(submission, state=State.CLAIMED, claimed_by="worker-1"),
        submission=submission,
        said=digest_of(submission.outgoings, submission.salt),
        account=an_account(),
        accounts=(an_account(),),
        members={person.id: person for person in people},
        grants=(a_grant("ada", Kind.WRITE), a_grant("bola", Kind.APPROVE), a_grant("bea", Kind.APPROVE)),
        approvals=(an_approval(submission),),
        clearances=() if bound else (a_clearance(submission),),
        freezes=(),
        release=a_release() if bound else None,
        calendar=a_calendar() if bound else None,
        predecessor=None,
        policy=policy(),
    )


__all__ = [
    "AFTER", "BEFORE", "DAY", "HOUR", "MINUTE", "NOON", "SECOND", "a_calendar", "a_clearance", "a_delivery",
    "a_grant", "a_member", "a_release", "a_submission", "an_account", "an_approval", "good_facts", "now_at",
]  # fmt: skip
