"""The worker's acts on deliveries, set-wise: stage, the law at the intent, outcomes, lapses, recovery."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from connectors.words import Receipt
from gateway.actions.facts import facts_now, facts_of
from gateway.actions.judging import Again
from gateway.domain.audit import WORKER
from gateway.domain.change import Change
from gateway.domain.delivery import (
    Delivery,
    State,
    back_to_held,
    claim,
    intend,
    is_lapsed,
    lapse,
    recover,
    refuse,
)
from gateway.domain.door import Facts, Stage, door, opens_at
from gateway.domain.instant import Now
from gateway.domain.policy import Timing
from gateway.domain.refusal import Reason, Refused
from gateway.storage.unit import Readers
from gateway.world import World

# Reasons that pass by themselves: a staged delivery goes on waiting at the door, warm.
WAITS = frozenset(
    {
        Reason.NOT_DUE,
        Reason.EMBARGOED,
        Reason.PUBLICATION_UNSEEN,
        Reason.PREDECESSOR_WAITS,
        Reason.NOT_BEFORE,
        Reason.CLOCK_UNSURE,
        Reason.CALENDAR_STALE,
    }
)


NOTHING_MADE: Mapping[str, str | None] = MappingProxyType({})


@dataclass(frozen=True)
class Staged:
    """A claimed delivery with the facts it was judged by."""

    delivery: Delivery
    facts: Facts


def stage(
    world: World,
    worker: str,
    limit: int = 1000,
    *,
    resting: Collection[str] = (),
    refused: Callable[[str], None] | None = None,
) -> list[Staged]:
    """Claim what falls due within the staging span and passes door(stage); lapse what is surely too late.

    Content is judged again where policy, profiles or calendar are others than those it was judged under; what is
    stricter holds it for a person. A refusal is written when its reason is new. One commit for all. `resting` ids are
    passed over: what was `refused` a moment ago must not keep others from being looked at, nor the write lock from
    everybody.
    """
    with world.storage.reading() as readers:
        now = world.clock.now()
        ahead = now.latest + world.policy.timing.stage_ahead if now.bounded else now.latest
        if not now.bounded or not readers.deliveries.due(ahead, 1, resting):
            return []
    with world.storage.unit() as unit:
        due = unit.deliveries.due(unit.now.latest + world.policy.timing.stage_ahead, limit, resting)
        due = _in_turn(due, unit.deliveries.in_hands(not_of=[worker]), unit.now, world.policy.timing)
        facts = facts_of(world, unit, due)
        again = Again(world, unit, unit.now)
        judged = [(d, _staged(world, worker, facts[d.id], again, unit.now)) for d in due]
        for delivery, change in judged:
            if refused is not None and not _claims(change):
                refused(delivery.id)
        changes = [(d, change) for d, change in judged if change is not None]
        if not changes:
            return []
        outcomes = unit.commit_each([change for _, change in changes])
    staged = []
    for (delivery, change), outcome in zip(changes, outcomes, strict=True):
        after = change.records[0]
        if outcome is None and isinstance(after, Delivery) and after.state is State.CLAIMED:
            kept = replace(after, version=delivery.version + 1)
            staged.append(Staged(kept, replace(facts[delivery.id], delivery=kept)))
    return staged


def _in_turn(due: list[Delivery], elsewhere: list[Delivery], now: Now, timing: Timing) -> list[Delivery]:
    """Those whose turn it is on their account: what another worker has in hand and is due earlier goes first, and is
    waited for at most its time-out (house §6). Within one worker the publisher keeps the same order.
    """
    earliest: dict[str, datetime] = {}
    for one in elsewhere:
        earliest[one.account] = min(one.due_at, earliest.get(one.account, one.due_at))

    def waits(delivery: Delivery) -> bool:
        before = earliest.get(delivery.account)
        if before is None or before >= delivery.due_at:
            return False
        return not now.surely_past(delivery.due_at + timing.platform_timeout)

    return [delivery for delivery in due if not waits(delivery)]


def _claims(change: Change | None) -> bool:
    after = change.records[0] if change is not None else None
    return isinstance(after, Delivery) and after.state is State.CLAIMED


def _staged(world: World, worker: str, facts: Facts, again: Again, now: Now) -> Change | None:
    """claimed, lapsed, held for a person, refused with a new reason; None where nothing is to be written."""
    if is_lapsed(opens_at(facts), world.policy.timing, now):
        return lapse(facts.delivery, at=now.earliest)
    before = facts.predecessor
    if facts.delivery.previous is not None and (before is None or before.state is not State.PUBLISHED):
        return None  # a thread part is not even claimed before the part before it is out
    try:
        if facts.account.platform not in world.platforms:
            raise Refused(Reason.PLATFORM_UNKNOWN, platform=facts.account.platform)
        judged = again.judged(facts)
        if isinstance(judged, Change):
            return judged
        door(Stage.STAGE, replace(facts, delivery=judged), now)
    except Refused as refusal:
        # One delivery's refusal (a platform that is gone, say) is its own: the others are staged.
        return _refused(facts.delivery, refusal)
    return claim(judged, worker)


def _refused(delivery: Delivery, refusal: Refused) -> Change | None:
    if delivery.outcome == str(refusal.reason):
        return None
    return refuse(delivery, refusal.reason)


@dataclass(frozen=True)
class Intended:
    """A delivery whose intent is committed: it may be sent now, once. `opened_at` is when the door could open."""

    delivery: Delivery
    facts: Facts
    opened_at: datetime


def intend_many(
    world: World,
    worker: str,
    ids: Iterable[str],
    staged: Mapping[str, Facts] | None = None,
    made: Mapping[str, str | None] = NOTHING_MADE,
) -> dict[str, Intended | Refused]:
    """door(commit) for many claimed deliveries in the one transaction that commits their intents. There it is law.

    `staged` are the facts read when they were claimed: where every record among them still has the version it was read
    at, they are the facts of now, and only what may have been added (freezes, sight of publication) is read anew.
    A delivery that loses its version check, or whose facts changed, is answered with its Refused alone. `made` is what
    each is about to make public at its platform, where that has an id of its own.
    """
    with world.storage.unit() as unit:
        facts = facts_now(world, unit, ids, staged or {})
        answers: dict[str, Intended | Refused] = {}
        changes: dict[str, Change] = {}
        for id, known in facts.items():
            delivery = known.delivery
            try:
                changes[id] = _intent(facts[id], worker, unit.now, made.get(id))
            except Refused as refusal:
                answers[id] = refusal
                mine = delivery.state is State.CLAIMED and delivery.claimed_by == worker
                if mine and refusal.reason not in WAITS:
                    changes[id] = _let_go(world, facts[id], refusal, unit.now)
        outcomes = unit.commit_each(list(changes.values())) if changes else []
    for (id, change), outcome in zip(changes.items(), outcomes, strict=True):
        if outcome is not None:
            answers[id] = outcome
        elif id not in answers:
            after = change.records[0]
            if isinstance(after, Delivery):
                kept = replace(after, version=after.version + 1)
                answers[id] = Intended(kept, facts[id], opens_at(facts[id]))
    return answers


def _intent(facts: Facts, worker: str, now: Now, made: str | None) -> Change:
    if facts.delivery.state is not State.CLAIMED:
        raise Refused(Reason.WRONG_STATE, state=str(facts.delivery.state))
    door(Stage.COMMIT, facts, now)
    return intend(facts.delivery, worker, now, made)


def _let_go(world: World, facts: Facts, refusal: Refused, now: Now) -> Change:
    if refusal.reason is Reason.TOO_LATE and is_lapsed(opens_at(facts), world.policy.timing, now):
        return lapse(facts.delivery, at=now.earliest)
    return refuse(facts.delivery, refusal.reason)


def require_content(world: World, delivery_id: str) -> None:
    """door(content), before the first byte derived from the Outgoing. Raises Refused."""
    with world.storage.reading() as readers:
        delivery = readers.deliveries.get(delivery_id)
        require_open(world, readers, delivery, world.clock.now())


def require_open(world: World, readers: Readers, delivery: Delivery, now: Now) -> None:
    """door(content) as it stands in this transaction, for a delivery that is being sent. Raises Refused."""
    if delivery.state is not State.CLAIMED:
        raise Refused(Reason.WRONG_STATE, state=str(delivery.state))
    door(Stage.CONTENT, facts_of(world, readers, [delivery])[delivery.id], now)


def conclude_many(world: World, decided: Mapping[str, Change]) -> dict[str, Refused | None]:
    """Write outcomes of sendings: each Change carries the delivery at the version of its intent."""
    with world.storage.unit() as unit:
        outcomes = unit.commit_each(list(decided.values()))
    return dict(zip(decided, outcomes, strict=True))


def let_go(
    world: World,
    worker: str,
    ids: Iterable[str],
    why: str,
    *,
    not_before: datetime | None = None,
    hold: Reason | None = None,
) -> None:
    """Give this worker's claims back: it stops, or a step before the intent failed. claimed -> held, for a person
    where `hold` says why.
    """
    with world.storage.unit() as unit:
        mine = [d for d in unit.deliveries.many(ids).values() if d.state is State.CLAIMED and d.claimed_by == worker]
        changes = [
            back_to_held(d, actor=WORKER, why=why, not_before=not_before, hold=str(hold) if hold else None)
            for d in mine
        ]
        if changes:
            unit.commit_each(changes)


def thread_so_far(world: World, delivery: Delivery) -> tuple[Receipt | None, Receipt | None]:
    """The receipts of a thread's first part and of the part before this one; (None, None) outside a thread."""
    if delivery.previous is None:
        return None, None
    with world.storage.reading() as readers:
        parts = [d for d in readers.deliveries.of_submission(delivery.submission) if d.account == delivery.account]
    before = next((d for d in parts if d.id == delivery.previous), None)
    return parts[0].receipt, before.receipt if before else None


