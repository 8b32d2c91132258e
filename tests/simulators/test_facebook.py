"""The pretend Graph API is as strict, and as forgetful, as the platform page says."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from connectors.simulators.running import Running, start
from tests.simulators.callers import client, code, png

BACK = "https://gateway.example/back"


@dataclass
class Book:
    """A Page with the tokens of its system user and of a person."""

    running: Running
    http: httpx.Client
    made: dict[str, str]

    def call(self, method: str, path: str, token: str | None = None, **more: Any) -> httpx.Response:
        """One call with a token and its proof."""
        word = self.made["page_token"] if token is None else token
        proof = hmac.new(self.made["app_secret"].encode(), word.encode(), hashlib.sha256).hexdigest()
        params = {"appsecret_proof": proof, **more.pop("params", {})}
        headers = {"Authorization": f"Bearer {word}"}
        return self.http.request(method, f"/v25.0/{path}", params=params, headers=headers, **more)

    def feed(self, **form: Any) -> httpx.Response:
        """POST /{page}/feed."""
        return self.call("POST", f"{self.made['id']}/feed", data=form)

    def photo(self, data: bytes | None = None, **form: str) -> httpx.Response:
        """POST /{page}/photos."""
        files = {"source": ("chart.png", png() if data is None else data, "image/png")}
        return self.call("POST", f"{self.made['id']}/photos", data=form, files=files)

    def listed(self, **params: Any) -> dict[str, Any]:
        """GET /{page}/published_posts."""
        found: dict[str, Any] = self.call("GET", f"{self.made['id']}/published_posts", params=params).json()
        return found


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """One Page."""
    with start("facebook", tmp_path) as running, client(running) as http:
        yield Book(running, http, running.accounts(1, "office")[0])


def test_a_post_is_listed_with_the_app_that_made_it_and_can_be_removed_once(book: Book) -> None:
    number = book.feed(message="Prices rose 3.1% ").json()["id"]
    book.running.foreign_post(book.made["id"], "By hand")
    fields = "id,message,created_time,permalink_url,application{id,name},attachments{media_type,unshimmed_url}"
    by_hand, ours = book.listed(fields=fields)["data"]
    assert (ours["id"], ours["message"], ours["application"]["id"]) == (number, "Prices rose 3.1%", book.made["app_id"])
    assert "application" not in by_hand
    assert book.call("DELETE", number).json() == {"success": True}
    assert code(book.call("DELETE", number)) == (400, 100, 33)
    assert [e["by"] for e in book.running.truth("accepted")] == ["api", "foreign"]


def test_the_same_words_twice_running_are_refused_without_naming_the_first(book: Book) -> None:
    assert book.feed(message="Prices rose").status_code == 200
    refused = book.feed(message=" Prices rose ")
    assert code(refused) == (400, 506, None)
    assert "_" not in refused.json()["error"]["message"]
    assert book.feed(message="Something else").status_code == 200
    assert book.feed(message="Prices rose").status_code == 200


def test_several_photos_are_uploaded_unpublished_and_attached_once(book: Book) -> None:
    ids = [book.photo(published="false", alt_text_custom=f"Chart {n}").json()["id"] for n in (1, 2)]
    media = {f"attached_media[{n}]": f'{{"media_fbid":"{one}"}}' for n, one in enumerate(ids)}
    assert book.running.truth("accepted") == []
    assert book.feed(message="Two charts", **media).status_code == 200
    (event,) = book.running.truth("accepted")
    assert [one["alt"] for one in event["media"]] == ["Chart 1", "Chart 2"]
    (post,) = book.listed(fields="attachments{media_type,subattachments{media_type,target}}")["data"]
    (album,) = post["attachments"]["data"]
    assert (album["media_type"], len(album["subattachments"]["data"])) == ("album", 2)
    assert code(book.feed(message="Again", **media))[1] == 100


def test_one_photo_is_a_post_of_its_own(book: Book) -> None:
    answer = book.photo(message="A chart", alt_text_custom="It falls").json()
    assert set(answer) == {"id", "post_id"}
    assert book.call("GET", answer["id"], params={"fields": "alt_text_custom"}).json()["alt_text_custom"] == "It falls"


def test_an_error_500_may_hide_that_the_photo_was_published(book: Book) -> None:
    book.running.fault("status", path="/photos$", status=500, applied=True)
    assert code(book.photo(message="A chart")) == (500, 2, None)
    assert len(book.listed()["data"]) == 1


def test_a_comment_is_what_follows_a_post(book: Book) -> None:
    post = book.feed(message="First").json()["id"]
    made = book.call("POST", f"{post}/comments", data={"message": "Second"}).json()["id"]
    (told,) = book.call("GET", f"{post}/comments", params={"fields": "id,message,created_time"}).json()["data"]
    assert (told["id"], told["message"]) == (made, "Second")
    assert made.startswith(post.partition("_")[2] + "_")
    assert len(book.listed()["data"]) == 1


def test_lists_are_cut_into_pages_and_by_time(book: Book) -> None:
    for number in range(5):
        book.feed(message=f"Post {number}")
    first = book.listed(limit=2)
    second = book.listed(limit=2, after=first["paging"]["cursors"]["after"])
    assert [p["message"] for p in first["data"] + second["data"]] == ["Post 4", "Post 3", "Post 2", "Post 1"]
    assert "next" in second["paging"]
    assert book.listed(since=int(time.time()) + 60)["data"] == []
    assert code(book.call("GET", f"{book.made['id']}/published_posts", params={"limit": 101}))[1] == 100


def test_what_happens_outside_the_gateway_shows(book: Book) -> None:
    number = book.feed(message="As it was").json()["id"]
    book.running.edit_post(number, "As it is")
    book.running.change_profile(book.made["id"], name="The Office", bio="Figures")
    assert book.call("GET", number).json()["message"] == "As it is"
    shown = book.call("GET", book.made["id"], params={"fields": "name,about,picture{url}"}).json()
    assert (shown["name"], shown["about"]) == ("The Office", "Figures")
    book.running.remove_post(number)
    assert book.listed()["data"] == []


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"message": "x", "surprise": "1"}, 100),
        ({"message": " "}, 100),
        ({"message": "a" * 63_207}, 100),
        ({"message": "x", "link": "not a link"}, 1500),
        ({"message": "x", "published": "perhaps"}, 100),
        ({"message": "x", "attached_media[0]": "7"}, 100),
        ({"message": "x", "attached_media[1]": '{"media_fbid":"1"}'}, 100),
        ({"message": "x", "published": "false", "scheduled_publish_time": "1"}, 100),
    ],
)
def test_what_the_platform_does_not_take_is_refused(book: Book, form: dict[str, str], said: int) -> None:
    assert code(book.feed(**form))[:2] == (400, said)
    assert book.running.truth("accepted") == []


def test_photos_that_are_none_or_too_large_are_refused(book: Book) -> None:
    assert code(book.photo(b"GIF89a not a png"))[:2] == (400, 100)
    assert code(book.photo(png() + b"0" * 4_194_304)) == (400, 100, 1366046)
    assert code(book.call("POST", f"{book.made['id']}/photos", data={"url": "https://a.example/b.png"}))[1] == 100


def test_versions_proofs_and_content_types_are_looked_at(book: Book) -> None:
    page, token = book.made["id"], book.made["page_token"]
    head = {"Authorization": f"Bearer {token}"}
    assert code(book.http.post(f"/v1.0/{page}/feed", data={"message": "x"}, headers=head))[1] == 2500
    assert code(book.http.post(f"/{page}/feed", data={"message": "x"}, headers=head))[1] == 2500
    assert code(book.http.post(f"/v25.0/{page}/feed", data={"message": "x"}, headers=head))[1] == 100
    assert code(book.call("POST", f"{page}/feed", params={"appsecret_proof": "00"}, data={"message": "x"}))[1] == 100
    assert code(book.call("POST", f"{page}/feed", content="message=x"))[1] == 100
    assert code(book.http.get(f"/v25.0/{page}"))[:2] == (401, 104)


def test_only_the_pages_own_token_speaks_for_it(book: Book) -> None:
    other = book.running.accounts(1, "other")[0]
    for word in (book.made["user_token"], book.made["system_user_token"], other["page_token"]):
        assert code(book.call("POST", f"{book.made['id']}/feed", word, data={"message": "x"})) == (403, 210, None)


@pytest.mark.parametrize(("what", "subcode"), [("access", 463), ("password", 460), ("checkpoint", 459), ("role", 492)])
def test_a_token_that_died_says_of_what(book: Book, what: str, subcode: int) -> None:
    assert book.running.expire(what, book.made["id"]) >= 1
    assert code(book.feed(message="x")) == (400, 190, subcode)


def test_a_person_signs_in_and_gets_the_token_of_a_page(book: Book) -> None:
    app = {"client_id": book.made["app_id"], "client_secret": book.made["app_secret"]}
    scope = "pages_show_list,pages_read_engagement"
    asked = {"client_id": app["client_id"], "redirect_uri": BACK, "state": "s1", "scope": scope}
    assert "Continue as" in book.http.get("/v25.0/dialog/oauth", params=asked).text
    back = book.http.post("/v25.0/dialog/oauth", data=asked | {"account": book.made["user_id"]}).headers["Location"]
    given = parse_qs(urlsplit(back).query)
    assert given["state"] == ["s1"]
    change = {**app, "redirect_uri": BACK, "code": given["code"][0]}
    short = book.http.get("/v25.0/oauth/access_token", params=change).json()
    assert book.http.get("/v25.0/oauth/access_token", params=change).status_code == 400
    longer = {**app, "grant_type": "fb_exchange_token", "fb_exchange_token": short["access_token"]}
    long = book.http.get("/v25.0/oauth/access_token", params=longer).json()
    assert (short["expires_in"], long["expires_in"]) == (5_400, 5_183_944)
    (page,) = book.call("GET", "me/accounts", long["access_token"], params={"fields": "id,access_token,tasks"}).json()[
        "data"
    ]
    told = book.http.get(
        "/v25.0/debug_token",
        params={"input_token": page["access_token"], "access_token": f"{app['client_id']}|{app['client_secret']}"},
    ).json()["data"]
    assert (told["type"], told["profile_id"], told["expires_at"]) == ("PAGE", book.made["id"], 0)
    refused = book.call("POST", f"{page['id']}/feed", page["access_token"], data={"message": "x"})
    assert code(refused)[:2] == (403, 200)


def test_taking_the_app_out_ends_the_page_tokens_made_by_that_person(book: Book) -> None:
    user = book.made["user_token"]
    (page,) = book.call("GET", "me/accounts", user).json()["data"]
    assert book.call("DELETE", "me/permissions", user).json() == {"success": True}
    assert code(book.call("GET", page["id"], page["access_token"])) == (400, 190, 458)
    assert book.feed(message="The system user's token lives on").status_code == 200


def test_a_system_users_token_can_be_revoked_at_once(book: Book) -> None:
    app = {"client_id": book.made["app_id"], "client_secret": book.made["app_secret"]}
    word = book.made["system_user_token"]
    answer = book.http.get("/v25.0/oauth/revoke", params={**app, "revoke_token": word, "access_token": word})
    assert answer.json() == {"success": "true"}
    assert code(book.feed(message="x"))[:2] == (400, 190)


def test_what_is_used_up_is_told_before_it_is_gone(tmp_path: Path) -> None:
    with start("facebook", tmp_path, calls_per_day=2) as running, client(running) as http:
        book = Book(running, http, running.accounts(1, "office")[0])
        assert '"call_count": 50' in book.feed(message="one").headers["X-Business-Use-Case-Usage"]
        assert '"call_count": 100' in book.feed(message="two").headers["X-Page-Usage"]
        assert code(book.feed(message="three"))[:2] == (400, 32)


def test_every_fault_can_be_committed_here_too(book: Book) -> None:
    book.running.fault("status", path="/feed$", status=429, seconds=90)
    throttled = book.feed(message="a")
    assert code(throttled)[:2] == (400, 32)
    assert '"estimated_time_to_regain_access": 2' in throttled.headers["X-Business-Use-Case-Usage"]
    book.running.fault("expired_credential", path="/feed$")
    assert code(book.feed(message="b")) == (400, 190, 463)
    book.running.fault("duplicate", path="/feed$")
    book.running.fault("lagging_lists", path="/published_posts$", seconds=30)
    assert book.feed(message="c").status_code == 200
    assert book.listed()["data"] == []
    assert len(book.listed()["data"]) == 2
