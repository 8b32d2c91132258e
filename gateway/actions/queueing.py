"""The queue: what waits for answers, what is on its way, and what went wrong lately, with the releases around it.

It is chosen and sorted without opening what anything says; the lines that are shown are opened then (`opened`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.words import NOW, Outgoing
from gateway.actions.access import embargoed
from gateway.actions.guard import acting
from gateway.actions.reading import eyes_of, seen_among_sketches
from gateway.actions.telling import tells
from gateway.domain.account import Called
from gateway.domain.delivery import State, due_of
from gateway.domain.member import require
from gateway.domain.refusal import Refused
from gateway.domain.release import Coming, Release, ReleaseState
from gateway.domain.submission import SubmissionState
from gateway.storage.sketches import OnItsWay, Sketch
from gateway.storage.unit import Readers
from gateway.world import Who, World

OPEN = (State.HELD, State.CLAIMED, State.SENDING, State.UNKNOWN)
ENDED_BADLY = (State.LAPSED, State.REJECTED)
LATELY = timedelta(days=14)
OPENING = 60  # characters
MOST = 500  # of each state: beyond it the queue says that it is cut


@dataclass(frozen=True, eq=False)
class Item:
    """One line: a delivery on its way, or (`delivery` None) a submission that waits, one an account.

    `due` is None where it goes as soon as it is approved.
    """

    submission: Sketch
    account: Called
    delivery: OnItsWay | None
    due: datetime | None
    release: Release | None
    author: str


@dataclass(frozen=True)
class Said:
    """Which part of how many it is, and its first words: "" for what waits for a release that is not out, whose words
    are read one by one, and told.
    """

    part: int
    parts: int
    opening: str


@dataclass(frozen=True)
class Queue:
    """Every line, the earliest due first; `cut` where there is more of something than is shown."""

    items: tuple[Item, ...]
    cut: bool


@tells("delivery.read", "delivery")
def queue(world: World, who: Who) -> Queue:
    """What is under way, as far as `who` may know of it. Raises Refused."""
    with world.storage.reading() as readers:
        now = world.clock.now()
        eyes = eyes_of(readers, who, world, now)
        ways = readers.sketches.under_way((*OPEN, *ENDED_BADLY), ENDED_BADLY, now.earliest - LATELY, MOST)
        waiting = readers.sketches.waiting(MOST)
        bound = [(each.submission, each.release) for each in ways] + [(each, each.wish.release) for each in waiting]
        seen = seen_among_sketches(readers, eyes, bound)
        ways_seen = [each for each in ways if each.submission.id in seen and matters(each)]
        waiting_seen = [each for each in waiting if each.id in seen]
        lines = _Lines.read(readers, ways_seen, waiting_seen)
    items = [lines.delivered(each) for each in ways_seen]
    items += [item for each in waiting_seen for item in lines.waiting(each)]
    cut = len(waiting) == MOST or len(ways) >= MOST
    return Queue(
        tuple(sorted(items, key=lambda item: (item.due or item.submission.submitted_at, item.account.id))), cut
    )


def matters(way: OnItsWay) -> bool:
    """What ended badly is over as soon as something newer was put forward instead."""
    return way.state in OPEN or way.submission.state is SubmissionState.HELD


@dataclass(frozen=True)
class _Lines:
    """What the lines say beside the thing itself."""

    accounts: Mapping[str, Called]
    releases: Mapping[str, Release]
    names: Mapping[str, str]

    @classmethod
    def read(cls, readers: Readers, ways: Sequence[OnItsWay], waiting: Sequence[Sketch]) -> _Lines:
        accounts = {each.account for each in ways} | {id for each in waiting for id in each.wish.accounts}
        releases = {each.release for each in ways} | {each.wish.release for each in waiting}
        people = {each.submission.author for each in ways} | {each.author for each in waiting}
        names = readers.members.column("display_name", people)
        return cls(readers.accounts.called(accounts), readers.releases.many(id for id in releases if id), names)

    def delivered(self, way: OnItsWay) -> Item:
        release = self.releases.get(way.release or "")
        author = self.names.get(way.submission.author, "")
        return Item(way.submission, self.accounts[way.account], way, way.due_at, release, author)

    def waiting(self, sketch: Sketch) -> Iterable[Item]:
        release, author = self.releases.get(sketch.wish.release or ""), self.names.get(sketch.author, "")
        due = _wanted(sketch, release)
        return (Item(sketch, self.accounts[id], None, due, release, author) for id in sketch.wish.accounts)


def _wanted(sketch: Sketch, release: Release | None) -> datetime | None:
    """When it would go out; None for "now", and where its release is not known any more."""
    if sketch.wish.wanted == NOW:
        return None
    try:
        return due_of(sketch.wish.wanted, release, sketch.submitted_at)
    except (Refused, ValueError):
        return None


@tells("delivery.read", "delivery")
def opened(world: World, who: Who, items: Sequence[Item], *, words: bool = True) -> list[Said]:
    """What these lines of the queue say, in their order; without `words` only which part of a thread each is. It is
    not told: nothing that waits for a release is said. Raises Refused.
    """
    with world.storage.reading() as readers:
        now = world.clock.now()
        acting(readers, who, "post.read", world.policy.roles, now)
        said_by = readers.sketches.said_by(each.delivery.id for each in items if each.delivery)
        waiting = [each.submission.id for each in items if each.delivery is None] if words else []
        said_in = readers.sketches.said_in(waiting)
        shut = frozenset(embargoed(readers, (each.submission.wish.release for each in items), now)) if words else None
    return [_said(each, said_by, said_in, shut) for each in items]


def _said(
    item: Item,
    said_by: Mapping[str, Outgoing],
    said_in: Mapping[str, tuple[Outgoing, ...]],
    shut: frozenset[str] | None,
) -> Said:
    submission, delivery = item.submission, item.delivery
    own = [said_by[delivery.id]] if delivery else said_in.get(submission.id, ())
    first = next((each for each in own if each.account == item.account.id), None)
    part, parts = (first.part, first.parts) if first and delivery else (1, 1)
    if shut is None or first is None or submission.wish.release in shut:
        return Said(part, parts, "")
    return Said(part, parts, " ".join(first.text.split())[:OPENING])


@tells("release.read", "release")
def around(
    world: World, who: Who, begins: datetime, ends: datetime, edges: Sequence[datetime] = (), account: str | None = None
) -> tuple[list[tuple[Coming, ReleaseState]], list[int]]:
    """The calendar's releases in a span with their states, by instant; and how many posts went out, on one account or
    on all, between each two neighbouring edges. Raises Refused.
    """
    with world.storage.reading() as readers:
        me = acting(readers, who, "post.read", world.policy.roles, world.clock.now())
        require(me, "account.read", world.policy.roles)
        went = readers.publications.counts_between(edges, account) if edges else []
        return readers.releases.between(begins, ends), went
