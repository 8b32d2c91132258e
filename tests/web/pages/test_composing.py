"""Writing on the pages: nothing typed is lost, everything found is shown, and what is put forward is what was shown."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from gateway.domain.grant import Kind
from gateway.domain.release import Release, ReleaseState
from gateway.domain.submission import Submission
from gateway.world import World
from tests.cast import DAY, HOUR, NOON, an_account, clock_of, grant, on_list, write
from tests.web.callers import DECLARED
from tests.web.pages.visitors import Visitor, errors_in, main_of
from tests.web.test_flow import a_picture

WORDS = "Our offices are closed on Monday. We are back on Tuesday."
CPI = Release(
    id="/releases/cpi",
    title="Consumer price inflation",
    instant=NOON + DAY,
    state=ReleaseState.FINAL,
    source="ons",
    imported_at=NOON,
)


@pytest.fixture
def account(world: World) -> str:
    """One account that ada may write on."""
    write(world, CPI)
    on_list(world, CPI.id, "ada")
    return an_account(world)


def typed(account: str, **more: Any) -> dict[str, Any]:
    """A whole form as a browser sends it."""
    values: dict[str, Any] = {
        "accounts": account,
        "text-1": WORDS,
        "binding": "none",
        "wanted": "at",
        "day": "2026-03-05",
        "time": "09:30",
        "content_class": "routine",
        "declared": list(DECLARED),
        "do": "continue",
    }
    return values | {name.replace("_1", "-1"): value for name, value in more.items()}


def submissions(world: World) -> list[Submission]:
    with world.storage.reading() as readers:
        return readers.submissions.all()


def test_an_author_writes_checks_and_puts_a_post_forward(world: World, account: str) -> None:
    ada = Visitor.of(world, "ada")
    checked = ada.post("/compose", typed(account, do="check"))
    assert "57 of 300" in main_of(checked)
    assert "0 findings." in main_of(checked)
    ready = ada.post("/compose", typed(account))
    assert "5 March 2026, 9:30am" in main_of(ready)
    assert submissions(world) == []
    done = ada.post(str(ready.url.path))
    assert "It is put forward." in main_of(done)
    (made,) = submissions(world)
    assert (made.author, made.wish.wanted, made.outgoings[0].text) == ("ada", "2026-03-05T09:30:00.000000Z", WORDS)
    assert "Waits for answers" in main_of(done)


def test_checking_writes_nothing_down(world: World, account: str) -> None:
    ada = Visitor.of(world, "ada")
    ada.post("/compose", typed(account, do="check"))
    ada.post("/compose/findings", typed(account))
    with world.storage.reading() as readers:
        assert (readers.posts.all(), readers.revisions.all()) == ([], [])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"accounts": []}, "Choose at least one account"),
        ({"wanted": ""}, "Choose when it goes out"),
        ({"binding": ""}, "Say whether it waits for a release"),
        ({"day": "soon"}, "Give a day and a time, such as 27 March 2026 and 09:30"),
        ({"day": "2026-02-30"}, "There is no such day or time"),
        ({"day": "2026-01-05"}, "Choose a time that is still to come."),
        ({"declared": ["accurate"]}, "Confirm every point of the declaration, the one given too."),
        ({"text_1": "x" * 301}, "Change what is marked: characters: 301 where 300 are allowed."),
        ({"text_1": "a\x07b"}, "Leave out control characters"),
    ],
)
def test_a_refusal_keeps_what_was_typed(world: World, account: str, change: dict[str, Any], said: str) -> None:
    answer = Visitor.of(world, "ada").post("/compose", typed(account, link="https://office.example/x", **change))
    assert said in errors_in(answer)[0]
    assert 'value="https://office.example/x"' in answer.text
    assert "text_1" in change or WORDS in answer.text
    assert submissions(world) == []


def test_a_session_that_ended_loses_no_word(world: World, account: str) -> None:
    ada = Visitor.of(world, "ada")
    sent = typed(account)
    clock_of(world).advance(HOUR)
    away = ada.post("/compose", sent)
    assert away.url.path == "/sign-in"
    again = Visitor.of(world, "ada")
    held = again.get(away.url.params["next"])
    assert WORDS in main_of(held)
    assert "Check your answers" in main_of(again.post(str(held.url.path)))


def test_a_time_that_comes_twice_is_asked_about_and_not_guessed(world: World, account: str) -> None:
    ada = Visitor.of(world, "ada")
    twice = typed(account, day="2026-10-25", time="01:30")
    asked = ada.post("/compose", twice)
    assert "Clocks go back then." in errors_in(asked)[0]
    assert "The later one" in main_of(asked)
    ready = ada.post("/compose", twice | {"which": "later"})
    ada.post(str(ready.url.path))
    assert submissions(world)[0].wish.wanted == "2026-10-25T01:30:00.000000Z"


def test_what_speaks_of_a_release_to_come_is_marked_and_must_be_bound_to_it(world: World, account: str) -> None:
    ada = Visitor.of(world, "ada")
    text = "Consumer price inflation rose to 3.4% in February."
    answer = ada.post("/compose", typed(account, text_1=text))
    assert "choose that release" in errors_in(answer)[0]
    assert "<mark>" in answer.text
    bound = typed(account, text_1=text, binding="release", release=CPI.id, wanted="at-release")
    ready = ada.post("/compose", bound | {"content_class": "statistical"})
    assert "At release, 3 March 2026, midday" in main_of(ready)
    ada.post(str(ready.url.path))
    assert submissions(world)[0].wish.release == CPI.id


def test_whoever_is_not_on_a_releases_list_cannot_bind_to_it_and_loses_no_word(world: World, account: str) -> None:
    other = replace(CPI, id="/releases/gdp", title="Gross domestic product")
    write(world, other)
    bound = typed(account, binding="release", release=other.id, wanted="at-release", content_class="statistical")
    answer = Visitor.of(world, "ada").post("/compose", bound)
    assert "Only the people on this release" in errors_in(answer)[0]
    assert WORDS in answer.text
    assert submissions(world) == []


def test_a_thread_and_other_words_on_one_account(world: World, account: str) -> None:
    other = an_account(world, "second")
    ada = Visitor.of(world, "ada")
    grown = ada.post("/compose", typed(account, do="add-part:text"))
    assert 'id="text-2"' in grown.text
    sent = typed(account, accounts=[account, other]) | {"text-2": "More on our page.", f"own-{other}-1": "Closed."}
    ready = ada.post("/compose", sent)
    ada.post(str(ready.url.path))
    said = [(each.account, each.part, each.text) for each in submissions(world)[0].outgoings]
    assert said == [(account, 1, WORDS), (account, 2, "More on our page."), (other, 1, "Closed.")]


def test_a_picture_is_taken_in_beside_the_words_and_asks_for_its_alt_text(world: World, account: str) -> None:
    ada = Visitor.of(world, "ada")
    file = {"picture_file": ("chart.png", a_picture(), "image/png")}
    shown = ada.post("/compose", typed(account, do="add-picture"), files=file)
    id = re.findall(r'name="picture" value="([0-9a-f]{64})"', shown.text)[0]
    assert WORDS in shown.text
    assert ada.get(f"/compose/pictures/{id}").headers["content-type"].startswith("image/")
    assert Visitor.of(world, "dev").get(f"/compose/pictures/{id}").status_code == 404
    bare = ada.post("/compose", typed(account) | {"picture": id})
    assert bare.status_code == 422
    told = {"picture": id, f"alt-{id}": "A red square.", f"rights-{id}": "Our own."}
    ready = ada.post("/compose", typed(account) | told)
    ada.post(str(ready.url.path))
    assert submissions(world)[0].outgoings[0].pictures[0].alt_text == "A red square."


def test_a_file_that_is_no_picture_is_refused_and_the_words_stay(world: World, account: str) -> None:
    file = {"picture_file": ("x.png", b"not a picture", "image/png")}
    answer = Visitor.of(world, "ada").post("/compose", typed(account, do="add-picture"), files=file)
    assert errors_in(answer)
    assert WORDS in answer.text


def test_now_asks_for_a_code_that_shows_what_goes_out(world: World, account: str) -> None:
    grant(world, "ada", account, Kind.PUBLISH_NOW)
    ada = Visitor.of(world, "ada")
    ready = ada.post("/compose", typed(account, wanted="now"))
    asked = ada.post(str(ready.url.path))
    assert "Enter a code to publish this now" in main_of(asked)
    assert WORDS in main_of(asked)
    assert submissions(world) == []
    assert "It is put forward." in main_of(ada.confirm(asked, "ada"))
    assert submissions(world)[0].wish.wanted == "now"


def test_a_draft_is_kept_changed_and_put_forward(world: World, account: str) -> None:
    ada = Visitor.of(world, "ada")
    kept = ada.post("/compose", typed(account, do="keep"))
    assert "The words are kept as a draft." in main_of(kept)
    again = ada.get(f"{kept.url.path}/change")
    assert WORDS in again.text
    post = str(kept.url.path).rpartition("/")[2]
    ready = ada.post("/compose", typed(account, post=post))
    ada.post(str(ready.url.path))
    with world.storage.reading() as readers:
        assert len(readers.revisions.all()) == 1
    assert submissions(world)[0].post == post
    change = ada.get(f"/posts/{post}/change")
    assert f'value="{account}" checked' in change.text
    assert 'value="2026-03-05"' in change.text


def test_what_was_put_forward_once_is_not_put_forward_twice(world: World, account: str) -> None:
    ada = Visitor.of(world, "ada")
    ready = ada.post("/compose", typed(account))
    ada.post(str(ready.url.path))
    assert ada.post(str(ready.url.path)).status_code == 404
    assert len(submissions(world)) == 1


def test_the_author_withdraws(world: World, account: str) -> None:
    ada = Visitor.of(world, "ada")
    ready = ada.post("/compose", typed(account))
    ada.post(str(ready.url.path))
    done = ada.post(f"/submissions/{submissions(world)[0].id}/withdraw")
    assert "It is withdrawn" in main_of(done)
    assert str(submissions(world)[0].state) == "withdrawn"


def test_while_typing_the_same_findings_come_alone_with_their_counters(world: World, account: str) -> None:
    answer = Visitor.of(world, "ada").post("/compose/findings", typed(account))
    assert answer.text.lstrip().startswith('<template data-for="count-text-1">')
    assert "57 of 300" in answer.text
    assert "<html" not in answer.text
    nowhere = Visitor.of(world, "ada").post("/compose/findings", typed(account, accounts=[]))
    assert "Choose at least one account" in nowhere.text


def test_the_author_answers_a_question_beside_the_post(world: World, account: str) -> None:
    ada = Visitor.of(world, "ada")
    ready = ada.post("/compose", typed(account))
    post = str(ada.post(str(ready.url.path)).url.path)
    assert errors_in(ada.post(f"{post}/comments", {"comment": " "})) == ["Fill in the field that is named."]
    said = main_of(ada.post(f"{post}/comments", {"comment": "The date is right."}))
    assert "Ada , 2 March 2026, midday : The date is right." in said