def unclaimed(world: World, worker: str, flying: Iterable[str]) -> int:
    """Recover what is claimed or sending under this worker's name and is not in its hands: a commit whose answer was
    lost. claimed -> held, sending -> unknown. How many.
    """
    held = set(flying)
    with world.storage.reading() as readers:
        if not _astray(readers, worker, held):
            return 0
    with world.storage.unit() as unit:
        astray = _astray(unit, worker, held)
        if astray:
            unit.commit_each([recover(delivery, at=unit.now.earliest) for delivery in astray])
        return len(astray)


def _astray(readers: Readers, worker: str, flying: set[str]) -> list[Delivery]:
    ids = readers.deliveries.ids_in_hands(worker) - flying
    return list(readers.deliveries.many(ids).values())


def lapse_overdue(world: World, limit: int = 1000) -> int:
    """Lapse everything before its intent whose window has surely closed, whatever else keeps it in. How many."""
    edge = world.clock.now().earliest - world.policy.timing.lapse_after
    with world.storage.reading() as readers:
        if not readers.deliveries.overdue(edge, 1):
            return 0
    with world.storage.unit() as unit:
        late = unit.deliveries.overdue(unit.now.earliest - world.policy.timing.lapse_after, limit)
        facts = facts_of(world, unit, late)
        over = [d for d in late if is_lapsed(opens_at(facts[d.id]), world.policy.timing, unit.now)]
        if over:
            unit.commit_each([lapse(delivery, at=unit.now.earliest) for delivery in over])
        return len(over)


def recover_silent(world: World, alive: Iterable[str]) -> int:
    """Recover every claim and sending of a worker that is not among `alive`: held or unknown. How many."""
    living = set(alive)
    with world.storage.reading() as readers:
        if not _silent(readers, living):
            return 0
    with world.storage.unit() as unit:
        silent = _silent(unit, living)
        if silent:
            unit.commit_each([recover(delivery, at=unit.now.earliest) for delivery in silent])
        return len(silent)


def _silent(readers: Readers, living: set[str]) -> list[Delivery]:
    return readers.deliveries.in_hands(not_of=living)
