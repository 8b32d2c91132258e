"""Walking through pages: all of them or nothing, at a walk, and away when asked to go away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.calendar.refused import CalendarRefused
from gateway.calendar.walk import LONGEST_WAIT, PATIENCE, SPACE, USUAL_WAIT, Answer, Ask, Busy, retry_after, walk
from gateway.domain.release import Entry
from tests.calendar.office import release_of, search

URL = "https://api.beta.ons.gov.uk/v1/search/releases?release-type=type-upcoming&limit=10"
INSTANT = datetime(2026, 10, 20, 6, tzinfo=UTC)
RELEASES = [release_of(f"r{number}", INSTANT) for number in range(7)]
BUSY = Answer(429, {"retry-after": "3"}, b"")


def ok(body: bytes) -> Answer:
    return Answer(200, {}, body)


def walked(*answers: Answer, url: str = URL) -> tuple[tuple[Entry, ...], list[Ask]]:
    """The entries, and what was asked on the way."""
    steps = walk(url)
    asked = [next(steps)]
    for answer in answers:
        try:
            asked.append(steps.send(answer))
        except StopIteration as done:
            return done.value[0], asked
    raise AssertionError("it asks for more")


def test_every_page_is_asked_for_in_turn_with_a_pause_between() -> None:
    entries, asked = walked(ok(search(RELEASES[:3], 7)), ok(search(RELEASES[3:6], 7)), ok(search(RELEASES[6:], 7)))
    assert [entry.id for entry in entries] == [f"/releases/r{number}" for number in range(7)]
    assert [ask.after for ask in asked] == [timedelta(0), SPACE, SPACE]
    assert [ask.url.split("offset=")[1] for ask in asked] == ["0", "3", "6"]
    assert all("release-type=type-upcoming&limit=1000&" in ask.url for ask in asked)


def test_a_429_is_waited_out_as_long_as_it_says_and_the_same_page_asked_again() -> None:
    entries, asked = walked(BUSY, BUSY, ok(search(RELEASES)))
    assert len(entries) == 7
    assert [ask.after.total_seconds() for ask in asked] == [0, 3, 3]
    assert len({ask.url for ask in asked}) == 1


def test_a_429_that_outlasts_patience_is_told_with_its_pause() -> None:
    with pytest.raises(Busy) as busy:
        walked(Answer(429, {"retry-after": "120"}, b""))
    assert busy.value.after == timedelta(minutes=2)
    with pytest.raises(Busy):
        walked(*[BUSY] * (int(PATIENCE.total_seconds()) // 3 + 1))


@pytest.mark.parametrize(
    ("said", "pause"),
    [
        ("7", timedelta(seconds=7)),
        ("Tue, 20 Oct 2026 06:00:20 GMT", timedelta(seconds=20)),
        ("Tue, 20 Oct 2026 05:00:00 GMT", timedelta(seconds=1)),
        ("999999999999999999999", LONGEST_WAIT),
        ("", USUAL_WAIT),
        ("soon", USUAL_WAIT),
        ("-5", USUAL_WAIT),
    ],
)
def test_what_a_429_asks_for(said: str, pause: timedelta) -> None:
    assert retry_after({"retry-after": said, "date": "Tue, 20 Oct 2026 06:00:00 GMT"}) == pause


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_a_429_says_the_pause_is_sane(said: str, date: str) -> None:
    assert timedelta(0) <= retry_after({"retry-after": said, "date": date}) <= LONGEST_WAIT


@pytest.mark.parametrize("status", [301, 302, 307, 308, 404, 403, 500, 503, 204, 206])
def test_nothing_but_a_200_is_a_calendar(status: int) -> None:
    with pytest.raises(CalendarRefused):
        walked(Answer(status, {"location": "https://elsewhere.example/"}, search(RELEASES)))


@pytest.mark.parametrize(
    "pages",
    [
        [search(RELEASES[:3], 7), search(RELEASES[3:6], 8)],
        [search(RELEASES[:3], 7), search([], 7)],
        [search(RELEASES[:3], 6), search(RELEASES[2:5], 6)],
        [search(RELEASES[:3], 2)],
        [search([], 0)],
        [search(RELEASES[:1], 20_001)],
        [b'{"releases": []}'],
        [search(RELEASES[:3], 4), search([release_of("r0", INSTANT + timedelta(hours=1))], 4)],
    ],
    ids=range(8),
)
def test_a_calendar_that_changes_while_it_is_read_is_refused_whole(pages: list[bytes]) -> None:
    with pytest.raises(CalendarRefused):
        walked(*map(ok, pages))


@given(st.integers(1, 40), st.lists(st.integers(1, 10), min_size=1, max_size=40))
def test_however_it_is_cut_into_pages_it_is_read_whole_or_refused(count: int, sizes: list[int]) -> None:
    releases = [release_of(f"r{number}", INSTANT) for number in range(count)]
    pages, at = [], 0
    for size in sizes:
        pages.append(ok(search(releases[at : at + size], count)))
        at += size
    try:
        entries, _ = walked(*pages)
    except (CalendarRefused, AssertionError):
        assert at < count
        return
    assert len(entries) == count


def test_anything_but_a_search_is_one_answer() -> None:
    entries, asked = walked(ok(search(RELEASES)), url="https://www.ons.gov.uk/releasecalendar/data")
    assert (len(entries), len(asked)) == (7, 1)
