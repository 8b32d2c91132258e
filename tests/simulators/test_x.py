"""The pretend X: consent, rotating tokens, posts, threads, media, timelines, refusals, allowances."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from connectors.simulators.running import Running, start
from connectors.simulators.x_text import addresses, weigh
from tests.simulators.callers import client, png

VECTORS = json.loads((Path(__file__).parent / "vectors" / "x_length.json").read_text())["vectors"]
FIELDS = {"tweet.fields": "created_at,author_id,conversation_id,entities,attachments,referenced_tweets"}
BACK = "http://127.0.0.1:8080/back"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
CONSENT = {
    "response_type": "code",
    "client_id": "pretend-gateway",
    "redirect_uri": BACK,
    "scope": "tweet.read tweet.write users.read media.write offline.access",
    "state": "s1",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


@dataclass
class Bird:
    """Somebody with tokens of the pretend X."""

    running: Running
    http: httpx.Client
    id: str
    username: str
    access_token: str
    refresh_token: str
    client_id: str
    client_secret: str

    @property
    def auth(self) -> dict[str, str]:
        """The header."""
        return {"Authorization": f"Bearer {self.access_token}"}

    def post(self, text: str = "hello", **more: Any) -> httpx.Response:
        """POST /2/tweets."""
        return self.http.post("/2/tweets", json={"text": text, **more}, headers=self.auth)

    def get(self, path: str, **query: Any) -> httpx.Response:
        """GET as the person."""
        return self.http.get(path, params=query, headers=self.auth)

    def listed(self, **query: Any) -> dict[str, Any]:
        """The own timeline."""
        found: dict[str, Any] = self.get(f"/2/users/{self.id}/tweets", **query).json()
        return found

    def upload(self, data: bytes | None = None, **form: str) -> httpx.Response:
        """POST /2/media/upload."""
        files = {"media": ("chart.png", data or png(), "image/png")}
        given = {"media_category": "tweet_image", **form}
        return self.http.post("/2/media/upload", files=files, data=given, headers=self.auth)

    def token(self, **form: str) -> httpx.Response:
        """POST /2/oauth2/token, as the confidential application."""
        return self.http.post("/2/oauth2/token", data=form, auth=(self.client_id, self.client_secret))

    def consent(self, **changes: str) -> httpx.Response:
        """Somebody presses the button."""
        return self.http.post("/i/oauth2/authorize", data={**CONSENT, "account": self.username, **changes})

    def code(self) -> str:
        """A fresh code."""
        return parse_qs(urlsplit(self.consent().headers["Location"]).query)["code"][0]


@pytest.fixture
def bird(tmp_path: Path) -> Iterator[Bird]:
    """An account with tokens on a pretend X."""
    with start("x", tmp_path) as running, client(running) as http:
        yield Bird(running, http, **running.accounts(1, "office")[0])


def said(answer: httpx.Response) -> tuple[int, str]:
    """Status and detail."""
    return answer.status_code, answer.json().get("detail", "")


# --- counting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["description"])
def test_the_platform_counts_as_the_vectors_say(vector: dict[str, Any]) -> None:
    assert weigh(vector["text"]) == vector["length"]
    assert (1 <= weigh(vector["text"]) <= 280) == vector["valid"]


def test_addresses_are_found_with_and_without_a_scheme() -> None:
    text = "See ons.gov.uk/a_(b), https://example.org/x#y. e.g. and v1.2, me@example.org @a.com"
    assert [one.url for one in addresses(text)] == ["ons.gov.uk/a_(b)", "https://example.org/x#y"]


# --- posts -----------------------------------------------------------------------------------------------------------


def test_a_post_comes_back_wrapped_and_escaped(bird: Bird) -> None:
    made = bird.post("Prices & wages <3.1% ons.gov.uk")
    number = made.json()["data"]["id"]
    assert made.status_code == 201
    (shown,) = bird.listed(**FIELDS)["data"]
    assert shown["id"] == number
    assert shown["text"].startswith("Prices &amp; wages &lt;3.1% https://t.co/")
    assert shown["entities"]["urls"][0]["expanded_url"] == "http://ons.gov.uk"
    assert abs((int(number) >> 22) + 1_288_834_974_657 - time.time() * 1000) < 5_000
    assert bird.running.truth("accepted")[-1]["text"] == "Prices & wages <3.1% ons.gov.uk"


def test_a_deleted_post_is_gone_in_either_of_two_ways(bird: Bird) -> None:
    number = bird.post().json()["data"]["id"]
    assert bird.http.delete(f"/2/tweets/{number}", headers=bird.auth).json() == {"data": {"deleted": True}}
    gone = bird.get(f"/2/tweets/{number}")
    assert (gone.status_code, list(gone.json())) == (200, ["errors"])
    bird.running.knobs(rules={"missing_status": 404})
    assert bird.get(f"/2/tweets/{number}").status_code == 404
    assert bird.running.truth("removed")[-1]["id"] == number


def test_the_same_words_are_refused_without_naming_the_first(bird: Bird) -> None:
    number = bird.post("Prices rose").json()["data"]["id"]
    assert said(bird.post("Prices  rose ")) == (403, "You are not allowed to create a Tweet with duplicate content.")
    bird.http.delete(f"/2/tweets/{number}", headers=bird.auth)
    assert bird.post("Prices rose").status_code == 201
    bird.http.delete(f"/2/tweets/{number}", headers=bird.auth)
    bird.running.knobs(rules={"duplicate_window_s": 0.0})
    assert bird.post("Prices rose").status_code == 201


def test_a_thread_answers_own_posts_and_nobody_elses(bird: Bird) -> None:
    first = bird.post("one").json()["data"]["id"]
    second = bird.post("two", reply={"in_reply_to_tweet_id": first}).json()["data"]["id"]
    found = bird.get(f"/2/tweets/{second}", **FIELDS).json()["data"]
    assert found["referenced_tweets"] == [{"type": "replied_to", "id": first}]
    assert found["conversation_id"] == first
    other = bird.running.accounts(1, "other")[0]
    foreign = bird.running.foreign_post(other["id"], "theirs")["id"]
    assert said(bird.post("three", reply={"in_reply_to_tweet_id": foreign}))[1].startswith("Reply to this conversation")
    bird.running.knobs(rules={"own_replies": False})
    assert bird.post("four", reply={"in_reply_to_tweet_id": first}).status_code == 403
    assert bird.post("five", reply={"in_reply_to_tweet_id": "1"}).status_code == 403


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"text": "a" * 281}, 403),
        ({"text": "あ" * 141}, 403),
        ({"text": " "}, 400),
        ({"text": 7}, 400),
        ({"text": "\ufeffa"}, 400),
        ({"text": "$AB and $CD"}, 403),
        ({"surprise": True}, 400),
        ({"media": {"media_ids": [7]}}, 400),
        ({"media": {"media_ids": ["7"]}}, 400),
        ({"media": {"media_ids": []}}, 400),
        ({"media": {}}, 400),
        ({"reply": {}}, 400),
        ({"quote_tweet_id": "1"}, 403),
        ({"reply_settings": "nobody"}, 400),
        ({"poll": {"options": ["a"], "duration_minutes": 5}}, 400),
    ],
    ids=repr,
)
def test_what_the_platform_does_not_take_is_refused(bird: Bird, more: dict[str, Any], status: int) -> None:
    answer = bird.http.post("/2/tweets", json={"text": "hello", **more}, headers=bird.auth)
    assert answer.status_code == status
    assert bird.running.truth("accepted") == []


def test_content_types_bodies_and_places_are_looked_at(bird: Bird) -> None:
    plain = {**bird.auth, "Content-Type": "text/plain"}
    assert bird.http.post("/2/tweets", content=b'{"text":"a"}', headers=plain).status_code == 415
    as_json = {**bird.auth, "Content-Type": "application/json"}
    for body in (b"{", b"[]", b'{"text":"a","text":"b"}', b"\xff"):
        assert bird.http.post("/2/tweets", content=body, headers=as_json).status_code == 400
    assert bird.get("/2/nowhere").status_code == 404
    assert bird.http.get("/2/users/me").status_code == 401


# --- timelines -------------------------------------------------------------------------------------------------------


def test_an_empty_timeline_has_no_data(bird: Bird) -> None:
    assert bird.listed() == {"meta": {"result_count": 0}}


def test_timelines_are_cut_into_pages_and_by_time_and_lag(bird: Bird) -> None:
    numbers = [bird.post(f"post {n}").json()["data"]["id"] for n in range(7)]
    page = bird.listed(max_results=5)
    assert [one["id"] for one in page["data"]] == numbers[:1:-1]
    rest = bird.listed(max_results=5, pagination_token=page["meta"]["next_token"])
    assert [one["id"] for one in rest["data"]] == numbers[1::-1]
    assert [one["id"] for one in bird.listed(since_id=numbers[5])["data"]] == numbers[6:]
    assert "data" not in bird.listed(start_time="2999-01-01T00:00:00Z")
    assert bird.get(f"/2/users/{bird.id}/tweets", start_time="2026-01-01 00:00").status_code == 400
    assert bird.get(f"/2/users/{bird.id}/tweets", max_results=4).status_code == 400
    assert bird.get(f"/2/users/{bird.id}/tweets", surprise=1).status_code == 400
    bird.running.fault("lagging_lists", path="/users/", seconds=30.0)
    assert "data" not in bird.listed()


def test_many_posts_are_looked_up_under_either_name_of_the_fields(bird: Bird) -> None:
    number = bird.post().json()["data"]["id"]
    found = bird.get("/2/tweets", ids=f"{number},1", **{"post.fields": "author_id,edit_history_post_ids"}).json()
    assert found["data"][0]["author_id"] == bird.id
    assert found["errors"][0]["resource_id"] == "1"
    assert bird.get("/2/tweets", ids=number, **{"tweet.fields": "shoe_size"}).status_code == 400


# --- media -----------------------------------------------------------------------------------------------------------


def test_a_picture_is_described_and_attached(bird: Bird) -> None:
    medium = bird.upload().json()["data"]
    words = {"id": medium["id"], "metadata": {"alt_text": {"text": "A falling line"}}}
    assert bird.http.post("/2/media/metadata", json=words, headers=bird.auth).status_code == 200
    assert bird.post("", media={"media_ids": [medium["id"]]}).status_code == 201
    asked = {**FIELDS, "expansions": "attachments.media_keys", "media.fields": "alt_text"}
    found = bird.listed(**asked)
    assert found["includes"]["media"] == [
        {"media_key": medium["media_key"], "type": "photo", "alt_text": "A falling line"}
    ]
    assert found["data"][0]["attachments"]["media_keys"] == [medium["media_key"]]
    assert bird.running.posts()[0]["media"][0]["alt"] == "A falling line"
    base = {"media": base64.b64encode(png()).decode(), "media_category": "tweet_image"}
    assert bird.http.post("/2/media/upload", json=base, headers=bird.auth).json()["data"]["image"]


def test_media_that_is_still_processed_fails_or_ran_out_is_not_attached(bird: Bird) -> None:
    bird.running.knobs(rules={"media_seconds": 0.2})
    medium = bird.upload().json()["data"]
    assert medium["processing_info"]["state"] == "in_progress"
    assert bird.post(media={"media_ids": [medium["id"]]}).status_code == 400
    time.sleep(0.21)
    assert "processing_info" not in bird.get("/2/media/upload", media_id=medium["id"], command="STATUS").json()["data"]
    assert bird.post(media={"media_ids": [medium["id"]]}).status_code == 201
    bird.running.knobs(rules={"media_seconds": 0.0, "media_fails": True})
    failed = bird.upload().json()["data"]
    assert failed["processing_info"]["state"] == "failed"
    bird.running.knobs(rules={"media_fails": False, "media_life_s": 0.0})
    old = bird.upload().json()["data"]["id"]
    assert bird.post(media={"media_ids": [old]}).status_code == 400


def test_an_upload_in_parts_is_finished_when_all_are_there(bird: Bird) -> None:
    begin = {"media_type": "video/mp4", "media_category": "tweet_video", "total_bytes": 8}
    number = bird.http.post("/2/media/upload/initialize", json=begin, headers=bird.auth).json()["data"]["id"]
    place = f"/2/media/upload/{number}"
    assert bird.http.post(f"{place}/finalize", headers=bird.auth).status_code == 400
    for index in ("0", "1"):
        part = {"media": ("part", b"1234", "application/octet-stream")}
        sent = bird.http.post(f"{place}/append", files=part, data={"segment_index": index}, headers=bird.auth)
        assert sent.json()["data"]["expires_at"] > time.time()
    done = bird.http.post(f"{place}/finalize", headers=bird.auth).json()["data"]
    assert done["processing_info"]["state"] == "succeeded"
    assert bird.post("a film", media={"media_ids": [number]}).status_code == 201


def test_pictures_that_are_none_too_large_or_anothers_are_refused(bird: Bird) -> None:
    assert bird.upload(b"words").status_code == 400
    assert bird.upload(media_category="nothing").status_code == 400
    bird.running.knobs(rules={"image_limit": 10})
    assert bird.upload().status_code == 413
    bird.running.knobs(rules={"image_limit": 5_242_880})
    mine = bird.upload().json()["data"]["id"]
    other = Bird(bird.running, bird.http, **bird.running.accounts(1, "other")[0])
    assert other.post(media={"media_ids": [mine]}).status_code == 400
    long = {"id": mine, "metadata": {"alt_text": {"text": "a" * 1001}}}
    assert bird.http.post("/2/media/metadata", json=long, headers=bird.auth).status_code == 400


# --- sign-in ---------------------------------------------------------------------------------------------------------


def test_a_person_consents_and_the_code_is_exchanged_once(bird: Bird) -> None:
    assert bird.username in bird.http.get("/i/oauth2/authorize", params=CONSENT).text
    form = {"grant_type": "authorization_code", "code": bird.code(), "redirect_uri": BACK, "code_verifier": VERIFIER}
    told = bird.token(**form).json()
    assert (told["token_type"], told["expires_in"]) == ("bearer", 7200)
    me = bird.http.get("/2/users/me", headers={"Authorization": f"Bearer {told['access_token']}"}).json()
    assert me == {"data": {"id": bird.id, "name": bird.username, "username": bird.username}}
    assert bird.token(**form).status_code == 400


def test_a_code_needs_its_verifier_its_redirect_its_client_and_haste(bird: Bird) -> None:
    form = {"grant_type": "authorization_code", "redirect_uri": BACK, "code_verifier": VERIFIER}
    assert bird.token(**form | {"code": bird.code(), "code_verifier": "w" * 43}).status_code == 400
    assert bird.token(**form | {"code": bird.code(), "redirect_uri": f"{BACK}/"}).status_code == 400
    public = {**form, "code": bird.code(), "client_id": "pretend-public"}
    assert bird.http.post("/2/oauth2/token", data=public).status_code == 400
    assert bird.http.post("/2/oauth2/token", data={**form, "code": bird.code()}).status_code == 401
    bird.running.knobs(rules={"code_life_s": 0.0})
    assert bird.token(**form | {"code": bird.code()}).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://localhost:8080/back"},
        {"scope": "tweet.read dm.write"},
        {"state": ""},
        {"state": "s" * 501},
        {"code_challenge": ""},
        {"code_challenge_method": "S512"},
        {"client_id": "nobody"},
        {"response_type": "token"},
    ],
    ids=repr,
)
def test_a_wrong_request_for_consent_is_refused(bird: Bird, changes: dict[str, str]) -> None:
    assert bird.consent(**changes).status_code == 400


def test_a_refresh_token_serves_once_and_the_old_access_token_ends(bird: Bird) -> None:
    told = bird.token(grant_type="refresh_token", refresh_token=bird.refresh_token).json()
    assert told["refresh_token"] != bird.refresh_token
    assert bird.post().status_code == 401
    again = bird.token(grant_type="refresh_token", refresh_token=bird.refresh_token)
    assert (again.status_code, again.json()) == (
        400,
        {"error": "invalid_request", "error_description": "Value passed for the token was invalid."},
    )
    bird.access_token = told["access_token"]
    assert bird.post().status_code == 201


def test_a_refresh_token_comes_with_offline_access_alone(bird: Bird) -> None:
    answer = bird.consent(scope="tweet.read users.read")
    code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    told = bird.token(**form).json()
    assert "refresh_token" not in told
    bird.access_token = told["access_token"]
    assert said(bird.post()) == (403, "You are not permitted to perform this action.")


def test_both_tokens_can_be_revoked(bird: Bird) -> None:
    for word in (bird.access_token, bird.refresh_token, "unknown"):
        form = {"token": word}
        assert bird.http.post("/2/oauth2/revoke", data=form, auth=(bird.client_id, bird.client_secret)).json()
    assert bird.post().status_code == 401
    assert bird.token(grant_type="refresh_token", refresh_token=bird.refresh_token).status_code == 400
    assert bird.http.post("/2/oauth2/revoke", data={"token": "a"}).status_code == 401


@pytest.mark.parametrize(
    ("what", "status", "renews"), [("access", 401, 200), ("revoked", 401, 400), ("suspended", 403, 200)]
)
def test_sign_ins_run_out(bird: Bird, what: str, status: int, renews: int) -> None:
    assert bird.running.expire(what) == 1
    assert bird.post().status_code == status
    assert bird.token(grant_type="refresh_token", refresh_token=bird.refresh_token).status_code == renews


# --- allowances and faults -------------------------------------------------------------------------------------------


def test_what_is_left_is_told_before_it_is_gone(tmp_path: Path) -> None:
    with start("x", tmp_path, posts_per_15min=2) as running, client(running) as http:
        bird = Bird(running, http, **running.accounts(1, "office")[0])
        first = bird.post("one")
        assert (first.headers["x-rate-limit-limit"], first.headers["x-rate-limit-remaining"]) == ("2", "1")
        assert first.headers["x-app-limit-24hour-remaining"] == "9999"
        bird.post("two")
        refused = bird.post("three")
        assert (refused.status_code, refused.json()["title"]) == (429, "Too Many Requests")
        assert 800 < int(refused.headers["x-rate-limit-reset"]) - time.time() <= 901
        running.knobs(rules={"credits": 0, "posts_per_15min": 100})
        assert bird.post("four").status_code == 402


def test_every_fault_can_be_committed_here_too(bird: Bird) -> None:
    bird.running.fault("reset_after", path="/2/tweets", method="POST")
    with pytest.raises(httpx.TransportError):
        bird.post("stored, but the connection dropped")
    assert len(bird.listed()["data"]) == 1
    bird.running.fault("duplicate", path="/2/tweets", method="POST")
    bird.post("twice")
    assert [one["by"] for one in bird.running.posts()] == ["double", "api", "api"]
    bird.running.fault("status", path="/2/tweets", method="POST", status=503)
    assert bird.post("later").status_code == 503
    bird.running.fault("expired_credential", path="/2/tweets", method="POST")
    assert bird.post("later").json()["title"] == "Unauthorized"
    bird.running.fault("status", path="/2/tweets", method="POST", status=429, seconds=60)
    assert int(bird.post("later").headers["x-rate-limit-reset"]) > time.time() + 50


def test_what_happens_outside_the_gateway_shows(bird: Bird) -> None:
    number = bird.running.foreign_post(bird.id, "not ours")["id"]
    bird.running.edit_post(number, "changed")
    assert bird.listed()["data"][0]["text"] == "changed"
    bird.running.change_profile(bird.id, name="The Office", picture="new", bio="Figures")
    shown = bird.get("/2/users/me", **{"user.fields": "description,profile_image_url"}).json()["data"]
    assert (shown["name"], shown["description"]) == ("The Office", "Figures")
    assert "/new_normal.png" in shown["profile_image_url"]
    bird.running.remove_post(number)
    assert bird.running.posts() == []
    assert "office1" in bird.http.get("/").text or "Nothing has been posted" in bird.http.get("/").text
