"""A clock whose bound is only assumed is believed while platforms' own Dates agree with it (house §7)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.delivery import State
from gateway.domain.instant import Now
from gateway.settings import Settings
from gateway.storage.log import Search
from scheduler.witness import FRESH, SLACK, SLOWEST, Answered, Witness, contradicts, date_of
from scheduler.worker import needs_witness
from tests.flow.town import MASTODON, Town
from tests.scheduler.arranged import held, stored
from tests.scheduler.rooms import rooms
from tests.scheduler.test_publisher import publishing, within
from tests.scheduler.test_settler import connected

NOON = datetime(2026, 3, 25, 12, tzinfo=UTC)
SECONDS = st.floats(0, 5)


def said_by(off: float, *, took: float = 0.1, bound: float = 0.05, late: float = 0.0) -> Answered:
    """Our clock is `off` seconds fast; the server's, right, answered `late` seconds after the request was made."""
    server = NOON + timedelta(seconds=late)
    ours = Now.within(NOON + timedelta(seconds=took + off), timedelta(seconds=bound))
    return Answered(server.replace(microsecond=0), 100.0, 100.0 + took, ours)


@given(SECONDS, st.floats(0, 1), st.floats(-0.04, 0.04))
def test_a_right_clock_is_never_contradicted(took: float, share: float, off: float) -> None:
    assert not contradicts(said_by(off, took=took, late=took * share))


@given(SECONDS, st.floats(0, 1), st.floats(10, 86_400), st.sampled_from([-1, 1]))
def test_a_clock_that_is_off_by_more_than_an_answer_takes_is_contradicted(
    took: float, share: float, off: float, sign: int
) -> None:
    assert contradicts(said_by(sign * off, took=took, late=took * share))


@pytest.mark.parametrize("header", [None, "", "yesterday", "Wed, 99 Mar 2026 12:00:00 GMT", "0"])
def test_what_is_no_date_is_no_testimony(header: str | None) -> None:
    assert date_of(header) is None
    assert date_of("Wed, 25 Mar 2026 12:00:00 GMT") == NOON


def test_it_is_needed_where_platforms_are_real_and_the_bound_is_only_assumed() -> None:
    def settings(profile: str, source: str) -> Settings:
        return Settings.model_validate({"profile": profile, "clock": {"source": source}})

    assert needs_witness(settings("production", "assumed"))
    assert not needs_witness(settings("production", "kernel"))
    assert not needs_witness(settings("sandbox", "assumed"))


class Hands:
    """CLOCK_BOOTTIME by hand."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


def test_it_vouches_for_ten_minutes_and_not_while_anybody_disagrees(quiet: Town) -> None:
    boot = Hands()
    witness = Witness(quiet.world, True, boot)
    assert not witness.vouches(), "nobody has been asked"
    now = quiet.world.clock.now()

    def said(ahead: float, took: float = 0.1) -> Answered:
        return Answered(now.middle - timedelta(seconds=ahead), boot.at - took, boot.at, now)

    witness.hear("one.example", said(0, took=SLOWEST + 1))
    assert not witness.vouches(), "an answer that took long says too little"
    witness.hear("one.example", said(0))
    assert witness.vouches()
    boot.at += FRESH + 1
    assert not witness.vouches()
    witness.hear("one.example", said(0))
    witness.hear("two.example", said(600))
    witness.hear("two.example", said(600))
    assert not witness.vouches()
    witness.hear("one.example", said(0))
    assert not witness.vouches(), "two still disagrees"
    witness.hear("two.example", said(SLACK.total_seconds() / 2))
    assert witness.vouches()
    with quiet.world.storage.reading() as readers:
        assert len(readers.log.search(Search(act="clock.contradicted", subject_id="two.example"), 9)) == 1
        assert len(readers.log.search(Search(act="clock.agrees", subject_id="two.example"), 9)) == 1


def test_nothing_is_claimed_until_the_accounts_own_platform_has_vouched(quiet: Town) -> None:
    account = connected(quiet, MASTODON, "vouched")
    delivery = held(quiet, account, "Sent once the clock is believed.", ahead=0.2)

    async def run() -> None:
        async with rooms(quiet) as made:
            witness = Witness(quiet.world, True)
            async with publishing(quiet, vouches=witness.vouches) as publisher:
                await asyncio.sleep(0.5)
                await publisher.tick()
                assert stored(quiet.world, delivery.id).state is State.HELD
                await witness.tick(made.envoy)
                assert witness.vouches()
                await within(10, quiet, delivery, State.PUBLISHED, publisher)

    asyncio.run(run())
    assert len(quiet.accepted("Sent once the clock is believed.")) == 1


def test_a_clock_that_is_contradicted_after_the_claim_sends_nothing(quiet: Town) -> None:
    account = connected(quiet, MASTODON, "doubted")
    delivery = held(quiet, account, "Claimed by a clock that was believed.", ahead=1.5)
    vouches: list[Any] = [True]

    async def run() -> None:
        async with publishing(quiet, vouches=lambda: bool(vouches[-1])) as publisher:
            await publisher.tick()
            assert stored(quiet.world, delivery.id).state is State.CLAIMED
            vouches.append(False)
            async with asyncio.timeout(10):
                while stored(quiet.world, delivery.id).state is State.CLAIMED:
                    await asyncio.sleep(0.05)
            assert stored(quiet.world, delivery.id).state is State.HELD

    asyncio.run(run())
    assert quiet.accepted("Claimed by a clock that was believed.") == []
