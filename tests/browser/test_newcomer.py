"""A newcomer's first five minutes, by pages alone: from the first link to a post on a pretend platform."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gateway.actions.enrol import first_invitation
from gateway.domain.account import CredentialState
from tests import cast
from tests.browser.conftest import SIZES, check, enter, press
from tests.browser.gate import Gate, gate
from tests.flow.town import BLUESKY, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

PHRASE = "seven lanterns above quiet water"
TEXT = "Our reading room is open on Saturdays."


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A sandbox in which nobody is yet."""
    with gate(tmp_path_factory.mktemp("gate"), peopled=False, platforms=(BLUESKY,)) as made:
        yield made


def come_in(tab: Page, gateway: Gate, link: str) -> str:
    """By a one-time link to the home page; the key of the new second factor."""
    tab.context.clear_cookies()
    tab.goto("about:blank")
    tab.goto(link)
    tab.get_by_label("Choose a password").fill(PHRASE)
    press(tab, "Continue")
    press(tab, "I have an app")
    key = tab.locator(".gw-mono").inner_text()
    tab.get_by_label("Code that the app shows").fill(gateway.new_code(key))
    press(tab, "Continue")
    tab.get_by_label("I have kept these codes").check()
    press(tab, "Continue")
    return key


def type_code(tab: Page, gateway: Gate, key: str) -> None:
    """The next code, without the wait for it: the gateway forgets which one was used last."""
    with gateway.town.world.storage.reading() as readers:
        factors = [factor for member in readers.members.all() for factor in readers.factors.of(member.id)]
    cast.write(gateway.town.world, *(replace(factor, last_step=-1) for factor in factors))
    tab.get_by_label("Code").fill(gateway.new_code(key))
    enter(tab)


def test_a_newcomer_publishes_something_pretend_within_five_minutes(gateway: Gate, one_tab: Page) -> None:
    tab, town, began = one_tab, gateway.town, time.monotonic()
    first = first_invitation(town.world, "admin", "First Administrator", "Digital")
    come_in(tab, gateway, f"/join#{first.link_token}")
    press(tab, "Set the gateway up", "link")
    check(tab)
    press(tab, "Make a pretend account")
    for size in SIZES.values():
        tab.set_viewport_size(size)
        check(tab)
    author, approver = tab.locator("ol .gw-mono").all_inner_texts()
    (account,) = _accounts(gateway)
    until(lambda: town.account(account).credential_state is CredentialState.CURRENT, town)

    key = come_in(tab, gateway, author)
    press(tab, "Write a post", "link")
    tab.get_by_label("Bluesky").check()
    tab.get_by_label("Text", exact=True).fill(TEXT)
    tab.get_by_label("No, it holds no unpublished statistics").check()
    tab.get_by_role("radio", name="Now").check()
    tab.get_by_label("Routine").check()
    for point in tab.locator("[name=declared]").all():
        point.check()
    press(tab, "Continue")
    press(tab, "Put it forward")
    type_code(tab, gateway, key)
    assert "It is put forward." in tab.inner_text("main")

    key = come_in(tab, gateway, approver)
    press(tab, "Answer what waits for you", "link")
    press(tab, "Pretend Author", "link")
    if tab.get_by_label("Why you think so").count():  # where the words are of no form that is known to be harmless
        tab.get_by_label("No", exact=True).check()
        tab.get_by_label("Why you think so").fill("Opening hours.")
        press(tab, "Give my word")
        type_code(tab, gateway, key)
        press(tab, "Pretend Author", "link")
    tab.get_by_label("Approve", exact=True).check()
    press(tab, "Give my answer")
    type_code(tab, gateway, key)
    with town.world.storage.reading() as readers:
        (submission,) = readers.submissions.all()
    town.settled(submission)
    assert town.texts(BLUESKY) == [TEXT]
    tab.goto("/publications")
    assert TEXT in tab.inner_text("main")
    assert time.monotonic() - began < 300


def _accounts(gateway: Gate) -> list[str]:
    with gateway.town.world.storage.reading() as readers:
        return [account.id for account in readers.accounts.all()]
