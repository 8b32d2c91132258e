"""Approving: four eyes on exactly what was shown, with a fresh factor for it; two answers at once count once each."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from gateway.actions.approve import approve
from gateway.domain.delivery import State
from gateway.domain.grant import Kind
from gateway.domain.instant import rfc3339
from gateway.domain.refusal import Reason
from gateway.world import World
from tests.actions.story import (
    at,
    claimed,
    cleared,
    deliveries,
    held,
    intended,
    log,
    put_forward,
    refused_intent,
    refuses,
    state_of,
    wish,
    yes,
)
from tests.cast import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    PRETEND,
    SECOND,
    an_account,
    clock_of,
    enrol,
    grant,
    policy,
    stepped_up,
    who,
)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """The core decides; that one lock orders it on both databases is shown in tests/concurrency."""
    return f"sqlite:///{tmp_path}/gateway.db"


@pytest.fixture(autouse=True)
def _account(world: World) -> None:
    an_account(world)


def test_with_its_quorum_and_its_clearance_it_is_held_for_its_time(world: World) -> None:
    submission = put_forward(world)
    assert yes(world, submission).state == "waiting"
    assert deliveries(world, submission.id) == []
    assert cleared(world, submission).state == "held"
    (one,) = deliveries(world, submission.id)
    assert (one.state, one.due_at, one.digest, one.platform) == (State.HELD, NOON + HOUR, submission.digest, PRETEND)


def test_nobody_approves_what_is_their_own(world: World) -> None:
    enrol(world, "abe", "author", "approver")
    grant(world, "abe", "office-account", Kind.WRITE, Kind.APPROVE)
    submission = put_forward(world, by="abe")
    with refuses(world, Reason.OWN_WORK, "approve"):
        yes(world, submission, by="abe")


def test_nobody_without_the_role_approves(world: World) -> None:
    submission = put_forward(world)
    for name in ("ada", "cyd", "eve", "sam", "olu", "cleo"):
        with refuses(world, Reason.ROLE_MISSING, "approve"):
            yes(world, submission, by=name)


def test_an_approver_needs_the_grant_on_every_account(world: World) -> None:
    an_account(world, "other", grants={"ada": (Kind.WRITE,)})
    submission = put_forward(world, asked=wish("office-account", "other"))
    with refuses(world, Reason.NO_GRANT, "approve"):
        yes(world, submission)


def test_the_fresh_factor_is_for_this_submission_and_this_digest_and_works_once(world: World) -> None:
    first, second = put_forward(world, "Bore da"), put_forward(world, "Bore da eto")
    acting = stepped_up(world, "bola", "approve", first.id, first.digest)
    with refuses(world, Reason.STEP_UP_NEEDED, "approve"):
        approve(world, acting, second.id, second.digest)
    approve(world, acting, first.id, first.digest)
    with refuses(world, Reason.ALREADY_ANSWERED, "approve"):
        approve(world, acting, first.id, first.digest)
    stepped_up(world, "bola", "approve", second.id, second.digest)
    clock_of(world).advance(5 * MINUTE)
    with refuses(world, Reason.STEP_UP_NEEDED, "approve"):
        approve(world, who(world, "bola"), second.id, second.digest)


def test_what_was_shown_is_what_is_approved(world: World) -> None:
    submission = put_forward(world)
    acting = stepped_up(world, "bola", "approve", submission.id, "0" * 64)
    with refuses(world, Reason.DIGEST_DIFFERS, "approve"):
        approve(world, acting, submission.id, "0" * 64)


def test_a_rejection_needs_its_reason_and_ends_the_submission(world: World) -> None:
    submission = put_forward(world)
    acting = stepped_up(world, "bola", "approve", submission.id, submission.digest)
    with refuses(world, Reason.REASON_MISSING, "approve"):
        approve(world, acting, submission.id, submission.digest, yes=False)
    approve(world, acting, submission.id, submission.digest, yes=False, reason="The figure is wrong.")
    assert state_of(world, submission) == "refused"
    with refuses(world, Reason.WRONG_STATE, "approve"):
        yes(world, submission, by="bea")


def test_a_doubt_goes_to_an_approver_who_writes_why(world: World) -> None:
    sure = tuple(point for point in policy().declaration if point != "no-doubt")
    submission = put_forward(world, asked=wish(doubt="Is this out yet?", declared=sure))
    with refuses(world, Reason.REASON_MISSING, "approve"):
        yes(world, submission)
    yes(world, submission, reason="Checked with the statisticians.")


@pytest.mark.parametrize(("tier", "content_class", "needed"), [("standard", "policy", 2), ("flagship", "crisis", 3)])
def test_the_quorum_is_the_strictest_of_its_accounts_for_its_class(
    world: World, tier: str, content_class: str, needed: int
) -> None:
    enrol(world, "ben", "approver")
    grants = {"ada": (Kind.WRITE,)} | dict.fromkeys(("bola", "bea", "ben"), (Kind.APPROVE,))
    an_account(world, "strict", tier=tier, grants=grants)
    grant(world, "ben", "office-account", Kind.APPROVE)
    submission = cleared(world, put_forward(world, asked=wish("office-account", "strict", content_class=content_class)))
    for number, name in enumerate(("bola", "bea", "ben")[:needed], start=1):
        state = yes(world, submission, by=name).state
        assert state == ("held" if number == needed else "waiting")


def test_raising_the_class_makes_earlier_answers_count_no_more(world: World) -> None:
    submission = put_forward(world)
    yes(world, submission)
    yes(world, submission, by="bea", content_class="policy")
    assert cleared(world, submission).state == "waiting"
    enrol(world, "ben", "approver")
    grant(world, "ben", "office-account", Kind.APPROVE)
    with refuses(world, Reason.CLASS_LOWERED, "approve"):
        yes(world, submission, by="ben", content_class="routine")
    assert yes(world, submission).state == "held"


def test_an_approval_that_is_stale_at_the_door_sends_nothing(world: World) -> None:
    (one,) = held(world, asked=wish(wanted=rfc3339(NOON + 3 * DAY)))
    at(world, NOON + 3 * DAY - SECOND)
    assert [d.id for d in claimed(world)] == [one.id]
    at(world, NOON + 3 * DAY)
    assert refused_intent(world, one) is Reason.APPROVAL_STALE


def test_a_stale_answer_may_be_given_again(world: World) -> None:
    submission = put_forward(world, asked=wish(content_class="policy", wanted=rfc3339(NOON + 5 * DAY)))
    yes(world, submission)
    at(world, NOON + 3 * DAY)
    yes(world, submission)
    cleared(world, submission)
    assert yes(world, submission, by="bea").state == "held"


def test_after_the_quorum_its_way_is_free_and_every_answer_is_in_the_log(world: World) -> None:
    (one,) = held(world)
    at(world, NOON + HOUR)
    claimed(world)
    assert intended(world, one).delivery.state is State.SENDING
    for act in ("approval.give", "clearance.give", "delivery.hold", "delivery.claim", "delivery.intent"):
        assert len(log(world, act)) == 1, act


def test_an_answer_in_a_session_that_is_over_is_none(world: World) -> None:
    submission = put_forward(world)
    acting = stepped_up(world, "bola", "approve", submission.id, submission.digest)
    clock_of(world).advance(timedelta(minutes=30))
    with refuses(world, Reason.NOT_SIGNED_IN, "approve"):
        approve(world, acting, submission.id, submission.digest)
