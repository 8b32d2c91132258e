"""Credentials: put in at the last moment, kept nowhere, and in nobody's words afterwards."""

from __future__ import annotations

import asyncio
import base64
import gc
import json
import logging
import traceback
from collections.abc import Callable, Generator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Ask, FilePart, Pause, PlatformError, Sealed, SignInExpired, Upload
from gateway.domain.refusal import Reason, Refused
from scheduler.courier import NoAnswer
from scheduler.outcome import Accepted, BackToHeld, Lost
from scheduler.redaction import redact
from tests.scheduler.parcels import (
    HASTY,
    PICTURE,
    SHA,
    Hooks,
    Scripted,
    asking,
    commit,
    courier_to,
    home,
    run,
    saying,
    sending,
    to,
)
from tests.servers.misbehaving import Arrival, Behaviour, Misbehaving, close, garbage, raw, say

OK = say(200, thing={"id": "1"})
CANARY = "canary-9b7e4d1f6a3c/+=8052"
BOTH = {"ring": CANARY, "app_password": "zephyr-quill-0417-obsidian"}


async def sent(request: Any, credential: Mapping[str, str] = BOTH) -> tuple[Any, list[Arrival]]:
    async with Misbehaving({"/first": [OK], "/commit": [OK]}) as server, courier_to(server.origin) as courier:
        conversation = saying(Upload(request), commit())
        return await courier.deliver(sending(conversation, credential=lambda: credential)), server.at("/first")


# --- filling --------------------------------------------------------------------------------------------------------


def test_sealed_places_are_filled_in_json_at_any_depth() -> None:
    body = {"who": "ada", "in": [{"deep": Sealed("ring")}, Sealed("app_password")], "not": Sealed("absent", True)}
    _, arrivals = run(sent(to("/first", json=body)))
    assert json.loads(arrivals[0].body) == {"who": "ada", "in": [{"deep": CANARY}, BOTH["app_password"]]}


def test_sealed_places_are_filled_in_forms_and_headers_and_an_optional_pair_is_left_out_whole() -> None:
    form = (("token", Sealed("ring")), ("client_id", Sealed("client_id", optional=True)), ("x", "1"), ("x", "2"))
    headers: Any = (("x-ring", Sealed("app_password")), ("x-none", Sealed("none", optional=True)))
    _, arrivals = run(sent(to("/first", form=form, headers=headers, authorised=False)))
    assert parse_qs(arrivals[0].body.decode()) == {"token": [CANARY], "x": ["1", "2"]}
    assert arrivals[0].headers["x-ring"] == BOTH["app_password"]
    assert "x-none" not in arrivals[0].headers
    assert "authorization" not in arrivals[0].headers


def test_sealed_places_are_filled_in_a_query_where_the_platform_takes_them_nowhere_else() -> None:
    query = (("token", Sealed("ring")), ("none", Sealed("none", optional=True)), ("x", "1"))
    _, arrivals = run(sent(to("/first", query=query, authorised=False)))
    assert parse_qs(arrivals[0].path.partition("?")[2]) == {"token": [CANARY], "x": ["1"]}


def test_authorised_requests_are_signed_and_keep_their_query() -> None:
    _, arrivals = run(sent(to("/first?a=1", query=(("b", "2 3"), ("b", "ä")))))
    assert arrivals[0].headers["authorization"] == f"Bearer {CANARY}"
    assert parse_qs(arrivals[0].path.partition("?")[2]) == {"a": ["1"], "b": ["2 3", "ä"]}


def test_pictures_travel_raw_or_as_a_file_of_a_form() -> None:
    _, plain = run(sent(to("/first", media=SHA, headers=(("content-type", "image/png"),))))
    assert (plain[0].body, plain[0].headers["content-type"]) == (PICTURE, "image/png")
    part = FilePart("file", "chart.png", "image/png", SHA)
    _, form = run(sent(to("/first", files=(part,), form=(("description", "A chart"),))))
    assert form[0].headers["content-type"].startswith("multipart/form-data; boundary=")
    for expected in (PICTURE, b'name="file"; filename="chart.png"', b"image/png", b"A chart"):
        assert expected in form[0].body


