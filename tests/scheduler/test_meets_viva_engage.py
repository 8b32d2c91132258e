"""The Viva Engage connector and the pretend Yammer with Entra, two readings of one page, meet by the real courier."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.contract import SetupWrong, SignInExpired
from connectors.simulators.running import start
from connectors.viva_engage import connector
from connectors.viva_engage.limits import said
from connectors.words import Absent, Home, Likely, Outgoing
from scheduler.outcome import Accepted, BackToHeld, Lost, TurnedDown
from tests.scheduler.meeting import CHART, Meeting
from tests.simulators.callers import client

POST = Outgoing(account="a", text="Café prices rose 3.1% 📈\n\nMore at noon. #CPIH", wanted="now")
HOSTS = ("www.yammer.com", "filesng.yammer.com", "login.microsoftonline.com")
BACK = "https://gateway.example/back"
VERIFIER = "a-verifier-of-some-forty-characters-or-more-"


@pytest.fixture
def town_hall(tmp_path: Path) -> Iterator[Meeting]:
    """A service account with tokens, connected to its community."""
    with start("viva_engage", tmp_path) as running:
        made = running.accounts(1, "office")[0]
        handle = f"{made['tenant']}/{made['group_id']}/{made['handle']}"
        home = Home("viva_engage", "https://www.yammer.com", "", handle)
        names = ("client_id", "client_secret", "access_token", "refresh_token")
        meeting = Meeting(connector, running, home, {name: made[name] for name in names}, HOSTS)
        meeting.home = replace(home, subject=meeting.hold(lambda c: c.identify(home)).subject)
        yield meeting


def taken(outcome: object) -> Accepted:
    """The outcome, which must be an acceptance."""
    assert isinstance(outcome, Accepted), outcome
    return outcome


def test_words_a_card_and_pictures_arrive_in_the_community(town_hall: Meeting) -> None:
    charts = replace(POST, text="With charts", pictures=(CHART, CHART), link="https://example.org/c")
    for outgoing in (POST, replace(POST, text="With a card", link="https://example.org/cpih"), charts):
        taken(town_hall.deliver(outgoing))
    plain, card, pictures = town_hall.accepted()
    assert (plain["text"], str(plain["group"])) == (POST.text, town_hall.home.subject.partition("/")[2])
    assert (card["text"], card["link"]) == ("With a card", "https://example.org/cpih")
    assert pictures["text"] == said(charts)
    assert len(pictures["media"]) == 2


def test_a_later_part_is_a_reply_that_is_found_and_removed(town_hall: Meeting) -> None:
    first = taken(town_hall.deliver(replace(POST, parts=2))).receipt
    _, afterwards = town_hall.second(replace(POST, text="Part two", part=2, parts=2), first)
    assert isinstance(afterwards, Absent)


def test_an_answer_that_is_lost_is_found_by_looking_once_the_list_has_it(town_hall: Meeting) -> None:
    town_hall.running.fault("reset_after", path="messages.json$", method="POST")
    town_hall.running.fault("lagging_lists", path="sent.json$", seconds=30)
    with_charts = replace(POST, pictures=(CHART,), link="https://example.org/c")
    assert isinstance(town_hall.deliver(with_charts), Lost)
    assert town_hall.find(with_charts) == Absent(proof=False, complete=False)
    found = town_hall.find(with_charts)
    assert isinstance(found, Likely)
    assert [one.platform_id for one in found.candidates] == [one["id"] for one in town_hall.accepted()]


def test_a_second_post_is_a_second_post_so_both_are_told_to_a_person(town_hall: Meeting) -> None:
    taken(town_hall.deliver(POST))
    taken(town_hall.deliver(POST))
    found = town_hall.find(POST)
    assert isinstance(found, Likely)
    assert len(found.candidates) == 2


def test_recent_shows_what_was_written_in_a_browser_beside_ours(town_hall: Meeting) -> None:
    taken(town_hall.deliver(POST))
    town_hall.running.foreign_post(town_hall.home.subject.partition("/")[0], "By hand")
    seen = town_hall.hold(lambda c: c.recent(town_hall.home, 10))
    assert [(one.text, one.application) for one in seen] == [("By hand", "Web"), (POST.text, "Gateway")]


def test_the_service_account_is_verified_and_its_face_is_seen(town_hall: Meeting) -> None:
    home = replace(town_hall.home, subject="")
    stranger = replace(home, handle=home.handle.rpartition("/")[0] + "/somebody")
    elsewhere = replace(home, handle=home.handle.replace("31158067201", "31158067299"))
    for wrong in (stranger, elsewhere):
        with pytest.raises(SetupWrong):
            town_hall.hold(lambda c, wrong=wrong: c.identify(wrong))  # type: ignore[misc]  # the lambda's default
    before = town_hall.hold(lambda c: c.profile(town_hall.home))
    town_hall.running.change_profile(home.handle.rpartition("/")[2], name="Not the office", picture="other")
    after = town_hall.hold(lambda c: c.profile(town_hall.home))
    assert (after.name, before.picture != after.picture) == ("Not the office", True)


def test_a_person_consents_and_the_code_is_exchanged_by_the_worker(town_hall: Meeting) -> None:
    assert connector.manifest.authorise is not None
    asked = connector.manifest.authorise(town_hall.home)
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    given = {
        "client_id": town_hall.credential["client_id"],
        "response_type": "code",
        "redirect_uri": BACK,
        "scope": asked.separator.join(connector.manifest.scopes),
        "state": "s1",
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
        **dict(asked.more),
    }
    with client(town_hall.running) as browser:
        path = urlsplit(asked.url).path
        assert browser.get(path, params=given).status_code == 200
        person = town_hall.home.subject.partition("/")[0]
        back = browser.post(path, data=given | {"account": person}).headers["Location"]
    code = parse_qs(urlsplit(back).query)["code"][0]
    town_hall.credential |= {"code": code, "redirect_uri": BACK, "code_verifier": VERIFIER, "access_token": "none"}
    renewal = town_hall.renew(lambda c: c.sign_in(town_hall.home))
    assert renewal.lasts is not None
    assert renewal.grant_lasts is not None
    assert renewal.grant_lasts.days == 90
    taken(town_hall.deliver(POST))


def test_what_expired_is_refreshed_and_what_entra_cut_needs_a_person(town_hall: Meeting) -> None:
    town_hall.running.expire("access")
    outcome = town_hall.deliver(POST)
    assert isinstance(outcome, BackToHeld)
    assert outcome.flag == "credential-expired"
    town_hall.renew(lambda c: c.refresh(town_hall.home))
    taken(town_hall.deliver(POST))
    town_hall.running.expire("refresh")
    with pytest.raises(SignInExpired):
        town_hall.renew(lambda c: c.refresh(town_hall.home))


@pytest.mark.parametrize("status", [429, 403])
def test_too_many_requests_wait_half_a_minute_however_they_are_told(town_hall: Meeting, status: int) -> None:
    town_hall.running.knobs(rules={"throttle_status": status})
    town_hall.running.fault("status", path="messages.json$", method="POST", status=status)
    outcome = town_hall.deliver(POST)
    assert isinstance(outcome, BackToHeld)
    assert outcome.not_before is not None
    assert 25 <= (outcome.not_before - town_hall.began).total_seconds() <= 60
    assert town_hall.accepted() == []


def test_what_is_not_our_community_is_turned_down_for_the_operator(town_hall: Meeting) -> None:
    other = replace(town_hall.home, handle=town_hall.home.handle.replace("31158067201", "31158067299"))
    outcome = town_hall.deliver(POST, replace(town_hall.passage(), home=other))
    assert isinstance(outcome, BackToHeld | TurnedDown)
    assert town_hall.accepted() == []
