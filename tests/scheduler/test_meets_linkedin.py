"""The LinkedIn connector and the pretend LinkedIn, two readings of one page, meet by the real courier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.contract import SetupWrong, SignInExpired
from connectors.linkedin import connector
from connectors.linkedin.limits import said
from connectors.simulators.running import start
from connectors.words import Absent, Home, Likely, Outgoing, Profile
from scheduler.outcome import Accepted, BackToHeld, Lost, TurnedDown
from tests.scheduler.meeting import CHART, Meeting
from tests.simulators.callers import client

POST = Outgoing(
    account="a",
    text="Café prices\nrose 3.1% 📈 *R&D* <up> [see] {x|y} ~a_b\\c @us (https://Example.org/a_(b)?q=1#r). #CPIH #a_b",
    wanted="now",
)
LINK = "https://www.example.org/cpih/october"
BACK = "https://gateway.example/oauth/callback"
HOSTS = ("api.linkedin.com", "www.linkedin.com")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Meeting]:
    """An organisation with its administrator's tokens."""
    with start("linkedin", tmp_path) as running:
        made = running.accounts(1, "office")[0]
        home = Home("linkedin", "https://www.linkedin.com", made["urn"], made["handle"])
        names = ("client_id", "client_secret", "access_token", "refresh_token")
        yield Meeting(connector, running, home, {name: made[name] for name in names}, HOSTS)


def taken(outcome: object) -> Accepted:
    """The outcome, which must be an acceptance."""
    assert isinstance(outcome, Accepted), outcome
    return outcome


def test_words_are_never_cut_short_and_come_back_as_they_were(office: Meeting) -> None:
    receipt = taken(office.deliver(replace(POST, link=LINK))).receipt
    (told,) = office.accepted()
    assert (told["id"], told["text"]) == (receipt.platform_id, POST.text)
    (seen,) = office.hold(lambda c: c.recent(office.home, 10))
    assert (seen.text, seen.receipt.platform_id) == (POST.text, receipt.platform_id)
    assert abs((seen.at - office.began).total_seconds()) < 30


@pytest.mark.parametrize("count", [1, 2])
def test_pictures_with_alt_text_arrive(office: Meeting, count: int) -> None:
    office.running.knobs(rules={"media_seconds": 0.5})
    post = replace(POST, pictures=(CHART,) * count, link=LINK)
    taken(office.deliver(post))
    (told,) = office.accepted()
    assert told["text"] == said(post)
    assert [one["alt"] for one in told["media"]] == [CHART.alt_text] * count
    assert isinstance(office.find(post), Likely)


def test_a_picture_that_cannot_be_processed_is_not_posted(office: Meeting) -> None:
    office.running.knobs(rules={"media_fails": True})
    assert isinstance(office.deliver(replace(POST, pictures=(CHART,))), TurnedDown)
    assert office.accepted() == []


def test_a_first_comment_is_plain_text_and_is_found_and_removed(office: Meeting) -> None:
    first = taken(office.deliver(replace(POST, parts=2))).receipt
    _, afterwards = office.second(replace(POST, text="More (here) #CPIH_1", part=2, parts=2), first)
    told = office.accepted()[1]
    assert (told["text"], told["reply_to"]) == ("More (here) #CPIH_1", first.platform_id)
    assert afterwards == Absent(proof=False, complete=True)


def test_a_post_is_removed_as_often_as_one_likes(office: Meeting) -> None:
    receipt = taken(office.deliver(POST)).receipt
    for _ in range(2):
        office.hold(lambda c: c.remove(receipt, office.home))
    assert office.running.posts() == []
    assert isinstance(office.find(POST), Absent)


def test_a_duplicate_names_the_post_that_is_there_and_it_is_found_although_lists_lag(office: Meeting) -> None:
    receipt = taken(office.deliver(POST)).receipt
    again = office.deliver(POST)
    assert isinstance(again, Lost)
    assert again.why == "duplicate"
    assert again.named == receipt.platform_id
    office.running.fault("lagging_lists", path="/rest/posts", seconds=60.0, count=None)
    assert isinstance(office.find(POST), Absent)
    found = office.find(POST, replace(office.passage(), named=again.named))
    assert isinstance(found, Likely)
    assert found.candidates[0].platform_id == receipt.platform_id


