"""The settler: what became of an unknown delivery is learnt by looking at the platform, never by sending again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from connectors.contract import PlatformError
from connectors.words import Found, Passage, Window
from gateway.actions.deliver import thread_so_far
from gateway.actions.settle import settle_by_looking
from gateway.domain.account import Account
from gateway.domain.delivery import Delivery, State
from gateway.domain.refusal import Refused
from gateway.domain.settling import look_due, window_of
from gateway.world import World
from scheduler.envoy import Envoy
from scheduler.keeper import Keeper
from scheduler.outcome import NoAnswer
from vault.safe import Errand

MOST_AT_ONCE = 50


@dataclass(frozen=True)
class Question:
    """One look to take: the unknown delivery, its account and the window in which an accepted post must lie."""

    delivery: Delivery
    account: Account
    window: Window
    lag: timedelta


class Settler:
    """Looks once at once, then at growing distances; no answer is not absence, and is simply asked again."""

    def __init__(self, world: World, envoy: Envoy, keeper: Keeper) -> None:
        self._world = world
        self._envoy = envoy
        self._keeper = keeper

    async def tick(self) -> None:
        """Take every look that is due."""
        questions = await asyncio.to_thread(self._due)
        if questions:
            opened = await asyncio.to_thread(
                self._keeper.open_many, [question.account for question in questions], Errand.SETTLE
            )
            await asyncio.gather(
                *(self._look(q, opened[q.account.id].revealed()) for q in questions if q.account.id in opened)
            )

    def _due(self) -> list[Question]:
        now, timing = self._world.clock.now(), self._world.policy.timing
        with self._world.storage.reading() as readers:
            unknown = readers.deliveries.in_state(State.UNKNOWN)
            accounts = readers.accounts.many(d.account for d in unknown)
        due = []
        for delivery in unknown:
            account = accounts[delivery.account]
            lag = self._world.platforms[account.platform].limits(account.home).lag
            if look_due(delivery, now, lag, timing):
                due.append(Question(delivery, account, window_of(delivery, lag), lag))
        return due[:MOST_AT_ONCE]

    async def _look(self, question: Question, credential: Mapping[str, str]) -> None:
        found = await self.find(question, credential)
        if found is not None:
            try:
                await asyncio.to_thread(settle_by_looking, self._world, question.delivery.id, found, question.lag)
            except Refused:
                # Settled by a person, or by another look, in the meantime.
                return

    async def find(self, question: Question, credential: Mapping[str, str]) -> Found | None:
        """The platform's answer to one look; None where it gave none."""
        delivery, home = question.delivery, question.account.home
        root, parent = await asyncio.to_thread(thread_so_far, self._world, delivery)
        passage = Passage(delivery.key, delivery.stamp, home, root, parent)
        try:
            return await self._envoy.ask(
                question.account,
                lambda connector: connector.find(delivery.outgoing, passage, question.window),
                lambda: credential,
            )
        except (PlatformError, NoAnswer):
            return None
