"""Every fault a simulator can be told to commit, seen from the caller's end and in the truth file."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from connectors.simulators.knobs import Fault, Kind
from tests.simulators.callers import A_KEY, Sky, Toot, a_record

POST = {"path": "/api/v1/statuses$", "method": "POST"}


def taken(toot: Toot) -> int:
    """How many statuses the platform says it took."""
    return len(toot.running.truth("accepted"))


@pytest.mark.parametrize(
    ("kind", "error", "applied"),
    [
        ("reset_before", httpx.TransportError, 0),
        ("reset_after", httpx.TransportError, 1),
        ("read_and_close", httpx.RemoteProtocolError, 0),
    ],
)
def test_a_connection_breaks_before_or_after_acceptance(
    toot: Toot, kind: str, error: type[Exception], applied: int
) -> None:
    toot.running.fault(kind, **POST)
    with pytest.raises(error):
        toot.post("hello")
    assert taken(toot) == applied
    assert (toot.running.truth("answered")[-1]["status"], toot.running.truth("answered")[-1]["fault"]) == (None, kind)
    assert toot.post("once more").status_code == 200


def test_a_platform_may_read_everything_take_it_and_hang_up(toot: Toot) -> None:
    toot.running.fault("read_and_close", **POST, applied=True)
    with pytest.raises(httpx.RemoteProtocolError):
        toot.post("hello")
    assert taken(toot) == 1


@pytest.mark.parametrize(("kind", "applied"), [("timeout_before_accept", 0), ("timeout_after_accept", 1)])
def test_a_platform_goes_silent_before_or_after_acceptance(toot: Toot, kind: str, applied: int) -> None:
    toot.running.fault(kind, **POST, seconds=30)
    toot.http.timeout = httpx.Timeout(0.1)
    with pytest.raises(httpx.ReadTimeout):
        toot.post("hello")
    assert taken(toot) == applied
    assert toot.running.truth("request")[-1]["method"] == "POST"


def test_silence_ends_with_a_closed_connection(toot: Toot) -> None:
    toot.running.fault("timeout_after_accept", **POST, seconds=0.05)
    with pytest.raises(httpx.RemoteProtocolError):
        toot.post("hello")


@pytest.mark.parametrize(("applied", "count"), [(False, 0), (True, 1)])
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_may_hide_success(toot: Toot, status: int, applied: bool, count: int) -> None:
    toot.running.fault("status", **POST, status=status, applied=applied)
    assert toot.post("hello").status_code == status
    assert taken(toot) == count


def test_a_429_comes_with_the_platforms_headers_with_others_or_with_none(toot: Toot, sky: Sky) -> None:
    toot.running.fault("status", **POST, status=429, seconds=60)
    toot.running.fault("status", **POST, status=429, headers={})
    toot.running.fault("status", **POST, status=429, headers={"Retry-After": "7"}, body="busy")
    ours, none, theirs = (toot.post("hello") for _ in range(3))
    assert ours.headers["X-RateLimit-Reset"].endswith("Z")
    assert "X-RateLimit-Reset" not in none.headers
    assert (theirs.headers["Retry-After"], theirs.text) == ("7", "busy")
    sky.running.fault("status", path="putRecord", status=429, seconds=60)
    assert int(sky.put(a_record()).headers["RateLimit-Reset"]) > time.time() + 50


def test_a_credential_runs_out_in_the_platforms_own_words(toot: Toot, sky: Sky) -> None:
    toot.running.fault("expired_credential", **POST)
    sky.running.fault("expired_credential", path="putRecord")
    assert toot.post("hello").status_code == 401
    refused = sky.put(a_record())
    assert (refused.status_code, refused.json()["error"]) == (400, "ExpiredToken")
    assert taken(toot) == len(sky.running.truth("accepted")) == 0


def test_an_answer_may_be_nonsense_with_200(toot: Toot) -> None:
    toot.running.fault("garbage", **POST, applied=True)
    toot.running.fault("garbage", **POST, body='{"id":')
    first, second = toot.post("hello"), toot.post("hello")
    assert (first.status_code, first.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert second.text == '{"id":'
    assert taken(toot) == 1


def test_an_answer_may_be_slow_once_or_always(toot: Toot) -> None:
    toot.running.fault("slow", **POST, ms=80)
    toot.running.knobs(latency_ms=30)
    spans = []
    for _ in range(2):
        began = time.monotonic()
        toot.post("hello")
        spans.append(time.monotonic() - began)
    assert spans[0] >= 0.11
    assert 0.03 <= spans[1] < spans[0]


def test_latency_delays_the_answer_and_not_the_acceptance(toot: Toot) -> None:
    toot.running.knobs(latency_ms=50)
    toot.post("hello")
    arrived, taken_at, answered = (toot.running.truth(e)[-1]["mono_ns"] for e in ("request", "accepted", "answered"))
    assert taken_at - arrived < 40_000_000
    assert answered - taken_at >= 50_000_000


def test_a_platform_may_post_twice(toot: Toot, sky: Sky) -> None:
    for person in (toot, sky):
        person.running.fault("duplicate", method="POST")
    toot.post("hello", key="k1")
    sky.put(a_record())
    assert [e["by"] for e in toot.running.truth("accepted")] == ["api", "double"]
    assert [e["by"] for e in sky.running.truth("accepted")] == ["api", "double"]
    assert len(sky.read("listRecords").json()["records"]) == len(toot.running.posts()) == 2


def test_lists_may_lag_while_the_item_itself_is_there(toot: Toot, sky: Sky) -> None:
    number = toot.post("hello").json()["id"]
    sky.put(a_record())
    toot.running.fault("lagging_lists", path="/accounts/", seconds=0.15, count=None)
    sky.running.fault("lagging_lists", path="listRecords", seconds=0.15, count=None)
    listing = f"/api/v1/accounts/{toot.id}/statuses"
    assert toot.get(listing).json() == sky.read("listRecords").json()["records"] == []
    assert toot.get(f"/api/v1/statuses/{number}").status_code == sky.read("getRecord", rkey=A_KEY).status_code == 200
    time.sleep(0.16)
    assert len(toot.get(listing).json()) == len(sky.read("listRecords").json()["records"]) == 1


def test_faults_queue_skip_count_and_can_be_cleared(toot: Toot) -> None:
    toot.running.fault("status", **POST, skip=1, count=2, status=503)
    toot.running.fault("status", **POST, count=None, status=504)
    assert [toot.post("hello").status_code for _ in range(5)] == [504, 503, 503, 504, 504]
    toot.running.knobs(clear=True)
    assert toot.post("hello").status_code == 200


def test_faults_of_different_kinds_combine(toot: Toot) -> None:
    toot.running.fault("duplicate", **POST)
    toot.running.fault("reset_after", **POST)
    with pytest.raises(httpx.ReadError):
        toot.post("hello")
    assert taken(toot) == 2


@pytest.mark.parametrize("kind", list(Kind))
def test_other_requests_are_not_harmed(toot: Toot, kind: Kind) -> None:
    toot.running.fault(kind, **POST, seconds=0.01)
    assert toot.get("/api/v1/accounts/verify_credentials").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "gremlin"},
        {"kind": "slow", "surprise": 1},
        {"kind": "slow", "ms": "80"},
        {"kind": "slow", "match": {"where": "x"}},
        {"kind": "slow", "match": {"path": "("}},
        "slow",
    ],
    ids=repr,
)
def test_a_fault_that_cannot_be_understood_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Fault.parse(wrong)
