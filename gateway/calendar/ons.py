"""The ONS release calendar: bytes of `GET /v1/search/releases` in, calendar entries out, or nothing at all.

Shape: ONSdigital/dp-search-api, swagger.yaml. Cancelled wins over published; an entry that is not finalised is
provisional and its instant a placeholder, whatever else it says. `postponed` and `date_changes` decide nothing here:
the core compares instants with what it knew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import NoReturn
from zoneinfo import ZoneInfo

from gateway.calendar.refused import CalendarRefused
from gateway.domain.release import Entry, ReleaseState

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


def read(body: bytes) -> tuple[Entry, ...]:
    """The entries in their order, each path once. Raises CalendarRefused: one bad entry refuses the whole calendar.

    A calendar that cannot be read whole is no ground for opening an embargo, so nothing is skipped or guessed.
    """
    releases = _releases(_document(body))
    known: dict[str, Entry] = {}
    for index, raw in enumerate(releases):
        entry = _entry(raw, index)
        if known.setdefault(entry.id, entry) != entry:
            raise CalendarRefused(
                f"the calendar contradicts itself about {entry.id}: it stands there twice with different data. "
                "Fetch the calendar again; if it still does, tell its publisher.",
                index,
            )
    return tuple(known.values())


def _document(body: bytes) -> object:
    if len(body) > LARGEST:
        raise CalendarRefused(f"The calendar is larger than {LARGEST:,} bytes. Narrow its dates and fetch it again.")
    if not body.strip():
        raise CalendarRefused("The calendar is empty. Fetch it again.")
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


def _releases(document: object) -> list[object]:
    releases = document.get("releases") if isinstance(document, Mapping) else None
    if not isinstance(releases, list):
        raise CalendarRefused("This is not an ONS release calendar: it has no list of releases. Check its address.")
    if not releases:
        raise CalendarRefused("The calendar holds no releases. Widen its dates and fetch it again.")
    if len(releases) > MOST_ENTRIES:
        raise CalendarRefused(f"The calendar holds more than {MOST_ENTRIES:,} entries. Narrow its dates.")
    return releases


def _entry(raw: object, index: int) -> Entry:
    release = _mapping(raw, "the entry", index)
    described = _mapping(release.get("description"), "its description", index)
    _require_changes(release.get("date_changes"), index)
    cancelled = _flag(described, "cancelled", index)
    return Entry(
        id=_uri(release.get("uri"), index),
        title=_title(described.get("title"), index),
        instant=_instant(described.get("release_date"), index),
        state=_state(cancelled, _flag(described, "finalised", index)),
        published=_flag(described, "published", index) and not cancelled,
    )


def _state(cancelled: bool, finalised: bool) -> ReleaseState:
    if cancelled:
        return ReleaseState.CANCELLED
    return ReleaseState.FINAL if finalised else ReleaseState.PROVISIONAL


def _mapping(value: object, what: str, index: int) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise CalendarRefused(f"{what} is not an object. Fetch the calendar again.", index)
    return value


def _require_changes(value: object, index: int) -> None:
    """null, absent and [] all say that no date was changed."""
    if value is not None and not (isinstance(value, list) and all(isinstance(change, Mapping) for change in value)):
        raise CalendarRefused("date_changes is not a list of changes. Fetch the calendar again.", index)


def _flag(described: Mapping[str, object], name: str, index: int) -> bool:
    value = described.get(name)
    if not isinstance(value, bool):
        raise CalendarRefused(f"{name} must be true or false. Fetch the calendar again.", index)
    return value


def _uri(value: object, index: int) -> str:
    if not isinstance(value, str) or not URI.fullmatch(value):
        raise CalendarRefused("uri must be a path that begins with a slash. Fetch the calendar again.", index)
    return value


def _title(value: object, index: int) -> str:
    title = " ".join(value.split()) if isinstance(value, str) else ""
    if not title or len(title) > LONGEST_TITLE or not title.isprintable():
        raise CalendarRefused("the title is missing, too long or not plain text. Fetch the calendar again.", index)
    return title


def _instant(value: object, index: int) -> datetime:
    """In UTC. A date alone means 09:30 in London on that day (P22); a time without a zone means nothing."""
    text = value.strip() if isinstance(value, str) else ""
    try:
        moment = _moment(text, index)
    except CalendarRefused:
        raise
    except ValueError as error:
        raise CalendarRefused(f"release_date {text[:40]!r} does not exist. Correct the calendar.", index) from error
    if moment.year not in YEARS:
        raise CalendarRefused(f"release_date {text[:40]!r} is not of our time. Correct the calendar.", index)
    return moment.astimezone(UTC)


def _moment(text: str, index: int) -> datetime:
    if DAY.fullmatch(text):
        return datetime.combine(date.fromisoformat(text), DEFAULT_TIME, tzinfo=LONDON)
    match = INSTANT.fullmatch(text)
    if match is None:
        raise CalendarRefused(
            "release_date must be a date or an instant such as 2026-10-20T06:00:00.000Z. Correct the calendar.", index
        )
    if match["zone"] is None:
        raise CalendarRefused(
            f"release_date {text} has no time zone, so nobody can say which instant it means. Add Z or an offset.",
            index,
        )
    return datetime.fromisoformat(text.upper())
