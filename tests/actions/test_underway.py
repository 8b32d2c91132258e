"""Leaving and freezing answer once what had passed its intent has an outcome, and say what went."""

from __future__ import annotations

import pytest

from gateway.actions.deliver import conclude_many
from gateway.actions.freezing import freeze
from gateway.actions.underway import BEYOND, PAUSE_SECONDS, outcomes_of, under_freeze
from gateway.domain.delivery import State, lose
from gateway.world import World
from tests.actions.story import at, claimed, held, intended
from tests.cast import HOUR, NOON, an_account, stepped_up

DUE = NOON + HOUR


@pytest.fixture(autouse=True)
def _account(world: World) -> None:
    an_account(world)


def test_a_freeze_lists_what_had_passed_its_intent_and_waits_for_its_outcome(world: World) -> None:
    (one,) = held(world)
    at(world, DUE)
    claimed(world)
    sent = intended(world, one).delivery
    stopped = freeze(world, stepped_up(world, "sam", "freeze", "all"), "all", "", "Hijacked.")
    ids = under_freeze(world, stopped)
    assert ids == (one.id,)
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            conclude_many(world, {one.id: lose(sent, why="no-answer", at=world.clock.now().latest)})

    (went,) = outcomes_of(world, ids, pause)
    assert (went.delivery, went.state, len(pauses)) == (one.id, State.UNKNOWN, 3)


def test_what_has_no_outcome_by_the_platforms_time_out_is_listed_as_still_on_its_way(world: World) -> None:
    (one,) = held(world)
    at(world, DUE)
    claimed(world)
    intended(world, one)
    pauses: list[float] = []
    (went,) = outcomes_of(world, [one.id], pauses.append)
    assert went.state is State.SENDING
    assert sum(pauses) >= (world.policy.timing.platform_timeout + BEYOND).total_seconds() - 2 * PAUSE_SECONDS


def test_nothing_on_its_way_answers_at_once(world: World) -> None:
    held(world)
    stopped = freeze(world, stepped_up(world, "sam", "freeze", "all"), "all", "", "Drill.")
    assert under_freeze(world, stopped) == ()
    assert outcomes_of(world, (), lambda _: None) == ()
