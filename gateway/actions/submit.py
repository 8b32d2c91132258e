"""Submitting: the exact Outgoings, their findings and digest; and withdrawing what has not gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from connectors.words import NOW, Outgoing
from gateway.actions.access import bindings_of, require_access, told_drafts
from gateway.actions.guard import acting, at, spend_step_up, with_records
from gateway.actions.judging import judged
from gateway.actions.telling import tells
from gateway.actions.write import correctable
from gateway.domain import submission as core
from gateway.domain.account import Account, require_connected, require_factor, require_thawed
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change, together
from gateway.domain.delivery import NEXT, State, withdraw
from gateway.domain.digest import digest_of
from gateway.domain.grant import Kind, require_grant
from gateway.domain.judging import require_bound, require_not_held
from gateway.domain.member import Member
from gateway.domain.policy import Policy
from gateway.domain.post import Revision
from gateway.domain.refusal import Reason, Refused
from gateway.domain.release import Release
from gateway.domain.submission import Judged, Submission, SubmissionState, Wish
from gateway.storage.unit import Readers, Unit
from gateway.world import Who, World


def _accounts(unit: Readers, wish: Wish) -> dict[str, Account]:
    found = unit.accounts.many(wish.accounts)
    if missing := [account for account in wish.accounts if account not in found]:
        raise Refused(Reason.ACCOUNT_UNKNOWN, account=missing[0])
    if len(set(wish.accounts)) != len(wish.accounts):
        raise Refused(Reason.ACCOUNT_UNKNOWN, account="twice")
    return found


def _require_accounts(unit: Unit, me: Member, wish: Wish, accounts: Mapping[str, Account], policy: Policy) -> None:
    grants, freezes = unit.grants.of_member(me.id), unit.freezes.in_force()
    for account in accounts.values():
        require_grant(grants, me.id, account.id, Kind.WRITE, unit.now)
        if wish.wanted == NOW:
            require_grant(grants, me.id, account.id, Kind.PUBLISH_NOW, unit.now)
        require_thawed(account, freezes)
        require_factor(account, policy.timing, unit.now)
        require_connected(account)


@dataclass(frozen=True)
class Preview:
    """What a submission would be: its digest, the exact Outgoings, and how it is judged, with the evidence."""

    digest: str
    outgoings: tuple[Outgoing, ...]
    judged: Judged


@tells("check", "revision")
def check(world: World, who: Who, revision_id: str, wish: Wish, *, corrects: str | None = None) -> Preview:
    """What a submission would be and how it is judged. Writes nothing, and is told where what it shows is embargoed.
    Raises Refused.
    """
    now = world.clock.now()
    with world.storage.reading() as readers:
        me = acting(readers, who, "post.write", world.policy.roles, now)
        revision = _own_revision(readers, me, revision_id)
        outgoings, accounts = _composed(readers, revision, wish)
        correctable(readers, me, corrects, now)
        kept = require_access(readers, me.id, _bindings(readers, revision, wish), world.policy.roles, now)
        release = readers.releases.find(wish.release) if wish.release else None
        found = judged(world, readers, wish, release, outgoings, accounts, now)
    if kept:
        with world.storage.unit() as unit:
            unit.commit(told_drafts(who, "revision", revision_id, kept))
    return Preview(digest_of(outgoings, revision.salt), outgoings, found)


def _own_revision(readers: Readers, me: Member, revision_id: str) -> Revision:
    revision = readers.revisions.get(revision_id)
    post = readers.posts.get(revision.post)
    if revision.author != me.id or (post.author != me.id and post.team != me.team):
        raise Refused(Reason.NOT_FOUND, kind="revision")
    return revision


def _composed(readers: Readers, revision: Revision, wish: Wish) -> tuple[tuple[Outgoing, ...], dict[str, Account]]:
    accounts = _accounts(readers, wish)
    media = readers.media.many(p.sha256 for p in revision.content.pictures)
    return core.outgoings_of(revision.content, wish, media), accounts


def _bindings(readers: Readers, revision: Revision, wish: Wish) -> set[str]:
    """What would be bound: to the release asked for, and to each that the post was written or put forward for."""
    return bindings_of(readers, [revision.post])[revision.post] | ({wish.release} if wish.release else set())


@tells("submit", "revision")
def submit(world: World, who: Who, revision_id: str, wish: Wish, *, corrects: str | None = None) -> Submission:
    """Put a revision forward. An earlier submission of the post that has not gone is replaced: any edit voids.

    `corrects`: the delivery whose published post this one puts right.
    "now" asks for a fresh factor (act `publish-now`, the revision, its digest). Raises Refused.
    """
    with world.storage.reading() as readers:
        world.judge.calendar(readers)  # read before the write lock is taken: a big calendar delays nobody
    with world.storage.unit() as unit:
        me = acting(unit, who, "submission.submit", world.policy.roles, unit.now)
        release = require_wished(world, unit, wish)
        revision = _own_revision(unit, me, revision_id)
        change, fresh = put_forward(world, unit, me, revision, wish, release, corrects)
        if wish.wanted == NOW:
            change = with_records(change, spend_step_up(unit, who, unit.now, "publish-now", revision_id, fresh.digest))
        unit.commit(change)
        return fresh


def require_wished(world: World, unit: Unit, wish: Wish) -> Release | None:
    """The release of a wish that is complete and possible. Raises Refused."""
    release = unit.releases.find(wish.release) if wish.release else None
    core.require_wish(wish, world.policy, release, unit.now)
    core.require_now_possible(wish, release, unit.now)
    return release


def put_forward(
    world: World, unit: Unit, me: Member, revision: Revision, wish: Wish, release: Release | None, corrects: str | None
) -> tuple[Change, Submission]:
    """A revision of `me` put forward, every earlier submission of its post replaced: the change and the submission.
    The wish is complete (`require_wished`). Raises Refused.
    """
    outgoings, accounts = _composed(unit, revision, wish)
    kept = require_access(unit, me.id, _bindings(unit, revision, wish), world.policy.roles, unit.now)
    core.require_binding(wish, kept)
    _require_accounts(unit, me, wish, accounts, world.policy)
    found = judged(world, unit, wish, release, outgoings, accounts, unit.now)
    require_not_held(found)
    require_bound(wish.release, found.judgement)
    earlier = [s for s in unit.submissions.of_post(revision.post) if s.state in OPEN]
    change = core.submit(
        world.chance.id(),
        revision,
        wish,
        outgoings,
        found,
        at=at(unit.now),
        replaces=earlier,
        corrects=correctable(unit, me, corrects, unit.now),
    )
    fresh = next(record for record in change.records if isinstance(record, Submission))
    return together(change, *_withdrawn(unit, earlier, me.id)), fresh


OPEN = frozenset({SubmissionState.WAITING, SubmissionState.HELD})


def _withdrawn(unit: Unit, submissions: Iterable[Submission], by: str) -> list[Change]:
    """Withdraw what is held or claimed of older submissions. Refused where a part of one is on its way or out."""
    changes: list[Change] = []
    for old in submissions:
        for delivery in unit.deliveries.of_submission(old.id):
            if delivery.state in {State.HELD, State.CLAIMED}:
                changes.append(withdraw(delivery, by=by, at=at(unit.now), why="replaced"))
            elif delivery.state in {State.SENDING, State.UNKNOWN}:
                raise Refused(Reason.WRONG_STATE, state=str(delivery.state))
    return changes


@tells("withdraw", "submission")
def withdraw_submission(world: World, who: Who, submission_id: str) -> Submission:
    """Take back what has not passed its intent. Its author, or anyone who may withdraw on one of its accounts."""
    with world.storage.unit() as unit:
        me = acting(unit, who, "submission.withdraw", world.policy.roles, unit.now)
        found = unit.submissions.get(submission_id)
        if found.state not in OPEN:
            raise Refused(Reason.WRONG_STATE, state=str(found.state))
        _require_may_withdraw(unit, me, found)
        deliveries = unit.deliveries.of_submission(found.id)
        if deliveries and not any(NEXT[d.state] - {State.REMOVED} for d in deliveries):
            raise Refused(Reason.WRONG_STATE, state="over")
        after = replace(found, state=SubmissionState.WITHDRAWN)
        change = Change((AuditEvent("submission.withdraw", me.id, "submission", found.id),), (after,))
        for delivery in deliveries:
            if delivery.state in {State.HELD, State.CLAIMED}:
                change += withdraw(delivery, by=me.id, at=at(unit.now), why="withdrawn")
        unit.commit(change)
        return after


def _require_may_withdraw(unit: Unit, me: Member, found: Submission) -> None:
    if found.author == me.id or "security_officer" in me.roles:
        return
    grants = unit.grants.of_member(me.id)
    for account in found.wish.accounts:
        for kind in (Kind.APPROVE, Kind.MANAGE, Kind.WRITE):
            if any(g.account == account and g.holds(kind, unit.now) for g in grants):
                return
    raise Refused(Reason.NO_GRANT, account=found.wish.accounts[0], kind="withdraw")