@pytest.mark.parametrize("at_commit", [True, False])
def test_bytes_that_are_not_what_was_approved_do_not_leave(at_commit: bool) -> None:
    async def main() -> None:
        async with Misbehaving() as server, courier_to(server.origin, bring=lambda _: b"swapped") as courier:
            step = commit(media=SHA) if at_commit else Upload(to("/first", media=SHA))
            hooks = Hooks()
            outcome = await courier.deliver(sending(saying(step, commit()), hooks))
            assert isinstance(outcome, BackToHeld)
            assert (outcome.why, outcome.intent_committed) == (str(Reason.PICTURE_REFUSED), False)
            assert not server.arrivals

    run(main())


@pytest.mark.parametrize("where", ["first", "commit", "sealed"])
def test_a_credential_that_lacks_what_is_needed_has_expired_and_nothing_is_sent(where: str) -> None:
    async def main() -> None:
        async with Misbehaving({"/first": [OK]}) as server, courier_to(server.origin) as courier:
            steps: dict[str, Any] = {
                "first": [Ask(to("/first", "GET")), commit()],
                "commit": [commit()],
                "sealed": [commit(json={"t": Sealed("ring")}, authorised=False)],
            }
            hooks = Hooks()
            outcome = await courier.deliver(sending(saying(*steps[where]), hooks, credential=dict))
            assert isinstance(outcome, BackToHeld)
            assert (outcome.why, outcome.flag) == ("sign-in-expired", "credential-expired")
            assert (outcome.intent_committed, hooks.asked) == (False, []), "found before the door was asked"
            assert not server.arrivals
            with pytest.raises(SignInExpired):
                await courier.ask(Scripted(), home(), asking(), dict)

    run(main())


def test_a_signing_flow_that_would_send_twice_is_cut_off_after_the_first() -> None:
    class Twice(httpx.Auth):
        def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
            yield request
            yield request

    class Insistent(Scripted):
        def auth(self, credential: Mapping[str, str], now: datetime, nonce: str) -> httpx.Auth:
            """Digest, say."""
            return Twice()

    async def main() -> None:
        async with Misbehaving({"/commit": [say(401)]}) as server, courier_to(server.origin) as courier:
            await courier.deliver(sending(saying(commit()), connector=Insistent()))
            assert len(server.at("/commit")) == 1

    run(main())


def test_a_signature_cannot_lead_a_request_elsewhere() -> None:
    class Away(httpx.Auth):
        def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
            request.url = httpx.URL("https://evil.example/commit")
            yield request

    class Leading(Scripted):
        def auth(self, credential: Mapping[str, str], now: datetime, nonce: str) -> httpx.Auth:
            """Elsewhere."""
            return Away()

    async def main() -> None:
        async with Misbehaving({"/commit": [OK]}) as server, courier_to(server.origin) as courier:
            outcome = await courier.deliver(sending(saying(commit()), connector=Leading()))
            assert isinstance(outcome, BackToHeld)
            assert not outcome.intent_committed, "found before the door was asked"
            assert not server.connections

    run(main())


@pytest.mark.parametrize("where", ["header", "sealed header"])
def test_a_credential_with_a_line_break_is_found_before_anything_is_sent(where: str) -> None:
    async def main() -> None:
        async with Misbehaving() as server, courier_to(server.origin) as courier:
            headers: Any = (("x", Sealed("ring")),) if where == "sealed header" else ()
            step = commit(headers=headers, authorised=where == "header")
            outcome = await courier.deliver(sending(saying(step), credential=lambda: {"ring": CANARY + "\n"}))
            assert isinstance(outcome, BackToHeld)
            assert outcome.flag == "setup-wrong"
            assert CANARY not in repr(outcome)
            assert not server.connections

    run(main())


