"""The queue: what needs somebody at the top, what is coming below, and the same on a calendar beside the releases."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from urllib.parse import urlencode

from starlette.responses import Response

from gateway.actions import queueing
from gateway.actions.queueing import Item, Said
from gateway.domain.delivery import why_it_stays
from gateway.domain.refusal import Reason
from gateway.domain.release import Coming, ReleaseState
from gateway.storage.cut import place
from gateway.web.mount import OF_SESSION
from gateway.web.pages import standing
from gateway.web.pages.page import Page, PageRoute
from gateway.web.pages.paging import AFTER, paged
from gateway.web.pages.standing import Standing
from gateway.web.problems import NotTaken
from gateway.web.walltime import KEPT, LONDON, clock

MOST_A_DAY = 8
FILTER = ("account", "state", "person")
BESIDE = {ReleaseState.CANCELLED: " (cancelled)", ReleaseState.PROVISIONAL: " (provisional)"}
STATES = (
    ("waiting", "Waits for answers"),
    ("held", "Scheduled or held"),
    ("claimed", "Getting ready"),
    ("sending", "Being sent"),
    ("unknown", "Nobody knows"),
    ("rejected", "Refused by the platform"),
    ("lapsed", "Lapsed"),
)


@dataclass(frozen=True)
class Line:
    """One thing of the queue with how it stands, where it is shown and what it says."""

    item: Item
    stands: Standing
    said: Said

    @property
    def path(self) -> str:
        """Where it is shown: the delivery, else the post."""
        delivery = self.item.delivery
        return f"/posts/{self.item.submission.post}" if delivery is None else f"/deliveries/{delivery.id}"

    @property
    def can_be_lifted(self) -> bool:
        """Whether somebody's word ends what holds it."""
        return self.item.delivery is not None and why_it_stays(self.item.delivery) is None

    @property
    def can_be_taken_over(self) -> bool:
        """Whether it is held because its author has left."""
        return self.item.delivery is not None and self.item.delivery.hold == Reason.AUTHOR_GONE

    @property
    def words(self) -> str:
        """When, where and which part: the line of a day."""
        return f"{clock(self.item.due)} {self.item.account.handle}{self.part}" if self.item.due else ""

    @property
    def part(self) -> str:
        """Which part of a thread, where it is one."""
        return f", part {self.said.part} of {self.said.parts}" if self.said.parts > 1 else ""


@dataclass(frozen=True)
class Shown:
    """The queue after the filter, whether it is cut, and what the filter offers: what there is."""

    items: list[Item]
    cut: bool
    choices: dict[str, list[tuple[str, str]]]


def _shown(page: Page) -> Shown:
    found = queueing.queue(page.world, page.who)
    wanted = {name: value for name in (*FILTER, "day") if (value := page.query.one(name))}
    return Shown([item for item in found.items if _matches(item, wanted)], found.cut, _choices(found.items))


def _lines(page: Page, items: Sequence[Item], *, words: bool = True) -> list[Line]:
    """These with what they say."""
    said = queueing.opened(page.world, page.who, items, words=words)
    return [Line(item, _stands(page, item), own) for item, own in zip(items, said, strict=True)]


def _stands(page: Page, item: Item) -> Standing:
    if item.delivery is None:
        return standing.of_submission(item.submission)
    return standing.of_delivery(item.delivery, page.now)


def _wants(item: Item) -> bool:
    return item.delivery is not None and standing.wants_somebody(item.delivery)


OWN: Mapping[str, Callable[[Item], str]] = {
    "account": lambda item: item.account.id,
    "state": lambda item: str(item.delivery.state) if item.delivery else "waiting",
    "person": lambda item: item.submission.author,
    "day": lambda item: _day_of(item),
}


def _matches(item: Item, wanted: Mapping[str, str]) -> bool:
    return all(OWN[name](item) == value for name, value in wanted.items())


def _day_of(item: Item) -> str:
    return _date_of(item.due) if item.due else ""


@lru_cache(KEPT)
def _date_of(instant: datetime) -> str:
    return instant.astimezone(LONDON).date().isoformat()


def _choices(items: Iterable[Item]) -> dict[str, list[tuple[str, str]]]:
    accounts: dict[str, str] = {}
    people: dict[str, str] = {}
    for item in items:
        accounts[item.account.id], people[item.submission.author] = item.account.handle, item.author
    by_name = {"account": accounts, "person": people}
    listed = {name: sorted(found.items(), key=lambda pair: pair[1]) for name, found in by_name.items()}
    return listed | {"state": list(STATES)}


def show_queue(page: Page) -> Response:
    """The list: what needs somebody first, then what is coming."""
    shown = _shown(page)
    items, pages = paged(page, sorted(shown.items, key=lambda item: not _wants(item)))
    lines = _lines(page, items)
    is_filtered = any(page.query.one(name) for name in (*FILTER, "day"))
    return page.render(
        "queue.html",
        "Queue",
        urgent=[line for line in lines if _wants(line.item)],
        coming=[line for line in lines if not _wants(line.item)],
        pages=pages,
        cut=shown.cut,
        choices=shown.choices,
        is_filtered=is_filtered,
    )


