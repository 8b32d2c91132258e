"""The way in, as a person sees it: by a one-time link, by password and code, and out again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from gateway.actions import enrol
from gateway.web.pages.routes import PAGES
from tests import cast
from tests.browser.conftest import check, enter, press, signed_in
from tests.browser.gate import Gate

if TYPE_CHECKING:
    from playwright.sync_api import Page

OPEN = ("/sign-in", "/join", "/status", "/accessibility", "/signed-out", "/nowhere")
OURS = (
    "/",
    "/sessions",
    "/set-up",
    "/set-up/invite",
    "/enrol",
    "/notices",
    "/notices/by-e-mail",
    "/status",
    "/nowhere",
)
PHRASE = "seven lanterns above quiet water"


@pytest.mark.parametrize("path", OPEN)
def test_what_anyone_may_see_is_for_everyone(tab: Page, path: str) -> None:
    tab.goto(path)
    check(tab)


@pytest.mark.parametrize("path", OURS)
def test_what_an_administrator_sees_is_for_everyone(gateway: Gate, tab: Page, path: str) -> None:
    signed_in(tab, gateway, "cyd")
    tab.goto(path)
    check(tab)


def test_a_newcomer_comes_in_invites_someone_and_signs_out(gateway: Gate, tab: Page) -> None:
    world = gateway.town.world
    who = cast.who(world, "cyd")
    name = f"newcomer{world.chance.id()[:8]}"
    made = enrol.invite(world, who, name, "New Comer", "Digital", ("administrator",))
    tab.goto(f"/join#{made.link_token}")
    if tab.get_by_label("One-time link").input_value() == "":
        tab.get_by_label("One-time link").fill(f"{gateway.address}/join#{made.link_token}")
    tab.get_by_label("Choose a password").fill("password")
    press(tab, "Continue")
    assert tab.title().startswith("Error: ")
    check(tab)
    tab.get_by_label("Choose a password").fill(PHRASE)
    press(tab, "Continue")
    press(tab, "I have an app")
    check(tab)
    tab.get_by_label("Code that the app shows").fill(gateway.new_code(tab.locator(".gw-mono").inner_text()))
    press(tab, "Continue")
    check(tab)
    with tab.expect_download() as saved:
        tab.get_by_role("button", name="Download them").click()
    assert saved.value.path().read_text().count("\n") == 12
    tab.get_by_label("I have kept these codes").check()
    press(tab, "Continue")
    assert "Your second factor is set up." in tab.inner_text("main")
    check(tab)
    press(tab, "Set the gateway up", "link")
    press(tab, "Invite people", "link")
    tab.get_by_label("Name", exact=True).fill("Nia Evans")
    press(tab, "Invite")
    check(tab)
    tab.get_by_label("Name to sign in with").fill(f"nia{name}")
    tab.get_by_label("Team").fill("Digital")
    tab.get_by_label("Author").check()
    press(tab, "Invite")
    assert re.search(r"/join#[\w-]{40,}", tab.inner_text("main"))
    check(tab)
    press(tab, "Sign out")
    assert "You are signed out" in tab.inner_text("main")


def test_password_then_code_then_a_fresh_code_for_one_act(gateway: Gate, one_tab: Page) -> None:
    tab = one_tab
    tab.goto("/enrol")
    tab.get_by_label("Name").fill("dev")
    tab.get_by_label("Password", exact=True).fill(cast.PASSWORD)
    enter(tab)
    tab.get_by_label("Code").fill(gateway.code("dev"))
    enter(tab)
    assert tab.url.endswith("/enrol")
    press(tab, "I have an app")
    assert "Enter a code to change your second factor" in tab.inner_text("h1")
    check(tab)
    tab.get_by_label("Code").fill("000000")
    enter(tab)
    assert "That code is wrong" in tab.inner_text(".govuk-error-summary")
    check(tab)


def test_the_first_visit_is_light_and_later_ones_are_lighter(gateway: Gate, one_tab: Page) -> None:
    """Bytes on the wire: at most 150 kB at first, 30 kB later."""
    signed_in(one_tab, gateway, "ada")
    assert _weight(one_tab, "/") <= 150_000
    for row in PAGES:
        if row.method == "GET" and "{" not in row.path and row.permission == "signed-in":
            assert _weight(one_tab, row.path) <= 30_000, row.path


def _weight(tab: Page, path: str) -> int:
    wire = tab.context.new_cdp_session(tab)
    wire.send("Network.enable")
    sizes: list[int] = []
    wire.on("Network.loadingFinished", lambda done: sizes.append(int(done["encodedDataLength"])))
    tab.goto(path, wait_until="networkidle")
    wire.detach()
    return sum(sizes)
