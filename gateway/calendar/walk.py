"""Walking through a calendar's pages: which address to ask next and how long to wait first; no socket, no clock.

ONS's search gives pages and answers 429 to quick callers (four quick calls were enough): pages are spaced, a 429 is
waited out where its Retry-After is short, and told to come back otherwise. Nothing is followed elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from gateway.calendar import ons
from gateway.calendar.fields import MOST_ENTRIES, each_once
from gateway.calendar.readers import read
from gateway.calendar.refused import CalendarRefused
from gateway.domain.release import Entry

PAGED = "/search/releases"
PAGE = 1_000
SPACE = timedelta(seconds=2)
PATIENCE = timedelta(seconds=30)
USUAL_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True)
class Ask:
    """An address to ask with GET, after waiting this long."""

    url: str
    after: timedelta = timedelta(0)


@dataclass(frozen=True)
class Answer:
    """What came back: header names in lower case, the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Busy(CalendarRefused):
    """The calendar asks to be left alone for `after`."""

    def __init__(self, after: timedelta) -> None:
        super().__init__(f"The calendar is busy and asks to come back in {after.total_seconds():.0f} s. Wait for it.")
        self.after = after


Walk = Generator[Ask, Answer, tuple[tuple[Entry, ...], str]]


def walk(url: str) -> Walk:
    """The entries at `url`, all pages of them, and the SHA-256 (hex) of every byte. Raises CalendarRefused or Busy."""
    if urlsplit(url).path.endswith(PAGED):
        return (yield from _pages(url))
    body = yield from _asked(Ask(url))
    return read(body), hashlib.sha256(body).hexdigest()


def _pages(url: str) -> Walk:
    found: list[Entry] = []
    digest = hashlib.sha256()
    total, pause = None, timedelta(0)
    while total is None or len(found) < total:
        body = yield from _asked(Ask(_page_of(url, len(found)), pause))
        page = ons.read_page(body)
        if page.total is None or (total is not None and page.total != total) or (page.total and not page.entries):
            raise CalendarRefused("The calendar changed while its pages were read, or gives no total. Fetch it again.")
        if page.total > MOST_ENTRIES:
            raise CalendarRefused(f"The calendar holds more than {MOST_ENTRIES:,} entries. Narrow its dates.")
        digest.update(body)
        found += page.entries
        total, pause = page.total, SPACE
    if len(each_once(found)) != total:
        raise CalendarRefused("The calendar changed while its pages were read. Fetch it again.")
    if not found:
        raise CalendarRefused("The calendar holds no releases. Widen its dates and fetch it again.")
    return tuple(found), digest.hexdigest()


def _page_of(url: str, offset: int) -> str:
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in {"limit", "offset"}]
    query = urlencode([*kept, ("limit", str(PAGE)), ("offset", str(offset))])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def _asked(ask: Ask) -> Generator[Ask, Answer, bytes]:
    """The body of a 200. A 429 is waited out while patience lasts. Raises CalendarRefused or Busy."""
    waited = timedelta(0)
    answer = yield ask
    while answer.status == 429:
        pause = retry_after(answer.headers)
        waited += pause
        if waited > PATIENCE:
            raise Busy(pause)
        answer = yield Ask(ask.url, pause)
    if 300 <= answer.status < 400:
        raise CalendarRefused("The calendar's address points elsewhere, where nobody follows. Give the new address.")
    if answer.status != 200:
        raise CalendarRefused(f"The calendar's address answers {answer.status}. Check it, or wait.")
    return answer.body


def retry_after(headers: Mapping[str, str]) -> timedelta:
    """How long a 429 asks to wait (RFC 9110, 10.2.3): seconds, or a date measured from the answer's own Date."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return min(timedelta(seconds=min(int(said[:9]), 10**9)), LONGEST_WAIT)
    try:
        pause = parsedate_to_datetime(said) - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, OverflowError):
        return USUAL_WAIT
    return min(max(pause, timedelta(seconds=1)), LONGEST_WAIT)
