"""A mail server on loopback (RFC 5321, STARTTLS, AUTH PLAIN) that keeps what it took, and fails as it is told."""

from __future__ import annotations

import asyncio
import base64
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class PostOffice:
    """What was taken, as (to, text). `refuse` answers RCPT with this line, `drop` hangs up after the text came."""

    port: int = 0
    taken: list[tuple[str, str]] = field(default_factory=list)
    signed_in: list[bytes] = field(default_factory=list)
    refuse: str = ""
    drop: bool = False
    tls: ssl.SSLContext | None = None
    is_safe: bool = False
    to: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One caller, from greeting to QUIT."""
        self.is_safe = False
        with suppress(OSError, asyncio.IncompleteReadError):
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _say(writer, "220 here")
        while line := (await reader.readline()).decode().strip():
            word = line.partition(" ")[0].upper()
            if word == "DATA":
                await _say(writer, "354 on")
                text = await reader.readuntil(b"\r\n.\r\n")
                if self.drop:
                    return
                self.taken.append((self.to, text.decode()))
            await _say(writer, *self._answer(word, line))
            if word == "STARTTLS":
                await writer.start_tls(self.tls or ssl.create_default_context())
                self.is_safe = True

    def _answer(self, word: str, line: str) -> tuple[str, ...]:
        if word == "EHLO":
            offered = () if self.is_safe or self.tls is None else ("250-STARTTLS",)
            return ("250-here", *offered, "250-AUTH PLAIN", "250 8BITMIME")
        if word == "AUTH":
            self.signed_in.append(base64.b64decode(line.split()[-1]))
            return ("235 welcome",)
        if word == "RCPT":
            self.to = line.partition("<")[2].partition(">")[0]
            return (self.refuse or "250 ok",)
        return ({"STARTTLS": "220 go", "QUIT": "221 bye"}.get(word, "250 ok"),)


async def _say(writer: asyncio.StreamWriter, *lines: str) -> None:
    writer.write("".join(f"{line}\r\n" for line in lines).encode())
    await writer.drain()


@contextmanager
def post_office(tls: ssl.SSLContext | None = None) -> Iterator[PostOffice]:
    """Open, on a port of its own, until the end of the block."""
    office = PostOffice(tls=tls)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(office.serve, "127.0.0.1", 0))
    office.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield office
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()
