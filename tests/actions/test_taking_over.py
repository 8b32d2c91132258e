"""A leaver's post is taken over in one act: by whom may write there, on their own word, with every answer afresh."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from connectors.words import NOW as AT_ONCE
from gateway.actions.leave import leave
from gateway.actions.submit import withdraw_submission
from gateway.actions.taking_over import take_over
from gateway.domain.delivery import Delivery, State
from gateway.domain.grant import Kind
from gateway.domain.instant import rfc3339
from gateway.domain.refusal import Reason
from gateway.domain.submission import Submission, SubmissionState
from gateway.world import World
from tests.actions.story import CPI, calendar, delivery, held, log, put_forward, read_calendar, wish, yes
from tests.cast import (
    DAY,
    HOUR,
    NOON,
    an_account,
    clock_of,
    enrol,
    grant,
    member,
    on_list,
    policy,
    refused,
    stepped_up,
    who,
    write,
)

DECLARED = policy().declaration


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One database is enough: what is written together is tested where submissions are."""
    return f"sqlite:///{tmp_path}/gateway.db"


@pytest.fixture(autouse=True)
def _account(world: World) -> None:
    """An account, and Abe of Ada's team who may write on it."""
    an_account(world)
    enrol(world, "abe", "author")
    grant(world, "abe", "office-account", Kind.WRITE)


def gone(world: World, name: str = "ada") -> None:
    leave(world, stepped_up(world, "sam", "leave", name), name)


def left_behind(world: World) -> Delivery:
    """Ada's approved post, held because she has left."""
    (one,) = held(world, "Our offices are closed on Monday.")
    gone(world)
    return delivery(world, one.id)


def submission(world: World, id: str) -> Submission:
    with world.storage.reading() as readers:
        return readers.submissions.get(id)


def test_a_colleague_takes_it_over_and_everybody_answers_anew(world: World) -> None:
    one = left_behind(world)
    assert one.hold == Reason.AUTHOR_GONE
    fresh = take_over(world, who(world, "abe"), one.submission, DECLARED)
    old = submission(world, one.submission)
    assert (fresh.author, fresh.state, old.state) == ("abe", SubmissionState.WAITING, SubmissionState.REPLACED)
    assert [said.text for said in fresh.outgoings] == [said.text for said in old.outgoings]
    assert fresh.digest != old.digest
    assert delivery(world, one.id).state is State.WITHDRAWN
    with world.storage.reading() as readers:
        assert readers.approvals.of_submissions([fresh.id]) == []
    (told,) = log(world, "submission.take-over")
    assert (told.actor, told.facts["author"], told.facts["as"]) == ("abe", "ada", fresh.id)
    assert yes(world, fresh).state is SubmissionState.HELD


def test_what_nobody_had_answered_is_taken_over_too(world: World) -> None:
    waiting = put_forward(world)
    gone(world)
    assert take_over(world, who(world, "abe"), waiting.id, DECLARED).author == "abe"


def test_nobody_takes_over_what_an_author_who_is_here_put_forward(world: World) -> None:
    (one,) = held(world)
    refused(Reason.WRONG_STATE, take_over, world, who(world, "abe"), one.submission, DECLARED)


def test_only_someone_of_the_team_with_a_grant_on_the_account_does(world: World) -> None:
    one = left_behind(world)
    enrol(world, "far", "author")
    write(world, replace(member(world, "far"), team="Elsewhere"))
    refused(Reason.NOT_FOUND, take_over, world, who(world, "far"), one.submission, DECLARED)
    refused(Reason.NO_GRANT, take_over, world, who(world, "dev"), one.submission, DECLARED)
    refused(Reason.ROLE_MISSING, take_over, world, who(world, "bola"), one.submission, DECLARED)


def test_it_takes_ones_own_declaration_and_a_time_to_come(world: World) -> None:
    one = left_behind(world)
    abe = who(world, "abe")
    refused(Reason.DECLARATION_INCOMPLETE, take_over, world, abe, one.submission, DECLARED[:2])
    clock_of(world).advance(2 * HOUR)
    abe = who(world, "abe")
    refused(Reason.TIME_PAST, take_over, world, abe, one.submission, DECLARED)

    def at(wanted: str) -> Submission:
        return take_over(world, abe, one.submission, DECLARED, wanted=wanted)

    refused(Reason.TIME_PAST, at, AT_ONCE)
    assert at(rfc3339(NOON + DAY)).wish.wanted == rfc3339(NOON + DAY)


def test_nothing_is_said_twice(world: World) -> None:
    an_account(world, "second")
    grant(world, "abe", "second", Kind.WRITE)
    first, second = held(world, asked=wish("office-account", "second"))
    gone(world)
    write(world, replace(delivery(world, first.id), state=State.PUBLISHED))
    fresh = take_over(world, who(world, "abe"), first.submission, DECLARED)
    assert fresh.wish.accounts == (second.account,)
    refused(Reason.WRONG_STATE, take_over, world, who(world, "abe"), first.submission, DECLARED)


@pytest.mark.parametrize(
    ("state", "hold", "why"),
    [
        (State.PUBLISHED, None, Reason.WRONG_STATE),
        (State.UNKNOWN, None, Reason.WRONG_STATE),
        (State.HELD, str(Reason.RESTORED), Reason.RESTORED),
    ],
)
def test_what_is_out_or_may_be_is_not_taken_over(world: World, state: State, hold: str | None, why: Reason) -> None:
    one = left_behind(world)
    write(world, replace(delivery(world, one.id), state=state, hold=hold))
    refused(why, take_over, world, who(world, "abe"), one.submission, DECLARED)


def test_a_thread_of_which_a_part_has_gone_is_not(world: World) -> None:
    first, _ = held(world, "One", "Two")
    gone(world)
    write(world, replace(delivery(world, first.id), state=State.PUBLISHED))
    refused(Reason.WRONG_STATE, take_over, world, who(world, "abe"), first.submission, DECLARED)


def test_what_waits_for_a_release_is_taken_over_by_whoever_is_on_its_list(world: World) -> None:
    read_calendar(world, calendar(NOON + HOUR))
    waiting = put_forward(world, asked=wish(release=CPI, content_class="statistical"))
    gone(world)
    refused(Reason.NOT_ON_LIST, take_over, world, who(world, "abe"), waiting.id, DECLARED)
    on_list(world, CPI, "abe")
    assert take_over(world, who(world, "abe"), waiting.id, DECLARED).wish.release == CPI


def test_an_older_submission_of_the_post_is_not(world: World) -> None:
    older = put_forward(world)
    withdraw_submission(world, who(world, "ada"), older.id)
    clock_of(world).advance(HOUR / 2)
    put_forward(world, "Hello again", post_id=older.post)
    gone(world)
    refused(Reason.WRONG_STATE, take_over, world, who(world, "abe"), older.id, DECLARED)
