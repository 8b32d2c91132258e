"""Wall time of the United Kingdom at the edge: asked about where it comes twice or never, not guessed (house §7)."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import pendulum
from pendulum.tz.exceptions import AmbiguousTime, NonExistingTime

from gateway.domain.instant import parse_rfc3339, rfc3339
from gateway.domain.refusal import Reason, Refused

ZONE = "Europe/London"
LONDON = ZoneInfo(ZONE)
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
KEPT = 8192  # instants whose words are kept: lists show hundreds of them, and the same ones again and again


def instant_of_wall(text: str) -> datetime:
    """The instant, in UTC, at which clocks in the United Kingdom show `text` (`2026-03-02T09:30`, no zone).

    Raises Refused(TIME_AMBIGUOUS or TIME_DOES_NOT_EXIST) with the two instants that may be meant, earlier first;
    ValueError where it is no wall time at all.
    """
    wall = datetime.fromisoformat(text)
    if wall.tzinfo is not None:
        raise ValueError("a wall time has no zone")
    try:
        found = pendulum.datetime(
            wall.year, wall.month, wall.day, wall.hour, wall.minute, wall.second, tz=ZONE, raise_on_unknown_times=True
        )
    except AmbiguousTime:
        raise _asked(Reason.TIME_AMBIGUOUS, wall) from None
    except NonExistingTime:
        raise _asked(Reason.TIME_DOES_NOT_EXIST, wall) from None
    return datetime.fromtimestamp(found.timestamp(), UTC)


def _asked(reason: Reason, wall: datetime) -> Refused:
    """The two readings: with the offset before the clocks change and with the one after it (PEP 495)."""
    earlier, later = sorted(wall.replace(tzinfo=LONDON, fold=fold).astimezone(UTC) for fold in (0, 1))
    return Refused(reason, earlier=rfc3339(earlier), later=rfc3339(later))


def instant_of(text: str) -> datetime:
    """The instant of an RFC 3339 text. Raises Refused(TIME_NAIVE) where it has no zone, ValueError for no time."""
    if datetime.fromisoformat(text).tzinfo is None:
        raise Refused(Reason.TIME_NAIVE)
    return parse_rfc3339(text)


@lru_cache(KEPT)
def wall(instant: datetime) -> str:
    """An instant as people in the United Kingdom read it: `2 March 2026, 9:30am` (GOV.UK style: midday, midnight)."""
    local = instant.astimezone(LONDON)
    return f"{_day(local)}, {_clock(local)}"


def minute(instant: datetime) -> str:
    """The same without its seconds, where nobody asks for them."""
    return wall(instant.replace(second=0, microsecond=0))


def wall_fields(instant: datetime) -> tuple[str, str, str]:
    """An instant as the fields of a form: its day, its time, and which one is meant where that time comes twice."""
    local = instant.astimezone(LONDON)
    time = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return f"{local:%Y-%m-%d}", time, "later" if local.fold else "earlier"


def day(instant: datetime) -> str:
    """The day of an instant in the United Kingdom: `2 March 2026`."""
    return _day(instant.astimezone(LONDON))


def _day(local: datetime) -> str:
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


@lru_cache(KEPT)
def clock(instant: datetime) -> str:
    """The time of day of an instant in the United Kingdom: `9:30am`."""
    return _clock(instant.astimezone(LONDON))


def _clock(local: datetime) -> str:
    seconds = f":{local.second:02}" if local.second else ""
    if not seconds and local.minute == 0 and local.hour in (0, 12):
        return "midnight" if local.hour == 0 else "midday"
    return f"{local.hour % 12 or 12}:{local.minute:02}{seconds}{'am' if local.hour < 12 else 'pm'}"
