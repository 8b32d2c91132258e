"""G11: ten million gate decisions around every 09:30 in London from 1996 to 2037, with clocks that jump, stop and
sleep, and releases that move, are cancelled, fall back and are published too soon. None opens early.

What must hold is kept by an oracle of its own that knows the true time and what was read when; the gate knows neither.
The short form runs with every test.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from connectors.words import AT_RELEASE
from gateway.clock import Clock, Readings
from gateway.domain.delivery import Delivery, move
from gateway.domain.embargo import require_lifted
from gateway.domain.instant import Now
from gateway.domain.refusal import Refused
from gateway.domain.release import Entry, Release, ReleaseState, enter, see
from tests.cast import DAY, HOUR, MINUTE, SECOND, policy
from tests.domain.made import a_calendar, a_delivery, a_release, a_submission

LONDON = ZoneInfo("Europe/London")
FINAL, PROVISIONAL, CANCELLED = ReleaseState.FINAL, ReleaseState.PROVISIONAL, ReleaseState.CANCELLED
TIMING = policy().timing
BOUND_TO_IT = a_delivery(a_submission(release="/releases/cpi", wanted=AT_RELEASE))
# How far true time goes between two decisions: mostly close to the instant, sometimes far.
PAUSES = tuple(timedelta(seconds=s) for s in (1e-6, 1e-6, 1e-3, 0.01, 0.25, 1, 1, 5, 20, 61))
MOVES = tuple(timedelta(seconds=s) for s in (-3600, -60, -1, -1e-6, 1e-6, 1, 60, 150))
COURSE = 40


def half_past_nines() -> Iterator[datetime]:
    """Every 09:30 on a London clock, in UTC."""
    day = date(1996, 1, 1)
    while day < date(2038, 1, 1):
        yield datetime.combine(day, time(9, 30), LONDON).astimezone(UTC)
        day += DAY


@dataclass
class Machine:
    """A machine with a clock; `truth` is the time it really is."""

    truth: datetime
    bound: float
    lag: float  # where in its bound the wall clock stands, -1 to 1
    off: timedelta = timedelta(0)
    says_bound: bool = True
    clock: Clock = field(init=False)

    def __post_init__(self) -> None:
        start = self.truth
        self.clock = Clock(
            Readings(
                lambda: self.truth + timedelta(seconds=self.bound * self.lag) + self.off,
                lambda: 1000 + (self.truth - start).total_seconds(),
                lambda: self.bound if self.says_bound else None,
            )
        )

    def now(self) -> Now:
        """What its clock says. A jump that was steady for a minute is put right here: one that stays is a wrong time
        service, of which no clock on this machine can know.
        """
        said = self.clock.now()
        if self.off and said.bounded:
            self.off = timedelta(0)
            return self.clock.now()
        return said

    def befall(self, dice: random.Random) -> None:
        """A jump by an hour or back, the bound lost or found, a sleep."""
        if self.off:
            self.off = timedelta(0)
            return
        fault = dice.randrange(5)
        if fault < 2:
            self.off = HOUR if fault else -HOUR
        elif fault < 4:
            self.says_bound = not self.says_bound
        else:
            self.truth += dice.choice((SECOND, MINUTE, HOUR))


@dataclass
class Office:
    """The calendar as the worker reads it, the release and the delivery it makes of it, and what really was when."""

    release: Release
    delivery: Delivery
    approved_for: datetime
    instant: datetime
    read_at: datetime
    said_read_at: datetime
    state: ReleaseState = FINAL
    surely_out_since: datetime | None = None

    def reads(self, machine: Machine, instant: datetime, state: ReleaseState, published: bool) -> None:
        """One reading by the worker, as gateway.actions.release does it; the oracle keeps its own account."""
        now = machine.now()
        if not now.bounded:
            return
        if instant != self.instant or state is not FINAL:
            self.surely_out_since = None
        if published and state is FINAL and machine.truth >= instant and self.surely_out_since is None:
            self.surely_out_since = machine.truth
        self.instant, self.state, self.read_at, self.said_read_at = instant, state, machine.truth, now.earliest
        before = self.release
        self.release, _ = enter(
            Entry(before.id, "CPI", instant, state, published), before, source="ons", at=now.earliest
        )
        if instant != before.instant and state is FINAL:
            (moved,) = move(self.delivery, self.release, actor="worker").records
            assert isinstance(moved, Delivery)
            self.delivery = moved
        if published and state is FINAL and self.release.seen_at is None and now.surely_past(instant):
            (seen,) = see(self.release, fetched=now).records
            assert isinstance(seen, Release)
            self.release = seen


def opens(office: Office, now: Now) -> bool:
    """The gate: due, and the embargo lifted."""
    if not now.surely_past(office.delivery.due_at):
        return False
    try:
        require_lifted(office.release, a_calendar(office.said_read_at), TIMING, now)
    except Refused:
        return False
    return True


def is_early(office: Office, machine: Machine) -> bool:
    """What the oracle says of an opened gate."""
    return not (
        office.state is FINAL
        and machine.truth >= office.instant
        and machine.truth >= office.approved_for
        and office.surely_out_since is not None
        and office.surely_out_since >= office.instant
        and machine.truth - office.read_at < TIMING.calendar_life
    )


def happen(dice: random.Random, machine: Machine, office: Office) -> None:
    """Something, or more often nothing, before the next decision."""
    roll = dice.random()
    if roll < 0.04:
        machine.befall(dice)
    elif roll < 0.10:
        office.reads(machine, office.instant + dice.choice(MOVES), FINAL, dice.random() < 0.3)
    elif roll < 0.12:
        office.reads(machine, office.instant, dice.choice((PROVISIONAL, CANCELLED)), dice.random() < 0.3)
    elif roll < 0.35:
        office.reads(machine, office.instant, FINAL, roll > 0.15)
    elif roll < 0.355:
        machine.truth += DAY


def course(dice: random.Random, usual: datetime) -> tuple[int, int]:
    """One release day, forty decisions: how many opened, how many of those were early."""
    begins = usual - dice.choice((MINUTE, SECOND, SECOND, 2 * HOUR))
    machine = Machine(begins, dice.choice((0.0, 0.05, 1.0, 20.0)), dice.uniform(-1, 1))
    office = Office(a_release(usual, None), due_at(usual), usual, usual, begins, machine.now().earliest)
    opened = early = 0
    for _ in range(COURSE):
        machine.truth += dice.choice(PAUSES)
        happen(dice, machine, office)
        if opens(office, machine.now()):
            opened += 1
            early += is_early(office, machine)
    return opened, early


def due_at(instant: datetime) -> Delivery:
    """What was approved to go out with the release, held for that instant."""
    made: Delivery = object.__new__(Delivery)
    made.__dict__.update(BOUND_TO_IT.__dict__, due_at=instant, stamp=instant)
    return made


def campaign(decisions: int, seed: int) -> tuple[int, int, int]:
    """Courses around every 09:30 in turn until there were so many decisions: decided, opened, early."""
    dice = random.Random(seed)
    days = list(half_past_nines())
    assert len(days) == 15_341
    decided = opened = early = 0
    while decided < decisions:
        dice.shuffle(days)
        for usual in days:
            more, wrong = course(dice, usual)
            decided, opened, early = decided + COURSE, opened + more, early + wrong
            if decided >= decisions:
                break
    return decided, opened, early


def test_of_many_random_gate_decisions_none_opens_early() -> None:
    decided, opened, early = campaign(24_000, 11)
    assert early == 0
    assert opened > decided // 20, "a gate that never opens proves nothing"


@pytest.mark.acceptance
@pytest.mark.timeout(1_800)
def test_of_ten_million_random_gate_decisions_none_opens_early() -> None:
    decided, opened, early = campaign(10_000_000, 2026)
    assert decided >= 10_000_000
    assert early == 0
    assert opened > decided // 20
