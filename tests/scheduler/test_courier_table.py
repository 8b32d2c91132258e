"""Each row of the table of house §5, before, at and after the Commit, against a server that does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Ask, Upload
from connectors.words import Receipt
from scheduler.courier import NoAnswer
from scheduler.outcome import (
    TABLE,
    Accepted,
    BackToHeld,
    Failure,
    Fault,
    Lost,
    Outcome,
    Phase,
    TurnedDown,
    Verdict,
    decide,
)
from tests.scheduler.parcels import LATER, NOW, Hooks, asking, commit, courier_to, home, run, saying, sending, to
from tests.scheduler.parcels import Scripted as Connector
from tests.servers.misbehaving import (
    Behaviour,
    Misbehaving,
    close,
    endless,
    garbage,
    half_answer,
    hang,
    raw,
    reset,
    say,
    slow_body,
    slow_headers,
)

Kind = type[BackToHeld] | type[TurnedDown] | type[Lost]


@dataclass(frozen=True)
class Row:
    """What the server does, and what follows before, at and after the Commit."""

    behaves: Behaviour
    before: Kind
    at: Kind
    why: str
    flag: str | None = None
    after: Kind = Lost


def refusal(status: int, word: str, *, proof: bool = False) -> Behaviour:
    return say(status, None, *(["X-Proof: 1"] if proof else []), thing={"word": word, "detail": "no"})


ROWS = {
    "hangs": Row(hang, BackToHeld, Lost, "no-answer"),
    "reads and closes": Row(close, BackToHeld, Lost, "no-answer"),
    "reads and resets": Row(reset, BackToHeld, Lost, "no-answer"),
    "answers by half": Row(half_answer, BackToHeld, Lost, "no-answer"),
    "drips headers": Row(slow_headers, BackToHeld, Lost, "no-answer"),
    "drips its body": Row(slow_body, BackToHeld, Lost, "no-answer"),
    "talks no HTTP": Row(garbage, BackToHeld, Lost, "no-answer"),
    "has too long a header": Row(raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000), BackToHeld, Lost, "no-answer"),
    "never ends": Row(endless, BackToHeld, Lost, "unreadable-answer"),
    "answers no JSON": Row(say(200, b"<html>"), BackToHeld, Lost, "unreadable-answer"),
    "packs its answer": Row(say(200, b"x", "Content-Encoding: gzip"), BackToHeld, Lost, "unreadable-answer"),
    "points elsewhere": Row(
        say(307, None, "Location: /x", thing={"word": "rejected"}), BackToHeld, Lost, "unreadable-answer"
    ),
    "is nonsense, it says": Row(refusal(418, "nonsense", proof=True), BackToHeld, Lost, "unreadable-answer"),
    "500": Row(refusal(500, "unavailable"), BackToHeld, Lost, "unavailable"),
    "503, documented": Row(refusal(503, "unavailable", proof=True), BackToHeld, BackToHeld, "unavailable"),
    "429": Row(refusal(429, "throttled"), BackToHeld, Lost, "throttled"),
    "429, documented": Row(refusal(429, "throttled", proof=True), BackToHeld, BackToHeld, "throttled"),
    "401": Row(refusal(401, "expired"), BackToHeld, Lost, "sign-in-expired", "credential-expired"),
    "401, documented": Row(
        refusal(401, "expired", proof=True), BackToHeld, BackToHeld, "sign-in-expired", "credential-expired"
    ),
    "403": Row(refusal(403, "setup"), BackToHeld, Lost, "setup-wrong", "setup-wrong"),
    "403, documented": Row(refusal(403, "setup", proof=True), BackToHeld, BackToHeld, "setup-wrong", "setup-wrong"),
    "422": Row(refusal(422, "rejected"), TurnedDown, TurnedDown, "rejected"),
    "409": Row(refusal(409, "duplicate"), TurnedDown, Lost, "duplicate"),
}
EACH = pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())


async def deliver(script: dict[str, list[Behaviour]], *steps: Any, hooks: Hooks | None = None) -> tuple[Outcome, Any]:
    async with Misbehaving(script) as server, courier_to(server.origin) as courier:
        return await courier.deliver(sending(saying(*steps), hooks)), server


@EACH
@pytest.mark.parametrize("kind", [Ask, Upload])
def test_before_the_commit_nothing_is_lost_and_no_intent_is_committed(row: Row, kind: Any) -> None:
    hooks = Hooks()
    outcome, server = run(deliver({"/first": [row.behaves]}, kind(to("/first")), commit(), hooks=hooks))
    assert type(outcome) is row.before
    assert not isinstance(outcome, Lost | Accepted)
    assert (outcome.why, outcome.intent_committed, outcome.at) == (row.why, False, NOW)
    assert "intent" not in hooks.asked
    assert not server.at("/commit")
    if isinstance(outcome, BackToHeld):
        assert outcome.flag == row.flag
        assert outcome.not_before == (LATER if row.why == "throttled" else None)


@EACH
def test_at_the_commit_only_a_proof_brings_it_back(row: Row) -> None:
    hooks = Hooks()
    outcome, server = run(deliver({"/commit": [row.behaves]}, commit(), hooks=hooks))
    assert type(outcome) is row.at
    assert outcome.why == row.why
    assert hooks.asked == ["intent"]
    assert len(server.at("/commit")) == 1
    if isinstance(outcome, BackToHeld):
        assert outcome.intent_committed
        assert outcome.flag == row.flag
        assert outcome.not_before == (LATER if row.why == "throttled" else None)


@EACH
def test_after_the_commit_nothing_that_goes_wrong_says_that_it_was_not_applied(row: Row) -> None:
    script = {"/commit": [say(200, thing={"id": "1"})], "/after": [row.behaves]}
    outcome, _ = run(deliver(script, commit(), Ask(to("/after"))))
    assert type(outcome) is row.after
    assert outcome.why == row.why


def test_what_the_platform_takes_is_accepted_with_its_receipt() -> None:
    script = {"/first": [say(200)], "/commit": [say(200, thing={"id": "1"})], "/after": [say(200)]}
    hooks = Hooks()
    steps = (Ask(to("/first", "GET")), Upload(to("/first")), Upload(to("/first")), commit(), Ask(to("/after")))
    outcome, server = run(deliver(script, *steps, hooks=hooks))
    assert isinstance(outcome, Accepted)
    assert (outcome.receipt.platform_id, outcome.at) == ("1", NOW)
    assert hooks.asked == ["content", "intent"]
    assert server.connections == 1, "connections are used again"


def test_a_conversation_without_a_commit_is_a_fault_that_sends_nothing_away() -> None:
    outcome, _ = run(deliver({"/first": [say(200)]}, Ask(to("/first"))))
    assert isinstance(outcome, BackToHeld)
    assert (outcome.why, outcome.flag, outcome.intent_committed) == ("connector-faulty", "setup-wrong", False)


def test_a_receipt_without_a_commit_is_not_believed() -> None:
    def dreaming() -> Any:
        yield Ask(to("/first"))
        return Receipt("1")

    async def main() -> None:
        async with Misbehaving({"/first": [say(200)]}) as server, courier_to(server.origin) as courier:
            assert isinstance(await courier.deliver(sending(dreaming())), BackToHeld)

    run(main())


def test_a_second_commit_is_not_sent_and_what_the_first_did_is_to_be_looked_for() -> None:
    script = {"/commit": [say(200, thing={"id": "1"})], "/second": [say(200, thing={"id": "2"})]}
    outcome, server = run(deliver(script, commit(), commit("/second")))
    assert isinstance(outcome, Lost)
    assert not server.at("/second")


def test_a_connector_that_breaks_over_the_answer_to_its_commit_makes_the_delivery_unknown() -> None:
    outcome, _ = run(deliver({"/commit": [say(200, thing={"other": "1"})]}, commit()))
    assert isinstance(outcome, Lost)
    assert outcome.why == "connector-faulty"


@EACH
def test_a_question_is_answered_or_raises_and_is_asked_once(row: Row) -> None:
    async def main() -> None:
        async with Misbehaving({"/ask": [row.behaves]}) as server, courier_to(server.origin) as courier:
            with pytest.raises(Exception) as raised:
                await courier.ask(Connector(), home(), asking(), lambda: {"ring": "r"})
            assert isinstance(raised.value, NoAnswer) == (row.why == "no-answer")
            assert not getattr(raised.value, "not_sent", False)
            assert len(server.at("/ask")) == 1

    run(main())


@pytest.mark.parametrize("step", [Upload(to("/u")), commit()])
def test_a_question_may_neither_upload_nor_commit(step: Any) -> None:
    async def main() -> None:
        async with Misbehaving() as server, courier_to(server.origin) as courier:
            with pytest.raises(NoAnswer):
                await courier.ask(Connector(), home(), saying(step), lambda: {"ring": "r"})
            assert not server.arrivals

    run(main())


@given(st.sampled_from(list(Fault)), st.sampled_from(list(Phase)), st.booleans())
def test_nothing_but_a_proof_leads_back_from_a_commit_that_started(fault: Fault, phase: Phase, proof: bool) -> None:
    outcome = decide(Failure(fault, "w", not_applied=proof), phase, at=NOW, intent_committed=True)
    if phase is Phase.AFTER:
        assert isinstance(outcome, Lost)
    if phase is Phase.AT and isinstance(outcome, BackToHeld):
        assert proof or fault in (Fault.NOT_SENT, Fault.FUSE)
    if phase is Phase.BEFORE:
        assert not isinstance(outcome, Lost), "a claimed delivery is never unknown"


def test_the_table_has_a_row_for_every_fault() -> None:
    assert set(TABLE) == set(Fault)
    assert all(Verdict.LOST is row[3] for row in TABLE.values())
