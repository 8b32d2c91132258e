"""A world on SQLite with the cast in it, and its API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.world import World
from tests.cast import make_world
from tests.web.callers import Office, office


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The cast enrolled, the clock stopped at NOON."""
    built = make_world(f"sqlite:///{tmp_path}/gateway.db")
    yield built
    built.storage.close()


@pytest.fixture
def api(world: World) -> Office:
    """Its API, addressed over https."""
    return office(world)


@pytest.fixture
def api_on_both(database_url: str) -> Iterator[Office]:
    """An API on each of the two databases."""
    built = make_world(database_url)
    yield office(built)
    built.storage.close()
