"""The settler: looking settles, silence is asked again less and less often, and nothing is ever sent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.domain.delivery import Delivery, State
from scheduler import settler
from tests import cast
from tests.flow.town import BLUESKY, MASTODON, Town
from tests.scheduler.arranged import delivered, held, lost, stored
from tests.scheduler.rooms import Rooms, rooms

pytestmark = pytest.mark.slow

COMMITS = {BLUESKY: "putRecord", MASTODON: "/api/v1/statuses$"}


def connected(house: Town, platform: str, prefix: str) -> str:
    """An account that is current."""

    async def connect() -> str:
        async with rooms(house) as made:
            task = asyncio.create_task(asyncio.to_thread(lambda: house.connect_many(platform, 1, prefix=prefix)[0]))
            while not task.done():
                await made.clerk.tick()
                await asyncio.sleep(0.05)
            return task.result()

    return asyncio.run(connect())


def settling(house: Town, act: Callable[[Rooms], Awaitable[None]]) -> None:
    """Do this with the rooms open."""

    async def run() -> None:
        async with rooms(house) as made:
            await act(made)

    asyncio.run(run())


async def tick(made: Rooms) -> None:
    """One tick of the settler."""
    await made.settler.tick()


@pytest.mark.parametrize("platform", [BLUESKY, MASTODON])
def test_what_is_there_is_found_and_nothing_is_sent(quiet: Town, platform: str) -> None:
    account = connected(quiet, platform, "found")
    delivery = delivered(quiet, account, f"Found by looking on {platform}.", state=State.UNKNOWN)
    before = len(requests(quiet, platform))
    settling(quiet, tick)
    after = stored(quiet.world, delivery.id)
    assert after.state is State.PUBLISHED
    assert after.receipt is not None
    (event,) = quiet.accepted(delivery.outgoing.text)
    assert after.receipt.platform_id == event["id"]
    assert all(e["method"] == "GET" for e in requests(quiet, platform)[before:])


def requests(house: Town, platform: str) -> list[dict[str, object]]:
    """Everything that arrived."""
    return house.platforms[platform].truth("request")


def test_absence_is_proof_only_when_the_sender_has_surely_finished(quiet: Town) -> None:
    account = connected(quiet, BLUESKY, "absent")
    fresh = lost(quiet.world, held(quiet, account, "Perhaps still under way."))
    old = lost(quiet.world, held(quiet, account, "Surely not under way."), since=timedelta(minutes=5))
    settling(quiet, tick)
    assert stored(quiet.world, fresh.id).state is State.UNKNOWN
    assert [look.outcome for look in stored(quiet.world, fresh.id).looks] == ["sender-may-live"]
    assert stored(quiet.world, old.id).state is State.HELD
    cast.write(quiet.world, *_over(quiet, fresh.id, old.id))


def test_a_want_in_a_list_is_evidence_and_never_goes_back_by_itself(quiet: Town) -> None:
    account = connected(quiet, MASTODON, "evidence")
    delivery = lost(quiet.world, held(quiet, account, "The museum is open on Thursday."), since=timedelta(hours=1))
    settling(quiet, tick)
    after = stored(quiet.world, delivery.id)
    assert (after.state, [look.outcome for look in after.looks]) == (State.UNKNOWN, ["absent"])
    cast.write(quiet.world, *_over(quiet, delivery.id))


def test_a_platform_that_is_away_is_asked_less_and_less_often_and_keeps_nobody_waiting(
    quiet: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settler, "MOST_AT_ONCE", 1)  # room for one look in a tick
    away = lost(quiet.world, held(quiet, connected(quiet, BLUESKY, "away"), "On a platform that is away.", 60))
    there = delivered(quiet, connected(quiet, MASTODON, "there"), "On a platform that answers.", state=State.UNKNOWN)
    quiet.platforms[BLUESKY].fault("status", path="getRecord", count=None, status=503)
    before = len(requests(quiet, BLUESKY))

    async def act(made: Rooms) -> None:
        end = time.monotonic() + 2.5
        while time.monotonic() < end:
            await made.settler.tick()
            await asyncio.sleep(0.05)
        assert await made.settler.look_now(away.id) == "no-answer"

    settling(quiet, act)
    quiet.platforms[BLUESKY].knobs(clear=True)
    assert stored(quiet.world, there.id).state is State.PUBLISHED
    after = stored(quiet.world, away.id)
    assert (after.state, after.looks) == (State.UNKNOWN, ())
    assert 2 <= len(requests(quiet, BLUESKY)) - before <= 4
    cast.write(quiet.world, *_over(quiet, away.id))


def test_a_look_at_what_is_not_unknown_says_so(quiet: Town) -> None:
    delivery = held(quiet, connected(quiet, BLUESKY, "held"), "Held, not lost.")

    async def act(made: Rooms) -> None:
        assert await made.settler.look_now(delivery.id) == "not-unknown"

    settling(quiet, act)


def _over(house: Town, *ids: str) -> list[Delivery]:
    """The same deliveries, out of the way of the next test."""
    return [replace(stored(house.world, id), state=State.WITHDRAWN) for id in ids]
