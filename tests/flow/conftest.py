"""One town for each file of flow tests: starting one costs seconds, and accounts keep the tests apart."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.flow.town import BLUESKY, MASTODON, Town, town


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Both platforms, a worker, and the calendar in a file."""
    folder = tmp_path_factory.mktemp("town")
    with town(folder, platforms=(BLUESKY, MASTODON), calendar={"file": "calendar.json", "poll_seconds": 1}) as made:
        yield made


@pytest.fixture(scope="module")
def sky(house: Town) -> str:
    """An account at the Bluesky simulator."""
    return house.connect(BLUESKY)


@pytest.fixture(scope="module")
def toot(house: Town) -> str:
    """An account at the Mastodon simulator."""
    return house.connect(MASTODON)
