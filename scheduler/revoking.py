"""Ending a credential at the platform because its account's owner asked, and forgetting it here."""

from __future__ import annotations

import asyncio

from connectors.contract import ByHand, PlatformError, Rejected, SetupWrong, SignInExpired
from gateway.actions.revoking import HELD, forget_credential
from gateway.domain.account import Account
from gateway.domain.organisation import Errand
from gateway.world import World
from scheduler.envoy import Envoy
from scheduler.keeper import Keeper, Opened
from scheduler.outcome import NoAnswer
from vault.safe import Errand as Purpose

REVOKED = "revoked"
FORGOTTEN = "forgotten-here"  # still good at the platform, which lets only its own people end it
NOT_OURS_TO_END = (SetupWrong, Rejected, ByHand)


class Revoker:
    """Asks the platform to end what opens an account, and takes it out of the vault."""

    def __init__(self, world: World, envoy: Envoy, keeper: Keeper) -> None:
        self._world = world
        self._envoy = envoy
        self._keeper = keeper

    async def revoke(self, errand: Errand) -> str:
        """What came of it, in a word. Nobody must renew the credential meanwhile.

        Where the platform gives no answer, or one for another time, the credential stays and may be asked for again.
        """
        account = await asyncio.to_thread(self._account, errand.account)
        if account.credential_state not in HELD:
            return REVOKED  # by the worker that died before it could say so
        opened = (await asyncio.to_thread(self._keeper.open_many, [account], Purpose.REVOKE)).get(account.id)
        if opened is None:
            return "credential-closed"
        try:
            outcome = await self._ended(account, opened)
        except PlatformError as fault:
            return fault.word
        except NoAnswer:
            return "no-answer"
        await asyncio.to_thread(self._forget, errand, outcome)
        return outcome

    async def _ended(self, account: Account, opened: Opened) -> str:
        """Raises PlatformError and NoAnswer where it may go another time. What has ended already has ended."""
        try:
            await self._envoy.ask(account, lambda connector: connector.revoke(account.home), opened.revealed)
        except SignInExpired:
            return REVOKED
        except NOT_OURS_TO_END:
            return FORGOTTEN
        return REVOKED

    def _forget(self, errand: Errand, outcome: str) -> None:
        forget_credential(
            self._world,
            errand.account,
            by=errand.asked_by,
            at_platform=outcome == REVOKED,
            seal=lambda account: self._keeper.moves(account, {}, whole=True),
        )

    def _account(self, id: str) -> Account:
        with self._world.storage.reading() as readers:
            return readers.accounts.get(id)
