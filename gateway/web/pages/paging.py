"""Long lists: one page of what is there, and the links to the others, which keep the filter.

    found, pages = paged(page, list_everything(…))                            # what is in memory
    found, pages = window(page, lambda limit, cut: read(limit, cut), place)   # what a reader is asked for, newest first

In the template: {% from "lists.html" import pagination %}{{ pagination(pages) }}
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from gateway.storage.cut import Cut
from gateway.web.pages.page import Page
from gateway.web.problems import NotTaken

T = TypeVar("T")
PER_PAGE = 25
MOST_PAGES = 400  # of a list in memory
MOST_NUMBER = 999_999
AFTER, BEFORE = "after", "before"
PLACES = frozenset({"page", AFTER, BEFORE})


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


def number_of(page: Page, most: int = MOST_PAGES) -> int:
    """The page asked for, from 1. Raises NotTaken(404) for what is no page."""
    typed = page.query.one("page", "1")
    if not typed.isascii() or not typed.isdigit() or len(typed) > 6 or not 1 <= int(typed) <= most:
        raise NotTaken(404)
    return int(typed)


def paged(page: Page, everything: Sequence[T], per_page: int = PER_PAGE) -> tuple[Sequence[T], Pages]:
    """One page of a list that is in memory."""
    number, count = number_of(page), max(1, -(-len(everything) // per_page))
    shown = everything[(number - 1) * per_page : number * per_page]
    return shown, Pages(number, _link(page, number - 1), _link(page, number + 1) if number < count else None, count)


def window(
    page: Page, read: Callable[[int, Cut | None], Sequence[T]], place: Callable[[T], str], per_page: int = PER_PAGE
) -> tuple[Sequence[T], Pages]:
    """One page of what `read(limit, cut)` gives in order; one more is read to know whether there are more.

    Each link says beside which entry (`place` of it) its page is cut; the number is only for whoever reads it.
    """
    cut, typed = cut_of(page), number_of(page, most=MOST_NUMBER)
    number = typed if cut else 1
    found = read(per_page + 1, cut)
    is_back, has_more = cut is not None and cut.back, len(found) > per_page
    shown = found[-per_page:] if is_back else found[:per_page]
    before = _link(page, number - 1, before=place(shown[0]) if shown and number > 2 else "")
    after = _link(page, number + 1, after=place(shown[-1])) if shown and (is_back or has_more) else None
    return shown, Pages(number, before, after)


def cut_of(page: Page) -> Cut | None:
    """Where the list is cut, as the link said; None at its top. Raises NotTaken(404) for what no link of ours says."""
    after, before = page.query.one(AFTER), page.query.one(BEFORE)
    try:
        return Cut.read(after or before, back=not after) if after or before else None
    except ValueError:
        raise NotTaken(404) from None


def _link(page: Page, number: int, **cut: str) -> str | None:
    """The address of another page of the same list, its filter kept."""
    if number < 1:
        return None
    kept = [(name, value) for name, value in page.query.pairs if name not in PLACES and value]
    where = [(name, value) for name, value in cut.items() if value]
    return f"{page.request.url.path}?{urlencode([*kept, ('page', str(number)), *where])}"
