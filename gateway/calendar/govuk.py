"""GOV.UK statistics announcements: one content item (`/api/content/government/statistics/announcements/NAME`), or a
page of search results. Their date is text in London time ("11 January 2018 9:30am"), or a month while provisional.

An announcement never says that its statistics are out: it leaves the list instead. Publication is then seen elsewhere,
or confirmed by two people.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from gateway.calendar.fields import (
    LONDON,
    each_once,
    half_past_nine,
    in_our_time,
    instant_of,
    mapping_of,
    path_of,
    require_some,
    title_of,
)
from gateway.calendar.refused import CalendarRefused
from gateway.domain.release import Entry, ReleaseState

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if number}
STATES = {
    "provisional": ReleaseState.PROVISIONAL,
    "confirmed": ReleaseState.FINAL,
    "cancelled": ReleaseState.CANCELLED,
}
EXACT = re.compile(
    r"(?P<day>[0-9]{1,2}) (?P<month>[A-Za-z]+) (?P<year>[0-9]{4})"
    r"(?: (?:(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2}))?(?P<half>am|pm)|(?P<noon>midday|noon)))?",
    re.IGNORECASE,
)
WINDOW = re.compile(r"(?:[A-Za-z]+(?: [0-9]{4})? to )?(?P<month>[A-Za-z]+) (?P<year>[0-9]{4})", re.IGNORECASE)


def of_item(document: Mapping[str, object]) -> tuple[Entry, ...]:
    """The one entry of a content item. Raises CalendarRefused."""
    details = mapping_of(document.get("details"), "details", 0)
    return (
        _entry(document.get("base_path"), document.get("title"), details.get("state"), details.get("display_date"), 0),
    )


def of_results(document: Mapping[str, object]) -> tuple[Entry, ...]:
    """The entries of a page of search results. Raises CalendarRefused."""
    results = document.get("results")
    if not isinstance(results, list):
        raise CalendarRefused("This is no list of statistics announcements. Check its address.")
    require_some(results)
    total, start = document.get("total", len(results)), document.get("start", 0)
    if not isinstance(total, int) or not isinstance(start, int) or start != 0 or total != len(results):
        raise CalendarRefused("This is one page of more announcements. Ask for all of them at once (count, start=0).")
    return each_once(_result(raw, index) for index, raw in enumerate(results))


def _result(raw: object, index: int) -> Entry:
    result = mapping_of(raw, "the announcement", index)
    shown = mapping_of(result.get("metadata", {}), "metadata", index).get("display_date")
    entry = _entry(result.get("link"), result.get("title"), result.get("statistics_announcement_state"), shown, index)
    stamp = instant_of(result.get("release_timestamp"), index, "release_timestamp")
    if entry.state is not ReleaseState.PROVISIONAL and stamp != entry.instant:
        raise CalendarRefused(
            f"the announcement contradicts itself: its timestamp is {stamp:%Y-%m-%d %H:%M} UTC and it shows "
            f"{str(shown)[:40]!r}. Fetch it again.",
            index,
        )
    return entry


def _entry(path: object, title: object, state: object, shown: object, index: int) -> Entry:
    word = STATES.get(state) if isinstance(state, str) else None
    if word is None:
        raise CalendarRefused("the state must be provisional, confirmed or cancelled. Fetch it again.", index)
    return Entry(
        id=path_of(path, index, "the announcement's path"),
        title=title_of(title, index),
        instant=_instant(shown, word, index),
        state=word,
        published=False,
    )


def _instant(shown: object, state: ReleaseState, index: int) -> datetime:
    text = " ".join(shown.split()) if isinstance(shown, str) else ""
    try:
        if found := EXACT.fullmatch(text):
            return in_our_time(_exact(found, index), index, "display_date")
        if (found := WINDOW.fullmatch(text)) and state is not ReleaseState.FINAL:
            return in_our_time(_end_of(found), index, "display_date")
    except (ValueError, KeyError) as error:
        raise CalendarRefused(f"display_date {text[:40]!r} does not exist. Fetch it again.", index) from error
    if found:
        raise CalendarRefused(f"the announcement is confirmed and gives no day: {text[:40]!r}. Fetch it again.", index)
    raise CalendarRefused(f"display_date {text[:40]!r} is not a date this gateway reads.", index)


def _exact(found: re.Match[str], index: int) -> datetime:
    day = date(int(found["year"]), MONTHS[found["month"].lower()], int(found["day"]))
    if found["noon"]:
        return _in_london(day, time(12), index)
    if found["hour"] is None:
        return half_past_nine(day)
    hour = int(found["hour"])
    if not 1 <= hour <= 12:
        raise ValueError("a clock with am and pm shows 1 to 12")
    return _in_london(day, time(hour % 12 + 12 * (found["half"].lower() == "pm"), int(found["minute"] or 0)), index)


def _in_london(day: date, at: time, index: int) -> datetime:
    """The wall time on that day. Raises CalendarRefused for one that comes twice or never (house §7)."""
    first, second = (datetime.combine(day, at.replace(fold=fold), LONDON).astimezone(UTC) for fold in (0, 1))
    if first != second:
        raise CalendarRefused(f"{day} {at:%H:%M} comes twice or never on a London clock. Ask its publisher.", index)
    return first


def _end_of(found: re.Match[str]) -> datetime:
    """A window's placeholder is its last day: the most careful reading of what is not settled."""
    year, month = int(found["year"]), MONTHS[found["month"].lower()]
    return half_past_nine(date(year, month, calendar.monthrange(year, month)[1]))
