"""The pretend Mastodon's applications, codes, tokens and instance facts, as contract §1 and §3 say."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.simulators.callers import Toot

BACK = "https://gateway.example/back"
SCOPES = "read:accounts read:statuses write:statuses write:media"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
VERIFY = "/api/v1/accounts/verify_credentials"


def register(toot: Toot, **more: Any) -> dict[str, Any]:
    """Register a client."""
    words = {"client_name": "Our app", "redirect_uris": [BACK], "scopes": SCOPES, **more}
    found: dict[str, Any] = toot.http.post("/api/v1/apps", json=words).json()
    return found


def request_of(app: dict[str, Any], **more: str) -> dict[str, str]:
    """An authorisation request."""
    proof = {"code_challenge": CHALLENGE, "code_challenge_method": "S256", "state": "abc"}
    wanted = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": BACK, "scope": SCOPES}
    return {**wanted, **proof, **more}


def allow(toot: Toot, app: dict[str, Any], **more: str) -> str:
    """The code that comes back when the person agrees."""
    form = {**request_of(app, **more), "account": toot.acct}
    back = urlsplit(toot.http.post("/oauth/authorize", data=form).headers["Location"])
    assert parse_qs(back.query)["state"] == ["abc"]
    return parse_qs(back.query)["code"][0]


def exchange(toot: Toot, app: dict[str, Any], code: str, **more: str) -> httpx.Response:
    """The token endpoint."""
    client = {"client_id": app["client_id"], "client_secret": app["client_secret"], "redirect_uri": BACK}
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER, **client, **more}
    return toot.http.post("/oauth/token", data=form)


def test_a_code_becomes_a_token_that_names_its_person_and_its_application(toot: Toot) -> None:
    app = register(toot)
    answer = exchange(toot, app, allow(toot, app))
    assert set(answer.json()) == {"access_token", "token_type", "scope", "created_at"}
    toot.access_token = answer.json()["access_token"]
    me = toot.get(VERIFY).json()
    assert (me["id"], me["acct"]) == (toot.id, toot.acct)
    assert toot.post("hello").json()["application"] == {"name": "Our app", "website": None}


def test_a_code_works_once_for_its_client_its_redirect_and_its_verifier(toot: Toot) -> None:
    app, other = register(toot), register(toot)
    for wrong in ({"code_verifier": "w" * 43}, {"redirect_uri": "https://evil.example/"}):
        assert exchange(toot, app, allow(toot, app), **wrong).json()["error"] == "invalid_grant"
    assert exchange(toot, other, allow(toot, app)).json()["error"] == "invalid_grant"
    code = allow(toot, app)
    assert [exchange(toot, app, code).status_code for _ in range(2)] == [200, 400]


def test_a_code_dies_of_age(toot: Toot) -> None:
    toot.running.knobs(rules={"code_life_s": 0.0})
    app = register(toot)
    assert exchange(toot, app, allow(toot, app)).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"client_id": "nobody"}, "invalid_client"),
        ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "admin:write"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_code_challenge_method"),
    ],
)
def test_a_wrong_authorisation_request_never_reaches_the_person(toot: Toot, wrong: dict[str, str], error: str) -> None:
    answer = toot.http.get("/oauth/authorize", params=request_of(register(toot), **wrong))
    assert answer.json()["error"] == error


def test_a_person_sees_who_asks_for_what(toot: Toot) -> None:
    page = toot.http.get("/oauth/authorize", params=request_of(register(toot, client_name="<b>Ours</b>"))).text
    assert "&lt;b&gt;Ours" in page
    assert toot.acct in page


def test_out_of_band_shows_the_code(toot: Toot) -> None:
    oob = "urn:ietf:wg:oauth:2.0:oob"
    app = register(toot, redirect_uris=oob)
    form = {**request_of(app, redirect_uri=oob), "account": toot.acct}
    code = toot.http.post("/oauth/authorize", data=form).text.split('value="')[1].split('"')[0]
    assert exchange(toot, app, code, redirect_uri=oob).status_code == 200


def test_an_application_of_its_own_is_nobody(toot: Toot) -> None:
    app = register(toot)
    toot.access_token = exchange(toot, app, "", grant_type="client_credentials", scope=SCOPES).json()["access_token"]
    assert toot.get(VERIFY).status_code == 422


def test_a_revoked_token_is_401_and_revoking_again_is_fine(toot: Toot) -> None:
    form = {"client_id": toot.client_id, "client_secret": toot.client_secret, "token": toot.access_token}
    assert [toot.http.post("/oauth/revoke", data=form).json() for _ in range(2)] == [{}, {}]
    assert (toot.get(VERIFY).status_code, toot.get(VERIFY).json()["error"]) == (401, "The access token was revoked")
    assert toot.post("hello").status_code == 401


def test_a_token_is_revoked_by_its_own_application_only(toot: Toot) -> None:
    app = register(toot)
    form = {"client_id": app["client_id"], "client_secret": app["client_secret"], "token": toot.access_token}
    answer = toot.http.post("/oauth/revoke", data=form)
    assert (answer.status_code, answer.json()["error"]) == (403, "unauthorized_client")
    assert toot.get(VERIFY).status_code == 200


@pytest.mark.parametrize(("what", "status"), [("access", 401), ("revoked", 401), ("suspended", 403)])
def test_a_credential_can_be_made_to_fail(toot: Toot, what: str, status: int) -> None:
    assert toot.running.expire(what, toot.acct) == 1
    assert toot.get(VERIFY).status_code == status


def test_a_scope_that_was_not_granted_is_403(toot: Toot) -> None:
    app = register(toot)
    toot.access_token = exchange(toot, app, allow(toot, app, scope="read:accounts")).json()["access_token"]
    assert toot.get(VERIFY).status_code == 200
    assert toot.post("hello").json()["error"] == "This action is outside the authorized scopes"


def test_the_instance_publishes_its_limits_and_an_old_one_leaves_some_out(toot: Toot) -> None:
    toot.running.knobs(rules={"max_characters": 5_000})
    found = toot.http.get("/api/v2/instance").json()["configuration"]
    assert found["statuses"]["max_characters"] == 5_000
    assert found["media_attachments"]["description_limit"] == 1_500
    toot.running.knobs(rules={"description_limit": 0})
    assert "description_limit" not in toot.http.get("/api/v2/instance").json()["configuration"]["media_attachments"]


def test_the_sign_in_can_be_discovered(toot: Toot) -> None:
    found = toot.http.get("/.well-known/oauth-authorization-server", headers={"Host": "social.example"}).json()
    assert found["token_endpoint"] == "https://social.example/oauth/token"
    assert found["revocation_endpoint"] == "https://social.example/oauth/revoke"
