"""The pretend LinkedIn: headers, roles, little text, pictures, duplicates, finder, comments, consent, faults."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest

from connectors.simulators.linkedin_text import escaped, read_little
from connectors.simulators.running import Running, start
from tests.simulators.callers import client, png

HEADERS = {"LinkedIn-Version": "202607", "X-Restli-Protocol-Version": "2.0.0"}
BACK = "https://gateway.example/oauth/callback"


@dataclass
class Office:
    """An organisation with a token of its administrator."""

    running: Running
    http: httpx.Client
    id: str
    urn: str
    handle: str
    member: str
    client_id: str
    client_secret: str
    access_token: str
    refresh_token: str
    headers: dict[str, str] = field(default_factory=lambda: dict(HEADERS))

    def ask(self, method: str, path: str, json: Any = None, rest: str = "", **more: Any) -> httpx.Response:
        """One request as the member."""
        said = self.headers | {"Authorization": f"Bearer {self.access_token}"}
        said |= {"X-RestLi-Method": rest} if rest else {}
        return self.http.request(method, path, json=json, headers=said, **more)

    def post(self, commentary: str = "Prices rose", **more: Any) -> httpx.Response:
        """POST /rest/posts."""
        whole = {
            "author": self.urn,
            "commentary": commentary,
            "visibility": "PUBLIC",
            "distribution": {
                "feedDistribution": "MAIN_FEED",
                "targetEntities": [],
                "thirdPartyDistributionChannels": [],
            },
            "lifecycleState": "PUBLISHED",
        }
        return self.ask("POST", "/rest/posts", whole | more)

    def image(self, data: bytes | None = None) -> str:
        """An uploaded image's URN."""
        asked = {"initializeUploadRequest": {"owner": self.urn}}
        value = self.ask("POST", "/rest/images?action=initializeUpload", asked).json()["value"]
        assert value["uploadUrl"].startswith("https://www.linkedin.com/dms-uploads/")
        place = urlsplit(value["uploadUrl"])
        bearer = {"Authorization": f"Bearer {self.access_token}"}
        put = self.http.put(f"{place.path}?{place.query}", content=data or png(), headers=bearer)
        assert put.status_code == 201
        return str(value["image"])

    def listed(self, **more: str) -> httpx.Response:
        """The finder."""
        query = "&".join(f"{k}={v}" for k, v in ({"author": quote(self.urn, safe=""), "q": "author"} | more).items())
        return self.ask("GET", f"/rest/posts?{query}", rest="FINDER")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office on a pretend LinkedIn."""
    with start("linkedin", tmp_path) as running, client(running) as http:
        made: dict[str, Any] = dict(running.accounts(1, "office")[0])
        yield Office(running, http, **made)


def code(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of an error."""
    return answer.status_code, answer.json()["code"]


def place(urn: str) -> str:
    return f"/rest/posts/{quote(urn, safe='')}"


def test_a_post_is_answered_by_its_urn_alone(office: Office) -> None:
    made = office.post("Prices rose 3.1% \\#CPIH #ONS")
    assert (made.status_code, made.content) == (201, b"")
    urn = made.headers["x-restli-id"]
    assert urn.startswith("urn:li:share:")
    assert made.headers["x-li-uuid"]
    shown = office.ask("GET", place(urn) + "?viewContext=AUTHOR").json()
    assert shown["commentary"] == "Prices rose 3.1% \\#CPIH {hashtag|\\#|ONS}"
    (told,) = office.running.truth("accepted")
    assert (told["id"], told["text"], told["account"]) == (urn, "Prices rose 3.1% #CPIH #ONS", office.id)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"LinkedIn-Version": ""}, (400, "VERSION_MISSING")),
        ({"LinkedIn-Version": "202301"}, (426, "NONEXISTENT_VERSION")),
        ({"LinkedIn-Version": "202699"}, (426, "NONEXISTENT_VERSION")),
        ({"X-Restli-Protocol-Version": "1.0.0"}, (400, "ILLEGAL_ARGUMENT")),
    ],
)
def test_wrong_headers_are_refused(office: Office, headers: dict[str, str], expected: tuple[int, str]) -> None:
    office.headers |= headers
    assert code(office.post()) == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"surprise": 1}, (400, "ILLEGAL_ARGUMENT")),
        ({"visibility": "LOGGED_OUT"}, (400, "ILLEGAL_ARGUMENT")),
        ({"distribution": {}}, (400, "MISSING_FIELD")),
        ({"commentary": "a" * 3_001}, (400, "FIELD_LENGTH_TOO_LONG")),
        ({"commentary": "\\(" * 1_501}, (400, "FIELD_LENGTH_TOO_LONG")),
        ({"content": {"media": {"id": "urn:li:image:none"}}}, (400, "INVALID_URN_ID")),
        ({"content": {"article": {"source": "ftp://x", "title": "t"}}}, (400, "INVALID_URL")),
        ({"content": {"multiImage": {"images": []}}}, (400, "ILLEGAL_ARGUMENT")),
        ({"author": "urn:li:organization:1"}, (403, "ACCESS_DENIED")),
    ],
    ids=str,
)
def test_what_cannot_be_posted_is_refused(office: Office, more: dict[str, Any], expected: tuple[int, str]) -> None:
    assert code(office.post(**more)) == expected
    assert office.running.truth("accepted") == []


