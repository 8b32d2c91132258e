"""The approver's whole job: what waits, read whole, asked about, approved with a code, or rejected with the reason."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from connectors.words import AT_RELEASE
from gateway.actions import write
from gateway.actions.submit import submit
from gateway.domain.grant import Kind
from gateway.domain.post import Content, PictureUse
from gateway.domain.release import Release, ReleaseState
from gateway.domain.submission import Submission, Wish
from tests import cast
from tests.browser.conftest import check, press, signed_in
from tests.browser.gate import Gate
from tests.flow.town import BLUESKY, MASTODON
from tests.picture.made import noise, saved

if TYPE_CHECKING:
    from playwright.sync_api import Page

DOUBTFUL = ("common-sense", "civil-service-code", "accurate", "permanent")
LONG = "Visitors to the museums of the region, by month and by museum, with everything we know of who came. "


@pytest.fixture(scope="module")
def accounts(gateway: Gate) -> tuple[str, ...]:
    """Two accounts on two platforms."""
    return tuple(gateway.town.connect(name) for name in (BLUESKY, MASTODON))


def approver(gateway: Gate, accounts: tuple[str, ...]) -> str:
    """A new approver, whose code nobody has used."""
    world = gateway.town.world
    name = cast.enrol(world, f"approver{world.chance.id()[:8]}", "approver", "clearer")
    for account in accounts:
        cast.grant(world, name, account, Kind.APPROVE)
    return name


def waiting(gateway: Gate, accounts: tuple[str, ...], readers: tuple[str, ...]) -> Submission:
    """A second version, with a picture, a doubt and a release, waiting."""
    world = gateway.town.world
    ada, now = cast.who(world, "ada"), world.clock.now().latest
    release = Release(
        id=f"/releases/{world.chance.id()}",
        title="Museum visits, March",
        instant=now + timedelta(minutes=50),
        state=ReleaseState.FINAL,
        source="file",
        imported_at=now,
    )
    cast.write(world, release)
    cast.on_list(world, release.id, "ada", *readers)
    picture = write.add_picture(world, ada, saved(noise(640, 360), "PNG"))
    uses = (PictureUse(picture.id, "A chart: visits rise from January to March", "Made by us"),)
    wish = Wish(accounts, AT_RELEASE, "statistical", release.id, False, DOUBTFUL, "Is the chart the newest one?")
    post = None
    for text in (f"{LONG}Out at half past nine.", f"{LONG}Out at 9.30am. PLEASE READ ALL OF IT #museumvisits"):
        content = Content((text, "The data are on our website."), pictures=uses)
        revision = write.write_post(world, ada, content, post_id=post, release=release.id)
        post = revision.post
        made = submit(world, ada, revision.id, wish)
    return made


def test_an_approver_reads_asks_and_approves(gateway: Gate, accounts: tuple[str, ...], tab: Page) -> None:
    name = approver(gateway, accounts)
    one = waiting(gateway, accounts, (name,))
    signed_in(tab, gateway, name)
    tab.goto("/")
    press(tab, "Answer what waits for you", "link")
    check(tab)
    assert "minutes left" in tab.inner_text("main")
    with tab.expect_navigation(wait_until="load"):
        tab.locator(f'a[href="/submissions/{one.id}"]').first.click()
    check(tab)
    said = tab.inner_text("main")
    for expected in ("Is the chart the newest one?", "Museum visits, March", "Alt text:", "What changed in the text"):
        assert expected in said
    assert tab.locator("figure img").first.evaluate("image => image.complete && image.naturalWidth > 0")
    tab.get_by_label("Ask or say something").fill("Which chart do you mean?")
    press(tab, "Send comment")
    assert "Which chart do you mean?" in tab.inner_text("main")
    check(tab)
    press(tab, "Give my answer")
    assert tab.title().startswith("Error: ")
    check(tab)
    tab.get_by_label("Approve", exact=True).check()
    tab.get_by_label("Why", exact=True).fill("I looked at the chart: it is the newest.")
    press(tab, "Give my answer")
    assert "What you are shown" in tab.inner_text("main")
    assert one.digest in tab.inner_text("main")
    check(tab)
    tab.get_by_label("Code").fill(gateway.code(name))
    press(tab, "Confirm")
    assert "Your approval is given." in tab.inner_text("main")
    check(tab)


def test_an_approver_rejects_and_its_author_reads_why(gateway: Gate, accounts: tuple[str, ...], one_tab: Page) -> None:
    name, tab = approver(gateway, accounts), one_tab
    one = waiting(gateway, accounts, (name,))
    signed_in(tab, gateway, name)
    tab.goto(f"/submissions/{one.id}")
    tab.get_by_label("Reject", exact=True).check()
    tab.get_by_label("Why", exact=True).fill("The chart is last month’s.")
    press(tab, "Give my answer")
    tab.get_by_label("Code").fill(gateway.code(name))
    press(tab, "Confirm")
    signed_in(tab, gateway, "ada")
    tab.goto("/notices")
    press(tab, "A post of yours was not approved: read why, and write it anew if you wish", "link")
    assert "The chart is last month’s." in tab.inner_text("main")
    check(tab)


def test_what_is_not_yours_to_read_yet_is_withheld_in_words(
    gateway: Gate, accounts: tuple[str, ...], tab: Page
) -> None:
    one = waiting(gateway, accounts, ())
    signed_in(tab, gateway, "sam")
    tab.goto(f"/submissions/{one.id}")
    check(tab)
    assert "you are not on the list" in tab.inner_text("main")


def test_an_approver_needs_nothing_but_the_keyboard(gateway: Gate, accounts: tuple[str, ...], one_tab: Page) -> None:
    name, tab = approver(gateway, accounts), one_tab
    one = waiting(gateway, accounts, (name,))
    signed_in(tab, gateway, name)
    tab.goto(f"/submissions/{one.id}")
    tab_to(tab, "decision")
    tab.keyboard.press("Space")
    tab.keyboard.press("Tab")
    tab.keyboard.type("It is the newest.")
    tab_to(tab, "", "BUTTON")
    with tab.expect_navigation(wait_until="load"):
        tab.keyboard.press("Enter")
    tab_to(tab, "code")
    tab.keyboard.type(gateway.code(name))
    with tab.expect_navigation(wait_until="load"):
        tab.keyboard.press("Enter")
    assert "Your approval is given." in tab.inner_text("main")


def tab_to(tab: Page, name: str, tag: str = "INPUT") -> None:
    """Press Tab until the field of this name (or the next button) has the focus."""
    for _ in range(80):
        tab.keyboard.press("Tab")
        if tab.evaluate("[document.activeElement.tagName, document.activeElement.name || '']") == [tag, name]:
            return
    raise AssertionError(f"the keyboard does not reach {name or tag}")
