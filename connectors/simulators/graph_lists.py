"""Lists of the pretend Graph API: pages with cursors, cut by time; and how it writes a time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from connectors.simulators.graph_words import Given, number, refuse, text

MOST_ON_A_PAGE, USUAL_ON_A_PAGE = 100, 25
LISTING = ("fields", "limit", "after", "before", "since", "until")


class Listed(Protocol):
    """What can stand in a list. `at` is seconds since 1970, `since` is on the monotonic clock."""

    id: str
    at: float
    since: float


T = TypeVar("T", bound=Listed)


def stamp(wall_seconds: float) -> str:
    """A time as the platform writes it."""
    return datetime.fromtimestamp(wall_seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def listing(url: str, given: Given, posts: Sequence[T], lag: float) -> tuple[list[T], dict[str, Any]]:
    """One page of posts in the order given, and its `paging`; the cursors are ids. Raises Refusal."""
    limit = number(given, "limit", USUAL_ON_A_PAGE)
    if not 1 <= limit <= MOST_ON_A_PAGE:
        raise refuse(100, f"Param limit must be from 1 to {MOST_ON_A_PAGE}")
    latest = time.monotonic() - lag
    since, until = _moment(given, "since", 0.0), _moment(given, "until", 1e12)
    found = [p for p in posts if (not lag or p.since <= latest) and since <= int(p.at) <= until]
    ids = [post.id for post in found]
    begin = _place(ids, given, "after") + 1 if "after" in given else 0
    if "before" in given:
        begin = max(0, _place(ids, given, "before") - limit)
    page = found[begin : begin + limit]
    if not page:
        return [], {}
    paging: dict[str, Any] = {"cursors": {"before": page[0].id, "after": page[-1].id}}
    if begin + limit < len(found):
        kept = {name: value for name, value in given.items() if name not in ("after", "before")}
        paging["next"] = f"{url}?{urlencode({**kept, 'after': page[-1].id})}"
    return page, {"paging": paging}


def _place(ids: Sequence[str], given: Given, name: str) -> int:
    if text(given, name) not in ids:
        raise refuse(100, f"Invalid cursor in {name}")
    return ids.index(text(given, name))


def _moment(given: Given, name: str, usual: float) -> float:
    value = text(given, name)
    if not value:
        return usual
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S%z").timestamp()
    except ValueError:
        raise refuse(100, f"Param {name} must be a UNIX time or an ISO 8601 time") from None
