"""kill -9 at every step of one delivery's life, on each platform and each database: 0 twice, 0 lost, 0 lies (G9).

Every step is met by a worker of its own, which dies there; the next one recovers what it left, and dies at the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from gateway.actions import write
from gateway.domain.post import PictureUse
from tests import cast
from tests.crash.campaign import (
    CONTAINERS,
    DURABLE,
    EXPECTED,
    PROVING,
    SHOWING,
    SPANS,
    a_post,
    campaign,
    died_at,
    fetched,
    require_all_true,
)
from tests.crash.kennel import kennel
from tests.flow.town import BLUESKY, MASTODON, Town, town
from tests.flow.web import free_address, web_process
from tests.picture.made import chart, saved

pytestmark = pytest.mark.slow

# Two points for each of the others in the short form: one before anything went out, one after the platform took it.
NOTHING_WENT = ("after delivery.intent", "before the first byte")
IT_WENT = ("after an exchange", "before delivery.publish")
DECISIVE = {
    "facebook": (NOTHING_WENT[0], IT_WENT[0]),
    "instagram": (NOTHING_WENT[0], IT_WENT[1]),
    "linkedin": (NOTHING_WENT[1], IT_WENT[1]),
    "threads": (NOTHING_WENT[1], IT_WENT[0]),
    "viva_engage": (NOTHING_WENT[0], IT_WENT[1]),
    "x": (NOTHING_WENT[1], IT_WENT[0]),
}

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=DATABASES)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """A town on each database, with fsync on; its own worker runs only while accounts are connected."""
    with away(request, tmp_path, (BLUESKY, MASTODON)) as made:
        yield made


@pytest.fixture(params=DATABASES)
def wide(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """The same around the other platforms, with the web process, from which two of them fetch pictures."""
    _, web = free_address()
    with away(request, tmp_path, tuple(DECISIVE), web=web) as made, web_process(tmp_path):
        yield made


def away(
    request: pytest.FixtureRequest, folder: Path, platforms: tuple[str, ...], **more: Any
) -> AbstractContextManager[Town]:
    """A town whose own worker does not run; its watcher looks once, since its looks would count as steps."""
    fixture = DURABLE[request.param]
    url: str = request.getfixturevalue(fixture) if fixture else ""
    watch = {"poll_seconds": 86_400}
    return town(folder, database=url, platforms=platforms, spans=SPANS, working=False, watch=watch, **more)


def a_chart(house: Town) -> tuple[PictureUse, ...]:
    """One picture, brought by the author."""
    media = write.add_picture(house.world, cast.who(house.world, "ada"), saved(chart(640, 480), "JPEG"))
    return (PictureUse(media.id, "A chart that is red at the left top.", "Made by us"),)


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


@pytest.mark.timeout(240)
@pytest.mark.parametrize("wide", ["sqlite"], indirect=True)
def test_a_worker_killed_around_the_irrevocable_step_of_any_other_platform_tells_the_truth(
    wide: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    wide.start_worker()
    connected = wide.connect_on({platform: len(names) for platform, names in DECISIVE.items()})
    points = [
        (account, f"Killed {name}, {platform}.", name, platform)
        for platform, accounts in connected.items()
        for account, name in zip(accounts, DECISIVE[platform], strict=True)
    ]
    wide.stop_worker()
    pictures = a_chart(wide)
    with kennel(wide) as dogs:
        posts = []
        for account, text, name, platform in points:
            posts.append(a_post(wide, account, text, pictures if platform in CONTAINERS else ()))
            assert died_at(wide, dogs, posts[-1], kill_on=name) == name
        require_all_true(wide, dogs, posts)
    for _, text, name, platform in points:
        assert bool(wide.accepted(text)) is (name in IT_WENT or platform in PROVING), text
    assert [len(fetched(wide, platform)) for platform in CONTAINERS] == [2, 2]
    with capsys.disabled():
        print(f"\n{len(points)} decisive crash points, {', '.join(DECISIVE)}: 0 twice, 0 lost, 0 wrongly published")


@pytest.mark.acceptance
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("pictured", [False, True])
def test_a_worker_killed_at_any_step_on_any_other_platform_tells_the_truth(
    wide: Town, pictured: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures, total = a_chart(wide) if pictured else (), 0
    platforms = [platform for platform in DECISIVE if pictured or platform != "instagram"]  # which takes no words alone
    with kennel(wide) as dogs:
        for platform in platforms:
            covered = campaign(wide, dogs, platform, pictures=pictures)
            assert set(covered) == EXPECTED | (SHOWING if pictured and platform in CONTAINERS else set())
            assert len(covered) >= (14 if pictured else 12)
            total += len(covered)
    with capsys.disabled():
        told = f"{'pictures' if pictured else 'words'} on {wide.world.storage.engine.dialect.name}"
        print(f"\n{total} crash points, {', '.join(platforms)}, {told}: 0 twice, 0 lost, 0 wrongly published")


@pytest.mark.acceptance
@pytest.mark.timeout(1800)
def test_the_whole_campaign_with_pictures_five_times_over(house: Town, capsys: pytest.CaptureFixture[str]) -> None:
    pictures = a_chart(house)
    total = 0
    with kennel(house) as dogs:
        for number in range(1, 6):
            for platform in (BLUESKY, MASTODON):
                total += len(campaign(house, dogs, platform, pictures=pictures, called=f"Round {number} notice"))
    with capsys.disabled():
        print(f"\n{total} crash points on {house.world.storage.engine.dialect.name}: 0 twice, 0 lost")
