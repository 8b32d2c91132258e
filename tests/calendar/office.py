"""A statistics office on loopback: a real HTTP server that answers as it is told and writes down what was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from gateway.calendar.fetch import Fetcher
from gateway.domain.instant import rfc3339

HOST = "calendar.example"


@dataclass
class Reply:
    """One answer; `endless` sends bytes until nobody listens."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    endless: bool = False


@dataclass
class Office:
    """Answers by path (without its query), the last one again and again."""

    port: int = 0
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def says(self, path: str, *replies: Reply) -> None:
        self.replies[path] = list(replies)

    @property
    def loopback(self) -> dict[str, str]:
        return {HOST: f"http://127.0.0.1:{self.port}"}

    def fetcher(self, **more: Any) -> Fetcher:
        """A sandbox's fetcher that reaches this office alone."""
        return Fetcher(frozenset({HOST}), self.loopback, sandbox=True, **{"seconds": 5.0, **more})

    def answer(self, target: str) -> Reply:
        self.asked.append(target)
        replies = self.replies.get(target.split("?")[0], [Reply(status=404)])
        return replies.pop(0) if len(replies) > 1 else replies[0]


@contextmanager
def open_office() -> Iterator[Office]:
    """An office that is open for as long as the test needs it."""
    office = Office()

    class Clerk(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reply = office.answer(self.path)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if not reply.endless:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            try:
                self.wfile.write(reply.body)
                while reply.endless:
                    self.wfile.write(b" " * 100_000)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Silence: what was asked stands in `asked`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Clerk)
    server.daemon_threads = True
    office.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield office
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def release_of(name: str, instant: datetime, **over: Any) -> dict[str, Any]:
    """One release as search and page give it."""
    described = {
        "title": f"Release {name}",
        "release_date": rfc3339(instant),
        "published": False,
        "finalised": True,
        "cancelled": False,
        **over,
    }
    return {"uri": f"/releases/{name}", "date_changes": None, "description": described}


def search(releases: Sequence[Mapping[str, Any]], total: int | None = None) -> bytes:
    """One page of a search."""
    counted = len(releases) if total is None else total
    return json.dumps({"took": 1, "breakdown": {"total": counted}, "releases": list(releases)}).encode()
