"""Long lists: one page of what is there, and the links to the others, which keep the filter.

    found, pages = paged(page, list_everything(…))          # what is in memory
    found, pages = window(page, lambda limit: read(limit))   # what a reader can be asked for, newest first

In the template: {% from "lists.html" import pagination %}{{ pagination(pages) }}
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from gateway.web.pages.page import Page
from gateway.web.problems import NotTaken

T = TypeVar("T")
PER_PAGE = 25
MOST_PAGES = 400


@dataclass(frozen=True)
class Pages:
    """Where one is: this page, the links before and after, and how many there are, where that is known."""

    number: int
    before: str | None
    after: str | None
    of: int | None = None

    @property
    def is_needed(self) -> bool:
        """Whether there is more than one."""
        return bool(self.before or self.after)

    @property
    def macro(self) -> dict[str, Any]:
        """What the pagination macro wants."""
        here = f"Page {self.number}" + (f" of {self.of}" if self.of else "")
        links = {"previous": self.before, "next": self.after}
        more = {name: {"href": path} for name, path in links.items() if path}
        return {**more, "landmarkLabel": f"Pages: {here}"}


def number_of(page: Page) -> int:
    """The page asked for, from 1. Raises NotTaken(404) for what is no page."""
    typed = page.query.one("page", "1")
    if not typed.isascii() or not typed.isdigit() or not 1 <= int(typed[:4]) <= MOST_PAGES or len(typed) > 4:
        raise NotTaken(404)
    return int(typed)


def paged(page: Page, everything: Sequence[T], per_page: int = PER_PAGE) -> tuple[Sequence[T], Pages]:
    """One page of a list that is in memory."""
    number, count = number_of(page), max(1, -(-len(everything) // per_page))
    shown = everything[(number - 1) * per_page : number * per_page]
    return shown, Pages(number, _link(page, number - 1), _link(page, number + 1) if number < count else None, count)


def window(page: Page, read: Callable[[int], Sequence[T]], per_page: int = PER_PAGE) -> tuple[Sequence[T], Pages]:
    """One page of what `read(limit)` gives in order; one more is read to know whether there are more."""
    number = number_of(page)
    found = read(number * per_page + 1)
    shown = found[(number - 1) * per_page : number * per_page]
    has_more = len(found) > number * per_page
    return shown, Pages(number, _link(page, number - 1), _link(page, number + 1) if has_more else None)


def _link(page: Page, number: int) -> str | None:
    """The address of another page of the same list, its filter kept."""
    if number < 1:
        return None
    kept = [(name, value) for name, value in page.query.pairs if name != "page" and value]
    return f"{page.request.url.path}?{urlencode([*kept, ('page', str(number))])}"
