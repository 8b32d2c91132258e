"""People at the pages without a browser: a client that keeps its cookie, shows its token and says where it comes from.

ada = Visitor.of(world, "ada")              # signed in with both factors
answer = ada.get("/status")
answer = ada.post("/posts", {"text": "…"})  # with the session's token, as the form would send it
assert "There is a problem" in answer.text
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from gateway.web.app import create_app
from gateway.web.guards import COOKIE, VISIT, csrf_token
from gateway.world import World
from tests.cast import code_for, cookie
from tests.web.callers import HTTPS, client_of

BROWSER = {"Origin": HTTPS, "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
COMING_IN = ("/sign-in", "/join")
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Visitor:
    """One browser's worth of requests."""

    world: World
    client: TestClient

    @classmethod
    def of(cls, world: World, name: str | None = None, **more: Any) -> Visitor:
        """A visitor, signed in as a member of the cast where one is named."""
        client = client_of(create_app(world, **more) if more else _app_of(world))
        if name is not None:
            client.cookies.set(COOKIE, cookie(world, name), domain=HTTPS.removeprefix("https://"), path="/")
        return cls(world, client)

    @property
    def token(self) -> str:
        """The CSRF token of the session that the cookie holds now."""
        return csrf_token(self.client.cookies.get(COOKIE) or "")

    @property
    def visit(self) -> str:
        """What the forms for coming in show to this browser."""
        if not self.client.cookies.get(VISIT):
            self.client.cookies.set(VISIT, "a-visit", domain=HTTPS.removeprefix("https://"), path="/")
        return csrf_token(self.client.cookies[VISIT])

    def get(self, path: str, **more: Any) -> Any:
        """A page; redirects are followed."""
        return self.client.get(path, headers=BROWSER | more.pop("headers", {}), **more)

    def post(
        self, path: str, fields: Values | None = None, *, headers: Mapping[str, str] = BROWSER, **more: Any
    ) -> Any:
        """A form of this session, sent as its page would; redirects are followed unless told otherwise."""
        sent = {"csrf_token": self.visit if path in COMING_IN else self.token, **(fields or {})}
        return self.client.post(path, data=sent, headers=dict(headers), **more)

    def confirm(self, answer: Any, name: str) -> Any:
        """Type a fresh code on the page that asks for one."""
        assert "/confirm/" in str(answer.url), answer.url
        return self.post(str(answer.url.path), {"code": code_for(self.world, name)})


_NEWEST: list[tuple[World, FastAPI]] = []


def _app_of(world: World) -> FastAPI:
    """The pages of this world: the newest are kept, since making them takes longer than most requests."""
    if not _NEWEST or _NEWEST[0][0] is not world:
        _NEWEST[:] = [(world, create_app(world))]
    return _NEWEST[0][1]


def main_of(answer: Any) -> str:
    """The words of a page's main part, without its tags."""
    found = re.search(r"<main.*?</main>", answer.text, re.S)
    assert found, answer.text
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def errors_in(answer: Any) -> list[str]:
    """What the error summary says."""
    found = re.search(r'govuk-error-summary__list">(.*?)</ul>', answer.text, re.S)
    return re.findall(r"<li>\s*(?:<a[^>]*>)?\s*(.*?)\s*(?:</a>)?\s*</li>", found[1], re.S) if found else []
