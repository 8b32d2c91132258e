"""What one look at the platform means for a delivery nobody knows the end of; silence never sends it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from connectors.words import Absent, Exact, Found, Likely, Receipt
from gateway.domain.delivery import Delivery, Look, State
from gateway.domain.publication import Publication
from gateway.domain.refusal import Refused
from gateway.domain.settling import Surroundings, is_evident, look_due, sender_finished, settle, window_of
from tests.cast import HOUR, MINUTE, NOON, SECOND, policy
from tests.domain.made import a_delivery, now_at

TIMING = policy().timing
LAG = 90 * SECOND
UNKNOWN = a_delivery(state=State.UNKNOWN, intent_at=NOON, ended_at=NOON + 10 * SECOND, attempts=1)
ALONE = Surroundings(frozenset(), (), LAG, NOON)
LATER = now_at(NOON + MINUTE)


def outcome(found: Found, around: Surroundings = ALONE, now: datetime = NOON + MINUTE) -> tuple[State, str | None]:
    """The state it comes to and, where it stays unknown, what the kept look says."""
    change = settle(UNKNOWN, found, around, now_at(now), TIMING)
    (after,) = (record for record in change.records if isinstance(record, Delivery))
    if after.state is State.PUBLISHED:
        assert any(isinstance(record, Publication) for record in change.records)
    return after.state, after.looks[-1].outcome if after.looks else None


def post(id: str = "1", at: datetime | None = NOON + SECOND) -> Receipt:
    return Receipt(id, at=at)


def test_our_own_key_at_the_platform_settles() -> None:
    assert outcome(Exact(post(at=None)))[0] is State.PUBLISHED


def test_a_post_that_is_ours_already_settles_nothing() -> None:
    taken = replace(ALONE, taken=frozenset({"1"}))
    assert outcome(Exact(post()), taken) == (State.UNKNOWN, "taken")
    assert outcome(Likely((post(),)), taken) == (State.UNKNOWN, "none-in-window")


@pytest.mark.parametrize("at", [NOON - 30 * SECOND, NOON, NOON + 10 * SECOND + LAG])
def test_a_likely_post_settles_when_it_is_alone_and_in_its_window(at: datetime) -> None:
    assert outcome(Likely((post(at=at),)))[0] is State.PUBLISHED


@pytest.mark.parametrize("at", [NOON - 31 * SECOND, NOON + 11 * SECOND + LAG, None])
def test_a_likely_post_outside_its_window_settles_nothing(at: datetime | None) -> None:
    assert outcome(Likely((post(at=at),))) == (State.UNKNOWN, "none-in-window")


def test_two_likely_posts_settle_nothing() -> None:
    assert outcome(Likely((post("1"), post("2")))) == (State.UNKNOWN, "several")


def test_a_likely_post_may_be_a_siblings() -> None:
    sibling = replace(UNKNOWN, id="sibling")
    assert outcome(Likely((post(),)), replace(ALONE, siblings=(sibling,))) == (State.UNKNOWN, "several")


def test_of_two_likely_posts_the_one_that_is_not_taken_settles() -> None:
    around = replace(ALONE, taken=frozenset({"1"}))
    change = settle(UNKNOWN, Likely((post("1"), post("2"))), around, LATER, TIMING)
    assert [record.platform_id for record in change.records if isinstance(record, Publication)] == ["2"]


def test_proof_of_absence_goes_back_to_held_once_the_sender_has_surely_finished() -> None:
    proof = Absent(proof=True, complete=True)
    finished = NOON + 2 * TIMING.platform_timeout
    assert outcome(proof, now=finished) == (State.HELD, None)
    assert outcome(proof, now=finished - SECOND) == (State.UNKNOWN, "sender-may-live")
    assert not sender_finished(UNKNOWN, now_at(finished, SECOND), TIMING)


@pytest.mark.parametrize("complete", [True, False])
def test_evidence_of_absence_is_kept_and_never_sends_again(complete: bool) -> None:
    assert outcome(Absent(proof=False, complete=complete), now=NOON + HOUR) == (State.UNKNOWN, "absent")


@pytest.mark.parametrize("state", [state for state in State if state is not State.UNKNOWN])
def test_only_what_is_unknown_is_settled(state: State) -> None:
    with pytest.raises(Refused):
        settle(replace(UNKNOWN, state=state), Exact(post()), ALONE, LATER, TIMING)


def absent(*seconds: float, complete: bool = True) -> tuple[Look, ...]:
    return tuple(Look(NOON + s * SECOND, complete, "absent") for s in seconds)


@pytest.mark.parametrize(
    ("looks", "lag", "evident"),
    [
        (absent(0, 60), 0, True),
        (absent(0, 59), 0, False),
        (absent(0, 60), 90, False),
        (absent(0, 30, 90), 90, True),
        (absent(0), 0, False),
        ((), 0, False),
        (absent(0, 600, complete=False), 0, False),
        ((*absent(0), *absent(600, complete=False)), 0, False),
        ((*absent(0), Look(NOON + HOUR, True, "several")), 0, False),
    ],
)
def test_evidence_is_two_complete_looks_far_enough_apart(looks: tuple[Look, ...], lag: int, evident: bool) -> None:
    assert is_evident(looks, timedelta(seconds=lag), TIMING) is evident


def test_it_looks_at_once_then_soon_then_once_a_gap() -> None:
    zero = timedelta(0)
    assert look_due(UNKNOWN, now_at(NOON), zero, TIMING)
    for count, wait in ((1, 5), (2, 15), (3, 60), (4, 60)):
        looked = replace(UNKNOWN, looks=absent(*range(count)))
        last = looked.looks[-1].at
        assert not look_due(looked, now_at(last + wait * SECOND - SECOND), zero, TIMING)
        assert look_due(looked, now_at(last + wait * SECOND), zero, TIMING)


def test_a_delivery_that_was_never_sent_has_no_window() -> None:
    with pytest.raises(Refused):
        window_of(a_delivery(state=State.UNKNOWN), LAG)
