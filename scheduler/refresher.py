"""The refresher: renews credentials before they end, one at a time for each account, and warns where only a person can.

Never within two minutes of a due delivery unless the access has ended (house §9).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial

from connectors.contract import (
    Connector,
    Conversation,
    Nonsense,
    PlatformError,
    Renewal,
    SignInExpired,
    Unavailable,
)
from connectors.words import Home
from gateway.actions import renewing
from gateway.domain.account import Account
from gateway.domain.refusal import Reason, Refused
from gateway.world import World
from scheduler.envoy import Envoy
from scheduler.keeper import Keeper
from scheduler.outcome import NoAnswer
from scheduler.verifying import ends_of
from vault.safe import Errand as Purpose
from vault.secret import Secret
from vault.store import RowMoved

LOG = logging.getLogger("gateway.worker")
TICK, WARN_TICK = 5.0, 600.0
SOON_OVER = frozenset({Reason.STORAGE_UNAVAILABLE, Reason.CHANGED_MEANWHILE})
REST = 60.0  # seconds between two tries for one account


Begin = Callable[[Home, Connector], Conversation[Renewal]]


class Lost(Exception):
    """The renewal may have happened, and its answer is lost."""


class NotNow(Exception):
    """Surely nothing was renewed; later perhaps."""


class Refresher:
    """Renews under a lock for each account: one in this process, and the intent on the account between workers."""

    def __init__(self, world: World, envoy: Envoy, keeper: Keeper) -> None:
        self._world = world
        self._envoy = envoy
        self._keeper = keeper
        self._locks: dict[str, asyncio.Lock] = {}
        self._rested: dict[str, float] = {}

    async def tick(self) -> None:
        """Renew what ends soon; what a worker that died left open is settled first."""
        await asyncio.to_thread(self._settle)
        for account in await asyncio.to_thread(self._to_renew):
            if time.monotonic() - self._rested.get(account, -REST) >= REST:
                await self.renew(account, "ends-soon")

    async def warn(self) -> None:
        """Tell where a person must connect an account again."""
        for account in await asyncio.to_thread(renewing.warn_of_ends, self._world):
            LOG.warning("account %s: its credential ends soon and a person must connect it again", account)

    def _to_renew(self) -> list[str]:
        with self._world.storage.reading() as readers:
            return renewing.to_renew(readers, self._world.clock.now(), self._world.platforms)

    def _settle(self) -> None:
        now = self._world.clock.now()
        with self._world.storage.reading() as readers:
            lost, ended = renewing.lost(readers, now), renewing.run_out(readers, now)
        for account in (one for one in lost if one.platform in self._world.platforms):
            act = renewing.drop_refresh if self._may_repeat(account) else renewing.lose_refresh
            act(self._world, account.id, "worker-died")
        for id in ended:
            renewing.expire(self._world, id, "refresh-lost")

    def _may_repeat(self, account: Account) -> bool:
        return self._envoy.connector(account).manifest.refresh_repeats

    def alone(self, account_id: str) -> asyncio.Lock:
        """Held while something is done to the account's credential, so that nothing else is done to it meanwhile."""
        return self._locks.setdefault(account_id, asyncio.Lock())

    async def renew(self, account_id: str, why: str) -> None:
        """Renew it once; where the platform wants a person, the account says so from now on.

        The intent is written before the platform is asked, and the rotated credential saved before anything uses it.
        """
        async with self.alone(account_id):
            self._rested[account_id] = time.monotonic()
            account = await asyncio.to_thread(renewing.begin_refresh, self._world, account_id)
            if account is None:
                return
            try:
                await self._renew(account, why)
            except NotNow as fault:
                await asyncio.to_thread(renewing.drop_refresh, self._world, account_id, str(fault))
            except Lost as fault:
                await asyncio.to_thread(renewing.lose_refresh, self._world, account_id, str(fault))

    async def _renew(self, account: Account, why: str) -> None:
        opened = (await asyncio.to_thread(self._keeper.open_many, [account], Purpose.REFRESH)).get(account.id)
        if opened is None:
            raise NotNow("credential-closed")
        fields = opened.revealed()
        for begin in (_refresh, _sign_in):
            renewal = await self._asked(account, begin, fields)
            if renewal is not None and renewal.fields:
                await self._save(account, renewal)
                return
        await asyncio.to_thread(renewing.expire, self._world, account.id, why)

    async def _asked(self, account: Account, begin: Begin, fields: dict[str, str]) -> Renewal | None:
        """What it brought; None where the platform wants a person. Raises NotNow or Lost."""
        try:
            return await self._envoy.ask(account, partial(begin, account.home), lambda: fields)
        except SignInExpired:
            return None
        except (PlatformError, NoAnswer) as fault:
            is_lost = begin is _refresh and _may_have_happened(fault) and not self._may_repeat(account)
            raise (Lost if is_lost else NotNow)(_word(fault)) from None

    async def _save(self, account: Account, renewal: Renewal) -> None:
        fresh = {name: Secret(value) for name, value in renewal.fields}
        ends = ends_of(renewal, self._world.clock.now())
        seal = partial(self._keeper.moves, account, fresh)
        while True:
            try:
                await asyncio.to_thread(renewing.save_refresh, self._world, account.id, ends, seal)
                return
            except RowMoved:  # the vault's own rotation wrote this row meanwhile
                continue
            except Refused as refusal:
                if refusal.reason not in SOON_OVER:
                    raise
                # The platform has rotated: what is in hand is the only one there is. Kept until it can be saved.
                await asyncio.sleep(0.25)


def _may_have_happened(fault: PlatformError | NoAnswer) -> bool:
    if isinstance(fault, NoAnswer):
        return not fault.not_sent
    return isinstance(fault, (Unavailable, Nonsense)) and not fault.not_applied


def _word(fault: PlatformError | NoAnswer) -> str:
    return fault.word if isinstance(fault, PlatformError) else "no-answer"


def _refresh(home: Home, connector: Connector) -> Conversation[Renewal]:
    return connector.refresh(home)


def _sign_in(home: Home, connector: Connector) -> Conversation[Renewal]:
    return connector.sign_in(home)
