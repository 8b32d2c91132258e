"""Freeze and thaw: stop everything that has not passed its intent, "now" included; thawing fires nothing."""

from __future__ import annotations

from gateway.actions.guard import acting, at, spend_step_up, with_records
from gateway.actions.telling import tells
from gateway.domain import account as core
from gateway.domain.account import Freeze
from gateway.domain.refusal import Reason, Refused
from gateway.world import Who, World


@tells("freeze", "freeze")
def freeze(world: World, who: Who, scope: str, target: str, reason: str) -> Freeze:
    """Freeze "all", one "platform" or one "account". Under the same lock as every intent: none commits after it."""
    with world.storage.unit() as unit:
        me = acting(unit, who, "freeze.write", world.policy.roles, unit.now)
        if scope == "account":
            unit.accounts.get(target)
        if scope == "platform" and target not in world.platforms:
            raise Refused(Reason.PLATFORM_UNKNOWN, platform=target)
        held = Freeze(id=world.chance.id(), scope=scope, target=target, reason=reason, by=me.id, since=at(unit.now))
        spent = spend_step_up(unit, who, unit.now, "freeze", target or "all")
        unit.commit(with_records(core.freeze(held, by=me.id), spent))
        return held


@tells("thaw", "freeze")
def thaw(world: World, who: Who, freeze_id: str) -> Freeze:
    """End a freeze. Deliveries whose window closed meanwhile lapse; they are shown and never sent."""
    with world.storage.unit() as unit:
        me = acting(unit, who, "freeze.write", world.policy.roles, unit.now)
        held = unit.freezes.get(freeze_id)
        spent = spend_step_up(unit, who, unit.now, "thaw", held.id)
        change = core.thaw(held, by=me.id, at=at(unit.now))
        unit.commit(with_records(change, spent))
        return unit.freezes.get(freeze_id)


def frozen(world: World, who: Who) -> list[Freeze]:
    """Freezes in force."""
    with world.storage.reading() as readers:
        acting(readers, who, "freeze.read", world.policy.roles, world.clock.now())
        return readers.freezes.in_force()
