"""Removing what was published, everywhere: one act for a whole submission, and what came of it on each account."""

from __future__ import annotations

from gateway.actions.guard import acting, at
from gateway.actions.reading import read_submission
from gateway.actions.telling import tells
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change
from gateway.domain.delivery import State
from gateway.domain.grant import Kind, has
from gateway.domain.organisation import Errand
from gateway.domain.refusal import Reason, Refused
from gateway.storage import tables
from gateway.storage.unit import Unit
from gateway.world import Who, World

REMOVE = "remove"
MAY = (Kind.WRITE, Kind.APPROVE, Kind.MANAGE)


@tells("publication.remove", "submission")
def ask_removal_everywhere(world: World, who: Who, submission_id: str) -> list[Errand]:
    """Ask the worker to take down all that a submission published: one act, an errand for each post on each account.

    What came of each is read with `removals`. Raises Refused where one of its accounts is none of this person's.
    """
    with world.storage.unit() as unit:
        me = acting(unit, who, "publication.remove", world.policy.roles, unit.now)
        submission = unit.submissions.get(submission_id)
        for account in submission.wish.accounts:
            _require_any(unit, me.id, account)
        out = [d for d in unit.deliveries.of_submission(submission_id) if d.state is State.PUBLISHED]
        if not out:
            raise Refused(Reason.WRONG_STATE, state="nothing-published")
        asked = [
            Errand(
                id=world.chance.id(),
                kind=REMOVE,
                account=delivery.account,
                delivery=delivery.id,
                asked_by=me.id,
                asked_at=at(unit.now),
            )
            for delivery in out
        ]
        unit.commit(Change(tuple(_told(one, submission_id) for one in asked), tuple(asked)))
        return asked


def _told(errand: Errand, submission: str) -> AuditEvent:
    facts = {"account": errand.account, "submission": submission}
    return AuditEvent("errand.remove", errand.asked_by, "delivery", errand.delivery or "-", facts)


def _require_any(unit: Unit, member: str, account: str) -> None:
    grants = unit.grants.of_member(member)
    if not any(has(grants, member, account, kind, unit.now) for kind in MAY):
        raise Refused(Reason.NO_GRANT, account=account, kind=REMOVE)


@tells("publication.read", "submission")
def removals(world: World, who: Who, submission_id: str) -> list[Errand]:
    """What was asked to be taken down of a submission, and what came of it on each account, oldest first."""
    ids = [delivery.id for delivery in read_submission(world, who, submission_id).deliveries]
    with world.storage.reading() as readers:
        found = readers.errands.among(tables.errands.c.delivery, ids)
    return sorted((one for one in found if one.kind == REMOVE), key=lambda one: (one.asked_at, one.id))
