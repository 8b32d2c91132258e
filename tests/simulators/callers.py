"""Plain HTTP callers of the simulators, and a small real picture."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Any, ClassVar

import httpx

from connectors.simulators.running import Running
from tests.simulators.pictures import Shelf

POSTS = "app.bsky.feed.post"
A_KEY = "3l2abcdefghij"
CREATED = "2026-10-12T10:00:00.000Z"


def client(running: Running) -> httpx.Client:
    """A client of one simulator that reads no proxy settings and makes no TLS context twice."""
    return httpx.Client(base_url=running.origin, trust_env=False, verify=False, timeout=10)


def png(width: int = 2, height: int = 2) -> bytes:
    """A red PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\xff\0\0" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def a_record(text: str = "hello", **more: Any) -> dict[str, Any]:
    """A post record."""
    return {"$type": POSTS, "text": text, "createdAt": CREATED, **more}


@dataclass
class Sky:
    """Somebody signed in to the pretend Bluesky."""

    running: Running
    http: httpx.Client
    did: str
    handle: str
    app_password: str
    access: str = ""
    refresh: str = ""

    def sign_in(self) -> httpx.Response:
        """createSession."""
        words = {"identifier": self.did, "password": self.app_password}
        answer = self.http.post("/xrpc/com.atproto.server.createSession", json=words)
        if answer.status_code == 200:
            self.access, self.refresh = answer.json()["accessJwt"], answer.json()["refreshJwt"]
        return answer

    def server(self, name: str, token: str) -> httpx.Response:
        """A session procedure without a body."""
        return self.http.post(f"/xrpc/com.atproto.server.{name}", headers={"Authorization": f"Bearer {token}"})

    def write(self, name: str, **given: Any) -> httpx.Response:
        """createRecord, putRecord, deleteRecord on the own repository."""
        body = {"repo": self.did, "collection": POSTS, **given}
        return self.http.post(f"/xrpc/com.atproto.repo.{name}", json=body, headers=self.auth)

    def put(self, record: dict[str, Any], rkey: str = A_KEY, **more: Any) -> httpx.Response:
        """putRecord that must not replace anything, unless said."""
        return self.write("putRecord", rkey=rkey, record=record, **{"swapRecord": None, **more})

    def upload(self, data: bytes, media_type: str) -> httpx.Response:
        """uploadBlob."""
        headers = {**self.auth, "Content-Type": media_type}
        return self.http.post("/xrpc/com.atproto.repo.uploadBlob", content=data, headers=headers)

    def read(self, name: str, **query: Any) -> httpx.Response:
        """getRecord, listRecords: without a credential."""
        return self.http.get(f"/xrpc/com.atproto.repo.{name}", params={"repo": self.did, "collection": POSTS, **query})

    @property
    def auth(self) -> dict[str, str]:
        """The header."""
        return {"Authorization": f"Bearer {self.access}"}


@dataclass
class Toot:
    """Somebody with an access token of the pretend Mastodon."""

    running: Running
    http: httpx.Client
    id: str
    acct: str
    access_token: str
    client_id: str
    client_secret: str

    @property
    def auth(self) -> dict[str, str]:
        """The header."""
        return {"Authorization": f"Bearer {self.access_token}"}

    def post(self, text: str = "", key: str | None = None, **more: Any) -> httpx.Response:
        """POST /api/v1/statuses as JSON."""
        headers = {**self.auth, **({"Idempotency-Key": key} if key else {})}
        return self.http.post("/api/v1/statuses", json={"status": text, **more}, headers=headers)

    def upload(self, data: bytes, media_type: str = "image/png", **form: str) -> httpx.Response:
        """POST /api/v2/media."""
        files = {"file": ("chart.png", data, media_type)}
        return self.http.post("/api/v2/media", files=files, data=form, headers=self.auth)

    def get(self, path: str, **query: Any) -> httpx.Response:
        """GET as the person."""
        return self.http.get(path, params=query, headers=self.auth)


@dataclass
class Graph:
    """An account of a platform of containers, by its `version` of the Graph API, and where its pictures stand."""

    running: Running
    http: httpx.Client
    shelf: Shelf
    made: dict[str, str]
    version: ClassVar[str]

    def call(self, method: str, path: str, token: str | None = None, **more: Any) -> httpx.Response:
        """One call with a token."""
        headers = {"Authorization": f"Bearer {self.made['access_token'] if token is None else token}"}
        return self.http.request(method, f"/{self.version}/{path}", headers=headers, **more)

    def shown(self, edge: str, fields: str, **params: Any) -> list[dict[str, Any]]:
        """One page of GET /{id}/{edge}."""
        answer = self.call("GET", f"{self.made['id']}/{edge}", params={"fields": fields, **params})
        found: list[dict[str, Any]] = answer.json()["data"]
        return found


def code(answer: httpx.Response) -> tuple[int, int, int | None]:
    """Status, code and subcode of a refusal of the Graph API."""
    told = answer.json()["error"]
    return answer.status_code, told["code"], told.get("error_subcode")
