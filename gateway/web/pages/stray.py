"""What no row answers: an unknown address, a method that is not taken, a body nobody can read, a bug. As pages."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from gateway.web.mount import ANYONE, NONE_YET
from gateway.web.pages.page import Page, PageRoute
from gateway.web.pages.refusing import plain_page
from gateway.web.pages.rendering import CSP
from gateway.web.problems import PLAIN, plain


def _nowhere(page: Page) -> Response:
    return plain_page(page, 404)


NOWHERE = PageRoute("GET", "", _nowhere, ANYONE, NONE_YET)


def handle_strays(app: FastAPI, prefix: str) -> None:
    """Under `prefix` a problem of the API; elsewhere a page, for whoever reads pages."""

    def stray(request: Request, fault: HTTPException) -> Response:
        status = fault.status_code if fault.status_code in PLAIN else 400
        if request.url.path.startswith(prefix) or "text/html" not in request.headers.get("accept", ""):
            return plain(status, headers=fault.headers)
        answer = plain_page(_page(request), status)
        answer.headers.update(fault.headers or {})
        return answer

    app.add_exception_handler(HTTPException, stray)  # type: ignore[arg-type]  # starlette wants the widest exception


def _page(request: Request) -> Page:
    world = request.app.state.world
    return Page(world, request, NOWHERE, world.clock.now())


def broken(scope: Scope, id: str) -> Response:
    """The last word when all fails: nothing is asked of the templates, which may be what is broken."""
    _, title, detail = PLAIN[500]
    body = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title}</h1><p>{detail}</p><p>{id}</p></body></html>"
    )
    answer = HTMLResponse(body, 500)
    answer.headers["Content-Security-Policy"] = CSP.format(nonce=id)
    return answer
