"""The calendar: what moves moves or holds what is bound to it; only the worker's own look, or two people, is sight."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connectors.words import AT_RELEASE
from gateway.actions.release import confirm_publication, import_calendar, releases
from gateway.domain.delivery import Delivery, State
from gateway.domain.instant import Now
from gateway.domain.refusal import Reason, Refused
from gateway.domain.release import Release, ReleaseState
from gateway.world import World
from tests.actions.story import (
    CPI,
    at,
    calendar,
    claimed,
    delivery,
    held,
    intended,
    log,
    read_calendar,
    refused_intent,
    refuses,
    wish,
)
from tests.cast import DAY, HOUR, MINUTE, NOON, SECOND, an_account, clock_of, who

INSTANT = NOON + HOUR


@pytest.fixture(autouse=True)
def _account(world: World) -> None:
    an_account(world)


def release(world: World) -> Release:
    with world.storage.reading() as readers:
        return readers.releases.get(CPI)


@pytest.fixture
def bound(world: World) -> Delivery:
    """A delivery bound to a release an hour ahead, to go out with it."""
    read_calendar(world, calendar(INSTANT))
    (one,) = held(world, "Prices rose 3 %", asked=wish(wanted=AT_RELEASE, release=CPI))
    return one


def test_it_goes_out_once_the_worker_has_seen_the_publication_and_not_before(world: World, bound: Delivery) -> None:
    assert bound.due_at == INSTANT
    at(world, INSTANT - SECOND)
    assert [d.id for d in claimed(world)] == [bound.id]
    assert refused_intent(world, bound) is Reason.NOT_DUE
    at(world, INSTANT)
    assert refused_intent(world, bound) is Reason.PUBLICATION_UNSEEN
    read_calendar(world, calendar(INSTANT, published=True))
    assert release(world).seen_at == INSTANT
    assert intended(world, bound).delivery.state is State.SENDING


def test_what_was_fetched_before_the_instant_is_no_sight_however_published_it_says_it_is(world: World) -> None:
    read_calendar(world, calendar(INSTANT, published=True))
    assert release(world).seen_at is None
    at(world, INSTANT)
    early = Now.within(INSTANT - SECOND / 10, SECOND / 5)
    read_calendar(world, calendar(INSTANT, published=True), began=early)
    assert release(world).seen_at is None
    read_calendar(world, calendar(INSTANT, published=True))
    assert release(world).seen_at == INSTANT


def test_an_import_by_a_person_is_no_sight(world: World, bound: Delivery) -> None:
    at(world, INSTANT + SECOND)
    import_calendar(world, who(world, "cyd"), "a file", calendar(INSTANT, published=True))
    assert release(world).seen_at is None
    claimed(world)
    assert refused_intent(world, bound) is Reason.PUBLICATION_UNSEEN


def test_what_a_person_makes_known_is_no_sight_however_published_it_says_it_is(world: World) -> None:
    at(world, INSTANT + SECOND)
    import_calendar(world, who(world, "cyd"), "a file", calendar(INSTANT, published=True))
    assert release(world).seen_at is None


def test_a_title_that_gains_a_figure_before_its_release_is_out_is_not_taken_over(world: World) -> None:
    def titled(title: str, **over: Any) -> bytes:
        return calendar(INSTANT, **over).replace(b"Consumer prices", title.encode())

    read_calendar(world, titled("Consumer prices: around 79% of GDP, October 2026"))
    read_calendar(world, titled("Consumer prices: around 79% of GDP, November 2026"))
    assert release(world).title == "Consumer prices: around 79% of GDP, November 2026"
    for headline in (
        "Consumer prices rose 3.7%",
        "Prices up 2 million",
        "Prices: 3.4",
        "Prices up £12",
        "1,204 prices",
    ):
        read_calendar(world, titled(headline))
        assert release(world).title == "Consumer prices: around 79% of GDP, November 2026"
    at(world, INSTANT)
    read_calendar(world, titled("Consumer prices rose 3.7%", published=True))
    read_calendar(world, titled("Consumer prices rose 3.7%", published=True))
    assert release(world).title == "Consumer prices rose 3.7%"


def test_what_cannot_say_how_firm_it_is_moves_a_release_and_leaves_its_state(world: World, bound: Delivery) -> None:
    feed = (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Calendar</title><item><title>Consumer prices</title>'
        f"<link>https://www.ons.gov.uk{CPI}</link><pubDate>{INSTANT + HOUR:%d %b %Y %H:%M:%S} GMT</pubDate></item>"
        "</channel></rss>"
    )
    read_calendar(world, feed.encode())
    assert (release(world).state, release(world).instant) == (ReleaseState.FINAL, INSTANT + HOUR)
    assert delivery(world, bound.id).due_at == INSTANT + HOUR
    read_calendar(world, feed.replace("/releases/cpi", "/releases/new").encode())
    with world.storage.reading() as readers:
        assert readers.releases.get("/releases/new").state is ReleaseState.PROVISIONAL


def test_two_different_people_confirm_what_the_worker_cannot_see(world: World, bound: Delivery) -> None:
    with refuses(world, Reason.EMBARGOED, "release.confirm"):
        confirm_publication(world, who(world, "olu"), CPI)
    at(world, INSTANT)
    claimed(world)
    assert confirm_publication(world, who(world, "olu"), CPI).seen_at is None
    with refuses(world, Reason.ALREADY_ANSWERED, "release.confirm"):
        confirm_publication(world, who(world, "olu"), CPI)
    assert refused_intent(world, bound) is Reason.PUBLICATION_UNSEEN
    assert confirm_publication(world, who(world, "olive"), CPI).seen_at == INSTANT
    assert intended(world, bound).delivery.state is State.SENDING


def test_a_release_that_moves_takes_what_is_bound_along_and_voids_its_sight(world: World, bound: Delivery) -> None:
    at(world, INSTANT)
    claimed(world)
    confirm_publication(world, who(world, "olu"), CPI)
    read_calendar(world, calendar(INSTANT, published=True))
    read_calendar(world, calendar(INSTANT + HOUR))
    moved = release(world)
    assert (moved.instant, moved.seen_at, moved.confirmed_by) == (INSTANT + HOUR, None, ())
    after = delivery(world, bound.id)
    assert (after.state, after.due_at, after.claimed_by) == (State.HELD, INSTANT + HOUR, None)
    assert refused_intent(world, bound) is Reason.WRONG_STATE
    assert len(log(world, "release.move")) == len(log(world, "delivery.move")) == 1


@pytest.mark.parametrize(
    ("over", "why"), [({"cancelled": True}, "release-cancelled"), ({"finalised": False}, "release-not-final")]
)
def test_a_release_that_is_cancelled_or_no_longer_final_holds_what_is_bound_for_a_person(
    world: World, bound: Delivery, over: dict[str, Any], why: str
) -> None:
    at(world, INSTANT)
    claimed(world)
    read_calendar(world, calendar(INSTANT, published=True, **over))
    assert delivery(world, bound.id).hold == why
    read_calendar(world, calendar(INSTANT, published=True))
    assert release(world).state is ReleaseState.FINAL
    assert claimed(world) == []


@pytest.mark.parametrize("days", [1, 2])
def test_a_calendar_that_was_not_read_for_a_day_keeps_the_gate_shut(world: World, days: int) -> None:
    later = NOON + days * DAY
    read_calendar(world, calendar(later))
    (one,) = held(world, "Prices", asked=wish(wanted=AT_RELEASE, release=CPI))
    at(world, later)
    claimed(world)
    for name in ("olu", "olive"):
        confirm_publication(world, who(world, name), CPI)
    assert refused_intent(world, one) is Reason.CALENDAR_STALE
    read_calendar(world, calendar(later))
    assert intended(world, one).delivery.state is State.SENDING


def test_an_older_reading_does_not_undo_a_newer_one(world: World) -> None:
    read_calendar(world, calendar(INSTANT))
    began = world.clock.now()
    clock_of(world).advance(MINUTE)
    read_calendar(world, calendar(INSTANT, cancelled=True))
    with pytest.raises(Refused) as refused:
        read_calendar(world, calendar(INSTANT), began=began)
    assert refused.value.reason is Reason.CHANGED_MEANWHILE
    assert release(world).state is ReleaseState.CANCELLED


@pytest.mark.parametrize("body", [b"", b"{}", b"<html>", b'{"releases": []}', calendar(INSTANT)[:-5]])
def test_a_calendar_that_is_none_changes_nothing_and_is_told(world: World, body: bytes) -> None:
    read_calendar(world, calendar(INSTANT))
    with refuses(world, Reason.CALENDAR_REFUSED, "release.import"):
        import_calendar(world, who(world, "cyd"), "ons", body)
    assert release(world).instant == INSTANT


def test_who_read_it_is_in_the_log_even_where_its_source_is_a_path_with_spaces(world: World) -> None:
    import_calendar(world, who(world, "cyd"), "/a folder/calendar.json", calendar(INSTANT))
    assert [entry.actor for entry in (*log(world, "calendar.read"), *log(world, "release.enter"))] == ["cyd", "cyd"]
    read_calendar(world, calendar(INSTANT))
    assert log(world, "calendar.read")[0].actor == "worker"


@pytest.mark.parametrize("state", ["cancelled", "finalised"])
def test_nobody_confirms_what_is_cancelled_or_not_final(world: World, state: str) -> None:
    read_calendar(world, calendar(NOON, cancelled=state == "cancelled", finalised=state != "finalised"))
    reason = Reason.RELEASE_CANCELLED if state == "cancelled" else Reason.RELEASE_NOT_FINAL
    with refuses(world, reason, "release.confirm"):
        confirm_publication(world, who(world, "olu"), CPI)


def test_who_may_import_and_who_may_confirm(world: World) -> None:
    for name in ("ada", "bola", "eve", "sam", "olu", "cleo"):
        with refuses(world, Reason.ROLE_MISSING, "release.import"):
            import_calendar(world, who(world, name), "ons", calendar(INSTANT))
    read_calendar(world, calendar(NOON))
    for name in ("ada", "bola", "eve", "sam", "cleo"):
        with refuses(world, Reason.ROLE_MISSING, "release.confirm"):
            confirm_publication(world, who(world, name), CPI)
    assert [each.id for each in releases(world, who(world, "ada"))] == [CPI]


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Moves and sights are the core's; the races between them are tested on both databases."""
    return f"sqlite:///{tmp_path}/gateway.db"
