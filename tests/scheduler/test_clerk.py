"""The clerk: a credential becomes current only when the platform says whose it is; errands are done once or again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from gateway.actions import credential
from gateway.actions.revoking import ask_revocation
from gateway.domain.account import CredentialState
from gateway.domain.delivery import State
from gateway.domain.organisation import Deposit
from gateway.domain.refusal import Reason, Refused
from gateway.storage import tables
from gateway.storage.log import Search
from tests import cast
from tests.flow.town import BLUESKY, MASTODON, Town, fields_of, handle_of
from tests.scheduler.arranged import delivered
from tests.scheduler.rooms import rooms
from vault.safe import Errand

pytestmark = pytest.mark.slow


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
        assert not [one for one in readers.errands.waiting() if one.delivery == delivery.id]
        outcomes = [one.outcome for one in readers.errands.where(tables.errands.c.delivery == delivery.id)]
    assert sorted(outcomes) == ["not-published", "removed"]
    removed = [event["account"] for event in quiet.platforms[BLUESKY].truth("removed")]
    assert removed.count(quiet.made[account]["did"]) == 1


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


def revoked(house: Town, account: str) -> str:
    """Olu asks that the credential be ended, and what came of it."""
    errand = ask_revocation(house.world, cast.stepped_up(house.world, "olu", "revoke", account), account)
    work(house)
    with house.world.storage.reading() as readers:
        done = readers.errands.get(errand.id)
    assert done.done_at is not None
    return done.outcome


# A Mastodon server ends a token for the application alone that it was given to, and a person brought no more than it;
# what it no longer takes has ended. Bluesky ends a session, and leaves the app password to whoever made it.
@pytest.mark.parametrize(
    ("platform", "path", "status", "outcome"),
    [
        (BLUESKY, "deleteSession", None, "forgotten-here"),
        (MASTODON, "/oauth/revoke", None, "forgotten-here"),
        (MASTODON, "/oauth/revoke", 401, "revoked"),
    ],
)
def test_a_credential_is_ended_at_the_platform_and_forgotten_here(
    quiet: Town, platform: str, path: str, status: int | None, outcome: str
) -> None:
    account = brought(quiet, platform, "ended")
    work(quiet)
    if status:
        quiet.platforms[platform].fault("status", path=path, method="POST", status=status)
    subject = quiet.account(account).subject
    assert revoked(quiet, account) == outcome
    assert any(path in str(event["path"]) for event in quiet.platforms[platform].truth("request"))
    after = quiet.account(account)
    assert (after.credential_state, after.connected_by, after.subject) == (CredentialState.NONE, None, subject)
    with quiet.world.storage.reading() as readers:
        rows = readers.connection.execute(tables.vault_rows.select().where(tables.vault_rows.c.account == account))
        assert rows.all() == []
        told = {entry.act: entry.facts for entry in readers.log.search(Search(subject_id=account), 100)}
    assert "errand.revoke" in told
    assert told["credential.revoked"] == {"asked_by": "olu", "at_platform": outcome == "revoked"}
    with pytest.raises(Refused, match=Reason.ACCOUNT_UNCONNECTED):
        ask_revocation(quiet.world, cast.stepped_up(quiet.world, "olu", "revoke", account), account)
    quiet.deposit(account, fields_of(platform, quiet.made[account]))
    work(quiet)
    assert quiet.account(account).credential_state is CredentialState.CURRENT


def test_what_the_platform_does_not_end_stays_and_can_be_asked_for_again(quiet: Town) -> None:
    account = brought(quiet, BLUESKY, "kept")
    work(quiet)
    quiet.platforms[BLUESKY].fault("status", path="deleteSession", method="POST", status=503)
    assert revoked(quiet, account) == "unavailable"
    assert quiet.account(account).credential_state is CredentialState.CURRENT
    assert revoked(quiet, account) == "forgotten-here"


def test_only_its_owners_with_a_fresh_code_end_a_credential(quiet: Town) -> None:
    account = brought(quiet, MASTODON, "guarded")
    work(quiet)
    with pytest.raises(Refused, match=Reason.ROLE_MISSING):
        ask_revocation(quiet.world, cast.stepped_up(quiet.world, "ada", "revoke", account), account)
    with pytest.raises(Refused, match=Reason.STEP_UP_NEEDED):
        ask_revocation(quiet.world, cast.who(quiet.world, "olu"), account)
    assert quiet.account(account).credential_state is CredentialState.CURRENT
