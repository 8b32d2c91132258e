"""The pretend Viva Engage is as strict, and as forgetful, as the platform page says."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from connectors.simulators.running import Running, start
from tests.simulators.callers import client, png

SCOPE = "https://www.yammer.com/access_as_user offline_access"
API = "/api/v1/"


@dataclass
class Desk:
    """A service account in one community."""

    running: Running
    http: httpx.Client
    made: dict[str, str]

    def call(self, method: str, place: str, **more: Any) -> httpx.Response:
        """One call with the account's token."""
        headers = {"Authorization": f"Bearer {self.made['access_token']}", **more.pop("headers", {})}
        return self.http.request(method, place, headers=headers, **more)

    def say(self, body: str = "Prices rose", **form: Any) -> httpx.Response:
        """POST /messages.json to the community."""
        return self.call("POST", f"{API}messages.json", data={"body": body, "group_id": self.made["group_id"], **form})

    def sent(self, **params: Any) -> list[dict[str, Any]]:
        """GET /messages/sent.json."""
        found: list[dict[str, Any]] = self.call("GET", f"{API}messages/sent.json", params=params).json()["messages"]
        return found

    def upload(self, **form: str) -> httpx.Response:
        """POST /v4/uploadSmallFile."""
        given = {"network_id": self.made["network_id"], "target_type": "GROUP", "group_id": self.made["group_id"]}
        given |= {"filename": "chart.png", **form}
        return self.call("POST", "/v4/uploadSmallFile", data=given, files={"file": ("x.png", png(), "image/png")})

    def token(self, **form: str) -> httpx.Response:
        """The token endpoint of the tenant."""
        given = {"client_id": self.made["client_id"], "client_secret": self.made["client_secret"], **form}
        return self.http.post(f"/{self.made['tenant']}/oauth2/v2.0/token", data=given)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """One account, with allowances that a test does not meet by chance."""
    with start("viva_engage", tmp_path, calls_per_30s=100) as running, client(running) as http:
        yield Desk(running, http, running.accounts(1, "office")[0])


def test_a_message_is_answered_by_an_envelope_with_an_id_beyond_2_to_the_53(desk: Desk) -> None:
    answer = desk.say("Prices rose\n3.1% <b>")
    (message,) = answer.json()["messages"]
    assert answer.status_code == 201
    assert message["id"] > 2**53
    assert (message["body"]["plain"], message["group_id"]) == ("Prices rose\n3.1% <b>", int(desk.made["group_id"]))
    assert re.fullmatch(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \+0000", message["created_at"])
    assert message["web_url"].endswith(f"/messages/{message['id']}")
    (told,) = desk.running.truth("accepted")
    assert (told["id"], told["account"], told["by"]) == (str(message["id"]), desk.made["id"], "api")
    one = desk.call("GET", f"{API}messages/{message['id']}.json").json()
    assert one["id"] == message["id"]


def test_the_same_words_again_are_another_message(desk: Desk) -> None:
    first, second = (desk.say().json()["messages"][0]["id"] for _ in range(2))
    assert [one["id"] for one in desk.sent()] == [second, first]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"body": ""}, 422),
        ({"body": "x" * 10_001}, 422),
        ({"group_id": "7"}, 404),
        ({"group_id": "seven"}, 400),
        ({"network_id": "1"}, 404),
        ({"replied_to_id": "1"}, 404),
        ({"attached_objects[]": "uploaded_file:1"}, 422),
        ({"attached_objects[]": "1"}, 422),
        ({"message_type": "announcement", "title": "Now"}, 403),
        ({"direct_to_user_ids[]": "5"}, 400),
        ({"og_title": "A card of nothing"}, 400),
        ({"topic21": "x"}, 400),
        ({"alt": "x"}, 400),
    ],
)
def test_what_the_platform_would_refuse_is_refused(desk: Desk, form: dict[str, str], status: int) -> None:
    assert desk.say(**{"body": "x", **form}).status_code == status
    assert desk.running.posts() == []


def test_messages_come_as_a_form_and_not_as_json(desk: Desk) -> None:
    json = {"body": "x", "group_id": desk.made["group_id"]}
    assert desk.call("POST", f"{API}messages.json", json=json).status_code == 400
    desk.running.knobs(rules={"json_accepted": True})
    assert desk.call("POST", f"{API}messages.json", json=json).status_code == 201


def test_another_community_is_closed_and_ones_own_when_one_left_it(desk: Desk) -> None:
    other = desk.running.accounts(1)[0]
    assert desk.say(group_id=other["group_id"]).status_code == 403
    assert desk.call("GET", f"{API}messages/in_group/{other['group_id']}.json").status_code == 403
    desk.running.expire("membership", desk.made["id"])
    assert desk.say().status_code == 403


