"""Sessions in cookies and bearer words: nothing forged from elsewhere, nobody's word about their address believed."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from gateway.web.guards import COOKIE, csrf_token
from tests.cast import PASSWORD, an_account, code_for, cookie, entries
from tests.web.callers import API, HTTP, HTTPS, Office, office, reason

OWN = {"Sec-Fetch-Site": "same-origin", "Origin": HTTPS}
WORDING = {"parts": ["Words"]}


def posted(api: Office, headers: dict[str, str], kept: str) -> Any:
    api.client.cookies.set(COOKIE, kept)
    return api.client.post(f"{API}/posts", json=WORDING, headers=headers)


def kept_in_cookie(api: Office, name: str) -> str:
    """Sign in as a browser does; returns the session's CSRF token."""
    body = {"name": name, "password": PASSWORD, "keep": "cookie"}
    half = api.client.post(f"{API}/sign-in", json=body, headers=OWN)
    assert half.json()["session_token"] is None
    shown = OWN | {"X-CSRF-Token": half.json()["csrf_token"]}
    full = api.client.post(f"{API}/sign-in/code", json={"code": code_for(api.world, name)}, headers=shown)
    assert full.json()["session_token"] is None
    return str(full.json()["csrf_token"])


def test_a_cookie_is_for_this_host_over_tls_and_no_script(api: Office) -> None:
    answer = api.client.post(
        f"{API}/sign-in", json={"name": "ada", "password": PASSWORD, "keep": "cookie"}, headers=OWN
    )
    (set_cookie,) = answer.headers.get_list("set-cookie")
    assert set_cookie.startswith("__Host-session=")
    attributes = {part.strip().lower() for part in set_cookie.split(";")[1:]}
    assert attributes == {"httponly", "secure", "path=/", "samesite=strict"}


def test_a_session_is_handed_over_in_one_way_only(api: Office) -> None:
    bearer = api.client.post(f"{API}/sign-in", json={"name": "ada", "password": PASSWORD})
    assert bearer.json()["session_token"]
    assert "set-cookie" not in bearer.headers


def test_over_plain_http_there_is_no_cookie(api: Office) -> None:
    plain = office(api.world, HTTP)
    answer = plain.ask(None, "POST", "/sign-in", {"name": "ada", "password": PASSWORD, "keep": "cookie"})
    assert reason(answer) == "cookie-needs-https"
    assert "set-cookie" not in answer.headers


def test_behind_a_proxy_the_public_origin_counts(api: Office) -> None:
    behind = office(api.world, "http://127.0.0.1:8080", public_origin=HTTPS)
    answer = behind.ask(None, "POST", "/sign-in", {"name": "ada", "password": PASSWORD, "keep": "cookie"}, headers=OWN)
    assert answer.status_code == 200
    forged = OWN | {"Origin": "http://127.0.0.1:8080"}
    assert reason(behind.ask(None, "POST", "/sign-in", {"name": "a", "password": "b"}, headers=forged)) == "cross-site"


def test_a_browser_signs_in_and_works_with_its_token(api: Office) -> None:
    shown = OWN | {"X-CSRF-Token": kept_in_cookie(api, "ada")}
    assert api.client.post(f"{API}/posts", json=WORDING, headers=shown).status_code == 201
    assert api.client.get(f"{API}/posts").status_code == 200


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (OWN | {"X-CSRF-Token": "{own}"}, "ok"),
        ({"Origin": HTTPS, "X-CSRF-Token": "{own}"}, "ok"),
        ({"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": "{own}"}, "ok"),
        (OWN, "csrf-token"),
        (OWN | {"X-CSRF-Token": ""}, "csrf-token"),
        (OWN | {"X-CSRF-Token": "{other}"}, "csrf-token"),
        ({"X-CSRF-Token": "{own}"}, "csrf-token"),
        (OWN | {"X-CSRF-Token": "{own}", "Sec-Fetch-Site": "cross-site"}, "cross-site"),
        (OWN | {"X-CSRF-Token": "{own}", "Sec-Fetch-Site": "same-site"}, "cross-site"),
        (OWN | {"X-CSRF-Token": "{own}", "Origin": "https://evil.example"}, "cross-site"),
        (OWN | {"X-CSRF-Token": "{own}", "Origin": "null"}, "cross-site"),
        (OWN | {"X-CSRF-Token": "{own}", "Origin": HTTP}, "cross-site"),
        (OWN | {"X-CSRF-Token": "{own}", "Origin": f"{HTTPS}.evil.example"}, "cross-site"),
    ],
    ids=str,
)
def test_an_unsafe_request_with_a_cookie_comes_from_our_own_pages(
    api: Office, headers: dict[str, str], expected: str
) -> None:
    own, other = cookie(api.world, "ada"), cookie(api.world, "dev")
    tokens = {"own": csrf_token(own), "other": csrf_token(other)}
    said = {name: value.format(**tokens) for name, value in headers.items()}
    answer = posted(api, said, own)
    assert (answer.status_code, reason(answer)) == ((201, "ok") if expected == "ok" else (403, expected))
    assert len(entries(api.world, "post.write")) == (1 if expected == "ok" else 0)


