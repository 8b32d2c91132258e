"""ONS's release calendar as RSS (`/releasecalendar?rss`): title, link and pubDate, the release's instant; no status.

So an entry it makes known is provisional and stays shut, and a known one keeps its state: RSS can tell that a release
moved, never that it is final or out. The parser is given bytes that were fetched before and fetches nothing itself.
"""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import feedparser

from gateway.calendar.fields import (
    each_once,
    half_past_nine,
    in_our_time,
    path_of,
    require_size,
    require_some,
    title_of,
)
from gateway.calendar.refused import CalendarRefused
from gateway.domain.release import Entry, ReleaseState

HOSTS = frozenset({"", "www.ons.gov.uk", "ons.gov.uk", "cy.ons.gov.uk"})
HOUR = re.compile(r"[0-9]{1,2}:[0-9]{2}")
ZONE = re.compile(r"(?:[+-][0-9]{4}|GMT|UTC?|Z|BST)\s*$")
DAY = "%d %b %Y"


def read(body: bytes) -> tuple[Entry, ...]:
    """The entries in their order. Raises CalendarRefused: one bad item refuses the whole calendar."""
    require_size(body)
    if re.search(rb"<!\s*(?:DOCTYPE|ENTITY)", body, re.IGNORECASE):
        raise CalendarRefused("The calendar declares a document type, which no RSS feed needs. Check its address.")
    feed = feedparser.parse(BytesIO(body), sanitize_html=True, resolve_relative_uris=False)
    if feed.get("bozo") or not str(feed.get("version", "")).startswith("rss"):
        raise CalendarRefused("The calendar is not whole, valid RSS. Fetch it again.")
    require_some(list(feed.entries))
    return each_once(_entry(item, index) for index, item in enumerate(feed.entries))


def _entry(item: Any, index: int) -> Entry:
    return Entry(
        id=_path(str(item.get("link", "")), index),
        title=title_of(item.get("title"), index),
        instant=_instant(str(item.get("published", "")).strip(), index),
        state=ReleaseState.PROVISIONAL,
        published=False,
        says_state=False,
    )


def _path(link: str, index: int) -> str:
    try:
        parts = urlsplit(link.strip())
    except ValueError as error:
        raise CalendarRefused("link cannot be read. Fetch the calendar again.", index) from error
    if parts.netloc not in HOSTS or parts.scheme not in {"", "https", "http"} or parts.query or parts.fragment:
        raise CalendarRefused("link does not name a page of the release calendar. Check its address.", index)
    return path_of(parts.path, index, "link")


def _instant(text: str, index: int) -> datetime:
    """RFC 822 with its zone; a day alone is 09:30 in London (the library would make it midnight)."""
    try:
        if not HOUR.search(text):
            day = text.split(",")[-1].strip()
            return in_our_time(half_past_nine(datetime.strptime(day, DAY).date()), index, "pubDate")  # noqa: DTZ007
        if not ZONE.search(text) or text.rstrip().endswith("BST"):
            raise CalendarRefused(
                "pubDate has no time zone that means one thing, so nobody can say which instant it is.", index
            )
        return in_our_time(parsedate_to_datetime(text), index, "pubDate")
    except CalendarRefused:
        raise
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        raise CalendarRefused(f"pubDate {text[:40]!r} is no date. Correct the calendar.", index) from error
