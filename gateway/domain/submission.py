"""Submission: a revision put forward for named accounts and a time, with the exact Outgoings and their digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from connectors.words import AT_RELEASE, NOW, Outgoing
from gateway.domain.account import Account
from gateway.domain.audit import AuditEvent, Fact
from gateway.domain.change import Change, Record
from gateway.domain.check import Finding
from gateway.domain.digest import digest_of
from gateway.domain.instant import NaiveTime, Now, parse_rfc3339
from gateway.domain.policy import Policy
from gateway.domain.post import Content, Media, Revision
from gateway.domain.refusal import Reason, Refused
from gateway.domain.release import Release
from gateway.domain.statistics.evidence import Judgement, Verdict


class SubmissionState(StrEnum):
    """waiting for answers; held as deliveries; refused; withdrawn; replaced by a newer submission of the post."""

    WAITING = "waiting"
    HELD = "held"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


@dataclass(frozen=True)
class Wish:
    """What the author asks for when submitting: accounts, time, class, binding or claim, declaration, doubt."""

    accounts: tuple[str, ...]
    wanted: str
    content_class: str
    release: str | None
    claims_no_statistics: bool
    declared: tuple[str, ...]
    doubt: str = ""


@dataclass(frozen=True)
class Judged:
    """What was found before anything is written: findings, the embargo's judgement, what it asks for, under what.

    `held_by` is the dated profile under which nothing of its kind goes at its moment.
    """

    findings: tuple[Finding, ...]
    judgement: Judgement
    needs_clearance: bool
    rule_set: str
    under: str
    held_by: str | None = None


# Default deny: what nobody judged needs a clearer.
UNJUDGED = Judgement(Verdict.NEEDS_CLEARANCE, "unjudged", None, ())


@dataclass(frozen=True, kw_only=True)
class Submission(Record):
    """A revision put forward. `rule_set` is the id of the policy that judged it, outside the digest (house §2).

    `judgement` is the embargo's, with its evidence; `needs_clearance` what it asks for; `judged_under` names policy,
    profiles and calendar together (gateway.domain.judging). `salt` is its wording's, sealed beside what is said.
    `corrects` is the delivery whose post this one puts right: a link on our record alone, since it changes nothing of
    what is sent; so it stands outside the digest.
    """

    post: str
    revision: str
    author: str
    submitted_at: datetime
    wish: Wish
    outgoings: tuple[Outgoing, ...]
    salt: bytes = field(repr=False)
    digest: str
    rule_set: str
    findings: tuple[Finding, ...]
    content_class: str
    judgement: Judgement = UNJUDGED
    needs_clearance: bool = True
    judged_under: str = ""
    state: SubmissionState = SubmissionState.WAITING
    corrects: str | None = None


def outgoings_of(content: Content, wish: Wish, media: Mapping[str, Media]) -> tuple[Outgoing, ...]:
    """The exact things said: one a part and account, in order. Pictures and link go with the first part."""
    made: list[Outgoing] = []
    for account in wish.accounts:
        parts = content.parts_for(account)
        for number, text in enumerate(parts, start=1):
            first = number == 1
            made.append(
                Outgoing(
                    account=account,
                    text=text,
                    wanted=wish.wanted,
                    pictures=tuple(media[p.sha256].picture(p.alt_text) for p in content.pictures) if first else (),
                    link=content.link if first else None,
                    visibility=content.visibility,
                    language=content.language,
                    release=wish.release,
                    part=number,
                    parts=len(parts),
                )
            )
    return tuple(made)


def require_wish(wish: Wish, policy: Policy, release: Release | None, now: Now) -> None:
    """What was asked for is complete and possible. Raises Refused with the first thing to mend."""
    if not wish.accounts:
        raise Refused(Reason.EMPTY, field="accounts")
    if wish.content_class not in policy.quorum.classes:
        raise Refused(Reason.CLASS_UNKNOWN, content_class=wish.content_class)
    _require_declaration(wish, policy)
    _require_binding(wish, release)
    _require_time(wish, now)


def _require_declaration(wish: Wish, policy: Policy) -> None:
    missing = [point for point in policy.declaration if point not in wish.declared]
    if missing == ["no-doubt"]:
        if not wish.doubt.strip():
            raise Refused(Reason.DOUBT_UNWRITTEN)
    elif missing:
        raise Refused(Reason.DECLARATION_INCOMPLETE, point=missing[0])


def _require_binding(wish: Wish, release: Release | None) -> None:
    if (wish.release is None) != wish.claims_no_statistics:
        raise Refused(Reason.RELEASE_OR_CLAIM)
    if wish.release is not None and release is None:
        raise Refused(Reason.RELEASE_UNKNOWN, release=wish.release)
    if wish.release is None and wish.wanted == AT_RELEASE:
        raise Refused(Reason.RELEASE_OR_CLAIM)


def require_binding(wish: Wish, embargoed: Iterable[str]) -> None:
    """What was written or put forward for a release that is not out is put forward for that release alone, in whatever
    wording of its post. Raises Refused.
    """
    if others := sorted(set(embargoed) - {wish.release}):
        raise Refused(Reason.DRAFT_BOUND, release=others[0])


def _require_time(wish: Wish, now: Now) -> None:
    if wish.wanted in {AT_RELEASE, NOW}:
        return
    try:
        wanted = parse_rfc3339(wish.wanted)
    except NaiveTime:
        raise Refused(Reason.TIME_NAIVE) from None
    except (ValueError, OverflowError):
        raise Refused(Reason.TIME_DOES_NOT_EXIST) from None
    if now.surely_past(wanted):
        raise Refused(Reason.TIME_PAST, wanted=wish.wanted)


def require_now_possible(wish: Wish, release: Release | None, now: Now) -> None:
    """Sending "now" what is bound to a release that is not out is refused at once, with its instant. Raises Refused."""
    if wish.wanted == NOW and release is not None and not now.surely_past(release.instant):
        raise Refused(Reason.EMBARGOED, release=release.id, instant=release.instant.isoformat())


def submit(
    submission_id: str,
    revision: Revision,
    wish: Wish,
    outgoings: tuple[Outgoing, ...],
    judged: Judged,
    *,
    at: datetime,
    replaces: Iterable[Submission] = (),
    corrects: str | None = None,
) -> Change:
    """Put a revision forward. Findings that block refuse it; an earlier submission of the post is replaced.

    Raises Refused with the rule and what to change.
    """
    if blocking := next((finding for finding in judged.findings if finding.blocks), None):
        raise Refused(Reason.FINDING_BLOCKS, rule=blocking.rule, account=blocking.account, part=blocking.part)
    fresh = Submission(
        id=submission_id,
        post=revision.post,
        revision=revision.id,
        author=revision.author,
        submitted_at=at,
        wish=wish,
        outgoings=outgoings,
        salt=revision.salt,
        digest=digest_of(outgoings, revision.salt),
        rule_set=judged.rule_set,
        findings=judged.findings,
        judgement=judged.judgement,
        needs_clearance=judged.needs_clearance,
        judged_under=judged.under,
        content_class=wish.content_class,
        corrects=corrects,
    )
    events = [_submitted(fresh)]
    records: list[Record] = [fresh]
    for old in replaces:
        events.append(AuditEvent("submission.replace", fresh.author, "submission", old.id, {"by": fresh.id}))
        records.append(replace(old, state=SubmissionState.REPLACED))
    return Change(tuple(events), tuple(records))


def _submitted(fresh: Submission) -> AuditEvent:
    facts: dict[str, Fact] = {
        "post": fresh.post,
        "digest": fresh.digest,
        "accounts": len(fresh.wish.accounts),
        "release": fresh.wish.release,
        "class": fresh.content_class,
        "rule_set": fresh.rule_set,
        "findings": len(fresh.findings),
        "verdict": str(fresh.judgement.verdict),
        "clearer": fresh.needs_clearance,
        "doubt": bool(fresh.wish.doubt.strip()),
        "corrects": fresh.corrects,
    }
    return AuditEvent("submission.submit", fresh.author, "submission", fresh.id, facts)


class PutForward(Protocol):
    """What answers are bound to: what a whole submission knows, and a list's sketch of one."""

    @property
    def author(self) -> str:
        """Who put it forward."""

    @property
    def digest(self) -> str:
        """The fingerprint of what it says."""

    @property
    def content_class(self) -> str:
        """How grave it is."""


def needed_approvals(submission: PutForward, accounts: Iterable[Account], policy: Policy) -> int:
    """The strictest quorum among its accounts at its content class (house §2); a written doubt never lowers it."""
    return max(policy.quorum.of(account.tier, submission.content_class) for account in accounts)
