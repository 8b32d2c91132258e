"""The list of posts: how each stands and how it begins, so that one can be told from another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.actions.access import bindings_of, embargoed
from gateway.actions.guard import acting
from gateway.actions.reading import list_posts
from gateway.actions.telling import tells
from gateway.domain.delivery import State
from gateway.domain.post import Post
from gateway.storage.cut import Cut
from gateway.storage.sketches import Sketch
from gateway.world import Who, World

OPENING = 80  # characters


@dataclass(frozen=True)
class Line:
    """One post. `opening` are its first words: "" for what waits for a release that is not out, whose words are read
    one by one, and told. `newest` is what was put forward last, None for a draft; `states` are those of its deliveries.
    """

    post: Post
    author: str
    opening: str
    newest: Sketch | None
    states: tuple[State, ...]


@tells("post.read", "post")
def list_lines(world: World, who: Who, limit: int, cut: Cut | None = None) -> list[Line]:
    """The newest posts that `list_posts` shows, as lines. Nothing that waits for a release is said, so it is not told.
    Raises Refused.
    """
    posts = list_posts(world, who, limit, cut)
    ids = [post.id for post in posts]
    with world.storage.reading() as readers:
        now = world.clock.now()
        acting(readers, who, "post.read", world.policy.roles, now)
        forward = readers.sketches.of_posts(ids)
        bound = bindings_of(readers, ids, forward)
        shut = frozenset(embargoed(readers, {each for own in bound.values() for each in own}, now))
        said = readers.sketches.wordings(id for id in ids if not shut & set(bound[id]))
        newest = {each.post: each for each in forward}
        states = readers.sketches.states_of(each.id for each in newest.values())
        names = readers.members.column("display_name", {post.author for post in posts})
    openings = {id: " ".join(" ".join(content.parts).split()) for id, content in said.items()}
    return [_line(post, names, openings, newest.get(post.id), states) for post in posts]


def _line(
    post: Post,
    names: Mapping[str, str],
    openings: Mapping[str, str],
    newest: Sketch | None,
    states: Mapping[str, list[State]],
) -> Line:
    own = tuple(states.get(newest.id, ())) if newest else ()
    return Line(post, names.get(post.author, ""), _cut(openings.get(post.id, "")), newest, own)


def _cut(text: str) -> str:
    return text if len(text) <= OPENING else f"{text[:OPENING].rstrip()}…"
