"""Where a calendar is read from: a plain file, whole, within bounds; and how soon to look again."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.calendar.fields import LARGEST
from gateway.calendar.refused import CalendarRefused
from gateway.calendar.source import Source, pause_before_next_look

SAMPLES = Path(__file__).parent / "samples"


def test_a_look_gives_the_entries_and_the_digest_of_what_was_read() -> None:
    look = Source("ons", SAMPLES / "published.json").look()
    assert len(look.entries) == 7
    assert look.digest == hashlib.sha256((SAMPLES / "published.json").read_bytes()).hexdigest()
    assert look.published(look.entries[0].id)
    assert not look.published("/releases/unheardof")


def test_each_look_reads_anew(tmp_path: Path) -> None:
    file = tmp_path / "calendar.json"
    source = Source("ons", file)
    file.write_bytes((SAMPLES / "upcoming.json").read_bytes())
    first = source.look()
    (tmp_path / "new").write_bytes((SAMPLES / "published.json").read_bytes())
    (tmp_path / "new").replace(file)
    assert source.look().digest != first.digest


def test_what_is_no_plain_file_within_bounds_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(LARGEST + 1)
    for name in ("missing", "pipe", "huge", "."):
        with pytest.raises(CalendarRefused, match="ons"):
            Source("ons", tmp_path / name).read()
    with pytest.raises(CalendarRefused):
        Source("ons", Path("/dev/zero")).read()


def test_an_empty_file_is_refused_by_the_look(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with pytest.raises(CalendarRefused, match="empty"):
        Source("ons", tmp_path / "empty").look()


@pytest.mark.parametrize(
    ("since_due", "pause"),
    [(-90, 90), (-0.25, 0.25), (0, 1), (1, 1), (59.9, 1), (60, 5), (86_400, 5)],
)
def test_looks_come_each_second_for_a_minute_and_then_every_five(since_due: float, pause: float) -> None:
    assert pause_before_next_look(timedelta(seconds=since_due)) == timedelta(seconds=pause)
