"""The Facebook connector and the pretend Graph API, two readings of one page, meet through the real courier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.contract import PlatformError, SetupWrong, SignInExpired
from connectors.facebook import connector
from connectors.simulators.running import start
from connectors.words import Absent, Home, Likely, Outgoing, Profile
from scheduler.outcome import Accepted, BackToHeld, Lost, TurnedDown
from tests.scheduler.meeting import CHART, Meeting
from tests.simulators.callers import client

BACK = "https://gateway.example/oauth/callback"
TEXT = "Café prices rose 3.1% 📈\n\nMore at noon. #CPIH"
POST = Outgoing(account="a", text=TEXT, wanted="now")


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Meeting]:
    """A Page, brought by its system user's token."""
    with start("facebook", tmp_path) as running:
        made = running.accounts(1, "office")[0]
        home = Home("facebook", "https://graph.facebook.com", made["id"], made["name"])
        credential = {
            "access_token": made["system_user_token"],
            "client_id": made["app_id"],
            "client_secret": made["app_secret"],
        }
        meeting = Meeting(connector, running, home, credential, ("graph.facebook.com",))
        meeting.made = made
        meeting.renew(lambda c: c.sign_in(home))
        yield meeting


def taken(outcome: object) -> Accepted:
    """The outcome, which must be an acceptance."""
    assert isinstance(outcome, Accepted), outcome
    return outcome


def test_words_a_link_and_pictures_arrive_as_they_were_said(page: Meeting) -> None:
    taken(page.deliver(POST))
    taken(page.deliver(replace(POST, text="With a card", link="https://example.org/cpih")))
    taken(page.deliver(replace(POST, text="With charts", pictures=(CHART, CHART), link="https://example.org/c")))
    plain, card, charts = page.accepted()
    assert plain["text"] == TEXT
    assert (card["text"], card["link"]) == ("With a card", "https://example.org/cpih")
    assert charts["text"] == "With charts\n\nhttps://example.org/c"
    assert [one["alt"] for one in charts["media"]] == [CHART.alt_text] * 2


def test_a_threads_later_parts_are_found_and_removed_as_comments(page: Meeting) -> None:
    first = taken(page.deliver(replace(POST, parts=2))).receipt
    part, passage = replace(POST, text="Part two", part=2, parts=2), page.passage(first, first, "d-2")
    second = taken(page.deliver(part, passage)).receipt
    found = page.find(part, passage)
    assert isinstance(found, Likely)
    assert [one.platform_id for one in found.candidates] == [second.platform_id]
    page.hold(lambda c: c.remove(second, page.home))
    assert page.find(part, passage) == Absent(proof=False, complete=True)


def test_an_answer_that_is_lost_is_found_by_looking_and_once(page: Meeting) -> None:
    page.running.fault("reset_after", path="/feed$")
    assert isinstance(page.deliver(POST), Lost)
    found = page.find(POST)
    assert isinstance(found, Likely)
    assert [one.platform_id for one in found.candidates] == [one["id"] for one in page.accepted()]


def test_the_known_trap_of_500_although_it_was_published_is_unknown_and_never_rejected(page: Meeting) -> None:
    page.running.fault("status", path="/feed$", status=500, applied=True)
    assert isinstance(page.deliver(POST), Lost)
    assert len(page.accepted()) == 1


def test_a_picture_that_answers_500_although_it_was_taken_is_uploaded_again_and_never_seen_twice(page: Meeting) -> None:
    page.running.fault("status", path="/photos$", status=500, applied=True)
    with_chart = replace(POST, pictures=(CHART,))
    assert isinstance(page.deliver(with_chart), BackToHeld)
    taken(page.deliver(with_chart))
    assert len(page.accepted()) == 1


def test_the_same_words_again_are_settled_by_looking(page: Meeting) -> None:
    taken(page.deliver(POST))
    assert isinstance(page.deliver(POST), Lost)
    assert len(page.accepted()) == 1


def test_what_is_removed_is_gone_and_may_be_removed_again(page: Meeting) -> None:
    receipt = taken(page.deliver(replace(POST, pictures=(CHART,)))).receipt
    for _ in range(2):
        page.hold(lambda c: c.remove(receipt, page.home))
    assert page.running.posts() == []
    assert page.running.truth("removed")[-1]["id"] == receipt.get("photos")


def test_recent_shows_what_others_posted_beside_ours(page: Meeting) -> None:
    taken(page.deliver(POST))
    page.running.foreign_post(page.home.subject, "By hand")
    seen = page.hold(lambda c: c.recent(page.home, 10))
    assert [one.text for one in seen] == ["By hand", TEXT]
    assert [bool(one.application) for one in seen] == [False, True]


