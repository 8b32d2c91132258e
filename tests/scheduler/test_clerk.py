"""The clerk: a credential becomes current only when the platform says whose it is; errands are done once or again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from gateway.actions import credential
from gateway.domain.account import CredentialState
from gateway.domain.delivery import State
from gateway.domain.organisation import Deposit
from gateway.storage import tables
from tests import cast
from tests.flow.town import BLUESKY, MASTODON, Town, fields_of, handle_of
from tests.scheduler.arranged import delivered
from tests.scheduler.rooms import rooms
from vault.safe import Errand

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("rooms")]


def work(house: Town, ticks: int = 1) -> None:
    """Let the clerk work."""

    async def tick() -> None:
        async with rooms(house) as made:
            for _ in range(ticks):
                await made.clerk.tick()

    asyncio.run(tick())


def prepare(house: Town) -> None:
    """A box key is there."""

    async def nothing() -> None:
        async with rooms(house):
            return

    asyncio.run(nothing())


def brought(house: Town, platform: str, prefix: str, **over: str) -> str:
    """Registered, and a credential put into the box for it."""
    prepare(house)
    (made,) = house.platforms[platform].accounts(1, prefix=prefix)
    account = house.register(platform, handle_of(made))
    house.deposit(account, {**fields_of(platform, made), **over})
    house.made[account] = made
    return account


def answers(house: Town, account: str) -> list[str]:
    """What became of every deposit for it."""
    with house.world.storage.reading() as readers:
        found: list[Deposit] = readers.deposits.where(tables.deposits.c.account == account)
    return [one.outcome for one in sorted(found, key=lambda one: one.put_at)]


@pytest.mark.parametrize("platform", [BLUESKY, MASTODON])
def test_a_verified_credential_becomes_current_with_its_subject_and_its_box_is_emptied(
    quiet: Town, platform: str
) -> None:
    account = brought(quiet, platform, "verified")
    work(quiet)
    stored = quiet.account(account)
    assert stored.credential_state is CredentialState.CURRENT
    assert stored.subject == str(quiet.made[account].get("did") or quiet.made[account]["id"])
    assert answers(quiet, account) == ["current"]
    with quiet.world.storage.reading() as readers:
        assert all(one.sealed == b"" for one in readers.deposits.where(tables.deposits.c.account == account))


def test_a_wrong_password_is_answered_and_the_account_stays_unconnected(quiet: Town) -> None:
    account = brought(quiet, BLUESKY, "wrong", app_password="aaaa-bbbb-cccc-dddd")
    work(quiet)
    (answer,) = answers(quiet, account)
    assert answer not in {"", "current"}
    assert quiet.account(account).credential_state is CredentialState.NONE


@pytest.mark.parametrize("platform", [BLUESKY, MASTODON])
def test_the_credential_of_another_account_is_refused(quiet: Town, platform: str) -> None:
    (other,) = quiet.platforms[platform].accounts(1, prefix="other")
    account = brought(quiet, platform, "meant", **fields_of(platform, other))
    work(quiet)
    assert answers(quiet, account) == ["another-account"]
    assert quiet.account(account).credential_state is CredentialState.NONE
    assert quiet.account(account).subject == ""


def test_a_reconnection_by_another_subject_leaves_what_works_working(quiet: Town) -> None:
    account = brought(quiet, BLUESKY, "again")
    work(quiet)
    (other,) = quiet.platforms[BLUESKY].accounts(1, prefix="stranger")
    quiet.deposit(account, fields_of(BLUESKY, other))
    work(quiet)
    first, second = answers(quiet, account)
    assert first == "current"
    assert second in {"another-account", "set-up wrong"}  # the connector may notice before the clerk does
    assert quiet.account(account).credential_state is CredentialState.CURRENT

    async def opens() -> set[str]:
        async with rooms(quiet) as made:
            return set(made.keeper.open_many([quiet.account(account)], Errand.DELIVER))

    assert asyncio.run(opens()) == {account}


def test_a_box_whose_key_is_gone_is_answered_with_one_word(quiet: Town) -> None:
    account = brought(quiet, BLUESKY, "late")

    async def expire() -> None:
        async with rooms(quiet) as made:
            made.keeper.renew_box_key(quiet.world.clock.now().latest + timedelta(days=3))
            await made.clerk.tick()

    asyncio.run(expire())
    assert answers(quiet, account) == ["box-closed"]
    assert quiet.account(account).credential_state is CredentialState.NONE
    with quiet.world.storage.housekeeping() as connection:
        connection.execute(tables.vault_box_keys.delete())


def test_taking_down_what_is_gone_already_is_done_and_twice_is_harmless(quiet: Town) -> None:
    account = brought(quiet, BLUESKY, "removal")
    work(quiet)
    delivery = delivered(quiet, account, "To be taken down by errand.")
    for _ in range(2):
        credential.ask_removal(quiet.world, cast.who(quiet.world, "ada"), delivery.id)
    work(quiet)
    with quiet.world.storage.reading() as readers:
        assert readers.deliveries.get(delivery.id).state is State.REMOVED
        assert readers.errands.waiting() == []
        outcomes = [one.outcome for one in readers.errands.where(tables.errands.c.delivery == delivery.id)]
    assert sorted(outcomes) == ["not-published", "removed"]
    assert len(quiet.platforms[BLUESKY].truth("removed")) == 1


def test_a_look_that_a_person_asks_for_is_taken(quiet: Town) -> None:
    account = brought(quiet, BLUESKY, "looked")
    work(quiet)
    delivery = delivered(quiet, account, "There, and nobody knew.", state=State.UNKNOWN)
    credential.ask_look(quiet.world, cast.who(quiet.world, "bola"), delivery.id)
    work(quiet)
    with quiet.world.storage.reading() as readers:
        assert readers.deliveries.get(delivery.id).state is State.PUBLISHED
        (errand,) = readers.errands.where(tables.errands.c.delivery == delivery.id)
    assert errand.outcome == "published"
