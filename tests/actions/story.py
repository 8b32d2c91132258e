"""The usual way of a post, for the tests of the actions: written, submitted, cleared, approved, staged, intended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest

from gateway.actions.approve import approve, clear
from gateway.actions.deliver import Intended, intend_many, stage
from gateway.actions.release import refresh_calendar
from gateway.actions.submit import submit
from gateway.actions.write import write_post
from gateway.audit.entry import Entry
from gateway.domain.delivery import Delivery, State
from gateway.domain.instant import Now, rfc3339
from gateway.domain.post import Content
from gateway.domain.refusal import Reason, Refused
from gateway.domain.submission import Submission, Wish
from gateway.storage.log import Search
from gateway.world import World
from tests.cast import HOUR, NOON, clock_of, on_list, policy, stepped_up, who

CPI = "/releases/cpi"
WORKER = "worker-1"
READERS = ("bola", "bea", "cleo")


def wish(
    *accounts: str,
    wanted: str = rfc3339(NOON + HOUR),
    release: str | None = None,
    content_class: str = "routine",
    doubt: str = "",
    declared: tuple[str, ...] | None = None,
    claims: bool | None = None,
) -> Wish:
    """What Ada asks for; without a release she claims that there are no unpublished statistics in it."""
    return Wish(
        accounts=accounts or ("office-account",),
        wanted=wanted,
        content_class=content_class,
        release=release,
        claims_no_statistics=release is None if claims is None else claims,
        declared=policy().declaration if declared is None else declared,
        doubt=doubt,
    )


def put_forward(
    world: World,
    *texts: str,
    asked: Wish | None = None,
    by: str = "ada",
    post_id: str | None = None,
    content: Content | None = None,
) -> Submission:
    """A post by `by`, submitted; for a release by someone on its list, as those who answer are."""
    if asked and asked.release:
        on_list(world, asked.release, by, *READERS)
    said = content or Content(texts or ("Bore da",))  # Welsh is always left to a clearer
    revision = write_post(world, who(world, by), said, post_id=post_id)
    return submit(world, who(world, by), revision.id, asked or wish())


def yes(world: World, submission: Submission, by: str = "bola", **more: str) -> Submission:
    """This person approves exactly this digest, with a fresh factor."""
    acting = stepped_up(world, by, "approve", submission.id, submission.digest)
    return approve(world, acting, submission.id, submission.digest, **more)  # type: ignore[arg-type]


def cleared(world: World, submission: Submission, by: str = "cleo") -> Submission:
    """This person clears exactly this digest."""
    acting = stepped_up(world, by, "clear", submission.id, submission.digest)
    return clear(world, acting, submission.id, submission.digest, granted=True, reason="no figures in it")


def held(world: World, *texts: str, asked: Wish | None = None, by: str = "ada") -> list[Delivery]:
    """A post put forward, cleared where it must be, approved by Bola: its deliveries."""
    submission = put_forward(world, *texts, asked=asked, by=by)
    if submission.needs_clearance:
        submission = cleared(world, submission)
    yes(world, submission)
    return deliveries(world, submission.id)


def deliveries(world: World, submission_id: str) -> list[Delivery]:
    with world.storage.reading() as readers:
        return readers.deliveries.of_submission(submission_id)


def delivery(world: World, id: str) -> Delivery:
    with world.storage.reading() as readers:
        return readers.deliveries.get(id)


def at(world: World, instant: datetime) -> None:
    """The stopped clock stands at `instant`."""
    clock_of(world).at = instant


def claimed(world: World, worker: str = WORKER) -> list[Delivery]:
    """What this worker claims now."""
    return [staged.delivery for staged in stage(world, worker)]


def intended(world: World, one: Delivery, worker: str = WORKER) -> Intended:
    """Its intent, committed."""
    answer = intend_many(world, worker, [one.id])[one.id]
    assert isinstance(answer, Intended), answer
    return answer


def refused_intent(world: World, one: Delivery, worker: str = WORKER) -> Reason:
    """Why no intent was committed."""
    answer = intend_many(world, worker, [one.id])[one.id]
    assert isinstance(answer, Refused)
    return answer.reason


def sending(world: World, *texts: str, due: datetime = NOON + HOUR) -> Delivery:
    """One delivery on its way: its intent is committed at its due time."""
    (one,) = held(world, *texts, asked=wish(wanted=rfc3339(due)))
    at(world, due)
    claimed(world)
    return intended(world, one).delivery


def log(world: World, act: str) -> list[Entry]:
    """The entries of this act, newest first."""
    with world.storage.reading() as readers:
        return readers.log.search(Search(act=act), 1000)


@contextmanager
def refuses(world: World, reason: Reason, act: str) -> Iterator[None]:
    """The house says no for this reason, and that is one entry in the log."""
    before = len(log(world, "refused"))
    with pytest.raises(Refused) as refused:
        yield
    assert refused.value.reason is reason, refused.value
    told = log(world, "refused")
    assert len(told) == before + 1
    assert (told[0].facts["act"], told[0].facts["reason"]) == (act, str(reason))


def calendar(
    instant: datetime, *, published: bool = False, finalised: bool = True, cancelled: bool = False, uri: str = CPI
) -> bytes:
    """One release in the ONS search/releases shape."""
    described = {
        "title": "Consumer prices",
        "release_date": rfc3339(instant),
        "published": published,
        "finalised": finalised,
        "cancelled": cancelled,
    }
    return json.dumps({"releases": [{"uri": uri, "description": described}]}).encode()


def read_calendar(world: World, body: bytes, began: Now | None = None) -> None:
    """The worker's own reading, begun now."""
    refresh_calendar(world, "ons", body, began=began or world.clock.now())


def state_of(world: World, submission: Submission) -> str:
    with world.storage.reading() as readers:
        return str(readers.submissions.get(submission.id).state)


Act = Callable[[], object]
HELD = State.HELD
