"""Foreseeing asks anything of a text: what is embargoed is foreseen for its list alone, and that is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.actions.foreseeing import foresee_policy, foresee_profile
from gateway.domain.rules.profiles import Profile
from gateway.domain.submission import Submission
from gateway.world import World
from tests.actions.story import CPI, calendar, log, put_forward, read_calendar, wish
from tests.cast import DAY, HOUR, NOON, an_account, who

MOURNING = Profile("mourning", "Mourning", "P6", NOON, NOON + DAY, holds_releases=True)


@pytest.fixture
def waits(world: World) -> Submission:
    """Bound to tomorrow's prices; Ada and Bola are on their list, Eve is not."""
    an_account(world)
    read_calendar(world, calendar(NOON + HOUR))
    return put_forward(world, "Prices rose 3.1 %", asked=wish(wanted="at-release", release=CPI))


def told(world: World) -> list[tuple[str, str]]:
    return [(entry.actor, entry.subject_id) for entry in log(world, "draft.read")]


def test_a_policy_of_ones_own_is_not_tried_on_what_one_may_not_read(world: World, waits: Submission) -> None:
    count, found = foresee_policy(world, who(world, "eve"), world.policy, world.judge)
    assert (count, found, told(world)) == (0, [], [])
    assert foresee_policy(world, who(world, "bola"), world.policy, world.judge)[0] == 1
    assert told(world) == [("bola", waits.id)]


def test_nor_does_a_profile_show_it(world: World, waits: Submission) -> None:
    mourning = replace(world, policy=replace(world.policy, profiles=(MOURNING,)))
    assert foresee_profile(mourning, who(world, "eve"), "mourning") == []
    assert told(world) == []
    assert [one.submission for one in foresee_profile(mourning, who(world, "bola"), "mourning")] == [waits.id]
    assert told(world) == [("bola", waits.id)]
