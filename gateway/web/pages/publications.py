"""Publications: what went out, where, when and how late, by whom; and how many each week, drawn and as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from starlette.responses import Response

from gateway.actions import published
from gateway.storage.cut import Cut, place
from gateway.web.mount import OF_SESSION
from gateway.web.pages.page import Page, PageRoute
from gateway.web.pages.paging import window
from gateway.web.walltime import LONDON

WEEKS = 12
PER_PAGE = 15  # with their words: light enough for a later visit
HEIGHT, BAR, GAP = 120, 30, 10


@dataclass(frozen=True)
class Bar:
    """One week of the chart: its first day, its count, and where its bar stands (SVG units)."""

    first: date
    count: int
    x: int
    y: int
    height: int


def show_publications(page: Page) -> Response:
    """What is out, newest first."""
    found, pages = window(page, _read(page), lambda each: place(each.publication.at, each.publication.id), PER_PAGE)
    bars = _bars(page) if pages.number == 1 else []
    size = (WEEKS * (BAR + GAP), HEIGHT + 40)
    return page.render(
        "publications.html", "What went out", found=found, pages=pages, bars=bars, size=size, height=HEIGHT, bar=BAR
    )


def _read(page: Page) -> Callable[[int, Cut | None], Sequence[published.Published]]:
    return lambda limit, cut: published.published(page.world, page.who, limit, cut)


def _bars(page: Page) -> list[Bar]:
    """The last weeks, this one too, from Monday midnight to Monday midnight UK time."""
    today = page.now.earliest.astimezone(LONDON).date()
    monday = today - timedelta(days=today.weekday())
    firsts = [monday - timedelta(weeks=WEEKS - 1 - number) for number in range(WEEKS + 1)]
    counts = published.counts(page.world, page.who, [_midnight(first) for first in firsts])
    most = max(1, *counts)
    return [_bar(number, firsts[number], count, most) for number, count in enumerate(counts)]


def _bar(number: int, first: date, count: int, most: int) -> Bar:
    height = round(HEIGHT * count / most)
    return Bar(first, count, number * (BAR + GAP), HEIGHT - height + 20, height)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


PAGES: tuple[PageRoute, ...] = (PageRoute("GET", "/publications", show_publications, "post.read", OF_SESSION),)
