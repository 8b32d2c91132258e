"""A worker whose database is locked, read-only or full around the due instant, and one that is unsure of the time."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.domain.delivery import State
from tests.crash.kennel import Kennel, kennel
from tests.flow.town import BLUESKY, MASTODON, Town, soon, town, until

pytestmark = pytest.mark.slow
READ_ONLY, FULL = "PRAGMA query_only=ON", "PRAGMA max_page_count=1"
COMMITS = {BLUESKY: "putRecord", MASTODON: "/api/v1/statuses$"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Two platforms with two accounts each; the workers are started by the tests."""
    folder = tmp_path_factory.mktemp("trouble")
    with town(folder, platforms=(BLUESKY, MASTODON), spans={"platform_timeout": 2}) as made:
        made.connect(BLUESKY)
        made.connect(MASTODON)
        made.stop_worker()
        yield made


@pytest.fixture(scope="module")
def dogs(house: Town) -> Iterator[Kennel]:
    """Workers with a wire to their database's troubles."""
    with kennel(house) as made:
        yield made


def database(house: Town) -> Path:
    """The SQLite file."""
    return house.settings.in_data("gateway.db")


def require_once(house: Town, *texts: str) -> None:
    """Each went out on both platforms, once."""
    for text in texts:
        for platform in (BLUESKY, MASTODON):
            assert len(house.accepted(text, platform)) == 1, (text, platform)


def test_a_database_locked_around_the_instant_delays_and_nothing_more(house: Town, dogs: Kennel) -> None:
    dogs.order()
    due = datetime.now(UTC) + timedelta(seconds=5)
    post = house.post("While the database was locked.", *house.accounts.values(), wanted=due.isoformat())
    until(lambda: datetime.now(UTC) > due - timedelta(seconds=0.8), house)
    outside = sqlite3.connect(database(house), isolation_level=None, timeout=10)
    outside.execute("BEGIN IMMEDIATE")
    assert datetime.now(UTC) < due, "the lock came too late for this test to say anything"
    until(lambda: datetime.now(UTC) > due + timedelta(seconds=2), house)
    assert house.accepted("While the database was locked.") == []
    outside.execute("ROLLBACK")
    outside.close()
    house.settled(post)
    require_once(house, "While the database was locked.")
    assert dogs.stop() == 0


@pytest.mark.parametrize("words", [READ_ONLY, FULL], ids=["read-only", "full"])
@pytest.mark.parametrize("when", ["before the intent", "before the outcome"])
def test_a_database_that_takes_nothing_for_a_while_loses_nothing_and_repeats_nothing(
    house: Town, dogs: Kennel, words: str, when: str, tmp_path: Path
) -> None:
    trouble = tmp_path / "trouble"
    text = f"Through {words}, {when}."
    dogs.order(trouble=str(trouble))
    if when == "before the outcome":
        for platform, path in COMMITS.items():
            house.platforms[platform].fault("slow", path=path, method="POST", ms=1500)
    post = house.post(text, *house.accounts.values(), wanted=soon(house.world, 3.0))
    if when == "before the outcome":
        until(lambda: len(house.accepted(text)) == 2, house)
    else:
        until(lambda: house.states(post) == [State.CLAIMED] * 2, house)
    trouble.write_text(words)
    time.sleep(3)
    if words == READ_ONLY:  # a full one still takes what fits into the pages it has
        assert len(house.accepted(text)) == (2 if when == "before the outcome" else 0)
        assert State.PUBLISHED not in house.states(post)
    trouble.unlink()
    until(lambda: house.states(post) == [State.PUBLISHED] * 2, house, 40)
    require_once(house, text)
    assert dogs.stop() == 0


def test_a_worker_unsure_of_the_time_sends_later_and_never_earlier(tmp_path: Path) -> None:
    bound = 2.5
    with town(tmp_path, clock={"source": "assumed", "bound_seconds": bound}) as unsure:
        account = unsure.connect(BLUESKY)
        due = datetime.now(UTC) + timedelta(seconds=4)
        post = unsure.post("The reading room is open on Monday.", account, wanted=due.isoformat())
        until(lambda: datetime.now(UTC) > due + timedelta(seconds=bound - 0.3), unsure)
        assert unsure.platforms[BLUESKY].truth("accepted") == []
        unsure.settled(post)
        (event,) = unsure.accepted("The reading room is open on Monday.")
        lateness = datetime.fromisoformat(event["at"]) - due
        assert timedelta(seconds=bound) <= lateness < timedelta(seconds=bound + 2)