def test_a_form_is_no_post(office: Office) -> None:
    bearer = {"Authorization": f"Bearer {office.access_token}"}
    assert office.http.post("/rest/posts", data={"a": "b"}, headers=HEADERS | bearer).status_code == 415


@pytest.mark.parametrize("cut", ["Rates (of pay", "a_b", "see [1]", "x~y", "@ONS said", "back\\slash", "{hashtag|x}"])
def test_what_is_not_escaped_cuts_the_post_short(cut: str) -> None:
    little = read_little(f"Begin {cut} end")
    assert little.cut
    assert little.shown.startswith("Begin")
    assert "end" not in little.shown


def test_what_is_escaped_is_shown_whole() -> None:
    text = "Rates (of pay) a_b [1] x~y @ONS #CPIH <b> back\\slash {x|y} *"
    assert read_little(escaped(text)) == read_little(escaped(text))
    assert (read_little(escaped(text)).shown, read_little(escaped(text)).cut) == (text, False)
    assert read_little("Ask @[Office \\(ONS\\)](urn:li:organization:12)").shown == "Ask Office (ONS)"


def test_pictures_wait_until_they_are_ready(office: Office) -> None:
    office.running.knobs(rules={"media_seconds": 0.1})
    urn = office.image()
    status = f"/rest/images/{quote(urn, safe='')}"
    assert office.ask("GET", status).json()["status"] == "PROCESSING"
    one: dict[str, Any] = {"content": {"media": {"id": urn, "altText": "A line"}}}
    assert code(office.post(**one)) == (400, "MEDIA_ASSET_WAITING_UPLOAD")
    time.sleep(0.11)
    assert office.ask("GET", status).json()["status"] == "AVAILABLE"
    assert office.post(**one).status_code == 201
    many = office.post("Two", content={"multiImage": {"images": [{"id": urn, "altText": "A"}, {"id": urn}]}})
    assert many.headers["x-restli-id"].startswith("urn:li:ugcPost:")
    assert [one["alt"] for one in office.running.truth("accepted")[1]["media"]] == ["A", ""]


@pytest.mark.parametrize("data", [b"no picture", png(40, 40)])
def test_a_picture_of_the_wrong_kind_or_size_fails(office: Office, data: bytes) -> None:
    office.running.knobs(rules={"max_pixels": 1_000})
    assert code(office.post(content={"media": {"id": office.image(data)}})) == (400, "MEDIA_ASSET_PROCESSING_FAILED")


def test_a_repetition_is_refused_and_the_first_named_even_when_it_is_gone(office: Office) -> None:
    urn = office.post().headers["x-restli-id"]
    again = office.post()
    assert again.status_code == 422
    assert again.json()["errorDetails"]["inputErrors"][0]["code"] == "DUPLICATE_POST"
    assert re.search(r"urn:li:(share|ugcPost):\d+", again.json()["message"])[0] == urn  # type: ignore[index]
    for _ in range(2):
        assert office.ask("DELETE", place(urn), rest="DELETE").status_code == 204
    assert office.ask("GET", place(urn)).status_code == 404
    assert office.post().status_code == 422


def test_the_finder_pages_and_lags(office: Office) -> None:
    for number in range(12):
        office.post(f"Number {number}")
    page = office.listed(count="10", sortBy="CREATED").json()
    assert [one["commentary"] for one in page["elements"]][:2] == ["Number 11", "Number 10"]
    assert (page["paging"]["total"], page["paging"]["links"][0]["rel"]) == (12, "next")
    assert len(office.listed(count="10", start="10").json()["elements"]) == 2
    office.running.fault("lagging_lists", seconds=30)
    assert office.listed().json()["elements"] == []
    assert office.listed(count="5").status_code == 400
    assert office.ask("GET", f"/rest/posts?author={office.urn}&q=author", rest="FINDER").status_code == 400


def test_many_are_read_at_once(office: Office) -> None:
    urn = office.post().headers["x-restli-id"]
    ids = ",".join(quote(one, safe="") for one in (urn, "urn:li:share:1"))
    found = office.ask("GET", f"/rest/posts?ids=List({ids})", rest="BATCH_GET").json()
    assert (list(found["results"]), list(found["errors"])) == ([urn], ["urn:li:share:1"])


