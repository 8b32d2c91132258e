"""The security officer's whole job: what leaving would do, leaving, its report; a drill, a freeze, and lifting it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gateway.domain.grant import Kind
from tests import cast
from tests.browser.conftest import check, enter, press, signed_in, tab_onto
from tests.browser.gate import Gate
from tests.flow.town import MASTODON, soon

if TYPE_CHECKING:
    from playwright.sync_api import Page

PLACES = (
    "/members",
    "/members/ada",
    "/members/cyd",
    "/freezes",
    "/sign-ins",
    "/sign-ins?kind=refusals",
    "/breaches",
    "/security/accounts",
)


@pytest.fixture(scope="module")
def account(gateway: Gate) -> str:
    """One account, connected."""
    return gateway.town.connect(MASTODON)


def officer(gateway: Gate) -> str:
    """A new security officer, whose code nobody has used."""
    world = gateway.town.world
    return cast.enrol(world, f"officer{world.chance.id()[:8]}", "security_officer")


def leaver(gateway: Gate, account: str) -> str:
    """A new author with a post that waits and one that is held."""
    town = gateway.town
    name = town.author(f"leaver{town.world.chance.id()[:8]}", account)
    cast.grant(town.world, name, account, Kind.REPLY)
    later = soon(town.world, 3_000)
    town.post(f"A page by {name}.", account, author=name, wanted=later)
    town.submit(f"Another page by {name}.", account, author=name, wanted=later)
    return name


@pytest.mark.parametrize("path", PLACES)
def test_what_a_security_officer_sees_is_for_everyone(gateway: Gate, account: str, tab: Page, path: str) -> None:
    signed_in(tab, gateway, "sam")
    tab.goto(path)
    check(tab)


def test_grants_and_the_second_factor_are_for_everyone(gateway: Gate, account: str, tab: Page) -> None:
    for name, path in (("olu", f"/accounts/{account}/grants"), ("sam", f"/accounts/{account}/factor")):
        signed_in(tab, gateway, name)
        tab.goto(path)
        check(tab)


def test_someone_is_taken_out_after_a_look_at_what_it_does(gateway: Gate, account: str, tab: Page) -> None:
    name, gone = officer(gateway), leaver(gateway, account)
    signed_in(tab, gateway, name)
    tab.goto("/")
    press(tab, "Take a person out", "link")
    press(tab, gone.title(), "link")
    check(tab)
    press(tab, "See what leaving would do")
    assert "Nothing has been done yet" in tab.inner_text("main")
    check(tab)
    press(tab, "Take them out")
    assert "take this person out for good" in tab.inner_text("h1")
    check(tab)
    tab.get_by_label("Code").fill(gateway.code(name))
    press(tab, "Confirm")
    said = tab.inner_text("main")
    assert f"{gone.title()} is out" in said
    assert "All outcomes known after" in said
    assert "Post put forward" in said
    check(tab)
    tab.emulate_media(media="print")
    assert not tab.locator(".govuk-service-navigation").is_visible()
    assert tab.get_by_text("Out since").is_visible()


def test_a_drill_and_then_a_freeze_that_is_lifted(gateway: Gate, account: str, tab: Page) -> None:
    name = officer(gateway)
    signed_in(tab, gateway, name)
    tab.goto("/freezes")
    tab.get_by_label("One account").check()
    tab.get_by_label("Account, where it is one").select_option(account)
    press(tab, "Drill: measure and change nothing")
    assert "Nothing was frozen" in tab.inner_text("main")
    check(tab)
    press(tab, "Back", "link")
    tab.get_by_label("One account").check()
    tab.get_by_label("Account, where it is one").select_option(account)
    press(tab, "Freeze")
    assert tab.title().startswith("Error: ")
    check(tab)
    tab.get_by_label("Why").fill("It may have been taken over.")
    press(tab, "Freeze")
    check(tab)
    tab.get_by_label("Code").fill(gateway.code(name))
    press(tab, "Confirm")
    assert "Frozen: " in tab.inner_text("h1")
    check(tab)
    tab.goto("/freezes")
    check(tab)
    other = officer(gateway)
    signed_in(tab, gateway, other)
    tab.goto("/freezes")
    with tab.expect_navigation(wait_until="load"):
        tab.get_by_role("button", name="Lift it").first.click()
    tab.get_by_label("Code").fill(gateway.code(other))
    press(tab, "Confirm")
    assert "The freeze is lifted." in tab.inner_text("main")


def test_leaving_needs_nothing_but_the_keyboard(gateway: Gate, account: str, one_tab: Page) -> None:
    name, gone, tab = officer(gateway), leaver(gateway, account), one_tab
    signed_in(tab, gateway, name)
    tab.goto(f"/members/{gone}")
    for words in ("See what leaving would do", "Take them out"):
        tab_onto(tab, words)
        enter(tab)
    tab_onto(tab, "code")
    tab.keyboard.type(gateway.code(name))
    enter(tab)
    assert f"{gone.title()} is out" in tab.inner_text("main")
