"""A connector meets the pretend platform that another reader of the page wrote, by way of the real courier."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

import httpx

from connectors.contract import Connector, Conversation, Renewal
from connectors.simulators.running import Running
from connectors.simulators.truth import Event
from connectors.words import Found, Home, Likely, Outgoing, Passage, Picture, Receipt, Window
from gateway.clock import boot_seconds
from scheduler.courier import Courier, Patience
from scheduler.hosts import Sandbox
from scheduler.outcome import Accepted, Outcome, Sending
from tests.simulators.callers import png
from tests.simulators.pictures import Shelf, jpeg, shelf

T = TypeVar("T")
Said = tuple[str, Outgoing]
PATIENCE = Patience(request=1.0, connect=1.0)
TRUST = httpx.create_ssl_context(trust_env=False)  # made once: reading the authorities takes longer than a conversation
PIXELS = png()
PHOTO_BYTES = jpeg()
PHOTO = Picture(hashlib.sha256(PHOTO_BYTES).hexdigest(), "image/jpeg", len(PHOTO_BYTES), 400, 400, "A grey square")
CHART = Picture(hashlib.sha256(PIXELS).hexdigest(), "image/png", len(PIXELS), 2, 2, "A line that falls to 3.1%")
BYTES = {CHART.sha256: PIXELS, PHOTO.sha256: PHOTO_BYTES}


@dataclass
class Meeting:
    """One account of `connector` at the simulator `running`, which is mapped under `hosts`."""

    connector: Connector
    running: Running
    home: Home
    credential: dict[str, str]
    hosts: tuple[str, ...]
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    patience: Patience = PATIENCE
    intended: int = 0
    made: dict[str, str] = field(default_factory=dict)
    containers: dict[Said, str | None] = field(default_factory=dict)
    shelf: Shelf | None = None

    def _courier(self) -> Courier:
        return Courier(
            now=lambda: datetime.now(UTC),
            nonce=lambda: str(time.monotonic_ns()),
            bring_media=BYTES.__getitem__,
            boot=boot_seconds,
            sandbox=Sandbox(dict.fromkeys(self.hosts, self.running.origin)),
            patience=self.patience,
            trust=TRUST,
        )

    def hold(self, begin: Callable[[Connector], Conversation[T]]) -> T:
        """Hold a conversation that only asks."""

        async def held() -> T:
            courier = self._courier()
            try:
                return await courier.ask(self.connector, self.home, begin(self.connector), lambda: self.credential)
            finally:
                await courier.close()

        return asyncio.run(held())

    def renew(self, begin: Callable[[Connector], Conversation[Renewal]]) -> Renewal:
        """Sign in or refresh, and keep what it brought."""
        renewal = self.hold(begin)
        self.credential |= dict(renewal.fields)
        return renewal

    def passage(self, root: Receipt | None = None, parent: Receipt | None = None, key: str = "d-1") -> Passage:
        """The way of one delivery."""
        return Passage(key, self.began, self.home, root, parent)

    def deliver(
        self, outgoing: Outgoing, passage: Passage | None = None, *, dies_after: float | None = None
    ) -> Outcome:
        """Say it, through an open door. `intended` counts the intents committed, `containers` keeps what each was
        about to make public, as the house does. A picture's address is there as long as this lasts.

        With `dies_after` seconds the worker dies so long after it began: TimeoutError, and nobody heard the answer.
        """

        async def open_door() -> None:
            return None

        async def intent() -> float:
            self.intended += 1
            return boot_seconds()

        way = self._way(outgoing, passage)

        async def address(sha256: str) -> str:
            self.shelf = self.shelf or stack.enter_context(shelf())
            return self.shelf.put(BYTES[sha256], "image/jpeg" if sha256 == PHOTO.sha256 else "image/png")

        async def delivered() -> Outcome:
            courier = self._courier()
            conversation = self.connector.publish(outgoing, way)
            sending = Sending(
                connector=self.connector,
                home=self.home,
                conversation=conversation,
                credential=lambda: self.credential,
                before_content=open_door,
                before_commit=intent,
                prepared=lambda made: self.containers.update({(way.key, outgoing): made}),
                address=address,
            )
            try:
                return await asyncio.wait_for(courier.deliver(sending), dies_after)
            finally:
                await courier.close()

        with ExitStack() as stack:
            try:
                return asyncio.run(delivered())
            finally:
                self.shelf = None

    def second(self, part: Outgoing, first: Receipt) -> tuple[Receipt, Found]:
        """Say a second part below the first; it is found, and removed as often as one likes. Its receipt, and what is
        found of it after that.
        """
        passage = self.passage(first, first, "d-2")
        outcome = self.deliver(part, passage)
        assert isinstance(outcome, Accepted), outcome
        found = self.find(part, passage)
        assert isinstance(found, Likely)
        assert [one.platform_id for one in found.candidates] == [outcome.receipt.platform_id]
        for _ in range(2):
            self.hold(lambda connector: connector.remove(outcome.receipt, self.home))
        return outcome.receipt, self.find(part, passage)

    def _way(self, outgoing: Outgoing, passage: Passage | None) -> Passage:
        way = passage or self.passage()
        return replace(way, made=way.made or self.containers.get((way.key, outgoing)))

    def find(self, outgoing: Outgoing, passage: Passage | None = None) -> Found:
        """Look for it in the minutes around now."""
        window = Window(self.began - timedelta(seconds=30), datetime.now(UTC) + timedelta(minutes=1))
        return self.hold(lambda connector: connector.find(outgoing, self._way(outgoing, passage), window))

    def accepted(self) -> list[Event]:
        """What the platform's own truth says it took."""
        return self.running.truth("accepted")


def host_of(origin: str) -> str:
    """The host a simulator is mapped under."""
    return urlsplit(origin).hostname or ""
