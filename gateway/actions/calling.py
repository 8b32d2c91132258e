"""Calling those who are wanted: who may answer a post that waits, and who stands behind one that did not go out.

The worker looks again and again and calls each person once about each thing: a notice's id follows from what it is
about, so that neither a second worker nor a fresh start calls anybody twice. No word of a post is in a call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from gateway.actions.notice import concerned
from gateway.actions.queueing import matters
from gateway.actions.reviewing import wanted_from
from gateway.domain.change import together
from gateway.domain.delivery import State
from gateway.domain.instant import Now
from gateway.domain.notice import Notice, NoticeKind, give
from gateway.storage.unit import Readers
from gateway.world import World

MOST = 500  # looked at, of each kind
AT_ONCE = 20  # things about which people are called in one go
LATELY = timedelta(days=1)  # what went wrong before that was seen without a call
BY_ITSELF = timedelta(minutes=5)  # in which the worker mostly finds out by itself whether something went out
BADLY = {
    State.UNKNOWN: NoticeKind.NOBODY_KNOWS,
    State.REJECTED: NoticeKind.PLATFORM_REFUSED,
    State.LAPSED: NoticeKind.LAPSED,
}


@dataclass(frozen=True)
class Call:
    """A reason to call people: the kind of notice, and what it is about."""

    kind: NoticeKind
    subject_kind: str
    subject: str

    def to(self, member: str, now: Now) -> Notice:
        """The notice to one of them; the same one whoever asks, and short enough for an address."""
        id = sha256(f"{self.kind} {self.subject} {member}".encode()).hexdigest()[:32]
        return Notice(
            id=id,
            member=member,
            kind=self.kind,
            subject_kind=self.subject_kind,
            subject_id=self.subject,
            at=now.earliest,
        )


def call_the_wanted(world: World, known: frozenset[Call] = frozenset()) -> frozenset[Call]:
    """Give the notices that are missing. `known` are the calls that need no look any more: what was answered last
    time. Answers with those for the next time.
    """
    now = world.clock.now()
    if not now.bounded:
        return known
    with world.storage.reading() as readers:
        calls = list(_calls(readers, now))
        fresh = [call for call in calls if call not in known][:AT_ONCE]
        given = [call.to(member, now) for call, member in _called(world, readers, fresh, now)]
    if given:
        _give(world, given)
    return (known & frozenset(calls)) | frozenset(fresh)


def _give(world: World, wanted: Sequence[Notice]) -> None:
    with world.storage.unit() as unit:
        there = unit.notices.many(notice.id for notice in wanted)
        missing = [notice for notice in wanted if notice.id not in there]
        if missing:
            unit.commit(together(*map(give, missing)))


def _calls(readers: Readers, now: Now) -> Iterator[Call]:
    """Everything about which somebody is wanted just now."""
    for one in readers.sketches.waiting(MOST):
        yield Call(NoticeKind.WAITS_FOR_YOU, "submission", one.id)
    late = (State.REJECTED, State.LAPSED)
    for way in readers.sketches.under_way(BADLY, late, now.earliest - LATELY, MOST):
        settles = way.state is State.UNKNOWN and not now.surely_past(way.due_at + BY_ITSELF)
        if matters(way) and not settles:
            yield Call(BADLY[way.state], "delivery", way.id)


def _called(world: World, readers: Readers, calls: Sequence[Call], now: Now) -> Iterator[tuple[Call, str]]:
    """Each call with each person whom it is for."""
    people = {member.id: member for member in readers.members.all() if member.is_active} if calls else {}
    for call in calls:
        if call.subject_kind == "submission":
            found = readers.submissions.get(call.subject)
            wanted = set(wanted_from(world, readers, found, people.values(), now))
        else:
            found = readers.submissions.get(readers.deliveries.get(call.subject).submission)
            wanted = set(concerned(readers, [found])[found.id])
        yield from ((call, member) for member in sorted(wanted & set(people)))
