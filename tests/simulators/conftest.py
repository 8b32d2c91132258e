"""A running simulator of each platform with one signed-in account, fresh for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.simulators.running import start
from tests.simulators.callers import Sky, Toot, client


@pytest.fixture
def sky(tmp_path: Path) -> Iterator[Sky]:
    """An account signed in to a pretend Bluesky."""
    with start("bluesky", tmp_path) as running, client(running) as http:
        person = Sky(running, http, **running.accounts(1, "office")[0])
        assert person.sign_in().status_code == 200
        yield person


@pytest.fixture
def toot(tmp_path: Path) -> Iterator[Toot]:
    """An account with a token on a pretend Mastodon."""
    with start("mastodon", tmp_path) as running, client(running) as http:
        yield Toot(running, http, **running.accounts(1, "office")[0])
