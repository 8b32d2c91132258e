"""Chromium, one gateway for each file of tests, and what every page is held to.

    def test_…(gateway, tab):                      # tab: a page at 1280 and at 320 pixels, with and without JavaScript
        signed_in(tab, gateway, "ada")
        tab.goto("/sessions")
        check(tab)                                  # axe: WCAG 2.0 to 2.2, A and AA; no sideways scroll

Playwright is imported inside: the suite without a browser does not have it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from gateway.web.styling import is_styled
from tests.browser.gate import Gate, gate

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES: dict[str, Any] = {"wide": {"width": 1280, "height": 900}, "narrow": {"width": 320, "height": 640}}
SCRIPTS = re.compile(r"<script.*?</script>", re.S)
WAYS = [(size, script) for size in SIZES for script in (True, False)]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's own Chromium."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "Install Chromium (Debian: apt install chromium) to run the browser tests."
    assert is_styled(), "Run `make assets` first: the pages are tested as people see them."
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-background-networking", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """One gateway for each file: starting one costs seconds."""
    with gate(tmp_path_factory.mktemp("gate")) as made:
        yield made


@pytest.fixture(params=WAYS, ids=lambda way: f"{way[0]}-{'script' if way[1] else 'plain'}")
def tab(request: pytest.FixtureRequest, chromium: Browser, gateway: Gate) -> Iterator[Page]:
    """A page of its own in each way: wide and narrow, with and without JavaScript."""
    size, script = request.param
    yield from _open(chromium, gateway, size, script=script)


@pytest.fixture
def one_tab(chromium: Browser, gateway: Gate) -> Iterator[Page]:
    """A wide page with JavaScript, where once is enough."""
    yield from _open(chromium, gateway, "wide", script=True)


def _open(chromium: Browser, gateway: Gate, size: str, *, script: bool) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=gateway.address,
        viewport=SIZES[size],
        java_script_enabled=script,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    yield page
    context.close()
    assert [fault for fault in faults if "the server responded with a status of 4" not in fault] == []


def signed_in(page: Page, gateway: Gate, name: str) -> None:
    """As this member of the cast, in a session that is live already."""
    page.context.clear_cookies()
    page.context.add_cookies([gateway.cookie(name)])  # type: ignore[list-item]


def press(page: Page, name: str, role: str = "button") -> None:
    """Press a button (or follow a link) and wait for the page that it leads to."""
    with page.expect_navigation(wait_until="load"):
        page.get_by_role(role, name=name).click()  # type: ignore[arg-type]


def enter(page: Page) -> None:
    """Press Enter in a form and wait for the page that it leads to."""
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")


def tab_onto(page: Page, name: str) -> None:
    """Press Tab until the field of this id, or the link or button with these words, has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("[document.activeElement.id, document.activeElement.textContent.trim()]").count(name):
            return
    raise AssertionError(f"the keyboard does not reach {name} on {page.url}")


def check(page: Page) -> None:
    """No violation that axe can find, and nothing to scroll sideways."""
    assert _is_within(page), f"{page.url} scrolls sideways"
    assert violations(page) == []


def _is_within(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.0 to 2.2, levels A and AA.

    Axe is a script: what a page without JavaScript shows is looked at in a second tab, with the page's own script out.
    """
    if page.evaluate("document.body.classList.contains('js-enabled')"):
        return _found_by_axe(page)
    browser, size = page.context.browser, page.viewport_size
    assert browser is not None
    context = browser.new_context(viewport=size, service_workers="block")
    beside = context.new_page()
    body = SCRIPTS.sub("", page.content())
    beside.route(page.url, lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
    beside.goto(page.url)
    found = _found_by_axe(beside)
    context.close()
    return found


def _found_by_axe(page: Page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

    found: dict[str, Any] = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response
    return [f"{each['id']}: {[node['html'][:160] for node in each['nodes']]}" for each in found["violations"]]
