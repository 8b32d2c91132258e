"""Calendars that the worker fetches, and the pages it watches for what somebody waits for."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.words import AT_RELEASE
from gateway.calendar.source import Source
from gateway.domain.delivery import Delivery
from gateway.domain.refusal import Reason
from gateway.domain.release import Release
from gateway.settings import Settings
from gateway.world import World
from scheduler.calendar import CalendarReader, Calendars
from tests.actions.story import at, calendar, claimed, held, intended, read_calendar, refused_intent, wish
from tests.calendar.office import HOST, Office, Reply, open_office, release_of, search
from tests.cast import DAY, HOUR, MINUTE, NOON, SECOND, an_account, clock_of, entries, make_world

INSTANT = NOON + 10 * MINUTE
CPI = "/releases/cpi"
SEARCH = "/v1/search/releases"
PAGE = f"{CPI}/data"
SOURCE = f"https://{HOST}{SEARCH}?release-type=type-upcoming"


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as opened:
        yield opened


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A house whose clock stands still."""
    made = make_world(f"sqlite:///{tmp_path}/gateway.db")
    an_account(made)
    yield made
    made.storage.close()


def calendars(world: World, office: Office, tmp_path: Path, **part: Any) -> Calendars:
    """As a worker's start makes them, in a sandbox that knows this office."""
    settings = Settings(
        profile="sandbox",
        data=tmp_path,
        calendar={"hosts": (HOST,), "poll_seconds": 300, **part},  # type: ignore[arg-type]
        sandbox={"hosts": office.loopback},  # type: ignore[arg-type]
    )
    return Calendars(world, settings)


def release(world: World) -> Release:
    with world.storage.reading() as readers:
        return readers.releases.get(CPI)


def bound(world: World) -> Delivery:
    (one,) = held(world, "Prices", asked=wish(wanted=AT_RELEASE, release=CPI))
    return one


def page(instant: datetime = INSTANT, name: str = "cpi", **over: Any) -> Reply:
    return Reply(json.dumps(release_of(name, instant, title="Consumer prices", **over)).encode())


def test_an_address_is_fetched_at_once_and_then_once_a_poll_even_about_an_instant(
    world: World, office: Office, tmp_path: Path
) -> None:
    office.says(SEARCH, Reply(search([release_of("cpi", INSTANT)])))
    fetched = calendars(world, office, tmp_path, urls=(SOURCE,))
    assert fetched.are_fetched
    assert not fetched.are_near
    for _ in range(22):
        fetched.tick_far()
        clock_of(world).advance(30 * SECOND)
    assert len(office.asked) == 3
    assert release(world).source == SOURCE


def test_a_busy_calendar_is_left_alone_for_as_long_as_it_asks(world: World, office: Office, tmp_path: Path) -> None:
    office.says(SEARCH, Reply(status=429, headers={"Retry-After": "1800"}), Reply(search([release_of("cpi", INSTANT)])))
    fetched = calendars(world, office, tmp_path, urls=(SOURCE,))
    for _ in range(29):
        fetched.tick_far()
        clock_of(world).advance(MINUTE)
    assert len(office.asked) == 1
    assert len(entries(world, "calendar.refuse")) == 1
    clock_of(world).advance(2 * MINUTE)
    fetched.tick_far()
    assert release(world).instant == INSTANT


def test_an_unreachable_calendar_goes_stale_and_keeps_the_gate_shut(
    world: World, office: Office, tmp_path: Path
) -> None:
    late = NOON + DAY + HOUR
    office.says(SEARCH, Reply(search([release_of("cpi", late)])), Reply(status=503))
    fetched = calendars(world, office, tmp_path, urls=(SOURCE,))
    fetched.tick_far()
    one = bound(world)
    at(world, late)
    fetched.tick_far()
    claimed(world)
    assert refused_intent(world, one) is Reason.CALENDAR_STALE


