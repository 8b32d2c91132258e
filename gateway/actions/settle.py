"""Settling: what was found by looking becomes an outcome; where looking cannot tell, a person decides."""

from __future__ import annotations

from datetime import timedelta

from connectors.words import Exact, Found, Likely, Receipt
from gateway.actions.facts import facts_of
from gateway.actions.guard import acting, at, spend_step_up, with_records
from gateway.actions.submit import limits_of
from gateway.actions.telling import tells
from gateway.domain.delivery import Delivery, State, back_to_held, withdraw
from gateway.domain.door import opens_at
from gateway.domain.grant import Kind, require_grant
from gateway.domain.publication import published
from gateway.domain.refusal import Reason, Refused
from gateway.domain.settling import Surroundings, is_evident, settle
from gateway.storage import tables
from gateway.storage.unit import Unit
from gateway.world import Who, World


def settle_by_looking(world: World, delivery_id: str, found: Found, lag: timedelta) -> Delivery:
    """Write down what one look at the platform means. The worker's act. Raises Refused."""
    with world.storage.unit() as unit:
        delivery = unit.deliveries.get(delivery_id)
        change = settle(delivery, found, _around(world, unit, delivery, found, lag), unit.now, world.policy.timing)
        unit.commit(change)
        return next(record for record in change.records if isinstance(record, Delivery))


IN_DOUBT = (State.UNKNOWN, State.SENDING)  # what is just being sent may be what was found, its receipt unwritten


def _around(world: World, unit: Unit, delivery: Delivery, found: Found, lag: timedelta) -> Surroundings:
    met = _platform_ids(found)
    published, sent = tables.publications.c, tables.deliveries.c
    ours = unit.publications.where(published.account == delivery.account, published.platform_id.in_(met))
    doubtful = unit.deliveries.where(sent.account == delivery.account, sent.state.in_(IN_DOUBT))
    same = [d for d in doubtful if d.id != delivery.id and d.outgoing.text.strip() == delivery.outgoing.text.strip()]
    facts = facts_of(world, unit, [delivery])[delivery.id]
    return Surroundings(frozenset(p.platform_id for p in ours), tuple(same), lag, opens_at(facts))


def _platform_ids(found: Found) -> list[str]:
    if isinstance(found, Exact):
        return [found.receipt.platform_id]
    return [receipt.platform_id for receipt in found.candidates] if isinstance(found, Likely) else []


@tells("settle", "delivery")
def settle_by_hand(
    world: World,
    who: Who,
    delivery_id: str,
    decision: str,
    *,
    receipt: Receipt | None = None,
    lag: timedelta = timedelta(0),
) -> Delivery:
    """A person who is not the author decides an unknown delivery, with a fresh factor (house §6).

    `published` needs the receipt that the worker fetched and compared (LINK_NEEDED without); `held` and `withdrawn`
    need two complete looks that met nothing, at least the platform's own listing delay apart. Raises Refused.
    """
    with world.storage.unit() as unit:
        me = acting(unit, who, "delivery.settle", world.policy.roles, unit.now)
        delivery = unit.deliveries.get(delivery_id)
        submission = unit.submissions.get(delivery.submission)
        if submission.author == me.id:
            raise Refused(Reason.OWN_WORK, act="settle")
        kind = Kind.MANAGE if "account_owner" in me.roles else Kind.APPROVE
        require_grant(unit.grants.of_member(me.id), me.id, delivery.account, kind, unit.now)
        if delivery.state is not State.UNKNOWN:
            raise Refused(Reason.WRONG_STATE, state=str(delivery.state))
        spent = spend_step_up(unit, who, unit.now, "settle", delivery.id, submission.digest)
        if decision == "published":
            if receipt is None:
                raise Refused(Reason.LINK_NEEDED)
            facts = facts_of(world, unit, [delivery])[delivery.id]
            change = published(delivery, receipt, actor=me.id, at=at(unit.now), opened_at=opens_at(facts), how="person")
        elif not is_evident(delivery.looks, max(lag, _lag(world, unit, delivery)), world.policy.timing):
            raise Refused(Reason.WRONG_STATE, state="not-looked-enough")
        elif decision == "held":
            change = back_to_held(delivery, actor=me.id, why="settled-by-person")
        elif decision == "withdrawn":
            change = withdraw(delivery, by=me.id, at=at(unit.now), why="may-be-there")
        else:
            raise Refused(Reason.EMPTY, field="decision")
        unit.commit(with_records(change, spent))
        return next(record for record in change.records if isinstance(record, Delivery))


def _lag(world: World, unit: Unit, delivery: Delivery) -> timedelta:
    account = unit.accounts.get(delivery.account)
    return limits_of(world, [account])[account.id].lag
