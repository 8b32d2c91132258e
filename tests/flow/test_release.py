"""At release: not a byte before the instant is surely past and publication was seen by the worker itself (G11, P22)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.domain.delivery import State
from gateway.domain.refusal import Reason
from gateway.domain.submission import Submission
from tests.flow.town import AT_RELEASE, BLUESKY, MASTODON, Town, entry, town, until

pytestmark = pytest.mark.slow
BOUND = 0.4
LAPSE = 7.0


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A clock that may be wrong by 0.4 s, and a policy under which a post lapses after 7 s."""
    with town(
        tmp_path_factory.mktemp("release"),
        platforms=(BLUESKY, MASTODON),
        spans={"lapse_after": LAPSE},
        calendar={"file": "calendar.json", "poll_seconds": 1},
        clock={"source": "assumed", "bound_seconds": BOUND},
    ) as made:
        yield made


class Published:
    """The calendar as its office keeps it: every entry stays in the file."""

    def __init__(self, house: Town) -> None:
        self._house = house
        self._entries: dict[str, dict[str, Any]] = {}

    def say(self, name: str, instant: datetime, **more: Any) -> str:
        """Put an entry into the file, by rename; its id."""
        self._entries[name] = entry(name, instant, **more)
        self._house.calendar(*self._entries.values())
        return f"/releases/{name}"


@pytest.fixture
def sky(house: Town) -> str:
    """An account for one test: what waits for its release keeps its account's later posts waiting for a while."""
    return house.connect(BLUESKY)


@pytest.fixture
def toot(house: Town) -> str:
    """The same at the other platform."""
    return house.connect(MASTODON)


@pytest.fixture(scope="module")
def office(house: Town) -> Published:
    """The statistical office."""
    return Published(house)


def in_seconds(seconds: float) -> datetime:
    """An instant ahead, in whole milliseconds as the calendar has them."""
    at = datetime.now(UTC) + timedelta(seconds=seconds)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def bound(house: Town, text: str, release: str, *accounts: str) -> Submission:
    """Approved, to go out at this release."""
    until(lambda: house.release(release) is not None, house)
    return house.post(text, *accounts, wanted=AT_RELEASE, release=release)


def content_bytes(house: Town, text: str) -> list[datetime]:
    """When anything that holds this text was accepted."""
    return [datetime.fromisoformat(e["at"]) for e in house.accepted(text)]


def test_nothing_goes_before_the_instant_is_surely_past_and_publication_is_seen(
    house: Town, sky: str, toot: str, office: Published
) -> None:
    instant = in_seconds(3)
    release = office.say("on-time", instant)
    post = bound(house, "Figures are out, on time.", release, sky, toot)
    until(lambda: datetime.now(UTC) > instant + timedelta(seconds=BOUND + 0.8), house)
    assert content_bytes(house, "Figures are out, on time.") == []
    assert house.states(post) == [State.CLAIMED, State.CLAIMED]
    seen = datetime.now(UTC)
    office.say("on-time", instant, published=True)
    house.settled(post)
    times = content_bytes(house, "Figures are out, on time.")
    assert len(times) == 2
    assert all(seen < at < seen + timedelta(seconds=3) for at in times)


def test_a_calendar_that_says_published_too_early_opens_nothing(house: Town, sky: str, office: Published) -> None:
    instant = in_seconds(2.5)
    release = office.say("too-early", instant, published=True)
    post = bound(house, "Figures, said to be out already.", release, sky)
    house.settled(post)
    (at,) = content_bytes(house, "Figures, said to be out already.")
    assert at >= instant + timedelta(seconds=BOUND)


def test_a_release_that_moves_takes_its_posts_along(house: Town, sky: str, office: Published) -> None:
    release = office.say("moved", in_seconds(2))
    post = bound(house, "Figures that came later.", release, sky)
    until(lambda: house.states(post) == [State.CLAIMED], house)
    later = in_seconds(4)
    office.say("moved", later, published=True)
    house.settled(post)
    (at,) = content_bytes(house, "Figures that came later.")
    assert at >= later + timedelta(seconds=BOUND)
    (delivery,) = house.deliveries(post)
    assert "delivery.move" in house.acts(delivery.id)


@pytest.mark.parametrize(
    ("change", "why"),
    [({"cancelled": True}, Reason.RELEASE_CANCELLED), ({"finalised": False}, Reason.RELEASE_NOT_FINAL)],
)
def test_a_release_that_is_cancelled_or_provisional_again_holds_its_posts_for_a_person(
    house: Town, sky: str, office: Published, change: dict[str, bool], why: Reason
) -> None:
    text = f"Figures of a release that is {why}."
    instant = in_seconds(2.5)
    name = f"stopped-{why}"
    post = bound(house, text, office.say(name, instant), sky)
    office.say(name, instant, published=True, **change)
    until(lambda: house.deliveries(post)[0].hold == why, house)
    until(lambda: datetime.now(UTC) > instant + timedelta(seconds=BOUND + 1), house)
    assert house.accepted(text) == []
    assert house.states(post) in ([State.HELD], [State.LAPSED])


def test_what_is_never_seen_published_lapses_and_is_never_sent(house: Town, sky: str, office: Published) -> None:
    instant = in_seconds(1.5)
    release = office.say("unseen", instant)
    post = bound(house, "Figures nobody saw.", release, sky)
    house.settled(post, state=State.LAPSED)
    office.say("unseen", instant, published=True)
    until(lambda: (found := house.release(release)) is not None and found.seen_at is not None, house)
    assert house.accepted("Figures nobody saw.") == []
    assert house.states(post) == [State.LAPSED]


def test_a_calendar_that_cannot_be_read_keeps_the_gate_shut(house: Town, sky: str, office: Published) -> None:
    instant = in_seconds(2)
    release = office.say("garbled", instant)
    post = bound(house, "Figures beside a broken calendar.", release, sky)
    path = house.settings.in_data("calendar.json")
    fresh = path.with_suffix(".fresh")
    fresh.write_text(path.read_text().replace('"published": false', '"published": true')[:-20])
    fresh.replace(path)
    until(lambda: datetime.now(UTC) > instant + timedelta(seconds=BOUND + 1), house)
    assert house.accepted("Figures beside a broken calendar.") == []
    office.say("garbled", instant, published=True)
    house.settled(post)
    assert len(house.accepted("Figures beside a broken calendar.")) == 1
