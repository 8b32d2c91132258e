"""A world with the whole cast in it, on each of the two databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.world import World
from tests.cast import make_world


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """The cast enrolled, the clock stopped at NOON."""
    built = make_world(database_url)
    yield built
    built.storage.close()
