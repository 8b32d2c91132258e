"""What somebody does outside the gateway: edits, removals, another face; the platform shows it as its own."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from connectors.simulators.running import PLATFORMS, start
from tests.simulators.callers import Sky, Toot, client


def test_a_bluesky_post_edited_outside_keeps_its_key_and_changes_its_words(sky: Sky) -> None:
    uri = sky.running.foreign_post(sky.did, "As it was")["id"]
    sky.running.edit_post(uri, "As it is")
    assert [(post["id"], post["text"]) for post in sky.running.posts()] == [(uri, "As it is")]
    sky.running.remove_post(uri)
    assert sky.running.posts() == []


def test_a_bluesky_profile_is_a_record_that_may_be_absent(sky: Sky) -> None:
    where = {"repo": sky.did, "collection": "app.bsky.actor.profile", "rkey": "self"}
    before = sky.http.get("/xrpc/com.atproto.repo.getRecord", params=where)
    assert before.json()["error"] == "RecordNotFound"
    sky.running.change_profile(sky.did, name="The Office", bio="Figures", picture="one")
    first = sky.http.get("/xrpc/com.atproto.repo.getRecord", params=where).json()["value"]
    sky.running.change_profile(sky.did, picture="two")
    second = sky.http.get("/xrpc/com.atproto.repo.getRecord", params=where).json()["value"]
    assert (second["displayName"], second["description"]) == ("The Office", "Figures")
    assert first["avatar"]["ref"] != second["avatar"]["ref"]


def test_a_mastodon_status_and_profile_change_too(toot: Toot) -> None:
    number = toot.running.foreign_post(toot.id, "As it was")["id"]
    toot.running.edit_post(number, "As it is")
    toot.running.change_profile(toot.id, name="The Office", bio="Figures", picture="two")
    token = {"Authorization": f"Bearer {toot.access_token}"}
    assert toot.http.get(f"/api/v1/statuses/{number}/source", headers=token).json()["text"] == "As it is"
    shown = toot.http.get("/api/v1/accounts/verify_credentials", headers=token).json()
    assert (shown["display_name"], shown["note"]) == ("The Office", "<p>Figures</p>")
    assert shown["avatar"].endswith("/two.png")
    toot.running.remove_post(number)
    assert toot.running.posts() == []


def test_what_is_not_there_cannot_change(sky: Sky) -> None:
    for wrong in (lambda: sky.running.edit_post("at://nobody", "x"), lambda: sky.running.remove_post("at://nobody")):
        with pytest.raises(ValueError):
            wrong()


@pytest.mark.parametrize("name", sorted(PLATFORMS))
def test_each_account_has_a_page_where_its_posts_are_seen_to_arrive(name: str, tmp_path: Path) -> None:
    with start(name, tmp_path) as running, client(running) as browser:
        first, second = (made.get("did") or made["id"] for made in running.accounts(2, "office"))
        running.foreign_post(first, "<script>alert(1)</script> & more")
        running.foreign_post(second, "Another's words")
        whole = browser.get("/").text
        links = re.findall(r'<a href="(/_sim/timeline/[^"]+)">([^<]+)</a>', whole)
        assert len({handle for _, handle in links}) == 2
        own = browser.get(next(link for link, _ in links if unquote(link).endswith(f"/{first}")))
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in own.text
        assert "Another" not in own.text
        assert "script-src" not in own.headers["Content-Security-Policy"]
        assert "<script" not in whole + own.text