def test_the_page_is_told_from_its_people_and_shows_its_face(page: Meeting) -> None:
    who = page.hold(lambda c: c.identify(page.home))
    assert (who.subject, who.handle, who.personal) == (page.home.subject, page.home.handle, False)
    person = Meeting(connector, page.running, page.home, page.credential | {"page_token": ""}, page.hosts)
    assert person.hold(lambda c: c.identify(page.home)).personal
    before = page.hold(lambda c: c.profile(page.home))
    page.running.change_profile(page.home.subject, bio="Bought by strangers", picture="other")
    after = page.hold(lambda c: c.profile(page.home))
    assert after == Profile(before.name, "other.png", "Bought by strangers")
    assert before.picture != after.picture


def test_a_pages_own_token_needs_no_sign_in(page: Meeting) -> None:
    own = page.credential | {"access_token": page.credential["page_token"]}
    own.pop("page_token")
    alone = Meeting(connector, page.running, page.home, own, page.hosts)
    assert alone.renew(lambda c: c.sign_in(page.home)).fields == ()
    assert alone.renew(lambda c: c.refresh(page.home)).fields == ()
    taken(alone.deliver(POST))


def test_a_persons_consent_ends_in_a_page_token_that_does_not_end(page: Meeting) -> None:
    assert connector.manifest.authorise is not None
    asked = connector.manifest.authorise(replace(page.home, facts=(("login_configuration", 7),)))
    given = {
        "client_id": page.credential["client_id"],
        "response_type": "code",
        "redirect_uri": BACK,
        "scope": asked.separator.join(connector.manifest.scopes),
        "state": "s1",
        **dict(asked.more),
    }
    page.credential.pop("page_token")
    token = page.credential.pop("access_token")
    with client(page.running) as browser:
        path = urlsplit(asked.url).path
        assert browser.get(path, params=given).status_code == 200
        back = browser.post(path, data=given | {"account": page.made["user_id"]}).headers["Location"]
        page.credential |= {"code": parse_qs(urlsplit(back).query)["code"][0], "redirect_uri": BACK}
        short, lasting = (page.renew(lambda c, begin=begin: begin(page.home)) for begin in asked.exchange)  # type: ignore[misc]
        assert short.lasts is not None
        assert lasting.lasts is not None
        assert (short.lasts < timedelta(hours=3), lasting.lasts > timedelta(days=59)) == (True, True)
        page.renew(lambda c: c.sign_in(page.home))
        about = browser.get(
            "/v25.0/debug_token",
            params={
                "input_token": page.credential["page_token"],
                "access_token": f"{page.credential['client_id']}|{page.credential['client_secret']}",
            },
        ).json()["data"]
    assert (about["type"], about["profile_id"], about["expires_at"]) == ("PAGE", page.home.subject, 0)
    assert page.credential["access_token"] != token
    taken(page.deliver(POST))
    page.renew(lambda c: c.refresh(page.home))
    page.hold(lambda c: c.revoke(page.home))  # takes back all that the person granted
    outcome = page.deliver(replace(POST, text="Too late"))
    assert isinstance(outcome, BackToHeld)
    assert outcome.flag == "credential-expired"


def test_a_renewed_token_works_and_a_revoked_one_does_not(page: Meeting) -> None:
    page.renew(lambda c: c.refresh(page.home))
    taken(page.deliver(POST))
    page.hold(lambda c: c.revoke(page.home))
    outcome = page.deliver(replace(POST, text="Too late"))
    assert isinstance(outcome, BackToHeld)
    assert outcome.flag == "credential-expired"
    with pytest.raises(SignInExpired):
        page.hold(lambda c: c.recent(page.home, 10))


def test_a_person_who_may_not_write_on_the_page_is_no_way_to_connect_it(page: Meeting) -> None:
    stranger = replace(page.home, subject="1", handle="Another Page")
    with pytest.raises(SetupWrong):
        page.hold(lambda c: c.sign_in(stranger))


def test_a_wrong_secret_is_refused_by_the_proof(page: Meeting) -> None:
    page.credential["client_secret"] = "wrong"
    with pytest.raises(PlatformError):
        page.hold(lambda c: c.recent(page.home, 10))
    assert not isinstance(page.deliver(POST), Accepted | Lost)
    assert page.accepted() == []


def test_throttling_waits_as_long_as_the_platform_says(page: Meeting) -> None:
    page.running.fault("status", path="/feed$", status=429, seconds=90)
    outcome = page.deliver(POST)
    assert isinstance(outcome, BackToHeld)
    assert outcome.not_before is not None
    assert 60 <= (outcome.not_before - page.began).total_seconds() <= 200
    page.running.fault("expired_credential", path="/feed$")
    assert isinstance(page.deliver(POST), BackToHeld)
    page.running.knobs(rules={"unscrapable": "dead.example"})
    assert isinstance(page.deliver(replace(POST, link="https://dead.example/a")), TurnedDown)
