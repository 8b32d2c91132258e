"""The publisher in this process: what its flights do when a claim is broken, a vault hiccups, or it is told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from gateway.actions import submit
from gateway.actions.deliver import recover_silent
from gateway.domain.account import Account
from gateway.domain.delivery import Delivery, State
from gateway.domain.refusal import Reason, Refused
from scheduler.keeper import Keeper, Opened
from scheduler.publisher import Publisher
from tests import cast
from tests.flow.town import BLUESKY, MASTODON, Town
from tests.scheduler.arranged import held, stored
from tests.scheduler.rooms import ME, rooms
from tests.scheduler.test_settler import connected
from vault.safe import Errand

pytestmark = pytest.mark.slow


class Hiccup(Keeper):
    """The database goes away just when the first credential for a delivery is to be opened."""

    times = 1

    def open_many(self, accounts: Iterable[Account], errand: Errand) -> dict[str, Opened]:
        if errand is Errand.DELIVER and self.times:
            self.times -= 1
            raise Refused(Reason.STORAGE_UNAVAILABLE, fault="OperationalError")
        return super().open_many(accounts, errand)


@asynccontextmanager
async def publishing(
    house: Town, kind: type[Keeper] = Keeper, vouches: Callable[[], bool] = lambda: True
) -> AsyncIterator[Publisher]:
    """A publisher that ticks only when the test says so; stopped at the end."""
    async with rooms(house, kind) as made:
        publisher = Publisher(house.world, made.envoy, made.keeper, ME, lambda account, why: None, vouches)
        try:
            yield publisher
        finally:
            await publisher.stop()
            publisher.close()


async def within(seconds: float, house: Town, delivery: Delivery, state: State, publisher: Publisher) -> None:
    """Tick until the delivery is in this state."""
    async with asyncio.timeout(seconds):
        while stored(house.world, delivery.id).state is not state:
            await publisher.tick()
            await asyncio.sleep(0.02)


def test_claims_whose_credential_could_not_be_opened_are_given_back_and_sent(quiet: Town) -> None:
    delivery = held(quiet, connected(quiet, BLUESKY, "hiccup"), "Sent after a hiccup.", ahead=1)

    async def run() -> None:
        async with publishing(quiet, Hiccup) as publisher:
            with pytest.raises(Refused, match="storage"):
                await publisher.tick()
            assert stored(quiet.world, delivery.id).state is State.CLAIMED
            assert publisher.flights == {}
            await publisher.recover_astray()
            assert stored(quiet.world, delivery.id).state is State.HELD
            await within(10, quiet, delivery, State.PUBLISHED, publisher)

    asyncio.run(run())
    assert len(quiet.accepted("Sent after a hiccup.")) == 1


def test_a_flight_whose_claim_was_broken_ends_and_keeps_nobody_waiting(quiet: Town) -> None:
    account = connected(quiet, MASTODON, "broken")
    first = quiet.post(
        "Taken back while claimed.", account, wanted=(datetime.now(UTC) + timedelta(seconds=3)).isoformat()
    )
    (delivery,) = quiet.deliveries(first)

    async def run() -> None:
        async with publishing(quiet) as publisher:
            await publisher.tick()
            assert delivery.id in publisher.flights
            submit.withdraw_submission(quiet.world, cast.who(quiet.world, "ada"), first.id)
            await publisher.recover_astray()
            assert publisher.flights[delivery.id].astray
            async with asyncio.timeout(8):
                while delivery.id in publisher.flights:
                    await asyncio.sleep(0.05)

    asyncio.run(run())
    assert stored(quiet.world, delivery.id).state is State.WITHDRAWN
    assert quiet.accepted("Taken back while claimed.") == []


def test_a_claim_that_came_back_and_is_taken_again_flies_once(quiet: Town) -> None:
    delivery = held(quiet, connected(quiet, MASTODON, "anew"), "Claimed twice, sent once.", ahead=2)

    async def run() -> None:
        async with publishing(quiet) as publisher:
            await publisher.tick()
            older = publisher.flights[delivery.id]
            # Another worker thought this one silent: the claim is back, and this worker takes it again.
            await asyncio.to_thread(lambda: _recovered(quiet))
            await publisher.tick()
            assert publisher.flights[delivery.id] is not older
            await within(10, quiet, delivery, State.PUBLISHED, publisher)
            async with asyncio.timeout(5):
                await older.done.wait()
            await publisher.recover_astray()

    asyncio.run(run())
    assert quiet.acts(delivery.id).count("delivery.intent") == 1
    assert "delivery.unknown" not in quiet.acts(delivery.id)
    assert len(quiet.accepted("Claimed twice, sent once.")) == 1


def _recovered(house: Town) -> None:
    assert recover_silent(house.world, set()) >= 1


def test_stopping_gives_back_what_has_no_intent_and_claims_no_more(quiet: Town) -> None:
    account = connected(quiet, BLUESKY, "stopping")
    delivery = held(quiet, account, "Given back at the end.", ahead=5)
    later = held(quiet, account, "The library is open on Wednesday.", ahead=6)

    async def run() -> None:
        async with publishing(quiet) as publisher:
            await publisher.tick()
            assert stored(quiet.world, delivery.id).state is State.CLAIMED
            await publisher.stop()
            assert stored(quiet.world, delivery.id).state is State.HELD
            await publisher.tick()
            assert stored(quiet.world, later.id).state is State.HELD

    asyncio.run(run())
