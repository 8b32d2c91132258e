"""What every kind of calendar shares: whole JSON, a path, a plain title, an instant; refused rather than guessed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import NoReturn
from zoneinfo import ZoneInfo

from gateway.calendar.refused import CalendarRefused
from gateway.domain.release import Entry

LARGEST = 10_000_000
MOST_ENTRIES = 20_000
LONGEST_TITLE = 1_000
LONDON = ZoneInfo("Europe/London")
DEFAULT_TIME = time(9, 30)  # Code of Practice for Statistics, standard 3; policy P22
YEARS = range(1990, 2100)

URI = re.compile(r"/[!-~]{1,500}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"(?P<zone>[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)


def require_size(body: bytes) -> None:
    """Raises CalendarRefused for what is too large, or empty."""
    if len(body) > LARGEST:
        raise CalendarRefused(f"The calendar is larger than {LARGEST:,} bytes. Narrow its dates and fetch it again.")
    if not body.strip():
        raise CalendarRefused("The calendar is empty. Fetch it again.")


def json_of(body: bytes) -> object:
    """Whole, valid JSON in UTF-8 that gives no name twice. Raises CalendarRefused."""
    require_size(body)
    try:
        return json.loads(body.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_no_constant)
    except CalendarRefused:
        raise
    except (ValueError, RecursionError) as error:  # broken UTF-8, broken JSON, a number without end, a bottomless list
        raise CalendarRefused("The calendar is not whole, valid JSON in UTF-8. Fetch it again.") from error


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise CalendarRefused("The calendar contradicts itself: one object gives the same name twice. Fetch it again.")
    return found


def _no_constant(name: str) -> NoReturn:
    raise CalendarRefused(f"The calendar holds {name}, which is not JSON. Fetch it again.")


def each_once(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries in their order, each path once. Raises CalendarRefused where one stands twice with other data."""
    known: dict[str, Entry] = {}
    for index, entry in enumerate(entries):
        if known.setdefault(entry.id, entry) != entry:
            raise CalendarRefused(
                f"the calendar contradicts itself about {entry.id}: it stands there twice with different data. "
                "Fetch the calendar again; if it still does, tell its publisher.",
                index,
            )
    return tuple(known.values())


def require_some(entries: list[object]) -> None:
    """Raises CalendarRefused for none, or for more than anybody's calendar holds."""
    if not entries:
        raise CalendarRefused("The calendar holds no releases. Widen its dates and fetch it again.")
    if len(entries) > MOST_ENTRIES:
        raise CalendarRefused(f"The calendar holds more than {MOST_ENTRIES:,} entries. Narrow its dates.")


def mapping_of(value: object, what: str, index: int) -> Mapping[str, object]:
    """A JSON object. Raises CalendarRefused."""
    if not isinstance(value, Mapping):
        raise CalendarRefused(f"{what} is not an object. Fetch the calendar again.", index)
    return value


def flag_of(described: Mapping[str, object], name: str, index: int) -> bool:
    """true or false, nothing else. Raises CalendarRefused."""
    value = described.get(name)
    if not isinstance(value, bool):
        raise CalendarRefused(f"{name} must be true or false. Fetch the calendar again.", index)
    return value


def path_of(value: object, index: int, name: str = "uri") -> str:
    """A path that begins with a slash. Raises CalendarRefused."""
    if not isinstance(value, str) or not URI.fullmatch(value):
        raise CalendarRefused(f"{name} must be a path that begins with a slash. Fetch the calendar again.", index)
    return value


def title_of(value: object, index: int) -> str:
    """One line of plain text. Raises CalendarRefused for control characters and marks that turn text around."""
    title = " ".join(value.split()) if isinstance(value, str) else ""
    if not title or len(title) > LONGEST_TITLE or not title.isprintable():
        raise CalendarRefused("the title is missing, too long or not plain text. Fetch the calendar again.", index)
    return title


def instant_of(value: object, index: int, name: str = "release_date") -> datetime:
    """In UTC. A date alone means 09:30 in London on that day (P22); a time without a zone means nothing."""
    text = value.strip() if isinstance(value, str) else ""
    try:
        return in_our_time(_moment(text, index, name), index, name)
    except CalendarRefused:
        raise
    except ValueError as error:
        raise CalendarRefused(f"{name} {text[:40]!r} does not exist. Correct the calendar.", index) from error


def _moment(text: str, index: int, name: str) -> datetime:
    if DAY.fullmatch(text):
        return half_past_nine(date.fromisoformat(text))
    match = INSTANT.fullmatch(text)
    if match is None:
        raise CalendarRefused(
            f"{name} must be a date or an instant such as 2026-10-20T06:00:00.000Z. Correct the calendar.", index
        )
    if match["zone"] is None:
        raise CalendarRefused(
            f"{name} {text} has no time zone, so nobody can say which instant it means. Add Z or an offset.", index
        )
    return datetime.fromisoformat(text.upper())


def half_past_nine(day: date) -> datetime:
    """The usual instant of a release of which the day alone is known (P22)."""
    return datetime.combine(day, DEFAULT_TIME, tzinfo=LONDON)


def in_our_time(moment: datetime, index: int, name: str) -> datetime:
    """The instant in UTC. Raises CalendarRefused for years nobody releases statistics in."""
    if moment.year not in YEARS:
        raise CalendarRefused(f"{name} {moment.date()} is not of our time. Correct the calendar.", index)
    return moment.astimezone(UTC)
