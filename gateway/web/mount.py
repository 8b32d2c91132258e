"""Mounting: a route stands before its handler with what every request must pass, in order.

Not cross-site; a live session of the kind asked for; the kind of content asked for; no unknown or doubled parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from gateway.actions.guard import ABSOLUTE, FRESH
from gateway.web.bodies import StrictRequest
from gateway.web.guards import identify, require_same_site
from gateway.web.problems import ANSWERS, NotTaken

# Who may come, where no role is asked for: anybody; whoever knows the password; whoever showed both factors.
ANYONE, HALF, SIGNED_IN = "anyone", "half-session", "signed-in"
JSON = ("application/json",)


@dataclass(frozen=True)
class SecondFactor:
    """How long ago the second factor may have been shown, None where none is asked for; fresh ones name their act."""

    within: timedelta | None
    act: str = ""


NONE_YET = SecondFactor(None)
OF_SESSION = SecondFactor(ABSOLUTE)


def fresh(act: str) -> SecondFactor:
    """Shown within five minutes for exactly this act, subject and digest, and spent by it (house §12)."""
    return SecondFactor(FRESH, act)


@dataclass(frozen=True)
class Route:
    """One row of the table. `takes` are the kinds of a body of bytes; a JSON body is known by the handler's form."""

    method: str
    path: str
    handler: Callable[..., Any]
    permission: str
    factor: SecondFactor
    answer: Any = None
    status: int = 200
    takes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How the route is called in the description and the log."""
        return self.handler.__name__.replace("_", "-")


class GuardedRoute(APIRoute):
    """A mounted row."""

    row: Route

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler behind its guards."""
        handle = super().get_route_handler()
        allowed = {param.alias for param in self.dependant.query_params}
        takes = self.row.takes or (JSON if self.body_field else ())

        async def guarded(request: Request) -> Response:
            require_same_site(request)
            if self.row.permission != ANYONE:
                half = self.row.permission == HALF
                request.state.caller = await run_in_threadpool(identify, request, request.app.state.world, half=half)
            _require_content(request, takes)
            _require_parameters(request, allowed)
            return await handle(StrictRequest(request.scope, request.receive))

        return guarded


def _require_content(request: Request, takes: tuple[str, ...]) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if takes and kind not in takes:
        raise NotTaken(415, f"Send {' or '.join(takes)}.")


def _require_parameters(request: Request, allowed: set[str]) -> None:
    """A parameter nobody knows, or one said twice, may mean two things to two readers (row 123)."""
    names = [name for name, _ in request.query_params.multi_items()]
    if set(names) - allowed:
        raise NotTaken(422, "Leave out parameters that the description does not name.", reason="parameter-unknown")
    if len(set(names)) != len(names):
        raise NotTaken(422, "Give each parameter once.", reason="parameter-twice")


def mount(app: FastAPI, prefix: str, rows: tuple[Route, ...]) -> None:
    """Mount every row under `prefix`, and nothing else."""
    for row in rows:
        app.router.add_api_route(
            prefix + row.path,
            row.handler,
            methods=[row.method],
            response_model=row.answer,
            status_code=row.status,
            name=row.name,
            responses=ANSWERS,
            openapi_extra=_described(row),
            route_class_override=type("Mounted", (GuardedRoute,), {"row": row}),
        )


def _described(row: Route) -> dict[str, Any]:
    more: dict[str, Any] = {"x-permission": row.permission, "x-second-factor": row.factor.act or None}
    more["security"] = [] if row.permission == ANYONE else [{"session": []}]
    if row.factor.within is not None:
        more["x-second-factor-within-seconds"] = int(row.factor.within.total_seconds())
    if row.takes:
        kinds = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in row.takes}
        more["requestBody"] = {"required": True, "content": kinds}
    return more
