"""kill -9 at every step of one delivery's life, on each platform and each database: 0 twice, 0 lost, 0 lies (G9).

Every step is met by a worker of its own, which dies there; the next one recovers what it left, and dies at the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.actions import write
from gateway.domain.delivery import State
from gateway.domain.post import PictureUse
from gateway.domain.submission import Submission
from tests import cast
from tests.crash.kennel import KILLED, Kennel, kennel
from tests.flow.town import BLUESKY, MASTODON, NOW, Town, town, until
from tests.picture.made import chart, saved

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("crash")]

# Short spans, so that what is proved absent goes out again soon: the sender is dead, its request cannot be under way.
SPANS = {"platform_timeout": 2, "lease": 2}
DURABLE = {"sqlite": "", "postgresql": "durable_url"}
MOST_STEPS = 28


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """A town on each database, with fsync on; its own worker runs only while accounts are connected."""
    fixture = DURABLE[request.param]
    url: str = request.getfixturevalue(fixture) if fixture else ""
    with town(tmp_path, database=url, platforms=(BLUESKY, MASTODON), spans=SPANS) as made:
        made.stop_worker()
        yield made


def connected(house: Town, platform: str, prefix: str) -> list[str]:
    """One account for each step: a post's steps are its own, whatever is recovered beside it meanwhile."""
    house.start_worker()
    accounts = house.connect_many(platform, MOST_STEPS, prefix=prefix)
    house.stop_worker()
    return accounts


def died_at(house: Town, dogs: Kennel, post: Submission, kill_at: int) -> str | None:
    """Let a worker carry this post and die at step `kill_at`; the step's name, None where it lived to the end."""
    (delivery,) = house.deliveries(post)
    steps = dogs.order(delivery=delivery.id, account=delivery.account, kill_at=kill_at)

    def over() -> bool:
        count = len(steps.read_text().splitlines()) if steps.exists() else 0
        return count >= kill_at or house.states(post) == [State.PUBLISHED]

    until(over, house)
    ended = dogs.ended() if len(steps.read_text().splitlines()) >= kill_at else dogs.stop()
    if ended == 0:
        return None
    assert ended == KILLED
    return steps.read_text().splitlines()[kill_at - 1]


def campaign(
    house: Town, dogs: Kennel, platform: str, *, pictures: tuple[PictureUse, ...] = (), called: str = "Notice"
) -> list[str]:
    """Every step in turn until one worker lives; the names of the steps at which the others died."""
    covered: list[str] = []
    posts: list[Submission] = []
    for number, account in enumerate(connected(house, platform, called.lower().replace(" ", "")), start=1):
        posts.append(house.post(f"{called} {number} on {platform}.", account, wanted=NOW, pictures=pictures))
        name = died_at(house, dogs, posts[-1], number)
        if name is None:
            break
        covered.append(name)
    assert len(covered) < MOST_STEPS, covered
    dogs.order()
    until(lambda: all(is_settled(house, post, platform) for post in posts), house, 60)
    assert dogs.stop() == 0
    for post in posts:
        require_true(house, post, platform)
    return covered


def is_settled(house: Town, post: Submission, platform: str) -> bool:
    """Published; or unknown, looked for and shown, where the platform has it not and cannot prove that."""
    (delivery,) = house.deliveries(post)
    if delivery.state is State.UNKNOWN and platform == MASTODON:
        return bool(delivery.looks) and not house.accepted(delivery.outgoing.text, platform)
    return delivery.state is State.PUBLISHED


def require_true(house: Town, post: Submission, platform: str) -> None:
    """Our word against the platform's own: once where published, not at all where unknown; never sent blindly."""
    (delivery,) = house.deliveries(post)
    taken = house.accepted(delivery.outgoing.text, platform)
    acts = house.acts(delivery.id)
    if delivery.state is State.PUBLISHED:
        assert delivery.receipt is not None
        assert [event["id"] for event in taken] == [delivery.receipt.platform_id], acts
    else:
        assert taken == [], acts
    if platform == MASTODON:
        assert acts.count("delivery.intent") == 1, acts


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


@pytest.mark.timeout(240)
def test_a_worker_killed_at_any_step_neither_repeats_nor_loses_a_post(
    house: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    with kennel(house) as dogs:
        for platform in (BLUESKY, MASTODON):
            covered = campaign(house, dogs, platform)
            with capsys.disabled():
                database = house.world.storage.engine.dialect.name
                print(f"\n{len(covered)} crash points of one delivery, {platform} on {database}: 0 twice, 0 lost")
            assert set(covered) == EXPECTED
            assert len(covered) >= 12


@pytest.mark.acceptance
@pytest.mark.timeout(1800)
def test_the_whole_campaign_with_pictures_five_times_over(house: Town, capsys: pytest.CaptureFixture[str]) -> None:
    media = write.add_picture(house.world, cast.who(house.world, "ada"), saved(chart(), "PNG"))
    use = PictureUse(media.id, "A chart that is red at the left top.", "Made by us")
    total = 0
    with kennel(house) as dogs:
        for number in range(1, 6):
            for platform in (BLUESKY, MASTODON):
                total += len(campaign(house, dogs, platform, pictures=(use,), called=f"Round {number} notice"))
    with capsys.disabled():
        print(f"\n{total} crash points on {house.world.storage.engine.dialect.name}: 0 twice, 0 lost")
