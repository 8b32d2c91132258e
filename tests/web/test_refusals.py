"""Every reason has words that say what to do, a status, and the shape of RFC 9457."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

import pytest

from gateway.domain.refusal import Reason, Refused
from gateway.identity.wrong import NotProven, SessionOver, Throttled, WrongCode
from gateway.web.problems import PLAIN, as_refusal, of_refusal
from gateway.web.refusals import WORDS, words_for
from tests.cast import NOON


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_and_a_status(reason: Reason) -> None:
    words = WORDS[reason]
    assert 400 <= HTTPStatus(words.status) < 500 or words.status == HTTPStatus.SERVICE_UNAVAILABLE
    assert 3 <= len(words.title) <= 40
    assert len(words.detail.split()) >= 5
    assert words.detail.endswith((".", "}."))
    assert reason not in words.detail


@pytest.mark.parametrize("reason", Reason)
def test_every_refusal_becomes_problem_details(reason: Reason) -> None:
    answer = of_refusal(Refused(reason), now=NOON)
    body = json.loads(bytes(answer.body))
    assert answer.media_type == "application/problem+json"
    assert (body["status"], body["reason"]) == (answer.status_code, str(reason))
    assert body["type"] == f"/problems/{reason}"
    assert body["title"]
    assert body["detail"]


def test_only_the_house_itself_is_unavailable() -> None:
    unavailable = {reason for reason, words in WORDS.items() if words.status >= 500}
    assert unavailable == {Reason.STORAGE_UNAVAILABLE, Reason.VAULT_SHUT, Reason.CLOCK_UNSURE}


def test_whoever_must_wait_is_told_for_how_long() -> None:
    refusal = as_refusal(Throttled(NOON + timedelta(seconds=89.5)))
    answer = of_refusal(refusal, now=NOON)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "90")


@pytest.mark.parametrize(
    ("fault", "status"), [(WrongCode, 401), (SessionOver, 401), (NotProven, 401)], ids=lambda value: str(value)
)
def test_what_identity_refuses_never_lets_anyone_in(fault: Callable[[], NotProven], status: int) -> None:
    assert of_refusal(as_refusal(fault()), now=NOON).status_code == status


def test_the_same_reason_is_told_apart_by_its_facts() -> None:
    assert words_for(Refused(Reason.ROLE_MISSING, permission="post.write")).status == 403
    assert words_for(Refused(Reason.ROLE_MISSING, role="wizard")).status == 422
    assert "at least 15" in words_for(Refused(Reason.PASSWORD_REFUSED, flaw="too_short")).detail
    assert words_for(Refused(Reason.EMPTY, field="handle")).field == "handle"
    assert words_for(Refused(Reason.PICTURE_REFUSED, why="It moves.")).detail == "It moves."


def test_what_the_database_said_stays_in_the_log() -> None:
    answer = of_refusal(Refused(Reason.STORAGE_UNAVAILABLE, fault="DiskFull"), now=NOON)
    assert b"DiskFull" not in bytes(answer.body)


def test_the_webs_own_problems_say_what_to_do() -> None:
    assert {400, 403, 404, 405, 413, 415, 422, 500} == set(PLAIN)
    assert all(len(detail.split()) >= 5 for _, _, detail in PLAIN.values())
