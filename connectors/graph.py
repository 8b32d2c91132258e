"""Meta's Graph API, which more than one of its platforms speaks: calls, lists, errors, what is left of allowances."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.contract import Budget, Conversation, Nonsense, PlatformError, Request, Response, Sealed
from connectors.reading import answered_at, ask, header_object, string, thing, things, told
from connectors.words import Home

Json = Mapping[str, Any]
HOST = "graph.facebook.com"
SITE = "www.facebook.com"  # where people are sent
VERSION = 25  # of the Graph API; the account's fact `graph_version` goes before it
PAGE = 100  # a list gives no more at once
WINDOW = timedelta(hours=1)  # how long a limit lasts where the platform does not say
USAGE = "x-business-use-case-usage"
NEAR, SPENT = 80, 100  # per cent of an allowance: where the platform says to slow down, and where it refuses
_SHARES = ("call_count", "total_cputime", "total_time")
_SUBCODES = 1000  # what is below says little by itself and depends on its code


def url(home: Home, path: str, host: str = HOST) -> str:
    """Where a call goes; the version always stands in it."""
    return f"https://{host}/v{home.fact('graph_version', VERSION)}.0/{path}"


def request(home: Home, method: str, path: str, form: Iterable[tuple[str, str]] = ()) -> Request:
    """A call that changes something."""
    return Request(method, url(home, path), form=tuple(form) or None)


def get(home: Home, path: str, *query: tuple[str, str | Sealed], authorised: bool = True) -> Request:
    """A call that reads."""
    return Request("GET", url(home, path), query=query, authorised=authorised)


def listed(
    expect: Callable[[Response], Json],
    home: Home,
    path: str,
    fields: str,
    limit: int,
    more: tuple[tuple[str, str], ...],
    cursor: str | None,
) -> Conversation[tuple[tuple[Json, ...], str | None]]:
    """One page of a list, newest first, and the cursor of the next."""
    query = (("fields", fields), ("limit", str(limit)), *more, *following(cursor))
    page = expect((yield from ask(get(home, path, *query))))
    return things(page.get("data")), after(page)


def following(cursor: str | None) -> tuple[tuple[str, str], ...]:
    """The part of a list's query that asks for the page after this cursor."""
    return (("after", cursor),) if cursor else ()


def require_success(answer: Json) -> None:
    """Raise Nonsense unless the answer says that it is done."""
    if answer.get("success") not in (True, "true"):  # a system user's token is revoked with the word, not the value
        raise Nonsense("the answer does not say that it is done")


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
    """What is left by the usage headers, of the account's allowance and of the application's. Per cent are no counts:
    nothing is said of what is far from its end.
    """
    at = answered_at(answer)
    if at is None:
        return ()
    ends, own = at + (_waiting(answer) or WINDOW), [header_object(answer, "x-page-usage"), *_uses(answer)]
    found = _left(own, ends) if _waiting(answer) is None else (Budget(0, ends),)
    return (*found, *_left([header_object(answer, "x-app-usage")], at + WINDOW, shared=True))


def _left(uses: Iterable[Json], ends: datetime, *, shared: bool = False) -> tuple[Budget, ...]:
    """By the highest of the per cent in these."""
    used = max((use[name] for use in uses for name in _SHARES if type(use.get(name)) is int), default=0)
    return (Budget(0 if used >= SPENT else None, ends, shared),) if used >= NEAR else ()


def _waiting(answer: Response) -> timedelta | None:
    """The longest `estimated_time_to_regain_access` of the usage header; None where there is none above 0."""
    minutes = [use.get("estimated_time_to_regain_access") for use in _uses(answer)]
    longest = max((one for one in minutes if type(one) is int and one < 100_000), default=0)
    return timedelta(minutes=longest) if longest > 0 else None


def _uses(answer: Response) -> list[Json]:
    groups = header_object(answer, USAGE).values()
    return [use for group in groups if isinstance(group, list) for use in group if isinstance(use, dict)]


def after(page: Json) -> str | None:
    """The cursor of the next page of a list; None on the last."""
    paging = page.get("paging")
    if not isinstance(paging, dict) or not paging.get("next"):
        return None
    return string(thing(paging.get("cursors")), "after")
