"""The worker's acts: stage, the law at the intent, outcomes, lapses, recovery; a leaver's post stays in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.words import Receipt
from gateway.actions.deliver import (
    WAITS,
    Intended,
    conclude_many,
    intend_many,
    lapse_overdue,
    let_go,
    recover_silent,
    require_content,
    stage,
    thread_so_far,
)
from gateway.actions.freezing import freeze
from gateway.domain.account import CredentialState, FactorState
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change
from gateway.domain.delivery import Delivery, State, back_to_held, lose, reject
from gateway.domain.instant import rfc3339
from gateway.domain.publication import published
from gateway.domain.refusal import Reason, Refused
from gateway.world import World
from tests.actions.story import (
    WORKER,
    at,
    claimed,
    cleared,
    deliveries,
    delivery,
    held,
    intended,
    log,
    put_forward,
    refused_intent,
    sending,
    wish,
    yes,
)
from tests.cast import HOUR, MINUTE, NOON, SECOND, an_account, clock_of, judged_under, policy, stepped_up

DUE = NOON + HOUR


@pytest.fixture(autouse=True)
def _account(world: World) -> None:
    an_account(world)


def spoil(world: World, account: str = "office-account", **over: Any) -> None:
    with world.storage.unit() as unit:
        after = replace(unit.accounts.get(account), **over)
        unit.commit(Change((AuditEvent("test.spoil", "worker", "test", "x"),), (after,)))


def answered(sent: Delivery, id: str = "1") -> Change:
    return published(sent, Receipt(id), actor="worker", at=DUE, opened_at=DUE, how="answered")


def test_it_is_staged_some_seconds_before_it_is_due_and_no_sooner(world: World) -> None:
    (one,) = held(world)
    at(world, DUE - 16 * SECOND)
    assert claimed(world) == []
    at(world, DUE - 15 * SECOND)
    (staged,) = stage(world, WORKER)
    assert staged.delivery == delivery(world, one.id)
    assert (staged.delivery.state, staged.delivery.claimed_by) == (State.CLAIMED, WORKER)
    assert claimed(world, "worker-2") == []


def test_content_and_intent_wait_at_the_door_and_keep_the_claim(world: World) -> None:
    (one,) = held(world)
    at(world, DUE - SECOND)
    claimed(world)
    with pytest.raises(Refused) as refused:
        require_content(world, one.id)
    assert refused.value.reason is Reason.NOT_DUE
    assert refused_intent(world, one) is Reason.NOT_DUE
    assert delivery(world, one.id).state is State.CLAIMED
    at(world, DUE)
    require_content(world, one.id)
    assert intended(world, one).opened_at == DUE
    with pytest.raises(Refused):
        require_content(world, one.id)


def test_a_second_intent_is_never_committed(world: World) -> None:
    sent = sending(world)
    assert refused_intent(world, sent) is Reason.WRONG_STATE
    assert len(log(world, "delivery.intent")) == 1


def test_another_workers_claim_is_neither_intended_nor_broken(world: World) -> None:
    (one,) = held(world)
    at(world, DUE)
    claimed(world)
    assert refused_intent(world, one, "worker-2") is Reason.WRONG_STATE
    let_go(world, "worker-2", [one.id], "stops")
    assert delivery(world, one.id).claimed_by == WORKER
    assert intended(world, one).delivery.state is State.SENDING


def test_many_intents_are_one_commit_and_one_refusal_is_its_own(world: World) -> None:
    an_account(world, "other")
    (first,), (second,), (third,) = held(world), held(world, "B", asked=wish("other")), held(world, "C")
    at(world, DUE)
    assert len(claimed(world)) == 3
    spoil(world, "other", factor_state=FactorState.OFF)
    answers = intend_many(world, WORKER, [first.id, second.id, third.id])
    assert [isinstance(answers[d.id], Intended) for d in (first, second, third)] == [True, False, True]
    assert delivery(world, second.id).outcome == "account-factor"
    outcomes = conclude_many(
        world,
        {
            id: answered(answer.delivery, id) if id == first.id else lose(answer.delivery, why="silence", at=DUE)
            for id, answer in answers.items()
            if isinstance(answer, Intended)
        },
    )
    assert set(outcomes.values()) == {None}
    assert delivery(world, first.id).state is State.PUBLISHED
    assert delivery(world, third.id).state is State.UNKNOWN


def test_a_receipt_that_another_delivery_has_spoils_no_other_outcome(world: World) -> None:
    (a,), (b,), (c,) = held(world, "A"), held(world, "B"), held(world, "C")
    at(world, DUE)
    claimed(world)
    sent = {one.id: intended(world, one).delivery for one in (a, b, c)}
    conclude_many(world, {a.id: answered(sent[a.id], "same")})
    outcomes = conclude_many(world, {b.id: answered(sent[b.id], "same"), c.id: answered(sent[c.id], "other")})
    assert (outcomes[b.id] is None, outcomes[c.id]) == (False, None)
    assert (delivery(world, b.id).state, delivery(world, c.id).state) == (State.SENDING, State.PUBLISHED)


def test_an_outcome_for_what_was_recovered_meanwhile_is_refused(world: World) -> None:
    sent = sending(world)
    assert recover_silent(world, alive=[]) == 1
    (outcome,) = conclude_many(world, {sent.id: answered(sent)}).values()
    assert outcome is not None
    assert outcome.reason is Reason.CHANGED_MEANWHILE
    assert delivery(world, sent.id).state is State.UNKNOWN


def test_what_was_not_applied_waits_for_its_time_and_goes_again_by_a_new_intent(world: World) -> None:
    sent = sending(world)
    change = back_to_held(sent, actor="worker", why="rate-limited", not_before=DUE + MINUTE)
    conclude_many(world, {sent.id: change})
    at(world, DUE + 50 * SECOND)
    assert [d.id for d in claimed(world)] == [sent.id]
    assert refused_intent(world, sent) is Reason.NOT_BEFORE
    at(world, DUE + MINUTE)
    assert intended(world, sent).delivery.attempts == 2


@pytest.mark.parametrize("state", ["rejected", "unknown"])
def test_what_was_rejected_or_is_unknown_is_never_staged_again(world: World, state: str) -> None:
    sent = sending(world)
    change = reject(sent, why="no", at=DUE) if state == "rejected" else lose(sent, why="silence", at=DUE)
    conclude_many(world, {sent.id: change})
    for step in range(20):
        at(world, DUE + step * MINUTE)
        assert claimed(world) == []
        assert lapse_overdue(world) == 0


def test_a_silent_workers_claims_go_back_and_its_sendings_are_unknown(world: World) -> None:
    (first,), (second,) = held(world), held(world, "B")
    at(world, DUE)
    claimed(world)
    intended(world, first)
    assert recover_silent(world, alive=[WORKER]) == 0
    assert recover_silent(world, alive=["worker-2"]) == 2
    assert delivery(world, first.id).state is State.UNKNOWN
    assert delivery(world, second.id).state is State.HELD
    assert [d.id for d in claimed(world, "worker-2")] == [second.id]


def test_what_is_late_beyond_policy_lapses_is_told_and_never_sent(world: World) -> None:
    (one,) = held(world)
    late = DUE + policy().timing.lapse_after
    at(world, late - SECOND)
    assert lapse_overdue(world) == 0
    at(world, late)
    assert lapse_overdue(world) == 1
    assert delivery(world, one.id).state is State.LAPSED
    assert len(log(world, "delivery.lapse")) == 1
    assert claimed(world) == []


def test_staging_lapses_what_is_too_late_and_the_intent_does_too(world: World) -> None:
    (first,), (second,) = held(world), held(world, "B")
    at(world, DUE)
    claimed(world)
    let_go(world, WORKER, [first.id], "stops")
    at(world, DUE + policy().timing.lapse_after)
    assert claimed(world) == []
    assert refused_intent(world, second) is Reason.TOO_LATE
    assert {delivery(world, one.id).state for one in (first, second)} == {State.LAPSED}


def test_a_refusal_at_the_door_is_told_when_its_reason_is_new(world: World) -> None:
    (one,) = held(world)
    spoil(world, credential_state=CredentialState.EXPIRED)
    at(world, DUE)
    for _ in range(5):
        assert claimed(world) == []
    (told,) = log(world, "door.refuse")
    assert (told.subject_id, told.facts["reason"]) == (one.id, "credential-expired")


def under_new_rules(world: World, **over: Any) -> World:
    return replace(world, policy=replace(policy(), id="new-rules", **over))


def test_under_new_rules_it_is_judged_again_before_it_goes(world: World) -> None:
    (one,) = held(world)
    at(world, DUE)
    claimed(world)
    later = under_new_rules(world)
    assert refused_intent(later, one) is Reason.RULES_CHANGED
    assert [d.judged_under for d in claimed(later)] == [judged_under(later)]
    assert intended(later, one).delivery.state is State.SENDING


def test_what_stricter_rules_block_is_held_for_a_person(world: World) -> None:
    spoil(world, sign_off="ONS")
    submission = cleared(world, put_forward(world, "Bore da"))
    yes(world, submission, reason="The line would not fit.")
    (one,) = deliveries(world, submission.id)
    at(world, DUE)
    stricter = under_new_rules(world, severities={**policy().severities, "sign_off_missing": "block"})
    assert claimed(stricter) == []
    assert delivery(world, one.id).hold == "finding-blocks"
    assert [d.id for d in claimed(world)] == []


def test_without_a_sure_clock_nothing_is_staged_and_nothing_intended(world: World) -> None:
    (first,), (second,) = held(world), held(world, "B")
    at(world, DUE)
    claimed(world)
    let_go(world, WORKER, [first.id], "stops")
    clock_of(world).unsure()
    assert claimed(world) == []
    assert refused_intent(world, second) is Reason.CLOCK_UNSURE
    assert lapse_overdue(world) == 0
    clock_of(world).sure()
    assert delivery(world, second.id).state is State.CLAIMED
    assert intended(world, second).delivery.state is State.SENDING


def test_the_parts_of_a_thread_go_one_after_the_other_and_an_unknown_part_stops_it(world: World) -> None:
    first, second, third = held(world, "one", "two", "three")
    at(world, DUE)
    assert [d.id for d in claimed(world)] == [first.id]
    assert thread_so_far(world, first) == (None, None)
    conclude_many(world, {first.id: answered(intended(world, first).delivery, "p1")})
    assert [d.id for d in claimed(world)] == [second.id]
    root, parent = thread_so_far(world, second)
    assert root == parent == Receipt("p1")
    conclude_many(world, {second.id: lose(intended(world, second).delivery, why="silence", at=DUE)})
    assert claimed(world) == []
    assert delivery(world, third.id).state is State.HELD


def test_what_is_asked_for_and_is_not_there_is_said_to_be_unknown(world: World) -> None:
    answers = intend_many(world, WORKER, [])
    assert answers == {}
    with pytest.raises(Refused):
        require_content(world, "nothing")


def test_what_waits_by_itself_is_let_wait_and_everything_else_is_given_back() -> None:
    assert Reason.FROZEN not in WAITS
    assert Reason.HELD_BY_PERSON not in WAITS
    assert Reason.TOO_LATE not in WAITS


@pytest.mark.parametrize("bound", [0, 2])
def test_an_unsharp_clock_makes_it_late_by_its_bound_and_not_early(world: World, bound: int) -> None:
    (one,) = held(world, asked=wish(wanted=rfc3339(DUE)))
    clock_of(world).bound = timedelta(seconds=bound)
    at(world, DUE + timedelta(seconds=bound) - SECOND / 1000)
    claimed(world)
    assert refused_intent(world, one) is Reason.NOT_DUE
    at(world, DUE + timedelta(seconds=bound))
    assert intended(world, one).delivery.state is State.SENDING


def test_what_is_refused_rests_so_that_the_rest_is_looked_at(world: World) -> None:
    an_account(world, "frozen-account")
    stuck = [held(world, f"Stuck {n}", asked=wish("frozen-account"))[0].id for n in range(2)]
    (free,) = held(world, "Free")
    freeze(world, stepped_up(world, "sam", "freeze", "frozen-account"), "account", "frozen-account", "Hijacked.")
    at(world, DUE)
    refused: list[str] = []
    seen: set[str] = set()
    for _ in range(2):
        seen |= {one.delivery.id for one in stage(world, "me", 2, resting=refused, refused=refused.append)}
    assert seen == {free.id}
    assert sorted(refused) == sorted(stuck)
    assert stage(world, "me", resting=refused) == []


def test_what_another_worker_has_in_hand_goes_first_on_its_account(world: World) -> None:
    an_account(world, "other-account")
    (first,) = held(world, "First")
    (second,) = held(world, "Second", asked=wish(wanted=rfc3339(DUE + SECOND)))
    (elsewhere,) = held(world, "Elsewhere", asked=wish("other-account", wanted=rfc3339(DUE + SECOND)))
    at(world, DUE - 3 * SECOND)
    assert {one.delivery.id for one in stage(world, "one", 1)} == {first.id}
    assert {one.delivery.id for one in stage(world, "two")} == {elsewhere.id}
    at(world, DUE + SECOND + policy().timing.platform_timeout - timedelta(milliseconds=1))
    assert stage(world, "two") == []
    at(world, DUE + SECOND + policy().timing.platform_timeout)
    assert {one.delivery.id for one in stage(world, "two")} == {second.id}
