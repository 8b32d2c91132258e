"""Judged again: whatever waits is held at once when policy, a dated profile or the calendar has become stricter."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from connectors.words import AT_RELEASE
from gateway.actions.judging import judge_again
from gateway.actions.submit import check
from gateway.actions.write import write_post
from gateway.domain.delivery import State
from gateway.domain.instant import rfc3339
from gateway.domain.post import Content
from gateway.domain.refusal import Reason
from gateway.domain.rules.profiles import Profile
from gateway.world import World
from tests.actions.story import (
    CPI,
    at,
    calendar,
    claimed,
    cleared,
    deliveries,
    delivery,
    held,
    intended,
    put_forward,
    read_calendar,
    refused_intent,
    refuses,
    wish,
    yes,
)
from tests.cast import DAY, HOUR, MINUTE, NOON, SECOND, an_account, judged_under, policy, who

DUE = NOON + HOUR
NOTICE = "Our offices are closed on Monday."
FIGURE = "Consumer prices rose by 2.4% in the 12 months to February."
SHOUT = "OUR OFFICES ARE CLOSED ON MONDAY FOR THE HOLIDAY."


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """These are decided from values: one database is enough."""
    return f"sqlite:///{tmp_path}/gateway.db"


@pytest.fixture(autouse=True)
def _account(world: World) -> None:
    an_account(world)


def profile(begins: datetime, ends: datetime, **more: object) -> Profile:
    return Profile("a-period", "A period", "P6", begins, ends, **more)  # type: ignore[arg-type]


def during(world: World, *profiles: Profile) -> World:
    """The same house under a policy with these profiles."""
    return replace(world, policy=replace(policy(), id="with-profiles", profiles=profiles))


# --- the calendar -----------------------------------------------------------------------------------------------------


def test_a_release_that_comes_onto_the_calendar_holds_at_once_what_speaks_of_it(world: World) -> None:
    (one,) = held(world, FIGURE)  # cleared: no release was known
    (notice,) = held(world, NOTICE)
    assert judge_again(world) == 0
    read_calendar(world, calendar(NOON + DAY))
    assert judge_again(world) == 1
    assert delivery(world, one.id).hold == "must-bind"
    with world.storage.reading() as readers:
        told = [n for name in ("ada", "bola", "cleo", "bea") for n in readers.notices.of_member(name, 10)]
    assert [(n.member, str(n.kind)) for n in told] == [(name, "judged-stricter") for name in ("ada", "bola", "cleo")]
    assert {n.subject_id for n in told} == {one.submission}
    at(world, DUE)
    assert [d.id for d in claimed(world)] == [notice.id]


def test_staging_judges_again_by_itself(world: World) -> None:
    (one,) = held(world, FIGURE)
    read_calendar(world, calendar(NOON + DAY))
    at(world, DUE)
    assert claimed(world) == []
    assert delivery(world, one.id).hold == "must-bind"


def test_what_was_claimed_before_the_calendar_changed_is_stopped_at_the_door(world: World) -> None:
    (one,) = held(world, FIGURE)
    at(world, DUE)
    claimed(world)
    read_calendar(world, calendar(NOON + DAY))
    assert refused_intent(world, one) is Reason.RULES_CHANGED
    assert claimed(world) == []
    assert delivery(world, one.id).hold == "must-bind"


def test_what_stays_harmless_goes_on_under_the_new_calendar(world: World) -> None:
    (one,) = held(world, NOTICE)
    read_calendar(world, calendar(NOON + DAY))
    at(world, DUE)
    (again,) = claimed(world)
    assert again.judged_under == judged_under(world) != one.judged_under
    assert intended(world, one).delivery.state is State.SENDING


def test_the_sight_of_a_release_does_not_hold_what_waited_for_it(world: World) -> None:
    read_calendar(world, calendar(DUE))
    (one,) = held(world, FIGURE, asked=wish(release=CPI, wanted=AT_RELEASE))
    at(world, DUE - SECOND)
    claimed(world)
    at(world, DUE + SECOND)
    read_calendar(world, calendar(DUE, published=True))
    assert intended(world, one).delivery.state is State.SENDING


def test_what_waits_for_its_release_is_judged_as_before_though_the_calendar_changed_after_its_sight(
    world: World,
) -> None:
    read_calendar(world, calendar(DUE))
    (one,) = held(world, FIGURE, asked=wish(release=CPI, wanted=rfc3339(DUE + HOUR)))
    at(world, DUE + MINUTE)
    read_calendar(world, calendar(DUE, published=True))
    read_calendar(world, calendar(DUE + DAY, uri="/releases/other"))
    read_calendar(world, calendar(DUE, published=True))
    assert judge_again(world) == 0
    at(world, DUE + HOUR)
    assert [d.id for d in claimed(world)] == [one.id]


def test_a_post_is_not_judged_twice_by_the_same_rules(world: World) -> None:
    held(world, NOTICE)
    read_calendar(world, calendar(NOON + DAY))
    judge_again(world)
    with world.storage.reading() as readers:
        assert world.judge.is_done(world.policy.id, world.judge.calendar(readers))
    read_calendar(world, calendar(NOON + 2 * DAY))
    with world.storage.reading() as readers:
        assert not world.judge.is_done(world.policy.id, world.judge.calendar(readers))


# --- dated profiles ---------------------------------------------------------------------------------------------------


def test_a_profile_that_begins_before_a_post_is_due_holds_it(world: World) -> None:
    (one,) = held(world, NOTICE)
    policed = during(world, profile(DUE - MINUTE, DUE + HOUR, held_classes=frozenset({"routine"})))
    assert judge_again(policed) == 1
    assert delivery(world, one.id).hold == "profile-holds"


def test_a_profile_that_ends_before_a_post_is_due_does_not_touch_it(world: World) -> None:
    policed = during(world, profile(NOON - HOUR, DUE - MINUTE, held_classes=frozenset({"routine"})))
    (one,) = held(policed, NOTICE)
    at(world, DUE)
    assert [d.id for d in claimed(policed)] == [one.id]


def test_during_a_profile_what_it_holds_is_refused_at_submission(world: World) -> None:
    read_calendar(world, calendar(DUE))
    polling = during(world, profile(NOON, NOON + DAY, holds_releases=True))
    with refuses(world, Reason.PROFILE_HOLDS, "submit"):
        put_forward(polling, FIGURE, asked=wish(release=CPI, wanted=AT_RELEASE))
    revision = write_post(world, who(world, "ada"), Content((FIGURE,)))
    shown = check(polling, who(world, "ada"), revision.id, wish(release=CPI, wanted=AT_RELEASE))
    assert shown.judged.held_by == "a-period"
    assert put_forward(polling, NOTICE).state == "waiting"


def test_a_profile_raises_what_a_finding_means_while_it_is_in_force(world: World) -> None:
    raised = {"shouting": "block"}
    mourning = during(world, profile(NOON, DUE + MINUTE, severities=raised))
    with refuses(world, Reason.FINDING_BLOCKS, "submit"):
        put_forward(mourning, SHOUT)
    over = put_forward(mourning, SHOUT, asked=wish(wanted=rfc3339(DUE + HOUR)))
    assert [(f.rule, f.severity) for f in over.findings if f.rule == "shouting"] == [("shouting", "advise")]
    submission = put_forward(world, SHOUT)
    if submission.needs_clearance:
        submission = cleared(world, submission)
    yes(world, submission)
    assert judge_again(mourning) == 1
    assert [d.hold for d in deliveries(world, submission.id)] == ["finding-blocks"]


def test_a_delivery_claimed_before_a_profile_began_is_stopped_at_the_door(world: World) -> None:
    policed = during(world, profile(DUE + SECOND, DUE + HOUR, held_classes=frozenset({"routine"})))
    (one,) = held(policed, NOTICE)
    at(world, DUE)
    claimed(policed)
    at(world, DUE + SECOND)
    assert refused_intent(policed, one) is Reason.RULES_CHANGED
    assert claimed(policed) == []
    assert delivery(world, one.id).hold == "profile-holds"


def test_a_class_raised_by_an_approver_into_one_that_a_profile_holds_does_not_go(world: World) -> None:
    policed = during(world, profile(NOON, NOON + DAY, held_classes=frozenset({"policy"})))
    submission = put_forward(policed, NOTICE)
    yes(policed, submission, content_class="policy")
    yes(policed, submission, by="bea", content_class="policy")
    at(world, DUE)
    assert claimed(policed) == []
    assert [d.hold for d in deliveries(world, submission.id)] == ["profile-holds"]


# --- by the account's tier --------------------------------------------------------------------------------------------


def test_what_is_advice_on_one_tier_needs_a_written_reason_on_another(world: World) -> None:
    an_account(world, "first", tier="flagship")
    advised, reasoned = put_forward(world, SHOUT), put_forward(world, SHOUT, asked=wish("first"))
    (usual,) = (f for f in advised.findings if f.rule == "shouting")
    (strict,) = (f for f in reasoned.findings if f.rule == "shouting")
    assert (usual.severity, strict.severity) == ("advise", "reason")
    assert strict.source == "GCS accessibility guidance"
    assert strict.advice
    yes(world, advised)
    with refuses(world, Reason.REASON_MISSING, "approve"):
        yes(world, reasoned)
    yes(world, reasoned, reason="It is the name of the campaign.")
