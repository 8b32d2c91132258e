"""Passkeys in Chromium, with its own virtual authenticator: made, used for one act and at signing in, removed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from gateway.actions import passkey
from tests import cast
from tests.browser.conftest import check, enter, press, signed_in
from tests.browser.gate import Gate, gate

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """Under a name: browsers bind no passkey to an address in figures."""
    with gate(tmp_path_factory.mktemp("gate"), working=False, host="localhost") as made:
        yield made


def authenticator(tab: Page) -> tuple[CDPSession, str]:
    """A virtual authenticator that says yes by itself."""
    wire = tab.context.new_cdp_session(tab)
    wire.send("WebAuthn.enable")
    return wire, wire.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]


def test_a_passkey_is_made_confirms_signs_in_and_is_removed(gateway: Gate, one_tab: Page) -> None:
    tab = one_tab
    wire, id = authenticator(tab)
    signed_in(tab, gateway, "ada")
    tab.goto("/passkeys")
    check(tab)
    tab.get_by_label("Name of the passkey").fill("Work laptop")
    press(tab, "Continue")
    tab.get_by_label("Code").fill(gateway.code("ada"))
    enter(tab)
    check(tab)
    press(tab, "Make the passkey")
    assert "The passkey is yours" in tab.inner_text("main")
    check(tab)
    press(tab, "Sign out")
    tab.goto("/sign-in?next=%2Fpasskeys")
    tab.get_by_label("Name").fill("ada")
    tab.get_by_label("Password", exact=True).fill(cast.PASSWORD)
    enter(tab)
    check(tab)
    press(tab, "Use a passkey")
    assert tab.url.endswith("/passkeys")
    press(tab, "Remove Work laptop")
    assert "change your second factor" in tab.inner_text("h1")
    check(tab)
    wire.send("WebAuthn.setUserVerified", {"authenticatorId": id, "isUserVerified": False})
    tab.get_by_role("button", name="Use a passkey").click()
    tab.get_by_text("That did not work").wait_for()
    wire.send("WebAuthn.setUserVerified", {"authenticatorId": id, "isUserVerified": True})
    tab.wait_for_timeout(1_100)  # the GOV.UK button takes a second click within a second for a double click
    press(tab, "Use a passkey")
    assert "The passkey was removed" in tab.inner_text("main")
    assert passkey.list_passkeys(gateway.town.world, cast.who(gateway.town.world, "ada")) == []


def test_without_script_the_pages_say_so_and_the_code_stays(gateway: Gate, tab: Page) -> None:
    signed_in(tab, gateway, "dev")
    tab.goto("/passkeys")
    check(tab)
    assert tab.get_by_label("Name of the passkey").is_visible()
    if not tab.evaluate("document.body.classList.contains('js-enabled')"):
        assert "needs JavaScript" in tab.inner_text("main")
