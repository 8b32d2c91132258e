"""The social media team's whole job in a browser: write, check, put forward, see it in the queue and when it is out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gateway.domain.delivery import State
from gateway.domain.instant import rfc3339
from gateway.domain.refusal import Reason
from gateway.domain.submission import Submission
from tests import cast
from tests.browser.conftest import check, enter, press, signed_in
from tests.browser.gate import Gate, gate
from tests.cast import DAY
from tests.flow.town import BLUESKY, MASTODON
from tests.web.test_flow import a_picture

if TYPE_CHECKING:
    from playwright.sync_api import Page

TEXT = "Our offices are closed on Monday. We are back on Tuesday."


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A gateway with two connected accounts, one post out, one held, and some that are over."""
    with gate(tmp_path_factory.mktemp("gate")) as made:
        accounts = made.town.connect(BLUESKY), made.town.connect(MASTODON)
        out = made.town.post("The library is open again.", *accounts)
        made.town.settled(out, state=State.PUBLISHED)
        tomorrow = rfc3339(made.town.world.clock.now().earliest + DAY)
        for state in (State.LAPSED, State.REJECTED, State.WITHDRAWN):
            (delivery,) = made.town.deliveries(made.town.post(f"It is {state}.", accounts[0], wanted=tomorrow))
            cast.write(made.town.world, replace(delivery, state=state, outcome="too rude for us"))
        (waits,) = made.town.deliveries(made.town.post("It is held.", accounts[0], wanted=tomorrow))
        cast.write(made.town.world, replace(waits, hold=str(Reason.PROFILE_HOLDS)))
        yield made


def newest(gateway: Gate) -> Submission:
    with gateway.town.world.storage.reading() as readers:
        return max(readers.submissions.all(), key=lambda each: each.submitted_at)


def fill(tab: Page, gateway: Gate, text: str) -> None:
    """Everything but the words of the picture."""
    for name in ("Bluesky", "Mastodon"):
        tab.get_by_label(name).check()
    tab.get_by_label("Text", exact=True).fill(text)
    tab.get_by_label("No, it holds no unpublished statistics").check()
    tab.get_by_label("At a time").check()
    tomorrow = gateway.town.world.clock.now().earliest + DAY
    tab.get_by_label("Day", exact=True).fill(f"{tomorrow:%Y-%m-%d}")
    tab.get_by_label("UK time").fill("09:30")
    tab.get_by_label("Routine").check()
    for point in tab.locator("[name=declared]").all():
        point.check()


def test_an_author_writes_checks_puts_forward_and_sees_it_in_the_queue(
    gateway: Gate, tab: Page, tmp_path: Path
) -> None:
    signed_in(tab, gateway, "ada")
    tab.goto("/")
    press(tab, "Write a post", "link")
    check(tab)
    press(tab, "Continue")
    assert "Choose at least one account" in tab.inner_text(".govuk-error-summary")
    check(tab)
    fill(tab, gateway, TEXT + " HURRY UP AND READ THIS NOW")
    press(tab, "Check")
    assert "Advice" in tab.inner_text("#found")
    assert tab.locator("#found mark").count() > 0
    check(tab)
    (tmp_path / "office.png").write_bytes(a_picture())
    tab.get_by_label("Text", exact=True).fill(TEXT)
    tab.locator("input[type=file]").set_input_files(tmp_path / "office.png")
    press(tab, "Add this picture")
    assert tab.get_by_label("Text", exact=True).input_value() == TEXT
    check(tab)
    tab.get_by_label("Alt text of picture 1").fill("A blue square.")
    tab.get_by_label("Why we may use picture 1").fill("Our own.")
    press(tab, "Continue")
    assert "Check your answers" in tab.inner_text("h1")
    assert tab.get_by_alt_text("A blue square.").count() == 2
    check(tab)
    press(tab, "Put it forward")
    assert "It is put forward." in tab.inner_text("main")
    check(tab)
    made = newest(gateway)
    assert {each.text for each in made.outgoings} == {TEXT}
    tab.goto("/queue")
    assert tab.locator(f'a[href="/posts/{made.post}"]').count() == 2
    check(tab)
    tab.goto("/queue/calendar")
    check(tab)
    tab.goto(f"/posts/{made.post}")
    press(tab, "Withdraw it")
    assert "It is withdrawn" in tab.inner_text("main")


