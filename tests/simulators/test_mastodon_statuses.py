"""The pretend Mastodon's statuses, keys, lists and media, as contract §§2-8 say."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from connectors.simulators.mastodon_text import as_html, count_status
from tests.simulators.callers import Toot, png

LENGTHS = json.loads((Path(__file__).parent / "vectors" / "mastodon_length.json").read_text())


def ids(answer: Any) -> list[str]:
    """The ids of a list."""
    return [status["id"] for status in answer.json()]


def test_a_status_is_posted_read_back_and_deleted(toot: Toot) -> None:
    made = toot.post("  Inflation <rose>\nto 3.1%  ", language="en", visibility="unlisted").json()
    assert made["url"] == f"{toot.running.origin}/@{toot.acct}/{made['id']}"
    assert made["content"] == "<p>Inflation &lt;rose&gt;<br />to 3.1%</p>"
    assert toot.get(f"/api/v1/statuses/{made['id']}/source").json()["text"] == "Inflation <rose>\nto 3.1%"
    gone = toot.http.delete(f"/api/v1/statuses/{made['id']}", params={"delete_media": "true"}, headers=toot.auth)
    assert gone.json()["text"] == "Inflation <rose>\nto 3.1%"
    missing = toot.get(f"/api/v1/statuses/{made['id']}")
    assert (missing.status_code, missing.json()) == (404, {"error": "Record not found"})


def test_only_the_author_sees_which_application_posted(toot: Toot) -> None:
    made = toot.post("hello").json()
    assert made["application"]["name"] == "Gateway"
    assert "application" not in toot.http.get(f"/api/v1/statuses/{made['id']}").json()
    foreign = toot.running.foreign_post(toot.acct, "from the web")["id"]
    assert toot.get(f"/api/v1/statuses/{foreign}").json()["application"]["name"] == "Web"


def test_the_same_key_gives_the_first_status_whatever_the_body(toot: Toot) -> None:
    first, again = toot.post("one", key="k1").json(), toot.post("two", key="k1").json()
    assert (again["id"], again["content"]) == (first["id"], "<p>one</p>")
    assert [e["key"] for e in toot.running.truth("accepted")] == ["k1"]
    assert [e.get("idempotency_key") for e in toot.running.truth("request")] == ["k1", "k1"]


def test_a_key_is_forgotten_after_its_life(toot: Toot) -> None:
    toot.running.knobs(rules={"key_life_s": 0.0})
    assert toot.post("one", key="k1").json()["id"] != toot.post("one", key="k1").json()["id"]


def test_a_key_belongs_to_one_account(toot: Toot) -> None:
    first = toot.post("one", key="k1").json()["id"]
    toot.access_token = toot.running.accounts()[0]["access_token"]
    assert toot.post("one", key="k1").json()["id"] != first


def test_releases_with_the_bug_answer_a_repeat_with_500_and_post_nothing(toot: Toot) -> None:
    toot.running.knobs(rules={"idempotency": "error"})
    assert [toot.post("one", key="k1").status_code for _ in range(2)] == [200, 500]
    assert len(toot.running.posts()) == 1


def test_servers_that_ignore_the_key_post_twice(toot: Toot) -> None:
    toot.running.knobs(rules={"idempotency": "ignore"})
    assert [toot.post("one", key="k1").status_code for _ in range(2)] == [200, 200]
    assert len(toot.running.posts()) == 2


@pytest.mark.parametrize("vector", LENGTHS["vectors"], ids=lambda vector: vector["description"])
def test_lengths_agree_with_the_vectors(vector: dict[str, Any]) -> None:
    assert count_status(vector["text"], vector["spoiler_text"], LENGTHS["url_length"]) == vector["length"]


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("(https://example.org/a_(b))", 25),
        ("https://example.org.", 24),
        ("https://example.org/x?y=@a@b.c", 23),
        ("@a@b.example: hello", 9),
        ("mail a@b.example", 16),
        ("http://localhost", 16),
    ],
)
def test_links_and_mentions_end_where_a_reader_would_say(text: str, length: int) -> None:
    assert count_status(text, "", 23) == length


def test_rendering_makes_links_and_paragraphs_and_escapes_the_rest(toot: Toot) -> None:
    html = as_html("A & B\n\nsee https://example.org/a?b=1&c=2.")
    assert html.startswith("<p>A &amp; B</p><p>see <a href=")
    assert 'href="https://example.org/a?b=1&amp;c=2"' in html
    assert html.endswith("</a>.</p>")
    assert toot.post("#CPIH and #2026").json()["tags"][0]["name"] == "cpih"


@pytest.mark.parametrize(
    ("given", "status", "word"),
    [
        ({"status": "x" * 501}, 422, "Validation failed: Text character limit of 500 exceeded"),
        ({"status": "x" * 400, "spoiler_text": "y" * 101}, 422, "limit of 500"),
        ({"status": "   "}, 422, "Text can't be blank"),
        ({"status": "x", "visibility": "everyone"}, 422, "Visibility"),
        ({"status": "x", "language": "English"}, 422, "Language"),
        ({"status": "x", "surprise": "y"}, 422, "surprise"),
        ({"status": "x", "sensitive": "perhaps"}, 422, "sensitive"),
        ({"status": "x", "media_ids": [5]}, 422, "media_ids"),
        ({"status": "x", "media_ids": ["5"]}, 422, "not found"),
        ({"status": 5}, 422, "status"),
        ({"status": "\ud800"}, 422, "status"),
        ({"status": "x", "in_reply_to_id": "5"}, 404, "Record not found"),
    ],
)
def test_a_bad_status_is_refused_and_nothing_posted(toot: Toot, given: Any, status: int, word: str) -> None:
    headers = {**toot.auth, "Content-Type": "application/json"}
    answer = toot.http.post("/api/v1/statuses", content=json.dumps(given), headers=headers)
    assert answer.status_code == status
    assert word in answer.json()["error"]
    assert toot.running.posts() == []


def test_a_status_may_come_as_a_form_but_not_as_anything(toot: Toot) -> None:
    form = {"status": "hello", "sensitive": "true"}
    assert toot.http.post("/api/v1/statuses", data=form, headers=toot.auth).json()["sensitive"] is True
    headers = {**toot.auth, "Content-Type": "text/plain"}
    assert toot.http.post("/api/v1/statuses", content=b"status=x", headers=headers).status_code == 415
    headers = {**toot.auth, "Content-Type": "application/json"}
    for broken in (b"{", b"[]", b'{"status":"a","status":"b"}', b"\xff"):
        assert toot.http.post("/api/v1/statuses", content=broken, headers=headers).status_code == 400


def test_lists_are_newest_first_and_linked_in_both_directions(toot: Toot) -> None:
    made = [toot.post(str(n)).json()["id"] for n in range(5)]
    path = f"/api/v1/accounts/{toot.id}/statuses"
    first = toot.get(path, limit=2)
    assert ids(first) == made[:2:-1]
    links = dict(re.findall(r'<[^?]+\?([^>]+)>; rel="(\w+)"', first.headers["Link"]))
    assert links == {f"limit=2&max_id={made[3]}": "next", f"limit=2&min_id={made[4]}": "prev"}
    assert ids(toot.get(path, limit=2, max_id=made[3])) == [made[2], made[1]]
    assert ids(toot.get(path, limit=2, min_id=made[0])) == [made[2], made[1]]
    assert ids(toot.get(path, limit=2, since_id=made[0])) == [made[4], made[3]]
    empty = toot.get(path, min_id=made[4])
    assert (empty.json(), "Link" in empty.headers) == ([], False)


def test_lists_can_leave_out_replies_and_hide_what_is_private(toot: Toot) -> None:
    first = toot.post("one").json()["id"]
    reply = toot.post("two", in_reply_to_id=first).json()["id"]
    secret = toot.post("three", visibility="private").json()["id"]
    path = f"/api/v1/accounts/{toot.id}/statuses"
    assert ids(toot.get(path)) == [secret, reply, first]
    assert ids(toot.get(path, exclude_replies="true")) == [secret, first]
    assert ids(toot.get(path, only_media="true")) == ids(toot.get(path, pinned="true")) == []
    assert ids(toot.http.get(path)) == [reply, first]
    assert toot.http.get(f"/api/v1/statuses/{secret}").status_code == 404
    context = toot.get(f"/api/v1/statuses/{first}/context").json()
    assert [s["id"] for s in context["descendants"]] == [reply]
    assert [s["id"] for s in toot.get(f"/api/v1/statuses/{reply}/context").json()["ancestors"]] == [first]


def test_a_list_refuses_what_it_does_not_know(toot: Toot) -> None:
    assert toot.get("/api/v1/accounts/1/statuses").status_code == 404
    assert toot.get(f"/api/v1/accounts/{toot.id}/statuses", page="2").status_code == 422
    assert toot.get(f"/api/v1/accounts/{toot.id}/statuses", max_id="x").status_code == 422


def test_a_picture_is_uploaded_described_and_attached_once(toot: Toot) -> None:
    medium = toot.upload(png(), description="A chart").json()
    assert medium["url"] == f"{toot.running.origin}/_sim/media/{toot.running.truth('media')[0]['sha256']}"
    assert toot.http.get(medium["url"]).content == png()
    path = f"/api/v1/media/{medium['id']}"
    assert toot.http.put(path, json={"description": "A red chart"}, headers=toot.auth).status_code == 200
    posted = toot.post("", media_ids=[medium["id"]]).json()
    assert posted["media_attachments"][0]["description"] == "A red chart"
    assert toot.running.truth("accepted")[0]["media"][0]["alt"] == "A red chart"
    assert toot.post("again", media_ids=[medium["id"]]).status_code == 422
    assert toot.get(path).status_code == 404


def test_a_picture_may_take_a_while(toot: Toot) -> None:
    toot.running.knobs(rules={"media_seconds": 0.15})
    uploaded = toot.upload(png())
    number = uploaded.json()["id"]
    assert (uploaded.status_code, uploaded.json()["url"]) == (202, None)
    assert toot.get(f"/api/v1/media/{number}").status_code == 206
    unready = toot.post("hello", media_ids=[number])
    assert (unready.status_code, unready.json()["error"][:47]) == (
        422,
        "Cannot attach files that have not finished proc",
    )
    time.sleep(0.16)
    assert toot.get(f"/api/v1/media/{number}").status_code == 200
    assert toot.post("hello", media_ids=[number]).status_code == 200


def test_processing_may_fail_and_an_upload_may_be_taken_back(toot: Toot) -> None:
    toot.running.knobs(rules={"media_fails": True})
    number = toot.upload(png()).json()["id"]
    assert toot.get(f"/api/v1/media/{number}").status_code == 422
    assert toot.http.delete(f"/api/v1/media/{number}", headers=toot.auth).json() == {}
    assert toot.get(f"/api/v1/media/{number}").status_code == 404


@pytest.mark.parametrize(
    ("data", "media_type", "form"),
    [
        (b"text", "image/png", {}),
        (png(), "image/jpeg", {}),
        (png(), "application/pdf", {}),
        (b"", "image/png", {}),
        (png(9000, 9000)[:60], "image/png", {}),
        (png(), "image/png", {"description": "x" * 1501}),
        (png(), "image/png", {"focus": "2,0"}),
        (png(), "image/png", {"surprise": "x"}),
    ],
    ids=["text", "jpeg", "pdf", "empty", "pixels", "alt", "focus", "unknown"],
)
def test_a_bad_upload_is_refused(toot: Toot, data: bytes, media_type: str, form: dict[str, str]) -> None:
    assert toot.upload(data, media_type, **form).status_code == 422


def test_an_upload_is_a_multipart_form_and_not_too_large(toot: Toot) -> None:
    assert toot.http.post("/api/v2/media", json={"file": "x"}, headers=toot.auth).status_code == 415
    toot.running.knobs(rules={"image_size_limit": 10})
    assert toot.upload(png()).status_code == 422


def test_no_more_pictures_than_the_limit(toot: Toot) -> None:
    toot.running.knobs(rules={"max_media_attachments": 1})
    numbers = [toot.upload(png()).json()["id"] for _ in range(2)]
    assert toot.post("hello", media_ids=numbers).status_code == 422


@pytest.mark.parametrize("rule", ["requests_per_5min", "statuses_per_3h"])
def test_allowances_are_told_with_an_iso_reset_and_run_out(toot: Toot, rule: str) -> None:
    toot.running.knobs(rules={rule: 1})
    first, second = toot.post("one"), toot.post("two")
    assert first.headers["X-RateLimit-Remaining"] == "0"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", first.headers["X-RateLimit-Reset"])
    assert (second.status_code, second.json()) == (429, {"error": "Too many requests"})
    assert "Retry-After" not in second.headers
    assert len(toot.running.posts()) == 1


def test_uploads_deletions_and_addresses_have_allowances_of_their_own(toot: Toot) -> None:
    one, two = (toot.post(text).json()["id"] for text in ("one", "two"))
    toot.running.knobs(rules={"media_per_30min": 1, "deletes_per_30min": 1, "requests_per_address": 1})
    assert [toot.upload(png()).status_code for _ in range(2)] == [200, 429]
    gone = [toot.http.delete(f"/api/v1/statuses/{n}", headers=toot.auth).status_code for n in (one, two)]
    assert gone == [200, 429]
    assert [toot.http.get("/api/v2/instance").status_code for _ in range(2)] == [200, 429]
