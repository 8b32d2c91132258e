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


def by_offset(page: Callable[[int], Conversation[Sequence[T]]], *, full: int = 1) -> Turn[T]:
    """Lists that are asked for by how many posts stand before them; one of fewer than `full` posts is the last."""

    def turn(cursor: str | None) -> Conversation[tuple[Sequence[T], str | None]]:
        start = int(cursor or 0)
        listed = yield from page(start)
        return listed, str(start + len(listed)) if len(listed) >= full else None

    return turn


def look_back(
    turn: Turn[T],
    receipt: Callable[[T], Receipt],
    ours: Callable[[T], bool],
    window: Window,
    *,
    says: Callable[[T], Conversation[bool]] | None = None,
    most: int = MOST,
    known: Sequence[T] = (),
    newest_first: bool = True,
    ends: bool = False,
) -> Conversation[Found]:
    """Look for a post that is `ours` (and `says` so, where that must be asked) inside `window`: Likely, else Absent.

    The look is complete once it met a post older than the window, which tells nothing where the lists are not
    `newest_first`; where a list `ends` after its whole content (a post's comments), its end completes the look too.
    `known` are posts met before, which are judged alike and tell nothing of completeness. Every receipt has its time.
    Never proof.
    """
    met = {shown.platform_id: shown for shown in map(receipt, filter(ours, known)) if _lies_in(window, shown)}
    cursor, complete = None, False
    for _ in range(most):
        posts, following = yield from turn(cursor)
        for post in posts:
            shown = receipt(post)
            assert shown.at is not None
            complete = complete or (newest_first and shown.at < window.begins)
            inside = _lies_in(window, shown) and ours(post)
            if inside and (says is None or (yield from says(post))):
                met[shown.platform_id] = shown
        complete = complete or (ends and following is None)
        if complete or following in (None, cursor):
            break
        cursor = following
    return Likely(tuple(met.values())) if met else Absent(proof=False, complete=complete)


def _lies_in(window: Window, shown: Receipt) -> bool:
    return shown.at is not None and window.begins <= shown.at <= window.ends


def newest(
    turn: Turn[T], seen: Callable[[T], Seen], limit: int, *, most: int | None = None
) -> Conversation[tuple[Seen, ...]]:
    """The newest `limit` posts, or as many as the lists hold (`most` of them, if said; else as many as posts).

    A list that only repeats what was shown is the last.
    """
    found: dict[str, Seen] = {}
    cursor, lists = None, 0
    while len(found) < limit and lists < (limit if most is None else most):
        posts, following = yield from turn(cursor)
        shown = {one.receipt.platform_id: one for one in map(seen, posts)}
        repeats = bool(shown) and shown.keys() <= found.keys()
        found |= shown
        if repeats or following in (None, cursor):
            break
        cursor, lists = following, lists + 1
    return tuple(found.values())[:limit]
