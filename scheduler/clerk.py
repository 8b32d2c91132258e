"""The clerk: errands that people leave for the worker, credentials to verify and to renew (house §9)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from connectors.contract import PlatformError
from connectors.words import Receipt
from gateway.actions.credential import finish_errand, refuse_deposit
from gateway.actions.revoking import REVOKE
from gateway.actions.settle import SETTLE
from gateway.actions.vaulting import ROTATE
from gateway.actions.watch import REMOVE_FOREIGN, publication_of
from gateway.domain.account import Account
from gateway.domain.breach import Breach, require_removable, taken_down
from gateway.domain.change import Change
from gateway.domain.delivery import Delivery, State
from gateway.domain.organisation import Deposit, Errand
from gateway.domain.publication import Publication, removed
from gateway.domain.refusal import Reason, Refused
from gateway.world import World
from scheduler.comparing import Comparer
from scheduler.envoy import Envoy
from scheduler.keeper import Keeper, Opened
from scheduler.outcome import NoAnswer
from scheduler.refresher import Refresher
from scheduler.revoking import Revoker
from scheduler.verifying import Verifier
from vault.safe import CannotOpen
from vault.safe import Errand as Purpose
from vault.store import RowMoved


class Clerk:
    """Works through deposits and errands one by one, and renews what expires under a lock for each account."""

    def __init__(self, world: World, envoy: Envoy, keeper: Keeper, look: Callable[[str], Awaitable[str]]) -> None:
        self._world = world
        self._envoy = envoy
        self._keeper = keeper
        self._look = look
        self._verifier = Verifier(world, envoy, keeper)
        self._revoker = Revoker(world, envoy, keeper)
        self.refresher = Refresher(world, envoy, keeper)

    async def tick(self) -> None:
        """Everything that waits; what is refused (another worker was first, the database is away) stops no other."""
        refusals = []
        work = [partial(self._verify, *each) for each in await asyncio.to_thread(self._deposits)]
        work += [partial(self._run, errand) for errand in await asyncio.to_thread(self._errands)]
        for each in work:
            try:
                await each()
            except Refused as refusal:
                refusals.append(refusal)
        if refusals:
            raise refusals[0]

    def _deposits(self) -> list[tuple[Deposit, Account]]:
        with self._world.storage.reading() as readers:
            return [(d, readers.accounts.get(d.account)) for d in readers.deposits.waiting()]

    def _errands(self) -> list[Errand]:
        with self._world.storage.reading() as readers:
            return readers.errands.waiting()

    # --- connecting -----------------------------------------------------------------------------------------------

    async def _verify(self, deposit: Deposit, account: Account) -> None:
        """Sign in, ask whose the credential is, seal it for that subject; only then is it current."""
        try:
            now = self._world.clock.now()
            brought = await asyncio.to_thread(self._keeper.open_deposit, deposit, account, now.latest)
        except CannotOpen:
            await asyncio.to_thread(refuse_deposit, self._world, deposit.id, "box-closed")
            return
        await self._verifier.verify(deposit, account, {name: secret.reveal() for name, secret in brought.items()})

    async def renew(self, account_id: str, why: str) -> None:
        """The platform said that the sign-in has ended: renew it once, else say so on the account and to its people."""
        await self.refresher.renew(account_id, why)

    # --- errands --------------------------------------------------------------------------------------------------

    async def _run(self, errand: Errand) -> None:
        outcome: str = "unknown-errand"
        changes: tuple[Change, ...] = ()
        if await asyncio.to_thread(self._is_off, errand):
            outcome = str(Reason.PLATFORM_UNKNOWN)
        elif errand.kind == "remove" and errand.delivery:
            outcome, changes = await self._remove(errand, errand.delivery)
        elif errand.kind == REMOVE_FOREIGN and errand.breach:
            outcome, changes = await self._remove_foreign(errand, errand.breach)
        elif errand.kind == ROTATE:
            outcome = await asyncio.to_thread(self._rotate)
        elif errand.kind == "look" and errand.delivery:
            outcome = await self._look(errand.delivery)
        elif errand.kind == REVOKE:
            async with self.refresher.alone(errand.account):
                outcome = await self._revoker.revoke(errand)
        elif errand.kind == SETTLE:
            outcome = await Comparer(self._world, self._envoy, self._keeper).compare(errand)
        await asyncio.to_thread(finish_errand, self._world, errand.id, outcome, *changes)

    def _is_off(self, errand: Errand) -> bool:
        """Whether its account's platform is not installed any more: nothing is opened for what cannot be asked."""
        with self._world.storage.reading() as readers:
            account = readers.accounts.find(errand.account)
        return account is not None and account.platform not in self._world.platforms

    def _rotate(self) -> str:
        """A new vault key, current from now on; the worker's own chore moves every row to it and destroys the old."""
        try:
            self._keeper.begin_rotation()
        except RowMoved:  # somebody else has just begun one
            return "rotating-already"
        return "rotating"

    def _published(self, delivery_id: str) -> tuple[Delivery, Publication | None, Account]:
        with self._world.storage.reading() as readers:
            delivery = readers.deliveries.get(delivery_id)
            return delivery, readers.publications.find(delivery_id), readers.accounts.get(delivery.account)

    async def _remove(self, errand: Errand, delivery_id: str) -> tuple[str, tuple[Change, ...]]:
        """Take a publication down; what is not there is removed already."""
        delivery, publication, account = await asyncio.to_thread(self._published, delivery_id)
        if delivery.state is not State.PUBLISHED or publication is None or delivery.receipt is None:
            return "not-published", ()
        opened = (await asyncio.to_thread(self._keeper.open_many, [account], Purpose.REMOVE)).get(account.id)
        if opened is None:
            return "credential-closed", ()
        why = await self._taken_down(account, delivery.receipt, opened)
        if why:
            return why, ()
        at = self._world.clock.now().latest
        try:
            return "removed", (removed(publication, delivery, by=errand.asked_by, at=at),)
        except Refused:
            return "not-published", ()

    async def _remove_foreign(self, errand: Errand, breach_id: str) -> tuple[str, tuple[Change, ...]]:
        """Take down what a breach found, by the receipt it was found under."""
        breach, account = await asyncio.to_thread(self._found, breach_id)
        try:
            receipt = require_removable(breach)
        except Refused:
            return "not-there", ()
        opened = (await asyncio.to_thread(self._keeper.open_many, [account], Purpose.REMOVE)).get(account.id)
        if opened is None:
            return "credential-closed", ()
        why = await self._taken_down(account, receipt, opened)
        if why:
            return why, ()
        at = self._world.clock.now().latest
        ours = await asyncio.to_thread(self._ours, breach)
        gone = (removed(ours[1], ours[0], by=errand.asked_by, at=at),) if ours else ()
        return "removed", (taken_down(breach, by=errand.asked_by, at=at), *gone)

    def _ours(self, breach: Breach) -> tuple[Delivery, Publication] | None:
        """What a foreign post turned out to be since it was found: a delivery of ours that nobody knew was out."""
        with self._world.storage.reading() as readers:
            publication = publication_of(readers, breach)
            delivery = readers.deliveries.find(publication.id) if publication else None
        is_out = delivery is not None and delivery.state is State.PUBLISHED
        return (delivery, publication) if delivery and publication and is_out else None

    def _found(self, breach_id: str) -> tuple[Breach, Account]:
        with self._world.storage.reading() as readers:
            breach = readers.breaches.get(breach_id)
            return breach, readers.accounts.get(breach.account)

    async def _taken_down(self, account: Account, receipt: Receipt, opened: Opened) -> str:
        """Ask the platform to remove a post; why it did not, "" where it is gone."""
        try:
            await self._envoy.ask(account, lambda connector: connector.remove(receipt, account.home), opened.revealed)
        except PlatformError as fault:
            return fault.word
        except NoAnswer:
            return "no-answer"
        return ""
