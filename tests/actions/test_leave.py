"""Leaving, as one act: from then on nothing happens by a leaver's word, and what others did is untouched."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.actions.deliver import conclude_many
from gateway.actions.leave import leave
from gateway.actions.submit import submit
from gateway.actions.write import write_post
from gateway.domain.delivery import State, back_to_held
from gateway.domain.grant import Kind
from gateway.domain.instant import rfc3339
from gateway.domain.leaving import Report
from gateway.domain.member import MemberState
from gateway.domain.post import Content
from gateway.domain.refusal import Reason
from gateway.domain.signin import Invitation, RecoveryCode
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
    put_forward,
    refused_intent,
    refuses,
    state_of,
    wish,
    yes,
)
from tests.cast import HOUR, NOON, an_account, enrol, grant, member, stepped_up, who, write

DUE = NOON + HOUR


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """The core decides; that one lock orders it on both databases is shown in tests/concurrency."""
    return f"sqlite:///{tmp_path}/gateway.db"


@pytest.fixture(autouse=True)
def _account(world: World) -> None:
    an_account(world)


def out(world: World, name: str) -> Report:
    return leave(world, stepped_up(world, "sam", "leave", name), name)


def test_the_next_request_of_a_leaver_is_refused_and_every_way_in_is_ended(world: World) -> None:
    ada = who(world, "ada")
    write(
        world,
        RecoveryCode(id="code", member="ada", hash="00"),
        Invitation(id="link", member="ada", expires_at=NOON + HOUR),
    )
    stepped_up(world, "ada", "publish-now", "x")
    revision = write_post(world, ada, Content(("Hello",)))
    out(world, "ada")
    with refuses(world, Reason.NOT_SIGNED_IN, "submit"):
        submit(world, ada, revision.id, wish())
    gone = member(world, "ada")
    assert (gone.state, gone.password_hash) == (MemberState.LEFT, None)
    with world.storage.reading() as readers:
        assert readers.factors.of("ada") == []
        assert readers.sessions.open_of("ada") == []
        assert readers.recovery_codes.unused("ada") == []
        assert readers.invitations.open_for("ada") == []
        assert readers.step_ups.unused_of("ada") == []
        assert readers.grants.of_member("ada") == []


@pytest.mark.parametrize(("name", "why"), [("ada", "author-gone"), ("bola", "approver-gone"), ("cleo", "clearer-gone")])
def test_what_stood_on_a_leavers_word_is_held_for_another_person(world: World, name: str, why: str) -> None:
    (one,) = held(world)
    at(world, DUE)
    claimed(world)
    report = out(world, name)
    assert report.deliveries_held == (one.id,)
    after = delivery(world, one.id)
    assert (after.state, after.hold, after.claimed_by) == (State.HELD, why, None)
    assert refused_intent(world, one) is Reason.WRONG_STATE
    assert claimed(world) == []


@pytest.mark.parametrize("name", ["ada", "bola", "cleo"])
def test_what_was_on_its_way_is_listed_and_does_not_go_again_by_their_word(world: World, name: str) -> None:
    (one,) = held(world)
    at(world, DUE)
    claimed(world)
    sent = intended(world, one).delivery
    report = out(world, name)
    assert report.on_their_way == (one.id,)
    conclude_many(world, {one.id: back_to_held(sent, actor="worker", why="not-sent")})
    assert claimed(world) == []
    assert delivery(world, one.id).state is State.HELD


def test_what_waits_for_answers_goes_with_its_author_and_loses_a_leavers_answer(world: World) -> None:
    theirs, others = put_forward(world), put_forward(world, "Other", by="ada", asked=wish(content_class="policy"))
    yes(world, others)
    cleared(world, others)
    report = out(world, "bola")
    assert (report.approvals_voided, report.deliveries_held, report.submissions_stopped) == (1, (), ())
    assert state_of(world, others) == "waiting"
    assert yes(world, others, by="bea").state == "waiting"
    assert set(out(world, "ada").submissions_stopped) == {theirs.id, others.id}
    assert state_of(world, theirs) == "withdrawn"


def test_what_others_did_is_untouched(world: World) -> None:
    enrol(world, "ann", "author")
    grant(world, "ann", "office-account", Kind.WRITE)
    submission = cleared(world, put_forward(world, by="ann"))
    yes(world, submission, by="bea")
    (one,) = deliveries(world, submission.id)
    out(world, "ada")
    out(world, "bola")
    at(world, DUE)
    claimed(world)
    assert intended(world, one).delivery.state is State.SENDING


def test_accounts_they_connected_are_listed_for_rotation(world: World) -> None:
    assert out(world, "olu").credentials_to_rotate == ("office-account",)
    assert out(world, "ada").credentials_to_rotate == ()


def test_the_report_counts_what_was_ended_with_its_time_and_the_log_has_it(world: World) -> None:
    held(world)
    report = out(world, "bola")
    assert (report.member, report.at, report.grants_ended, report.approvals_voided) == ("bola", NOON, 1, 1)
    assert [len(log(world, act)) for act in ("member.leave", "grant.end", "approval.void", "delivery.person")] == [
        1,
        1,
        1,
        1,
    ]


def test_the_last_administrator_stays_and_one_who_never_came_does_not_count(world: World) -> None:
    out(world, "ade")
    with refuses(world, Reason.LAST_ADMINISTRATOR, "leave"):
        out(world, "cyd")
    enrol(world, "new", "administrator")
    write(world, replace(member(world, "new"), state=MemberState.INVITED))
    with refuses(world, Reason.LAST_ADMINISTRATOR, "leave"):
        out(world, "cyd")


def test_nobody_takes_themselves_out_and_nobody_leaves_twice(world: World) -> None:
    with refuses(world, Reason.OWN_WORK, "leave"):
        out(world, "sam")
    out(world, "ada")
    with refuses(world, Reason.MEMBER_LEFT, "leave"):
        out(world, "ada")
    with refuses(world, Reason.NOT_FOUND, "leave"):
        out(world, "nobody")


def test_only_a_security_officer_with_a_fresh_factor_for_that_person_takes_anyone_out(world: World) -> None:
    for name in ("ada", "bola", "cyd", "eve", "olu", "cleo"):
        with refuses(world, Reason.ROLE_MISSING, "leave"):
            leave(world, stepped_up(world, name, "leave", "dev"), "dev")
    with refuses(world, Reason.STEP_UP_NEEDED, "leave"):
        leave(world, stepped_up(world, "sam", "leave", "ada"), "dev")


def test_a_leaver_between_approval_and_sending_stops_a_post_of_next_week(world: World) -> None:
    when = NOON + timedelta(days=2)
    (one,) = held(world, asked=wish(wanted=rfc3339(when)))
    out(world, "ada")
    at(world, when)
    assert claimed(world) == []
    assert refused_intent(world, one) is Reason.WRONG_STATE
