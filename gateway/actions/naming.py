"""Names for whoever reads posts: who wrote, answered or removed something, what a post waits for."""

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
        return readers.members.column("display_name", [id for id in ids if id])


@tells("post.read", "release")
def release_title(world: World, who: Who, id: str | None) -> str:
    """How the calendar calls a release: its id where it is not there any more, "" for none. Calendars are public."""
    if id is None:
        return ""
    with world.storage.reading() as readers:
        acting(readers, who, "post.read", world.policy.roles, world.clock.now())
        return str(readers.releases.column("title", [id]).get(id, id))
