"""Leaving, as one act: sessions, factors, codes, grants and answers end; the queue is held; a report is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.actions.guard import acting, at, spend_step_up, with_records
from gateway.actions.signin import end_everything
from gateway.actions.telling import tells
from gateway.domain import withheld
from gateway.domain.account import Account
from gateway.domain.delivery import Delivery
from gateway.domain.leaving import Report, Traces, require_may_leave
from gateway.domain.leaving import leave as core_leave
from gateway.domain.member import Member
from gateway.domain.submission import Submission
from gateway.storage import tables
from gateway.storage.unit import Readers
from gateway.world import Who, World


@tells("leave", "member")
def leave(world: World, who: Who, member_id: str) -> Report:
    """Take a member out at once. Under the lock of every intent: none commits by their authority afterwards (G6).

    The report lists what was already on its way; `gateway.actions.underway` answers once that has its outcome.
    """
    with world.storage.unit() as unit:
        me = acting(unit, who, "member.leave", world.policy.roles, unit.now)
        member = unit.members.get(member_id)
        others = [admin for admin in unit.members.administrators() if admin.is_active and admin.id != member.id]
        require_may_leave(member, by=me, other_admins=len(others))
        spent = spend_step_up(unit, who, unit.now, "leave", member.id)
        change, report = core_leave(member, _traces(unit, member), by=me, at=at(unit.now))
        change += end_everything(unit, member.id, by=me.id, now=unit.now)
        unit.commit(with_records(change, spent))
        return report


@dataclass(frozen=True)
class Foreseen:
    """What leaving would end, hold and list if it were now, and the ways in that would end with it."""

    member: Member
    report: Report
    sessions: int
    factors: int
    codes: int


@tells("leave.foresee", "member")
def foresee(world: World, who: Who, member_id: str) -> Foreseen:
    """The same decision as `leave`, thrown away: nothing is written. Raises Refused where they may not be taken out."""
    with world.storage.reading() as readers:
        now = world.clock.now()
        me = acting(readers, who, "member.leave", world.policy.roles, now)
        member = readers.members.get(member_id)
        others = [admin for admin in readers.members.administrators() if admin.is_active and admin.id != member.id]
        require_may_leave(member, by=me, other_admins=len(others))
        _, report = core_leave(member, _traces(readers, member), by=me, at=at(now))
        return Foreseen(
            member=member,
            report=report,
            sessions=len(readers.sessions.open_of(member.id)),
            factors=len(readers.factors.of(member.id)),
            codes=len(readers.recovery_codes.unused(member.id)),
        )


@dataclass(frozen=True)
class Things:
    """What a report names by id, as people know it."""

    deliveries: Mapping[str, Delivery]
    submissions: Mapping[str, Submission]
    accounts: Mapping[str, Account]


@tells("leave.foresee", "member")
def things_of(world: World, who: Who, report: Report) -> Things:
    """The deliveries, submissions and accounts that a report names; of embargoed ones nothing that they say."""
    with world.storage.reading() as readers:
        acting(readers, who, "member.leave", world.policy.roles, world.clock.now())
        deliveries = readers.deliveries.many([*report.deliveries_held, *report.on_their_way])
        submissions = readers.submissions.many(report.submissions_stopped)
        wanted = {one.account for one in deliveries.values()} | set(report.credentials_to_rotate)
        return Things(
            deliveries={id: withheld.delivery(one) for id, one in deliveries.items()},
            submissions={id: withheld.submission(one) for id, one in submissions.items()},
            accounts=readers.accounts.many(wanted),
        )


def _traces(unit: Readers, member: Member) -> Traces:
    approvals = unit.approvals.where(tables.approvals.c.by == member.id)
    clearances = unit.clearances.where(tables.clearances.c.by == member.id)
    authored = unit.submissions.where(tables.submissions.c.author == member.id)
    answered = unit.submissions.many([a.submission for a in approvals] + [c.submission for c in clearances])
    submissions = {s.id: s for s in authored} | answered
    deliveries = unit.deliveries.among(tables.deliveries.c.submission, submissions)
    return Traces(
        grants=tuple(unit.grants.of_member(member.id)),
        approvals=tuple(approvals),
        clearances=tuple(clearances),
        submissions=tuple(submissions.values()),
        deliveries=tuple(deliveries),
        connected=tuple(unit.accounts.where(tables.accounts.c.connected_by == member.id)),
        access=tuple(unit.access_lists.all()),
    )
