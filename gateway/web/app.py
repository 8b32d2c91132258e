"""The web process's application: the table of routes, and what stands around every answer, error pages included."""

from __future__ import annotations

import json
import logging
from collections.abc import MutableMapping
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.web.mount import mount
from gateway.web.pages.mounting import mount_pages
from gateway.web.pages.routes import LARGE_PAGES, PAGES
from gateway.web.pages.stray import broken, handle_strays
from gateway.web.problems import handle_problems, plain
from gateway.web.routes import LARGE, PREFIX, ROUTES
from gateway.world import World

LARGEST, LARGEST_FILE = 1_000_000, 16_000_000
LOG = logging.getLogger("gateway.web")
# Security.md rows 24 to 29 and 112. A page that needs more sets its own policy; none may do without one.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


def create_app(world: World, *, public_origin: str = "", security_txt: str = "") -> FastAPI:
    """The application on this world. `public_origin` (`https://host`) is what browsers see, where a TLS proxy stands
    before it; without it the address of each request counts. `security_txt` is where the organisation keeps its file.
    """
    app = FastAPI(
        title="Gateway",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        description="Govern and publish what an organisation says on its accounts.",
    )
    app.state.world, app.state.public_origin = world, public_origin.rstrip("/")
    app.state.pages, app.state.security_txt = PAGES, security_txt
    handle_problems(app)
    handle_strays(app, PREFIX)
    mount(app, PREFIX, ROUTES)
    mount_pages(app, PAGES)
    app.add_middleware(BodyLimit)
    app.add_middleware(Outermost, world=world)
    return app


class BodyLimit:
    """Reads each body whole before anybody looks at it: 1 MB, or 16 MB where a file is taken in."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        limit = LARGEST_FILE if _takes_files(scope["path"]) else LARGEST
        body = await _read(scope, receive, limit)
        if body is None:
            return await plain(413, headers={"Connection": "close"})(scope, receive, send)
        await self._app(scope, _again(body, receive), send)


def _takes_files(path: str) -> bool:
    return path in LARGE or any(shape.match(path) for shape in LARGE_PAGES)


async def _read(scope: Scope, receive: Receive, limit: int) -> bytes | None:
    """The body, or None where it is, or says that it is, larger than the limit."""
    declared = dict(scope["headers"]).get(b"content-length", b"0")
    if not declared.isdigit() or int(declared) > limit:
        return None
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > limit:
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    told = False

    async def once() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once


class Outermost:
    """An id for each request, the headers for each answer, one line in the log, and the last word when all fails."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app, self._world = app, world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        seen: dict[str, Any] = {"request": self._world.chance.id(), "method": scope["method"], "status": 0}

        async def dressed(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                _dress(MutableHeaders(scope=message), seen["request"])
            await send(message)

        try:
            await self._app(scope, receive, dressed)
        except Exception as fault:
            seen |= {"fault": type(fault).__name__, "at": _place(fault)}
            if seen["status"]:
                raise
            answer = (
                plain(500, id=seen["request"]) if scope["path"].startswith(PREFIX) else broken(scope, seen["request"])
            )
            await answer(scope, receive, dressed)
        finally:
            seen |= scope.get("refused", {})
            route = scope.get("route")
            LOG.log(
                logging.ERROR if "fault" in seen else logging.INFO,
                json.dumps(seen | {"route": getattr(route, "path", None)}),
            )


def _dress(headers: MutableHeaders, request_id: str) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers["X-Request-Id"] = request_id


def _place(fault: BaseException) -> str:
    """File and line where it broke; never what it said, which may hold what was typed."""
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "-" if trace is None else f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
