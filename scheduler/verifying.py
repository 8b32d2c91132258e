"""Verifying a credential at the platform before it becomes current: whose it is, and that it is an organisation's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

from connectors.contract import Connector, Conversation, PlatformError, Renewal
from connectors.words import Home, Identity
from gateway.actions.credential import accept_deposit, refuse_deposit, why_not_verified
from gateway.domain.account import Account, Ends
from gateway.domain.instant import Now
from gateway.domain.organisation import Deposit
from gateway.world import World
from scheduler.envoy import Envoy
from scheduler.keeper import Keeper
from scheduler.outcome import NoAnswer
from vault.secret import Secret

Fields = Mapping[str, str]


class NotOurs(Exception):
    """The credential belongs to another account than the one it was brought for, or to a person; says which."""


class Verifier:
    """Signs in with what was brought, asks whose it is, and seals it for that subject."""

    def __init__(self, world: World, envoy: Envoy, keeper: Keeper) -> None:
        self._world = world
        self._envoy = envoy
        self._keeper = keeper

    async def verify(self, deposit: Deposit, account: Account, brought: Fields, came: Fields | None = None) -> None:
        """Accept or refuse the deposit. `came` is what came back from a consent; it is used once and never kept."""
        if why := await asyncio.to_thread(why_not_verified, self._world, deposit):
            await asyncio.to_thread(refuse_deposit, self._world, deposit.id, why)
            return
        application = self._keeper.application(account.platform)
        account = replace(account, facts=application.with_facts(account.facts))
        ours = {name: secret.reveal() for name, secret in application.fields.items()}
        began = self._world.clock.now()
        try:
            renewal = await self._sign_in(account, {**ours, **brought, **(came or {})}, consented=bool(came))
            kept = {**brought, **dict(renewal.fields)}
            identity = await self._identify(account, {**ours, **kept})
            require_same(account, identity)
        except NotOurs as fault:
            await asyncio.to_thread(refuse_deposit, self._world, deposit.id, str(fault))
        except (PlatformError, NoAnswer) as fault:
            why = fault.word if isinstance(fault, PlatformError) else "no-answer"
            await asyncio.to_thread(refuse_deposit, self._world, deposit.id, why)
        else:
            facts = application.with_facts(identity.facts)
            await asyncio.to_thread(
                self._accept, deposit, replace(identity, facts=facts), kept, ends_of(renewal, began)
            )

    def _accept(self, deposit: Deposit, identity: Identity, kept: Fields, ends: Ends) -> None:
        """Sealed and current in one commit: no death leaves an account that is connected and has no credential."""
        secrets = {name: Secret(value) for name, value in kept.items()}
        accept_deposit(
            self._world,
            deposit.id,
            subject=identity.subject,
            facts=identity.facts,
            ends=ends,
            seal=lambda after: self._keeper.moves(after, secrets, whole=True),
        )

    async def _sign_in(self, account: Account, fields: Fields, *, consented: bool) -> Renewal:
        """All that signing in brought; a consent's code is exchanged first. Raises PlatformError or NoAnswer."""
        connector = self._envoy.connector(account)
        authorise = connector.manifest.authorise
        first = authorise(account.home).exchange if consented and authorise else ()
        brought = Renewal(())
        for begin in (*first, connector.sign_in):
            known = {**fields, **dict(brought.fields)}
            brought = _joined(brought, await self._hold(account, begin, known))
        return brought

    async def _hold(self, account: Account, begin: Callable[[Home], Conversation[Renewal]], fields: Fields) -> Renewal:
        def held(_: Connector) -> Conversation[Renewal]:
            return begin(account.home)

        return await self._envoy.ask(account, held, lambda: fields)

    async def _identify(self, account: Account, fields: Fields) -> Identity:
        return await self._envoy.ask(account, lambda connector: connector.identify(account.home), lambda: fields)


def _joined(before: Renewal, after: Renewal) -> Renewal:
    """Both as one: a field that came twice is the later one's, and so is the end where it tells one."""
    fields = tuple({**dict(before.fields), **dict(after.fields)}.items())
    ending = after if after.lasts or after.expires_at else before
    return Renewal(fields, ending.expires_at, ending.lasts, after.grant_lasts or before.grant_lasts)


def ends_of(renewal: Renewal, now: Now) -> Ends:
    """When what a renewal brought ends, counted from the earliest that it may be now: rather too soon than too late."""
    access = renewal.expires_at or (now.earliest + renewal.lasts if renewal.lasts else None)
    return Ends(access, now.earliest + renewal.grant_lasts if renewal.grant_lasts else None)


def require_same(account: Account, identity: Identity) -> None:
    """The account the register means: the subject it had, or the handle it was entered with; no person's own.

    Raises NotOurs.
    """
    if identity.personal:
        raise NotOurs("a-persons-account")
    if account.subject and account.subject != identity.subject:
        raise NotOurs("another-account")
    if _plain(account.handle) != _plain(identity.handle):
        raise NotOurs("another-account")


def _plain(handle: str) -> str:
    """`@name@server` and `name` are one handle on one server."""
    return handle.strip().lstrip("@").split("@")[0].casefold()
