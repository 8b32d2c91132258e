"""Bringing the tables up, with a word for a database that is away or belongs to a newer gateway."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic.util import CommandError

from gateway.cli.speaking import Stop
from gateway.storage.unit import telling_storage


@contextmanager
def upgrading() -> Iterator[None]:
    """Around whatever upgrades the tables. Raises Refused(STORAGE_UNAVAILABLE) or Stop."""
    try:
        with telling_storage():
            yield
    except CommandError as fault:
        raise Stop(
            "This database is not for this version",
            f"It was used by a newer gateway, or its version mark is damaged ({fault}). Install the newer one, or "
            "restore a backup of this version.",
        ) from fault
