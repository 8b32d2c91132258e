"""Five posts at one instant on every platform, each with room for three: policy says which, and none is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.domain.delivery import Delivery, State
from tests.flow.town import Town
from tests.scheduler.arranged import a_picture, joined, stored
from tests.scheduler.test_publisher import publishing

pytestmark = pytest.mark.slow
KINDS = ["routine", "statistical", "routine", "statistical", "statistical"]
LEFT = 3
Facts = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Scarce:
    """How a platform is made to allow three posts more, and how long it says that the others must wait (minutes)."""

    rules: Mapping[str, Any]
    minutes: float
    facts: Facts = ()


# Facebook and Threads tell per cent of the calls: a post is one call there, four with its container and its link here
# (after five questions for the day's allowance). LinkedIn and Viva Engage tell nothing: what they document is counted.
SCARCE: Mapping[str, Scarce] = {
    "bluesky": Scarce({"points_per_hour": 3 * LEFT}, 55),
    "facebook": Scarce({"calls_per_day": 1000, "calls_already": 990 - LEFT + 1}, 55),
    "instagram": Scarce({"quota_total": LEFT}, 55),
    "linkedin": Scarce({"posts_per_day": LEFT}, 23 * 60, (("posts_per_day", LEFT),)),
    "mastodon": Scarce({"statuses_per_3h": LEFT}, 175),
    "threads": Scarce({"calls_per_day": 1000, "calls_already": 975}, 55),
    "viva_engage": Scarce({"calls_per_30s": LEFT}, 0.3, (("messages_per_30s", LEFT),)),
    "x": Scarce({"posts_per_15min": LEFT}, 14),
}


@dataclass(frozen=True)
class Burst:
    """What became of the five on each platform, by number, and the statuses it answered meanwhile."""

    ended: datetime
    deliveries: Mapping[str, Mapping[str, Delivery]]
    answered: Mapping[str, list[int]]


@pytest.fixture(scope="module")
def burst(everywhere: Town) -> Iterator[Burst]:
    """Five posts for every platform, due at one instant; afterwards each allows what it did before."""
    usual = {name: everywhere.platforms[name].knobs()["rules"] for name in SCARCE}
    accounts = {name: joined(everywhere, name, scarce.facts) for name, scarce in SCARCE.items()}
    for name, scarce in SCARCE.items():
        everywhere.platforms[name].knobs(rules=dict(scarce.rules))
    before = {name: len(everywhere.platforms[name].truth("answered")) for name in accounts}
    try:
        yield asyncio.run(sent(everywhere, accounts, before))
    finally:
        for name, scarce in SCARCE.items():
            everywhere.platforms[name].knobs(rules={rule: usual[name][rule] for rule in scarce.rules})


def submitted(house: Town, accounts: Mapping[str, str]) -> dict[str, dict[str, Delivery]]:
    """Five posts to all of them; with a picture where there is none without one."""
    wanted, use = datetime.now(UTC) + timedelta(seconds=2.5), a_picture(house)
    shown = [accounts[name] for name in ("instagram", "x")]
    plain = [id for id in accounts.values() if id not in shown]
    names = {id: name for name, id in accounts.items()}
    made: dict[str, dict[str, Delivery]] = {name: {} for name in accounts}
    for number, kind in enumerate(KINDS):
        for ids, more in ((plain, ()), (shown, use)):
            text, at = f"Burst {number}: we are hiring.", wanted.isoformat()
            post = house.post(text, *ids, wanted=at, content_class=kind, pictures=more)
            for one in house.deliveries(post):
                made[names[one.account]][f"{kind}-{number}"] = one
    return made


async def sent(house: Town, accounts: Mapping[str, str], before: Mapping[str, int]) -> Burst:
    """Until each is out, or held by what is left."""
    made = submitted(house, accounts)
    now: Mapping[str, Mapping[str, Delivery]] = made
    left = True
    async with publishing(house) as publisher, asyncio.timeout(25):
        while left:
            await publisher.tick()
            await asyncio.sleep(0.1)
            now = {name: {key: stored(house.world, one.id) for key, one in ones.items()} for name, ones in made.items()}
            left = any(one.outcome is None for ones in now.values() for one in ones.values())
    answers = {name: house.platforms[name].truth("answered")[count:] for name, count in before.items()}
    return Burst(datetime.now(UTC), now, {name: [one["status"] for one in told] for name, told in answers.items()})


@pytest.mark.parametrize("platform", SCARCE)
def test_a_burst_is_spread_by_policy_before_the_platform_refuses_one(burst: Burst, platform: str) -> None:
    after = burst.deliveries[platform]
    out = {name for name, one in after.items() if one.state is State.PUBLISHED}
    assert out == {name for name in after if name.startswith("statistical")}
    assert all(status < 400 for status in burst.answered[platform]), burst.answered[platform]
    for one in after.values():
        if one.state is State.HELD:
            assert (one.outcome, one.intent_at) == ("throttled", None)
            assert one.not_before is not None
            assert one.not_before > burst.ended + timedelta(minutes=SCARCE[platform].minutes - 0.2)
