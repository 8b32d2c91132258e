"""The X connector and the pretend X, two readings of one page, meet by the real courier."""

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
from connectors.text import alike
from connectors.words import Absent, Home, Likely, Outgoing, Picture
from connectors.x import connector
from connectors.x.connector import said
from scheduler.outcome import Accepted, BackToHeld, Lost, TurnedDown
from tests.scheduler.meeting import CHART, Meeting
from tests.simulators.callers import client

POST = Outgoing(
    account="a",
    text="Café prices rose 3.1% 📈 R&D <up> says ons.gov.uk (https://Example.org/a_(b)?q=1&r=2). #CPIH",
    wanted="now",
    link="https://www.example.org/cpih/october",
)
BACK = "https://gateway.example/oauth/callback"
VERIFIER = "a-verifier-of-some-forty-characters-or-more-"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Meeting]:
    """An account with tokens."""
    with start("x", tmp_path) as running:
        made = running.accounts(1, "office")[0]
        home = Home("x", "https://x.com", made["id"], made["username"])
        names = ("client_id", "client_secret", "access_token", "refresh_token")
        yield Meeting(connector, running, home, {name: made[name] for name in names}, ("api.x.com", "x.com"))


def taken(outcome: object) -> Accepted:
    """The outcome, which must be an acceptance."""
    assert isinstance(outcome, Accepted), outcome
    return outcome


def test_words_a_link_and_pictures_with_alt_text_arrive(office: Meeting) -> None:
    receipt = taken(office.deliver(replace(POST, pictures=(CHART, CHART)))).receipt
    (told,) = office.accepted()
    assert (told["id"], told["text"]) == (receipt.platform_id, said(POST))
    assert [one["alt"] for one in told["media"]] == [CHART.alt_text] * 2
    assert receipt.at is not None
    assert abs((receipt.at - office.began).total_seconds()) < 30


def test_a_picture_that_is_worked_on_is_waited_for(office: Meeting) -> None:
    office.running.knobs(rules={"media_seconds": 0.5})
    taken(office.deliver(replace(POST, pictures=(CHART,))))


def test_a_thread_hangs_together_and_is_found_and_removed(office: Meeting) -> None:
    first = taken(office.deliver(replace(POST, parts=2))).receipt
    part, passage = replace(POST, text="Part two", part=2, parts=2), office.passage(first, first, "d-2")
    second = taken(office.deliver(part, passage)).receipt
    assert office.accepted()[1]["reply_to"] == first.platform_id
    found = office.find(part, passage)
    assert isinstance(found, Likely)
    assert [one.platform_id for one in found.candidates] == [second.platform_id]
    for _ in range(2):
        office.hold(lambda c: c.remove(second, office.home))
    assert isinstance(office.find(part, passage), Absent)


@pytest.mark.parametrize("missing", [200, 404])
def test_what_is_gone_is_removed_however_x_says_so(office: Meeting, missing: int) -> None:
    office.running.knobs(rules={"missing_status": missing})
    receipt = taken(office.deliver(POST)).receipt
    office.running.remove_post(receipt.platform_id)
    office.hold(lambda c: c.remove(receipt, office.home))


@pytest.mark.parametrize("pictures", [(), (CHART,), (CHART, CHART)])
def test_an_answer_that_is_lost_is_found_by_looking(office: Meeting, pictures: tuple[Picture, ...]) -> None:
    office.running.fault("reset_after", path="/2/tweets$", method="POST")
    outgoing = replace(POST, pictures=pictures)
    assert isinstance(office.deliver(outgoing), Lost)
    found = office.find(outgoing)
    assert isinstance(found, Likely)
    assert [one.platform_id for one in found.candidates] == [one["id"] for one in office.accepted()]


def test_the_same_words_again_are_refused_and_settled_by_looking(office: Meeting) -> None:
    receipt = taken(office.deliver(POST)).receipt
    assert isinstance(office.deliver(POST), Lost)
    found = office.find(POST)
    assert isinstance(found, Likely)
    assert [one.platform_id for one in found.candidates] == [receipt.platform_id]
    assert len(office.accepted()) == 1


def test_recent_shows_what_was_written_in_a_browser_beside_ours(office: Meeting) -> None:
    for number in range(8):
        taken(office.deliver(replace(POST, text=f"Number {number}", link=None)))
    office.running.foreign_post(office.home.subject, "By hand")
    seen = office.hold(lambda c: c.recent(office.home, 7))
    assert [one.text for one in seen][:2] == ["By hand", "Number 7"]
    assert len(seen) == 7
    taken(office.deliver(POST))
    assert alike(office.hold(lambda c: c.recent(office.home, 1))[0].text.replace("http://ons", "ons"), said(POST))


