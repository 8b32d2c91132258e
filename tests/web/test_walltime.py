"""UK wall time: what exists once is taken, what exists twice or never is asked about with both readings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.refusal import Reason, Refused
from gateway.web.walltime import instant_of, instant_of_wall
from tests.cast import an_account
from tests.web.callers import DECLARED, Office, a_post, reason

LONDON = ZoneInfo("Europe/London")
START = datetime.fromisoformat("2020-01-01T00:00")


def asked(text: str) -> Refused:
    with pytest.raises(Refused) as caught:
        instant_of_wall(text)
    return caught.value


def test_half_past_nine_is_another_instant_in_summer() -> None:
    assert instant_of_wall("2026-03-02T09:30") == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert instant_of_wall("2026-07-02T09:30") == datetime(2026, 7, 2, 8, 30, tzinfo=UTC)


def test_half_past_one_comes_twice_when_clocks_go_back() -> None:
    refusal = asked("2026-10-25T01:30")
    assert refusal.reason is Reason.TIME_AMBIGUOUS
    assert refusal.facts == {"earlier": "2026-10-25T00:30:00.000000Z", "later": "2026-10-25T01:30:00.000000Z"}


def test_half_past_one_does_not_exist_when_clocks_go_forward() -> None:
    refusal = asked("2026-03-29T01:30")
    assert refusal.reason is Reason.TIME_DOES_NOT_EXIST
    assert refusal.facts == {"earlier": "2026-03-29T00:30:00.000000Z", "later": "2026-03-29T01:30:00.000000Z"}


def near_a_change(year: int, month: int, quarters: int) -> datetime:
    """Around one o'clock on the last Sunday of a month: clocks change there in March and October."""
    last = START.replace(year=year, month=month, day=31)
    sunday = last - timedelta(days=(last.weekday() + 1) % 7)
    return sunday + quarters * timedelta(minutes=15)


ANY_TIME = st.integers(0, 18 * 366 * 24 * 4).map(lambda quarters: START + quarters * timedelta(minutes=15))
CHANGES = st.builds(near_a_change, st.integers(2020, 2037), st.sampled_from([3, 10]), st.integers(0, 12))


@given(ANY_TIME | CHANGES)
def test_a_wall_time_is_taken_exactly_when_it_names_one_instant(wall: datetime) -> None:
    near = (wall.replace(tzinfo=UTC) + timedelta(minutes=minutes) for minutes in (-60, 0))
    meant = [instant for instant in near if instant.astimezone(LONDON).replace(tzinfo=None) == wall]
    if len(meant) == 1:
        assert instant_of_wall(wall.isoformat()) == meant[0]
    else:
        expected = Reason.TIME_AMBIGUOUS if meant else Reason.TIME_DOES_NOT_EXIST
        assert asked(wall.isoformat()).reason is expected


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        instant_of("2026-03-02T09:30:00")
    assert caught.value.reason is Reason.TIME_NAIVE


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("2026-03-02T15:00:00Z", "ok"),
        ("2026-03-02T16:00:00+01:00", "ok"),
        ({"wall": "2026-03-02T15:00"}, "ok"),
        ("2026-03-02T15:00:00", "time-naive"),
        ({"wall": "2026-10-25T01:30"}, "time-ambiguous"),
        ({"wall": "2026-03-29T01:30"}, "time-does-not-exist"),
        ("2026-03-02T11:00:00Z", "time-past"),
        ("2026-02-30T11:00:00Z", "not-understood"),
        ({"wall": "2026-03-02T15:00Z"}, "not-understood"),
        (1772463600, "not-understood"),
        ("tomorrow", "not-understood"),
    ],
)
def test_the_api_takes_instants_and_asks_about_the_rest(api: Office, wanted: object, expected: str) -> None:
    body = {
        "revision": a_post(api.world, "ada").id,
        "accounts": [an_account(api.world)],
        "wanted": wanted,
        "content_class": "routine",
        "claims_no_statistics": True,
        "declared": list(DECLARED),
    }
    assert reason(api.ask("ada", "POST", "/submissions", body)) == expected
