"""Lifting a hold: somebody other than the author has looked and says why; the door judges it then like any other."""

from __future__ import annotations

from dataclasses import replace

from gateway.actions.access import require_access
from gateway.actions.commenting import told_to_all
from gateway.actions.facts import facts_of
from gateway.actions.guard import acting, at, spend_step_up, with_records
from gateway.actions.telling import tells
from gateway.domain import delivery as core
from gateway.domain.comment import Comment
from gateway.domain.delivery import Delivery
from gateway.domain.door import require_sendable
from gateway.domain.grant import Kind, require_grant
from gateway.domain.refusal import Reason, Refused
from gateway.storage.unit import Unit
from gateway.world import Who, World


@tells("delivery.lift", "delivery")
def lift(world: World, who: Who, delivery_id: str, reason: str) -> Delivery:
    """End a person's hold, with a fresh factor for this delivery and digest. The reason is kept as a comment on the
    submission, sealed, and told to everyone concerned. Nothing that was missed is sent: past its window it lapses.

    Raises Refused; where the door would keep it in all the same, with what the door says.
    """
    with world.storage.unit() as unit:
        me = acting(unit, who, "delivery.lift", world.policy.roles, unit.now)
        delivery = unit.deliveries.get(delivery_id)
        submission = unit.submissions.get(delivery.submission)
        require_grant(unit.grants.of_member(me.id), me.id, delivery.account, Kind.APPROVE, unit.now)
        require_access(unit, me.id, [submission.wish.release], world.policy.roles, unit.now)
        if not reason.strip():
            raise Refused(Reason.REASON_MISSING)
        said = Comment(id=world.chance.id(), submission=submission.id, by=me.id, at=at(unit.now), text=reason)
        release = unit.releases.find(delivery.release) if delivery.release else None
        change = core.lift(delivery, submission, release, by=me.id, comment=said.id)
        after = next(record for record in change.records if isinstance(record, Delivery))
        _require_sendable(world, unit, delivery, after)
        spent = spend_step_up(unit, who, unit.now, "lift", delivery.id, submission.digest)
        unit.commit(with_records(change + told_to_all(world, unit, submission, said), spent))
        return after


def _require_sendable(world: World, unit: Unit, delivery: Delivery, after: Delivery) -> None:
    facts = facts_of(world, unit, [delivery])[delivery.id]
    require_sendable(replace(facts, delivery=after), unit.now)
