"""The operator's own numbers about a platform (an API's version, a limit) brought to the accounts connected there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gateway.domain.account import Account
from gateway.domain.audit import WORKER, AuditEvent
from gateway.domain.change import Change, together
from gateway.world import World

Numbers = tuple[tuple[str, int], ...]


def bring_facts(world: World, said: Mapping[str, Numbers]) -> list[str]:
    """Put what the settings say of each platform on top of what its accounts know; the worker does so as it starts.

    One that the settings no longer name stays until its account is connected again: only then is the server asked.
    Gives the ids of the accounts that changed.
    """
    with world.storage.unit() as unit:
        changes = [
            change for one in unit.accounts.all() if one.subject and (change := _brought(one, said.get(one.platform)))
        ]
        if changes:
            unit.commit(together(*changes))
        return [event.subject_id for change in changes for event in change.events]


def _brought(account: Account, said: Numbers | None) -> Change | None:
    known = dict(account.facts)
    fresh = {name: number for name, number in said or () if known.get(name) != number}
    if not fresh:
        return None
    after = replace(account, facts=tuple(sorted((known | fresh).items())))
    event = AuditEvent("account.facts", WORKER, "account", account.id, {"changed": "+".join(sorted(fresh))})
    return Change((event,), (after,))
