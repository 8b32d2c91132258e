"""The wire: one request out, one whole answer back, or the plain truth that there is none (house §5, dependencies §5).

httpx requests go over aiohttp's pool without an httpx client between, for a client follows the answer: it stores
cookies (all accounts share the pool), may run a signing flow twice, and writes every address to the log. Redirects,
proxies and environment are off. aiohttp re-sends PUT and DELETE by itself when it is hung up on: that is taken from it
(`_once`), and were it ever to try again, a Ticket starts once.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import NoReturn
from weakref import WeakKeyDictionary

import aiohttp
import httpx
from aiohttp.client_reqrep import ClientResponse
from aiohttp.connector import Connection
from aiohttp.http_exceptions import HttpProcessingError
from httpx_aiohttp import AiohttpTransport
from yarl import URL

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


class _Unasked(Exception):
    """What went wrong while leave was asked for, on its way through the libraries below."""

    def __init__(self, fault: Exception) -> None:
        super().__init__()
        self.fault = fault


@dataclass
class Ticket:
    """Leave for one request to start once.

    With `leave` it is asked for when the connection stands and before a byte is written; it may wait as long as it
    likes, raise Refused, and gives the fuse that burns from then on.
    """

    leave: Callable[[], Awaitable[Fuse]] | None = None
    started: bool = field(default=False, init=False)
    waited: float = field(default=0.0, init=False)  # seconds for leave: time that is not the network's
    _fuse: Fuse | None = field(default=None, init=False)
    _limit: asyncio.Timeout | None = field(default=None, init=False)
    _seconds: float = field(default=0.0, init=False)

    def bind(self, limit: asyncio.Timeout, seconds: float) -> None:
        """While leave is waited for `limit` stands still; afterwards it begins anew with `seconds`."""
        self._limit, self._seconds = limit, seconds

    @property
    def lacks_leave(self) -> bool:
        """Whether leave is still to be asked for."""
        return self.leave is not None and self._fuse is None

    async def ask(self) -> None:
        """Wait for leave, once."""
        if self.leave is None or self._limit is None or self._fuse is not None:
            return
        clock = asyncio.get_running_loop().time
        came = clock()
        self._limit.reschedule(None)
        try:
            self._fuse = await self.leave()
        except _WENT_WRONG as fault:
            # Not the network's: it must not be read as an answer that did not come.
            raise _Unasked(fault) from None
        finally:
            self.waited = clock() - came
            self._limit.reschedule(clock() + self._seconds)

    def start(self) -> None:
        """The last thing before the first byte. Raises Blown or StartedTwice; then nothing is written."""
        if self.started:
            raise StartedTwice
        if self._fuse is not None:
            self._fuse.require_whole()
        self.started = True


_TICKET: ContextVar[Ticket] = ContextVar("ticket")
# The address as it was written: aiohttp would take the escapes out again that it thinks nobody needs (`%3A`, `%2C`).
_ADDRESS: ContextVar[str] = ContextVar("address")
# When each connection was made or last written to, on the loop's clock.
_TOUCHED: WeakKeyDictionary[object, float] = WeakKeyDictionary()


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
        ticket, clock = _TICKET.get(), self.loop.time
        _TOUCHED.setdefault(conn.protocol, clock())
        _require_fresh(conn, clock())
        await ticket.ask()
        _require_fresh(conn, clock())
        ticket.start()
        _TOUCHED[conn.protocol] = clock()
        self.url = URL(_ADDRESS.get(), encoded=True)
        return await super().send(conn)


def _require_fresh(conn: Connection, now: float) -> None:
    protocol = conn.protocol
    if protocol is None or protocol.should_close or now - _TOUCHED[protocol] > KEPT_ALIVE:
        raise _Stale


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

    async def exchange(self, make: Callable[[], httpx.Request], ticket: Ticket, seconds: float) -> Response:
        """Send what `make` gives (its Host header stays) and read the whole answer, within `seconds` besides the wait
        for leave. It is made anew for each connection that turns out to be no good before a byte was written.

        Raises NoAnswer, `not_sent` where no connection was made; Nonsense for a redirect or an answer that is too
        long or packed; Blown where the ticket's fuse was; what `make` and the ticket's leave raise.
        """
        connect = min(seconds, self._connect_seconds)
        # Waiting for a connection ends first, so that it shows as what it is. Reading is bounded as a whole.
        whole = seconds + (0.0 if connect < seconds else 0.25)
        _TICKET.set(ticket)
        try:
            async with asyncio.timeout(whole) as limit:
                ticket.bind(limit, whole)
                return await self._exchange(make, ticket, {"connect": connect, "pool": connect, "read": None})
        except _Unasked as asking:
            raise asking.fault from None
        except (StartedTwice, *_WENT_WRONG) as error:
            not_sent = is_not_sent(error, ticket)
            kind = type(error).__name__
        # Outside the handler: what went wrong may quote the request, so nothing refers to it.
        raise NoAnswer(f"{'no connection' if not_sent else 'no answer'} ({kind})", not_sent=not_sent)

    async def close(self) -> None:
        """Close every connection."""
        await self._transport.aclose()

    async def _exchange(
        self, make: Callable[[], httpx.Request], ticket: Ticket, patience: dict[str, float | None]
    ) -> Response:
        answer = await self._begun(make, ticket, patience)
        try:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            _require_plain(answer.status_code, headers)
            return Response(answer.status_code, headers, await self._body(answer))
        finally:
            await answer.aclose()

    async def _begun(
        self, make: Callable[[], httpx.Request], ticket: Ticket, patience: dict[str, float | None]
    ) -> httpx.Response:
        while True:
            request = make()
            request.extensions["timeout"] = patience
            _ADDRESS.set(str(request.url))
            try:
                return await self._transport.handle_async_request(request)
            except _Stale:
                # Not a byte was written, and that connection is closed now: the next one.
                continue
            except httpx.HTTPError as error:
                if not (ticket.lacks_leave and _no_connection(error)):
                    raise
            # None could be made ahead of time: the door decides all the same, and then it is tried once more.
            await ticket.ask()

    async def _body(self, answer: httpx.Response) -> bytes:
        read = bytearray()
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        async for chunk in answer.stream:  # as it came: aiter_raw counts and cuts what nobody asks for
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


def _no_connection(error: BaseException) -> bool:
    return any(isinstance(one, _NO_CONNECTION) for one in _causes(error))


def is_not_sent(error: BaseException, ticket: Ticket) -> bool:
    """Whether provably nothing was sent: no connection was made, and the ticket says the same.

    The cause is asked, never the class that httpx gives it: over aiohttp a server that read all and closed is a
    ConnectTimeout there (house §5).
    """
    return not ticket.started and _no_connection(error)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
