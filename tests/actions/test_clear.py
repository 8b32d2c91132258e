"""Clearing: a claim of no unpublished statistics stands on a second, trained person's word, with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.actions.approve import clear
from gateway.domain.grant import Kind
from gateway.domain.refusal import Reason
from gateway.world import World
from tests.actions.story import CPI, calendar, cleared, put_forward, read_calendar, refuses, state_of, wish, yes
from tests.cast import HOUR, NOON, an_account, enrol, grant, stepped_up


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """These are decided before anything is written: one database is enough."""
    return f"sqlite:///{tmp_path}/gateway.db"


@pytest.fixture(autouse=True)
def _account(world: World) -> None:
    an_account(world)


def test_a_claim_without_a_clearer_is_never_held_however_many_approve(world: World) -> None:
    submission = put_forward(world)
    yes(world, submission)
    yes(world, submission, by="bea")
    assert state_of(world, submission) == "waiting"
    assert cleared(world, submission).state == "held"


def test_what_is_bound_to_a_release_needs_no_clearer_and_takes_none(world: World) -> None:
    read_calendar(world, calendar(NOON + HOUR))
    submission = put_forward(world, "Consumer prices rose by 2.4%.", asked=wish(release=CPI))
    with refuses(world, Reason.WRONG_STATE, "clear"):
        cleared(world, submission)
    assert yes(world, submission).state == "held"


def test_nobody_clears_what_is_their_own(world: World) -> None:
    enrol(world, "abe", "author", "clearer")
    grant(world, "abe", "office-account", Kind.WRITE)
    submission = put_forward(world, by="abe")
    with refuses(world, Reason.OWN_WORK, "clear"):
        cleared(world, submission, by="abe")


@pytest.mark.parametrize("name", ["ada", "bola", "cyd", "eve", "sam", "olu"])
def test_nobody_without_the_role_clears(world: World, name: str) -> None:
    submission = put_forward(world)
    with refuses(world, Reason.ROLE_MISSING, "clear"):
        cleared(world, submission, by=name)


def test_the_reason_is_written_and_the_factor_is_fresh(world: World) -> None:
    submission = put_forward(world)
    with refuses(world, Reason.STEP_UP_NEEDED, "clear"):
        acting = stepped_up(world, "cleo", "approve", submission.id, submission.digest)
        clear(world, acting, submission.id, submission.digest, granted=True, reason="none in it")
    acting = stepped_up(world, "cleo", "clear", submission.id, submission.digest)
    with refuses(world, Reason.REASON_MISSING, "clear"):
        clear(world, acting, submission.id, submission.digest, granted=True, reason=" ")
    with refuses(world, Reason.DIGEST_DIFFERS, "clear"):
        clear(world, acting, submission.id, "0" * 64, granted=True, reason="none in it")


def test_a_clearer_who_finds_a_figure_ends_it(world: World) -> None:
    submission = put_forward(world)
    acting = stepped_up(world, "cleo", "clear", submission.id, submission.digest)
    clear(world, acting, submission.id, submission.digest, granted=False, reason="That is tomorrow's figure.")
    assert state_of(world, submission) == "refused"
    with refuses(world, Reason.WRONG_STATE, "approve"):
        yes(world, submission)


def test_nobody_clears_twice(world: World) -> None:
    submission = put_forward(world)
    cleared(world, submission)
    with refuses(world, Reason.ALREADY_ANSWERED, "clear"):
        cleared(world, submission)
