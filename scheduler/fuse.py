"""The fuse between an intent and its request: what has not started within 2 s is not sent (house §6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.delivery import blown


class Blown(Exception):
    """The request was not started in time after its intent. Nothing of it was sent: a proof that it was not applied."""


@dataclass(frozen=True)
class Fuse:
    """Burns from `since`, the instant at which the intent was decided; `boot` reads CLOCK_BOOTTIME. Both in seconds."""

    since: float
    boot: Callable[[], float]

    def require_whole(self) -> None:
        """Raise Blown where too long has passed, or where the intent seems to lie in the future: a reading is wrong."""
        elapsed = self.boot() - self.since
        if not elapsed >= 0 or blown(timedelta(seconds=elapsed)):
            raise Blown(f"{elapsed:.1f} s after its intent")