def test_an_answer_that_never_comes_is_settled_by_looking(office: Meeting) -> None:
    office.running.fault("reset_after", path="/rest/posts$", method="POST")
    assert isinstance(office.deliver(POST), Lost)
    found = office.find(POST)
    assert isinstance(found, Likely)
    assert found.candidates[0].platform_id == office.accepted()[0]["id"]


def test_only_the_organisation_meant_is_taken_for_it(office: Meeting) -> None:
    number = office.home.subject.rpartition(":")[2]
    for handle in (office.home.handle, number, office.home.subject):
        fresh = replace(office.home, subject="", handle=handle)
        assert office.hold(lambda c, home=fresh: c.identify(home)).subject == office.home.subject
    other = office.running.accounts(1, "other")[0]
    strange = replace(office.home, subject=other["urn"], handle=other["handle"])
    found = office.hold(lambda c: c.identify(strange))
    assert found.subject == office.home.subject
    office.running.expire("role", office.home.handle)
    assert office.hold(lambda c: c.identify(office.home)).personal


def test_a_profile_that_changed_is_seen(office: Meeting) -> None:
    before = office.hold(lambda c: c.profile(office.home))
    office.running.change_profile(office.home.handle, name="The Office", picture="new", bio="Figures")
    after = office.hold(lambda c: c.profile(office.home))
    assert isinstance(after, Profile)
    assert (after.name, after.bio) == ("The Office", "Figures")
    assert before.picture != after.picture


def test_consent_code_refresh_and_revocation(office: Meeting) -> None:
    assert connector.manifest.authorise is not None
    asked = urlsplit(connector.manifest.authorise(office.home).url)
    member = f"member-{office.home.subject.rpartition(':')[2]}"
    with client(office.running) as http:
        form = {
            "response_type": "code",
            "client_id": office.credential["client_id"],
            "redirect_uri": BACK,
            "state": "s1",
            "scope": " ".join(connector.manifest.scopes),
        }
        answer = http.post(asked.path, data={**form, "account": member})
    assert answer.status_code in (302, 303), answer.text
    back = parse_qs(urlsplit(answer.headers["Location"]).query)
    office.running.knobs(rules={"fresh_seconds": 1.0})
    office.credential |= {"code": back["code"][0], "redirect_uri": BACK}
    renewal = office.renew(lambda c: c.sign_in(office.home))
    assert (renewal.lasts, renewal.grant_lasts) == (timedelta(days=60), timedelta(days=365))
    assert office.hold(lambda c: c.identify(office.home)).subject == office.home.subject
    office.running.knobs(rules={"fresh_seconds": 0.0})
    office.renew(lambda c: c.refresh(office.home))
    taken(office.deliver(POST))
    office.hold(lambda c: c.revoke(office.home))
    refused = office.deliver(replace(POST, text="Later"))
    assert isinstance(refused, BackToHeld)
    assert refused.flag == "credential-expired"


def test_without_a_refresh_token_a_person_is_needed(office: Meeting) -> None:
    office.running.expire("refresh")
    with pytest.raises(SignInExpired):
        office.hold(lambda c: c.refresh(office.home))


def test_a_retired_version_is_the_operators_to_mend(office: Meeting) -> None:
    office.home = replace(office.home, facts=(("version", 202301),))
    refused = office.deliver(POST)
    assert isinstance(refused, BackToHeld)
    assert refused.flag == "setup-wrong"
    with pytest.raises(SetupWrong):
        office.hold(lambda c: c.recent(office.home, 10))


def test_the_daily_limit_holds_until_midnight(office: Meeting) -> None:
    office.running.knobs(rules={"posts_per_day": 1})
    taken(office.deliver(POST))
    held = office.deliver(replace(POST, text="One too many"))
    assert isinstance(held, BackToHeld)
    assert held.not_before is not None
    assert (held.not_before.hour, held.not_before.minute) == (0, 0)
