"""What every pretend platform shares: one request, from its first byte through the faults to its answer.

The order is always: arrival told to the truth file, faults "before", the body, the platform's own handler (a plain
function that cannot be interrupted), the latency, faults "after", the answer.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, ClassVar, Protocol
from urllib.parse import parse_qsl

from aiohttp import ClientPayloadError, web

from connectors.simulators.fetching import Errand, Fetched, fetch
from connectors.simulators.knobs import Fault, Kind, Knobs, Plan, Slot
from connectors.simulators.meters import Meter
from connectors.simulators.truth import Instant, Truth


@dataclass(frozen=True)
class Answer:
    """What is answered: a status, a body (JSON, unless it is text or bytes), headers."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"


class Refusal(Exception):
    """The platform says no, with this answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class MustFetch(Exception):
    """The platform fetches something from an address before it answers; `then` is its answer to what came."""

    def __init__(self, errand: Errand, then: Callable[[Fetched], Answer]) -> None:
        super().__init__(errand.url)
        self.errand = errand
        self.then = then


@dataclass
class Call:
    """One request as the platform sees it. `lag` hides young items from lists (seconds); `twice` posts doubly.

    `raw_path` is the path as it was sent, still percent-encoded.
    """

    number: int
    method: str
    path: str
    query_string: str
    headers: Mapping[str, str]
    first_byte: Instant
    body: bytes = b""
    lag: float = 0.0
    twice: bool = False
    meters: list[Meter] = field(default_factory=list)
    raw_path: str = ""

    @property
    def origin(self) -> str:
        """The origin this platform is called by; loopback names are plain http, all others are https."""
        host = self.headers.get("Host", "localhost")
        loopback = host.partition(":")[0] in ("127.0.0.1", "localhost", "[")
        return f"{'http' if loopback else 'https'}://{host}"

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters, in lower case."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def bearer(self) -> str | None:
        """The bearer credential, or None where the header is absent or of another scheme."""
        scheme, _, rest = self.headers.get("Authorization", "").partition(" ")
        return rest.strip() if scheme.lower() == "bearer" and rest.strip() else None

    def query(self, known: Sequence[str], wrong: Callable[[str], Refusal]) -> dict[str, str]:
        """The query's pairs. Raises `wrong(name)` for a name that is not known or is given twice."""
        found: dict[str, str] = {}
        for name, value in parse_qsl(self.query_string, keep_blank_values=True):
            if name not in known or name in found:
                raise wrong(name)
            found[name] = value
        return found


class Granted(Protocol):
    """A token, by what was granted with it."""

    scopes: Any


Handler = Callable[[Call], Answer]

_BEFORE = frozenset({Kind.TIMEOUT_BEFORE_ACCEPT, Kind.RESET_BEFORE})
_ALWAYS_APPLIED = frozenset({Kind.TIMEOUT_AFTER_ACCEPT, Kind.RESET_AFTER})
_ANSWERED = frozenset({Kind.STATUS, Kind.EXPIRED_CREDENTIAL, Kind.GARBAGE})
_RESETS = frozenset({Kind.RESET_BEFORE, Kind.RESET_AFTER})
_HOLDS = frozenset({Kind.TIMEOUT_BEFORE_ACCEPT, Kind.TIMEOUT_AFTER_ACCEPT})
_NONSENSE = "<html><body>It works!</body></html>"


