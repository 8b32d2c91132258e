"""What somebody does outside the gateway: edits, removals, another face; the platform shows it as its own."""

from __future__ import annotations

import pytest

from tests.simulators.callers import Sky, Toot


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
