"""Signing in on the pages: both factors, where one goes afterwards, and what an ended session keeps."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.web.guards import COOKIE
from gateway.world import World
from tests.cast import HOUR, MINUTE, PASSWORD, clock_of, code_for
from tests.web.pages.visitors import BROWSER, Visitor, errors_in, main_of


def sign_in(visitor: Visitor, name: str, wanted: str = "/") -> Any:
    first = visitor.post("/sign-in", {"name": name, "password": PASSWORD, "next": wanted})
    assert first.url.path == "/sign-in/code", first.text
    return visitor.post("/sign-in/code", {"code": code_for(visitor.world, name), "next": wanted})


def test_a_name_a_password_and_a_code_lead_to_the_page_that_was_wanted(world: World) -> None:
    visitor = Visitor.of(world)
    asked = visitor.get("/sessions")
    assert (asked.url.path, asked.url.params["next"]) == ("/sign-in", "/sessions")
    done = sign_in(visitor, "ada", "/sessions")
    assert done.url.path == "/sessions"
    assert "You are signed in." in main_of(done)
    assert "You are signed in." not in main_of(visitor.get("/sessions"))


def test_the_password_alone_shows_nothing_but_where_the_code_goes(world: World) -> None:
    visitor = Visitor.of(world)
    visitor.post("/sign-in", {"name": "ada", "password": PASSWORD})
    assert visitor.get("/").url.path == "/sign-in/code"
    assert visitor.get("/sessions").url.path == "/sign-in/code"


def test_a_wrong_password_says_what_to_do_and_keeps_the_name_alone(world: World) -> None:
    answer = Visitor.of(world).post("/sign-in", {"name": "ada", "password": "wrong violet anchor"})
    assert answer.status_code == 401
    assert errors_in(answer) == ["The name or the password is wrong. Check both and try again."]
    assert 'value="ada"' in answer.text
    assert "wrong violet anchor" not in answer.text


def test_a_wrong_code_can_be_mended(world: World) -> None:
    visitor = Visitor.of(world)
    visitor.post("/sign-in", {"name": "ada", "password": PASSWORD})
    answer = visitor.post("/sign-in/code", {"code": "123456", "next": "/status"})
    assert (answer.status_code, errors_in(answer)) == (
        403,
        ["That code is wrong. Type the code your app shows now."],
    )
    assert 'name="next" value="/status"' in answer.text
    assert visitor.post("/sign-in/code", {"code": code_for(world, "ada"), "next": "/status"}).url.path == "/status"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/nowhere",
        "/sign-in\r\nx",
        "",
    ],
)
def test_signing_in_leads_to_our_own_pages_alone(world: World, elsewhere: str) -> None:
    assert sign_in(Visitor.of(world), "ada", elsewhere).url.path == "/"


def test_the_cookie_is_bound_to_this_host_and_out_of_reach_of_scripts(world: World) -> None:
    visitor = Visitor.of(world)
    answer = visitor.post("/sign-in", {"name": "ada", "password": PASSWORD}, follow_redirects=False)
    said = answer.headers["set-cookie"]
    assert said.startswith(f"{COOKIE}=")
    for word in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"):
        assert word in said
    assert "Domain" not in said


def test_signing_out_leaves_nothing_with_the_browser(world: World) -> None:
    visitor = Visitor.of(world, "ada")
    answer = visitor.post("/sign-out", follow_redirects=False)
    assert '"cookies"' in answer.headers["clear-site-data"]
    assert visitor.get("/").url.path == "/sign-in"


def test_one_session_ends_and_then_all_of_them(world: World) -> None:
    here, there = Visitor.of(world), Visitor.of(world)
    sign_in(here, "ada")
    clock_of(world).advance(MINUTE)
    sign_in(there, "ada")
    listed = here.get("/sessions")
    assert listed.text.count('/end"') == 3
    ends = [part.partition('"')[0] for part in listed.text.split('action="/sessions/')[1:]]
    other = next(end for end in ends if end != "end" and end not in _own(here, listed.text))
    assert "That session has ended." in main_of(here.post(f"/sessions/{other}"))
    assert there.get("/").url.path == "/sign-in"
    assert here.post("/sessions/end").url.path == "/signed-out"
    assert here.get("/").url.path == "/sign-in"


def _own(visitor: Visitor, text: str) -> str:
    """The row that says "This one"."""
    return text.partition("This one")[2].partition("</tr>")[0]


def test_a_link_from_elsewhere_comes_in_by_one_step_on_our_own_site(world: World) -> None:
    """A strict cookie does not travel with a link in webmail."""
    answer = Visitor.of(world).get("/sessions?x=1", headers={"Sec-Fetch-Site": "cross-site"})
    assert 'content="0; url=/sessions?x=1"' in answer.text
    assert answer.status_code == 200


def test_an_idle_session_asks_to_sign_in_and_goes_on_to_the_page(world: World) -> None:
    visitor = Visitor.of(world, "ada")
    clock_of(world).advance(HOUR)
    assert visitor.get("/status").status_code == 200
    assert visitor.get("/sessions").url.path == "/sign-in"


def test_over_plain_http_nobody_signs_in(world: World) -> None:
    visitor = Visitor.of(world, public_origin="http://gateway.example")
    headers = BROWSER | {"Origin": "http://gateway.example"}
    answer = visitor.post("/sign-in", {"name": "ada", "password": PASSWORD}, headers=headers)
    assert "the address that begins with https" in errors_in(answer)[0]