def test_what_is_out_is_shown_with_its_figures(gateway: Gate, tab: Page) -> None:
    signed_in(tab, gateway, "ada")
    tab.goto("/publications")
    assert "The library is open again." in tab.inner_text("main")
    check(tab)
    tab.get_by_role("link", name=re.compile("^Details")).first.click()
    tab.wait_for_url("**/deliveries/*")
    check(tab)
    press(tab, "Take it down")
    check(tab)


def test_the_register_and_the_queue_of_others_are_for_everyone(gateway: Gate, tab: Page) -> None:
    account = next(iter(gateway.town.accounts.values()))
    with gateway.town.world.storage.reading() as readers:
        held = next(each for each in readers.deliveries.in_state(State.HELD) if each.hold)
    for name, paths in {
        "olu": ("/accounts", f"/accounts/{account}", f"/accounts/{account}/connect", "/queue"),
        "cyd": ("/accounts/new",),
        "ada": ("/posts", "/queue/calendar?week=2026-W10", "/templates", f"/submissions/{held.submission}/take-over"),
        "bola": (f"/deliveries/{held.id}/lift",),
    }.items():
        signed_in(tab, gateway, name)
        for path in paths:
            tab.goto(path)
            check(tab)


def test_findings_come_while_one_types_and_nothing_is_lost_when_the_session_ends(gateway: Gate, one_tab: Page) -> None:
    tab = one_tab
    signed_in(tab, gateway, "ada")
    tab.goto("/compose")
    tab.get_by_label("Bluesky").check()
    tab.get_by_label("Text", exact=True).fill("x" * 301)
    tab.get_by_text("1 too many").first.wait_for()
    assert "301 of 300" in tab.inner_text("#count-text-1")
    assert "finding" in (tab.locator("#found-said").text_content() or "")
    check(tab)
    tab.context.clear_cookies()
    tab.get_by_label("Text", exact=True).fill("y" * 10)
    tab.get_by_text("Your session has ended.").wait_for(state="attached")
    assert tab.get_by_label("Text", exact=True).input_value() == "y" * 10


def test_the_keyboard_alone_writes_and_puts_forward(gateway: Gate, one_tab: Page) -> None:
    tab = one_tab
    signed_in(tab, gateway, "ada")
    tab.goto("/compose")
    tab.locator("#accounts").focus()
    tab.keyboard.press("Space")
    _to(tab, "text-1")
    tab.keyboard.type(TEXT)
    _to(tab, "binding-2", arrows=1, first="binding")
    _to(tab, "wanted-3", arrows=2, first="wanted")
    _to(tab, "day")
    later = gateway.town.world.clock.now().earliest + timedelta(days=2)
    tab.keyboard.type(f"{later:%m%d%Y}")
    _to(tab, "time")
    tab.keyboard.type("0930AM")
    _to(tab, "content_class")
    tab.keyboard.press("Space")
    for number in range(5):
        _to(tab, "declared" if number == 0 else f"declared-{number + 1}")
        tab.keyboard.press("Space")
    _to_button(tab, "Continue")
    enter(tab)
    assert "Check your answers" in tab.inner_text("h1")
    _to_button(tab, "Put it forward")
    enter(tab)
    assert "It is put forward." in tab.inner_text("main")
    assert newest(gateway).wish.wanted >= rfc3339(later - DAY)


def _to(tab: Page, id: str, arrows: int = 0, first: str = "") -> None:
    """Tab on until this field has the focus; for radios, to the first one and then by arrows."""
    for _ in range(60):
        if tab.evaluate("document.activeElement.id") == (first or id):
            break
        tab.keyboard.press("Tab")
    for _ in range(arrows):
        tab.keyboard.press("ArrowDown")
    assert tab.evaluate("document.activeElement.id") == id


def _to_button(tab: Page, name: str) -> None:
    for _ in range(60):
        if tab.evaluate("document.activeElement.textContent.trim()") == name:
            return
        tab.keyboard.press("Tab")
    raise AssertionError(name)
