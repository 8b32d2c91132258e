"""Sent once, or provably not at all: no exception class of a library is believed, and nothing below sends again."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import aiohttp
import httpx
import pytest
from aiohttp.client_reqrep import ConnectionKey
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Ask, Pause
from connectors.words import Receipt
from scheduler.courier import NoAnswer
from scheduler.outcome import Accepted, BackToHeld, Lost, Outcome
from scheduler.transport import StartedTwice, Ticket, is_not_sent
from tests.scheduler.parcels import (
    CREDENTIAL,
    PATIENT,
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
from tests.servers.misbehaving import Behaviour, Misbehaving, close, reset, say

METHODS = pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
HANGS_UP = pytest.mark.parametrize("behave", [close, reset], ids=["closes", "resets"])


@METHODS
@HANGS_UP
@pytest.mark.parametrize("kept", [False, True], ids=["fresh", "kept alive"])
def test_a_server_that_reads_and_hangs_up_sees_the_commit_once_and_it_is_unknown(
    method: str, behave: Behaviour, kept: bool
) -> None:
    async def main() -> None:
        script = {"/warm": [say(200)], "/commit": [behave, say(200, thing={"id": "1"})]}
        async with Misbehaving(script) as server, courier_to(server.origin) as courier:
            steps: list[Any] = [Ask(to("/warm", "GET"))] if kept else []
            outcome = await courier.deliver(sending(saying(*steps, commit(method=method))))
            assert isinstance(outcome, Lost)
            await asyncio.sleep(0.05)
            assert len(server.at("/commit")) == 1
            assert server.connections == 1, "the kept connection was used"

    run(main())


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_a_question_is_not_repeated_behind_our_back_either(method: str) -> None:
    async def main() -> None:
        script = {"/warm": [say(200)], "/ask": [close, say(200)]}
        async with Misbehaving(script) as server, courier_to(server.origin) as courier:
            await courier.ask(Scripted(), home(), asking("/warm"), lambda: CREDENTIAL)
            with pytest.raises(NoAnswer) as raised:
                await courier.ask(Scripted(), home(), asking("/ask", method), lambda: CREDENTIAL)
            assert not raised.value.not_sent
            assert len(server.at("/ask")) == 1

    run(main())


def test_the_library_alone_would_send_a_put_twice() -> None:
    """The trap is there: where this fails, aiohttp has changed and the ticket may be thought over."""

    async def main() -> None:
        async with Misbehaving({"/commit": [close]}) as server, aiohttp.ClientSession() as session:
            with pytest.raises(aiohttp.ServerDisconnectedError):
                await session.put(server.origin + "/commit", data=b"x")
            assert len(server.at("/commit")) == 2

    run(main())


def test_a_refused_connection_after_a_hang_up_is_no_proof() -> None:
    """Re-sending would meet a closed port, and that error alone would look like "never sent"."""

    async def main() -> None:
        server = Misbehaving()

        async def close_for_good(writer: asyncio.StreamWriter) -> bool:
            assert server._server is not None
            server._server.close()
            return False

        server.script["/commit"] = [close_for_good]
        async with server, courier_to(server.origin) as courier:
            outcome = await courier.deliver(sending(saying(commit(method="PUT"))))
            assert isinstance(outcome, Lost)
            assert len(server.at("/commit")) == 1

    run(main())


def test_a_ticket_starts_once() -> None:
    ticket = Ticket()
    ticket.start()
    with pytest.raises(StartedTwice):
        ticket.start()


@given(st.booleans(), st.sampled_from(["refused", "time-out", "closed", "reset", "httpx says so"]))
def test_only_a_connection_that_was_not_made_proves_that_nothing_was_sent(started: bool, cause: str) -> None:
    key = ConnectionKey("loft.example", 443, True, True, None, None, None)
    causes: dict[str, Exception] = {
        "refused": aiohttp.ClientConnectorError(key, ConnectionRefusedError()),
        "time-out": aiohttp.ConnectionTimeoutError(),
        "closed": aiohttp.ServerDisconnectedError(),
        "reset": aiohttp.ClientOSError(),
        "httpx says so": httpx.ConnectError("nothing below"),
    }
    told = httpx.ConnectTimeout("as httpx-aiohttp would have it")
    told.__cause__ = causes[cause]
    ticket = Ticket()
    if started:
        ticket.start()
    assert is_not_sent(told, ticket) == (cause in ("refused", "time-out") and not started)


# --- provably not sent ----------------------------------------------------------------------------------------------


def not_sent(outcome: Outcome, *, intent: bool) -> None:
    assert isinstance(outcome, BackToHeld)
    assert (outcome.why, outcome.intent_committed, outcome.flag) == ("not-sent", intent, None)


@contextmanager
def nobody_there() -> Iterator[str]:
    """A port that refuses."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{holder.getsockname()[1]}"


