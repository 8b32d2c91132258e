"""The main job, end to end: what was approved goes out once, whole and in order, as the platforms' own truth has it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from gateway.actions import credential, write
from gateway.domain.delivery import State
from gateway.domain.post import PictureUse
from gateway.domain.refusal import Reason
from tests import cast
from tests.flow.town import BLUESKY, MASTODON, NOW, Town, soon, until
from tests.picture.made import chart, saved

pytestmark = pytest.mark.slow


def arrived(house: Town, event: dict[str, object]) -> datetime:
    """When the first byte of the request that was accepted reached the platform."""
    requests = house.platforms[str(event["platform"])].truth("request")
    return next(datetime.fromisoformat(e["at"]) for e in requests if e["number"] == event["number"])


def test_one_submission_goes_out_on_two_platforms_once_and_not_before_its_time(
    house: Town, sky: str, toot: str
) -> None:
    wanted = soon(house.world, 1.5)
    post = house.post("Our offices open at nine.", sky, toot, wanted=wanted)
    house.settled(post)
    for platform in (BLUESKY, MASTODON):
        (event,) = house.accepted("Our offices open at nine.", platform)
        assert arrived(house, event) >= datetime.fromisoformat(wanted)
        assert arrived(house, event) < datetime.fromisoformat(wanted) + timedelta(seconds=2)
    published = {delivery.receipt.platform_id for delivery in house.deliveries(post) if delivery.receipt}
    assert published == {str(e["id"]) for e in house.accepted("Our offices open at nine.")}


def test_a_thread_goes_out_part_by_part_each_answering_the_one_before(house: Town, sky: str, toot: str) -> None:
    parts = ("First part of three.", "Second part of three.", "Third part of three.")
    house.settled(house.post(parts, sky, toot))
    for platform in (BLUESKY, MASTODON):
        events = [event for part in parts for event in house.accepted(part, platform)]
        assert [event["text"] for event in sorted(events, key=lambda e: e["mono_ns"])] == list(parts)
        for before, after in pairwise(events):
            assert str(after["reply_to"]) == str(before["id"])


def test_a_picture_goes_out_with_its_alt_text(house: Town, sky: str, toot: str) -> None:
    media = write.add_picture(house.world, cast.who(house.world, "ada"), saved(chart(), "PNG"))
    use = PictureUse(media.id, "A chart that is red at the left top.", "Made by us")
    house.settled(house.post("A picture of our chart.", sky, toot, pictures=(use,)))
    for platform in (BLUESKY, MASTODON):
        (event,) = house.accepted("A picture of our chart.", platform)
        assert [(one["alt"], one["sha256"]) for one in event["media"]] == [(use.alt_text, media.id)]


def test_now_goes_out_at_once_after_its_approval(house: Town, sky: str) -> None:
    submission = house.submit("The fire alarm test is over.", sky, wanted=NOW)
    house.approve(submission)
    approved = time.monotonic()
    house.settled(submission, seconds=5)
    assert time.monotonic() - approved < 2


def test_deliveries_of_one_account_keep_their_order_even_when_the_first_is_slow(house: Town, toot: str) -> None:
    house.settled(house.post("Good morning.", toot))  # so that the account's budget is known and holds nobody back
    begins = datetime.now(UTC) + timedelta(seconds=2.5)
    house.platforms[MASTODON].fault("slow", path="/api/v1/statuses$", method="POST", ms=1500)
    texts = [f"Notice number {n} of the day." for n in range(5)]
    # Written in another order than they fall due.
    posts = [
        house.post(texts[n], toot, wanted=(begins + timedelta(milliseconds=100 * n)).isoformat())
        for n in (3, 0, 4, 1, 2)
    ]
    house.settled(*posts)
    mine = [e for e in house.platforms[MASTODON].truth("accepted") if e["text"] in texts]
    assert [e["text"] for e in mine] == texts
    assert arrived(house, mine[1]) >= arrived(house, mine[0]) + timedelta(seconds=1.5)


def test_what_is_published_can_be_taken_down_again_and_twice_is_harmless(house: Town, sky: str) -> None:
    post = house.post("To be taken down.", sky)
    house.settled(post)
    (delivery,) = house.deliveries(post)
    for _ in range(2):
        credential.ask_removal(house.world, cast.who(house.world, "ada"), delivery.id)
    house.settled(post, state=State.REMOVED)
    until(lambda: not _errands(house), house)
    assert [e["id"] for e in house.platforms[BLUESKY].truth("removed")].count(str(delivery.receipt.platform_id)) == 1  # type: ignore[union-attr]
    cast.refused(Reason.WRONG_STATE, credential.ask_removal, house.world, cast.who(house.world, "ada"), delivery.id)


def _errands(house: Town) -> list[object]:
    with house.world.storage.reading() as readers:
        return list(readers.errands.waiting())


def test_sigterm_finishes_the_conversation_in_hand_and_gives_back_what_has_no_intent(house: Town, toot: str) -> None:
    house.platforms[MASTODON].fault("slow", path="/api/v1/statuses$", method="POST", ms=2000)
    going = house.post("In hand when the worker is asked to stop.", toot, wanted=soon(house.world, 1.2))
    later = house.post("Claimed, and given back.", toot, wanted=soon(house.world, 6))
    until(lambda: house.states(going) == [State.SENDING], house)
    until(lambda: house.states(later) == [State.CLAIMED], house)
    house.stop_worker()
    assert (house.states(going), house.states(later)) == ([State.PUBLISHED], [State.HELD])
    house.start_worker()
    house.settled(later)
    assert len(house.accepted("In hand when the worker is asked to stop.")) == 1
    assert len(house.accepted("Claimed, and given back.")) == 1
