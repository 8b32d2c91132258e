"""Problems: every no as RFC 9457 problem details, with what to do, and never with what was typed or a stack trace."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from gateway.domain.instant import NaiveTime, parse_rfc3339
from gateway.domain.refusal import Reason, Refused
from gateway.identity.wrong import ClockUnsure, FactorLocked, NotProven, Throttled
from gateway.web.refusals import UNSHOWN, words_for

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 20
# What the web itself refuses, before any action is asked: reason, title, what to do.
PLAIN: Mapping[int, tuple[str, str, str]] = {
    400: ("bad-request", "Not readable", "The request is not readable. Send it again as the description says."),
    403: ("cross-site", "Not from here", "Send this from the gateway's own pages, or with a bearer session."),
    404: ("not-found", "Not found", "There is no such address. Check it."),
    405: ("method-not-allowed", "Not done this way", "Use one of the methods that the Allow header names."),
    413: ("too-large", "Too large", "Send less: at most 1 MB, or 16 MB for a picture or a calendar."),
    415: ("media-type", "Not this kind of content", "Send the kind of content that the description names."),
    422: ("not-understood", "Not understood", "Mend the fields that are named and send it again."),
    500: ("fault", "Something broke here", "Nothing was half done. Tell the operator the id given with this answer."),
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457 problem details.",
    "required": ["type", "title", "status", "detail", "reason"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "reason": {"type": "string"},
        "field": {"type": "string"},
        "facts": {"type": "object"},
        "errors": {"type": "array", "items": {"type": "object"}},
        "id": {"type": "string"},
    },
}
ANSWERS: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "The house says no, and why.", "content": {MEDIA_TYPE: {"schema": SCHEMA}}},
    "5XX": {"description": "The house cannot, just now.", "content": {MEDIA_TYPE: {"schema": SCHEMA}}},
}


class NotTaken(Exception):
    """The web itself refuses the request: a status of PLAIN, with words of its own where they help more."""

    def __init__(self, status: int, detail: str = "", *, reason: str = "", field: str | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.reason, self.field = status, detail, reason, field


def problem(
    status: int, reason: str, title: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """One problem as an answer; `more` are extension members, left out where they hold nothing."""
    body = {"type": f"/problems/{reason}", "title": title, "status": status, "detail": detail, "reason": reason}
    body |= {name: value for name, value in more.items() if value}
    return JSONResponse(body, status, dict(headers or {}), media_type=MEDIA_TYPE)


def plain(status: int, *, headers: Mapping[str, str] | None = None, **more: Any) -> JSONResponse:
    """The web's own problem for this status, which is one of PLAIN's."""
    return problem(status, *PLAIN[status], headers=headers, **more)


def note(request: Request, refusal: Refused) -> None:
    """For the log's line of this request: the word of the no, and the kind of fault behind it, never its text."""
    fault = refusal.facts.get("fault")
    request.scope["refused"] = {"reason": str(refusal.reason)} | ({"behind": fault} if fault else {})


def of_refusal(refusal: Refused, *, now: datetime) -> JSONResponse:
    """The house's no. `now` is for Retry-After, in whole seconds, rounded up."""
    words = words_for(refusal)
    said = refusal.facts if refusal.reason not in UNSHOWN else {}
    facts = {name: fact for name, fact in said.items() if name not in {"field", "why"}}
    return problem(
        words.status,
        str(refusal.reason),
        words.title,
        words.detail,
        headers=_headers(words.status, refusal.facts.get("retry_at"), now),
        field=words.field,
        facts=facts,
    )


def _headers(status: int, retry_at: object, now: datetime) -> dict[str, str]:
    if status == HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": 'Bearer realm="gateway"'}
    if isinstance(retry_at, str):
        wait = (parse_rfc3339(retry_at) - now).total_seconds()
        return {"Retry-After": str(max(1, math.ceil(wait)))}
    return {"Retry-After": "60"} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}


def as_refusal(fault: NotProven) -> Refused:
    """Identity's no as the house's, where it was not translated on its way."""
    if isinstance(fault, Throttled):
        return Refused(Reason.TOO_MANY_TRIES, retry_at=fault.retry_at.isoformat())
    if isinstance(fault, FactorLocked):
        return Refused(Reason.FACTOR_LOCKED)
    return Refused(Reason.CLOCK_UNSURE if isinstance(fault, ClockUnsure) else Reason.NOT_SIGNED_IN)


def of_fields(errors: list[Any]) -> JSONResponse:
    """What pydantic found: where and what to do, never the input. A path that can be nobody's is not found."""
    if any(error["loc"][:1] == ("path",) for error in errors):
        return plain(404)
    found = [{"field": _place(error), "detail": _say(error)} for error in errors[:MOST_ERRORS]]
    return plain(422, field=found[0]["field"] if found else None, errors=found)


def _place(error: Mapping[str, Any]) -> str:
    inside = () if error["type"] == "json_invalid" else error["loc"][1:]
    return ".".join(str(part)[:60] for part in inside) or str(error["loc"][0])


def _say(error: Mapping[str, Any]) -> str:
    """Pydantic's message for its own kinds; a message of ours behind "Value error" is said as it is."""
    if error["type"] == "json_invalid":
        return f"This is not JSON that means one thing: {error['ctx']['error']}."
    return str(error["msg"]).removeprefix("Value error, ")


def handle_problems(app: FastAPI) -> None:
    """Every family of no becomes a problem. What none of these is, is a bug: the outermost layer answers it."""

    def refused(request: Request, fault: Refused) -> JSONResponse:
        note(request, fault)
        return of_refusal(fault, now=request.app.state.world.clock.now().earliest)

    def unproven(request: Request, fault: NotProven) -> JSONResponse:
        return refused(request, as_refusal(fault))

    def naive(request: Request, _: NaiveTime) -> JSONResponse:
        return refused(request, Refused(Reason.TIME_NAIVE))

    def fields(_: Request, fault: RequestValidationError) -> JSONResponse:
        return of_fields(list(fault.errors()))

    def not_taken(_: Request, fault: NotTaken) -> JSONResponse:
        reason, title, detail = PLAIN[fault.status]
        return problem(fault.status, fault.reason or reason, title, fault.detail or detail, field=fault.field)

    def http(_: Request, fault: HTTPException) -> JSONResponse:
        return plain(fault.status_code if fault.status_code in PLAIN else 400, headers=fault.headers)

    known: dict[type[Exception], Any] = {
        Refused: refused,
        NotProven: unproven,
        NaiveTime: naive,
        RequestValidationError: fields,
        NotTaken: not_taken,
        HTTPException: http,
    }
    for kind, handler in known.items():
        app.add_exception_handler(kind, handler)
