"""Coming in: from a one-time link to a second factor and recovery codes, and from there to inviting the others."""

from __future__ import annotations

import html
import json
import logging
import re
from dataclasses import replace
from typing import Any

import pyotp
import pytest

from connectors.registry import load
from gateway.actions.enrol import first_invitation
from gateway.settings import Settings
from gateway.wiring import platforms_of
from gateway.world import World
from tests.cast import HOUR, MINUTE, PASSWORD, bare_world, clock_of, entries, migrated
from tests.web.pages.visitors import Visitor, errors_in, main_of

PHRASE = "seven lanterns above quiet water"


@pytest.fixture
def empty(tmp_path: Any) -> Any:
    built = bare_world(migrated(f"sqlite:///{tmp_path}/gateway.db"))
    yield built
    built.storage.close()


def come_in(visitor: Visitor, link: str) -> tuple[Any, str]:
    """From the link to the page with the recovery codes, and the secret of the app."""
    start = visitor.post("/join", {"link": link, "password": PHRASE})
    assert start.url.path == "/enrol", start.text
    shown = visitor.post("/enrol")
    assert shown.url.path == "/enrol/app"
    secret = re.search(r'gw-mono">([A-Z2-7 ]+)<', shown.text)
    assert secret
    assert "<svg" in shown.text
    key = secret[1].replace(" ", "")
    code = pyotp.TOTP(key).generate_otp(int(clock_of(visitor.world).at.timestamp()) // 30)
    return visitor.post("/enrol/app", {"code": code}), key


def test_the_first_administrator_comes_in_by_a_link_and_sees_what_is_to_be_set_up(empty: World) -> None:
    token = first_invitation(empty, "admin", "First Administrator", "Digital").link_token
    visitor = Visitor.of(empty)
    codes, _ = come_in(visitor, f"https://gateway.example/join#{token}")
    shown = re.findall(r"<li>([0-9A-Za-z-]{8,})</li>", codes.text)
    assert len(shown) == 10
    assert codes.text.count(shown[0]) == 3
    saved = visitor.post("/enrol/codes", {"codes": " ".join(shown)})
    assert "attachment" in saved.headers["content-disposition"]
    assert all(code in saved.text for code in shown)
    assert errors_in(visitor.post("/enrol/kept", {"codes": " ".join(shown)})) == [
        "Say that you have kept your recovery codes"
    ]
    home = visitor.post("/enrol/kept", {"codes": " ".join(shown), "kept": "yes"})
    assert "Your second factor is set up." in main_of(home)
    assert "Set the gateway up" in main_of(home)
    assert "2 of 6 done" in main_of(visitor.get("/set-up"))
    visitor.post("/sign-out")
    visitor.post("/sign-in", {"name": "admin", "password": PHRASE})
    assert visitor.post("/sign-in/recovery", {"code": shown[3]}).url.path == "/"


def test_a_link_works_once_and_a_weak_password_does_not_spend_it(empty: World) -> None:
    token = first_invitation(empty, "admin", "First", "Digital").link_token
    visitor = Visitor.of(empty)
    weak = visitor.post("/join", {"link": token, "password": "password"})
    assert (weak.status_code, len(errors_in(weak))) == (422, 1)
    assert token in weak.text
    come_in(visitor, token)
    again = Visitor.of(empty).post("/join", {"link": token, "password": PHRASE})
    assert "The link was used, is too old or is incomplete" in errors_in(again)[0]


def test_a_wrong_first_code_shows_the_same_qr_code_again(empty: World) -> None:
    visitor = Visitor.of(empty)
    visitor.post("/join", {"link": first_invitation(empty, "admin", "First", "Digital").link_token, "password": PHRASE})
    shown = visitor.post("/enrol")
    wrong = visitor.post("/enrol/app", {"code": "000000"})
    assert errors_in(wrong) == ["That code is wrong. Type the code your app shows now."]
    svg = re.compile(r"<svg.*?</svg>", re.S)
    assert svg.findall(wrong.text) == svg.findall(shown.text)
    clock_of(empty).advance(11 * MINUTE)
    assert "Enrol a second factor first" in visitor.get("/enrol/app").text


def test_an_invited_person_comes_in_by_the_link_that_the_page_showed(world: World) -> None:
    typed = {"name": "nia", "display_name": "Nia Evans", "team": "Digital", "roles": ["author"], "email": "no address"}
    assert "Write an e-mail address" in errors_in(Visitor.of(world, "cyd").post("/set-up/invite", typed))[0]
    typed |= {"email": "nia@office.example"}
    made = Visitor.of(world, "cyd").post("/set-up/invite", typed)
    link = re.search(r"https://gateway.example/join#[\w-]+", html.unescape(made.text))
    assert link, made.text
    codes, _ = come_in(Visitor.of(world), link[0])
    assert "Keep your recovery codes" in main_of(codes)
    with world.storage.reading() as readers:
        (nia,) = (one for one in readers.members.all() if one.name == "nia")
    assert nia.email == "nia@office.example"
    assert "office.example" not in "".join(entry.to_bytes().decode() for entry in entries(world, "member.invite"))


def test_what_was_typed_comes_back_with_what_is_wrong_with_it(world: World) -> None:
    typed = {"name": "ada", "display_name": "Another <Ada>", "team": "Statistics", "roles": ["author", "auditor"]}
    answer = Visitor.of(world, "cyd").post("/set-up/invite", typed)
    assert answer.status_code == 409
    assert errors_in(answer) == ["One person may not hold these together. Give one of them to someone else."]
    assert 'href="#roles"' in answer.text
    assert 'value="Another &lt;Ada&gt;"' in answer.text
    assert answer.text.count(" checked") == 2


def test_a_new_factor_asks_for_a_code_of_the_old_one_first(world: World) -> None:
    visitor = Visitor.of(world, "ada")
    asked = visitor.post("/enrol")
    assert "Enter a code to change your second factor" in main_of(asked)
    wrong = visitor.post(asked.url.path, {"code": "000000"})
    assert errors_in(wrong) == ["That code is wrong. Type the code your app shows now."]
    done = visitor.confirm(asked, "ada")
    assert done.url.path == "/enrol"
    assert visitor.post("/enrol").url.path == "/enrol/app"


def test_an_ended_session_keeps_what_was_typed_for_its_member_alone(world: World) -> None:
    typed = {"name": "nia", "display_name": "Nia Evans", "team": "Digital", "roles": ["author", "approver"]}
    visitor = Visitor.of(world, "cyd")
    clock_of(world).advance(HOUR)
    asked = visitor.post("/set-up/invite", typed)
    assert asked.url.path == "/sign-in"
    held = asked.url.params["next"]
    assert held.startswith("/held/")
    assert "what you typed is kept" in main_of(asked)
    assert Visitor.of(world, "ada").get(held).status_code == 404
    _sign_in(visitor, "cyd", held)
    shown = visitor.get(held)
    assert all(word in main_of(shown) for word in ("Nia Evans", "Digital", "author", "approver"))
    sent = visitor.post(held)
    assert "Nia Evans is invited" in main_of(sent)
    assert visitor.get(held).status_code == 404


def test_what_is_kept_can_be_thrown_away_and_passwords_are_never_kept(world: World) -> None:
    visitor = Visitor.of(world, "cyd")
    clock_of(world).advance(HOUR)
    held = visitor.post("/set-up/invite", {"name": "nia"}).url.params["next"]
    _sign_in(visitor, "cyd", held)
    assert "thrown away" in main_of(visitor.post(f"{held}/throw-away"))
    assert visitor.get(held).status_code == 404
    clock_of(world).advance(HOUR)
    assert visitor.post("/enrol/kept", {"codes": "a-secret-code"}).url.params["next"] == "/"


def test_a_form_with_a_strange_token_is_not_kept(world: World) -> None:
    visitor = Visitor.of(world, "cyd")
    clock_of(world).advance(HOUR)
    assert visitor.post("/set-up/invite", {"name": "nia", "csrf_token": "strange"}).status_code == 403


def test_what_is_held_is_sealed_and_emptied_when_taken(world: World) -> None:
    visitor = Visitor.of(world, "cyd")
    clock_of(world).advance(HOUR)
    held = visitor.post("/set-up/invite", {"name": "nia", "display_name": "Unmistakable Words"}).url.params["next"]
    with world.storage.reading() as readers:
        (kept,) = readers.held_forms.untaken("cyd")
        assert b"Unmistakable" not in kept.sealed
    _sign_in(visitor, "cyd", held)
    visitor.post(held)
    with world.storage.reading() as readers:
        assert readers.held_forms.get(kept.id).sealed == b""


def _sign_in(visitor: Visitor, name: str, wanted: str) -> None:
    from tests.cast import code_for

    visitor.post("/sign-in", {"name": name, "password": PASSWORD, "next": wanted})
    visitor.post("/sign-in/code", {"code": code_for(visitor.world, name), "next": wanted})


def test_what_anybody_may_see_is_there_while_the_clock_is_unsure(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = Visitor.of(world, "ada")
    clock_of(world).unsure()
    for path in ("/status", "/accessibility", "/assets/icon.svg", "/sign-in"):
        assert visitor.get(path).status_code == 200, path
    with caplog.at_level(logging.INFO, "gateway.web"):
        assert visitor.get("/queue").status_code == 503
    (line,) = [json.loads(each.getMessage()) for each in caplog.records if each.name == "gateway.web"]
    assert (line["route"], line["status"], line["reason"]) == ("/queue", 503, "clock-unsure")


def test_the_platforms_are_called_as_they_write_themselves(world: World) -> None:
    whole = replace(world, platforms=platforms_of(load(), Settings()))
    said = main_of(Visitor.of(whole, "sam").get("/status"))
    for name in ("X", "LinkedIn", "Viva Engage", "Facebook", "Instagram", "Threads", "Mastodon", "Bluesky"):
        assert f"{name} No account yet" in " ".join(said.split()), name


def test_a_weakness_can_be_reported_where_the_organisation_says_how(world: World) -> None:
    file = "/.well-known/security.txt"
    assert file not in Visitor.of(world).get("/sign-in").text
    told = Visitor.of(world, security_txt="https://office.example/security.txt")
    assert file in told.get("/sign-in").text
    assert told.client.get(file, follow_redirects=False).headers["location"] == "https://office.example/security.txt"
