"""What went out: each publication with its words, its account and its author; and how many went out each week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from gateway.actions.guard import acting
from gateway.actions.telling import tells
from gateway.domain.account import Account
from gateway.domain.delivery import Delivery
from gateway.domain.publication import Publication
from gateway.storage.cut import Cut
from gateway.storage.unit import Readers
from gateway.world import Who, World


@dataclass(frozen=True)
class Published:
    """One publication: its words are public, so nothing of it is withheld. `author` is "" where nobody is known."""

    publication: Publication
    delivery: Delivery
    account: Account
    post: str
    author: str
    removed_by: str


@tells("publication.read", "publication")
def published(world: World, who: Who, limit: int, cut: Cut | None = None) -> list[Published]:
    """The newest, newest first. Raises Refused."""
    with world.storage.reading() as readers:
        acting(readers, who, "post.read", world.policy.roles, world.clock.now())
        return _whole(readers, readers.publications.latest(limit, cut))


def _whole(readers: Readers, found: Sequence[Publication]) -> list[Published]:
    deliveries = readers.deliveries.many(each.id for each in found)
    submissions = readers.submissions.many(each.submission for each in deliveries.values())
    accounts = readers.accounts.many(each.account for each in found)
    people = {each.author for each in submissions.values()} | {each.removed_by for each in found if each.removed_by}
    names = {id: member.display_name for id, member in readers.members.many(people).items()}
    return [
        Published(
            each,
            delivery,
            accounts[each.account],
            submissions[delivery.submission].post,
            names.get(submissions[delivery.submission].author, ""),
            names.get(each.removed_by or "", ""),
        )
        for each in found
        if (delivery := deliveries.get(each.id)) is not None
    ]


@tells("publication.read", "publication")
def counts(world: World, who: Who, edges: Sequence[datetime]) -> list[int]:
    """How many went out between each two neighbouring instants. Raises Refused."""
    with world.storage.reading() as readers:
        acting(readers, who, "post.read", world.policy.roles, world.clock.now())
        return [readers.publications.count_between(begins, ends) for begins, ends in pairwise(edges)]
