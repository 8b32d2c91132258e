"""Fetching: https to listed hosts alone, nothing followed, nothing endless; files and folders beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.calendar.fetch import Fetcher
from gateway.calendar.refused import CalendarRefused
from gateway.calendar.source import Address, Folder, Source, name_of
from tests.calendar.office import HOST, Office, Reply, open_office, release_of, search

SAMPLES = Path(__file__).parent / "samples"
INSTANT = datetime(2026, 10, 20, 6, tzinfo=UTC)
LISTED = Fetcher(frozenset({"www.ons.gov.uk"}))


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as opened:
        yield opened


def address(office: Office, path: str = "/calendar") -> Address:
    return Address("ons", f"https://{HOST}{path}", office.fetcher(), lambda pause: None)


def test_a_calendar_is_fetched_whole(office: Office) -> None:
    office.says("/calendar", Reply(search([release_of("cpi", INSTANT)])))
    look = address(office).look()
    assert [entry.id for entry in look.entries] == ["/releases/cpi"]
    assert len(look.digest) == 64
    assert look.as_of is None


def test_its_pages_are_walked_through_and_a_busy_answer_waited_out(office: Office) -> None:
    waited: list[timedelta] = []
    office.says(
        "/v1/search/releases",
        Reply(search([release_of("a", INSTANT)], 2)),
        Reply(status=429, headers={"Retry-After": "3"}),
        Reply(search([release_of("b", INSTANT)], 2)),
    )
    source = Address("ons", f"https://{HOST}/v1/search/releases", office.fetcher(), waited.append)
    assert len(source.look().entries) == 2
    assert [pause.total_seconds() for pause in waited] == [0, 2, 3]
    assert len(office.asked) == 3


@pytest.mark.parametrize(
    "url",
    [
        "http://www.ons.gov.uk/calendar",
        "https://www.ons.gov.uk.evil.example/calendar",
        "https://www.ons.gov.uk@evil.example/calendar",
        "https://user@www.ons.gov.uk/calendar",
        "https://www.ons.gov.uk:8443/calendar",
        "https://127.0.0.1/calendar",
        "https://169.254.169.254/latest",
        "file:///etc/passwd",
        "https://",
        "calendar.json",
        "https://www.ons.gov.uk\n.evil.example/",
    ],
)
def test_nothing_off_the_list_is_asked(url: str) -> None:
    with pytest.raises(CalendarRefused):
        LISTED.get(url)


def test_in_the_sandbox_nothing_but_loopback_is_asked() -> None:
    with pytest.raises(CalendarRefused, match="no address"):
        Fetcher(frozenset({"www.ons.gov.uk"}), sandbox=True).get("https://www.ons.gov.uk/")


def test_what_points_elsewhere_is_not_followed(office: Office) -> None:
    office.says("/calendar", Reply(status=302, headers={"Location": "/other"}))
    office.says("/other", Reply(search([release_of("cpi", INSTANT)])))
    with pytest.raises(CalendarRefused, match="elsewhere"):
        address(office).look()
    assert office.asked == ["/calendar"]


def test_an_endless_calendar_is_left(office: Office) -> None:
    office.says("/calendar", Reply(endless=True))
    with pytest.raises(CalendarRefused, match="larger"):
        address(office).look()


def test_a_slow_calendar_is_left(office: Office) -> None:
    office.says("/calendar", Reply(endless=True))
    ticking = iter(range(0, 10_000, 3))
    slow = Address("ons", f"https://{HOST}/calendar", office.fetcher(elapsed=lambda: next(ticking)), lambda pause: None)
    with pytest.raises(CalendarRefused, match="longer than 5 s"):
        slow.look()


def test_what_comes_packed_or_not_at_all_is_refused(office: Office) -> None:
    office.says("/calendar", Reply(b"\x1f\x8b", headers={"Content-Encoding": "gzip"}))
    with pytest.raises(CalendarRefused, match="packed"):
        address(office).look()
    gone = Fetcher(frozenset({HOST}), {HOST: "http://127.0.0.1:9"}, sandbox=True)
    with pytest.raises(CalendarRefused, match="cannot be reached"):
        gone.get(f"https://{HOST}/calendar")


# --- folders and files ------------------------------------------------------------------------------------------------


def put(folder: Path, name: str, body: bytes, age: timedelta = timedelta(0)) -> None:
    (folder / name).write_bytes(body)
    written = (INSTANT - age).timestamp()
    os.utime(folder / name, (written, written))


def test_a_folder_is_one_calendar_as_old_as_its_oldest_file(tmp_path: Path) -> None:
    put(tmp_path, "upcoming.json", (SAMPLES / "upcoming.json").read_bytes())
    put(tmp_path, "published.json", (SAMPLES / "published.json").read_bytes(), age=timedelta(hours=5))
    put(tmp_path, "notes.txt", b"not a calendar")
    look = Folder("calendars", tmp_path).look()
    assert len(look.entries) == 79
    assert look.as_of == INSTANT - timedelta(hours=5)


def test_one_bad_file_or_a_contradiction_refuses_the_folder(tmp_path: Path) -> None:
    with pytest.raises(CalendarRefused, match="holds no calendar"):
        Folder("calendars", tmp_path).look()
    put(tmp_path, "a.json", search([release_of("cpi", INSTANT)]))
    assert len(Folder("calendars", tmp_path).look().entries) == 1
    put(tmp_path, "b.json", search([release_of("cpi", INSTANT + timedelta(hours=1))]))
    with pytest.raises(CalendarRefused, match="contradicts itself"):
        Folder("calendars", tmp_path).look()
    put(tmp_path, "b.json", b"{")
    with pytest.raises(CalendarRefused):
        Folder("calendars", tmp_path).look()
    with pytest.raises(CalendarRefused, match="cannot be read"):
        Folder("calendars", tmp_path / "absent").look()


def test_a_file_says_when_it_was_put_there(tmp_path: Path) -> None:
    put(tmp_path, "a.json", search([release_of("cpi", INSTANT)]))
    assert Source("a", tmp_path / "a.json").look().as_of == INSTANT


def test_a_name_is_the_place_itself_where_that_is_short_and_plain() -> None:
    assert name_of("https://www.ons.gov.uk/calendar") == "https://www.ons.gov.uk/calendar"
    assert len(name_of("a b")) == len(name_of("x" * 300)) == 64
