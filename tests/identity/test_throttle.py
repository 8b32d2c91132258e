"""Guessing is hopeless, and locking someone out is no weapon."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.identity.span import Span
from gateway.identity.throttle import BY_NAME, BY_SOURCE, Rule, Tally, Way, canonical_source, keys
from gateway.identity.wrong import FactorLocked, Throttled
from tests.identity.clock import NOON, about, after
from tests.identity.spellings import spellings

MINUTE, HOUR = 60.0, 3600.0
OFFICE, ATTACKER = "192.0.2.1", "198.51.100.7"


class Counters:
    """The table of tallies: check every key, and only then count under every key."""

    def __init__(self) -> None:
        self.rows: dict[str, Tally] = {}

    def admit(self, way: Way, name: str, source: str, now: Span, device: str | None = None) -> list[str]:
        """The keys counted under. Raises Throttled or FactorLocked and then counts nothing."""
        wanted = keys(way, name=name, source=source, device=device)
        admitted = {key: self.rows.get(key, Tally(rule)).admit(now) for key, rule in wanted}
        self.rows |= admitted
        return list(admitted)

    def succeed(self, counted: list[str]) -> None:
        self.rows |= {key: self.rows[key].after_success() for key in counted}


def failed(rule: Rule, *seconds: float) -> Tally:
    tally = Tally(rule)
    for second in seconds:
        tally = tally.after_failure(after(second))
    return tally


def tries_let_through(rule: Rule, every: float, until: float) -> list[float]:
    """When someone who tries so often, always wrongly, is let through."""
    tally, through = Tally(rule), []
    for number in range(int(until / every)):
        try:
            tally = tally.admit(after(number * every))
        except (Throttled, FactorLocked):
            continue
        through.append(number * every)
    return through


@pytest.mark.parametrize(("way", "tries"), [(Way.PASSWORD, 5), (Way.SECOND_FACTOR, 5), (Way.RECOVERY, 3)])
def test_so_many_wrong_tries_and_then_a_wait(way: Way, tries: int) -> None:
    tally = Tally(BY_NAME[way])
    for second in range(tries):
        tally = tally.admit(after(second))
    with pytest.raises(Throttled):
        tally.check(after(tries))


def test_the_wait_ends_when_the_first_failure_is_five_minutes_old() -> None:
    tally = failed(BY_NAME[Way.PASSWORD], 0, 10, 20, 30, 40)
    with pytest.raises(Throttled) as refusal:
        tally.check(after(299.999))
    assert refusal.value.retry_at == NOON + timedelta(minutes=5)
    tally.check(after(300))


def test_recovery_waits_a_whole_hour() -> None:
    tally = failed(BY_NAME[Way.RECOVERY], 0, 1, 2)
    with pytest.raises(Throttled):
        tally.check(after(HOUR - 0.001))
    tally.check(after(HOUR))


def test_an_hour_of_passwords_holds_twenty() -> None:
    assert len(tries_let_through(BY_NAME[Way.PASSWORD], every=10, until=HOUR)) == 20


def test_after_twenty_in_a_row_the_wait_doubles_up_to_four_hours() -> None:
    through = tries_let_through(BY_NAME[Way.PASSWORD], every=MINUTE, until=48 * HOUR)[20:]
    waits = [later - earlier for earlier, later in pairwise(through)]
    assert waits == sorted(waits)
    assert waits[:3] == [10 * MINUTE, 20 * MINUTE, 40 * MINUTE]
    assert waits[-1] == 4 * HOUR


def test_a_hundred_wrong_passwords_in_a_row_are_the_last() -> None:
    assert len(tries_let_through(BY_NAME[Way.PASSWORD], every=HOUR, until=365 * 24 * HOUR)) == 100


def test_ten_wrong_codes_in_a_row_lock_the_factor_however_slowly() -> None:
    tally = failed(BY_NAME[Way.SECOND_FACTOR], *(day * 24 * HOUR for day in range(10)))
    with pytest.raises(FactorLocked):
        tally.check(after(365 * 24 * HOUR))


def test_nine_wrong_codes_and_a_right_one_lock_nothing() -> None:
    nine = failed(BY_NAME[Way.SECOND_FACTOR], *(day * 24 * HOUR for day in range(9)))
    assert nine.admit(after(9 * 24 * HOUR)).after_success() == Tally(BY_NAME[Way.SECOND_FACTOR])


def test_a_success_at_a_source_forgives_only_itself() -> None:
    tally = failed(BY_SOURCE, *range(29)).admit(after(30)).after_success()
    assert len(tally.failures) == 29
    with pytest.raises(Throttled):
        tally.admit(after(31)).check(after(32))


def test_a_hundred_members_of_one_office_sign_in_at_nine() -> None:
    counters = Counters()
    for number in range(100):
        counters.succeed(counters.admit(Way.PASSWORD, f"member{number}", OFFICE, after(number / 10)))
    assert all(not tally.failures for tally in counters.rows.values())


def test_a_window_closes_late_and_opens_late_under_an_unsure_clock() -> None:
    tally = Tally(BY_NAME[Way.RECOVERY])
    for _ in range(3):
        tally = tally.admit(about(NOON, 5))
    with pytest.raises(Throttled) as refusal:
        tally.check(about(NOON + timedelta(hours=1, seconds=14), 10))
    assert refusal.value.retry_at == NOON + timedelta(hours=1, seconds=5)
    tally.check(about(NOON + timedelta(hours=1, seconds=15), 10))


TRIES = st.lists(st.tuples(st.integers(0, 600), st.integers(0, 60), st.integers(0, 60)), max_size=150)


@settings(deadline=None)
@given(TRIES, st.sampled_from(list(Way)))
def test_no_pattern_of_tries_gets_more_than_a_window_holds(tries: list[tuple[int, int, int]], way: Way) -> None:
    rule, true, through = BY_NAME[way], NOON, list[datetime]()
    tally = Tally(rule)
    for gap, before, behind in tries:
        true += timedelta(seconds=gap)
        try:
            tally = tally.admit((true - timedelta(seconds=before), true + timedelta(seconds=behind)))
        except (Throttled, FactorLocked):
            continue
        through.append(true)
    for window in rule.windows:
        for first, beyond in zip(through, through[window.tries :], strict=False):
            assert beyond - first >= window.length
    assert bool(through) == bool(tries)


def test_a_clock_that_goes_back_gives_no_tries() -> None:
    tally = failed(BY_NAME[Way.PASSWORD], 100, 101, 102, 103, 50)
    assert tally.failures[-1] == NOON + timedelta(seconds=103)
    with pytest.raises(Throttled):
        tally.check(after(-HOUR))


def test_a_tally_never_grows_beyond_what_it_needs() -> None:
    tally = Tally(BY_NAME[Way.PASSWORD])
    for second in range(1_000):
        tally = tally.after_failure(after(second))
    assert (len(tally.failures), tally.in_a_row) == (20, 1_000)


def test_a_thousand_spellings_from_a_thousand_places_buy_not_one_more_try() -> None:
    counters, through = Counters(), 0
    for number, spelling in enumerate(spellings("ada.lovelace@example.org", 1_000)):
        try:
            counters.admit(Way.PASSWORD, spelling, f"10.0.{number // 250}.{number % 250}", after(number / 10))
            through += 1
        except Throttled:
            continue
    assert through == 5


def test_one_place_cannot_try_one_password_on_everybody() -> None:
    counters, through = Counters(), 0
    for number in range(200):
        try:
            counters.admit(Way.PASSWORD, f"member{number}", ATTACKER, after(number / 10))
            through += 1
        except Throttled:
            continue
    assert through == 30


def test_ada_at_her_known_device_is_never_locked_out_by_strangers() -> None:
    counters, blocked = Counters(), 0
    for attack in range(100):
        for guess in range(10):
            try:
                counters.admit(Way.PASSWORD, "ada", ATTACKER, after(attack * MINUTE + guess))
            except (Throttled, FactorLocked):
                break
        try:
            counters.succeed(counters.admit(Way.PASSWORD, "Ada", ATTACKER, after(attack * MINUTE + 30), device="hers"))
        except (Throttled, FactorLocked):
            blocked += 1
    assert blocked == 0


def test_a_known_device_buys_no_more_codes() -> None:
    anywhere = keys(Way.SECOND_FACTOR, name="ada", source=OFFICE)
    assert keys(Way.SECOND_FACTOR, name="ada", source=OFFICE, device="stolen") == anywhere


def test_a_name_that_can_be_nobodys_counts_by_source() -> None:
    assert keys(Way.PASSWORD, name="\x00", source=OFFICE) == keys(Way.PASSWORD, name="ada", source=OFFICE)[1:]


def test_ways_names_devices_and_sources_do_not_share_counters() -> None:
    every = [
        key
        for way in Way
        for name in ("ada", "bola")
        for source in (OFFICE, ATTACKER)
        for device in (None, "one", "two")
        for key, _ in keys(way, name=name, source=source, device=device)
    ]
    # Each way: two names and two sources; passwords: two names at two devices besides. Passkeys: each name at
    # each source, and two sources.
    assert len(set(every)) == 3 * 4 + 4 + 6


def test_keys_do_not_show_what_was_typed_into_the_name_field() -> None:
    [(key, _), _] = keys(Way.PASSWORD, name="hunter2hunter2", source=OFFICE)
    assert "hunter2" not in key
    assert len(key) == 64


@pytest.mark.parametrize(
    ("one", "other"),
    [("192.0.2.1", "::ffff:192.0.2.1"), ("2001:db8::1", "2001:db8::ffff:1"), ("2001:DB8:0:0:1::", "2001:db8::2")],
)
def test_one_network_end_is_one_source(one: str, other: str) -> None:
    assert canonical_source(one) == canonical_source(other)


def test_neighbouring_networks_are_different_sources() -> None:
    assert canonical_source("2001:db8:0:1::1") != canonical_source("2001:db8:0:2::1")
    assert canonical_source("192.0.2.1") != canonical_source("192.0.2.2")


def test_a_source_that_is_no_address_is_a_bug() -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        keys(Way.PASSWORD, name="ada", source="the moon")
