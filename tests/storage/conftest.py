"""A migrated database of each kind with a stopped clock, and nobody in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.world import World
from tests.cast import bare_world, migrated


@pytest.fixture
def bare(database_url: str) -> Iterator[World]:
    """The tables, an empty log, the clock stopped at NOON."""
    world = bare_world(migrated(database_url))
    yield world
    world.storage.close()