def test_a_reply_stays_in_its_thread_and_outlives_its_beginning(desk: Desk) -> None:
    first = desk.say().json()["messages"][0]["id"]
    reply = desk.call("POST", f"{API}messages.json", data={"body": "More", "replied_to_id": str(first)})
    (message,) = reply.json()["messages"]
    assert (message["replied_to_id"], message["thread_id"], message["group_id"]) == (
        first,
        first,
        int(desk.made["group_id"]),
    )
    extended = desk.call("GET", f"{API}messages.json", params={"threaded": "extended"}).json()
    assert [one["id"] for one in extended["messages"]] == [first]
    assert [one["id"] for one in extended["threaded_extended"][str(first)]] == [message["id"]]
    gone = desk.call("DELETE", f"{API}messages/{first}")
    assert (gone.status_code, gone.content) == (200, b"")
    assert [one["id"] for one in desk.sent()] == [message["id"]]
    assert desk.call("DELETE", f"{API}messages/{first}").status_code == 404


def test_lists_have_twenty_a_page_and_are_paged_by_id(desk: Desk) -> None:
    ids = [desk.say(f"n{n}").json()["messages"][0]["id"] for n in range(22)]
    page = desk.call("GET", f"{API}messages/sent.json").json()
    assert len(page["messages"]) == 20
    assert page["meta"]["older_available"]
    assert [one["id"] for one in desk.sent(older_than=ids[2])] == ids[1::-1]
    assert [one["id"] for one in desk.sent(newer_than=ids[20])] == [ids[21]]
    assert desk.call("GET", f"{API}messages/sent.json", params={"limit": 21}).status_code == 400
    assert desk.call("GET", f"{API}messages/sent.json", params={"page": 2}).status_code == 400
    for place in ("messages", f"messages/from_user/{desk.made['id']}", f"messages/in_group/{desk.made['group_id']}"):
        assert desk.call("GET", f"{API}{place}.json", params={"limit": 1}).json()["messages"][0]["id"] == ids[-1]


def test_young_messages_are_not_listed_where_lists_lag(desk: Desk) -> None:
    desk.running.knobs(rules={"lag_s": 30.0})
    desk.say()
    assert desk.sent() == []
    desk.running.knobs(rules={"lag_s": 0.0})
    assert len(desk.sent()) == 1


def test_a_file_is_uploaded_to_the_community_and_attached(desk: Desk) -> None:
    kept = desk.upload().json()
    answer = desk.say("A chart", **{"attached_objects[]": f"uploaded_file:{kept['id']}"})
    assert [one["id"] for one in answer.json()["messages"][0]["attachments"]] == [kept["id"]]
    (told,) = desk.running.truth("accepted")
    assert told["media"] == [{"sha256": hashlib.sha256(png()).hexdigest(), "alt": ""}]
    assert desk.upload(description="no place for it").status_code == 400
    assert desk.upload(target_type="PRIVATE_MESSAGE").status_code == 400
    desk.running.knobs(rules={"small_file_limit": 10})
    assert desk.upload().status_code == 413


def test_a_link_makes_a_card(desk: Desk) -> None:
    answer = desk.say("Look", og_url="https://example.org/cpih", og_title="CPIH", og_fetch="true")
    (card,) = answer.json()["messages"][0]["attachments"]
    assert (card["web_url"], card["name"]) == ("https://example.org/cpih", "CPIH")


def test_a_dead_token_is_told_code_16(desk: Desk) -> None:
    desk.running.expire("access")
    answer = desk.say()
    assert answer.status_code == 401
    assert answer.json() == {"response": {"message": "Token not found.", "code": 16, "stat": "fail"}}


def test_a_refresh_token_rotates_and_the_old_one_stays_usable(desk: Desk) -> None:
    old = desk.made["refresh_token"]
    grant = {"grant_type": "refresh_token", "scope": SCOPE}
    fresh = desk.token(refresh_token=old, **grant).json()
    assert fresh["refresh_token"] != old
    assert fresh["token_type"] == "Bearer"
    assert desk.token(refresh_token=old, **grant).status_code == 200
    desk.made["access_token"] = fresh["access_token"]
    assert desk.say().status_code == 201


@pytest.mark.parametrize(("what", "number"), [("refresh", 700082), ("access_policy", 50076)])
def test_a_grant_that_ended_wants_a_person(desk: Desk, what: str, number: int) -> None:
    desk.running.expire(what)
    refused = desk.token(grant_type="refresh_token", refresh_token=desk.made["refresh_token"]).json()
    assert (refused["error"], refused["error_codes"]) == ("invalid_grant", [number])