class Pretend(ABC):
    """A pretend platform. Subclasses are the platform; this class is the wire, the faults and the truth file."""

    name: ClassVar[str]
    # What is typed to connect an account: the connector's field → what `add_accounts` calls it; empty: it takes more.
    typed: ClassVar[Mapping[str, str]] = {}
    called: ClassVar[str] = "handle"  # what `add_accounts` calls the account's handle
    rules: Any  # a frozen dataclass of the platform's limits and habits

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        self.knobs = Knobs()
        self._calls = 0

    # --- what a platform says for itself ------------------------------------------------------------------------------

    @abstractmethod
    def handler(self, method: str, path: str) -> Handler | None:
        """The platform's handler for a request, or None where there is no such place."""

    @abstractmethod
    def nowhere(self, call: Call) -> Answer:
        """The answer where there is no handler."""

    @abstractmethod
    def expired(self) -> Answer:
        """The answer to a credential that has run out."""

    @abstractmethod
    def trouble(self, status: int, seconds: float) -> Answer:
        """The platform's own words for a status; a 429 says in its headers that it ends in so many seconds."""

    @abstractmethod
    def too_large(self) -> Answer:
        """The answer to a body beyond what the server reads at all."""

    @abstractmethod
    def rate_headers(self, meters: Sequence[Meter]) -> Mapping[str, str]:
        """The headers that tell what is left of the meters a request was counted on."""

    @abstractmethod
    def add_accounts(self, count: int, prefix: str) -> list[dict[str, str]]:
        """Open accounts; what is needed to use each."""

    @abstractmethod
    def foreign_post(self, account: str, text: str) -> dict[str, str]:
        """Somebody posts outside the gateway. Raises KeyError for an account that is not there."""

    @abstractmethod
    def expire(self, account: str | None, what: str) -> int:
        """Let credentials run out (of one account or of all); how many. Raises ValueError for an unknown `what`."""

    @abstractmethod
    def posts(self) -> list[dict[str, Any]]:
        """Every post that is there now, newest first."""

    @abstractmethod
    def media(self, sha256: str) -> tuple[str, bytes] | None:
        """The media type and bytes of something uploaded, or None."""

    def granted(self, account: str) -> Iterable[Granted]:
        """Every token of an account. Raises KeyError, ValueError where tokens are not limited."""
        raise ValueError(f"{self.name} limits no tokens of {account}")

    def narrow(self, account: str, scope: str) -> int:
        """An account's tokens go on without this scope, as if it had never been granted; how many had it."""
        had = [token for token in self.granted(account) if scope in token.scopes]
        for token in had:
            token.scopes = type(token.scopes)(one for one in token.scopes if one != scope)
        return len(had)

    def edit_post(self, post: str, text: str) -> None:
        """Somebody changes a post's words outside the gateway. Raises KeyError, ValueError where nobody can."""
        raise ValueError(f"{self.name} has no editing of {post}")

    def remove_post(self, post: str) -> None:
        """Somebody removes a post outside the gateway. Raises KeyError, ValueError where this cannot be pretended."""
        raise ValueError(f"{self.name} has no removing of {post} from outside")

    def change_profile(self, account: str, changes: Mapping[str, str]) -> None:
        """Somebody changes `name`, `picture` (any word: another word is another picture) or `bio`.

        Raises KeyError, ValueError where the platform shows no profile.
        """
        raise ValueError(f"{self.name} shows no profile of {account}: {sorted(changes)} cannot change")

    def change_rules(self, changes: Mapping[str, Any]) -> None:
        """Change limits and habits while running. Raises ValueError for one unknown or of the wrong type."""
        for name, value in changes.items():
            if not hasattr(self.rules, name):
                raise ValueError(f"no such rule: {name}")
            known = type(getattr(self.rules, name))
            if not isinstance(value, (int, float) if known is float else known):
                raise ValueError(f"{name} is of the wrong type")
        self.rules = replace(self.rules, **changes)

    # --- the wire -----------------------------------------------------------------------------------------------------

    async def serve(self, request: web.BaseRequest, first_byte: Instant) -> web.StreamResponse:
        """Answer one request, or close its connection, and tell the truth about it."""
        self._calls += 1
        call = Call(
            self._calls, request.method, request.path, request.rel_url.raw_query_string, request.headers, first_byte
        )
        call.raw_path = request.rel_url.raw_path
        plan = self.knobs.plan(call.method, call.path)
        self.truth.tell("request", first_byte, number=call.number, method=call.method, path=call.path, **_marks(call))
        try:
            answer = await self._conduct(request, call, plan)
        except web.HTTPRequestEntityTooLarge:
            answer = self.too_large()
        except (ConnectionError, ClientPayloadError):
            answer = None  # the caller went away in the middle of its own body
        fault = plan.get(Slot.WIRE)
        self.truth.tell(
            "answered",
            number=call.number,
            status=answer.status if answer else None,
            fault=fault.kind.value if fault else None,
        )
        return as_response(answer) if answer else web.Response()

    async def _conduct(self, request: web.BaseRequest, call: Call, plan: Plan) -> Answer | None:
        fault = plan.get(Slot.WIRE)
        if fault and fault.kind in _BEFORE:
            await self._break(request, fault)
            return None
        call.body = await request.read()
        call.lag = plan[Slot.LISTS].seconds if Slot.LISTS in plan else 0.0
        call.twice = Slot.TWICE in plan
        applied = fault is None or fault.applied or fault.kind in _ALWAYS_APPLIED
        is_expired = fault is not None and fault.kind is Kind.EXPIRED_CREDENTIAL
        answer = await self._act(call) if applied and not is_expired else None
        await self._wait(plan)
        if fault is None:
            return answer
        if fault.kind in _ANSWERED:
            return self._misreport(fault)
        await self._break(request, fault)
        return None

    def apply(self, call: Call) -> Answer:
        """What the platform does and says, without faults."""
        handler = self.handler(call.method, call.path)
        return self._say(call, lambda: handler(call) if handler else self.nowhere(call))

    async def _act(self, call: Call) -> Answer:
        """What the platform does and says, and what it fetches from elsewhere in between."""
        try:
            return self.apply(call)
        except MustFetch as must:
            fetched = await fetch(must.errand)
            size = len(fetched.data)
            self.truth.tell("fetched", number=call.number, host=must.errand.host, status=fetched.status, size=size)
            return self._say(call, partial(must.then, fetched))

    def _say(self, call: Call, words: Callable[[], Answer]) -> Answer:
        """An answer or a refusal, with the headers that tell what is left."""
        try:
            answer = words()
        except Refusal as refusal:
            answer = refusal.answer
        if not call.meters:
            return answer
        return replace(answer, headers={**self.rate_headers(call.meters), **answer.headers})

    def spend(self, call: Call, meters: Sequence[Meter], points: int = 1) -> None:
        """Count a request on its meters. Raises Refusal (429) where one of them has not so many points left."""
        now = time.monotonic()
        call.meters.extend(meters)
        short = [meter for meter in meters if meter.left(now) < points]
        if short:
            raise Refusal(replace(self.trouble(429, 0), headers={}))
        for meter in meters:
            meter.spend(points, now)

    async def _wait(self, plan: Plan) -> None:
        slow = plan[Slot.PACE].ms if Slot.PACE in plan else 0
        if self.knobs.latency_ms + slow:
            await asyncio.sleep((self.knobs.latency_ms + slow) / 1000)

    def _misreport(self, fault: Fault) -> Answer:
        if fault.kind is Kind.EXPIRED_CREDENTIAL:
            return self.expired()
        if fault.kind is Kind.GARBAGE:
            return Answer(200, fault.body if fault.body is not None else _NONSENSE, fault.headers or {}, "text/html")
        words = self.trouble(fault.status, fault.seconds)
        headers = words.headers if fault.headers is None else fault.headers
        return replace(words, headers=headers, body=words.body if fault.body is None else fault.body)

    async def _break(self, request: web.BaseRequest, fault: Fault) -> None:
        if fault.kind in _HOLDS:
            await asyncio.sleep(fault.seconds)
        transport = request.transport
        if transport is None:
            return
        if fault.kind in _RESETS:
            _linger_not(transport)
            transport.abort()
        else:
            transport.close()


def _linger_not(transport: asyncio.Transport) -> None:
    """Make the close that follows an RST, as a dying server or a firewall sends it, and not an orderly end."""
    wire: socket.socket | None = transport.get_extra_info("socket")
    if wire is not None:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _marks(call: Call) -> dict[str, str]:
    key = call.headers.get("Idempotency-Key")
    return {"idempotency_key": key} if key else {}


def as_response(answer: Answer) -> web.Response:
    """The HTTP response for an answer."""
    body = answer.body
    if body is None:
        return web.Response(status=answer.status, headers=answer.headers)
    if not isinstance(body, str | bytes):
        body = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    data = body.encode() if isinstance(body, str) else body
    kind = answer.media_type if answer.media_type.startswith("image/") else f"{answer.media_type}; charset=utf-8"
    return web.Response(status=answer.status, body=data, headers={"Content-Type": kind, **answer.headers})
