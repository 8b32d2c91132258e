"""The wire: one request out, one whole answer back, or the plain truth that there is none (house §5, dependencies §5).

httpx requests go over aiohttp's pool without an httpx client between, for a client follows the answer: it stores
cookies (all accounts share the pool), may run a signing flow twice, and writes every address to the log. Redirects,
proxies and environment are off. aiohttp re-sends PUT and DELETE by itself when it is hung up on: that is taken from it
(`_once`), and were it ever to try again, a Ticket starts once.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import NoReturn

import aiohttp
import httpx
from aiohttp.client_reqrep import ClientResponse
from aiohttp.connector import Connection
from aiohttp.http_exceptions import HttpProcessingError
from httpx_aiohttp import AiohttpTransport

from connectors.contract import Nonsense, Response
from scheduler.fuse import Fuse
from scheduler.outcome import NoAnswer

# Below the 5 s after which many servers (Node's default) close a connection nobody uses: sending on one that is just
# being closed cannot be told from sending and being hung up on, and would make the delivery unknown.
KEPT_ALIVE = 4.0
# How httpx, aiohttp and the system say that something went wrong on the way. RuntimeError is not among them.
_WENT_WRONG = (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, HttpProcessingError, OSError, ValueError)
_NO_CONNECTION = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class StartedTwice(Exception):
    """Something below tried to send a request again by itself."""


class _Stale(Exception):
    """The server spoke before it was asked: that would be read as the answer to the next request."""


class _Warmed(Exception):
    """The connection is there and was handed back unused."""


@dataclass
class Ticket:
    """Leave for one request to start once, while its fuse (where it has one) is whole."""

    fuse: Fuse | None = None
    warms_only: bool = False
    started: bool = field(default=False, init=False)

    def start(self) -> None:
        """The last thing before the first byte. Raises Blown or StartedTwice; then nothing is written."""
        if self.started:
            raise StartedTwice
        if self.fuse is not None:
            self.fuse.require_whole()
        self.started = True


_TICKET: ContextVar[Ticket] = ContextVar("ticket")


class _HungUp(aiohttp.ClientError):
    """The connection was lost under way. Of no class that aiohttp answers by sending again."""


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> ClientResponse:
    try:
        return await handler(request)
    except _NO_CONNECTION:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as lost:
        raise _HungUp from lost


class _TicketedRequest(aiohttp.ClientRequest):
    """Asks its ticket between having a connection and writing to it; without a ticket nothing is sent."""

    async def send(self, conn: Connection) -> ClientResponse:
        ticket = _TICKET.get()
        if conn.protocol is None or conn.protocol.should_close:
            raise _Stale
        if ticket.warms_only:
            conn.release()
            raise _Warmed
        ticket.start()
        return await super().send(conn)


class Wire:
    """A pool of connections for all accounts. Opens with its first request; `close` it in the same event loop."""

    def __init__(self, *, connect_seconds: float, body_bytes: int, trust: ssl.SSLContext | None = None) -> None:
        """`trust` replaces the public certificate authorities. Raises ValueError where it would not verify."""
        context = trust or httpx.create_ssl_context(trust_env=False)
        if context.verify_mode is not ssl.CERT_REQUIRED or not context.check_hostname:
            raise ValueError("certificates and host names are always verified")
        self._context = context
        self._connect_seconds = connect_seconds
        self._body_bytes = body_bytes
        self._transport = AiohttpTransport(verify=context, trust_env=False, client=self._session)

    def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ssl=self._context, keepalive_timeout=KEPT_ALIVE),
            cookie_jar=aiohttp.DummyCookieJar(),
            request_class=_TicketedRequest,
            middlewares=(_once,),
            trust_env=False,
        )

    async def exchange(self, request: httpx.Request, url: httpx.URL, ticket: Ticket, seconds: float) -> Response:
        """Send `request` to `url` (its Host header stays) and read the whole answer within `seconds`.

        Raises NoAnswer, `not_sent` where no connection was made; Nonsense for a redirect or an answer that is too
        long or packed; Blown where the ticket's fuse was.
        """
        request.url = url
        connect = min(seconds, self._connect_seconds)
        # Waiting for a connection ends first, so that it shows as what it is. Reading is bounded as a whole.
        request.extensions["timeout"] = {"connect": connect, "pool": connect, "read": None}
        _TICKET.set(ticket)
        try:
            async with asyncio.timeout(seconds + (0.0 if connect < seconds else 0.25)):
                return await self._exchange(request)
        except (StartedTwice, *_WENT_WRONG) as error:
            not_sent = not ticket.started and any(isinstance(one, _NO_CONNECTION) for one in _causes(error))
            kind = type(error).__name__
        # Outside the handler: what went wrong may quote the request, so nothing refers to it.
        raise NoAnswer(f"{'no connection' if not_sent else 'no answer'} ({kind})", not_sent=not_sent)

    async def warm(self, url: httpx.URL) -> bool:
        """Make a connection ready, TLS and all, without sending a byte of a request; False where there is none."""
        timeout = {"connect": self._connect_seconds, "pool": self._connect_seconds}
        _TICKET.set(Ticket(warms_only=True))
        try:
            await self._begun(httpx.Request("HEAD", url, extensions={"timeout": timeout}))
        except _Warmed:
            return True
        except _WENT_WRONG:
            return False
        return False

    async def close(self) -> None:
        """Close every connection."""
        await self._transport.aclose()

    async def _exchange(self, request: httpx.Request) -> Response:
        answer = await self._begun(request)
        try:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            _require_plain(answer.status_code, headers)
            return Response(answer.status_code, headers, await self._body(answer))
        finally:
            await answer.aclose()

    async def _begun(self, request: httpx.Request) -> httpx.Response:
        while True:
            try:
                return await self._transport.handle_async_request(request)
            except _Stale:
                # Not a byte was written, and that connection is closed now: the next one.
                continue

    async def _body(self, answer: httpx.Response) -> bytes:
        read = bytearray()
        async for chunk in answer.aiter_raw():
            read += chunk
            if len(read) > self._body_bytes:
                _nonsense("the answer is too long", answer.status_code)
        return bytes(read)


def _require_plain(status: int, headers: dict[str, str]) -> None:
    if 300 <= status < 400:
        _nonsense("the platform points elsewhere, where nobody follows", status)
    if headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        _nonsense("the answer is packed although plain was asked for", status)


def _nonsense(detail: str, status: int) -> NoReturn:
    raise Nonsense(detail, status=status)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
