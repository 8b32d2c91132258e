"""The vault's keys as people may see them, and asking the worker to rotate them. No key is opened here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from gateway.actions.guard import acting, at, spend_step_up, with_records
from gateway.actions.telling import tells
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change
from gateway.domain.organisation import Errand
from gateway.domain.refusal import Reason, Refused
from gateway.storage.vault import sealed_under
from gateway.world import Who, World

ROTATE = "rotate"
THE_VAULT = "vault"  # what a fresh factor for it is for
NO_ACCOUNT = "-"  # an errand of the house, not of an account


@dataclass(frozen=True)
class VaultKey:
    """One key of the vault: its id and number, what locks it, how many credential rows are sealed under it."""

    id: str
    number: int
    source: str
    rows: int
    current: bool


@tells("vault.read", "vault")
def keys(world: World, who: Who) -> list[VaultKey]:
    """The vault's keys, the current one last (permission vault.read)."""
    with world.storage.reading() as readers:
        acting(readers, who, "vault.read", world.policy.roles, world.clock.now())
        found, rows = sealed_under(readers.connection)
    counts = Counter(rows)
    return [VaultKey(key.id, key.number, key.source, counts[key.id], current=key is found[-1]) for key in found]


@tells("vault.rotate", "vault")
def ask_rotation(world: World, who: Who) -> Errand:
    """Ask the worker for a new vault key, with a fresh factor. Raises Refused(WRONG_STATE) while one waits."""
    with world.storage.unit() as unit:
        me = acting(unit, who, "vault.rotate", world.policy.roles, unit.now)
        if any(errand.kind == ROTATE for errand in unit.errands.waiting()):
            raise Refused(Reason.WRONG_STATE, state="rotating")
        errand = Errand(
            id=world.chance.id(), kind=ROTATE, account=NO_ACCOUNT, delivery=None, asked_by=me.id, asked_at=at(unit.now)
        )
        spent = spend_step_up(unit, who, unit.now, ROTATE, THE_VAULT)
        told = AuditEvent("errand.rotate", me.id, "vault", "-")
        unit.commit(with_records(Change((told,), (errand,)), spent))
        return errand
