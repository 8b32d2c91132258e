"""Meta's Graph API, which more than one of its platforms speaks: errors, what is left of the allowances, cursors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.contract import Budget, PlatformError, Response
from connectors.reading import answered_at, header_object, string, thing, told

Json = Mapping[str, Any]
WINDOW = timedelta(hours=1)  # how long a limit lasts where the platform does not say
USAGE = "x-business-use-case-usage"
_SUBCODES = 1000  # what is below says little by itself and depends on its code


def error_of(answer: Response) -> Json:
    """The error that an answer holds, whatever its status; empty where it holds none."""
    error = told(answer).get("error")
    return error if isinstance(error, dict) else {}


def detail_of(error: Json) -> str:
    """What a person may need of an error, the platform's own trace id included; "" for none."""
    names = ("code", "error_subcode", "message", "fbtrace_id")
    shown = [f"{name} {error[name]}" for name in names if isinstance(error.get(name), int | str)]
    return ", ".join(shown) or ("an error without words" if error else "")


def word_of(error: Json, words: Mapping[int, type[PlatformError]]) -> type[PlatformError] | None:
    """The word of an error's subcode, else of its code; `type` is nearly always OAuthException and tells nothing."""
    for name, least in (("error_subcode", _SUBCODES), ("code", 0)):
        number = error.get(name)
        if type(number) is int and number >= least and number in words:
            return words[number]
    return None


def until(answer: Response) -> datetime | None:
    """The end of a throttling, counted from the answer's own `Date`: the platform gives minutes, or nothing."""
    at = answered_at(answer)
    return at + (_waiting(answer) or WINDOW) if at else None


def budgets(answer: Response) -> tuple[Budget, ...]:
    """Nothing left where a usage header says 100 per cent or how long to wait; below that, per cent are not counts."""
    at, wait = answered_at(answer), _waiting(answer)
    used = (count for name in ("x-app-usage", "x-page-usage") for count in header_object(answer, name).values())
    spent = any(type(one) is int and one >= 100 for one in used)
    return (Budget(0, at + (wait or WINDOW)),) if at and (wait or spent) else ()


def _waiting(answer: Response) -> timedelta | None:
    """The longest `estimated_time_to_regain_access` of the usage header; None where there is none above 0."""
    groups = header_object(answer, USAGE).values()
    uses = [use for group in groups if isinstance(group, list) for use in group if isinstance(use, dict)]
    minutes = [use.get("estimated_time_to_regain_access") for use in uses]
    longest = max((one for one in minutes if type(one) is int and one < 100_000), default=0)
    return timedelta(minutes=longest) if longest > 0 else None


def after(page: Json) -> str | None:
    """The cursor of the next page of a list; None on the last."""
    paging = page.get("paging")
    if not isinstance(paging, dict) or not paging.get("next"):
        return None
    return string(thing(paging.get("cursors")), "after")
