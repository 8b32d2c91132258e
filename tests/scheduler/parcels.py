"""What the courier's tests send: a connector of a few lines, conversations step by step, and hooks that remember."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from connectors.contract import (
    Ask,
    Commit,
    Conversation,
    Duplicate,
    Manifest,
    Nonsense,
    PlatformError,
    Rejected,
    Request,
    Response,
    SetupWrong,
    SignInExpired,
    Step,
    Throttled,
    Unavailable,
)
from connectors.words import Home, Receipt
from gateway.clock import boot_seconds
from gateway.domain.refusal import Refused
from scheduler.courier import Courier, Patience
from scheduler.hosts import Sandbox
from scheduler.outcome import Sending
from tests.connectors.pigeon import Pigeon

HOST = "https://loft.example"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=15)
PATIENT = Patience()
HASTY = Patience(request=1.0, connect=0.8, network=2.0, pauses=0.5, steps=20, body_bytes=100_000)
CREDENTIAL = {"ring": "ring-7f3a9c4e51b2d8e6"}
PICTURE = b"\x89PNG not really"
SHA = hashlib.sha256(PICTURE).hexdigest()

WORDS: dict[str, type[PlatformError]] = {
    "rejected": Rejected,
    "setup": SetupWrong,
    "expired": SignInExpired,
    "unavailable": Unavailable,
    "nonsense": Nonsense,
}


class Ring(httpx.Auth):
    """Bearer, as most platforms want it."""

    def __init__(self, ring: str) -> None:
        self._ring = ring

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the ring."""
        request.headers["Authorization"] = f"Bearer {self._ring}"
        yield request


class Scripted(Pigeon):
    """A connector whose conversations are written in the test."""

    name = "scripted"
    manifest = Manifest(hosts=frozenset({"cdn.example"}), own_origin=True, fields=("ring",))

    def auth(self, credential: Mapping[str, str], now: datetime, nonce: str) -> httpx.Auth:
        """The ring, or SignInExpired where there is none."""
        if "ring" not in credential:
            raise SignInExpired("there is no ring", not_applied=True)
        return Ring(credential["ring"])


def understand(answer: Response | None) -> Any:
    """The answer's object, or the error that it names; `x-proof` says that the platform documents it as not applied."""
    assert answer is not None
    if answer.status < 300:
        return answer.json()
    said = answer.json()
    detail, proof = str(said.get("detail", "")), answer.header("x-proof") is not None
    if said.get("word") == "throttled":
        raise Throttled(detail, until=LATER, status=answer.status, not_applied=proof)
    if said.get("word") == "duplicate":
        raise Duplicate(detail, status=answer.status)
    raise WORDS.get(said.get("word"), Nonsense)(detail, status=answer.status, not_applied=proof)


def saying(*steps: Step) -> Conversation[Receipt]:
    """Take the steps, understand each answer, and end with the receipt that the Commit brought."""
    receipt: Receipt | None = None
    for step in steps:
        answer = yield step
        if answer is not None:
            said = understand(answer)
            if isinstance(step, Commit):
                receipt = Receipt(str(said["id"]))
    assert receipt is not None
    return receipt


def asking(path: str = "/ask", method: str = "GET") -> Conversation[Any]:
    """One question."""
    return understand((yield Ask(to(path, method))))


def to(path: str, method: str = "POST", **more: Any) -> Request:
    """A request to the account's own server; posts and puts carry something."""
    if method in ("POST", "PUT") and not more.keys() & {"json", "form", "files", "media"}:
        more["json"] = {"text": "Prices rose."}
    return Request(method, more.pop("origin", HOST) + path, **more)


def commit(path: str = "/commit", method: str = "POST", **more: Any) -> Commit:
    """The step that cannot be taken back."""
    return Commit(to(path, method, **more))


@dataclass
class Hooks:
    """The publisher's side: what was asked, in order."""

    asked: list[str] = field(default_factory=list)
    refusals: dict[str, Refused] = field(default_factory=dict)
    intent_ago: float = 0.0

    async def content(self) -> None:
        """door(content)."""
        self._asked("content")

    async def intend(self) -> float:
        """The intent, decided `intent_ago` seconds before now."""
        self._asked("intent")
        return boot_seconds() - self.intent_ago

    def _asked(self, what: str) -> None:
        self.asked.append(what)
        if what in self.refusals:
            raise self.refusals[what]


def sending(
    conversation: Conversation[Receipt],
    hooks: Hooks | None = None,
    *,
    origin: str = HOST,
    credential: Callable[[], Mapping[str, str]] = lambda: dict(CREDENTIAL),
    connector: Scripted | None = None,
) -> Sending:
    """A delivery on its way."""
    told = hooks or Hooks()
    return Sending(
        connector=connector or Scripted(),
        home=home(origin),
        conversation=conversation,
        credential=credential,
        before_content=told.content,
        before_commit=told.intend,
    )


def home(origin: str = HOST) -> Home:
    """Where the account lives."""
    return Home("scripted", origin, "7", "ada")


@asynccontextmanager
async def courier_to(
    *hosts: str, patience: Patience = HASTY, bring: Callable[[str], bytes] = lambda _: PICTURE
) -> AsyncIterator[Courier]:
    """A courier in the sandbox: the account's host, then cdn.example, stand at these loopback origins."""
    mapped = dict(zip(("loft.example", "cdn.example"), hosts, strict=False))
    made = Courier(lambda: NOW, lambda: "nonce", bring, boot_seconds, Sandbox(mapped), patience)
    try:
        yield made
    finally:
        await made.close()


def run(main: Coroutine[Any, Any, Any]) -> Any:
    """One event loop a test, that nothing is left over in."""
    return asyncio.run(main)
