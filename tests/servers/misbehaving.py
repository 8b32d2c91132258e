"""A platform's server at its worst: it hangs, hangs up, answers by half, at length, in riddles or elsewhere.

It counts what reaches it, on raw sockets, so that what was sent is known from the receiving end.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class Arrival:
    """One request as it came in; `connection` counts connections from 1."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int


Writer = asyncio.StreamWriter
Behaviour = Callable[[Writer], Awaitable[bool]]  # True: the connection stays open


def say(status: int, body: bytes | None = None, *headers: str, thing: Any = None) -> Behaviour:
    """A whole answer."""
    content = json.dumps(thing or {}).encode() if body is None else body

    async def behave(writer: Writer) -> bool:
        head = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(content)}", *headers]
        writer.write("\r\n".join([*head, "", ""]).encode() + content)
        await writer.drain()
        return True

    return behave


def raw(*chunks: bytes, pause: float = 0.0) -> Behaviour:
    """These bytes, one after another, then the connection is closed."""

    async def behave(writer: Writer) -> bool:
        for chunk in chunks:
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(pause)
        return False

    return behave


async def hang(writer: Writer) -> bool:
    """Read the request and say nothing for as long as anyone waits."""
    await asyncio.sleep(60)
    return False


async def close(writer: Writer) -> bool:
    """Read the request and close."""
    return False


async def reset(writer: Writer) -> bool:
    """Read the request and cut the connection with a reset."""
    writer.transport.abort()
    return False


async def half_answer(writer: Writer) -> bool:
    """Promise more than comes."""
    return await raw(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + b'{"id": "1"')(writer)


async def slow_headers(writer: Writer) -> bool:
    """A header now and then, so that no pause is long, and no end."""
    return await raw(b"HTTP/1.1 200 OK\r\n", *[b"X-Slow: 1\r\n"] * 600, pause=0.05)(writer)


async def slow_body(writer: Writer) -> bool:
    """A byte of the body now and then."""
    return await raw(b"HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n", *[b" "] * 600, pause=0.05)(writer)


async def garbage(writer: Writer) -> bool:
    """No HTTP at all."""
    return await raw(b"\x00\xff\x16\x03 SSH-2.0-nobody\r\n\r\n")(writer)


async def endless(writer: Writer) -> bool:
    """An answer without an end, as fast as it is read."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" " * 65536)
        await writer.drain()
    return False


@dataclass
class Misbehaving:
    """Serves on a loopback port while entered. `script` says what is done at a path, in turn, the last for ever."""

    script: dict[str, list[Behaviour]] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    arrivals: list[Arrival] = field(default_factory=list, init=False)
    connections: int = field(default=0, init=False)
    _server: asyncio.Server | None = field(default=None, init=False)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls, backlog=2048)
        return self

    async def __aexit__(self, *exit: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """From now on connections are refused; those there are are cut."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def origin(self) -> str:
        """Its address."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def at(self, path: str) -> list[Arrival]:
        """What arrived at a path."""
        return [arrival for arrival in self.arrivals if arrival.path.split("?")[0] == path]

    async def _serve(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        number = self.connections
        try:
            while await self._one(reader, writer, number):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: Writer, number: int) -> bool:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = lines[0].split(" ")
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)
        }
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.arrivals.append(Arrival(method, path, headers, body, number))
        planned = self.script.get(path.split("?")[0], [say(404)])
        behave = planned.pop(0) if len(planned) > 1 else planned[0]
        return await behave(writer)
