"""A release is changed by hand by two different people, never by one; what the calendar says anew goes before both."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.words import AT_RELEASE
from gateway.actions.release import change_release, import_calendar, read_release
from gateway.domain.notice import NoticeKind
from gateway.domain.refusal import Reason
from gateway.domain.release import Release, ReleaseState
from gateway.world import World
from tests.actions.story import CPI, at, calendar, delivery, held, log, read_calendar, refuses, wish
from tests.cast import DAY, HOUR, NOON, an_account, who

INSTANT = NOON + HOUR
LATER = INSTANT + HOUR
FINAL = ReleaseState.FINAL


@pytest.fixture(autouse=True)
def _house(world: World) -> None:
    an_account(world)
    read_calendar(world, calendar(INSTANT))


def release(world: World) -> Release:
    with world.storage.reading() as readers:
        return readers.releases.get(CPI)


def says(world: World, name: str, instant: object = LATER, state: ReleaseState = FINAL) -> bool:
    return change_release(world, who(world, name), CPI, instant, state)[1]  # type: ignore[arg-type]


def test_one_person_alone_changes_nothing_however_often_they_say_it(world: World) -> None:
    assert not says(world, "olu")
    with refuses(world, Reason.ALREADY_ANSWERED, "release.change"):
        says(world, "olu")
    assert release(world).instant == INSTANT
    assert [word.by for word in read_release(world, who(world, "ada"), CPI).words] == ["olu"]


def test_a_second_person_who_says_exactly_the_same_changes_it_and_all_that_is_bound(world: World) -> None:
    (one,) = held(world, "Prices", asked=wish(wanted=AT_RELEASE, release=CPI))
    assert not says(world, "olu")
    assert not says(world, "olive", INSTANT + 2 * HOUR)
    assert says(world, "cyd")
    after = release(world)
    assert (after.instant, after.said_instant, after.seen_at) == (LATER, INSTANT, None)
    assert delivery(world, one.id).due_at == LATER
    (entry,) = log(world, "release.correct")
    assert (entry.actor, entry.facts["asked_by"]) == ("cyd", "olu")
    told = log(world, "notice.give")
    assert {e.facts["kind"] for e in told} == {str(NoticeKind.RELEASE_MOVED)}
    assert {e.facts["member"] for e in told} >= {"ada", "bola"}
    assert read_release(world, who(world, "ada"), CPI).words == ()


def test_what_two_people_cancelled_holds_what_is_bound(world: World) -> None:
    (one,) = held(world, "Prices", asked=wish(wanted=AT_RELEASE, release=CPI))
    says(world, "olu", INSTANT, ReleaseState.CANCELLED)
    assert says(world, "olive", INSTANT, ReleaseState.CANCELLED)
    assert delivery(world, one.id).hold == "release-cancelled"


def test_a_word_is_good_for_a_day_and_only_for_the_release_as_it_was(world: World) -> None:
    says(world, "olu")
    at(world, NOON + DAY)
    assert not says(world, "olive")
    read_calendar(world, calendar(LATER + HOUR))
    assert not says(world, "cyd")


def test_the_calendars_old_word_does_not_undo_what_two_people_said_but_a_new_one_does(world: World) -> None:
    says(world, "olu")
    says(world, "olive")
    read_calendar(world, calendar(INSTANT))
    assert release(world).instant == LATER
    read_calendar(world, calendar(LATER))
    assert (release(world).instant, release(world).said_instant) == (LATER, None)
    read_calendar(world, calendar(INSTANT))
    assert release(world).instant == INSTANT
    says(world, "olu")
    says(world, "olive")
    read_calendar(world, calendar(INSTANT, cancelled=True))
    assert release(world).state is ReleaseState.CANCELLED


def test_a_file_that_one_person_imports_is_one_persons_word(world: World) -> None:
    moved = calendar(LATER)
    for _ in range(2):
        import_calendar(world, who(world, "cyd"), "a file", moved)
    assert release(world).instant == INSTANT
    assert len(log(world, "release.ask")) == 1
    import_calendar(world, who(world, "ade"), "another file", moved)
    assert release(world).instant == LATER


def test_an_imported_file_and_a_word_by_hand_make_two(world: World) -> None:
    import_calendar(world, who(world, "cyd"), "a file", calendar(LATER))
    assert says(world, "olu")


def test_a_file_does_not_renew_what_the_worker_vouches_for(world: World) -> None:
    with refuses(world, Reason.CALENDAR_REFUSED, "release.import"):
        import_calendar(world, who(world, "cyd"), "ons", calendar(INSTANT))
    import_calendar(world, who(world, "cyd"), "a file", calendar(INSTANT))
    assert release(world).source == "ons"


def test_saying_what_is_so_already_is_refused(world: World) -> None:
    with refuses(world, Reason.SAME_AS_BEFORE, "release.change"):
        says(world, "olu", INSTANT)


def test_who_may_change_a_release(world: World) -> None:
    for name in ("ada", "bola", "eve", "sam", "cleo"):
        with refuses(world, Reason.ROLE_MISSING, "release.change"):
            says(world, name)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Decisions are the core's; the races between writers are tested on both databases."""
    return f"sqlite:///{tmp_path}/gateway.db"
