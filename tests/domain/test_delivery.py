"""NEXT is the whole law of a delivery's life: every function takes a step it allows, or none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.words import AT_RELEASE, NOW, Outgoing, Receipt
from gateway.domain.change import Change
from gateway.domain.delivery import (
    NEXT,
    Delivery,
    Look,
    State,
    back_to_held,
    blown,
    claim,
    due_of,
    hold_all,
    hold_for_person,
    intend,
    is_lapsed,
    lapse,
    look,
    lose,
    move,
    publish,
    recover,
    refuse,
    reject,
    to_state,
    withdraw,
)
from gateway.domain.refusal import Reason, Refused
from tests.cast import PRETEND, policy
from tests.domain.made import (
    HOUR,
    MINUTE,
    NOON,
    SECOND,
    a_delivery,
    a_release,
    a_submission,
    now_at,
)

S = State
LAW = {
    S.HELD: {S.CLAIMED, S.WITHDRAWN, S.LAPSED},
    S.CLAIMED: {S.SENDING, S.HELD, S.WITHDRAWN, S.LAPSED},
    S.SENDING: {S.PUBLISHED, S.REJECTED, S.HELD, S.UNKNOWN},
    S.UNKNOWN: {S.PUBLISHED, S.HELD, S.WITHDRAWN},
    S.PUBLISHED: {S.REMOVED},
}
PAIRS = [(a, b) for a in S for b in S]
ACTS: dict[str, Callable[[Delivery], Change]] = {
    "claim": lambda d: claim(d, "worker-1"),
    "intend": lambda d: intend(d, "worker-1", now_at(NOON)),
    "back to held": lambda d: back_to_held(d, actor="worker", why="not-applied"),
    "publish": lambda d: Change((publish(d, Receipt("1"), actor="worker", at=NOON, how="answered")[1],)),
    "reject": lambda d: reject(d, why="no", at=NOON),
    "lose": lambda d: lose(d, why="silence", at=NOON),
    "withdraw": lambda d: withdraw(d, by="ada", at=NOON, why="withdrawn"),
    "lapse": lambda d: lapse(d, at=NOON),
    "recover": lambda d: recover(d, at=NOON),
    "hold for a person": lambda d: hold_for_person(d, why=Reason.AUTHOR_GONE, actor="sam"),
    "move with the release": lambda d: move(d, a_release(), actor="worker"),
    "refuse at the door": lambda d: refuse(d, Reason.FROZEN),
}
FROM = {
    "claim": {S.HELD},
    "intend": {S.CLAIMED},
    "back to held": {S.CLAIMED, S.SENDING, S.UNKNOWN},
    "publish": {S.SENDING, S.UNKNOWN},
    "reject": {S.SENDING},
    "lose": {S.SENDING},
    "withdraw": {S.HELD, S.CLAIMED, S.UNKNOWN},
    "lapse": {S.HELD, S.CLAIMED},
    "recover": {S.CLAIMED, S.SENDING, S.UNKNOWN},
    "hold for a person": {S.HELD, S.CLAIMED},
    "move with the release": {S.HELD, S.CLAIMED},
    "refuse at the door": {S.HELD, S.CLAIMED},
}


@pytest.mark.parametrize(("before", "after"), PAIRS, ids=[f"{a}-{b}" for a, b in PAIRS])
def test_a_step_is_taken_if_and_only_if_the_law_allows_it(before: State, after: State) -> None:
    if after in LAW.get(before, set()):
        assert to_state(a_delivery(state=before), after).state is after
    else:
        with pytest.raises(Refused) as refused:
            to_state(a_delivery(state=before), after)
        assert refused.value.reason is Reason.WRONG_STATE


def test_nothing_leads_back_from_an_intent_but_an_outcome_and_nothing_leads_out_of_an_end() -> None:
    assert {state: frozenset(LAW.get(state, set())) for state in S} == NEXT
    assert {s for s in S if not NEXT[s]} == {S.REJECTED, S.REMOVED, S.WITHDRAWN, S.LAPSED}
    assert S.SENDING not in NEXT[S.HELD] | NEXT[S.UNKNOWN] | NEXT[S.SENDING]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("before", S)
def test_every_act_takes_a_legal_step_or_none(act: str, before: State) -> None:
    delivery = a_delivery(state=before, claimed_by="worker-1")
    if before not in FROM[act]:
        with pytest.raises(Refused):
            ACTS[act](delivery)
        return
    change = ACTS[act](delivery)
    for record in change.records:
        assert isinstance(record, Delivery)
        assert record.state is before or record.state in NEXT[before]
        assert record.version == delivery.version
    assert all(event.subject_id == delivery.id for event in change.events)


def test_only_the_worker_that_holds_the_claim_may_intend() -> None:
    with pytest.raises(Refused):
        intend(a_delivery(state=S.CLAIMED, claimed_by="worker-1"), "worker-2", now_at(NOON))


def test_the_intent_is_counted_and_dated_by_the_earliest_now() -> None:
    (after,) = intend(a_delivery(state=S.CLAIMED, claimed_by="w", attempts=1), "w", now_at(NOON, SECOND)).records
    assert isinstance(after, Delivery)
    assert (after.attempts, after.intent_at) == (2, NOON - SECOND)


def test_a_silent_workers_claim_goes_back_and_its_sending_becomes_unknown() -> None:
    (claimed,) = recover(a_delivery(state=S.CLAIMED, claimed_by="w", not_before=NOON + HOUR), at=NOON).records
    (sending,) = recover(a_delivery(state=S.SENDING, claimed_by="w", intent_at=NOON), at=NOON).records
    assert isinstance(claimed, Delivery)
    assert isinstance(sending, Delivery)
    assert (claimed.state, claimed.claimed_by, claimed.not_before) == (S.HELD, None, NOON + HOUR)
    assert (sending.state, sending.claimed_by, sending.ended_at) == (S.UNKNOWN, None, NOON)


def test_a_refusal_at_the_door_does_not_forget_when_the_platform_may_be_asked_again() -> None:
    (after,) = refuse(a_delivery(not_before=NOON + HOUR), Reason.FROZEN).records
    assert isinstance(after, Delivery)
    assert after.not_before == NOON + HOUR


def test_what_is_bound_to_a_release_moves_with_it_only_when_that_is_what_was_approved() -> None:
    later = a_release(NOON + HOUR, None)
    at_release = a_delivery(a_submission(release="/releases/cpi", wanted=AT_RELEASE), state=S.CLAIMED, claimed_by="w")
    timed = a_delivery(a_submission(release="/releases/cpi"))
    for delivery, due in ((at_release, NOON + HOUR), (timed, NOON)):
        (after,) = move(delivery, later, actor="worker").records
        assert isinstance(after, Delivery)
        assert (after.state, after.due_at, after.claimed_by) == (S.HELD, due, None)


def test_a_persons_hold_outlives_a_moved_release() -> None:
    held = a_delivery(hold="author-gone")
    (after,) = move(held, a_release(NOON + HOUR, None), actor="worker").records
    assert isinstance(after, Delivery)
    assert after.hold == "author-gone"


def test_when_it_falls_due() -> None:
    assert due_of(NOW, None, NOON) == NOON
    assert due_of(AT_RELEASE, a_release(NOON + HOUR), NOON) == NOON + HOUR
    assert due_of("2026-03-02T13:30:00+01:00", None, NOON) == NOON + 30 * MINUTE
    with pytest.raises(Refused):
        due_of(AT_RELEASE, None, NOON)


def test_a_thread_is_a_chain_on_each_account_under_one_digest() -> None:
    said = a_submission()
    outgoings = tuple(
        Outgoing(account=account, text=f"{n}", wanted=NOW, part=n, parts=3) for account in "ab" for n in (1, 2, 3)
    )
    made = hold_all(
        replace(said, outgoings=outgoings), [f"d{n}" for n in range(6)], {"a": PRETEND, "b": PRETEND}, None, NOON
    )
    chain = [(record.id, record.previous) for record in made.records if isinstance(record, Delivery)]
    assert chain == [("d0", None), ("d1", "d0"), ("d2", "d1"), ("d3", None), ("d4", "d3"), ("d5", "d4")]
    assert {record.digest for record in made.records if isinstance(record, Delivery)} == {said.digest}
    assert [event.act for event in made.events] == ["delivery.hold"] * 6


def test_the_stable_key_comes_from_the_id_alone() -> None:
    delivery = a_delivery()
    assert delivery.key == replace(delivery, attempts=7, version=9, due_at=NOON + HOUR).key


def test_evidence_is_kept_while_it_is_unknown_and_only_then() -> None:
    seen = Look(NOON, complete=True, outcome="absent")
    unknown = a_delivery(state=S.UNKNOWN, looks=tuple(Look(NOON, False, str(n)) for n in range(10)))
    (after,) = look(unknown, seen).records
    assert isinstance(after, Delivery)
    assert len(after.looks) == 10
    assert after.looks[-1] == seen
    with pytest.raises(Refused):
        look(a_delivery(), seen)


def test_its_window_is_surely_closed_before_it_lapses() -> None:
    late = policy().timing.lapse_after
    assert not is_lapsed(NOON, policy().timing, now_at(NOON + late, SECOND))
    assert is_lapsed(NOON, policy().timing, now_at(NOON + late + SECOND, SECOND))


def test_the_fuse_is_two_seconds() -> None:
    assert not blown(timedelta(seconds=2))
    assert blown(timedelta(seconds=2, microseconds=1))


def test_what_a_duplicate_refusal_named_is_kept_to_look_at_and_forgotten_with_the_unknown() -> None:
    (unknown,) = lose(replace(a_delivery(), state=S.SENDING), why="duplicate", at=NOON, named="urn:1").records
    assert isinstance(unknown, Delivery)
    assert unknown.state is S.UNKNOWN
    assert unknown.receipt == Receipt("urn:1")
    (again,) = back_to_held(unknown, actor="worker", why="settled-absent").records
    assert isinstance(again, Delivery)
    assert again.receipt is None
