"""Whoever is wanted is called: once about each thing, those alone who may act, and never with a word of a post."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from connectors.words import AT_RELEASE
from gateway.actions.calling import BY_ITSELF, call_the_wanted
from gateway.actions.deliver import lapse_overdue
from gateway.actions.notice import notices
from gateway.domain.delivery import State
from gateway.domain.notice import NoticeKind
from gateway.storage import tables
from gateway.world import World
from tests.actions.story import CPI, at, calendar, held, log, put_forward, read_calendar, wish, yes
from tests.cast import DAY, HOUR, MINUTE, NOON, an_account, who, write

SECRET = "heronquartz"


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One database is enough: nothing here is the database's doing."""
    return f"sqlite:///{tmp_path}/gateway.db"


@pytest.fixture(autouse=True)
def _account(world: World) -> None:
    an_account(world)


def told(world: World, name: str) -> list[tuple[NoticeKind, str, str]]:
    return [(each.kind, each.subject_kind, each.subject_id) for each in notices(world, who(world, name))]


def test_those_who_may_answer_are_called_once_and_nobody_else(world: World) -> None:
    one = put_forward(world, f"Our offices are open. {SECRET}")
    known = call_the_wanted(world)
    assert told(world, "bola") == told(world, "bea") == [(NoticeKind.WAITS_FOR_YOU, "submission", one.id)]
    assert [told(world, name) for name in ("ada", "dev", "cyd", "olu", "eve")] == [[]] * 5
    assert call_the_wanted(world, known) == known
    call_the_wanted(world)  # as after a fresh start
    assert len(told(world, "bola")) == 1
    assert SECRET not in repr(notices(world, who(world, "bola"))) + repr(log(world, "notice.give"))


def test_what_was_answered_calls_nobody(world: World) -> None:
    yes(world, put_forward(world, "Our offices are open."))
    assert call_the_wanted(world) == frozenset()
    assert told(world, "bea") == []


def test_what_waits_for_a_release_calls_only_those_on_its_list(world: World) -> None:
    read_calendar(world, calendar(NOON + HOUR))
    put_forward(world, SECRET, asked=wish(wanted=AT_RELEASE, release=CPI))
    with world.storage.reading() as readers:
        listed = readers.access_lists.get(CPI)
    write(world, replace(listed, people=tuple(each for each in listed.people if each.member != "bea")))
    call_the_wanted(world)
    assert len(told(world, "bola")) == 1
    assert told(world, "bea") == []


def test_author_and_approver_are_called_about_what_lapsed(world: World) -> None:
    (one,) = held(world, "Our offices are open.")
    at(world, NOON + DAY)
    assert lapse_overdue(world) == 1
    call_the_wanted(world)
    assert told(world, "ada") == told(world, "bola") == [(NoticeKind.LAPSED, "delivery", one.id)]


@pytest.mark.parametrize(
    ("state", "kind"),
    [(State.UNKNOWN, NoticeKind.NOBODY_KNOWS), (State.REJECTED, NoticeKind.PLATFORM_REFUSED)],
)
def test_what_may_not_be_out_calls_when_the_worker_has_had_its_time(
    world: World, state: State, kind: NoticeKind
) -> None:
    (one,) = held(world, "Our offices are open.")
    with world.storage.engine.begin() as connection:
        connection.execute(tables.deliveries.update().values(state=state))
    at(world, one.due_at + MINUTE)
    call_the_wanted(world)
    assert bool(told(world, "ada")) == (state is State.REJECTED)
    at(world, one.due_at + BY_ITSELF + MINUTE)
    call_the_wanted(world)
    assert told(world, "ada") == [(kind, "delivery", one.id)]
