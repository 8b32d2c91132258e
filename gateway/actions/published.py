"""What went out: each publication with its words, its account and its author; and how many went out each week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

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
    """One publication: its words are public, so nothing of it is withheld. `author` is "" where nobody is known.

    `corrects` is the publication that it was written to put right; `corrected_by` are those that are out and do so
    with it, oldest first, and `corrected_in` the submissions they came from. Of what is not out it tells nothing.
    """

    publication: Publication
    delivery: Delivery
    account: Account
    post: str
    author: str
    removed_by: str
    corrects: Publication | None = None
    corrected_by: tuple[Publication, ...] = ()
    corrected_in: frozenset[str] = frozenset()


@tells("publication.read", "publication")
def published(world: World, who: Who, limit: int, cut: Cut | None = None) -> list[Published]:
    """The newest, newest first. Raises Refused."""
    with world.storage.reading() as readers:
        acting(readers, who, "post.read", world.policy.roles, world.clock.now())
        return _whole(readers, readers.publications.latest(limit, cut))


@tells("publication.read", "publication")
def among(world: World, who: Who, ids: Iterable[str]) -> dict[str, Published]:
    """Those of these that went out, by id: publications are public, so whoever reads posts may. Raises Refused."""
    with world.storage.reading() as readers:
        acting(readers, who, "post.read", world.policy.roles, world.clock.now())
        found = readers.publications.many(ids)
        return {each.publication.id: each for each in _whole(readers, list(found.values()))}


def _whole(readers: Readers, found: Sequence[Publication]) -> list[Published]:
    deliveries = readers.deliveries.many(each.id for each in found)
    submissions = readers.submissions.many(each.submission for each in deliveries.values())
    accounts = readers.accounts.many(each.account for each in found)
    people = {each.author for each in submissions.values()} | {each.removed_by for each in found if each.removed_by}
    right = readers.publications.many(each.corrects for each in submissions.values() if each.corrects)
    later = _corrections(readers, [each.id for each in found])
    names = {id: member.display_name for id, member in readers.members.many(people).items()}
    return [
        Published(
            each,
            delivery,
            accounts[each.account],
            submissions[delivery.submission].post,
            names.get(submissions[delivery.submission].author, ""),
            names.get(each.removed_by or "", ""),
            right.get(submissions[delivery.submission].corrects or ""),
            *later.get(each.id, ((), frozenset())),
        )
        for each in found
        if (delivery := deliveries.get(each.id)) is not None
    ]


def _corrections(readers: Readers, ids: Sequence[str]) -> dict[str, tuple[tuple[Publication, ...], frozenset[str]]]:
    """What is out and puts each of these right, oldest first; and the submissions it came from."""
    found: dict[str, tuple[tuple[Publication, ...], frozenset[str]]] = {}
    for submission in readers.submissions.correcting(*ids):
        out = readers.publications.many(readers.deliveries.ids_of(submission.id)).values()
        before, known = found.get(submission.corrects or "", ((), frozenset()))
        together = sorted((*before, *out), key=lambda each: (each.at, each.id))
        found[submission.corrects or ""] = (tuple(together), known | ({submission.id} if out else set()))
    return found


@tells("publication.read", "publication")
def counts(world: World, who: Who, edges: Sequence[datetime]) -> list[int]:
    """How many went out between each two neighbouring instants. Raises Refused."""
    with world.storage.reading() as readers:
        acting(readers, who, "post.read", world.policy.roles, world.clock.now())
        return readers.publications.counts_between(edges)
