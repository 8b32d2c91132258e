"""The clock: sure within its bound, and sure of nothing for a minute after it contradicted itself."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from gateway.clock import SETTLE, Clock, Readings, assumed, boot_seconds, kernel, wall_utc
from gateway.domain.instant import NaiveTime
from tests.cast import HOUR, MINUTE, NOON, SECOND


class Machine:
    """Hand-made readings: wall time, seconds since boot, the bound the time service states."""

    def __init__(self) -> None:
        self.wall, self.boot = NOON, 1000.0
        self.bound: float | None = 0.5
        self.clock = Clock(Readings(lambda: self.wall, lambda: self.boot, lambda: self.bound))

    def passes(self, span: timedelta) -> None:
        self.wall += span
        self.boot += span.total_seconds()

    def jumps(self, by: timedelta) -> None:
        self.wall += by

    @property
    def is_sure(self) -> bool:
        return self.clock.now().bounded


@pytest.fixture
def machine() -> Machine:
    made = Machine()
    made.clock.now()
    return made


def test_the_present_lies_within_the_bound_around_the_wall_clock(machine: Machine) -> None:
    now = machine.clock.now()
    assert (now.earliest, now.latest) == (NOON - SECOND / 2, NOON + SECOND / 2)


def test_steady_time_keeps_it_sure_through_a_day_and_through_suspend(machine: Machine) -> None:
    for span in (SECOND, MINUTE, 10 * HOUR, SECOND / 100):
        machine.passes(span)
        assert machine.is_sure


@pytest.mark.parametrize("jump", [HOUR, -HOUR, 2 * SECOND, -2 * SECOND])
def test_a_jump_either_way_makes_it_sure_of_nothing_for_a_minute(machine: Machine, jump: timedelta) -> None:
    machine.jumps(jump)
    assert not machine.is_sure
    machine.passes(SETTLE - SECOND)
    assert not machine.is_sure
    machine.passes(SECOND)
    assert machine.is_sure


def test_a_second_jump_begins_the_minute_anew(machine: Machine) -> None:
    machine.jumps(HOUR)
    assert not machine.is_sure
    machine.passes(50 * SECOND)
    machine.jumps(-HOUR)
    assert not machine.is_sure
    machine.passes(50 * SECOND)
    assert not machine.is_sure


def test_without_a_bound_nothing_is_sure_until_a_minute_after_it_is_back(machine: Machine) -> None:
    machine.bound = None
    assert not machine.is_sure
    machine.passes(HOUR)
    machine.bound = 0.5
    assert not machine.is_sure
    machine.passes(SETTLE)
    assert machine.is_sure


def test_a_wall_clock_that_stood_still_through_a_suspend_is_found_out(machine: Machine) -> None:
    machine.boot += 3600
    assert not machine.is_sure


def test_what_it_knew_sharply_it_does_not_forget_when_the_bound_grows(machine: Machine) -> None:
    machine.passes(SECOND)
    machine.bound = 10.0
    now = machine.clock.now()
    assert now.latest - now.earliest <= 1.001 * SECOND


def test_a_wrong_wall_clock_within_a_wide_bound_cannot_move_the_earliest_ahead_of_the_truth(machine: Machine) -> None:
    machine.bound = 30.0
    machine.jumps(20 * SECOND)
    now = machine.clock.now()
    assert now.earliest <= NOON <= now.latest


def test_a_naive_wall_clock_is_refused(machine: Machine) -> None:
    machine.wall = datetime.fromisoformat("2026-03-02T12:00:00")
    with pytest.raises(NaiveTime):
        machine.clock.now()


def test_the_machines_own_readings_agree_with_each_other() -> None:
    readings = assumed(0.05)
    assert readings.bound() == 0.05
    assert abs((readings.wall() - wall_utc()).total_seconds()) < 5
    assert abs(boot_seconds() - readings.boot()) < 5
    assert Clock(readings).now().bounded
    bound = kernel(5.0).bound()
    assert bound is None or bound >= 5.0