def test_signing_someone_in_from_another_site_is_refused(api: Office) -> None:
    body = {"name": "ada", "password": PASSWORD, "keep": "cookie"}
    answer = api.ask(None, "POST", "/sign-in", body, headers={"Origin": "https://evil.example"})
    assert reason(answer) == "cross-site"
    assert "set-cookie" not in answer.headers


def test_a_cookie_that_is_over_keeps_nobody_from_signing_in(api: Office) -> None:
    api.client.cookies.set(COOKIE, "over-long-ago")
    answer = api.client.post(f"{API}/sign-in", json={"name": "ada", "password": PASSWORD}, headers=OWN)
    assert answer.status_code == 200


def test_a_bearer_session_needs_no_csrf_token(api: Office) -> None:
    assert api.ask("ada", "POST", "/posts", WORDING).status_code == 201


def test_an_empty_bearer_word_does_not_fall_back_on_the_cookie(api: Office) -> None:
    api.client.cookies.set(COOKIE, cookie(api.world, "ada"))
    answer = api.client.post(f"{API}/posts", json=WORDING, headers={"Authorization": "Bearer "})
    assert answer.status_code == 401
    other = api.client.post(f"{API}/posts", json=WORDING, headers={"Authorization": "Basic YTpi"})
    assert reason(other) == "csrf-token"
    assert entries(api.world, "post.write") == []


@pytest.mark.parametrize("word", ["x", "x" * 300, "a b", "cookie-ada-1 ", "cookie-ada-1,", "\u00e9"])
def test_a_word_nobody_gave_out_opens_nothing(api: Office, word: str) -> None:
    cookie(api.world, "ada")
    headers = [(b"authorization", b"Bearer " + word.encode("latin-1"))]
    answer = api.client.get(f"{API}/posts", headers=headers)
    assert answer.status_code == (200 if word.strip() == "cookie-ada-1" else 401)


def test_signing_out_leaves_nothing_with_the_browser(api: Office) -> None:
    shown = OWN | {"X-CSRF-Token": kept_in_cookie(api, "ada")}
    kept = api.client.cookies[COOKIE]
    answer = api.client.delete(f"{API}/session", headers=shown)
    assert answer.status_code == 204
    assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    api.client.cookies.set(COOKIE, kept)
    assert api.client.get(f"{API}/posts").status_code == 401


def test_a_get_changes_nothing_but_the_log(api: Office) -> None:
    account = an_account(api.world)
    before = _records(api)
    for path in ("/posts", "/accounts", "/releases", "/session", "/sessions", "/submissions", f"/posts/{account}"):
        api.ask("ada", "GET", path)
    assert _records(api) == before


def _records(api: Office) -> dict[str, Any]:
    cookie(api.world, "ada")
    with api.world.storage.reading() as readers:
        shelves = ("members", "sessions", "accounts", "grants", "posts", "submissions", "deliveries", "step_ups")
        return {name: getattr(readers, name).all() for name in shelves}


def test_nobody_gains_tries_by_a_header(api: Office) -> None:
    """Thirty failures from one address shut it, whatever each request says of where it comes from."""
    headers = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP")
    told = [
        api.ask(None, "POST", "/sign-in", {"name": f"nobody{n}", "password": "x"}, headers={header: f"198.51.100.{n}"})
        for n, header in zip(range(31), itertools.cycle(headers), strict=False)
    ]
    assert [answer.status_code for answer in told] == [401] * 30 + [429]
    assert int(told[-1].headers["retry-after"]) > 0
