"""Settling: what was found by looking becomes an outcome; where looking cannot tell, a person decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from connectors.words import Exact, Found, Likely, Receipt
from gateway.actions.facts import facts_of
from gateway.actions.guard import acting, at, spend_step_up, with_records
from gateway.actions.judging import limits_of
from gateway.actions.telling import tells
from gateway.domain.audit import AuditEvent
from gateway.domain.breach import BreachKind, breach_id
from gateway.domain.change import Change
from gateway.domain.delivery import Delivery, State, back_to_held, withdraw
from gateway.domain.door import opens_at
from gateway.domain.grant import Kind, require_grant
from gateway.domain.member import Member
from gateway.domain.organisation import Errand
from gateway.domain.publication import Publication, published, removed
from gateway.domain.refusal import Reason, Refused
from gateway.domain.settling import Surroundings, is_evident, settle
from gateway.domain.signin import StepUp
from gateway.storage import tables
from gateway.storage.unit import Unit
from gateway.world import Who, World


def settle_by_looking(world: World, delivery_id: str, found: Found, lag: timedelta) -> Delivery:
    """Write down what one look at the platform means. The worker's act. Raises Refused."""
    with world.storage.unit() as unit:
        delivery = unit.deliveries.get(delivery_id)
        change = settle(delivery, found, _around(world, unit, delivery, found, lag), unit.now, world.policy.timing)
        change = _down_already(unit, change)
        unit.commit(change)
        return next(record for record in change.records if isinstance(record, Delivery))


def _down_already(unit: Unit, change: Change) -> Change:
    """The same; where what turns out to be ours was taken down meanwhile as somebody else's, it is removed too."""
    out = next((record for record in change.records if isinstance(record, Publication)), None)
    if out is None:
        return change
    breach = unit.breaches.find(breach_id(out.account, BreachKind.FOREIGN_POST, out.platform_id))
    if breach is None or breach.removed_at is None or breach.removed_by is None:
        return change
    delivery = next(record for record in change.records if isinstance(record, Delivery))
    gone = removed(out, delivery, by=breach.removed_by, at=breach.removed_at)
    others = tuple(record for record in change.records if record not in (out, delivery))
    return Change(change.events + gone.events, others + gone.records)


SETTLE = "settle"
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


@dataclass(frozen=True)
class _Doubt:
    """An unknown delivery that somebody may decide, and the fresh factor they decide it with."""

    by: Member
    delivery: Delivery
    spent: StepUp


def _doubt(world: World, unit: Unit, who: Who, delivery_id: str) -> _Doubt:
    """Whoever decides is not the author, may settle on this account, and brings a fresh factor. Raises Refused."""
    me = acting(unit, who, "delivery.settle", world.policy.roles, unit.now)
    delivery = unit.deliveries.get(delivery_id)
    submission = unit.submissions.get(delivery.submission)
    if submission.author == me.id:
        raise Refused(Reason.OWN_WORK, act="settle")
    kind = Kind.MANAGE if "account_owner" in me.roles else Kind.APPROVE
    require_grant(unit.grants.of_member(me.id), me.id, delivery.account, kind, unit.now)
    if delivery.state is not State.UNKNOWN:
        raise Refused(Reason.WRONG_STATE, state=str(delivery.state))
    return _Doubt(me, delivery, spend_step_up(unit, who, unit.now, "settle", delivery.id, submission.digest))


@tells("settle", "delivery")
def settle_by_hand(
    world: World, who: Who, delivery_id: str, decision: str, *, lag: timedelta = timedelta(0)
) -> Delivery:
    """A person who is not the author decides an unknown delivery, with a fresh factor (house §6).

    `held` and `withdrawn` need two complete looks that met nothing, at least the platform's own listing delay apart.
    `published` needs a link that the worker fetches and compares: LINK_NEEDED, see settle_by_link. Raises Refused.
    """
    with world.storage.unit() as unit:
        doubt = _doubt(world, unit, who, delivery_id)
        delivery = doubt.delivery
        if decision == "published":
            raise Refused(Reason.LINK_NEEDED)
        if not is_evident(delivery.looks, max(lag, _lag(world, unit, delivery)), world.policy.timing):
            raise Refused(Reason.WRONG_STATE, state="not-looked-enough")
        if decision == "held":
            change = back_to_held(delivery, actor=doubt.by.id, why="settled-by-person")
        elif decision == "withdrawn":
            change = withdraw(delivery, by=doubt.by.id, at=at(unit.now), why="may-be-there")
        else:
            raise Refused(Reason.EMPTY, field="decision")
        unit.commit(with_records(change, doubt.spent))
        return next(record for record in change.records if isinstance(record, Delivery))


@tells("settle", "delivery")
def settle_by_link(world: World, who: Who, delivery_id: str, link: str) -> Errand:
    """A person found the post and names its address: the worker fetches it and compares the words before the delivery
    counts as published. A fresh factor is needed. Raises Refused.
    """
    with world.storage.unit() as unit:
        doubt = _doubt(world, unit, who, delivery_id)
        if not link.strip():
            raise Refused(Reason.LINK_NEEDED)
        errand = Errand(
            id=world.chance.id(),
            kind=SETTLE,
            account=doubt.delivery.account,
            delivery=doubt.delivery.id,
            asked_by=doubt.by.id,
            asked_at=at(unit.now),
            link=link.strip(),
        )
        event = AuditEvent(
            "errand.settle", doubt.by.id, "delivery", errand.delivery or "-", {"account": errand.account}
        )
        unit.commit(Change((event,), (errand, doubt.spent)))
        return errand


def settled_by_link(world: World, errand: Errand, receipt: Receipt) -> Delivery:
    """The worker met the very words at the address: published, by the word of whoever named it. Raises Refused where it
    is unknown no more, or the post there is another delivery's.
    """
    with world.storage.unit() as unit:
        delivery = unit.deliveries.get(errand.delivery or "")
        if delivery.state is not State.UNKNOWN:
            raise Refused(Reason.WRONG_STATE, state=str(delivery.state))
        facts = facts_of(world, unit, [delivery])[delivery.id]
        change = published(
            delivery, receipt, actor=errand.asked_by, at=at(unit.now), opened_at=opens_at(facts), how="person"
        )
        change = _down_already(unit, change)
        unit.commit(change)
        return next(record for record in change.records if isinstance(record, Delivery))


def _lag(world: World, unit: Unit, delivery: Delivery) -> timedelta:
    account = unit.accounts.get(delivery.account)
    return limits_of(world, [account])[account.id].lag
