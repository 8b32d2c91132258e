"""Comparing: a person named the address of a post; the worker fetches it and compares the words (house §6)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from connectors.contract import PlatformError
from connectors.words import Seen
from gateway.actions.settle import settled_by_link
from gateway.domain.account import Account
from gateway.domain.delivery import Delivery
from gateway.domain.organisation import Errand
from gateway.domain.refusal import Refused
from gateway.domain.settling import same_words
from gateway.world import World
from scheduler.envoy import Envoy
from scheduler.keeper import Keeper
from scheduler.outcome import NoAnswer
from vault.safe import Errand as Purpose

MOST = 100


class Comparer:
    """Takes a person's word for where a post is, never for what it says."""

    def __init__(self, world: World, envoy: Envoy, keeper: Keeper) -> None:
        self._world = world
        self._envoy = envoy
        self._keeper = keeper

    async def compare(self, errand: Errand) -> str:
        """What came of it, in one word: published, or why not."""
        delivery, account = await asyncio.to_thread(self._read, errand)
        opened = (await asyncio.to_thread(self._keeper.open_many, [account], Purpose.SETTLE)).get(account.id)
        if opened is None:
            return "credential-closed"
        try:
            newest = await self._envoy.ask(account, lambda c: c.recent(account.home, MOST), opened.revealed)
        except PlatformError as fault:
            return fault.word
        except NoAnswer:
            return "no-answer"
        return await self._compared(errand, delivery, account, newest)

    def _read(self, errand: Errand) -> tuple[Delivery, Account]:
        with self._world.storage.reading() as readers:
            delivery = readers.deliveries.get(errand.delivery or "")
            return delivery, readers.accounts.get(delivery.account)

    async def _compared(self, errand: Errand, delivery: Delivery, account: Account, newest: Iterable[Seen]) -> str:
        seen = next((post for post in newest if _names(errand.link, post)), None)
        if seen is None:
            return "not-there"
        said = self._world.platforms[account.platform].limits(account.home).said(delivery.outgoing)
        if not same_words(said, seen.text):
            return "other-words"
        try:
            await asyncio.to_thread(settled_by_link, self._world, errand, seen.receipt)
        except Refused as refusal:
            return str(refusal.reason)
        return "published"


def _names(link: str, post: Seen) -> bool:
    return link.rstrip("/") in {(post.receipt.url or "").rstrip("/"), post.receipt.platform_id}
