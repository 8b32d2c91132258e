"""Instants and spans for the identity tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gateway.identity.span import Span

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday, and the first second of a time step


def exactly(instant: datetime) -> Span:
    """A clock that is sure to the microsecond."""
    return instant, instant


def after(seconds: float, start: datetime = NOON) -> Span:
    """A sure clock so many seconds after the start."""
    return exactly(start + timedelta(seconds=seconds))


def about(instant: datetime, give_or_take: float) -> Span:
    """A clock that is sure to so many seconds either way."""
    bound = timedelta(seconds=give_or_take)
    return instant - bound, instant + bound
