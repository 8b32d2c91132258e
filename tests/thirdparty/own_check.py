"""Pigeon Post keeps every promise that the gateway holds connectors to."""

from __future__ import annotations

from collections.abc import Callable

from pigeon_post.connector import connector
from pigeon_post.rehearsal import REHEARSAL

from connectors.pytest_plugin import promises


@promises(connector, REHEARSAL)
def test_it_keeps(promise: Callable[[], None]) -> None:
    """One test a promise."""
    promise()
