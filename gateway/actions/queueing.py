"""The queue: what waits for answers, what is on its way, and what went wrong lately, with the releases around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.words import NOW
from gateway.actions.guard import acting
from gateway.actions.reading import eyes_of, seen_among
from gateway.actions.telling import tells
from gateway.domain.account import Account
from gateway.domain.delivery import Delivery, State, due_of
from gateway.domain.instant import Now
from gateway.domain.refusal import Refused
from gateway.domain.release import Release
from gateway.domain.submission import Submission, SubmissionState
from gateway.storage import tables
from gateway.storage.unit import Readers
from gateway.world import Who, World

OPEN = (State.HELD, State.CLAIMED, State.SENDING, State.UNKNOWN)
ENDED_BADLY = (State.LAPSED, State.REJECTED)
LATELY = timedelta(days=14)
OPENING = 60  # characters
MOST = 500  # of each state: beyond it the queue says that it is cut


@dataclass(frozen=True)
class Item:
    """One line: a delivery on its way, or (`delivery` None) a submission that waits, one an account.

    `due` is None where it goes as soon as it is approved. `opening` are its first words; "" for what waits for a
    release that is not out, whose words are read one by one, and told.
    """

    submission: Submission
    account: Account
    delivery: Delivery | None
    due: datetime | None
    release: Release | None
    author: str
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
        deliveries = _deliveries(readers, now)
        waiting = readers.submissions.waiting(MOST)
        known = readers.submissions.many(each.submission for each in deliveries)
        submissions = {each.id: each for each in waiting} | known
        seen, gate = seen_among(readers, eyes, submissions.values())
        lines = _Lines.read(readers, [submissions[id] for id in seen], gate.embargoed)
    under_way = [each for each in deliveries if each.submission in seen and _matters(each, submissions)]
    items = [lines.delivered(submissions[each.submission], each) for each in under_way]
    items += [item for each in waiting if each.id in seen for item in lines.waiting(each)]
    cut = len(waiting) == MOST or len(deliveries) >= MOST
    return Queue(
        tuple(sorted(items, key=lambda item: (item.due or item.submission.submitted_at, item.account.id))), cut
    )


def _deliveries(readers: Readers, now: Now) -> list[Delivery]:
    c = tables.deliveries.c
    found: list[Delivery] = []
    for state in OPEN:
        found += readers.deliveries.where(c.state == state, order=(c.due_at,), limit=MOST)
    for state in ENDED_BADLY:
        lately = c.due_at >= now.earliest - LATELY
        found += readers.deliveries.where(c.state == state, lately, order=(c.due_at.desc(),), limit=MOST)
    return found


def _matters(delivery: Delivery, submissions: Mapping[str, Submission]) -> bool:
    """What ended badly is over as soon as something newer was put forward instead."""
    return delivery.state in OPEN or submissions[delivery.submission].state is SubmissionState.HELD


@dataclass(frozen=True)
class _Lines:
    """What the lines say beside the thing itself."""

    accounts: Mapping[str, Account]
    releases: Mapping[str, Release]
    names: Mapping[str, str]
    embargoed: frozenset[str]

    @classmethod
    def read(cls, readers: Readers, submissions: Iterable[Submission], embargoed: frozenset[str]) -> _Lines:
        listed = list(submissions)
        accounts = readers.accounts.many(account for one in listed for account in one.wish.accounts)
        releases = readers.releases.many(one.wish.release for one in listed if one.wish.release)
        people = readers.members.many(one.author for one in listed)
        return cls(accounts, releases, {id: member.display_name for id, member in people.items()}, embargoed)

    def delivered(self, submission: Submission, delivery: Delivery) -> Item:
        return self._line(submission, delivery.account, delivery, delivery.due_at)

    def waiting(self, submission: Submission) -> Iterable[Item]:
        release = self.releases.get(submission.wish.release or "")
        due = _wanted(submission, release)
        return (self._line(submission, account, None, due) for account in submission.wish.accounts)

    def _line(self, submission: Submission, account: str, delivery: Delivery | None, due: datetime | None) -> Item:
        release = self.releases.get(submission.wish.release or "")
        author, opening = self.names.get(submission.author, ""), self._opening(submission, account, delivery)
        return Item(submission, self.accounts[account], delivery, due, release, author, opening)

    def _opening(self, submission: Submission, account: str, delivery: Delivery | None) -> str:
        if submission.wish.release in self.embargoed:
            return ""
        first = (each.text for each in submission.outgoings if each.account == account)
        return " ".join((delivery.outgoing.text if delivery else next(first, "")).split())[:OPENING]


def _wanted(submission: Submission, release: Release | None) -> datetime | None:
    """When it would go out; None for "now", and where its release is not known any more."""
    if submission.wish.wanted == NOW:
        return None
    try:
        return due_of(submission.wish.wanted, release, submission.submitted_at)
    except (Refused, ValueError):
        return None


@tells("release.read", "release")
def releases_between(world: World, who: Who, begins: datetime, ends: datetime) -> list[Release]:
    """The calendar's releases in a span, by instant. Raises Refused."""
    with world.storage.reading() as readers:
        acting(readers, who, "account.read", world.policy.roles, world.clock.now())
        c = tables.releases.c
        return readers.releases.where(c.instant >= begins, c.instant < ends, order=(c.instant, c.id))
