"""Leaving, as one act: sessions, factors, codes, grants and answers end; the queue is held; a report is printed."""

from __future__ import annotations

from gateway.actions.guard import acting, at, spend_step_up, with_records
from gateway.actions.signin import end_everything
from gateway.actions.telling import tells
from gateway.domain.leaving import Report, Traces, require_may_leave
from gateway.domain.leaving import leave as core_leave
from gateway.domain.member import Member
from gateway.storage import tables
from gateway.storage.unit import Unit
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


def _traces(unit: Unit, member: Member) -> Traces:
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
