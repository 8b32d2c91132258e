"""Lifting a hold: somebody else looks and says why; what must not go by anybody's word stays held."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.actions.commenting import list_comments
from gateway.actions.leave import leave
from gateway.actions.lift import lift
from gateway.domain.delivery import LIFTABLE, Delivery, State, hold_for_person
from gateway.domain.grant import Kind
from gateway.domain.instant import rfc3339
from gateway.domain.refusal import Reason
from gateway.web.refusals import WORDS
from gateway.world import Who, World
from tests.actions.story import (
    CPI,
    at,
    calendar,
    claimed,
    delivery,
    held,
    intended,
    log,
    read_calendar,
    refuses,
    wish,
)
from tests.cast import DAY, HOUR, NOON, SECOND, an_account, grant, stepped_up, who, write

WHY = "The portal was down; it is back."


@pytest.fixture(autouse=True)
def _account(world: World) -> None:
    an_account(world)


def on_hold(world: World, why: Reason = Reason.PLATFORM_REFUSED, **over: object) -> Delivery:
    """Ada's approved post of one delivery, held for a person."""
    (one,) = held(world, asked=wish(wanted=rfc3339(NOON + HOUR)))
    (waits,) = hold_for_person(one, why=why, actor="worker").records
    assert isinstance(waits, Delivery)
    write(world, replace(waits, **over))  # type: ignore[arg-type]  # the caller names fields of Delivery
    return delivery(world, one.id)


def lifter(world: World, one: Delivery, name: str = "bola") -> Who:
    return stepped_up(world, name, "lift", one.id, one.digest)


def test_an_approver_lifts_it_and_it_goes_at_its_time_like_any_other(world: World) -> None:
    one = on_hold(world)
    at(world, NOON + HOUR)
    assert claimed(world) == []
    lift(world, lifter(world, one), one.id, WHY)
    assert [each.id for each in claimed(world)] == [one.id]
    assert intended(world, one).delivery.state is State.SENDING


def test_the_reason_is_kept_for_its_readers_and_out_of_the_log(world: World) -> None:
    one = on_hold(world)
    lift(world, lifter(world, one), one.id, WHY)
    (said,) = list_comments(world, who(world, "ada"), one.submission)
    (told,) = log(world, "delivery.lift")
    assert (said.by, said.text) == ("bola", WHY)
    assert (told.actor, told.facts["hold"], told.facts["comment"]) == ("bola", "platform-refused", said.id)
    assert "portal" not in told.to_bytes().decode()


@pytest.mark.parametrize("name", ["ada", "eve", "sam", "olu", "cleo"])
def test_only_an_approver_lifts(world: World, name: str) -> None:
    one = on_hold(world)
    with refuses(world, Reason.ROLE_MISSING, "delivery.lift"):
        lift(world, lifter(world, one, name), one.id, WHY)


def test_an_approver_of_another_account_does_not(world: World) -> None:
    one = on_hold(world)
    with world.storage.reading() as readers:
        mine = [g for g in readers.grants.of_member("bola") if g.account == one.account]
    write(world, *(replace(each, ended_at=NOON) for each in mine))
    with refuses(world, Reason.NO_GRANT, "delivery.lift"):
        lift(world, lifter(world, one), one.id, WHY)


def test_nobody_lifts_the_hold_on_their_own_post(world: World) -> None:
    one = on_hold(world)
    with world.storage.reading() as readers:
        submission = readers.submissions.get(one.submission)
    write(world, replace(submission, author="bola"))
    with refuses(world, Reason.OWN_WORK, "delivery.lift"):
        lift(world, lifter(world, one), one.id, WHY)


def test_it_takes_a_reason_and_a_fresh_factor_for_this_very_delivery(world: World) -> None:
    one = on_hold(world)
    with refuses(world, Reason.REASON_MISSING, "delivery.lift"):
        lift(world, lifter(world, one), one.id, "  ")
    elsewhere = stepped_up(world, "bola", "lift", "another", one.digest)
    with world.storage.reading() as readers:
        mine = readers.step_ups.unused(elsewhere.session, "lift", one.id, one.digest)
    write(world, *(replace(each, used_at=NOON) for each in mine))
    with refuses(world, Reason.STEP_UP_NEEDED, "delivery.lift"):
        lift(world, elsewhere, one.id, WHY)


@pytest.mark.parametrize("why", [Reason.UNCLEARED, Reason.MUST_BIND, Reason.AUTHOR_GONE])
def test_what_nobodys_word_ends_stays_held(world: World, why: Reason) -> None:
    one = on_hold(world, why)
    with refuses(world, Reason.HOLD_STAYS, "delivery.lift"):
        lift(world, lifter(world, one), one.id, WHY)
    assert delivery(world, one.id).hold == why


def test_what_was_restored_is_lifted_only_where_a_look_has_proved_it_absent(world: World) -> None:
    one = on_hold(world, Reason.RESTORED)
    with refuses(world, Reason.RESTORED, "delivery.lift"):
        lift(world, lifter(world, one), one.id, WHY)
    write(world, replace(delivery(world, one.id), outcome="settled-absent"))
    assert lift(world, lifter(world, one), one.id, WHY).hold is None


def test_what_was_missed_is_not_sent(world: World) -> None:
    one = on_hold(world)
    at(world, NOON + DAY)
    with refuses(world, Reason.TOO_LATE, "delivery.lift"):
        lift(world, lifter(world, one), one.id, WHY)


def test_a_hold_whose_cause_stands_is_not_lifted(world: World) -> None:
    """Its only approver left: whoever lifts it gives no approval by that."""
    (one,) = held(world)
    grant(world, "bea", "office-account", Kind.APPROVE)
    leave(world, stepped_up(world, "sam", "leave", "bola"), "bola")
    assert delivery(world, one.id).hold == "approver-gone"
    with refuses(world, Reason.UNAPPROVED, "delivery.lift"):
        lift(world, lifter(world, one, "bea"), one.id, WHY)


def test_what_its_release_held_follows_the_release_once_that_is_final_again(world: World) -> None:
    read_calendar(world, calendar(NOON + HOUR))
    (one,) = held(world, asked=wish(wanted="at-release", release=CPI))
    read_calendar(world, calendar(NOON + 2 * HOUR, finalised=False))
    with refuses(world, Reason.RELEASE_NOT_FINAL, "delivery.lift"):
        lift(world, lifter(world, one), one.id, WHY)
    read_calendar(world, calendar(NOON + 2 * HOUR))
    assert lift(world, lifter(world, one), one.id, WHY).due_at == NOON + 2 * HOUR
    at(world, NOON + HOUR + SECOND)
    assert claimed(world) == []


def test_every_hold_that_may_be_lifted_has_words() -> None:
    assert LIFTABLE | {Reason.HOLD_STAYS} <= WORDS.keys()
