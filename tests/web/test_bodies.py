"""What comes in means one thing only, is not too much, and is never said back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.bodies import DEPTH, strict_json
from tests.cast import PASSWORD, cookie, make_world
from tests.web.callers import API, Office, a_post, office, reason

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One API for all of these: none of them depends on what another did."""
    built = make_world(f"sqlite:///{tmp_path_factory.mktemp('api')}/gateway.db")
    yield office(built)
    built.storage.close()


@given(VALUES)
def test_json_is_read_as_it_was_written(value: Any) -> None:
    assert strict_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b"[NaN]",
        b"[Infinity]",
        b"\xff",
        b'{"a": 1',
        b"[" * 100_000,
        b"[" * (DEPTH + 1) + b"]" * (DEPTH + 1),
        b"1" * 5_000,
        b"",
    ],
    ids=lambda body: repr(body[:12]),
)
def test_json_that_may_mean_two_things_or_none_is_refused(body: bytes) -> None:
    with pytest.raises(json.JSONDecodeError):
        strict_json(body)


def test_nesting_is_taken_up_to_its_limit() -> None:
    assert strict_json(b"[" * DEPTH + b"]" * DEPTH)


@pytest.mark.parametrize("body", [b'{"parts":["a"],"parts":["b"]}', b"{", b"[" * 100_000, b"\xff\xfe"])
def test_a_body_that_is_not_plain_json_is_a_problem(api: Office, body: bytes) -> None:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {cookie(api.world, 'ada')}"}
    answer = api.client.post(f"{API}/posts", content=body, headers=headers)
    assert reason(answer) == "not-understood"


@pytest.mark.parametrize(
    "field", ["state", "author", "approved_by", "team", "created_at", "version", "id", "__proto__"]
)
def test_nobody_says_what_is_not_theirs_to_say(api: Office, field: str) -> None:
    answer = api.ask("ada", "POST", "/posts", {"parts": ["Words"], field: "bola"})
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert "bola" not in answer.text


@pytest.mark.parametrize(
    "wording",
    [
        {"parts": "Words"},
        {"parts": [1]},
        {"parts": [None]},
        {"parts": []},
        {"parts": ["bell \x07"]},
        {"parts": ["nothing \x00"]},
        {"parts": ["w" * 10_001]},
        {"parts": ["Words"], "visibility": "secret"},
        {"parts": ["Words"], "language": "english, please"},
        {"parts": ["Words"], "pictures": [{"sha256": "../etc", "alt_text": "", "rights": ""}]},
        {"parts": ["Words"], "variants": {"no id at all": ["x"]}},
        ["Words"],
    ],
    ids=str,
)
def test_types_are_exact(api: Office, wording: Any) -> None:
    assert reason(api.ask("ada", "POST", "/posts", wording)) == "not-understood"


def test_half_a_character_is_no_text(api: Office) -> None:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {cookie(api.world, 'ada')}"}
    answer = api.client.post(f"{API}/posts", content=b'{"parts": ["\\ud800"]}', headers=headers)
    assert reason(answer) == "not-understood"


def test_a_password_is_never_said_back(api: Office) -> None:
    answer = api.ask(None, "POST", "/sign-in", {"name": ["ada"], "password": PASSWORD, "pass": PASSWORD})
    assert answer.status_code == 422
    assert PASSWORD not in answer.text


@pytest.mark.parametrize(("path", "size"), [("/posts", 1_000_001), ("/media", 16_000_001), ("/sign-in", 1_000_001)])
def test_a_body_has_an_end(api: Office, path: str, size: int) -> None:
    assert api.client.post(API + path, content=b" " * size).status_code == 413


def test_a_body_of_unsaid_length_has_an_end_too(api: Office) -> None:
    chunks = (b" " * 100_000 for _ in range(11))
    assert api.client.post(f"{API}/sign-in", content=chunks).status_code == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_another_kind_of_content_is_not_taken(api: Office, kind: str) -> None:
    headers = {"Content-Type": kind, "Authorization": f"Bearer {cookie(api.world, 'ada')}"}
    assert api.client.post(f"{API}/posts", content=b'{"parts":["a"]}', headers=headers).status_code == 415
    assert api.client.post(f"{API}/media", content=b"GIF89a", headers=headers).status_code == 415


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=5", "ok"),
        ("limit=5&limit=6", "parameter-twice"),
        ("limit=5&sort=asc", "parameter-unknown"),
        ("limit=0", "not-understood"),
        ("limit=9999", "not-understood"),
        ("limit=five", "not-understood"),
    ],
)
def test_parameters_are_known_and_said_once(api: Office, query: str, expected: str) -> None:
    assert reason(api.ask("ada", "GET", f"/posts?{query}")) == expected


@pytest.mark.parametrize("id", ["a b", "%00", "..%2fmembers", "x" * 65, "post.css", "é"])
def test_an_address_that_can_be_nobodys_is_not_found(api: Office, id: str) -> None:
    a_post(api.world, "ada")
    assert api.ask("ada", "GET", f"/posts/{id}").status_code == 404
