"""Opening the house for one command: the world of the settings, closed again whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.settings import read_settings
from gateway.wiring import build_world
from gateway.world import World


@contextmanager
def opened(config: Path | None) -> Iterator[World]:
    """The world that the settings describe. Raises BadSettings, ContentKeyUnavailable or Refused."""
    world = build_world(read_settings(config))
    try:
        yield world
    finally:
        world.storage.close()
