"""The queue: what needs somebody at the top, what is coming below, and the same on a calendar beside the releases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.responses import Response

from gateway.actions import queueing
from gateway.actions.queueing import Item
from gateway.domain.delivery import why_it_stays
from gateway.domain.release import Release, ReleaseState
from gateway.web.mount import OF_SESSION
from gateway.web.pages import standing
from gateway.web.pages.page import Page, PageRoute
from gateway.web.pages.paging import paged
from gateway.web.pages.standing import Standing
from gateway.web.problems import NotTaken
from gateway.web.walltime import ZONE

LONDON = ZoneInfo(ZONE)
MOST_A_DAY = 8
FILTER = ("account", "state", "person")
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
    """One thing of the queue with how it stands and where it is shown."""

    item: Item
    stands: Standing

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
    def part(self) -> str:
        """Which part of a thread, where it is one."""
        said = self.item.delivery.outgoing if self.item.delivery else None
        return f", part {said.part} of {said.parts}" if said is not None and said.parts > 1 else ""

    @property
    def state(self) -> str:
        """The key of the filter."""
        return str(self.item.delivery.state) if self.item.delivery else "waiting"


@dataclass(frozen=True)
class Shown:
    """The queue after the filter, whether it is cut, and what the filter offers: what there is."""

    lines: list[Line]
    cut: bool
    choices: dict[str, list[tuple[str, str]]]


def _shown(page: Page) -> Shown:
    found = queueing.queue(page.world, page.who)
    lines = [Line(item, _stands(page, item)) for item in found.items]
    wanted = {name: page.query.one(name) for name in (*FILTER, "day")}
    return Shown([line for line in lines if _matches(line, wanted)], found.cut, _choices(found.items))


def _stands(page: Page, item: Item) -> Standing:
    if item.delivery is None:
        return standing.of_submission(item.submission)
    return standing.of_delivery(item.delivery, page.now)


def _matches(line: Line, wanted: dict[str, str]) -> bool:
    item = line.item
    own = {"account": item.account.id, "state": line.state, "person": item.submission.author, "day": _day_of(item)}
    return all(not value or own[name] == value for name, value in wanted.items())


def _day_of(item: Item) -> str:
    return item.due.astimezone(LONDON).date().isoformat() if item.due else ""


def _choices(items: Iterable[Item]) -> dict[str, list[tuple[str, str]]]:
    listed = list(items)
    accounts = sorted({(item.account.id, item.account.handle) for item in listed}, key=lambda pair: pair[1])
    people = sorted({(item.submission.author, item.author) for item in listed}, key=lambda pair: pair[1])
    return {"account": accounts, "person": people, "state": list(STATES)}


def show_queue(page: Page) -> Response:
    """The list."""
    shown = _shown(page)
    urgent = [line for line in shown.lines if line.stands.wants]
    coming, pages = paged(page, [line for line in shown.lines if not line.stands.wants])
    is_filtered = any(page.query.one(name) for name in (*FILTER, "day"))
    return page.render(
        "queue.html",
        "Queue",
        urgent=urgent,
        coming=coming,
        pages=pages,
        cut=shown.cut,
        choices=shown.choices,
        is_filtered=is_filtered,
    )


# --- the calendar -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Day:
    """One day of the calendar: its date, releases and lines, and how many more lines there are than are shown."""

    date: date
    releases: Sequence[Release]
    lines: Sequence[Line]
    more: int
    is_today: bool
    is_outside: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing is on it."""
        return not (self.releases or self.lines)


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
    releases = queueing.releases_between(page.world, page.who, begins, ends)
    kept = urlencode([pair for pair in page.query.pairs if pair[0] in FILTER and pair[1]])
    days = list(_days(span, releases, shown.lines, page.now.earliest.astimezone(LONDON).date()))
    return page.render(
        "calendar.html",
        span.title,
        days=days,
        span=span,
        kept=f"&{kept}" if kept else "",
        cut=shown.cut,
        choices=shown.choices,
        cancelled=ReleaseState.CANCELLED,
        provisional=ReleaseState.PROVISIONAL,
    )


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


def _days(span: Span, releases: Iterable[Release], lines: Iterable[Line], today: date) -> Iterable[Day]:
    by_day: dict[str, list[Line]] = {}
    for line in lines:
        by_day.setdefault(_day_of(line.item), []).append(line)
    out: dict[date, list[Release]] = {}
    for release in releases:
        out.setdefault(release.instant.astimezone(LONDON).date(), []).append(release)
    for number in range(span.days):
        day = span.first + timedelta(days=number)
        own = by_day.get(day.isoformat(), [])
        outside = span.month is not None and day.month != span.month
        yield Day(day, out.get(day, []), own[:MOST_A_DAY], max(0, len(own) - MOST_A_DAY), day == today, outside)


PAGES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/queue", show_queue, "post.read", OF_SESSION),
    PageRoute("GET", "/queue/calendar", show_calendar, "post.read", OF_SESSION),
)
