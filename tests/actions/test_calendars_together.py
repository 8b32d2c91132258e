"""Two calendars of one release: the later instant and the stricter state hold; what vanishes is told once."""

from __future__ import annotations

from datetime import datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.words import AT_RELEASE
from gateway.actions.release import refresh_calendar
from gateway.domain.delivery import Delivery, State
from gateway.domain.refusal import Reason
from gateway.domain.release import Entry, Release, ReleaseState
from gateway.domain.telling import STRICTER, disagree, joined, told_by
from gateway.world import World
from tests.actions.story import CPI, at, calendar, claimed, delivery, held, intended, log, refused_intent, wish
from tests.cast import DAY, HOUR, MINUTE, NOON, an_account

INSTANT = NOON + HOUR
LATER = INSTANT + HOUR


def reads(world: World, source: str, instant: datetime = INSTANT, **more: bool | str) -> None:
    refresh_calendar(world, source, calendar(instant, **more), began=world.clock.now())  # type: ignore[arg-type]


def release(world: World) -> Release:
    with world.storage.reading() as readers:
        return readers.releases.get(CPI)


def kinds(world: World) -> list[str]:
    with world.storage.reading() as readers:
        return [str(notice.kind) for notice in readers.notices.of_member("ada", 50)]


@pytest.fixture
def bound(world: World) -> Delivery:
    an_account(world)
    reads(world, "one")
    (one,) = held(world, "Prices rose 3 %", asked=wish(wanted=AT_RELEASE, release=CPI))
    return one


def test_the_later_of_two_instants_holds_however_often_the_other_is_read(world: World, bound: Delivery) -> None:
    reads(world, "two", LATER)
    for _ in range(3):
        reads(world, "one")
        assert release(world).instant == LATER
        assert delivery(world, bound.id).due_at == LATER
        reads(world, "two", LATER)
    assert len(log(world, "release.move")) == 1
    assert len(log(world, "release.disagree")) == 1
    assert sorted(kinds(world)) == ["calendars-disagree", "release-moved"]


def test_nothing_leaves_between_the_two_instants(world: World, bound: Delivery) -> None:
    reads(world, "two", LATER)
    at(world, INSTANT + MINUTE)
    reads(world, "one", published=True)
    assert claimed(world) == []
    at(world, LATER)
    assert [each.id for each in claimed(world)] == [bound.id]
    assert refused_intent(world, bound) is Reason.PUBLICATION_UNSEEN
    reads(world, "one", published=True)
    assert intended(world, bound).delivery.state is State.SENDING


def test_once_they_agree_the_instant_is_theirs(world: World, bound: Delivery) -> None:
    reads(world, "two", LATER)
    reads(world, "one", LATER + HOUR)
    assert release(world).instant == LATER + HOUR
    reads(world, "two", LATER + HOUR)
    reads(world, "one", LATER + HOUR)
    assert release(world).instant == LATER + HOUR
    assert len(log(world, "release.disagree")) == 2


@pytest.mark.parametrize(
    ("word", "state"),
    [({"cancelled": True}, ReleaseState.CANCELLED), ({"finalised": False}, ReleaseState.PROVISIONAL)],
)
def test_what_one_calendar_holds_another_does_not_let_go(world: World, word: dict[str, bool], state: str) -> None:
    reads(world, "one")
    reads(world, "two", **word)
    reads(world, "one")
    assert release(world).state == state
    reads(world, "two")
    assert release(world).state is ReleaseState.FINAL


def test_calendars_that_agree_write_nothing_anew(world: World) -> None:
    reads(world, "one")
    before = release(world)
    for _ in range(3):
        reads(world, "two")
        reads(world, "one")
    assert release(world) == before


def test_a_calendar_that_is_read_no_longer_is_forgotten_and_another_vouches_in_time(world: World) -> None:
    at(world, NOON)
    for source in ("one", "two"):
        reads(world, source, NOON + 3 * DAY if source == "one" else NOON + 4 * DAY)
    at(world, NOON + DAY / 2 + MINUTE)
    reads(world, "two", NOON + 4 * DAY)
    assert release(world).source == "two"
    at(world, NOON + DAY + MINUTE)
    reads(world, "two", NOON + 4 * DAY)
    reads(world, "two", NOON + 2 * DAY)
    assert release(world).instant == NOON + 2 * DAY


def test_a_release_that_vanishes_is_told_once_and_counts_no_more_until_it_is_back(
    world: World, bound: Delivery
) -> None:
    reads(world, "two", LATER)
    for _ in range(2):
        reads(world, "two", uri="/releases/another")
    assert len(log(world, "release.vanish")) == 1
    assert kinds(world).count("release-vanished") == 1
    reads(world, "one")
    assert release(world).instant == INSTANT
    reads(world, "two", LATER)
    assert release(world).instant == LATER


WORDS = st.tuples(st.integers(0, 3), st.sampled_from(STRICTER), st.booleans())


@given(st.lists(WORDS, min_size=2, max_size=3))
def test_whoever_is_read_last_all_together_say_the_same_and_never_less(words: list[tuple[int, str, bool]]) -> None:
    entries = [
        Entry("/r", "R", NOON + hours * HOUR, ReleaseState(state), published=False, says_state=says)
        for hours, state, says in words
    ]
    said = set()
    for last, *others in permutations(enumerate(entries)):
        told = [told_by(str(number), entry, None) for number, entry in others]
        heard = joined(last[1], told)
        said.add((heard.instant, heard.state if heard.says_state else None))
        assert heard.instant == max(entry.instant for entry in entries)
        if disagree(told_by("x", last[1], None), told):
            assert len({(entry.instant, entry.state) for entry in entries}) > 1
    assert len(said) == 1
