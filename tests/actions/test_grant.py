"""Grants: a right on an account of one's own team, for a span, never to oneself, and over the moment it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from gateway.actions.account import end_grant, give_grant, grants
from gateway.domain.grant import Grant, Kind
from gateway.domain.instant import rfc3339
from gateway.domain.member import MemberState
from gateway.domain.refusal import Reason
from gateway.world import World
from tests.actions.story import at, claimed, held, put_forward, refused_intent, refuses, wish
from tests.cast import HOUR, NOON, SECOND, an_account, member, stepped_up, who, write

DUE = NOON + HOUR


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """These are decided before anything is written: one database is enough."""
    return f"sqlite:///{tmp_path}/gateway.db"


@pytest.fixture(autouse=True)
def account(world: World) -> str:
    return an_account(world)


def given(
    world: World,
    account: str,
    to: str = "dev",
    *kinds: Kind,
    by: str = "olu",
    begins: datetime = NOON,
    ends: datetime | None = None,
) -> Grant:
    acting = stepped_up(world, by, "grant", account)
    return give_grant(world, acting, account, to, kinds or (Kind.WRITE,), begins, ends)


def test_a_right_begins_and_ends_when_it_says(world: World, account: str) -> None:
    given(world, account, begins=NOON + HOUR, ends=NOON + 2 * HOUR)
    for moment, may in ((NOON, False), (NOON + HOUR, True), (NOON + 2 * HOUR - SECOND, True), (NOON + 2 * HOUR, False)):
        at(world, moment)
        asked = wish(wanted=rfc3339(NOON + 5 * HOUR))
        if may:
            put_forward(world, by="dev", asked=asked)
        else:
            with refuses(world, Reason.NO_GRANT, "submit"):
                put_forward(world, by="dev", asked=asked)


@pytest.mark.parametrize("name", ["ada", "bola"])
def test_ending_a_right_stops_what_was_held_by_it_at_the_door(world: World, account: str, name: str) -> None:
    (one,) = held(world)
    at(world, DUE)
    claimed(world)
    (theirs,) = (each for each in grants(world, who(world, "olu"), account) if each.member == name)
    end_grant(world, stepped_up(world, "olu", "grant", account), theirs.id)
    expected = {"ada": Reason.AUTHOR_UNGRANTED, "bola": Reason.APPROVER_GONE}[name]
    assert refused_intent(world, one) is expected
    with refuses(world, Reason.WRONG_STATE, "grant.end"):
        end_grant(world, stepped_up(world, "olu", "grant", account), theirs.id)


def test_nobody_grants_to_themselves(world: World, account: str) -> None:
    with refuses(world, Reason.OWN_WORK, "grant.give"):
        given(world, account, "olu", Kind.WRITE)


def test_an_auditor_may_watch_and_nothing_more(world: World, account: str) -> None:
    with refuses(world, Reason.ROLES_CLASH, "grant.give"):
        given(world, account, "eve", Kind.WATCH, Kind.WRITE)
    assert given(world, account, "eve", Kind.WATCH).member == "eve"


def test_a_span_ends_after_it_begins_and_says_its_zone(world: World, account: str) -> None:
    with refuses(world, Reason.GRANT_SPAN, "grant.give"):
        given(world, account, begins=NOON, ends=NOON)
    with refuses(world, Reason.TIME_NAIVE, "grant.give"):
        given(world, account, begins=NOON.replace(tzinfo=None))
    with refuses(world, Reason.TIME_NAIVE, "grant.give"):
        given(world, account, ends=(NOON + HOUR).replace(tzinfo=None))


def test_nobody_who_left_or_does_not_exist_gets_a_right(world: World, account: str) -> None:
    write(world, replace(member(world, "dev"), state=MemberState.LEFT))
    with refuses(world, Reason.MEMBER_LEFT, "grant.give"):
        given(world, account)
    with refuses(world, Reason.NOT_FOUND, "grant.give"):
        given(world, account, "nobody")


def test_only_the_owner_teams_account_owner_grants_with_a_fresh_factor_for_that_account(
    world: World, account: str
) -> None:
    for name in ("ada", "bola", "cyd", "eve", "sam", "cleo"):
        with refuses(world, Reason.ROLE_MISSING, "grant.give"):
            given(world, account, by=name)
    other = an_account(world, "other")
    with refuses(world, Reason.STEP_UP_NEEDED, "grant.give"):
        give_grant(world, stepped_up(world, "olu", "grant", other), account, "dev", (Kind.WRITE,), NOON, None)
    write(world, replace(member(world, "olu"), team="Health"))
    with refuses(world, Reason.NO_GRANT, "grant.give"):
        given(world, account)
