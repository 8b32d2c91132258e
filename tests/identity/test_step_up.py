"""A step-up serves one act on one thing, by one session, within five minutes, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.identity.session import StepUp, check_step_up
from gateway.identity.span import Span
from gateway.identity.wrong import StepUpNeeded
from tests.identity.clock import NOON, about, after, exactly

SHOWN = StepUp(session_hash=b"s" * 32, act="approve", subject="submission-1", digest=b"d" * 32, at=NOON)


def used(step_up: StepUp | None, now: Span, wanted: StepUp = SHOWN) -> StepUp:
    return check_step_up(
        step_up,
        session_hash=wanted.session_hash,
        act=wanted.act,
        subject=wanted.subject,
        digest=wanted.digest,
        now=now,
    )


@pytest.mark.parametrize("age", [0, 1, 299.999, 300])
def test_a_fresh_factor_for_this_very_act_serves(age: float) -> None:
    assert used(SHOWN, after(age)).spent


@pytest.mark.parametrize("age", [300.000_001, 301, 3600])
def test_a_factor_older_than_five_minutes_does_not(age: float) -> None:
    with pytest.raises(StepUpNeeded):
        used(SHOWN, after(age))


def test_it_serves_once() -> None:
    with pytest.raises(StepUpNeeded):
        used(used(SHOWN, after(1)), after(2))


def test_nobody_acts_without_one() -> None:
    with pytest.raises(StepUpNeeded):
        used(None, after(1))


def other_bindings() -> list[StepUp]:
    """200 step-ups shown for something else."""
    acts = [replace(SHOWN, act=act) for act in ("", "Approve", "approve ", "clear", "publish_now", "grant", "export")]
    subjects = [replace(SHOWN, subject=f"submission-{number}") for number in range(2, 92)]
    sessions = [replace(SHOWN, session_hash=bytes([number]) * 32) for number in range(3)]
    digests = [replace(SHOWN, digest=None), *(replace(SHOWN, digest=bytes([number]) * 32) for number in range(99))]
    return [*acts, *subjects, *sessions, *digests]


def test_two_hundred_step_ups_for_something_else_are_all_refused() -> None:
    others = other_bindings()
    assert len(others) == 200
    for other in others:
        with pytest.raises(StepUpNeeded):
            used(other, after(1))


def test_one_without_a_digest_serves_only_an_act_without_a_digest() -> None:
    freeze = replace(SHOWN, act="freeze", digest=None)
    assert used(freeze, after(1), wanted=freeze).spent
    with pytest.raises(StepUpNeeded):
        used(freeze, after(1), wanted=replace(freeze, digest=b""))


def test_a_factor_that_is_maybe_too_old_does_not_serve() -> None:
    with pytest.raises(StepUpNeeded):
        used(SHOWN, about(NOON + timedelta(seconds=299), 2))
    assert used(SHOWN, about(NOON + timedelta(seconds=297), 2)).spent


def test_a_factor_from_the_future_does_not_serve() -> None:
    with pytest.raises(StepUpNeeded):
        used(SHOWN, after(-1))


@settings(deadline=None)
@given(st.integers(0, 900), st.integers(0, 120), st.integers(0, 120))
def test_none_serves_after_five_true_minutes(true: int, bound: int, bound_when_shown: int) -> None:
    shown = replace(SHOWN, at=NOON - timedelta(seconds=bound_when_shown))
    try:
        used(shown, about(NOON + timedelta(seconds=true), bound))
    except StepUpNeeded:
        return
    assert true <= 300


def test_a_naive_time_is_a_bug() -> None:
    with pytest.raises(ValueError, match="naive"):
        replace(SHOWN, at=NOON.replace(tzinfo=None))
    with pytest.raises(ValueError, match="naive"):
        used(SHOWN, exactly(NOON.replace(tzinfo=None)))
