"""The worker's own reading of the calendar: how often, and what a bad one does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.calendar.source import Source
from gateway.domain.release import Release
from gateway.world import World
from scheduler.calendar import CalendarReader
from tests import cast
from tests.flow.town import entry

pytestmark = pytest.mark.slow

POLL = 300.0
INSTANT = cast.NOON + timedelta(minutes=10)
RELEASE = "/releases/figures"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A house whose clock stands still."""
    made = cast.make_world(f"sqlite:///{tmp_path}/gateway.db")
    yield made
    made.storage.close()


def publish(tmp_path: Path, **more: Any) -> Path:
    """The calendar file with one release."""
    path = tmp_path / "calendar.json"
    path.write_text(json.dumps({"releases": [entry("figures", INSTANT, **more)]}))
    return path


def reader(world: World, path: Path) -> CalendarReader:
    """As a worker's start makes it."""
    return CalendarReader(world, Source("calendar-file", path), POLL)


def readings(world: World, reads: CalendarReader, span: timedelta) -> list[datetime]:
    """When it read, ticking twice a second for a while."""
    clock, found = cast.clock_of(world), []
    end = clock.at + span
    while clock.at < end:
        if reads.tick():
            found.append(clock.at)
        clock.advance(timedelta(seconds=0.5))
    return found


def release(world: World) -> Release:
    """As stored now."""
    with world.storage.reading() as readers:
        return readers.releases.get(RELEASE)


def test_it_is_read_at_once_and_then_once_a_poll(world: World, tmp_path: Path) -> None:
    found = readings(world, reader(world, publish(tmp_path)), timedelta(minutes=9))
    assert found == [cast.NOON, cast.NOON + timedelta(seconds=POLL)]


def test_from_the_instant_on_it_is_read_each_second_for_a_minute_and_then_every_five(
    world: World, tmp_path: Path
) -> None:
    reads = reader(world, publish(tmp_path))
    readings(world, reads, timedelta(minutes=10))
    first_minute = readings(world, reads, timedelta(minutes=1))
    assert 58 <= len(first_minute) <= 61
    assert first_minute[0] - INSTANT <= timedelta(seconds=1)
    assert 11 <= len(readings(world, reads, timedelta(minutes=1))) <= 13


def test_once_seen_it_is_read_once_a_poll_again(world: World, tmp_path: Path) -> None:
    path = publish(tmp_path)
    reads = reader(world, path)
    readings(world, reads, timedelta(minutes=10, seconds=5))
    publish(tmp_path, published=True)
    readings(world, reads, timedelta(seconds=3))
    seen = release(world).seen_at
    assert seen is not None
    assert seen >= INSTANT
    assert len(readings(world, reads, timedelta(minutes=10))) == 2


def test_published_before_its_instant_is_not_seen(world: World, tmp_path: Path) -> None:
    readings(world, reader(world, publish(tmp_path, published=True)), timedelta(minutes=9))
    assert release(world).seen_at is None


def test_an_instant_that_is_only_maybe_past_is_no_sight(world: World, tmp_path: Path) -> None:
    clock = cast.clock_of(world)
    clock.bound = timedelta(seconds=30)
    reads = reader(world, publish(tmp_path, published=True))
    clock.advance(timedelta(minutes=10, seconds=29))
    assert reads.tick()
    assert release(world).seen_at is None
    clock.advance(timedelta(minutes=6))
    assert reads.tick()
    assert release(world).seen_at is not None


def test_a_calendar_that_cannot_be_read_is_told_once_and_changes_nothing(world: World, tmp_path: Path) -> None:
    path = publish(tmp_path)
    reads = reader(world, path)
    reads.tick()
    path.write_text('{"releases": [')
    assert readings(world, reads, timedelta(minutes=20)) == []
    assert len(cast.entries(world, "calendar.refuse")) == 1
    assert release(world).instant == INSTANT
    path.unlink()
    readings(world, reads, timedelta(minutes=20))
    assert len(cast.entries(world, "calendar.refuse")) == 2
    publish(tmp_path, published=True)
    readings(world, reads, timedelta(minutes=6))
    assert release(world).seen_at is not None


def test_while_the_clock_is_unsure_nothing_is_read(world: World, tmp_path: Path) -> None:
    reads = reader(world, publish(tmp_path))
    cast.clock_of(world).unsure()
    assert not reads.tick()
    cast.clock_of(world).sure()
    assert reads.tick()
