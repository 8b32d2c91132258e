"""Periods: which stretch of time a figure speaks of, and whether the calendar shows that its release is out."""

from __future__ import annotations

import calendar
import math
import re
from datetime import date, timedelta

from gateway.domain.release import Entry
from gateway.domain.statistics.diary import Diary
from gateway.domain.statistics.series import Series
from gateway.domain.statistics.tokens import Kind, Token, tokens_of

MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
MONTH_WORD = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*")
YEARS = re.compile(r"\b((?:1[89]|20)\d\d)\b(?:[/-](\d\d)\b)?")
QUARTER = re.compile(r"\b(?:q|quarter )([1-4])\b")
WEEK, MONTH = timedelta(days=7), timedelta(days=30)
DAY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\b")


def end_of(token: Token, today: date) -> date | None:
    """The last day of the period a token names; without a year the latest one that is over. None if unreadable."""
    text = token.word
    years = YEARS.findall(text)
    year = int(years[-1][0]) if years else None
    if year is not None and years[-1][1]:
        return _month_end(year + 1, 3)
    month = _last_month(text)
    if month is None:
        return _of_year(text, year)
    day = _day(text) if token.kind is Kind.DATE else None
    return _dated(year, month, day, today)


def _last_month(text: str) -> int | None:
    quarter = QUARTER.search(text)
    if quarter:
        return 3 * int(quarter[1])
    half = re.search(r"\bh([12])\b", text)
    if half:
        return 6 * int(half[1])
    named = MONTH_WORD.findall(text)
    return MONTHS[named[-1]] if named else None


def _of_year(text: str, year: int | None) -> date | None:
    if year is None:
        return None
    if text.startswith("mid"):
        return date(year, 6, 30)
    return date(year, 3, 31) if text.startswith(("fy", "financial")) else date(year, 12, 31)


def _day(text: str) -> int | None:
    found = DAY.search(text)
    return int(found[1]) if found and 1 <= int(found[1]) <= 31 else None


def _dated(year: int | None, month: int, day: int | None, today: date) -> date:
    if year is not None:
        return _on(year, month, day)
    here = _on(today.year, month, day)
    return here if here <= today else _on(today.year - 1, month, day)


def _on(year: int, month: int, day: int | None) -> date:
    last = _month_end(year, month)
    return last if day is None else date(year, month, min(day, last.day))


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def release_that_held(series: Series, end: date, length: timedelta, diary: Diary) -> Entry | None:
    """The release that is out and surely held the period of `length` ending on `end`; None where that is not sure.

    Sure means: the newest release names this very period and came after its end; or it came late enough to hold the
    period and its title names no older one. And the release to come is for a later period still (otherwise this one may
    be its, or revised in it). Counted in months; weeks in days.
    """
    shelf = diary.shelf(series.id)
    last, following = shelf.last, shelf.next
    if last is None or any(_is_named(one, period_of_title(one), end) for one in shelf.cancelled):
        return None  # ... nor where the release that was to hold it was cancelled
    named = period_of_title(last)
    if _is_named(last, named, end) and end < last.instant.date() and _is_of_later(following, end):
        return last  # "Adult smoking habits in the UK: 2025", out in October 2026, and 2026 comes next
    if not _reaches(series, last, end):
        return None
    if named is not None and named < end:
        return None
    span = max(series.length, length)
    later = end + span if span <= WEEK else _month_end(*_months_after(end, round(span / MONTH)))
    return last if following is None or _reaches(series, following, later) else None


def _is_named(entry: Entry, named: date | None, end: date) -> bool:
    """Whether the title names this very period, or the year it ends in: "Gender pay gap: 2026" for April 2026."""
    of_year = re.fullmatch(r"\s*(\d{4})\s*", entry.title.partition(":")[2])
    return named == end or bool(of_year and int(of_year[1]) == end.year)


def _is_of_later(following: Entry | None, end: date) -> bool:
    """Whether the release to come names a later period; where there is none, nothing of this one is still to come."""
    named = period_of_title(following) if following is not None else None
    return following is None or (named is not None and named > end)


def _reaches(series: Series, entry: Entry, end: date) -> bool:
    """Whether a release on its day may hold a period that ended on `end`: at least the usual lag lies between."""
    day = entry.instant.date()
    if series.length <= WEEK:
        return end + series.lag <= day
    year, month = _months_after(end, math.ceil(series.lag / MONTH))
    return (year, month) <= (day.year, day.month)


def _months_after(day: date, months: int) -> tuple[int, int]:
    years, month = divmod(day.month - 1 + months, 12)
    return day.year + years, month + 1


def period_of_title(entry: Entry) -> date | None:
    """The end of the period that the title of an entry names after its colon, if it does."""
    _, _, tail = entry.title.partition(":")
    ends = [end_of(one, entry.instant.date()) for one in tokens_of(tail) if one.kind in (Kind.PERIOD, Kind.DATE)]
    known = [one for one in ends if one is not None]
    return max(known, default=None)