# --- the calendar -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Day:
    """One day of the calendar: its date, releases and lines, and how many more lines there are than are shown; how many
    went out, and where they are listed.
    """

    date: date
    releases: Sequence[str]
    lines: Sequence[Line]
    more: int
    is_today: bool
    is_outside: bool
    went: int = 0
    went_path: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is on it."""
        return not (self.releases or self.lines or self.went)


Dated = tuple[Coming, ReleaseState]


@dataclass(frozen=True)
class Span:
    """A month or a week: its days, its name, and the addresses of the ones before and after."""

    first: date
    days: int
    title: str
    before: str
    after: str
    month: int | None = None


def show_calendar(page: Page) -> Response:
    """A month, or a week, of releases and posts on one page."""
    span = _span(page)
    shown = _shown(page)
    begins, ends = _midnight(span.first), _midnight(span.first + timedelta(days=span.days))
    today = page.now.earliest.astimezone(LONDON).date()
    edges, account = _edges(page, span, today), page.query.one("account")
    releases, went = queueing.around(page.world, page.who, begins, ends, edges, account or None)
    kept = urlencode([pair for pair in page.query.pairs if pair[0] in FILTER and pair[1]])
    own = [item for item in shown.items if item.due and begins <= item.due < ends]
    days = list(_days(page, span, releases, own, today))
    for number, (count, end) in enumerate(zip(went, edges[1:], strict=False)):
        path = "" if account else _listed_until(end)  # the list is of every account
        days[number] = replace(days[number], went=count, went_path=path)
    return page.render(
        "calendar.html",
        span.title,
        days=days,
        span=span,
        kept=f"&{kept}" if kept else "",
        cut=shown.cut,
        choices=shown.choices,
    )


def _edges(page: Page, span: Span, today: date) -> list[datetime]:
    """The midnights around each day up to today, whose posts are counted; none where the filter asks for a state or a
    person: of what is out nobody is asked.
    """
    over = min(span.days, (today - span.first).days + 1)
    if over < 1 or page.query.one("state") or page.query.one("person"):
        return []
    return [_midnight(span.first + timedelta(days=number)) for number in range(over + 1)]


def _listed_until(end: datetime) -> str:
    return f"/publications?{urlencode({'page': 2, AFTER: place(end, '!')})}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def _span(page: Page) -> Span:
    """What was asked for: `week=2026-W10`, else `month=2026-03`, else this month. Raises NotTaken(404)."""
    today = page.now.earliest.astimezone(LONDON).date()
    week, month = page.query.one("week"), page.query.one("month", f"{today:%Y-%m}")
    try:
        return _week(week) if week else _month(month)
    except ValueError:
        raise NotTaken(404) from None


def _week(text: str) -> Span:
    if not re.fullmatch(r"20\d\d-W\d\d", text):
        raise ValueError(text)
    first = date.fromisocalendar(int(text[:4]), int(text[6:]), 1)
    before, after = (f"?week={first + timedelta(days=days):%G-W%V}" for days in (-7, 7))
    return Span(first, 7, f"Week of {first.day} {first:%B %Y}", before, after)


def _month(text: str) -> Span:
    if not re.fullmatch(r"20\d\d-\d\d", text):
        raise ValueError(text)
    begins = date.fromisoformat(f"{text}-01")
    last = (begins + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    first = begins - timedelta(days=begins.weekday())
    days = (last - first).days + 7 - last.weekday()
    before, after = begins - timedelta(days=1), last + timedelta(days=1)
    return Span(first, days, f"{begins:%B %Y}", f"?month={before:%Y-%m}", f"?month={after:%Y-%m}", begins.month)


def _days(page: Page, span: Span, releases: Iterable[Dated], items: Iterable[Item], today: date) -> Iterable[Day]:
    by_day: dict[str, list[Item]] = {}
    for item in items:
        by_day.setdefault(_day_of(item), []).append(item)
    shown = [item for own in by_day.values() for item in own[:MOST_A_DAY]]
    lines = dict(zip(shown, _lines(page, shown, words=False), strict=True))
    out: dict[date, list[str]] = {}
    for release, state in releases:
        said = f"{clock(release.instant)} {release.title}{BESIDE.get(state, '')}"
        out.setdefault(release.instant.astimezone(LONDON).date(), []).append(said)
    for number in range(span.days):
        day = span.first + timedelta(days=number)
        own = by_day.get(day.isoformat(), [])
        outside = span.month is not None and day.month != span.month
        first = [lines[item] for item in own[:MOST_A_DAY]]
        yield Day(day, out.get(day, []), first, len(own) - len(first), day == today, outside)


PAGES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/queue", show_queue, "post.read", OF_SESSION),
    PageRoute("GET", "/queue/calendar", show_calendar, "post.read", OF_SESSION),
)
