"""G11 in short form: random facts, times and clock faults, and every 09:30 in London; nothing opens before its time."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.clock import Clock, Readings
from gateway.domain.door import Facts, Stage, door
from gateway.domain.grant import Kind
from gateway.domain.instant import Now
from gateway.domain.policy import Policy
from gateway.domain.refusal import Reason, Refused
from gateway.domain.release import Entry, ReleaseState, enter, see
from gateway.domain.submission import Submission
from tests.cast import DAY, HOUR, MINUTE, NOON, SECOND, policy
from tests.domain.made import (
    a_calendar,
    a_delivery,
    a_grant,
    a_member,
    a_release,
    an_account,
    an_approval,
    good_facts,
    now_at,
)

DECISIONS = 20_000
LONDON = ZoneInfo("Europe/London")
BOUND = good_facts(bound=True)


def opens(facts: Facts, now: Now, stage: Stage = Stage.COMMIT) -> bool:
    try:
        door(stage, facts, now)
    except Refused:
        return False
    return True


def random_facts(dice: random.Random) -> tuple[Facts, datetime, Now]:
    """A bound delivery, the true time, and what a machine with a sure but unsharp clock knows of it."""
    truth = NOON + timedelta(seconds=dice.uniform(-1200, 1200))
    bound = timedelta(seconds=dice.choice([0, 0.05, 1, 20]))
    now = now_at(truth + bound * dice.uniform(-1, 1), bound)
    instant = NOON + timedelta(seconds=dice.choice([-60, 0, 0, 0, 1, 300]))
    seen = dice.choice([None, instant - SECOND, instant, instant, instant + timedelta(seconds=dice.uniform(0, 400))])
    if seen is not None and seen > truth:
        seen = None
    state = dice.choice([ReleaseState.FINAL] * 6 + [ReleaseState.PROVISIONAL, ReleaseState.CANCELLED])
    read_at = truth - timedelta(seconds=dice.choice([1, 3600, 86_399, 90_000]))
    facts = replace(
        BOUND,
        release=replace(a_release(instant, seen), state=state),
        calendar=a_calendar(read_at),
        delivery=replace(BOUND.delivery, due_at=NOON + timedelta(seconds=dice.choice([-30, 0, 0, 5]))),
    )
    return facts, truth, now


@pytest.mark.slow
@pytest.mark.parametrize("stage", [Stage.CONTENT, Stage.COMMIT])
def test_over_random_times_nothing_leaves_before_it_is_due_and_its_release_was_seen(stage: Stage) -> None:
    dice, opened = random.Random(11), 0
    for _ in range(DECISIONS // 2):
        facts, truth, now = random_facts(dice)
        if opens(facts, now, stage):
            opened += 1
            release = facts.release
            assert release is not None
            assert release.seen_at is not None
            assert release.state is ReleaseState.FINAL
            assert release.instant <= release.seen_at <= truth
            assert facts.delivery.due_at <= truth < facts.delivery.due_at + policy().timing.lapse_after + 10 * MINUTE
    assert opened > DECISIONS // 50, "a door that never opens proves nothing"


@pytest.mark.slow
def test_at_every_half_past_nine_from_1996_to_2037_the_door_opens_at_the_instant_and_not_before() -> None:
    day, days = date(1996, 1, 1), 0
    while day < date(2038, 1, 1):
        instant = datetime.combine(day, time(9, 30), LONDON).astimezone(UTC)
        assert instant.astimezone(LONDON).strftime("%H:%M") == "09:30"
        _opens_exactly_at(instant)
        day, days = day + DAY, days + 1
    assert days == 15_341


def _opens_exactly_at(instant: datetime) -> None:
    facts = replace(
        BOUND,
        release=a_release(instant, instant),
        calendar=a_calendar(instant - HOUR),
        delivery=replace(BOUND.delivery, due_at=instant),
        account=replace(an_account(), factor_checked_at=instant - DAY),
        approvals=(replace(BOUND.approvals[0], at=instant - HOUR),),
        grants=tuple(replace(grant, begins=instant - DAY) for grant in BOUND.grants),
    )
    assert not opens(facts, now_at(instant - timedelta(microseconds=1)))
    assert opens(facts, now_at(instant))


class Broken:
    """A machine whose wall clock, suspend and time service do as they are told; the truth is kept beside."""

    def __init__(self) -> None:
        self.truth, self.off, self.bound = NOON - 5 * MINUTE, timedelta(0), 0.5
        self.says_bound = True
        start = self.truth
        self.clock = Clock(
            Readings(
                lambda: self.truth + self.off,
                lambda: 1000 + (self.truth - start).total_seconds(),
                lambda: self.bound if self.says_bound else None,
            )
        )


faults = st.sampled_from(["nothing", "ahead", "back", "no-bound", "bound", "suspend", "right"])


@settings(max_examples=60)
@given(st.lists(st.tuples(faults, st.floats(0, 40)), min_size=1, max_size=60))
def test_a_clock_that_jumps_stops_or_sleeps_never_opens_the_door_early(course: list[tuple[str, float]]) -> None:
    machine = Broken()
    machine.clock.now()
    for fault, seconds in course:
        _befall(machine, fault)
        machine.truth += timedelta(seconds=seconds)
        now = machine.clock.now()
        # A jump that stays unseen for a minute is a wrong time service, which no clock on this machine can know of:
        # what is promised is that a jump itself shuts every door at once.
        if fault in {"ahead", "back", "no-bound"}:
            assert not now.bounded
            assert not opens(BOUND, now)
        if machine.off == timedelta(0) and now.bounded:
            assert now.earliest <= machine.truth <= now.latest
            assert not opens(BOUND, now) or machine.truth >= NOON


def _befall(machine: Broken, fault: str) -> None:
    if fault in {"ahead", "back"}:
        machine.off += HOUR if fault == "ahead" else -HOUR
    if fault in {"no-bound", "bound"}:
        machine.says_bound = fault == "bound"
    if fault == "suspend":
        machine.truth += HOUR
    if fault == "right":
        machine.off = timedelta(0)


moves = st.lists(
    st.tuples(st.sampled_from(list(ReleaseState)), st.integers(-3, 3), st.booleans(), st.integers(1, 120)), max_size=12
)


@given(moves)
def test_a_release_that_moves_is_seen_anew_before_anything_bound_to_it_leaves(
    course: list[tuple[ReleaseState, int, bool, int]],
) -> None:
    release, at = a_release(NOON, None), NOON - MINUTE
    for state, shift, published, pause in course:
        at += pause * SECOND
        instant = NOON + shift * MINUTE
        release, _ = enter(Entry(release.id, "CPI", instant, state, published), release, source="ons", at=at)
        now = now_at(at)
        if published and release.seen_at is None and state is ReleaseState.FINAL and at >= instant:
            (seen,) = see(release, fetched=now).records
            release = replace(release, seen_at=getattr(seen, "seen_at", None))
        facts = replace(BOUND, release=release, calendar=a_calendar(at))
        if opens(facts, now):
            assert state is ReleaseState.FINAL
            assert release.seen_at is not None
            assert at >= release.seen_at >= release.instant == instant


people = st.lists(st.sampled_from(["ada", "bola", "bea", "bo"]), max_size=6)


@given(
    people,
    st.sampled_from(["routine", "statistical", "policy", "crisis"]),
    st.sampled_from(["standard", "flagship", "unheard-of"]),
    st.integers(0, 5),
)
def test_never_with_fewer_people_than_the_quorum_and_never_by_the_authors_own_word(
    givers: list[str], content_class: str, tier: str, days_old: int
) -> None:
    rules: Policy = policy()
    submission: Submission = replace(BOUND.submission, content_class=content_class)
    at = NOON - days_old * DAY
    approvals = tuple(
        replace(an_approval(submission, by=name, at=at), id=f"{name}-{n}") for n, name in enumerate(givers)
    )
    account = replace(an_account(tier=tier), factor_checked_at=NOON)
    facts = replace(
        BOUND,
        submission=submission,
        approvals=approvals,
        account=account,
        accounts=(account,),
        # An author who is an approver too, and could approve what others wrote.
        members={**BOUND.members, "ada": a_member("ada", "author", "approver")},
        grants=(*BOUND.grants, replace(a_grant("ada", Kind.APPROVE), id="both")),
    )
    able = set(givers) & {"bola", "bea"}
    enough = len(able) >= rules.quorum.of(tier, content_class) and days_old < 3
    assert opens(facts, now_at(NOON + SECOND)) is enough


@given(st.sampled_from(list(Reason)))
def test_whatever_keeps_it_for_a_person_keeps_it_in(why: Reason) -> None:
    facts = replace(BOUND, delivery=replace(a_delivery(BOUND.submission), hold=str(why)))
    assert not any(opens(facts, now_at(NOON + SECOND), stage) for stage in Stage)
