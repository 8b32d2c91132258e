"""The watcher: reads each account's posts and face at its platform, and lets the house judge what it saw.

It is given enough for one interval: a look every `seconds`, further back where much is new, one question for each post
of ours that the list does not show.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from connectors.contract import Connector, Conversation, PlatformError, SignInExpired, Throttled
from connectors.words import Absent, Exact, Found, Likely, Passage, Seen
from gateway.actions.deliver import thread_so_far
from gateway.actions.judging import limits_of
from gateway.actions.watch import Missing, begun, missing_from, reaches_back, take_look, watched
from gateway.domain.account import Account
from gateway.domain.breach import Breach
from gateway.domain.delivery import Delivery
from gateway.domain.refusal import Refused
from gateway.domain.settling import window_of
from gateway.domain.watching import Look
from gateway.world import World
from scheduler.envoy import Envoy
from scheduler.keeper import Keeper
from scheduler.outcome import NoAnswer
from vault.safe import Errand

T = TypeVar("T")
Revealed = Mapping[str, str]

AT_ONCE = 20  # accounts in one tick
LOOK_BACK, FURTHEST = 100, 3_200  # posts of one look, and of one that meets nothing known
QUESTIONS = 5  # about single posts, in one look at one account
WHOLE = timedelta(days=1)  # between two looks back to FURTHEST, where a post may be given an earlier date
BUSY = timedelta(seconds=3)  # around a due delivery
SOON = timedelta(seconds=60)  # after a look that was not answered


class Watcher:
    """Looks at every connected account in turn. `on_credential` is told where a sign-in has ended."""

    def __init__(
        self,
        world: World,
        envoy: Envoy,
        keeper: Keeper,
        seconds: float,
        on_credential: Callable[[str, str], None],
    ) -> None:
        self._world = world
        self._envoy = envoy
        self._keeper = keeper
        # A look may wait a little for deliveries; it is due so much earlier that the interval holds all the same.
        self._patience = timedelta(seconds=min(30.0, seconds / 10))
        self._interval = timedelta(seconds=seconds) - self._patience
        self._waiting_since: datetime | None = None
        self._on_credential = on_credential
        self._next: dict[str, datetime] = {}
        self._asked: dict[str, datetime] = {}
        self._whole: dict[str, datetime] = {}

    async def tick(self) -> None:
        """Look at every account whose turn it is."""
        now = self._world.clock.now().latest
        if await asyncio.to_thread(self._gives_way, now):
            return
        accounts = {one.id: one for one in await asyncio.to_thread(watched, self._world)}
        if accounts.keys() - self._next.keys():
            self._take_in(accounts.keys() - self._next.keys(), await asyncio.to_thread(begun, self._world), now)
        due = [accounts[id] for id in sorted(accounts, key=self._next.__getitem__) if self._next[id] <= now]
        due = due[:AT_ONCE]
        for account in due:
            self._next[account.id] = now + self._interval
        if due:
            opened = await asyncio.to_thread(self._keeper.open_many, due, Errand.WATCH)
            await asyncio.gather(*(self._watch(one, opened[one.id].revealed()) for one in due if one.id in opened))

    def _gives_way(self, now: datetime) -> bool:
        """What is due at this moment goes before, for a while: a look is never worth a late post."""
        with self._world.storage.reading() as readers:
            due = readers.deliveries.next_due()
            busy = (due is not None and now - BUSY < due < now + BUSY) or bool(readers.deliveries.in_hands(not_of=[]))
        since = self._waiting_since = (self._waiting_since or now) if busy else None
        return since is not None and now < since + self._patience

    def _take_in(self, fresh: Collection[str], begun: Collection[str], now: datetime) -> None:
        """Accounts this worker has not met: one never looked at before comes at once, the others spread over an
        interval, so that a worker that starts does not ask every platform about every account in one instant.
        """
        known = sorted(set(fresh) & set(begun))
        self._next |= dict.fromkeys(set(fresh) - set(begun), now)
        self._next |= {id: now + self._interval * (n / len(known)) for n, id in enumerate(known, start=1)}

    async def _watch(self, account: Account, credential: Revealed) -> None:
        try:
            await self.look(account, credential)
        except (PlatformError, NoAnswer) as fault:
            self._put_off(account.id, fault)
        except Refused:
            # Somebody wrote to the same records meanwhile, or the database is away: the next look sees it all again.
            self._put_off(account.id, None)

    def _put_off(self, account: str, fault: PlatformError | NoAnswer | None) -> None:
        now = self._world.clock.now().latest
        again = now + min(SOON, self._interval)
        until = fault.until if isinstance(fault, Throttled) else None
        self._next[account] = max(again, until) if until else again
        if isinstance(fault, SignInExpired):
            self._on_credential(account, "watch")

    async def look(self, account: Account, credential: Revealed) -> tuple[Breach, ...]:
        """One look, and the breaches that it raised. Raises PlatformError, NoAnswer or Refused."""
        now = self._world.clock.now().latest
        whole = self._is_read_whole(account, now)
        look = await self._seen(account, credential, FURTHEST if whole else LOOK_BACK)
        absent = await asyncio.to_thread(missing_from, self._world, look)
        gone: dict[str, bool] = {}
        for one in self._in_turn(absent):
            answer = await self._still_there(account, one, credential)
            if answer is not None:
                gone[one.publication.platform_id] = answer
        found = await asyncio.to_thread(take_look, self._world, look, gone)
        self._whole |= {account.id: now} if whole else {}
        return found

    def _is_read_whole(self, account: Account, now: datetime) -> bool:
        """Whether what stands further back is read too: once a day where a post may be put there, and after a start."""
        last = self._whole.get(account.id)
        return self._envoy.connector(account).manifest.backdates and (last is None or now - last >= WHOLE)

    async def _seen(self, account: Account, credential: Revealed, many: int) -> Look:
        """The newest posts, back to something known, and the face."""
        profile = await self._ask(account, credential, lambda c: c.profile(account.home))
        while True:
            seen: tuple[Seen, ...] = await self._recent(account, credential, many)
            look = Look(account.id, seen, whole=len(seen) < many, profile=profile)
            if many >= FURTHEST or await asyncio.to_thread(reaches_back, self._world, look):
                return look
            many *= 2

    async def _recent(self, account: Account, credential: Revealed, many: int) -> tuple[Seen, ...]:
        return await self._ask(account, credential, lambda c: c.recent(account.home, many))

    async def _ask(self, account: Account, credential: Revealed, begin: Callable[[Connector], Conversation[T]]) -> T:
        return await self._envoy.ask(account, begin, lambda: credential)

    def _in_turn(self, absent: list[Missing]) -> list[Missing]:
        """A few of them, those that were asked for longest ago first: comments are in no list and always asked for."""
        now = self._world.clock.now().latest
        oldest = sorted(
            absent, key=lambda one: self._asked.get(one.delivery.id, datetime.min.replace(tzinfo=now.tzinfo))
        )
        for one in oldest[:QUESTIONS]:
            self._asked[one.delivery.id] = now
        return oldest[:QUESTIONS]

    async def _still_there(self, account: Account, one: Missing, credential: Revealed) -> bool | None:
        """None where it is there, or nobody says; else whether it is certain that it is gone."""
        lag = limits_of(self._world, [account])[account.id].lag
        delivery = one.delivery
        try:
            passage = await asyncio.to_thread(self._passage, delivery, account)
            window = window_of(delivery, lag)
            found: Found = await self._ask(account, credential, lambda c: c.find(delivery.outgoing, passage, window))
        except (PlatformError, NoAnswer, Refused):
            return None
        return _is_gone(found, one.publication.platform_id)

    def _passage(self, delivery: Delivery, account: Account) -> Passage:
        root, parent = thread_so_far(self._world, delivery)
        return Passage(delivery.key, delivery.stamp, account.home, root, parent)


def _is_gone(found: Found, platform_id: str) -> bool | None:
    if isinstance(found, Exact):
        return None
    if isinstance(found, Likely) and platform_id in {one.platform_id for one in found.candidates}:
        return None
    return isinstance(found, Absent) and (found.proof or found.complete)