def test_the_account_is_told_and_its_face_is_seen(office: Meeting) -> None:
    told = office.hold(lambda c: c.identify(replace(office.home, subject="")))
    assert (told.subject, told.handle) == (office.home.subject, office.home.handle)
    before = office.hold(lambda c: c.profile(office.home))
    office.running.change_profile(office.home.subject, name="Not the office", picture="other", bio="New")
    after = office.hold(lambda c: c.profile(office.home))
    assert (after.name, after.bio, before.picture != after.picture) == ("Not the office", "New", True)


def test_a_person_consents_and_the_code_is_exchanged_once(office: Meeting) -> None:
    assert connector.manifest.authorise is not None
    asked = connector.manifest.authorise(office.home)
    given = {
        "client_id": office.credential["client_id"],
        "response_type": "code",
        "redirect_uri": BACK,
        "scope": asked.separator.join(connector.manifest.scopes),
        "state": "s1",
        "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    with client(office.running) as browser:
        path = urlsplit(asked.url).path
        assert browser.get(path, params=given).status_code == 200
        back = browser.post(path, data=given | {"account": office.home.subject}).headers["Location"]
    code = parse_qs(urlsplit(back).query)["code"][0]
    office.credential |= {"code": code, "redirect_uri": BACK, "code_verifier": VERIFIER, "access_token": "none"}
    renewal = office.renew(lambda c: c.sign_in(office.home))
    assert renewal.lasts is not None
    assert renewal.lasts.total_seconds() == 7200
    taken(office.deliver(POST))
    with pytest.raises(SignInExpired):
        office.renew(lambda c: c.sign_in(office.home))


def test_tokens_rotate_and_a_used_one_wants_a_person(office: Meeting) -> None:
    office.running.expire("access")
    outcome = office.deliver(POST)
    assert isinstance(outcome, BackToHeld)
    assert outcome.flag == "credential-expired"
    used = office.credential["refresh_token"]
    office.renew(lambda c: c.refresh(office.home))
    taken(office.deliver(POST))
    office.credential["refresh_token"] = used
    with pytest.raises(SignInExpired):
        office.renew(lambda c: c.refresh(office.home))


def test_after_revoking_nothing_opens(office: Meeting) -> None:
    office.hold(lambda c: c.revoke(office.home))
    assert isinstance(office.deliver(POST), BackToHeld)
    with pytest.raises(SignInExpired):
        office.renew(lambda c: c.refresh(office.home))
    assert office.accepted() == []


def test_a_wrong_application_is_the_operators_to_mend(office: Meeting) -> None:
    office.credential["client_secret"] = "another"
    with pytest.raises(SetupWrong):
        office.renew(lambda c: c.refresh(office.home))


@pytest.mark.parametrize(
    ("rules", "expected", "flag"),
    [
        ({"credits": 0}, BackToHeld, "setup-wrong"),
        ({"posts_per_15min": 0}, BackToHeld, None),
        ({"max_length": 20}, TurnedDown, None),
        ({"media_fails": True}, TurnedDown, None),
    ],
    ids=str,
)
def test_what_x_does_not_take_has_one_word_of_ours(
    office: Meeting, rules: dict[str, int], expected: type[object], flag: str | None
) -> None:
    office.running.knobs(rules=rules)
    outcome = office.deliver(replace(POST, pictures=(CHART,)))
    assert isinstance(outcome, expected), outcome
    assert getattr(outcome, "flag", None) == flag
    assert office.accepted() == []


def test_a_suspended_account_is_the_operators_to_mend(office: Meeting) -> None:
    office.running.expire("suspended")
    outcome = office.deliver(POST)
    assert isinstance(outcome, BackToHeld)
    assert outcome.flag == "setup-wrong"


def test_own_threads_that_x_does_not_allow_are_turned_down(office: Meeting) -> None:
    first = taken(office.deliver(POST)).receipt
    office.running.knobs(rules={"own_replies": False})
    part = replace(POST, text="Part two", part=2, parts=2)
    assert isinstance(office.deliver(part, office.passage(first, first, "d-2")), TurnedDown)


def test_too_many_requests_wait_until_the_reset(office: Meeting) -> None:
    office.running.fault("status", path="/2/tweets$", method="POST", status=429, seconds=120)
    outcome = office.deliver(POST)
    assert isinstance(outcome, BackToHeld)
    assert outcome.not_before is not None
    assert 100 <= (outcome.not_before - office.began).total_seconds() <= 140