# --- the hooks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["content", "intent"])
def test_a_door_that_stays_shut_closes_the_conversation_and_sends_nothing_more(door: str) -> None:
    ended: list[bool] = []

    def conversation() -> Any:
        try:
            yield Upload(to("/first"))
            yield commit()
        finally:
            ended.append(True)

    async def main() -> None:
        async with Misbehaving({"/first": [OK], "/commit": [OK]}) as server, courier_to(server.origin) as courier:
            hooks = Hooks(refusals={door: Refused(Reason.FROZEN)})
            outcome = await courier.deliver(sending(conversation(), hooks))
            assert isinstance(outcome, BackToHeld)
            assert (outcome.why, outcome.intent_committed, outcome.flag) == ("frozen", False, None)
            assert ended == [True]
            assert len(server.arrivals) == (door == "intent")

    run(main())


def test_a_hook_that_breaks_is_not_taken_for_a_fault_of_the_platform() -> None:
    class Broken(Hooks):
        async def intend(self) -> float:
            """The database is gone."""
            raise ConnectionError("database")

    async def main() -> None:
        async with Misbehaving() as server, courier_to(server.origin) as courier:
            with pytest.raises(ConnectionError):
                await courier.deliver(sending(saying(commit()), Broken()))
            assert not server.arrivals

    run(main())


# --- nobody's words -------------------------------------------------------------------------------------------------

FORMS: dict[str, Callable[[str], str]] = {
    "whole": str,
    "cut short": lambda s: s[:-5],
    "without its head": lambda s: s[4:],
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "base64 of a pair": lambda s: base64.b64encode(f"ada:{s}".encode()).decode(),
    "base64 off by one": lambda s: base64.urlsafe_b64encode(f"xx{s}xx".encode()).decode(),
    "hex": lambda s: s.encode().hex(),
    "quoted": lambda s: quote(s, safe=""),
    "escaped": lambda s: json.dumps(s)[1:-1],
}


