"""The witness: a clock whose bound is only assumed must not contradict what a platform's TLS answer says (house §7).

A figure somebody wrote into the settings cannot know that the machine is ten minutes fast. Where it stands for the
bound and platforms are real, nothing is claimed or sent until an answer's Date, minutes old at most, agrees.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from connectors.contract import Ask, Connector, Conversation, PlatformError, Request
from gateway.clock import boot_seconds
from gateway.domain.account import Account, CredentialState
from gateway.domain.audit import WORKER, AuditEvent
from gateway.domain.change import Change
from gateway.domain.instant import Now
from gateway.storage import tables
from gateway.world import World
from scheduler.envoy import Envoy
from scheduler.outcome import NoAnswer

LOG = logging.getLogger("gateway.witness")
SLACK = timedelta(seconds=2)  # a Date has whole seconds, and servers may keep one for a second
FRESH = 600.0  # seconds for which an answer vouches for the clock
AGAIN, SOON = 60.0, 5.0  # seconds between two looks while it is vouched for, and while it is not
SLOWEST = 3.0  # seconds: an answer that took longer says too little to vouch, though it may still contradict


@dataclass(frozen=True)
class Answered:
    """One answer's Date, and boot seconds before the request and after the answer; `now` was read after it."""

    date: datetime
    asked: float
    answered: float
    now: Now


def contradicts(said: Answered) -> bool:
    """Whether the server's Date lies outside what our clock is sure of; it answered between the two readings."""
    took = timedelta(seconds=said.answered - said.asked)
    return said.now.latest < said.date - SLACK or said.now.earliest > said.date + took + SLACK


def date_of(header: str | None) -> datetime | None:
    """The Date of an answer in UTC (RFC 9110 §6.6.1); None where there is none that can be read."""
    try:
        found = parsedate_to_datetime(header or "")
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


class Witness:
    """Asks the accounts' own platforms what time it is. `needed` is False where the kernel knows its bound."""

    def __init__(self, world: World, needed: bool, boot: Callable[[], float] = boot_seconds) -> None:
        self._world = world
        self._needed = needed
        self._boot = boot
        self._vouched_at: float | None = None
        self._asked_at: float | None = None
        self._against: set[str] = set()
        self._turn = 0

    def vouches(self) -> bool:
        """Whether doors may open: it is not needed, or a recent answer agreed and nobody's last one disagreed."""
        if not self._needed:
            return True
        return not self._against and self._vouched_at is not None and self._boot() - self._vouched_at <= FRESH

    def hear(self, who: str, said: Answered) -> None:
        """Take one testimony of the host `who`. A contradiction is told in the log when it begins."""
        if contradicts(said):
            if who not in self._against:
                self._against.add(who)
                LOG.error("the clock contradicts %s: nothing is sent until it does not; set the clock right", who)
                self._tell("clock.contradicted", who)
            return
        if who in self._against:
            self._against.discard(who)
            self._tell("clock.agrees", who)
        if said.answered - said.asked <= SLOWEST:
            self._vouched_at = said.answered

    def _tell(self, act: str, who: str) -> None:
        with self._world.storage.unit() as unit:
            unit.commit(Change((AuditEvent(act, WORKER, "host", who),)))

    async def tick(self, envoy: Envoy) -> None:
        """Ask one platform where it is time to, each in its turn."""
        if not self._needed or not self._is_time():
            return
        self._asked_at = self._boot()
        accounts = await asyncio.to_thread(self._accounts)
        # Nobody asks a host again where no account lives any more: what it said last must not shut doors for ever.
        self._against &= {urlsplit(place_of(envoy.connector(each), each)).netloc for each in accounts}
        if accounts:
            self._turn += 1
            await self.ask(envoy, accounts[self._turn % len(accounts)])

    def _is_time(self) -> bool:
        pause = AGAIN if self.vouches() else SOON
        return self._asked_at is None or self._boot() - self._asked_at >= pause

    def _accounts(self) -> list[Account]:
        """One connected account for each place."""
        current = tables.accounts.c.credential_state == CredentialState.CURRENT
        with self._world.storage.reading() as readers:
            found = {(each.platform, each.origin): each for each in readers.accounts.where(current)}
        return [found[place] for place in sorted(found)]

    async def ask(self, envoy: Envoy, account: Account) -> None:
        """Ask one account's platform, without its credential. No answer is no testimony."""
        url = place_of(envoy.connector(account), account)
        try:
            header, asked, answered = await envoy.ask(account, lambda _: self._look(url), dict)
        except (PlatformError, NoAnswer):
            return
        date = date_of(header)
        if date is not None:
            said = Answered(date, asked, answered, self._world.clock.now())
            await asyncio.to_thread(self.hear, urlsplit(url).netloc, said)

    def _look(self, url: str) -> Conversation[tuple[str | None, float, float]]:
        asked = self._boot()
        answer = yield Ask(Request("GET", url, authorised=False))
        return (answer.header("date") if answer else None), asked, self._boot()


def place_of(connector: Connector, account: Account) -> str:
    """A small public page of the account's platform."""
    origin = account.origin if connector.manifest.own_origin else f"https://{min(connector.manifest.hosts)}"
    return f"{origin}/robots.txt"
