"""One page request: who asks, for what, what they typed; and the answers a page function may give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.actions.sessions import resolve
from gateway.domain.instant import Now
from gateway.domain.member import Member
from gateway.web.guards import VISIT, VISIT_BYTES, Caller, csrf_token, source_of
from gateway.web.mount import SecondFactor
from gateway.web.pages.fields import Fields, Mistyped
from gateway.world import Who, World

M = TypeVar("M", bound=BaseModel)
DONE_COOKIE = "__Host-done"

Handler = Callable[["Page"], Response]


@dataclass(frozen=True)
class PageRoute:
    """One row of the table of pages.

    `again` renders the form an unsafe row was sent from; a refusal comes back through it with what was typed. `holds`
    is False for what must never be kept: passwords, codes, credentials. `large` takes files.
    """

    method: str
    path: str
    handler: Handler
    permission: str
    factor: SecondFactor
    again: Handler | None = None
    holds: bool = True
    large: bool = False

    @property
    def name(self) -> str:
        """How the row is called in the log."""
        return self.handler.__name__.replace("_", "-")


@dataclass(frozen=True)
class Page:
    """One request for a row. `errors` are {field: what to do}, "" for what no field is to blame for."""

    world: World
    request: Request
    row: PageRoute
    now: Now
    caller: Caller | None = None
    at: Mapping[str, str] = field(default_factory=dict)
    query: Fields = field(default_factory=Fields)
    fields: Fields = field(default_factory=Fields)
    errors: Mapping[str, str] = field(default_factory=dict)
    status: int = 200

    @property
    def who(self) -> Who:
        """Whoever acts. For rows that ask for a session."""
        return self._caller.who

    @property
    def token(self) -> str:
        """What the session's cookie carries. For rows that ask for a session."""
        return self._caller.token

    @property
    def member(self) -> Member:
        """The acting member. For rows that ask for a session."""
        return self._caller.member

    @property
    def _caller(self) -> Caller:
        if self.caller is None:
            raise RuntimeError(f"{self.row.path} asks for no session, so nobody acts here")
        return self.caller

    @property
    def csrf_token(self) -> str:
        """What each form shows: of this session, else of this visit."""
        return csrf_token(self.visit if self.caller is None else self.caller.token)

    @property
    def visit(self) -> str:
        """What binds a form to a browser that nobody is signed in with: as its cookie says, else begun here."""
        kept = self.request.cookies.get(VISIT, "") or getattr(self.request.state, "visit", "")
        if not kept:
            kept = self.request.state.visit = self.world.chance.token(VISIT_BYTES).hex()
        return kept

    @property
    def source(self) -> str:
        """The address at the other end of the connection."""
        return source_of(self.request)

    def may(self, permission: str) -> bool:
        """Whether a role of the acting member carries this: to show or leave out, never to decide."""
        roles = self.world.policy.roles
        return self.caller is not None and self.member.is_active and roles.may(self.member.roles, permission)

    def typed(self, name: str, default: str = "") -> str:
        """What stands in a field: as it was typed where the form was sent, else the default."""
        return self.fields.one(name, default) if name in self.fields else default

    def ticked(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """What is ticked: as it was sent where the form was sent, else the default."""
        return self.fields.many(name) if self.fields else default

    def form(self, shape: type[M]) -> M:
        """What was typed as a value of this shape (gateway.web.forms). Raises Mistyped."""
        return self.fields.read_as(shape)

    def require(self, **missing: bool) -> None:
        """Raises Mistyped for each field whose condition does not hold: `page.require(reason=bool(reason))`."""
        errors = {name: "Fill this in" for name, holds in missing.items() if not holds}
        if errors:
            raise Mistyped(errors)

    def as_session(self, token: str) -> Page:
        """The same request in another session: the one that has just begun, whose page is rendered at once."""
        return replace(self, caller=Caller(token, "cookie", *resolve(self.world, token)))

    def with_errors(self, errors: Mapping[str, str], status: int = 422) -> Page:
        """The same request with what was wrong, to render the form again."""
        return replace(self, errors=errors, status=status)

    def render(self, template: str, title: str, **values: Any) -> Response:
        """The page from this template."""
        from gateway.web.pages.rendering import render

        return render(self, template, title, values)

    def go(self, path: str, done: str = "") -> Response:
        """On to another page, which says once what was done (a key of `words.DONE`)."""
        answer = RedirectResponse(path, 303)
        if done:
            answer.set_cookie(DONE_COOKIE, done, max_age=60, path="/", secure=True, httponly=True, samesite="strict")
        return answer