def test_a_file_that_nobody_renews_goes_stale_however_often_it_is_read(world: World, tmp_path: Path) -> None:
    path = tmp_path / "calendar.json"
    path.write_bytes(calendar(INSTANT, published=True))
    written = (NOON - DAY + MINUTE).timestamp()
    os.utime(path, (written, written))
    reader = CalendarReader(world, Source("calendar-file", path), 300)
    reader.tick()
    one = bound(world)
    at(world, INSTANT)
    assert reader.tick()
    claimed(world)
    assert refused_intent(world, one) is Reason.CALENDAR_STALE
    os.utime(path, (INSTANT.timestamp(), INSTANT.timestamp()))
    clock_of(world).advance(6 * MINUTE)
    assert reader.tick()
    assert intended(world, one)


def test_the_page_of_what_somebody_waits_for_is_watched_each_second_from_its_instant_on(
    world: World, office: Office, tmp_path: Path
) -> None:
    read_calendar(world, calendar(INSTANT))
    one = bound(world)
    office.says(PAGE, *[page()] * 3, page(published=True))
    watched = calendars(world, office, tmp_path, pages=f"https://{HOST}")
    at(world, INSTANT - SECOND)
    claimed(world)
    for _ in range(12):
        watched.tick_pages()
        clock_of(world).advance(SECOND / 2)
    assert office.asked == [PAGE] * 4
    assert release(world).seen_at == INSTANT + 3 * SECOND
    assert intended(world, one)


def test_a_release_that_nothing_waits_for_is_not_watched(world: World, office: Office, tmp_path: Path) -> None:
    read_calendar(world, calendar(INSTANT))
    watched = calendars(world, office, tmp_path, pages=f"https://{HOST}")
    at(world, INSTANT)
    watched.tick_pages()
    assert office.asked == []


def test_a_page_about_another_release_is_no_sight(world: World, office: Office, tmp_path: Path) -> None:
    read_calendar(world, calendar(INSTANT))
    bound(world)
    office.says(PAGE, page(name="other", published=True))
    watched = calendars(world, office, tmp_path, pages=f"https://{HOST}")
    at(world, INSTANT)
    watched.tick_pages()
    assert release(world).seen_at is None
    assert len(entries(world, "calendar.refuse")) == 1


def test_a_page_that_says_the_release_moved_moves_it(world: World, office: Office, tmp_path: Path) -> None:
    read_calendar(world, calendar(INSTANT))
    one = bound(world)
    office.says(PAGE, page(INSTANT + HOUR, published=True))
    watched = calendars(world, office, tmp_path, pages=f"https://{HOST}")
    at(world, INSTANT)
    watched.tick_pages()
    assert (release(world).instant, release(world).seen_at) == (INSTANT + HOUR, None)
    with world.storage.reading() as readers:
        assert readers.deliveries.get(one.id).due_at == INSTANT + HOUR


def test_a_busy_page_rests_all_pages(world: World, office: Office, tmp_path: Path) -> None:
    read_calendar(world, calendar(INSTANT))
    bound(world)
    office.says(PAGE, Reply(status=429, headers={"Retry-After": "40"}), page(published=True))
    watched = calendars(world, office, tmp_path, pages=f"https://{HOST}")
    at(world, INSTANT)
    for _ in range(39):
        watched.tick_pages()
        clock_of(world).advance(SECOND)
    assert len(office.asked) == 1
    clock_of(world).advance(2 * SECOND)
    watched.tick_pages()
    assert release(world).seen_at is not None


def test_waiting_ends_when_the_worker_stops(world: World, office: Office, tmp_path: Path) -> None:
    office.says(SEARCH, Reply(status=429, headers={"Retry-After": "30"}))
    fetched = calendars(world, office, tmp_path, urls=(SOURCE,))
    fetched.stop()
    began = datetime.now().astimezone()
    fetched.tick_far()
    assert datetime.now().astimezone() - began < timedelta(seconds=10)


@pytest.mark.parametrize("url", ["http://calendar.example/", "https://elsewhere.example/calendar"])
def test_an_address_off_the_list_is_refused_in_the_settings(url: str) -> None:
    with pytest.raises(ValueError, match="hosts"):
        Settings(calendar={"hosts": (HOST,), "urls": (url,)})  # type: ignore[arg-type]
