"""What waits for an approver, one submission whole, the answers to it: a changed comma is seen, a doubt leaps out."""

from __future__ import annotations

import re

import pytest

from gateway.actions.approve import approve
from gateway.actions.commenting import comment
from gateway.actions.notice import notices
from gateway.actions.write import add_picture
from gateway.domain.grant import Kind
from gateway.domain.instant import rfc3339
from gateway.domain.post import Content, PictureUse
from gateway.world import World
from tests.actions.story import CPI, calendar, put_forward, read_calendar, state_of, wish, yes
from tests.cast import DAY, HOUR, MINUTE, NOON, an_account, clock_of, grant, stepped_up, who
from tests.picture.made import noise, saved
from tests.web.pages.visitors import Visitor, errors_in, main_of

CLAIMS_DOUBT = ("common-sense", "civil-service-code", "accurate", "permanent")


@pytest.fixture(autouse=True)
def _accounts(world: World) -> None:
    an_account(world)
    an_account(world, "second-account")


def lines(answer: object) -> list[str]:
    return re.findall(r'govuk-task-list__link" href="/submissions/([^"]+)"', answer.text)  # type: ignore[attr-defined]


def test_what_waits_is_listed_the_most_urgent_first_with_the_time_left(world: World) -> None:
    later = put_forward(world, asked=wish(wanted=rfc3339(NOON + 3 * DAY)))
    soon = put_forward(world, asked=wish(wanted=rfc3339(NOON + 45 * MINUTE)))
    page = Visitor.of(world, "bola").get("/waiting")
    assert lines(page) == [soon.id, later.id]
    assert "45 minutes left" in main_of(page)
    assert "3 days left" in main_of(page)
    assert "Hello" not in main_of(page), "a list says nothing of what is said"


def test_what_one_wrote_answered_or_may_not_answer_does_not_wait_for_one(world: World) -> None:
    one = put_forward(world, asked=wish(content_class="policy"))
    yes(world, one)
    for name in ("ada", "bola", "dev", "sam", "eve"):
        assert lines(Visitor.of(world, name).get("/waiting")) == []
    assert lines(Visitor.of(world, "bea").get("/waiting")) == [one.id]


def test_embargoed_work_waits_only_for_those_on_its_list(world: World) -> None:
    read_calendar(world, calendar(NOON + HOUR))
    asked = wish(wanted="at-release", release=CPI, content_class="statistical")
    one = put_forward(world, "Prices rose 3.4% in May", asked=asked)
    grant(world, "bex", "office-account", Kind.APPROVE)
    assert lines(Visitor.of(world, "bola").get("/waiting")) == [one.id]
    page = Visitor.of(world, "eve").get(f"/submissions/{one.id}")
    assert "you are not on the list" in main_of(page)
    assert "3.4" not in page.text
    assert "Consumer prices" in main_of(page)


def test_an_approver_sees_all_of_it_and_approves_exactly_that_with_a_code(world: World) -> None:
    one = put_forward(world, "Today’s page is out.", asked=wish("office-account", "second-account"))
    bola = Visitor.of(world, "bola")
    page = bola.get(f"/submissions/{one.id}")
    said = main_of(page)
    for expected in ("Post by Ada", "Today’s page is out.", "1 hour left", "20 of 300 characters", "0 of 1"):
        assert expected in said
    assert page.text.count("Today’s page is out.") == 1, "what is the same for two accounts is shown once"
    asked = bola.post(f"/submissions/{one.id}/approve", {"digest": one.digest, "decision": "yes", "reason": ""})
    for expected in ("answer this submission", "Approve", "Today’s page is out.", one.digest, "second-account"):
        assert expected in main_of(asked)
    done = bola.confirm(asked, "bola")
    assert "Your approval is given." in main_of(done)
    assert state_of(world, one) == ("waiting" if one.needs_clearance else "held")


def test_an_approver_rejects_with_a_reason_and_never_without(world: World) -> None:
    one, bola = put_forward(world), Visitor.of(world, "bola")
    path = f"/submissions/{one.id}/approve"
    again = bola.post(path, {"digest": one.digest, "decision": "no", "reason": " "})
    assert again.status_code == 422
    assert errors_in(again) == ["Fill this in"]
    bola.confirm(bola.post(path, {"digest": one.digest, "decision": "no", "reason": "Too soon."}), "bola")
    assert state_of(world, one) == "refused"
    assert "Too soon." in main_of(Visitor.of(world, "ada").get(f"/submissions/{one.id}"))
    assert [str(each.kind) for each in notices(world, who(world, "ada"))] == ["not-approved"]


def test_an_answer_without_a_choice_keeps_what_was_typed(world: World) -> None:
    one, bola = put_forward(world), Visitor.of(world, "bola")
    again = bola.post(f"/submissions/{one.id}/approve", {"digest": one.digest, "reason": "heronquartz"})
    assert (again.status_code, "heronquartz" in main_of(again)) == (422, True)


