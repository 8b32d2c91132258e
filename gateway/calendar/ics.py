"""ONS's release calendar as iCalendar (`/calendar/releasecalendar`): one event a release, UID its path.

Its STATUS words are not those of RFC 5545, in English or Welsh, and lines are neither folded nor escaped: what is read
is lenient, what decides is strict. "Postponed" is also said of what was brought forward and says nothing about how firm
an entry is; a word nobody knows refuses the calendar.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from icalendar import Calendar, Event, vBroken, vDDDTypes

from gateway.calendar.fields import (
    MOST_ENTRIES,
    each_once,
    half_past_nine,
    in_our_time,
    path_of,
    require_size,
    require_some,
    title_of,
)
from gateway.calendar.refused import CalendarRefused
from gateway.domain.release import Entry, ReleaseState

PROVISIONAL = (ReleaseState.PROVISIONAL, False, True)
CONFIRMED = (ReleaseState.FINAL, False, True)
CANCELLED = (ReleaseState.CANCELLED, False, True)
PUBLISHED = (ReleaseState.FINAL, True, True)
UNSAID = (ReleaseState.PROVISIONAL, False, False)
# word -> state, published, whether it says how firm the entry is
STATUS = {
    "provisional": PROVISIONAL,
    "dros dro": PROVISIONAL,
    "confirmed": CONFIRMED,
    "cadarnhawyd": CONFIRMED,
    "cancelled": CANCELLED,
    "canslwyd": CANCELLED,
    "published": PUBLISHED,
    "cyhoeddwyd": PUBLISHED,
    "postponed": UNSAID,
    "gohiriwyd": UNSAID,
}
ONCE = ("UID", "SUMMARY", "DTSTART", "STATUS")
REPEATS = ("RRULE", "RDATE", "RECURRENCE-ID")


def read(body: bytes) -> tuple[Entry, ...]:
    """The entries in their order. Raises CalendarRefused: one bad event refuses the whole calendar."""
    require_size(body)
    events = _events(body)
    require_some(list(events))
    return each_once(_entry(event, index) for index, event in enumerate(events))


def _events(body: bytes) -> list[Event]:
    try:
        text = body.decode("utf-8-sig")
        if text.count("BEGIN:VEVENT") > MOST_ENTRIES:
            raise CalendarRefused(f"The calendar holds more than {MOST_ENTRIES:,} entries. Narrow its dates.")
        if not text.rstrip().upper().endswith("END:VCALENDAR"):
            raise CalendarRefused("The calendar is cut off: it does not end as one. Fetch it again.")
        calendar = Calendar.from_ical(text)
    except CalendarRefused:
        raise
    except (ValueError, TypeError, LookupError, AttributeError) as error:  # what the library makes of broken lines
        raise CalendarRefused("The calendar is not whole, valid iCalendar in UTF-8. Fetch it again.") from error
    return [part for part in calendar.walk("VEVENT") if isinstance(part, Event)]


def _entry(event: Event, index: int) -> Entry:
    for name in ONCE:
        if name not in event or isinstance(event[name], list | vBroken):
            # A description that was not escaped can look like a second DTSTART or STATUS.
            raise CalendarRefused(f"the event must have exactly one readable {name}. Fetch the calendar again.", index)
    if any(name in event for name in REPEATS):
        raise CalendarRefused("the event repeats, which no release does. Check the calendar's address.", index)
    state, published, says_state = _status(str(event["STATUS"]), index)
    return Entry(
        id=path_of(str(event["UID"]).strip(), index, "UID"),
        title=title_of(str(event["SUMMARY"]), index),
        instant=_instant(event["DTSTART"], index),
        state=state,
        published=published,
        says_state=says_state,
    )


def _status(word: str, index: int) -> tuple[ReleaseState, bool, bool]:
    found = STATUS.get(" ".join(word.split()).lower())
    if found is None:
        raise CalendarRefused(f"STATUS {word[:40]!r} is not a word this gateway knows. Nothing was imported.", index)
    return found


def _instant(start: Any, index: int) -> datetime:
    moment = start.dt if isinstance(start, vDDDTypes) else None
    if isinstance(moment, datetime):
        if moment.utcoffset() is None:
            raise CalendarRefused("DTSTART has no time zone, so nobody can say which instant it means.", index)
        return in_our_time(moment, index, "DTSTART")
    if isinstance(moment, date):
        return in_our_time(half_past_nine(moment), index, "DTSTART")
    raise CalendarRefused("DTSTART is neither a date nor an instant. Fetch the calendar again.", index)
