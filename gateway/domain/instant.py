"""Now as a span that the machine is sure of, and the two questions that may be asked of it (house §7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

BEGINNING = datetime(1, 1, 2, tzinfo=UTC)
END = datetime(9999, 12, 30, tzinfo=UTC)


class NaiveTime(ValueError):
    """A time without a zone: nobody can say which instant it means."""


def require_aware(instant: datetime) -> datetime:
    """The instant in UTC. Raises NaiveTime where it has no zone."""
    if instant.utcoffset() is None:
        raise NaiveTime(f"{instant.isoformat()} has no time zone: say which instant is meant")
    return instant.astimezone(UTC)


@dataclass(frozen=True)
class Now:
    """The span of instants, in UTC, in which the present surely lies."""

    earliest: datetime
    latest: datetime

    def __post_init__(self) -> None:
        if require_aware(self.earliest) > require_aware(self.latest):
            raise ValueError("the span of now ends before it begins")

    def surely_past(self, instant: datetime) -> bool:
        """For opening: embargo lifts, delivery falls due, lease is over, grant begins."""
        return self.earliest >= instant

    def maybe_past(self, instant: datetime) -> bool:
        """For closing: grant, session, approval or credential ends."""
        return self.latest >= instant

    @property
    def bounded(self) -> bool:
        """Whether the machine is sure of anything; every door is shut where it is not."""
        return self.earliest > BEGINNING and self.latest < END

    @property
    def middle(self) -> datetime:
        """For showing and for record keeping only; never decide by it. The latest bound when nothing is sure."""
        return self.earliest + (self.latest - self.earliest) / 2

    @classmethod
    def within(cls, wall: datetime, bound: timedelta) -> Now:
        """The wall clock, in UTC, give or take `bound`."""
        here = require_aware(wall)
        return cls(here - bound, here + bound)

    @classmethod
    def unknown(cls) -> Now:
        """Nothing is sure: opening questions are all answered no, closing ones all yes."""
        return cls(BEGINNING, END)


def rfc3339(instant: datetime) -> str:
    """RFC 3339 in UTC with microseconds, one spelling only. Raises NaiveTime."""
    return require_aware(instant).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_rfc3339(text: str) -> datetime:
    """The instant that `rfc3339` wrote, or any RFC 3339 spelling. Raises NaiveTime or ValueError."""
    return require_aware(datetime.fromisoformat(text))
