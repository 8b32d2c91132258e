"""The pretend Bluesky's sessions and identities, as contract §2A and §10 say."""

from __future__ import annotations

import base64
import json

import pytest

from tests.simulators.callers import Sky, a_record

REFUSED = "error"


def error(answer: object) -> tuple[int, str]:
    return answer.status_code, answer.json()[REFUSED]  # type: ignore[attr-defined]


def test_a_session_names_its_account_and_ends_after_two_hours(sky: Sky) -> None:
    session = sky.sign_in().json()
    claims = json.loads(base64.urlsafe_b64decode(session["accessJwt"].split(".")[1] + "=="))
    assert (session["did"], session["handle"], session["active"]) == (sky.did, "office1.test", True)
    assert session["didDoc"]["service"][0]["serviceEndpoint"] == sky.running.origin
    assert claims["exp"] - claims["iat"] == 7_200


def test_a_wrong_app_password_is_401(sky: Sky) -> None:
    sky.app_password = "aaaa-bbbb-cccc-dddd"
    assert error(sky.sign_in()) == (401, "AuthenticationRequired")


def test_an_expired_access_token_is_400_and_a_refresh_helps(sky: Sky) -> None:
    assert sky.running.expire("access") == 1
    assert error(sky.put(a_record())) == (400, "ExpiredToken")
    sky.access = sky.server("refreshSession", sky.refresh).json()["accessJwt"]
    assert sky.put(a_record()).status_code == 200


def test_an_access_token_runs_out_by_itself(sky: Sky) -> None:
    sky.running.knobs(rules={"access_life_s": 0.0})
    sky.sign_in()
    assert error(sky.put(a_record())) == (400, "ExpiredToken")


def test_a_refresh_token_rotates_and_the_old_one_leads_to_the_same_new_one_for_a_while(sky: Sky) -> None:
    first, second = (sky.server("refreshSession", sky.refresh).json()["refreshJwt"] for _ in range(2))
    assert first == second != sky.refresh


def test_a_used_refresh_token_is_dead_after_its_grace(sky: Sky) -> None:
    sky.running.knobs(rules={"refresh_grace_s": 0.0})
    assert sky.server("refreshSession", sky.refresh).status_code == 200
    assert error(sky.server("refreshSession", sky.refresh)) == (400, "ExpiredToken")


def test_a_deleted_session_cannot_be_refreshed(sky: Sky) -> None:
    assert sky.server("deleteSession", sky.refresh).status_code == 200
    assert error(sky.server("refreshSession", sky.refresh)) == (400, "ExpiredToken")


def test_a_revoked_app_password_opens_nothing_and_refreshes_nothing(sky: Sky) -> None:
    sky.running.expire("app_password", sky.did)
    assert error(sky.sign_in()) == (401, "AuthenticationRequired")
    assert error(sky.server("refreshSession", sky.refresh)) == (400, "ExpiredToken")


def test_an_account_taken_down_is_told_so(sky: Sky) -> None:
    sky.running.expire("takedown", sky.handle)
    assert error(sky.put(a_record())) == (400, "AccountTakedown")


@pytest.mark.parametrize(
    ("header", "refusal"),
    [
        ({}, (401, "AuthMissing")),
        ({"Authorization": "Basic YTpi"}, (401, "AuthMissing")),
        ({"Authorization": "Bearer nonsense"}, (400, "InvalidToken")),
    ],
)
def test_no_or_a_strange_credential_is_refused(sky: Sky, header: dict[str, str], refusal: tuple[int, str]) -> None:
    assert error(sky.http.get("/xrpc/com.atproto.server.getSession", headers=header)) == refusal


def test_access_and_refresh_tokens_are_not_interchangeable(sky: Sky) -> None:
    assert error(sky.server("refreshSession", sky.access)) == (400, "InvalidToken")
    sky.access = sky.refresh
    assert error(sky.put(a_record())) == (400, "InvalidToken")


def test_a_refresh_has_no_body(sky: Sky) -> None:
    answer = sky.http.post("/xrpc/com.atproto.server.refreshSession", json={}, headers=sky.auth)
    assert error(answer) == (400, "InvalidRequest")


def test_signing_in_for_every_request_meets_the_limit(sky: Sky) -> None:
    sky.running.knobs(rules={"sessions_per_5min": 2})
    assert [sky.sign_in().status_code for _ in range(3)] == [200, 200, 429]


def test_handles_and_dids_resolve(sky: Sky) -> None:
    resolve = "/xrpc/com.atproto.identity.resolveHandle"
    assert sky.http.get(resolve, params={"handle": sky.handle}).json() == {"did": sky.did}
    assert error(sky.http.get(resolve, params={"handle": "nobody.test"})) == (400, "InvalidRequest")
    document = sky.http.get(f"/{sky.did}", headers={"Host": "pds.example"}).json()
    assert document["service"][0]["serviceEndpoint"] == "https://pds.example"


def test_an_unknown_method_is_501_and_a_wrong_verb_405(sky: Sky) -> None:
    assert error(sky.http.get("/xrpc/app.bsky.feed.getTimeline")) == (501, "MethodNotImplemented")
    assert sky.http.get("/xrpc/com.atproto.repo.putRecord").status_code == 405
