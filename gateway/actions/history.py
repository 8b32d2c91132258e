"""The history of signing in and of refusals, for whoever may read the log. Reading it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.actions.guard import acting, told_read
from gateway.actions.telling import tells
from gateway.audit.entry import Entry
from gateway.storage.cut import Cut
from gateway.world import Who, World

REFUSED = "refused"
ACTS: Mapping[str, tuple[str, ...]] = {
    "sign-ins": ("signin.code", "signin.recovery", "session.end", "invitation.accept", "factor.confirm"),
    "refusals": (REFUSED, "factor.lock"),
}


@dataclass(frozen=True)
class Past:
    """Entries, newest first, and the names of those who acted or were acted on, by id."""

    entries: tuple[Entry, ...]
    names: Mapping[str, str]


@tells("audit.read", "audit")
def history(world: World, who: Who, kind: str = "", member: str = "", limit: int = 100, cut: Cut | None = None) -> Past:
    """Sign-ins, refusals, or both; of one member or of all (permission audit.read). Newest first."""
    acts = ACTS.get(kind) or tuple(act for several in ACTS.values() for act in several)
    with world.storage.unit() as unit:
        acting(unit, who, "audit.read", world.policy.roles, unit.now)
        found = unit.log.of_acts(acts, member or None, limit, cut)
        people = {id for entry in found for id in (entry.actor, entry.subject_id)}
        names = {one.id: one.display_name for one in unit.members.many(people).values()}
        unit.commit(told_read(who, "audit.read", "audit", member or "-", found=len(found)))
        return Past(tuple(found), names)
