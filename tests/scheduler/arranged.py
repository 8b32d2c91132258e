"""Deliveries that are really at the platform, put there by the courier, in whatever state a test wants them here."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

from connectors.words import Passage, Receipt
from gateway.actions import write
from gateway.clock import boot_seconds
from gateway.domain.account import CredentialState
from gateway.domain.delivery import Delivery, State
from gateway.domain.post import PictureUse
from gateway.domain.publication import published
from gateway.world import World
from scheduler.outcome import Accepted, Sending
from tests import cast
from tests.flow.town import Town, soon
from tests.scheduler.rooms import keeper_of, rooms
from tests.scheduler.stages import STAGES
from tests.simulators.pictures import jpeg
from vault.safe import Errand
from vault.secret import Secret


def joined(house: Town, platform: str, facts: tuple[tuple[str, int], ...] = ()) -> str:
    """A new account that is current: signed in at its platform, its credential in the vault."""
    met = STAGES[platform].meeting(house.platforms[platform])
    known, facts = house.account(house.register(platform, met.home.handle)), (*met.home.facts, *facts)
    account = replace(known, subject=met.home.subject, facts=facts, credential_state=CredentialState.CURRENT)
    cast.write(house.world, account)
    keeper_of(house).put(account, {field: Secret(value) for field, value in met.credential.items()})
    return account.id


def a_picture(house: Town) -> tuple[PictureUse, ...]:
    """A grey square, described."""
    media = write.add_picture(house.world, cast.who(house.world, "ada"), jpeg())
    return (PictureUse(media.id, "A grey square", "Made by us"),)


def held(house: Town, account: str, text: str, ahead: float = 3600) -> Delivery:
    """Approved and held, due in an hour unless told otherwise; with a picture where there is no post without one."""
    wants = STAGES[house.account(account).platform].wants_picture
    post = house.post(text, account, wanted=soon(house.world, ahead), pictures=a_picture(house) if wants else ())
    (delivery,) = house.deliveries(post)
    return delivery


def lost(world: World, delivery: Delivery, since: timedelta = timedelta(seconds=1)) -> Delivery:
    """The same delivery as unknown: its intent so long ago, its outcome never heard."""
    at = world.clock.now().earliest - since
    after = replace(delivery, state=State.UNKNOWN, intent_at=at, ended_at=at, attempts=1, outcome="no-answer")
    cast.write(world, after)
    return stored(world, delivery.id)


def stored(world: World, id: str) -> Delivery:
    """As it stands now."""
    with world.storage.reading() as readers:
        return readers.deliveries.get(id)


def delivered(house: Town, account: str, text: str, state: State = State.PUBLISHED) -> Delivery:
    """At the platform; here published, or unknown."""
    delivery = held(house, account, text)
    receipt = said(house, delivery)
    if state is State.UNKNOWN:
        return lost(house.world, delivery)
    now = house.world.clock.now().earliest
    sending = replace(delivery, state=State.SENDING, intent_at=now, attempts=1)
    cast.write(house.world, sending)
    change = published(stored(house.world, delivery.id), receipt, actor="worker", at=now, opened_at=now, how="answered")
    cast.write(house.world, *change.records)
    return stored(house.world, delivery.id)


def said(house: Town, delivery: Delivery) -> Receipt:
    """Say it at the platform with the account's own credential."""

    async def say() -> Receipt:
        async with rooms(house) as made:
            account = house.account(delivery.account)
            opened = made.keeper.open_many([account], Errand.DELIVER)[account.id]
            connector = made.envoy.connector(account)
            passage = Passage(delivery.key, delivery.stamp, account.home)
            outcome = await made.envoy.courier.deliver(
                Sending(
                    connector=connector,
                    home=account.home,
                    conversation=connector.publish(delivery.outgoing, passage),
                    credential=opened.revealed,
                    before_content=nothing,
                    before_connecting=nothing,
                    before_commit=at_once,
                    address=partial(shown, house),
                )
            )
            assert isinstance(outcome, Accepted), outcome
            return outcome.receipt

    return asyncio.run(say())


async def shown(house: Town, sha256: str) -> str:
    """Where the picture stands."""
    return f"{house.settings.pictures.public_origin}/{sha256}"


async def nothing() -> None:
    """The door stands open."""


async def at_once() -> float:
    """The intent was decided now."""
    return boot_seconds()
