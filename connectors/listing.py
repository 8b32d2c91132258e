"""An account's posts read list by list, newest first: to look back for one of ours, and to show the newest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from connectors.contract import Conversation
from connectors.words import Absent, Found, Likely, Receipt, Seen, Window

T = TypeVar("T")
# One list from a cursor on (None: from the newest), and the cursor of the next, None where there is none.
Turn = Callable[[str | None], Conversation[tuple[Sequence[T], str | None]]]
MOST = 10  # lists; a look that reached nothing older than the window by then says that it is not complete


def look_back(
    turn: Turn[T],
    receipt: Callable[[T], Receipt],
    ours: Callable[[T], bool],
    window: Window,
    *,
    says: Callable[[T], Conversation[bool]] | None = None,
    most: int = MOST,
) -> Conversation[Found]:
    """Look for a post that is `ours` (and `says` so, where that must be asked) inside `window`: Likely, else Absent.

    The look is complete once it met a post older than the window. Every receipt has its time. Never proof.
    """
    met: dict[str, Receipt] = {}
    cursor, complete = None, False
    for _ in range(most):
        posts, following = yield from turn(cursor)
        for post in posts:
            shown = receipt(post)
            assert shown.at is not None
            complete = complete or shown.at < window.begins
            inside = window.begins <= shown.at <= window.ends and ours(post)
            if inside and (says is None or (yield from says(post))):
                met[shown.platform_id] = shown
        if complete or following in (None, cursor):
            break
        cursor = following
    return Likely(tuple(met.values())) if met else Absent(proof=False, complete=complete)


def newest(
    turn: Turn[T], seen: Callable[[T], Seen], limit: int, *, most: int | None = None
) -> Conversation[tuple[Seen, ...]]:
    """The newest `limit` posts, or as many as the lists hold (`most` of them, if said)."""
    found: dict[str, Seen] = {}
    cursor, lists = None, 0
    while len(found) < limit and lists != most:
        posts, following = yield from turn(cursor)
        shown = [seen(post) for post in posts]
        found |= {one.receipt.platform_id: one for one in shown}
        if following in (None, cursor):
            break
        cursor, lists = following, lists + 1
    return tuple(found.values())[:limit]
