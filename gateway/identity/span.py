"""The span of time the machine is sure of, as plain values: (earliest, latest), both aware."""

from __future__ import annotations

from datetime import UTC, datetime

Span = tuple[datetime, datetime]


def aware(instant: datetime) -> datetime:
    """The instant in UTC. Raises ValueError when it is naive.

    UTC matters: two datetimes that share a local zone are subtracted as wall time, an hour wrong across a change of
    clocks.
    """
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError("a naive time says nothing: hand in an aware one")
    return instant.astimezone(UTC)


def sure(now: Span) -> Span:
    """The span in UTC. Raises ValueError when an end is naive or the ends are swapped."""
    earliest, latest = aware(now[0]), aware(now[1])
    if earliest > latest:
        raise ValueError("the span of now ends before it begins")
    return earliest, latest
