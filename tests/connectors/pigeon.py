"""A third party's connector, as small as one can be: it stands in for a package that is not ours."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from connectors.contract import (
    Conversation,
    Manifest,
    Nonsense,
    PlatformError,
    Rejected,
    Renewal,
    Request,
    Response,
    Unavailable,
)
from connectors.reading import ask, commit, refuse_overruns, string, thing
from connectors.words import Exact, Found, Home, Identity, Limits, Outgoing, Passage, Profile, Receipt, Seen, Window

BASE = "https://api.pigeon.example"


def read(answer: Response) -> Mapping[str, Any]:
    """The answer's object, or the error it means."""
    if answer.status == 200:
        return thing(answer.json())
    words: dict[int, type[PlatformError]] = {4: Rejected, 5: Unavailable}
    raise words.get(answer.status // 100, Nonsense)(f"status {answer.status}", status=answer.status)


class PigeonAuth(httpx.Auth):
    """A header with the ring's number."""

    def __init__(self, ring: str) -> None:
        self._ring = ring

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the ring."""
        request.headers["X-Ring"] = self._ring
        yield request


class Pigeon:
    """The whole connector."""

    name: str = "pigeon"
    manifest: Manifest = Manifest(hosts=frozenset({"api.pigeon.example"}), own_origin=False, fields=("ring",))

    def limits(self, home: Home) -> Limits:
        """A slip of paper."""
        return Limits(characters=300)

    def publish(self, outgoing: Outgoing, passage: Passage) -> Conversation[Receipt]:
        """Let it fly."""
        refuse_overruns(self.limits(passage.home), outgoing)
        sent = yield from commit(Request("POST", f"{BASE}/posts", json={"text": outgoing.text}))
        return Receipt(string(read(sent), "id"))

    def find(self, outgoing: Outgoing, passage: Passage, window: Window) -> Conversation[Found]:
        """Look on the roof."""
        return Exact(Receipt(string(read((yield from ask(Request("GET", f"{BASE}/roof")))), "id")))

    def remove(self, receipt: Receipt, home: Home) -> Conversation[None]:
        """Call it back."""
        read((yield from ask(Request("DELETE", f"{BASE}/posts/{receipt.platform_id}"))))

    def recent(self, home: Home, limit: int) -> Conversation[tuple[Seen, ...]]:
        """The last one seen."""
        there = read((yield from ask(Request("GET", f"{BASE}/roof"))))
        return (Seen(Receipt(string(there, "id")), "coo", datetime(2026, 1, 1, tzinfo=UTC)),)

    def profile(self, home: Home) -> Conversation[Profile]:
        """What it looks like."""
        there = read((yield from ask(Request("GET", f"{BASE}/roof"))))
        return Profile(string(there, "id"), None, "")

    def identify(self, home: Home) -> Conversation[Identity]:
        """Read the ring."""
        ring = string(read((yield from ask(Request("GET", f"{BASE}/ring")))), "id")
        return Identity(ring, ring)

    def sign_in(self, home: Home) -> Conversation[Renewal]:
        """Nothing to do."""
        yield from ()
        return Renewal(())

    refresh = sign_in

    def revoke(self, home: Home) -> Conversation[None]:
        """Take the ring off."""
        read((yield from ask(Request("POST", f"{BASE}/ring/revoke"))))

    def auth(self, credential: Mapping[str, str], now: datetime, nonce: str) -> httpx.Auth:
        """The ring."""
        return PigeonAuth(credential["ring"])


connector = Pigeon()
