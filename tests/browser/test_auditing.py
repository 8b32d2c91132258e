"""The auditor's whole job: from signing in to evidence in hand, as a person sees it and by keyboard alone."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from gateway.audit import verifier
from tests.actions.story import log
from tests.browser.conftest import check, enter, press, signed_in, tab_onto
from tests.browser.gate import Gate
from tests.flow.town import BLUESKY

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def post(gateway: Gate) -> str:
    """A post of Ada's that went out."""
    town = gateway.town
    submission = town.post("Our office is open.", town.connect(BLUESKY))
    town.settled(submission)
    return submission.post


def test_an_auditor_finds_a_post_reads_its_life_and_takes_its_evidence_away(
    gateway: Gate, post: str, tab: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    signed_in(tab, gateway, "eve")
    tab.goto("/")
    press(tab, "Search the audit log", "link")
    check(tab)
    tab.get_by_label("Person").fill("ada")
    tab.get_by_label("Act", exact=True).select_option("submission.submit")
    press(tab, "Search")
    check(tab)
    tab.goto(f"/audit?post={post}")
    press(tab, "This post’s whole life on one page", "link")
    check(tab)
    press(tab, "Take its evidence away")
    check(tab)
    tab.get_by_label("Code").fill(gateway.code("eve"))
    with tab.expect_download() as saved:
        tab.keyboard.press("Enter")
    folder = tmp_path_factory.mktemp("evidence")
    zipfile.ZipFile(saved.value.path()).extractall(folder)
    proofs = list((folder / "proofs").iterdir())
    assert proofs
    key = (folder / "log.vkey").read_text()
    assert [verifier.main([str(proof), "--key", key]) for proof in proofs] == [0] * len(proofs)


@pytest.mark.parametrize(
    "path", ["/audit?since=x", "/audit/drafts", "/audit/entries/1", "/audit/verify", "/audit/export"]
)
def test_each_of_the_auditors_pages_is_for_everyone(gateway: Gate, tab: Page, path: str) -> None:
    signed_in(tab, gateway, "eve")
    tab.goto(path)
    check(tab)


def test_the_log_is_verified_and_searched_by_keyboard_alone(gateway: Gate, post: str, tab: Page) -> None:
    signed_in(tab, gateway, "eve")
    tab.goto("/audit/verify")
    tab_onto(tab, "Verify now")
    enter(tab)
    assert "Whole" in tab.inner_text("main")
    check(tab)
    tab.goto("/audit")
    tab_onto(tab, tab.get_by_label("Word").get_attribute("id") or "")
    tab.keyboard.type(post)
    enter(tab)
    assert "post.write" in tab.inner_text("main")
    assert log(gateway.town.world, "audit.verify")