@contextmanager
def full_queue() -> Iterator[socket.socket]:
    """A listening socket whose queue is full: connecting hangs until somebody accepts."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(8)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        yield listener
        for one in waiting:
            one.close()


@contextmanager
def nobody_opens() -> Iterator[str]:
    """A port where connecting hangs."""
    with full_queue() as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("place", [nobody_there, nobody_opens], ids=["refused", "never opened"])
@pytest.mark.parametrize("at_commit", [True, False])
def test_where_no_connection_was_made_it_goes_back_to_held(place: Any, at_commit: bool) -> None:
    async def main() -> None:
        with place() as origin:
            async with courier_to(origin) as courier:
                steps: list[Any] = [] if at_commit else [Ask(to("/first"))]
                not_sent(await courier.deliver(sending(saying(*steps, commit()))), intent=at_commit)
                with pytest.raises(NoAnswer) as raised:
                    await courier.ask(Scripted(), home(), asking(), lambda: CREDENTIAL)
                assert raised.value.not_sent

    run(main())


def test_a_connection_that_cannot_be_made_after_the_commit_proves_nothing_about_it() -> None:
    async def main() -> None:
        with nobody_there() as dead:
            script = {"/commit": [say(200, thing={"id": "1"})]}
            async with Misbehaving(script) as server, courier_to(server.origin, dead) as courier:
                after = Ask(to("/after", "GET", origin="https://cdn.example"))
                outcome = await courier.deliver(sending(saying(commit(), after)))
                assert isinstance(outcome, Lost)
                assert outcome.why == "not-sent"

    run(main())


# --- the fuse -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ago", "goes"), [(0.0, True), (1.5, True), (2.5, False), (60.0, False), (-5.0, False)])
def test_a_request_that_cannot_start_within_two_seconds_of_its_intent_is_not_sent(ago: float, goes: bool) -> None:
    async def main() -> None:
        script = {"/commit": [say(200, thing={"id": "1"})]}
        async with Misbehaving(script) as server, courier_to(server.origin) as courier:
            outcome = await courier.deliver(sending(saying(commit()), Hooks(intent_ago=ago)))
            assert len(server.at("/commit")) == goes
            if not goes:
                assert isinstance(outcome, BackToHeld)
                assert (outcome.why, outcome.intent_committed) == ("fuse", True)

    run(main())


@pytest.mark.slow
def test_the_fuse_is_looked_at_when_the_connection_stands_not_when_it_is_asked_for() -> None:
    async def main() -> None:
        with full_queue() as listener:
            origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
            # The first try times out, the door says yes, and the second connection stands 0.9 s later.
            async with courier_to(origin, patience=replace(PATIENT, connect=1.3)) as courier:
                going = asyncio.create_task(courier.deliver(sending(saying(commit()), Hooks(intent_ago=1.6))))
                await asyncio.sleep(1.8)
                arrived = asyncio.create_task(_accept_all(listener))
                outcome = await going
                arrived.cancel()
                assert isinstance(outcome, BackToHeld)
                assert outcome.why == "fuse"
                assert (await arrived) == []

    run(main())


async def _accept_all(listener: socket.socket) -> list[bytes]:
    """What those who waited in the queue have to say; cancel it to hear."""
    loop, heard, connections = asyncio.get_running_loop(), [], []
    listener.setblocking(False)
    try:
        while True:
            connection, _ = await loop.sock_accept(listener)
            connection.setblocking(False)
            connections.append(connection)
    except asyncio.CancelledError:
        for connection in connections:
            with connection, suppress(BlockingIOError, ConnectionError):
                heard.append(connection.recv(10_000))
        return [said for said in heard if said]


# --- answers to nothing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stray", [200, 408])
def test_what_a_server_says_unasked_is_not_taken_for_the_answer_to_the_commit(stray: int) -> None:
    """A second answer to the request before, or the 408 of a server that is tired of waiting."""

    async def main() -> None:
        said = asyncio.Event()

        async def answers_twice(writer: asyncio.StreamWriter) -> bool:
            await say(200)(writer)
            asyncio.get_running_loop().call_later(0.02, writer.write, _answer(stray))
            asyncio.get_running_loop().call_later(0.04, said.set)
            return True

        script: dict[str, list[Behaviour]] = {"/first": [answers_twice], "/commit": [say(200, thing={"id": "real"})]}
        async with Misbehaving(script) as server, courier_to(server.origin) as courier:
            outcome = await courier.deliver(sending(saying(Ask(to("/first")), Pause(0.1), commit())))
            assert said.is_set()
            assert isinstance(outcome, Accepted)
            assert outcome.receipt.platform_id == "real"
            assert len(server.at("/commit")) == 1

    run(main())


def _answer(status: int) -> bytes:
    return b'HTTP/1.1 %d Unasked\r\nContent-Length: 15\r\n\r\n{"id": "ghost"}' % status


# --- a cancelled courier --------------------------------------------------------------------------------------------


def test_a_cancelled_delivery_ends_its_conversation_and_lets_the_cancellation_through() -> None:
    closed: list[str] = []

    def conversation() -> Any:
        try:
            yield commit()
        finally:
            closed.append("closed")
        return Receipt("1")

    async def main() -> None:
        async def forever(writer: asyncio.StreamWriter) -> bool:
            await asyncio.sleep(60)
            return False

        async with (
            Misbehaving({"/commit": [forever]}) as server,
            courier_to(server.origin, patience=PATIENT) as courier,
        ):
            going = asyncio.create_task(courier.deliver(sending(conversation())))
            while not server.at("/commit"):
                await asyncio.sleep(0.01)
            going.cancel()
            with pytest.raises(asyncio.CancelledError):
                await going
            assert closed == ["closed"]

    run(main())
