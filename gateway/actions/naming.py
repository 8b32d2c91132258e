"""Names of people for whoever reads posts: who wrote, answered or removed something, as colleagues know them."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.actions.guard import acting
from gateway.actions.telling import tells
from gateway.world import Who, World


@tells("post.read", "member")
def names(world: World, who: Who, ids: Iterable[str | None]) -> dict[str, str]:
    """The display name of each of these members; those that are none (the worker) are left out."""
    with world.storage.reading() as readers:
        acting(readers, who, "post.read", world.policy.roles, world.clock.now())
        found = readers.members.many(id for id in ids if id)
        return {id: member.display_name for id, member in found.items()}
