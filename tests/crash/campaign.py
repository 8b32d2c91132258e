"""Workers that die at one step of a delivery after another, and what must be true of it afterwards (G9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import httpx

from gateway.domain.delivery import Delivery, State
from gateway.domain.post import PictureUse
from gateway.domain.submission import Submission
from tests.crash.kennel import KILLED, Kennel
from tests.flow.town import BLUESKY, NOW, Town, until
from tests.scheduler.stages import STAGES

# Short spans, so that what is proved absent goes out again soon: the sender is dead, its request cannot be under way.
SPANS = {"platform_timeout": 2, "lease": 2}
DURABLE = {"sqlite": "", "postgresql": "durable_url"}
CONTAINERS = ("instagram", "threads")  # make something unseen, fetch its pictures from us, and then make it public
PROVING = (BLUESKY, *CONTAINERS)  # by a record key, by the state of a container
MOST_STEPS = 28
MANY_STEPS = 44  # of a platform of containers
PATIENCE = 150.0  # seconds: a clock that this machine jolted keeps every door shut for 60 s

EXPECTED = {
    "before delivery.claim",
    "after delivery.claim",
    "before credential.open",
    "after credential.open",
    "before delivery.intent",
    "after delivery.intent",
    "before the first byte",
    "before an exchange",
    "after an exchange",
    "before delivery.publish",
    "after delivery.publish",
    "written, not committed",
}
SHOWING = {f"{when} media.{act}" for when in ("before", "after") for act in ("show", "hide")}


def connected(house: Town, platform: str, prefix: str, count: int = MOST_STEPS) -> list[str]:
    """One account for each step: a post's steps are its own, whatever is recovered beside it meanwhile."""
    house.start_worker()
    accounts = house.connect_many(platform, count, prefix=prefix)
    house.stop_worker()
    return accounts


def died_at(house: Town, dogs: Kennel, post: Submission, kill_at: int = 0, kill_on: str = "") -> str | None:
    """Let a worker carry this post and die at step `kill_at`, or at the first called `kill_on` once it is intended.

    The step's name; None where it lived to the end.
    """
    (delivery,) = house.deliveries(post)
    steps = dogs.order(delivery=delivery.id, account=delivery.account, kill_at=kill_at, kill_on=kill_on)

    def dead() -> bool:
        names = steps.read_text().splitlines() if steps.exists() else []
        on_name = "after delivery.intent" in names and names[-1] == kill_on
        return on_name or 0 < kill_at <= len(names)

    until(lambda: dead() or house.states(post) == [State.PUBLISHED], house, PATIENCE)
    ended = dogs.ended() if dead() else dogs.stop()
    if ended == 0:
        return None
    assert ended == KILLED
    return steps.read_text().splitlines()[-1]


def campaign(
    house: Town,
    dogs: Kennel,
    platform: str,
    *,
    pictures: tuple[PictureUse, ...] = (),
    called: str = "Notice",
) -> list[str]:
    """Every step in turn until one worker lives; the names of the steps at which the others died."""
    most = MANY_STEPS if platform in CONTAINERS else MOST_STEPS
    covered: list[str] = []
    posts: list[Submission] = []
    for number, account in enumerate(connected(house, platform, called.lower().replace(" ", ""), most), start=1):
        posts.append(a_post(house, account, f"{called} {number} on {platform}.", pictures))
        name = died_at(house, dogs, posts[-1], number)
        if name is None:
            break
        covered.append(name)
    assert len(covered) < most, covered
    require_all_true(house, dogs, posts)
    return covered


def a_post(house: Town, account: str, text: str, pictures: tuple[PictureUse, ...] = ()) -> Submission:
    """Something approved that is due at once."""
    return house.post(text, account, wanted=NOW, pictures=pictures)


def require_all_true(house: Town, dogs: Kennel, posts: Sequence[Submission]) -> None:
    """A last worker recovers what the others left; then our words are held against the platforms' own."""
    dogs.order()
    until(_all(house, posts), house, PATIENCE)
    assert dogs.stop() == 0
    for post in posts:
        require_true(house, post)
    require_hidden(house)


def require_hidden(house: Town) -> None:
    """No address from which a platform ever fetched a picture shows one any more, whoever died meanwhile."""
    told = [event for platform in CONTAINERS if platform in house.platforms for event in fetched(house, platform)]
    assert {httpx.get(event["fetched_from"], trust_env=False).status_code for event in told} <= {404}


def fetched(house: Town, platform: str) -> list[dict[str, Any]]:
    """The pictures that a platform fetched from an address, as it wrote them down itself."""
    return house.platforms[platform].truth("media")


def _all(house: Town, posts: Sequence[Submission]) -> Callable[[], bool]:
    return lambda: all(is_settled(house, post) for post in posts)


def is_settled(house: Town, post: Submission) -> bool:
    """Published; or unknown, looked for and shown, where the platform has it not and cannot prove that."""
    (delivery,) = house.deliveries(post)
    platform = house.account(delivery.account).platform
    if delivery.state is State.UNKNOWN and platform not in PROVING:
        return bool(delivery.looks) and not taken_of(house, delivery)
    return delivery.state is State.PUBLISHED


def require_true(house: Town, post: Submission) -> None:
    """Our word against the platform's own: once where published, not at all where unknown; never sent blindly."""
    (delivery,) = house.deliveries(post)
    platform = house.account(delivery.account).platform
    taken = taken_of(house, delivery)
    acts = platform, delivery.receipt, taken, house.acts(delivery.id)
    if delivery.state is State.PUBLISHED:
        assert delivery.receipt is not None
        assert [event["id"] for event in taken] == [delivery.receipt.platform_id], acts
    else:
        assert taken == [], acts
    if platform not in PROVING:  # where absence can be proved, a second intent is no blind one
        assert never_blindly(acts[-1]), acts


def never_blindly(acts: Sequence[str]) -> bool:
    """Whether every intent but the last was taken back by its own living worker, which had surely not sent it."""
    followed = [after for act, after in pairwise(acts) if act == "delivery.intent"]
    return all(after == "delivery.back" for after in followed[: acts.count("delivery.intent") - 1])


def taken_of(house: Town, delivery: Delivery) -> list[dict[str, Any]]:
    """What the platform itself wrote down of it, by the words as they reach that platform."""
    account = house.account(delivery.account)
    said = STAGES[account.platform].connector.limits(account.home).said(delivery.outgoing)
    return house.accepted(said, account.platform)
