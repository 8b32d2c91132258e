"""Settling: what is unknown is settled by looking; where that cannot tell, a person who is not the author does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from connectors.words import Absent, Exact, Likely, Receipt
from gateway.actions.deliver import conclude_many
from gateway.actions.settle import settle_by_hand, settle_by_link, settle_by_looking, settled_by_link
from gateway.domain.delivery import Delivery, State, lose
from gateway.domain.grant import Kind
from gateway.domain.publication import published
from gateway.domain.refusal import Reason, Refused
from gateway.world import World
from tests.actions.story import (
    at,
    claimed,
    delivery,
    held,
    intended,
    log,
    refuses,
    sending,
)
from tests.cast import HOUR, MINUTE, NOON, SECOND, an_account, enrol, grant, stepped_up

DUE = NOON + HOUR
LAG = timedelta(0)
ABSENT, PROOF = Absent(proof=False, complete=True), Absent(proof=True, complete=True)
POST = Receipt("1", "https://pretend.example/1", at=DUE)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Settling is decided by the core under the same lock as all else; its races are tested on both databases."""
    return f"sqlite:///{tmp_path}/gateway.db"


@pytest.fixture(autouse=True)
def _account(world: World) -> None:
    an_account(world)


@pytest.fixture
def lost(world: World) -> Delivery:
    """A delivery whose sending was never answered."""
    return lose_it(world, sending(world))


def lose_it(world: World, sent: Delivery) -> Delivery:
    conclude_many(world, {sent.id: lose(sent, why="time-out", at=DUE + 10 * SECOND)})
    return delivery(world, sent.id)


def by_hand(world: World, one: Delivery, decision: str, name: str = "bola") -> Delivery:
    acting = stepped_up(world, name, "settle", one.id, one.digest)
    return settle_by_hand(world, acting, one.id, decision)


def by_link(world: World, one: Delivery, receipt: Receipt) -> Delivery:
    """Bola names the address, the worker met the very words there."""
    acting = stepped_up(world, "bola", "settle", one.id, one.digest)
    return settled_by_link(world, settle_by_link(world, acting, one.id, "https://pretend.example/1"), receipt)


def looked_twice(world: World, one: Delivery) -> None:
    for minutes in (1, 2):
        at(world, DUE + minutes * MINUTE)
        settle_by_looking(world, one.id, ABSENT, LAG)


@pytest.mark.parametrize("found", [Exact(POST), Likely((POST,))])
def test_what_is_found_is_published_and_never_sent_again(world: World, lost: Delivery, found: Exact | Likely) -> None:
    at(world, DUE + MINUTE)
    assert settle_by_looking(world, lost.id, found, LAG).state is State.PUBLISHED
    with world.storage.reading() as readers:
        record = readers.publications.get(lost.id)
    assert (record.platform_id, record.how) == ("1", "looked")
    assert len(log(world, "delivery.intent")) == 1


def test_a_look_that_meets_nothing_is_kept_and_nothing_is_sent(world: World, lost: Delivery) -> None:
    looked_twice(world, lost)
    at(world, DUE + 5 * MINUTE)
    assert claimed(world) == []
    after = delivery(world, lost.id)
    assert (after.state, [seen.outcome for seen in after.looks]) == (State.UNKNOWN, ["absent", "absent"])


def test_proof_of_absence_sends_it_again_through_the_door(world: World, lost: Delivery) -> None:
    at(world, DUE + MINUTE)
    assert settle_by_looking(world, lost.id, PROOF, LAG).state is State.HELD
    claimed(world)
    assert intended(world, lost).delivery.attempts == 2


def test_a_post_that_is_another_deliverys_settles_nothing(world: World) -> None:
    (first,), (second,) = held(world, "Good morning"), held(world, "Good morning")
    at(world, DUE)
    claimed(world)
    sent, other = intended(world, first).delivery, intended(world, second).delivery
    change = published(sent, POST, actor="worker", at=DUE, opened_at=DUE, how="answered")
    conclude_many(world, {sent.id: change})
    lose_it(world, other)
    at(world, DUE + MINUTE)
    for found in (Exact(POST), Likely((POST,))):
        assert settle_by_looking(world, other.id, found, LAG).state is State.UNKNOWN
    with pytest.raises(Refused, match=Reason.CHANGED_MEANWHILE):
        by_link(world, other, POST)
    assert delivery(world, other.id).state is State.UNKNOWN


