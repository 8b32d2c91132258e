"""When something breaks: an id and what to do, never a trace, never what was typed."""

from __future__ import annotations

import dataclasses
import json
import logging
import sqlite3
from typing import Any, cast

import pytest

from gateway.domain.policy import Policy
from tests.cast import PASSWORD, clock_of, cookie
from tests.web.callers import Office, office, reason

TYPED = "typed by a person in confidence"


def broken(api: Office) -> Office:
    """The same world with a policy that is none: every action runs into a bug."""
    return office(dataclasses.replace(api.world, policy=cast(Policy, None)))


def test_a_bug_is_a_problem_with_an_id_and_nothing_else(api: Office, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "gateway.web"):
        answer = broken(api).ask("ada", "POST", "/posts", {"parts": [TYPED]})
    assert answer.status_code == 500
    assert set(answer.json()) == {"type", "title", "status", "detail", "reason", "id"}
    assert answer.json()["id"] == answer.headers["x-request-id"]
    assert "content-security-policy" in answer.headers
    line = json.loads(caplog.messages[-1])
    assert (line["request"], line["fault"], line["status"]) == (answer.json()["id"], "AttributeError", 500)
    for said in (answer.text, caplog.text):
        assert TYPED not in said
        assert "Traceback" not in said


def test_every_request_leaves_one_line_without_secrets(api: Office, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "gateway.web"):
        api.ask(None, "POST", "/sign-in", {"name": "ada", "password": PASSWORD})
        api.ask("ada", "GET", "/posts/some-post-id")
    lines = [json.loads(record.getMessage()) for record in caplog.records if record.name == "gateway.web"]
    assert [line["route"] for line in lines] == ["/api/v1/sign-in", "/api/v1/posts/{post_id}"]
    assert [line.get("reason") for line in lines] == [None, "not-found"]
    assert PASSWORD not in caplog.text
    assert cookie(api.world, "ada") not in caplog.text


def test_a_locked_database_is_told_as_one(api: Office) -> None:
    """Another process holds the database: nothing is written, and the person is told to try again."""
    cookie(api.world, "ada")
    path = api.world.storage.engine.url.database
    assert path is not None
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("DROP TABLE posts")
    holder.close()
    answer = api.ask("ada", "GET", "/posts")
    assert (answer.status_code, reason(answer)) == (503, "storage-unavailable")
    assert answer.headers["retry-after"]
    assert "posts" not in answer.text


def test_an_unsure_clock_shuts_the_api_and_says_so(api: Office) -> None:
    kept = cookie(api.world, "ada")
    clock_of(api.world).unsure()
    answer: Any = api.client.get("/api/v1/posts", headers={"Authorization": f"Bearer {kept}"})
    assert (answer.status_code, reason(answer)) == (503, "clock-unsure")
    status = api.client.get("/api/v1/status").json()
    assert (status["ready"], status["clock_sure"], status["clock_bound_seconds"]) == (False, False, None)
