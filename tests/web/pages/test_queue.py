"""The queue, its calendar, one delivery and what went out: states in plain words, the act that resolves them beside."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.words import Receipt
from gateway.actions.credential import finish_errand
from gateway.domain.delivery import Delivery, State
from gateway.domain.publication import Publication
from gateway.domain.refusal import Reason
from gateway.domain.submission import SubmissionState
from gateway.web.pages import standing
from gateway.world import World
from tests.cast import DAY, HOUR, NOON, an_account, enrol, on_list, write
from tests.web.callers import a_delivery, a_release, a_submission, elsewhere
from tests.web.pages.test_composing import typed
from tests.web.pages.visitors import Visitor, errors_in, main_of


@pytest.fixture
def account(world: World) -> str:
    """One account that ada may write on."""
    return an_account(world)


def in_state(world: World, account: str, state: State, **more: object) -> Delivery:
    made = replace(a_delivery(world, "ada", account), state=state, **more)  # type: ignore[arg-type]
    write(world, made)
    return replace(made, version=2)


def published(world: World, account: str, number: int = 1, at: timedelta = -DAY) -> Publication:
    receipt = Receipt(f"id-{number}", "https://pretend.example/1")
    made = in_state(world, account, State.PUBLISHED, receipt=receipt)
    found = Publication(
        id=made.id,
        account=account,
        platform_id=f"id-{number}",
        url="https://pretend.example/1",
        at=NOON + at,
        lateness_ms=120,
        how="answered",
    )
    write(world, found)
    return found


def test_what_needs_somebody_stands_at_the_top_with_what_resolves_it(world: World, account: str) -> None:
    a_delivery(world, "ada", account)
    in_state(world, account, State.UNKNOWN, intent_at=NOON)
    in_state(world, account, State.LAPSED)
    in_state(world, account, State.HELD, hold=str(Reason.AUTHOR_GONE))
    in_state(world, account, State.REJECTED, outcome="too rude for us")
    said = main_of(Visitor.of(world, "ada").get("/queue"))
    top, _, below = said.partition("Coming")
    for word in ("Nobody knows", "Lapsed", "Held for a person", "Platform refused"):
        assert word in top.partition("Needs somebody")[2]
    assert "It said: too rude for us." in top
    assert "Someone else of the team must put the post forward again." in top
    assert "Scheduled" in below


def test_the_queue_is_filtered_by_account_state_and_person(world: World, account: str) -> None:
    other = an_account(world, "second")
    enrol(world, "abe", "author")
    a_delivery(world, "ada", account)
    a_submission(world, "abe", other)
    ada = Visitor.of(world, "ada")

    def shown(query: str) -> list[str]:
        text = main_of(ada.get(f"/queue?{query}")).partition("Coming")[2]
        return [name for name in ("office-account.pretend", "second.pretend") if name in text]

    assert shown("") == ["office-account.pretend", "second.pretend"]
    assert shown(f"account={other}") == ["second.pretend"]
    assert shown("state=waiting") == ["second.pretend"]
    assert shown("person=ada") == ["office-account.pretend"]
    assert shown("person=bola") == []


def test_a_line_opens_with_its_words_unless_they_wait_for_a_release(world: World, account: str) -> None:
    release = a_release(world)
    on_list(world, release.id, "ada")
    a_delivery(world, "ada", account, release=release)
    ada = Visitor.of(world, "ada")
    assert "A new page" not in main_of(ada.get("/queue"))
    a_delivery(world, "ada", account)
    assert "A new page is out." in main_of(ada.get("/queue"))


def test_what_was_put_forward_anew_needs_nobody_any_more(world: World, account: str) -> None:
    lapsed = in_state(world, account, State.LAPSED)
    ada = Visitor.of(world, "ada")
    assert "Lapsed" in main_of(ada.get("/queue")).partition("Needs somebody")[2]
    with world.storage.reading() as readers:
        old = readers.submissions.get(lapsed.submission)
    write(world, replace(old, state=SubmissionState.REPLACED))
    assert "Needs somebody" not in main_of(ada.get("/queue"))


def test_another_teams_queue_is_not_shown(world: World, account: str) -> None:
    elsewhere(world, "dev")
    delivery = a_delivery(world, "ada", account)
    dev = Visitor.of(world, "dev")
    assert "office-account" not in main_of(dev.get("/queue"))
    assert "office-account" not in main_of(dev.get("/queue/calendar"))
    assert dev.get(f"/deliveries/{delivery.id}").status_code == 404


def test_the_calendar_shows_releases_and_posts_on_their_days(world: World, account: str) -> None:
    release = a_release(world, NOON + 2 * DAY)
    a_delivery(world, "ada", account)
    ada = Visitor.of(world, "ada")
    month = ada.get("/queue/calendar?month=2026-03")
    assert "Release midday Prices" in main_of(month)
    assert "office-account.pretend.example : Scheduled" in main_of(month)
    assert release.title not in main_of(ada.get("/queue/calendar?week=2026-W11"))
    assert "Release midday Prices" in main_of(ada.get("/queue/calendar?week=2026-W10"))
    assert ": Scheduled" not in main_of(ada.get("/queue/calendar?month=2026-03&person=bola"))
    assert "?month=2026-04&amp;person=bola" in ada.get("/queue/calendar?month=2026-03&person=bola").text
    assert "April 2026" in ada.get("/queue/calendar?month=2026-04").text
    for strange in ("month=2026-13", "month=x", "week=2026-W60", "month=9999-99"):
        assert ada.get(f"/queue/calendar?{strange}").status_code == 404


def test_a_day_in_summer_is_the_uks_own(world: World, account: str) -> None:
    a_release(world, NOON.replace(month=6, day=30, hour=23, minute=30))
    found = main_of(Visitor.of(world, "ada").get("/queue/calendar?week=2026-W27"))
    assert "Wednesday 1 July Release 12:30am Prices" in found


def test_a_delivery_bound_to_a_release_is_withheld_from_whoever_is_not_on_its_list(world: World, account: str) -> None:
    release = a_release(world)
    delivery = a_delivery(world, "ada", account, release=release)
    ada = Visitor.of(world, "ada")
    hidden = main_of(ada.get(f"/deliveries/{delivery.id}"))
    assert "A new page is out." not in hidden
    assert "access list alone" in hidden
    on_list(world, release.id, "ada")
    assert "A new page is out." in main_of(ada.get(f"/deliveries/{delivery.id}"))


def test_an_approver_asks_for_a_look_and_then_decides_with_a_code(world: World, account: str) -> None:
    unknown = in_state(world, account, State.UNKNOWN, intent_at=NOON - HOUR)
    bola = Visitor.of(world, "bola")
    page = f"/deliveries/{unknown.id}"
    assert "The worker looks at the platform." in main_of(bola.post(f"{page}/look"))
    assert errors_in(bola.post(f"{page}/decide")) == ["Fill this in"]
    assert errors_in(bola.post(f"{page}/decide", {"decision": "published", "link": " "})) == ["Fill this in"]
    asked = bola.post(f"{page}/decide", {"decision": "published", "link": "https://pretend.example/1"})
    assert "decide what became of this delivery" in main_of(asked)
    assert "compares the words" in main_of(bola.confirm(asked, "bola"))
    with world.storage.reading() as readers:
        assert sorted(each.kind for each in readers.errands.all())[0] == "look"


def test_deciding_too_early_keeps_what_was_chosen(world: World, account: str) -> None:
    unknown = in_state(world, account, State.UNKNOWN, intent_at=NOON - HOUR)
    bola = Visitor.of(world, "bola")
    asked = bola.post(f"/deliveries/{unknown.id}/decide", {"decision": "withdrawn"})
    refused = bola.confirm(asked, "bola")
    assert errors_in(refused) == ["Two complete looks that met nothing are needed. Ask for a look, then wait."]
    assert 'value="withdrawn" checked' in refused.text


def test_a_correction_keeps_its_link_from_the_first_word_to_both_posts(world: World, account: str) -> None:
    found, ada = published(world, account), Visitor.of(world, "ada")
    begun = ada.get(f"/deliveries/{found.id}/correction")
    assert "It corrects what went out on office-account.pretend.example, 1 March 2026, midday" in main_of(begun)
    link = {"corrects": found.id, "corrected": found.id}
    drafted = ada.post("/compose", typed(account, do="keep", **link))
    assert "It corrects what went out on" in main_of(drafted)
    again = ada.get(f"{drafted.url.path}/change")
    assert f'value="{found.id}" checked' in again.text
    unticked = ada.post("/compose", typed(account, do="check", corrected=found.id))
    assert f'value="{found.id}" checked' not in unticked.text
    assert "It corrects what went out on" in main_of(unticked)
    post = drafted.url.path.rpartition("/")[2]
    ready = ada.post("/compose", typed(account, post=post, **link))
    assert "Corrects office-account.pretend.example, 1 March 2026, midday" in main_of(ready)
    put = ada.post(str(ready.url.path))
    assert "It is put forward." in main_of(put)
    with world.storage.reading() as readers:
        (made,) = readers.submissions.correcting(found.id)
    assert made.post == post
    assert "What it corrects" in main_of(Visitor.of(world, "bola").get(f"/submissions/{made.id}"))
    details = main_of(ada.get(f"/deliveries/{found.id}"))
    assert "Being corrected A correction was put forward and is not out yet." in details
    assert "correction was put forward" not in main_of(ada.get("/publications"))  # which everybody reads
    revised = ada.get(f"/posts/{post}/change")
    assert f'value="{found.id}" checked' in revised.text


def test_both_posts_show_each_other_once_the_correction_is_out(world: World, account: str) -> None:
    found, right = published(world, account), published(world, account, 2, at=-HOUR)
    with world.storage.reading() as readers:
        submission = readers.submissions.get(readers.deliveries.get(right.id).submission)
    write(world, replace(submission, state=SubmissionState.HELD, corrects=found.id))
    ada = Visitor.of(world, "ada")
    listed = main_of(ada.get("/publications"))
    assert "Corrected by what went out 2 March 2026, 11:00am" in listed
    assert "It corrects what went out 1 March 2026, midday" in listed
    for one, other in ((found, right), (right, found)):
        assert f'href="/deliveries/{other.id}"' in ada.get(f"/deliveries/{one.id}").text
    assert "Corrected by what went out" in main_of(ada.get(f"/deliveries/{found.id}"))
    assert "It corrects office-account.pretend.example, 1 March 2026" in main_of(ada.get(f"/deliveries/{right.id}"))


def test_the_calendar_tells_what_went_out_and_leads_to_it(world: World, account: str) -> None:
    ada = Visitor.of(world, "ada")
    published(world, account)
    published(world, account, 2, -2 * DAY)
    month = ada.get("/queue/calendar?month=2026-02").text + ada.get("/queue/calendar?month=2026-03").text
    (first, *_) = re.findall(r'href="(/publications[^"]+)">1 went out', month)
    assert "A new page is out." in main_of(ada.get(html.unescape(first)))
    assert "went out" not in main_of(ada.get("/queue/calendar?month=2026-03&state=held"))
    assert "went out" in main_of(ada.get(f"/queue/calendar?month=2026-03&account={account}"))
    assert "went out" not in main_of(ada.get("/queue/calendar?month=2026-03&account=other"))
    assert "went out" not in main_of(ada.get("/queue/calendar?month=2026-04"))


def test_what_went_out_is_listed_counted_corrected_and_taken_down(world: World, account: str) -> None:
    ada = Visitor.of(world, "ada")
    assert "Nothing has gone out yet." in main_of(ada.get("/publications"))
    found = published(world, account)
    published(world, account, 2, -2 * DAY)
    shown = main_of(ada.get("/publications"))
    assert "A new page is out." in shown
    assert "on time, by Ada" in shown
    assert "23 February 2026 2" in shown
    correction = ada.get(f"/deliveries/{found.id}/correction")
    assert "Correction: " in correction.text
    assert 'value="https://pretend.example/1"' in correction.text
    step = ada.get(f"/deliveries/{found.id}/remove")
    assert "Take this post down?" in main_of(step)
    assert "The worker takes it down." in main_of(ada.post(f"/deliveries/{found.id}/remove"))
    with world.storage.reading() as readers:
        assert [(each.kind, each.delivery, each.asked_by) for each in readers.errands.all()] == [
            ("remove", found.id, "ada")
        ]
        (errand,) = readers.errands.all()
    assert "is not:" not in main_of(ada.get(f"/deliveries/{found.id}"))
    finish_errand(world, errand.id, "by-hand")
    assert "delete it at the platform, in its own app" in main_of(ada.get(f"/deliveries/{found.id}"))


def test_what_needs_somebody_fills_the_first_pages_and_what_is_coming_follows(world: World, account: str) -> None:
    for _ in range(26):
        in_state(world, account, State.LAPSED)
    a_delivery(world, "ada", account)
    ada = Visitor.of(world, "ada")
    first, second = main_of(ada.get("/queue")), main_of(ada.get("/queue?page=2"))
    assert first.count("Its window closed") == 25
    assert "Coming" not in first
    assert second.count("Its window closed") == 1
    assert "Page 2 of 2" in second
    assert "Scheduled" in second.partition("Coming")[2]
    assert "nothing is on its way" not in second.lower()


def test_whether_it_wants_somebody_is_known_before_it_is_put_into_words(world: World, account: str) -> None:
    made = a_delivery(world, "ada", account)
    for state in State:
        for hold in (None, str(Reason.AUTHOR_GONE)):
            one = replace(made, state=state, hold=hold)
            assert standing.wants_somebody(one) == standing.of_delivery(one, world.clock.now()).wants