@pytest.mark.parametrize(
    ("form", "status", "word"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "another"}, 400, "unauthorized_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"scope": "https://graph.microsoft.com/.default"}, 400, "invalid_scope"),
        ({"resource": "https://api.yammer.com"}, 400, "invalid_request"),
        ({"refresh_token": "made up"}, 400, "invalid_grant"),
    ],
)
def test_the_token_endpoint_is_strict(desk: Desk, form: dict[str, str], status: int, word: str) -> None:
    given = {"grant_type": "refresh_token", "refresh_token": desk.made["refresh_token"], **form}
    answer = desk.token(**given)
    assert (answer.status_code, answer.json()["error"]) == (status, word)


def test_consent_brings_a_code_that_serves_once_with_its_verifier(desk: Desk) -> None:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 43).digest()).decode().rstrip("=")
    asked = {
        "client_id": desk.made["client_id"],
        "response_type": "code",
        "redirect_uri": "https://gateway.example/back",
        "scope": SCOPE,
        "state": "once",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    place = f"/{desk.made['tenant']}/oauth2/v2.0/authorize"
    assert desk.http.get(place, params=asked).status_code == 200
    assert desk.http.get(place, params={k: v for k, v in asked.items() if k != "code_challenge"}).status_code == 400
    back = desk.http.post(place, data={**asked, "account": desk.made["id"]})
    came = {name: values[0] for name, values in parse_qs(urlsplit(back.headers["location"]).query).items()}
    assert came["state"] == "once"
    grant = {"grant_type": "authorization_code", "redirect_uri": asked["redirect_uri"], "code": came["code"]}
    tokens = desk.token(**grant, code_verifier="v" * 43, scope=SCOPE)
    assert tokens.json()["refresh_token"]
    assert desk.token(**grant, code_verifier="v" * 43, scope=SCOPE).json()["error"] == "invalid_grant"


def test_each_host_answers_for_its_own_places(desk: Desk) -> None:
    assert desk.call("GET", f"{API}users/current.json", headers={"Host": "www.yammer.com"}).status_code == 200
    assert desk.call("GET", f"{API}users/current.json", headers={"Host": "filesng.yammer.com"}).status_code == 404
    assert desk.http.post("/nobody/oauth2/v2.0/token", data={}).json()["error"] == "invalid_tenant"


def test_ten_calls_in_thirty_seconds_and_no_headers_that_say_so(tmp_path: Path) -> None:
    with start("viva_engage", tmp_path) as running, client(running) as http:
        desk = Desk(running, http, running.accounts(1)[0])
        assert [desk.say(f"n{n}").status_code for n in range(11)] == [201] * 10 + [429]
        assert desk.call("GET", f"{API}users/current.json").status_code == 200
        running.knobs(rules={"throttle_status": 403})
        limited = desk.say("once more")
        assert limited.status_code == 403
        assert "rate limited" in limited.text.lower()
        assert not {name for name in limited.headers if "rate" in name or "retry" in name}


def test_every_fault_can_be_committed_here_too(desk: Desk) -> None:
    desk.running.fault("status", path="messages.json$", status=503, applied=True)
    assert desk.say("hidden").headers["content-type"].startswith("text/html")
    desk.running.fault("duplicate", path="messages.json$")
    desk.say("twice")
    assert [one["body"]["plain"] for one in desk.sent()] == ["twice", "twice", "hidden"]
    desk.running.fault("lagging_lists", path="sent.json$", seconds=30)
    assert desk.sent() == []
    desk.running.fault("expired_credential", path="messages.json$")
    assert desk.say().status_code == 401
    desk.running.fault("reset_after", path="messages.json$")
    with pytest.raises(httpx.HTTPError):
        desk.say("lost")
    assert desk.sent()[0]["body"]["plain"] == "lost"


def test_what_happens_in_the_browser_is_seen_by_the_api(desk: Desk) -> None:
    number = desk.running.foreign_post(desk.made["id"], "By hand")["id"]
    (there,) = desk.sent()
    assert (str(there["id"]), there["client_type"]) == (number, "Web")
    desk.running.edit_post(number, "Changed")
    assert desk.sent()[0]["body"]["plain"] == "Changed"
    desk.running.remove_post(number)
    assert desk.sent() == []
    desk.running.change_profile(desk.made["id"], name="Somebody Else", picture="other", bio="For sale")
    me = desk.call("GET", f"{API}users/current.json").json()
    assert (me["full_name"], me["summary"]) == ("Somebody Else", "For sale")
    assert me["mugshot_url"].endswith("/other.png")


def test_nothing_secret_is_written_down(desk: Desk) -> None:
    desk.say()
    desk.token(grant_type="refresh_token", refresh_token=desk.made["refresh_token"])
    told = desk.running.truth_path.read_text()
    assert not any(desk.made[name] in told for name in ("access_token", "refresh_token", "client_secret"))