@pytest.mark.parametrize("sibling", ["unknown", "sending"])
def test_of_two_with_the_same_words_in_doubt_a_likely_post_settles_neither(world: World, sibling: str) -> None:
    (first,), (second,) = held(world, "Good morning"), held(world, "Good morning ")
    at(world, DUE)
    claimed(world)
    one, other = intended(world, first).delivery, intended(world, second).delivery
    lose_it(world, one)
    if sibling == "unknown":
        lose_it(world, other)
    at(world, DUE + MINUTE)
    assert settle_by_looking(world, one.id, Likely((POST,)), LAG).state is State.UNKNOWN
    assert settle_by_looking(world, one.id, Exact(POST), LAG).state is State.PUBLISHED


def test_only_what_is_unknown_is_settled(world: World) -> None:
    sent = sending(world)
    for found in (Exact(POST), PROOF, ABSENT):
        with pytest.raises(Refused) as refused:
            settle_by_looking(world, sent.id, found, LAG)
        assert refused.value.reason is Reason.WRONG_STATE
    with refuses(world, Reason.WRONG_STATE, "settle"):
        by_hand(world, sent, "withdrawn")


@pytest.mark.parametrize(("decision", "state"), [("held", State.HELD), ("withdrawn", State.WITHDRAWN)])
def test_a_person_decides_on_two_complete_looks_that_met_nothing(
    world: World, lost: Delivery, decision: str, state: State
) -> None:
    at(world, DUE + MINUTE)
    settle_by_looking(world, lost.id, ABSENT, LAG)
    with refuses(world, Reason.WRONG_STATE, "settle"):
        by_hand(world, lost, decision)
    at(world, DUE + 2 * MINUTE - SECOND)
    settle_by_looking(world, lost.id, ABSENT, LAG)
    with refuses(world, Reason.WRONG_STATE, "settle"):
        by_hand(world, lost, decision)
    at(world, DUE + 2 * MINUTE)
    settle_by_looking(world, lost.id, ABSENT, LAG)
    assert by_hand(world, lost, decision).state is state


def test_a_person_who_saw_it_there_brings_what_the_worker_compared(world: World, lost: Delivery) -> None:
    with refuses(world, Reason.LINK_NEEDED, "settle"):
        by_hand(world, lost, "published")
    assert by_link(world, lost, POST).state is State.PUBLISHED
    (told,) = log(world, "delivery.publish")
    assert (told.actor, told.facts["how"]) == ("bola", "person")


def test_an_address_is_needed_and_only_what_is_unknown_is_settled_by_it(world: World, lost: Delivery) -> None:
    acting = stepped_up(world, "bola", "settle", lost.id, lost.digest)
    with refuses(world, Reason.LINK_NEEDED, "settle"):
        settle_by_link(world, acting, lost.id, "  ")
    errand = settle_by_link(world, acting, lost.id, "https://pretend.example/1")
    with refuses(world, Reason.STEP_UP_NEEDED, "settle"):
        settle_by_link(world, acting, lost.id, "https://pretend.example/1")
    settled_by_link(world, errand, POST)
    with pytest.raises(Refused, match=Reason.WRONG_STATE):
        settled_by_link(world, errand, POST)


def test_no_other_decision_is_known(world: World, lost: Delivery) -> None:
    looked_twice(world, lost)
    with refuses(world, Reason.EMPTY, "settle"):
        by_hand(world, lost, "resend")


def test_nobody_settles_their_own_nor_without_the_right_and_a_fresh_factor(world: World) -> None:
    enrol(world, "abe", "author", "approver")
    grant(world, "abe", "office-account", Kind.WRITE, Kind.APPROVE)
    (one,) = held(world, by="abe")
    at(world, DUE)
    claimed(world)
    lost = lose_it(world, intended(world, one).delivery)
    looked_twice(world, lost)
    with refuses(world, Reason.OWN_WORK, "settle"):
        by_hand(world, lost, "withdrawn", "abe")
    for name in ("ada", "cyd", "eve", "sam", "cleo"):
        with refuses(world, Reason.ROLE_MISSING, "settle"):
            by_hand(world, lost, "withdrawn", name)
    enrol(world, "ben", "approver")
    with refuses(world, Reason.NO_GRANT, "settle"):
        by_hand(world, lost, "withdrawn", "ben")
    with refuses(world, Reason.STEP_UP_NEEDED, "settle"):
        settle_by_hand(world, stepped_up(world, "bola", "settle", lost.id, "0" * 64), lost.id, "withdrawn")
    assert by_hand(world, lost, "withdrawn", "olu").state is State.WITHDRAWN
