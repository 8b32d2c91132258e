"""A session ends on time or early, and one factor opens nothing but the way to the second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.identity.session import (
    HALF_MAY,
    Kind,
    Session,
    begin,
    check_session,
    hash_id,
    is_over,
    new_id,
    renewed,
    seen,
    surplus,
)
from gateway.identity.wrong import SecondFactorNeeded, SessionOver
from tests.identity.clock import NOON, about, after, exactly

MINUTE, HOUR = 60.0, 3600.0


def adas(kind: Kind = Kind.FULL) -> Session:
    return begin(new_id(bytes(16)), member_id="ada", kind=kind, now=exactly(NOON))


def kept_awake(session: Session, until: float) -> Session:
    """The session after a request every 29 minutes."""
    for minutes in range(29, int(until / MINUTE), 29):
        session = seen(session, after(minutes * MINUTE))
    return session


def test_a_session_lives_for_thirty_idle_minutes_and_not_one_moment_more() -> None:
    assert not is_over(adas(), after(30 * MINUTE - 0.001))
    assert is_over(adas(), after(30 * MINUTE))


def test_a_busy_session_lives_for_twelve_hours_and_not_one_moment_more() -> None:
    busy = kept_awake(adas(), 12 * HOUR)
    assert not is_over(busy, after(12 * HOUR - 0.001))
    assert is_over(busy, after(12 * HOUR))


def test_a_half_session_is_over_after_a_quarter_of_an_hour_however_busy() -> None:
    busy = seen(adas(Kind.HALF), after(14 * MINUTE))
    assert not is_over(busy, after(15 * MINUTE - 1))
    assert is_over(busy, after(15 * MINUTE))


def test_a_session_that_is_maybe_past_its_end_is_over() -> None:
    almost = NOON + timedelta(minutes=29, seconds=58)
    assert not is_over(adas(), about(almost, 1))
    assert is_over(adas(), about(almost, 3))


def test_a_session_begins_at_the_earliest_instant_it_may_have_begun() -> None:
    session = begin("id", member_id="ada", kind=Kind.FULL, now=about(NOON, 5))
    assert session.began == session.last_seen == NOON - timedelta(seconds=5)


def test_a_clock_that_went_back_before_the_session_ends_it() -> None:
    assert is_over(adas(), after(-1))
    assert is_over(seen(adas(), after(10 * MINUTE)), after(9 * MINUTE))
    assert not is_over(adas(), about(NOON - timedelta(seconds=1), 2))


@settings(deadline=None)
@given(st.integers(0, 13 * 3600), st.integers(0, 600), st.integers(0, 600))
def test_no_session_outlives_its_limits_by_the_true_time(true: int, bound: int, bound_at_birth: int) -> None:
    session = begin("id", member_id="ada", kind=Kind.FULL, now=about(NOON, bound_at_birth))
    if not is_over(session, about(NOON + timedelta(seconds=true), bound)):
        assert true < 30 * 60


def test_a_dead_session_cannot_be_revived() -> None:
    with pytest.raises(SessionOver):
        seen(adas(), after(30 * MINUTE))
    with pytest.raises(SessionOver):
        renewed(adas(), "another", kind=Kind.FULL, now=after(30 * MINUTE))
    with pytest.raises(SessionOver):
        check_session(adas(), "read", after(30 * MINUTE))


@pytest.mark.parametrize("act", ["read", "approve", "publish_now", "export", "change_password", "", "SIGN_OUT"])
def test_the_password_alone_opens_nothing(act: str) -> None:
    with pytest.raises(SecondFactorNeeded):
        check_session(adas(Kind.HALF), act, after(1))
    check_session(adas(Kind.FULL), act, after(1))


def test_the_last_sight_never_moves_back() -> None:
    session = seen(adas(), after(10 * MINUTE))
    unsure = (NOON, NOON + timedelta(minutes=11))
    assert seen(session, unsure).last_seen == NOON + timedelta(minutes=10)


def test_the_password_alone_lets_a_member_enrol_verify_and_sign_out() -> None:
    assert {"enrol_second_factor", "verify_second_factor", "sign_out"} == HALF_MAY
    for act in HALF_MAY:
        check_session(adas(Kind.HALF), act, after(1))


def test_the_second_factor_gives_a_new_id_and_the_old_one_finds_nothing() -> None:
    half = adas(Kind.HALF)
    full = renewed(half, "the new id", kind=Kind.FULL, now=after(MINUTE))
    assert full.kind is Kind.FULL
    assert full.id_hash == hash_id("the new id") != half.id_hash


def test_renewing_does_not_buy_more_than_twelve_hours() -> None:
    busy = renewed(kept_awake(adas(), 11.5 * HOUR), "new", kind=Kind.FULL, now=after(11.6 * HOUR))
    assert busy.began == NOON
    assert is_over(busy, after(12 * HOUR))


def test_an_id_has_at_least_128_random_bits() -> None:
    assert new_id(bytes(16)) != new_id(bytes(15) + b"\x01")
    with pytest.raises(ValueError, match="16 random bytes"):
        new_id(bytes(15))


@settings(deadline=None)
@given(st.text())
def test_any_text_in_a_cookie_has_a_hash_that_does_not_show_it(text: str) -> None:
    assert len(hash_id(text)) == 32
    assert hash_id(text) != hash_id(text + "x")


def test_a_lone_surrogate_in_a_cookie_is_only_an_unknown_session() -> None:
    assert hash_id("\ud800") != hash_id("\ud801")


def test_a_sixth_session_ends_the_least_recently_seen() -> None:
    sessions = [seen(adas(), after(minute * MINUTE)) for minute in (5, 1, 3, 2, 4, 6)]
    assert surplus(sessions) == (sessions[1],)
    assert surplus(sessions[:5]) == ()


def test_limits_are_counted_in_real_time_across_a_change_of_clocks() -> None:
    london = ZoneInfo("Europe/London")
    began = datetime(2026, 3, 29, 0, 50, tzinfo=london)  # ten minutes before the clocks go to two
    session = begin("id", member_id="ada", kind=Kind.FULL, now=exactly(began))
    assert session.began == datetime(2026, 3, 29, 0, 50, tzinfo=UTC)
    assert not is_over(session, exactly(datetime(2026, 3, 29, 2, 15, tzinfo=london)))


def test_a_naive_time_is_a_bug() -> None:
    with pytest.raises(ValueError, match="naive"):
        Session(b"", "ada", Kind.FULL, NOON.replace(tzinfo=None), NOON)
    with pytest.raises(ValueError, match="naive"):
        is_over(adas(), exactly(NOON.replace(tzinfo=None)))
