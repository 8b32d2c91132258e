"""The usher: shows a person the way to a platform's consent, and exchanges what they bring back (house §9).

A code may live 30 seconds (X), so nothing else that the worker does stands in its way: each has a task of its own.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from connectors.contract import Authorisation
from gateway.actions.consent import CODE, close_consent, make_consent, take_deposit
from gateway.actions.credential import refuse_deposit
from gateway.domain.account import Account
from gateway.domain.consent import LAPSED, Consent
from gateway.domain.organisation import EXCHANGING, Deposit
from gateway.domain.refusal import Refused
from gateway.world import World
from scheduler.envoy import Envoy
from scheduler.keeper import Keeper
from scheduler.verifying import Verifier
from vault.safe import CannotOpen
from vault.safe import Errand as Purpose
from vault.secret import Secret

TICK = 0.25
VERIFIER = "code_verifier"
LOST_AFTER = timedelta(minutes=5)  # a worker's conversation is over long before


class Usher:
    """Begins consents and exchanges their codes. `callback` is where platforms send people back to."""

    def __init__(self, world: World, envoy: Envoy, keeper: Keeper, callback: str) -> None:
        self._world = world
        self._envoy = envoy
        self._keeper = keeper
        self._callback = callback
        self._verifier = Verifier(world, envoy, keeper)
        self._hands: dict[str, asyncio.Task[None]] = {}

    async def tick(self) -> None:
        """Whatever waits. A code is taken into hand at once and does not wait for another."""
        consents, codes = await asyncio.to_thread(self._waiting)
        for deposit, account in codes:
            if deposit.id not in self._hands:
                task = asyncio.create_task(self._exchange(deposit, account))
                self._hands[deposit.id] = task
                task.add_done_callback(lambda _, id=deposit.id: self._hands.pop(id, None))  # type: ignore[misc]
        for consent, account in consents:
            await asyncio.to_thread(self._begin_or_close, consent, account)

    async def finish(self) -> None:
        """Wait for the exchanges in hand: a code serves once."""
        await asyncio.gather(*self._hands.values(), return_exceptions=True)

    def _waiting(self) -> tuple[list[tuple[Consent, Account]], list[tuple[Deposit, Account]]]:
        with self._world.storage.reading() as readers:
            consents = [(one, readers.accounts.get(one.account)) for one in readers.consents.open()]
            codes = [(one, readers.accounts.get(one.account)) for one in readers.deposits.codes()]
        return consents, codes

    # --- the way there --------------------------------------------------------------------------------------------

    def _begin_or_close(self, consent: Consent, account: Account) -> None:
        try:
            if consent.is_over(self._world.clock.now()):
                close_consent(self._world, consent.id, LAPSED)
                self._keeper.forget(_place(account, consent.id))
            elif consent.made_at is None:
                self._begin(consent, account)
        except Refused:  # another worker was first
            return

    def _begin(self, consent: Consent, account: Account) -> None:
        asked = self._asked(account)
        client = self._keeper.application(account.platform).fields.get("client_id")
        if asked is None or client is None:
            close_consent(self._world, consent.id, "no-application")
            return
        state, verifier = _word(self._world.chance.token(32)), _word(self._world.chance.token(32))
        query = self._query(account, asked, client.reveal(), state, verifier)
        secrets = {VERIFIER: Secret(verifier)} if asked.pkce else {}
        make_consent(
            self._world,
            consent.id,
            address=f"{_routed(asked.url, self._world)}?{urlencode(query)}",
            state=state,
            issuer=asked.issuer or "",
            seal=lambda: self._keeper.moves(_place(account, consent.id), secrets),
        )

    def _asked(self, account: Account) -> Authorisation | None:
        authorise = self._envoy.connector(account).manifest.authorise
        return authorise(account.home) if authorise else None

    def _query(self, account: Account, asked: Authorisation, client: str, state: str, verifier: str) -> dict[str, str]:
        """RFC 6749 §4.1.1 and, by S256 alone, RFC 7636 §4.3."""
        scopes = self._envoy.connector(account).manifest.scopes
        query = dict(asked.more) | {
            "response_type": "code",
            "client_id": client,
            "redirect_uri": self._callback,
            "scope": asked.separator.join(scopes),
            "state": state,
        }
        if asked.pkce:
            challenge = _word(hashlib.sha256(verifier.encode()).digest())
            query |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        return query

    # --- and back -------------------------------------------------------------------------------------------------

    async def _exchange(self, deposit: Deposit, account: Account) -> None:
        try:
            if deposit.outcome == EXCHANGING:
                await asyncio.to_thread(self._give_up, deposit)
                return
            taken = await asyncio.to_thread(take_deposit, self._world, deposit.id)
            came = await asyncio.to_thread(self._came, taken, account)
            await self._verifier.verify(taken, account, {}, came)
        except CannotOpen:
            await asyncio.to_thread(refuse_deposit, self._world, deposit.id, "box-closed")
        except Refused:  # another worker was first, or the account changed meanwhile
            return

    def _came(self, deposit: Deposit, account: Account) -> Mapping[str, str]:
        """The code, what proves that we asked, and where it was sent. Raises CannotOpen."""
        code = self._keeper.open_deposit(deposit, account, self._world.clock.now().latest)[CODE].reveal()
        place = _place(account, deposit.consent or "")
        opened = self._keeper.open_many([place], Purpose.CONNECT).get(place.id)
        verifier = {VERIFIER: opened.fields[VERIFIER].reveal()} if opened and VERIFIER in opened.fields else {}
        self._keeper.forget(place)
        return {CODE: code, "redirect_uri": self._callback, **verifier}

    def _give_up(self, deposit: Deposit) -> None:
        """In the hands of a worker that died: the code is used up or over."""
        if self._world.clock.now().surely_past(deposit.put_at + LOST_AFTER):
            refuse_deposit(self._world, deposit.id, "exchange-lost")


def _place(account: Account, consent: str) -> Account:
    """Where a consent's secrets lie in the vault: apart from the account's credential, which goes on working."""
    return replace(account, id=consent, subject="")


def _word(token: bytes) -> str:
    return base64.urlsafe_b64encode(token).rstrip(b"=").decode()


def _routed(url: str, world: World) -> str:
    """In the sandbox, the pretend platform's own address: a browser knows no mapping of hosts."""
    parts = urlsplit(url)
    mapped = world.loopback.get(parts.hostname or "") if world.sandbox else None
    return url if mapped is None else mapped.rstrip("/") + parts.path