def test_words_can_be_edited_in_part(office: Office) -> None:
    urn = office.post().headers["x-restli-id"]
    patch = {"patch": {"$set": {"commentary": "Prices fell"}}}
    assert office.ask("POST", place(urn), patch).status_code == 400
    assert office.ask("POST", place(urn), patch, rest="PARTIAL_UPDATE").status_code == 204
    assert office.running.posts()[0]["text"] == "Prices fell"


def test_a_comment_follows_a_post(office: Office) -> None:
    urn = office.post().headers["x-restli-id"]
    there = f"/rest/socialActions/{quote(urn, safe='')}/comments"
    said = {"actor": office.urn, "object": urn, "message": {"text": "And (more)"}}
    number = office.ask("POST", there, said).headers["x-restli-id"]
    assert [one["message"]["text"] for one in office.ask("GET", there).json()["elements"]] == ["And (more)"]
    assert code(office.ask("POST", there, said | {"message": {"text": "a" * 1_251}})) == (400, "FIELD_LENGTH_TOO_LONG")
    gone = office.ask("DELETE", f"{there}/{number}?actor={quote(office.urn, safe='')}")
    assert gone.status_code == 204
    office.running.knobs(rules={"comments": False})
    assert code(office.ask("POST", there, said)) == (403, "ACCESS_DENIED")


def test_only_what_one_administers_is_told(office: Office) -> None:
    office.running.accounts(1, "other")
    acls = office.ask("GET", "/rest/organizationAcls?q=roleAssignee&role=ADMINISTRATOR&state=APPROVED").json()
    assert [one["organization"] for one in acls["elements"]] == [office.urn]
    assert office.ask("GET", f"/rest/organizations/{office.id}").json()["vanityName"] == office.handle
    office.running.expire("role", office.handle)
    assert code(office.post()) == (403, "ACCESS_DENIED")


@pytest.mark.parametrize(("what", "service"), [("access", 65602), ("revoked", 65601)])
def test_a_token_that_ended_says_how(office: Office, what: str, service: int) -> None:
    office.running.expire(what)
    answer = office.post()
    assert (answer.status_code, answer.json()["serviceErrorCode"]) == (401, service)


def test_consent_without_pkce_then_refresh_that_moves_no_end_then_revoke(office: Office) -> None:
    asked = {"response_type": "code", "client_id": office.client_id, "redirect_uri": BACK, "state": "s1"}
    asked |= {"scope": "w_organization_social r_organization_social rw_organization_admin"}
    assert office.http.get("/oauth/v2/authorization", params=asked).status_code == 200
    challenged = asked | {"code_challenge": "x", "code_challenge_method": "S256"}
    assert office.http.get("/oauth/v2/authorization", params=challenged).status_code == 400
    back = office.http.post("/oauth/v2/authorization", data=asked | {"account": office.member}).headers["Location"]
    came = parse_qs(urlsplit(back).query)
    assert came["state"] == ["s1"]
    ours = {"client_id": office.client_id, "client_secret": office.client_secret}
    given = ours | {"grant_type": "authorization_code", "code": came["code"][0], "redirect_uri": BACK}
    told = office.http.post("/oauth/v2/accessToken", data=given).json()
    assert (len(told["access_token"]) > 450, told["expires_in"]) == (True, 5_184_000)
    assert office.http.post("/oauth/v2/accessToken", data=given).status_code == 400
    renew = ours | {"grant_type": "refresh_token", "refresh_token": told["refresh_token"]}
    again = office.http.post("/oauth/v2/accessToken", data=renew).json()
    assert again["refresh_token_expires_in"] <= told["refresh_token_expires_in"]
    office.access_token = again["access_token"]
    assert office.post("With the new one").status_code == 201
    assert office.http.post("/oauth/v2/revoke", data=ours | {"token": again["access_token"]}).status_code == 200
    stands = office.http.post("/oauth/v2/introspectToken", data=ours | {"token": again["access_token"]}).json()
    assert (stands["active"], stands["status"]) == (False, "revoked")
    assert office.post("Not with the old one").status_code == 401


def test_a_day_has_its_limit_and_names_no_time(office: Office) -> None:
    office.running.knobs(rules={"posts_per_day": 1})
    office.post("One")
    answer = office.post("Two")
    assert (answer.status_code, answer.json()["serviceErrorCode"]) == (429, 101)
    assert "retry-after" not in answer.headers


def test_what_happens_outside_the_gateway_is_shown(office: Office) -> None:
    urn = office.running.foreign_post(office.handle, "By hand (really)")["id"]
    assert office.listed().json()["elements"][0]["commentary"] == "By hand \\(really\\)"
    office.running.edit_post(urn, "Changed")
    assert office.listed().json()["elements"][0]["commentary"] == "Changed"
    office.running.remove_post(urn)
    assert office.listed().json()["elements"] == []
    office.running.change_profile(office.handle, name="Not the office")
    assert office.ask("GET", f"/rest/organizations/{office.id}").json()["localizedName"] == "Not the office"
