"""The Instagram and Threads connectors meet the pretend platforms that another reader of the pages wrote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.contract import ByHand, Rejected, SignInExpired
from connectors.simulators.running import start
from connectors.words import Absent, Likely, Outgoing
from scheduler.outcome import Accepted, BackToHeld, Lost, TurnedDown
from tests.scheduler.meeting import PHOTO, Meeting
from tests.scheduler.stages import STAGES
from tests.simulators.callers import client

BACK = "https://gateway.example/oauth/callback"
TEXT = "Café prices rose 3.1% 📈\n\nMore at noon. #CPIH"
POST = Outgoing(account="a", text=TEXT, wanted="now", pictures=(PHOTO,))
PLAIN = replace(POST, pictures=())


@pytest.fixture(params=["instagram", "threads"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Meeting]:
    """An account on each platform."""
    with start(request.param, tmp_path, **STAGES[request.param].rules) as running:
        yield STAGES[request.param].meeting(running)


@pytest.fixture
def gram(tmp_path: Path) -> Iterator[Meeting]:
    """An account on Instagram."""
    with start("instagram", tmp_path) as running:
        yield STAGES["instagram"].meeting(running)


@pytest.fixture
def thread(tmp_path: Path) -> Iterator[Meeting]:
    """A profile on Threads, which takes a moment for each container."""
    with start("threads", tmp_path) as running:
        yield STAGES["threads"].meeting(running)


def taken(outcome: object) -> Accepted:
    """The outcome, which must be an acceptance."""
    assert isinstance(outcome, Accepted), outcome
    return outcome


def test_one_picture_or_several_arrive_with_their_words_and_a_link_to_see_them(office: Meeting) -> None:
    receipt = taken(office.deliver(POST)).receipt
    both = replace(POST, text="Two", pictures=(PHOTO, replace(PHOTO, alt_text="Again")), link="https://example.org/c")
    taken(office.deliver(both))
    one, two = office.accepted()
    assert (one["id"], one["text"], receipt.url is not None) == (receipt.platform_id, TEXT, True)
    assert two["text"] == "Two\n\nhttps://example.org/c"
    assert [media["alt"] for media in (*one["media"], *two["media"])] == [PHOTO.alt_text, PHOTO.alt_text, "Again"]
    assert {media["sha256"] for media in (*one["media"], *two["media"])} == {PHOTO.sha256}


def test_what_was_made_public_although_nobody_heard_it_is_found_by_its_container(office: Meeting) -> None:
    office.running.fault("reset_after", path="publish$")
    assert isinstance(office.deliver(POST), Lost)
    found = office.find(POST)
    assert isinstance(found, Likely)
    assert [one.platform_id for one in found.candidates] == [one["id"] for one in office.accepted()]


def test_what_was_not_made_public_is_surely_absent_and_goes_out_by_the_same_container(office: Meeting) -> None:
    office.running.fault("status", path="publish$", status=500)
    assert isinstance(office.deliver(POST), Lost)
    assert office.find(POST) == Absent(proof=True, complete=True)
    (made,) = office.containers.values()
    taken(office.deliver(POST))
    assert list(office.containers.values()) == [made]
    assert len(office.accepted()) == 1


def test_a_container_that_went_out_is_never_called_refused_by_trying_it_again(office: Meeting) -> None:
    taken(office.deliver(POST))
    assert isinstance(office.deliver(POST), Lost), "the same delivery a second time: by its container, so it is settled"
    assert isinstance(office.find(POST), Likely)
    assert len(office.accepted()) == 1


def test_recent_shows_what_others_posted_beside_ours_and_the_profile_its_face(office: Meeting) -> None:
    taken(office.deliver(POST))
    office.running.foreign_post(office.home.subject, "By hand")
    assert [one.text for one in office.hold(lambda c: c.recent(office.home, 10))] == ["By hand", TEXT]
    who = office.hold(lambda c: c.identify(office.home))
    assert (who.subject, who.handle, who.personal) == (office.home.subject, office.home.handle, False)
    before = office.hold(lambda c: c.profile(office.home))
    office.running.change_profile(office.home.subject, bio="Bought by strangers", picture="other")
    after = office.hold(lambda c: c.profile(office.home))
    assert (after.name, after.bio) == (before.name, "Bought by strangers")
    assert before.picture != after.picture


def test_an_ended_token_and_a_throttling_hold_the_post(office: Meeting) -> None:
    office.running.fault("status", path="publish$", status=429, seconds=90)
    outcome = office.deliver(POST)
    assert isinstance(outcome, BackToHeld)
    assert outcome.not_before is not None
    office.running.expire("access")
    outcome = office.deliver(POST)
    assert isinstance(outcome, BackToHeld)
    assert outcome.flag == "credential-expired"
    with pytest.raises(SignInExpired):
        office.hold(lambda c: c.recent(office.home, 10))


def test_a_consent_ends_in_a_token_of_60_days_that_is_extended_and_taken_back_by_a_person(office: Meeting) -> None:
    assert office.connector.manifest.authorise is not None
    asked = office.connector.manifest.authorise(office.home)
    given = {
        "client_id": office.credential["client_id"],
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": asked.separator.join(office.connector.manifest.scopes),
        "state": "s1",
        "account": office.home.subject,
    }
    with client(office.running) as browser:
        place = urlsplit(asked.url)
        back = browser.post(place.path, data=given, headers={"Host": place.netloc}).headers["Location"]
    aged = office.credential.pop("access_token")
    office.credential |= {"code": parse_qs(urlsplit(back).query)["code"][0], "redirect_uri": BACK}
    (exchange,) = asked.exchange
    office.renew(lambda c: exchange(office.home))
    with pytest.raises(Rejected, match="code"):
        office.renew(lambda c: exchange(office.home))
    lasting = office.renew(lambda c: c.sign_in(office.home))
    assert lasting.grant_lasts is not None
    assert lasting.lasts == lasting.grant_lasts / 2 > timedelta(days=29)
    taken(office.deliver(POST))
    with pytest.raises(Rejected, match="24 hours"):  # so new that it cannot be extended yet: it goes on
        office.renew(lambda c: c.refresh(office.home))
    office.credential["access_token"] = aged
    office.renew(lambda c: c.refresh(office.home))
    assert office.credential["access_token"] != aged
    with suppress(ByHand):
        office.hold(lambda c: c.revoke(office.home))
    taken(office.deliver(replace(POST, text="Once more")))


def test_a_person_alone_deletes_on_instagram_and_then_it_is_gone(gram: Meeting) -> None:
    receipt = taken(gram.deliver(POST)).receipt
    with pytest.raises(ByHand, match="delete it in the app"):
        gram.hold(lambda c: c.remove(receipt, gram.home))
    gram.running.remove_post(receipt.platform_id)
    gram.hold(lambda c: c.remove(receipt, gram.home))


def test_a_later_part_on_instagram_is_a_comment_that_is_found_and_removed(gram: Meeting) -> None:
    first = taken(gram.deliver(replace(POST, parts=2))).receipt
    _, afterwards = gram.second(replace(PLAIN, text="Part two", part=2, parts=2), first)
    assert afterwards == Absent(proof=False, complete=True)


def test_threads_takes_words_a_card_and_a_chain_and_removes_them(thread: Meeting) -> None:
    first = taken(thread.deliver(replace(PLAIN, parts=2, link="https://example.org/cpih"))).receipt
    part, passage = replace(PLAIN, text="Part two", part=2, parts=2), thread.passage(first, first, "d-2")
    second = taken(thread.deliver(part, passage)).receipt
    assert [one["reply_to"] for one in thread.accepted()] == [None, first.platform_id]
    assert [one.text for one in thread.hold(lambda c: c.recent(thread.home, 10))] == ["Part two", TEXT]
    for receipt in (second, first, first):
        thread.hold(lambda c, receipt=receipt: c.remove(receipt, thread.home))  # type: ignore[misc]
    assert thread.running.posts() == []


def test_the_days_posts_are_counted_before_anything_is_made(thread: Meeting) -> None:
    thread.running.knobs(rules={"posts_per_day": 1})
    taken(thread.deliver(PLAIN))
    outcome = thread.deliver(replace(PLAIN, text="One too many"))
    assert isinstance(outcome, BackToHeld)
    assert (outcome.why, outcome.intent_committed) == ("throttled", False)


def test_what_does_not_fit_is_refused_before_it_is_tried(office: Meeting) -> None:
    wide = replace(POST, pictures=(replace(PHOTO, width=1441),))
    assert isinstance(office.deliver(wide), TurnedDown)
    assert isinstance(office.deliver(replace(POST, text="📈" * 1101)), TurnedDown)
    assert office.running.truth("request") == []
