"""A whole gateway behind an address that a browser can open: pretend platforms, a real worker, real web process."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyotp

from tests import cast
from tests.flow.town import BLUESKY, MASTODON, Town, town
from tests.flow.web import free_address, web_process

CALENDAR = {"file": "calendar.json"}


@dataclass(frozen=True)
class Gate:
    """The gateway's address, and the town behind it: people's acts, accounts, what the platforms took."""

    address: str
    town: Town

    def cookie(self, name: str) -> dict[str, object]:
        """A live session of this member of the cast, as a browser keeps it."""
        value = cast.cookie(self.town.world, name)
        return {
            "name": "__Host-session",
            "value": value,
            "url": self.address.replace("http:", "https:"),
            "secure": True,
            "httpOnly": True,
            "sameSite": "Strict",
        }

    def code(self, name: str) -> str:
        """The code that the member's app shows and that was not used yet; waits for the next one where it was."""
        with self.town.world.storage.reading() as readers:
            used = max(factor.last_step for factor in readers.factors.of(name))
        while (step := int(time.time()) // 30) <= used:
            time.sleep(0.2)
        return pyotp.TOTP(cast.secret_of(name)).generate_otp(step)

    def new_code(self, secret: str) -> str:
        """The first code of a key that a page showed."""
        return pyotp.TOTP(secret.replace(" ", "")).now()


@contextmanager
def gate(
    folder: Path,
    *,
    working: bool = True,
    peopled: bool = True,
    platforms: tuple[str, ...] = (BLUESKY, MASTODON),
    host: str = "127.0.0.1",
) -> Iterator[Gate]:
    """Everything started; ended in order. `host` is the name that browsers are given: loopback by any name."""
    address, web = free_address(host)
    with (
        town(folder, platforms=platforms, working=working, peopled=peopled, calendar=CALENDAR, web=web) as made,
        web_process(folder),
    ):
        yield Gate(address, made)
