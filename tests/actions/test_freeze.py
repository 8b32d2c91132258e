"""Freezing stops everything that has not passed its intent, "now" included; thawing never fires what was missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.words import NOW
from gateway.actions.freezing import freeze, frozen, thaw
from gateway.actions.submit import check, submit
from gateway.actions.write import write_post
from gateway.domain.account import Freeze
from gateway.domain.delivery import State
from gateway.domain.grant import Kind
from gateway.domain.instant import rfc3339
from gateway.domain.post import Content
from gateway.domain.refusal import Reason
from gateway.world import World
from tests.actions.story import (
    at,
    claimed,
    cleared,
    deliveries,
    delivery,
    held,
    intended,
    log,
    refused_intent,
    refuses,
    wish,
    yes,
)
from tests.cast import HOUR, MINUTE, NOON, PRETEND, SECOND, an_account, grant, stepped_up, who


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """The core decides; that one lock orders it on both databases is shown in tests/concurrency."""
    return f"sqlite:///{tmp_path}/gateway.db"


@pytest.fixture(autouse=True)
def _account(world: World) -> None:
    an_account(world)


def stop(world: World, scope: str = "all", target: str = "") -> Freeze:
    acting = stepped_up(world, "sam", "freeze", target or "all")
    return freeze(world, acting, scope, target, "A bereavement.")


def start(world: World, held: Freeze) -> Freeze:
    return thaw(world, stepped_up(world, "sam", "thaw", held.id), held.id)


@pytest.mark.parametrize(("scope", "target"), [("all", ""), ("platform", PRETEND), ("account", "office-account")])
def test_what_is_claimed_and_due_meets_the_freeze_at_its_intent(world: World, scope: str, target: str) -> None:
    (one,) = held(world)
    at(world, NOON + HOUR)
    claimed(world)
    stop(world, scope, target)
    assert refused_intent(world, one) is Reason.FROZEN
    assert delivery(world, one.id).state is State.HELD
    assert claimed(world) == []


def test_a_frozen_account_does_not_stop_another(world: World) -> None:
    an_account(world, "other")
    (one,) = held(world, asked=wish("other"))
    stop(world, "account", "office-account")
    at(world, NOON + HOUR)
    claimed(world)
    assert intended(world, one).delivery.state is State.SENDING


def test_now_is_stopped_too_before_and_after_it_was_put_forward(world: World) -> None:
    grant(world, "ada", "office-account", Kind.PUBLISH_NOW)
    revision = write_post(world, who(world, "ada"), Content(("Bore da",)))
    digest = check(world, who(world, "ada"), revision.id, wish(wanted=NOW)).digest
    acting = stepped_up(world, "ada", "publish-now", revision.id, digest)
    submission = submit(world, acting, revision.id, wish(wanted=NOW))
    cleared(world, submission)
    yes(world, submission)
    (one,) = deliveries(world, submission.id)
    assert [d.id for d in claimed(world)] == [one.id]
    stop(world)
    assert refused_intent(world, one) is Reason.FROZEN
    with refuses(world, Reason.FROZEN, "submit"):
        submit(world, acting, revision.id, wish(wanted=NOW))


def test_thawing_never_fires_what_fell_due_meanwhile_however_short_the_freeze(world: World) -> None:
    (missed,) = held(world)
    (later,) = held(world, "Later", asked=wish(wanted=rfc3339(NOON + HOUR + MINUTE)))
    at(world, NOON + HOUR - SECOND)
    claimed(world)
    stopped = stop(world)
    at(world, NOON + HOUR + SECOND)
    assert refused_intent(world, missed) is Reason.FROZEN
    start(world, stopped)
    assert delivery(world, missed.id).state is State.LAPSED
    assert log(world, "delivery.lapse")[0].subject_id == missed.id
    at(world, NOON + HOUR + MINUTE)
    assert [d.id for d in claimed(world)] == [later.id]
    assert intended(world, later).delivery.state is State.SENDING


def test_thawing_one_account_does_not_lapse_what_another_missed(world: World) -> None:
    an_account(world, "other")
    (missed,) = held(world)
    (others,) = held(world, asked=wish("other"))
    both = [stop(world, "account", id) for id in ("office-account", "other")]
    at(world, NOON + HOUR + SECOND)
    start(world, both[0])
    assert delivery(world, missed.id).state is State.LAPSED
    assert delivery(world, others.id).state is State.HELD


def test_what_passed_its_intent_before_is_not_called_back(world: World) -> None:
    (one,) = held(world)
    at(world, NOON + HOUR)
    claimed(world)
    intended(world, one)
    stop(world)
    assert delivery(world, one.id).state is State.SENDING


def test_a_freeze_has_its_reason_its_scope_and_a_fresh_factor_for_that_scope(world: World) -> None:
    acting = stepped_up(world, "sam", "freeze", "all")
    with refuses(world, Reason.REASON_MISSING, "freeze"):
        freeze(world, acting, "all", "", " ")
    with refuses(world, Reason.STEP_UP_NEEDED, "freeze"):
        freeze(world, acting, "account", "office-account", "why")
    with refuses(world, Reason.NOT_FOUND, "freeze"):
        freeze(world, acting, "account", "nothing", "why")
    with refuses(world, Reason.PLATFORM_UNKNOWN, "freeze"):
        freeze(world, acting, "platform", "nothing", "why")
    one = stepped_up(world, "sam", "freeze", "office-account")
    made = freeze(world, one, "account", "office-account", "why")
    assert [each.id for each in frozen(world, who(world, "cyd"))] == [made.id]


def test_a_factor_given_for_one_account_does_not_freeze_everything(world: World) -> None:
    acting = stepped_up(world, "sam", "freeze", "office-account")
    with refuses(world, Reason.STEP_UP_NEEDED, "freeze"):
        freeze(world, acting, "all", "office-account", "why")


def test_nobody_but_a_security_officer_freezes_or_thaws(world: World) -> None:
    held = stop(world)
    for name in ("ada", "bola", "cyd", "eve", "olu", "cleo"):
        with refuses(world, Reason.ROLE_MISSING, "freeze"):
            freeze(world, stepped_up(world, name, "freeze", "all"), "all", "", "why")
        with refuses(world, Reason.ROLE_MISSING, "thaw"):
            thaw(world, stepped_up(world, name, "thaw", held.id), held.id)


def test_a_freeze_is_thawed_once(world: World) -> None:
    stopped = stop(world)
    start(world, stopped)
    assert frozen(world, who(world, "sam")) == []
    with refuses(world, Reason.WRONG_STATE, "thaw"):
        start(world, stopped)
