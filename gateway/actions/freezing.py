"""Freeze and thaw: stop everything that has not passed its intent, "now" included; thawing fires nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from gateway.actions.guard import acting, at, spend_step_up, with_records
from gateway.actions.telling import tells
from gateway.domain import account as core
from gateway.domain.account import Account, Freeze
from gateway.domain.audit import AuditEvent, Fact
from gateway.domain.change import Change, together
from gateway.domain.delivery import State, lapse
from gateway.domain.refusal import Reason, Refused
from gateway.storage.unit import Unit
from gateway.world import Who, World


@tells("freeze", "freeze")
def freeze(world: World, who: Who, scope: str, target: str, reason: str) -> Freeze:
    """Freeze "all", one "platform" or one "account". Under the same lock as every intent: none commits after it."""
    with world.storage.unit() as unit:
        me = acting(unit, who, "freeze.write", world.policy.roles, unit.now)
        target = _target(world, unit, scope, target)
        held = Freeze(id=world.chance.id(), scope=scope, target=target, reason=reason, by=me.id, since=at(unit.now))
        spent = spend_step_up(unit, who, unit.now, "freeze", target or "all")
        unit.commit(with_records(core.freeze(held, by=me.id), spent))
        return held


def _target(world: World, unit: Unit, scope: str, target: str) -> str:
    """What is meant, surely there. Raises Refused."""
    if scope == "account":
        unit.accounts.get(target)
    if scope == "platform" and target not in world.platforms:
        raise Refused(Reason.PLATFORM_UNKNOWN, platform=target)
    return "" if scope == "all" else target  # the factor is for "all" then, never for one account or platform


@tells("thaw", "freeze")
def thaw(world: World, who: Who, freeze_id: str) -> Freeze:
    """End a freeze. Whatever fell due under it lapses in the same commit: shown, never sent, however short it was."""
    with world.storage.unit() as unit:
        me = acting(unit, who, "freeze.write", world.policy.roles, unit.now)
        held = unit.freezes.get(freeze_id)
        spent = spend_step_up(unit, who, unit.now, "thaw", held.id)
        change = core.thaw(held, by=me.id, at=at(unit.now))
        unit.commit(with_records(together(change, *_missed(unit, held)), spent))
        return unit.freezes.get(freeze_id)


def _missed(unit: Unit, held: Freeze) -> list[Change]:
    waiting = unit.deliveries.before_intent()
    accounts = unit.accounts.many(delivery.account for delivery in waiting)
    missed = [d for d in waiting if held.covers(accounts[d.account]) and unit.now.maybe_past(d.due_at)]
    return [lapse(delivery, at=at(unit.now)) for delivery in missed]


@dataclass(frozen=True)
class Drill:
    """What a freeze would stop now, and how long stopping took: everything was done but the freeze itself.

    `stopped` would go no further; `on_their_way` have passed their intent and would be listed. `took` runs from the
    asking to the moment at which the freeze would have been in force.
    """

    accounts: tuple[Account, ...]
    stopped: int
    on_their_way: int
    took: timedelta


@tells("freeze.drill", "freeze")
def drill(world: World, who: Who, scope: str, target: str) -> Drill:
    """Freeze nothing, and measure: the same lock, the same reading, one entry in the log that says it was a drill."""
    began = world.clock.now().middle
    with world.storage.unit() as unit:
        me = acting(unit, who, "freeze.write", world.policy.roles, unit.now)
        target = _target(world, unit, scope, target)
        held = Freeze(id="drill", scope=scope, target=target, reason="drill", by=me.id, since=at(unit.now))
        core.freeze(held, by=me.id)
        waiting, sending = unit.deliveries.before_intent(), unit.deliveries.in_state(State.SENDING)
        covered = {account.id: account for account in unit.accounts.all() if held.covers(account)}
        stopped = sum(delivery.account in covered for delivery in waiting)
        going = sum(delivery.account in covered for delivery in sending)
        facts: dict[str, Fact] = {"scope": scope, "target": target, "stopped": stopped, "on_their_way": going}
        unit.commit(Change((AuditEvent("freeze.drill", me.id, "freeze", "drill", facts),)))
    took = max(timedelta(0), world.clock.now().middle - began)
    return Drill(tuple(covered.values()), stopped, going, took)


@tells("freeze.read", "freeze")
def frozen(world: World, who: Who) -> list[Freeze]:
    """Freezes in force."""
    with world.storage.reading() as readers:
        acting(readers, who, "freeze.read", world.policy.roles, world.clock.now())
        return readers.freezes.in_force()
