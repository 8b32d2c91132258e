"""Rate budgets: what a platform says is left is respected before it refuses, and policy says who goes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import bluesky, graph, mastodon, registry, threads, viva_engage, x
from connectors.contract import Budget, Response, Throttled
from gateway.actions.deliver import Staged
from gateway.domain.account import Account
from gateway.domain.instant import Now
from gateway.domain.policy import BadPolicy, Priority, Quorum, read_priority
from scheduler.budgets import Budgets, Turn
from scheduler.flight import Flight
from scheduler.keeper import Opened
from scheduler.turnstile import Turnstile, remembered
from tests import cast
from tests.domain.made import HOUR, NOON, SECOND, good_facts
from tests.flow.town import MASTODON, Town
from tests.scheduler.arranged import held, stored
from tests.scheduler.test_settler import connected

AT = datetime(2026, 10, 12, 9, 30, tzinfo=UTC)
RESETS = AT + timedelta(minutes=15)
NOW, LATER = Now(AT, AT), Now(RESETS + timedelta(seconds=1), RESETS + timedelta(seconds=1))


def turn(id: str, rank: int = 0, account: str = "a", **more: bool) -> Turn:
    """One that wants to be sent now."""
    return Turn(
        id, account, "pigeon", (rank, 0), AT, more.get("tells", True), more.get("ready", True), more.get("later", False)
    )


def may_go(budgets: Budgets, one: Turn, *waiting: Turn, now: Now = NOW) -> bool:
    """Whether it may, among these."""
    return budgets.may_go(one, lambda key: [w for w in (one, *waiting) if key in w.keys], 100, now)


def known(left: int, *, shared: bool = False) -> Budgets:
    """A budget of which an answer has told."""
    budgets, first = Budgets(), turn("first")
    budgets.started(first)
    budgets.told(first, (Budget(left, RESETS, shared),))
    return budgets


# --- who may go ------------------------------------------------------------------------------------------------------


def test_what_is_left_goes_to_those_that_policy_sends_first() -> None:
    budgets, turns = known(2), [turn("a-last", 2), turn("c-first", 0), turn("b-second", 1)]
    assert may_go(budgets, turns[1], *turns)
    assert may_go(budgets, turns[2], *turns)
    with pytest.raises(Throttled) as held:
        may_go(budgets, turns[0], *turns)
    assert held.value.until == RESETS
    assert held.value.not_applied


def test_of_equals_it_is_always_the_same_one_that_goes() -> None:
    one, other = turn("d-1"), turn("d-2")
    assert may_go(known(1), one, other)
    with pytest.raises(Throttled):
        may_go(known(1), other, one)
    assert may_go(known(1), replace(other, due_at=AT - timedelta(minutes=1)), one)


def test_a_budget_begins_anew_and_is_asked_about_again() -> None:
    budgets = known(0)
    with pytest.raises(Throttled):
        may_go(budgets, turn("one"))
    assert may_go(budgets, turn("one"), turn("two"), now=LATER)
    assert not may_go(budgets, turn("two"), turn("one"), now=LATER)


def test_the_first_of_many_goes_alone_where_nothing_is_known() -> None:
    budgets, one, two = Budgets(), turn("one"), turn("two", 1)
    assert may_go(budgets, one, two)
    budgets.started(one)
    assert not may_go(budgets, two)
    budgets.told(one, (Budget(1, RESETS),))
    assert may_go(budgets, two)


def test_of_those_that_had_to_upload_the_first_goes_first_as_long_as_it_is_waited_for() -> None:
    low, high = turn("low", 1, ready=False), turn("high", 0, ready=False)
    both = lambda _: (low, high)  # noqa: E731
    assert not Budgets().may_go(low, both, 100, NOW, patient=True)
    assert Budgets().may_go(high, both, 100, NOW, patient=True)
    assert Budgets().may_go(low, both, 100, NOW)
    assert Budgets().may_go(turn("text", 1), both, 100, NOW, patient=True)


def test_nobody_waits_for_one_that_must_upload_first_nor_for_a_platform_that_tells_nothing() -> None:
    assert may_go(Budgets(), turn("text", 1), turn("chart", 0, ready=False))
    silent, one = Budgets(), turn("one", tells=False)
    silent.started(one)
    assert may_go(silent, turn("two", tells=False), one)
    told_nothing, first = Budgets(), turn("first")
    told_nothing.started(first)
    told_nothing.told(first, ())
    told_nothing.started(turn("second"))
    assert may_go(told_nothing, turn("third"))


def test_one_account_does_not_hold_up_another_but_an_application_does() -> None:
    assert may_go(known(0), turn("other", account="b"))
    with pytest.raises(Throttled):
        may_go(known(0, shared=True), turn("other", account="b"))


def test_what_is_on_its_way_is_counted_until_its_answer_comes() -> None:
    budgets, one, two = known(1), turn("one"), turn("two", 1)
    budgets.started(one)
    assert not may_go(budgets, two)
    budgets.told(one, (Budget(1, RESETS),))
    assert may_go(budgets, two)


def test_one_without_an_answer_may_have_been_counted() -> None:
    budgets, one = known(1), turn("one")
    budgets.started(one)
    budgets.landed(one, sent=True)
    with pytest.raises(Throttled):
        may_go(budgets, turn("two"))
    kept, same = known(1), turn("one")
    kept.started(same)
    kept.landed(same, sent=False)
    assert may_go(kept, turn("two"))


def test_a_refusal_as_one_too_many_holds_up_the_account() -> None:
    budgets = Budgets()
    budgets.exhausted(turn("one", tells=False), RESETS)
    with pytest.raises(Throttled):
        may_go(budgets, turn("two", tells=False))


@given(
    st.integers(1, 6),
    st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=14),
    st.randoms(use_true_random=False),
)
def test_whatever_wakes_first_no_more_is_sent_than_is_left_and_the_best_ranked_are(
    limit: int, wanted: list[tuple[int, bool]], chance: object
) -> None:
    budgets, left = Budgets(), limit
    waiting = [turn(f"d-{n:02}", rank) for n, (rank, _) in enumerate(wanted)]
    lost = {f"d-{n:02}" for n, (_, is_lost) in enumerate(wanted) if is_lost}
    flying: list[Turn] = []
    sent: list[Turn] = []
    for _ in range(400):
        if flying and chance.random() < 0.4:  # type: ignore[attr-defined]
            one = flying.pop(chance.randrange(len(flying)))  # type: ignore[attr-defined]
            budgets.landed(one, sent=True) if one.id in lost else budgets.told(one, (Budget(left, RESETS),))
        elif waiting:
            one = chance.choice(waiting)  # type: ignore[attr-defined]
            try:
                goes = may_go(budgets, one, *waiting)
            except Throttled:
                waiting.remove(one)
                continue
            if goes:
                waiting.remove(one)
                budgets.started(one)
                flying.append(one)
                sent.append(one)
                left -= 1
                assert left >= 0 or sent[0].id in lost
    assert not waiting
    if not lost:
        assert len(sent) == min(limit, len(wanted))
        everyone = sorted(turn(f"d-{n:02}", rank).rank for n, (rank, _) in enumerate(wanted))
        assert sorted(one.rank for one in sent) == everyone[: len(sent)]


def test_near_its_end_one_goes_after_another_the_first_of_policy_first() -> None:
    budgets, one, two = Budgets(), turn("one", 1), turn("two", 0, ready=False)
    budgets.heard(one, (Budget(None, RESETS),))
    assert not may_go(budgets, one, two)
    assert may_go(budgets, two, one)
    budgets.began(two)
    assert not may_go(budgets, one)
    assert may_go(budgets, two, one)
    budgets.told(two, (Budget(None, RESETS),))
    assert may_go(budgets, one)
    budgets.heard(one, (Budget(0, RESETS),))
    with pytest.raises(Throttled):
        may_go(budgets, one)
    assert may_go(budgets, one, now=LATER)


def test_the_days_posts_are_not_the_days_replies_and_what_is_not_told_again_is_counted() -> None:
    budgets, first, reply = Budgets(), turn("first"), turn("reply", later=True)
    budgets.heard(first, (Budget(1, RESETS, sort="first"),))
    budgets.started(first)
    assert may_go(budgets, reply)
    budgets.told(first, ())
    with pytest.raises(Throttled):
        may_go(budgets, turn("second"))
    assert may_go(budgets, reply)


# --- policy and headers ----------------------------------------------------------------------------------------------


def test_policy_ranks_by_class_and_then_by_tier() -> None:
    priority = cast.policy().priority
    order = [("flagship", "crisis"), ("standard", "crisis"), ("flagship", "routine"), ("standard", "routine")]
    assert sorted([*reversed(order)], key=lambda one: priority.rank(*one)) == order
    assert Priority().rank("flagship", "crisis") == (0, 0)
    assert priority.rank("new", "new") > priority.rank("standard", "routine")


@pytest.mark.parametrize(
    "classes", [["routine"], ["routine", "crisis", "crisis"], ["routine", "other"], "routine", None]
)
def test_a_priority_that_forgets_or_repeats_a_class_is_refused(classes: object) -> None:
    quorum = Quorum(("routine", "crisis"), {"standard": {"routine": 1, "crisis": 2}})
    with pytest.raises(BadPolicy, match="classes"):
        read_priority({"classes": classes, "tiers": ["standard"]}, quorum)


def test_what_is_left_is_read_from_each_platforms_headers() -> None:
    def read(connector: object, **headers: str) -> object:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return connector.manifest.budgets(Response(200, named))  # type: ignore[attr-defined]

    epoch = str(int(RESETS.timestamp()))
    assert read(x.connector, x_rate_limit_remaining="7", x_rate_limit_reset=epoch) == (Budget(7, RESETS),)
    app = {"x_app_limit_24hour_remaining": "3", "x_app_limit_24hour_reset": epoch}
    assert read(x.connector, **app) == (Budget(3, RESETS, shared=True),)
    iso = "2026-10-12T09:45:00.000000Z"
    assert read(mastodon.connector, x_ratelimit_remaining="0", x_ratelimit_reset=iso) == (Budget(0, RESETS),)
    points = {"ratelimit_remaining": "8", "ratelimit_reset": epoch}  # of which a new record costs three
    assert read(bluesky.connector, **points) == (Budget(2, RESETS),)
    for broken in ({}, {"x_ratelimit_remaining": "many", "x_ratelimit_reset": iso}, {"x_ratelimit_remaining": "1"}):
        assert read(mastodon.connector, **broken) == ()
    date = {"date": "Mon, 12 Oct 2026 09:30:00 GMT"}
    use = '{"1": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 15}]}'
    assert graph.budgets(Response(200, date | {"x-business-use-case-usage": use})) == (Budget(0, RESETS),)
    hour = AT + timedelta(hours=1)
    assert graph.budgets(Response(200, date | {"x-app-usage": '{"call_count": 79}'})) == ()
    near = '{"call_count": 12, "total_cputime": 80, "total_time": "?"}'
    assert graph.budgets(Response(200, date | {"x-app-usage": near})) == (Budget(None, hour, shared=True),)
    assert graph.budgets(Response(200, date | {"x-page-usage": '{"call_count": 100}'})) == (Budget(0, hour),)
    assert graph.budgets(Response(200, {"x-page-usage": '{"call_count": 100}'})) == ()
    day = '{"data": [{"quota_usage": 248, "config": {"quota_total": 250}, "reply_quota_usage": 9, "reply_config": {}}]}'
    later = AT.replace(hour=11, minute=0)
    assert threads.connector.manifest.budgets is not None
    assert threads.connector.manifest.budgets(Response(200, date, day.encode())) == (Budget(2, later, sort="first"),)


def test_every_platform_that_tells_what_is_left_is_listened_to() -> None:
    manifests = {name: one.manifest for name, one in registry.load().items()}
    silent = {name for name, one in manifests.items() if one.budgets is None}
    assert silent == {"linkedin", "viva_engage"}  # their pages (§8, §7): no header says what is left
    assert silent == {name for name, one in manifests.items() if one.allowance is not None}


def test_a_worker_that_starts_sends_nothing_on_an_account_that_was_throttled(quiet: Town) -> None:
    facts = good_facts()
    throttled = held(quiet, connected(quiet, MASTODON, "before"), "Held for want of an allowance.")
    until = quiet.world.clock.now().latest + HOUR
    cast.write(quiet.world, replace(throttled, outcome="throttled", not_before=until))
    known = remembered(quiet.world)
    assert known[throttled.account] == until
    delivery = replace(facts.delivery, account=throttled.account)
    account = replace(facts.account, id=throttled.account)
    flight = Flight(Staged(delivery, replace(facts, delivery=delivery, account=account)), Opened(account.id, {}))
    fresh = Turnstile({flight.id: flight}, {account.id: [flight]}, lambda _: mastodon.connector, known)
    with pytest.raises(Throttled):
        fresh.may_go(flight, (), quiet.world.clock.now())
    cast.write(quiet.world, replace(stored(quiet.world, throttled.id), not_before=until - 2 * HOUR))
    assert throttled.account not in remembered(quiet.world)


def test_our_own_count_is_no_answer_to_a_refusal() -> None:
    facts = good_facts()
    delivery = replace(facts.delivery, id="one", due_at=NOON)
    flight = Flight(Staged(delivery, replace(facts, delivery=delivery)), Opened(facts.account.id, {}))
    until, account = NOON + HOUR, facts.account.id
    turnstile = Turnstile({"one": flight}, {account: [flight]}, lambda _: viva_engage.connector, {account: until})
    for later in (SECOND, HOUR - SECOND):
        with pytest.raises(Throttled) as held:
            turnstile.may_go(flight, (), Now(NOON + later, NOON + later))
        assert held.value.until == until
    assert turnstile.may_go(flight, (), Now(until + SECOND, until + SECOND))


def test_what_flies_elsewhere_takes_nothing_of_an_applications_budget() -> None:
    facts = good_facts()
    epoch = str(int((NOON + HOUR).timestamp()))
    left = Response(200, {"x-app-limit-24hour-remaining": "1", "x-app-limit-24hour-reset": epoch})
    asking = replace(facts.account, platform="asking")

    def flight(id: str, account: Account) -> Flight:
        delivery = replace(facts.delivery, id=id, due_at=NOON)
        return Flight(Staged(delivery, replace(facts, delivery=delivery, account=account)), Opened(account.id, {}))

    first, here = flight("first", facts.account), flight("here", facts.account)
    before = flight("before", asking)  # due no later, and named before it: policy sends it first
    flights = {each.id: each for each in (first, here, before)}
    turnstile = Turnstile(flights, {facts.account.id: [first, here]}, lambda account: x.connector)
    turnstile.passed(first)
    turnstile.told(first, left)
    del flights["first"]
    assert turnstile.may_go(here, (), Now(NOON + SECOND, NOON + SECOND))
