"""The pages' lists with 100,000 posts and 1,000,000 audit entries behind them: server time, to a bare page, and weight.

`python -m tests.benchmarks.pages [WORDS …]`: with words only the lists whose address holds one of them.
"""

from __future__ import annotations

import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient

from gateway.storage.cut import place
from tests import cast
from tests.benchmarks.figures import Figure, show
from tests.benchmarks.house import ENTRIES, POSTS, lived_in
from tests.web.pages.visitors import Visitor

ASKED, WARM = 60, 3
MOST_MS, MOST_RATIO = 60, 8
MOST_FIRST_KB, MOST_LATER_KB = 150, 30
# Places deep in the lists; whose list it is, and its address.
LONG_AGO, NOTICED, FOUND = (place(cast.NOON - cast.DAY * days, "x") for days in (500, 1, 30))
LISTS = (
    ("ada", "/"),
    ("ada", "/posts"),
    ("ada", f"/posts?page=3000&after={LONG_AGO}"),
    ("person-002", "/posts"),
    ("eve", "/posts"),
    ("ada", "/queue"),
    ("ada", "/queue?page=20"),
    ("ada", "/queue?state=held"),
    ("ada", "/queue?state=waiting"),
    ("ada", "/queue?account=account-00007"),
    ("ada", "/queue?person=person-001"),
    ("ada", "/queue?day=2026-03-10"),
    ("bola", "/queue"),
    ("ada", "/queue/calendar"),
    ("ada", "/queue/calendar?week=2026-W11"),
    ("ada", "/queue/calendar?month=2025-01"),
    ("ada", "/publications"),
    ("ada", f"/publications?page=3000&after={LONG_AGO}"),
    ("bola", "/waiting"),
    ("bola", "/waiting?page=10"),
    ("cleo", "/waiting"),
    ("eve", "/audit"),
    ("eve", "/audit?person=ada"),
    ("eve", "/audit?person=bea"),
    ("eve", "/audit?account=account-00007"),
    ("eve", "/audit?act=delivery.publish"),
    ("eve", "/audit?word=rare"),
    ("eve", "/audit?post=post-0000500"),
    ("eve", "/audit?person=ada&act=approval.give&since=2026-03-02T12:00"),
    ("eve", "/audit?person=cleo&word=post.write"),  # each very often, never together
    ("eve", "/audit?person=cleo&word=post.write&before=500000"),
    ("eve", "/audit?before=500000"),
    ("eve", "/audit/drafts"),
    ("eve", "/audit/posts/post-0000500"),
    ("eve", "/sign-ins"),
    ("eve", "/sign-ins?kind=refusals"),
    ("eve", "/sign-ins?member=ada"),
    ("eve", "/sign-ins?page=3000&after=500000"),
    ("ada", "/notices"),
    ("ada", f"/notices?page=80&after={NOTICED}"),
    ("cyd", "/members"),
    ("olu", "/accounts"),
    ("sam", "/security/accounts"),
    ("sam", "/freezes"),
    ("sam", "/breaches"),
    ("sam", f"/breaches?all=yes&page=200&after={FOUND}"),
    ("ada", "/sessions"),
    ("ada", "/compose"),
)


def main(words: Sequence[str] = ()) -> None:
    """Arrange, measure and print."""
    chosen = [(name, path) for name, path in LISTS if not words or any(word in path for word in words)]
    with lived_in() as world:
        bare, figures = bare_page(), []
        for name, path in chosen:
            figures += figures_of(Visitor.of(world, name), f"{path} ({name})", path, bare)
        show("pages", figures, posts=POSTS, entries=ENTRIES)


def figures_of(visitor: Visitor, title: str, path: str, bare_page: Callable[[], None]) -> list[Figure]:
    """One list: its time, how many bare pages that is, and its weight at a first visit and later."""
    bare, took = p95(bare_page, asking(visitor, path))
    first, later = weights(visitor, path)
    return [
        Figure(f"{title} ms", round(took, 1), "ms", at_most=MOST_MS),
        Figure(f"{title} bare", round(bare, 2), "ms"),
        Figure(f"{title} ratio", round(took / bare, 1), "×", at_most=MOST_RATIO),
        Figure(f"{title} first", round(first / 1000, 1), "kB", at_most=MOST_FIRST_KB),
        Figure(f"{title} later", round(later / 1000, 1), "kB", at_most=MOST_LATER_KB),
    ]


def p95(*asks: Callable[[], None]) -> list[float]:
    """Milliseconds that 95 of 100 answers of each stay within, after warming up; asked in turn, so that what else the
    machine does strikes them alike.
    """
    times: list[list[float]] = [[] for _ in asks]
    for number in range(WARM + ASKED):
        for ask, own in zip(asks, times, strict=True):
            began = time.perf_counter()
            ask()
            own += [(time.perf_counter() - began) * 1000] if number >= WARM else []
    return [statistics.quantiles(own, n=20)[-1] for own in times]


def asking(visitor: Visitor, path: str) -> Callable[[], None]:
    """One request, which must be answered with a page."""

    def ask() -> None:
        answer = visitor.get(path)
        assert answer.status_code == 200, (path, answer.status_code)

    return ask


def weights(visitor: Visitor, path: str) -> tuple[int, int]:
    """Bytes of the page with all it names at a first visit, and later: what may be kept is kept then (RFC 9111)."""
    page = visitor.get(path)
    named = set(re.findall(r'(?:src|href|from)\s*=?\s*"(/assets/[^"]+)"', page.text))
    answers = [visitor.get(name.replace("&amp;", "&")) for name in sorted(named)]
    again = [each for each in answers if "immutable" not in each.headers["cache-control"]]
    return sum(map(_sent, [page, *answers])), sum(map(_sent, [page, *again]))


def _sent(answer: object) -> int:
    """Bytes of the body as it was sent, compressed where it was."""
    return int(answer.headers["content-length"])  # type: ignore[attr-defined]


def bare_page() -> Callable[[], None]:
    """A FastAPI page that does nothing, over the same client."""
    app = FastAPI()

    @app.get("/", response_class=HTMLResponse)
    def page() -> str:
        return "<!DOCTYPE html><title>Bare</title><h1>Bare</h1>"

    client = TestClient(app)

    def ask() -> None:
        assert client.get("/").status_code == 200

    return ask


if __name__ == "__main__":
    main(sys.argv[1:])