def leaks(text: str) -> list[str]:
    """Which forms of a canary a text shows, 10 characters in a row being enough."""
    found = []
    for canary in BOTH.values():
        for name, form in FORMS.items():
            shown = form(canary)
            core = shown[len(shown) // 2 - 5 : len(shown) // 2 + 5]
            found += [name] if core in text else []
    return found


def echoing(status: int, shown: str) -> Behaviour:
    return say(status, None, "X-Proof: 1", thing={"word": "expired", "detail": f"token {shown} is not good"})


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize("canary", BOTH.values(), ids=BOTH.keys())
def test_an_echoed_credential_is_taken_out_of_every_word(form: Callable[[str], str], canary: str) -> None:
    async def main() -> None:
        script = {"/commit": [echoing(401, form(canary))], "/ask": [echoing(401, form(canary))]}
        async with Misbehaving(script) as server, courier_to(server.origin) as courier:
            outcome = await courier.deliver(sending(saying(commit()), credential=lambda: BOTH))
            assert isinstance(outcome, BackToHeld)
            assert "is not good" in outcome.detail
            assert not leaks(repr(outcome))
            with pytest.raises(SignInExpired) as raised:
                await courier.ask(Scripted(), home(), asking(), lambda: BOTH)
            assert "is not good" in raised.value.detail
            assert not leaks(everything_of(raised.value))

    run(main())


def everything_of(error: BaseException) -> str:
    """An exception as the most talkative logger would print it: the chain, and the locals of every frame of ours."""
    told = [str(error), repr(vars(error)), repr(error.__context__), repr(error.__cause__)]
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename != __file__:
            told.append(repr(frame.f_locals))
    return "".join(told)


def echo_of(kind: str) -> Behaviour:
    return {
        "close": close,
        "garbage": garbage,
        "status line": raw(f"HTTP/1.1 {CANARY} no\r\n\r\n".encode()),
        "header": raw(f"HTTP/1.1 200 OK\r\n{CANARY}\r\n\r\n".encode()),
        "no JSON": say(200, f"{{{CANARY}".encode()),
        "no fields": say(200, json.dumps([CANARY, BOTH["app_password"]]).encode()),
        "redirect": say(302, b"", f"Location: https://evil.example/{CANARY}"),
        "text error": say(500, CANARY.encode()),
        "key name": say(400, json.dumps({CANARY: CANARY}).encode()),
    }[kind]


@pytest.mark.parametrize(
    "kind",
    ["close", "garbage", "status line", "header", "no JSON", "no fields", "redirect", "text error", "key name"],
)
def test_no_answer_however_malformed_brings_a_credential_into_words_or_logs(
    kind: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    async def main() -> None:
        script = {"/commit": [echo_of(kind)], "/ask": [echo_of(kind)]}
        with caplog.at_level(logging.DEBUG):
            async with Misbehaving(script) as server, courier_to(server.origin) as courier:
                step = commit(query=(("token", "x"),), json={"password": Sealed("app_password")})
                outcome = await courier.deliver(sending(saying(step), credential=lambda: BOTH))
                assert isinstance(outcome, Lost)
                assert not leaks(repr(outcome))
                asked = courier.ask(Scripted(), home(), asking(), lambda: BOTH)
                answer: Any = (await asyncio.gather(asked, return_exceptions=True))[0]
                if isinstance(answer, BaseException):
                    assert isinstance(answer, PlatformError | NoAnswer)
                    assert not leaks(everything_of(answer))

    run(main())
    gc.collect()
    said = capfd.readouterr()
    assert not leaks(caplog.text + said.out + said.err)


def test_the_courier_keeps_nothing_of_a_credential() -> None:
    async def main() -> None:
        async with Misbehaving({"/commit": [OK]}) as server, courier_to(server.origin) as courier:
            asked: list[int] = []

            def credential() -> Mapping[str, str]:
                asked.append(1)
                return BOTH

            unauthorised = commit(authorised=False)
            outcome = await courier.deliver(sending(saying(unauthorised), credential=credential))
            assert isinstance(outcome, Accepted)
            assert not asked, "a request without a secret asks for none"
            assert isinstance(await courier.deliver(sending(saying(commit()), credential=credential)), Accepted)
            assert not leaks(repr(vars(courier)))

    run(main())


@given(
    st.text(st.characters(codec="utf-8"), min_size=12, max_size=80),
    st.text(max_size=40),
    st.text(max_size=40),
    st.sampled_from(sorted(FORMS)),
)
def test_whatever_a_secret_is_made_of_it_is_taken_out(secret: str, before: str, after: str, form: str) -> None:
    if form in ("cut short", "without its head") and len(secret) < 18:
        return
    shown = FORMS[form](secret)
    core = shown[len(shown) // 2 - 4 : len(shown) // 2 + 4]
    cleaned = redact(f"{before}{shown}{after}", [secret])
    if core not in before + after + "[removed]":
        assert core not in cleaned.replace("[removed]", "\0")


@given(st.text("abc ", max_size=60), st.text("xyz", min_size=8))
def test_words_that_share_nothing_with_a_secret_stay(words: str, secret: str) -> None:
    assert redact(words, [secret]) == words


# --- bounds ---------------------------------------------------------------------------------------------------------


def test_a_conversation_without_end_is_ended() -> None:
    def endless(step: Any) -> Any:
        while True:
            yield step

    async def main() -> None:
        async with Misbehaving({"/first": [OK]}) as server, courier_to(server.origin) as courier:
            for step in (Ask(to("/first")), Upload(to("/first")), Pause(0.02), Pause(1e9), Pause(float("nan"))):
                outcome = await courier.deliver(sending(endless(step)))
                assert isinstance(outcome, BackToHeld)
                assert outcome.why == "no-answer"
            assert len(server.arrivals) == 2 * HASTY.steps

    run(main())


def test_pauses_add_up() -> None:
    async def main() -> None:
        async with Misbehaving() as server, courier_to(server.origin) as courier:
            outcome = await courier.deliver(sending(saying(Pause(0.3), Pause(0.3), commit())))
            assert isinstance(outcome, BackToHeld)
            assert not server.arrivals

    run(main())


def test_a_platform_that_uses_up_all_the_time_is_left() -> None:
    async def slowly(writer: Any) -> bool:
        await asyncio.sleep(0.3)
        return await OK(writer)

    async def main() -> None:
        async with Misbehaving({"/first": [slowly]}) as server, courier_to(server.origin) as courier:
            outcome = await courier.deliver(sending(saying(*[Ask(to("/first"))] * 15, commit())))
            assert isinstance(outcome, BackToHeld)
            assert len(server.arrivals) <= 8

    run(main())
