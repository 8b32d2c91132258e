"""The settler: what became of an unknown delivery is learnt by looking at the platform, never by sending again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.contract import PlatformError, Throttled
from connectors.words import Found, Passage, Window
from gateway.actions.deliver import thread_so_far
from gateway.actions.settle import settle_by_looking
from gateway.domain.account import Account
from gateway.domain.delivery import Delivery, State
from gateway.domain.instant import BEGINNING, Now
from gateway.domain.refusal import Refused
from gateway.domain.settling import look_due, window_of
from gateway.world import World
from scheduler.envoy import Envoy
from scheduler.keeper import Keeper
from scheduler.outcome import NoAnswer
from vault.safe import Errand

MOST_AT_ONCE = 50
BACKOFF = (1, 2, 5, 10, 30, 60)
NOBODY_SAYS = "no-answer"


@dataclass
class Silence:
    """How often in a row nothing was answered for a delivery, and when it may be asked again."""

    times: int = 0
    until: datetime = BEGINNING


@dataclass(frozen=True)
class Question:
    """One look to take: the unknown delivery, its account and the window in which an accepted post must lie."""

    delivery: Delivery
    account: Account
    window: Window
    lag: timedelta


class Settler:
    """Looks once at once, then at growing distances; no answer is not absence, and is asked again, less and less often:
    a platform that is away must not keep others from being looked at.
    """

    def __init__(self, world: World, envoy: Envoy, keeper: Keeper) -> None:
        self._world = world
        self._envoy = envoy
        self._keeper = keeper
        self._silences: dict[str, Silence] = {}

    async def tick(self) -> None:
        """Take every look that is due."""
        questions = await asyncio.to_thread(self._due)
        if questions:
            opened = await asyncio.to_thread(
                self._keeper.open_many, [question.account for question in questions], Errand.SETTLE
            )
            for question in [q for q in questions if q.account.id not in opened]:
                self._unanswered(question.delivery.id, None)
            await asyncio.gather(
                *(self._look(q, opened[q.account.id].revealed()) for q in questions if q.account.id in opened)
            )

    async def look_now(self, delivery_id: str) -> str:
        """One look that a person asked for: the state the delivery is in after it, or why there is no answer."""
        question = await asyncio.to_thread(self._question_about, delivery_id)
        if question is None:
            return "not-unknown"
        opened = await asyncio.to_thread(self._keeper.open_many, [question.account], Errand.SETTLE)
        if question.account.id not in opened:
            return "credential-closed"
        return await self._look(question, opened[question.account.id].revealed())

    def _question_about(self, delivery_id: str) -> Question | None:
        with self._world.storage.reading() as readers:
            delivery = readers.deliveries.get(delivery_id)
            account = readers.accounts.get(delivery.account)
        return self._question(delivery, account) if delivery.state is State.UNKNOWN else None

    def _question(self, delivery: Delivery, account: Account) -> Question:
        lag = self._world.platforms[account.platform].limits(account.home).lag
        return Question(delivery, account, window_of(delivery, lag), lag)

    def _due(self) -> list[Question]:
        now, timing = self._world.clock.now(), self._world.policy.timing
        with self._world.storage.reading() as readers:
            unknown = readers.deliveries.in_state(State.UNKNOWN)
            accounts = readers.accounts.many(d.account for d in unknown)
        due = []
        for delivery in unknown:
            account = accounts[delivery.account]
            if account.platform not in self._world.platforms or self._is_quiet(delivery.id, now):
                continue
            question = self._question(delivery, account)
            if look_due(delivery, now, question.lag, timing):
                due.append(question)
        for id in self._silences.keys() - {delivery.id for delivery in unknown}:
            self._silences.pop(id, None)
        return due[:MOST_AT_ONCE]

    def _is_quiet(self, delivery_id: str, now: Now) -> bool:
        return delivery_id in self._silences and not now.surely_past(self._silences[delivery_id].until)

    def _unanswered(self, delivery_id: str, until: datetime | None) -> None:
        silence = self._silences.setdefault(delivery_id, Silence())
        again = self._world.clock.now().latest + timedelta(seconds=BACKOFF[min(silence.times, len(BACKOFF) - 1)])
        silence.times, silence.until = silence.times + 1, max(until or again, again)

    async def _look(self, question: Question, credential: Mapping[str, str]) -> str:
        id = question.delivery.id
        found = await self.find(question, credential)
        if found is None:
            return NOBODY_SAYS
        self._silences.pop(id, None)
        try:
            return str((await asyncio.to_thread(settle_by_looking, self._world, id, found, question.lag)).state)
        except Refused as refusal:
            # Settled by a person, or by another look, in the meantime.
            return str(refusal.reason)

    async def find(self, question: Question, credential: Mapping[str, str]) -> Found | None:
        """The platform's answer to one look; None where it gave none, and then it is left alone for a while."""
        delivery, home = question.delivery, question.account.home
        root, parent = await asyncio.to_thread(thread_so_far, self._world, delivery)
        named = delivery.receipt.platform_id if delivery.receipt else None
        passage = Passage(delivery.key, delivery.stamp, home, root, parent, named, delivery.made)
        try:
            return await self._envoy.ask(
                question.account,
                lambda connector: connector.find(delivery.outgoing, passage, question.window),
                lambda: credential,
            )
        except (PlatformError, NoAnswer) as fault:
            self._unanswered(delivery.id, fault.until if isinstance(fault, Throttled) else None)
            return None
