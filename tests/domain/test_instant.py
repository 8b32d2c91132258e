"""Now is a span: opening asks its beginning, closing its end, and a time without a zone is no time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.instant import NaiveTime, Now, parse_rfc3339, require_aware, rfc3339
from tests.cast import NOON, SECOND

TICK = timedelta(microseconds=1)
SPAN = Now(NOON - SECOND, NOON + SECOND)


def test_something_opens_only_when_even_the_earliest_now_has_reached_it() -> None:
    assert SPAN.surely_past(NOON - SECOND)
    assert not SPAN.surely_past(NOON - SECOND + TICK)
    assert not SPAN.surely_past(NOON)


def test_something_closes_as_soon_as_the_latest_now_has_reached_it() -> None:
    assert SPAN.maybe_past(NOON + SECOND)
    assert not SPAN.maybe_past(NOON + SECOND + TICK)
    assert SPAN.maybe_past(NOON)


instants = st.integers(820_454_400, 2_145_830_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
bounds = st.timedeltas(timedelta(0), timedelta(hours=30))


@given(instants, bounds, bounds, instants)
def test_a_wrong_clock_makes_us_late_never_early_and_never_generous(
    truth: datetime, bound: timedelta, error: timedelta, instant: datetime
) -> None:
    for wall in (truth + min(error, bound), truth - min(error, bound)):
        now = Now.within(wall, bound)
        assert not now.surely_past(instant) or truth >= instant
        assert now.maybe_past(instant) or truth < instant


def test_an_unknown_now_opens_nothing_and_closes_everything() -> None:
    now = Now.unknown()
    assert not now.bounded
    assert not now.surely_past(datetime(1990, 1, 1, tzinfo=UTC))
    assert now.maybe_past(datetime(2090, 1, 1, tzinfo=UTC))


class NoZone(tzinfo):
    """A zone that does not say where it is: Python calls such a time naive too."""

    def utcoffset(self, _when: datetime | None) -> None:
        return None

    def dst(self, _when: datetime | None) -> None:
        return None

    def tzname(self, _when: datetime | None) -> str:
        return "nowhere"


@pytest.mark.parametrize("naive", [NOON.replace(tzinfo=None), NOON.replace(tzinfo=NoZone())])
def test_a_time_without_a_zone_is_refused_wherever_it_comes_in(naive: datetime) -> None:
    for act in (require_aware, rfc3339, lambda t: Now.within(t, SECOND), lambda t: Now(t, t)):
        with pytest.raises(NaiveTime):
            act(naive)
    with pytest.raises(NaiveTime):
        parse_rfc3339("2026-03-02T12:00:00")


def test_a_span_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Now(NOON, NOON - TICK)


@given(instants)
def test_an_instant_is_written_in_one_spelling_and_read_back_the_same(instant: datetime) -> None:
    elsewhere = instant.astimezone(timezone(timedelta(hours=-3, minutes=-30)))
    assert rfc3339(elsewhere) == rfc3339(instant)
    assert parse_rfc3339(rfc3339(instant)) == instant