def test_a_doubt_leaps_out_and_asks_for_a_reason(world: World) -> None:
    one = put_forward(world, asked=wish(doubt="Is the date right?", declared=CLAIMS_DOUBT))
    bola = Visitor.of(world, "bola")
    page = bola.get(f"/submissions/{one.id}")
    assert "The author is in doubt: Is the date right?" in main_of(page)
    assert "Not declared there is no doubt" in main_of(page)
    again = bola.post(f"/submissions/{one.id}/approve", {"digest": one.digest, "decision": "yes", "reason": ""})
    assert errors_in(again) == ["Write the reason down; it is kept with your answer."]


def test_what_changed_since_the_version_before_is_shown_word_by_word(world: World) -> None:
    first = put_forward(world, "The page is out today.")
    second = put_forward(
        world, "The page is out now.", post_id=first.post, asked=wish("office-account", "second-account")
    )
    page = Visitor.of(world, "bola").get(f"/submissions/{second.id}")
    assert "The page is out <del>" in page.text
    assert "today</del><ins>" in page.text
    said = main_of(page)
    assert "was: office-account.pretend.example" in said
    assert "New here" in said
    assert f'href="/submissions/{first.id}"' in page.text


def test_the_class_can_be_raised_and_then_more_must_agree(world: World) -> None:
    one, bola = put_forward(world), Visitor.of(world, "bola")
    fields = {"digest": one.digest, "decision": "yes", "reason": "", "content_class": "policy"}
    bola.confirm(bola.post(f"/submissions/{one.id}/approve", fields), "bola")
    assert state_of(world, one) == "waiting"
    page = Visitor.of(world, "bea").get(f"/submissions/{one.id}")
    assert "1 of 2" in main_of(page)
    assert '<option value="routine"' not in page.text


def test_a_clearer_gives_their_word_with_a_reason(world: World) -> None:
    one = put_forward(world, "Numbers of visitors rose by 12 % last month")
    assert one.needs_clearance
    cleo = Visitor.of(world, "cleo")
    assert lines(cleo.get("/waiting")) == [one.id]
    path = f"/submissions/{one.id}/clear"
    assert errors_in(cleo.post(path, {"digest": one.digest, "word": "clear", "why": ""})) == ["Fill this in"]
    asked = cleo.post(path, {"digest": one.digest, "word": "refuse", "why": "That is ours."})
    assert "It may hold unpublished statistics" in main_of(asked)
    assert "stopped" in main_of(cleo.confirm(asked, "cleo"))
    assert state_of(world, one) == "refused"


def test_a_comment_stands_with_the_post_and_its_author_is_told(world: World) -> None:
    one, bola = put_forward(world), Visitor.of(world, "bola")
    page = bola.post(f"/submissions/{one.id}/comments", {"comment": "Whose figure is that?"})
    assert "It is kept with the post, and those concerned are told." in main_of(page)
    ada = Visitor.of(world, "ada")
    assert f'href="/submissions/{one.id}"' in ada.get("/notices").text
    assert "Whose figure is that?" in main_of(ada.get(f"/submissions/{one.id}"))
    assert errors_in(bola.post(f"/submissions/{one.id}/comments", {"comment": ""})) == ["Fill this in"]


def test_pictures_are_shown_with_alt_text_to_readers_alone(world: World) -> None:
    picture = add_picture(world, who(world, "ada"), saved(noise(32, 16), "PNG"))
    content = Content(("Look",), pictures=(PictureUse(picture.id, "A chart of visitors", "Ours"),))
    one = put_forward(world, content=content)
    bola, path = Visitor.of(world, "bola"), f"/submissions/{one.id}/pictures/{picture.id}"
    page = bola.get(f"/submissions/{one.id}")
    assert f'src="{path}" alt="A chart of visitors"' in page.text
    shown = bola.get(path)
    assert (shown.headers["content-type"], shown.content) == ("image/png", picture.body)
    assert bola.get(f"/submissions/{one.id}/pictures/{'0' * 64}").status_code == 404
    other = put_forward(world, "Other")
    assert bola.get(f"/submissions/{other.id}/pictures/{picture.id}").status_code == 404


def test_what_is_answered_already_offers_no_form(world: World) -> None:
    one = put_forward(world)
    acting = stepped_up(world, "bola", "approve", one.id, one.digest)
    approve(world, acting, one.id, one.digest, yes=False, reason="No.")
    page = Visitor.of(world, "bea").get(f"/submissions/{one.id}")
    assert "Not approved" in main_of(page)
    assert "Give my answer" not in page.text


def test_findings_are_shown_where_they_are_with_their_evidence(world: World) -> None:
    one = put_forward(world, "READ THIS NOW EVERYBODY PLEASE, the page is out #thebignewpage")
    assert one.findings
    page = Visitor.of(world, "bola").get(f"/submissions/{one.id}")
    for found in one.findings:
        assert found.advice[:30] in main_of(page)
    assert "<mark>" in page.text


def test_a_hostile_post_is_words_and_nothing_else(world: World) -> None:
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)>"
    one = put_forward(world, hostile)
    comment(world, who(world, "bola"), one.id, hostile)
    page = Visitor.of(world, "bola").get(f"/submissions/{one.id}")
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text


def test_a_time_that_passed_is_said(world: World) -> None:
    one = put_forward(world, asked=wish(wanted=rfc3339(NOON + HOUR)))
    clock_of(world).advance(2 * HOUR)
    assert "Its time passed 1 hour ago" in main_of(Visitor.of(world, "bola").get(f"/submissions/{one.id}"))
