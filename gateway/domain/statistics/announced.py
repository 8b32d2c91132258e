"""Announced: what a sentence says of a release itself (out now, out on a day), held against the calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from gateway.domain.release import Entry, ReleaseState
from gateway.domain.statistics.diary import Diary, Shelf
from gateway.domain.statistics.periods import end_of
from gateway.domain.statistics.reading import Sentence
from gateway.domain.statistics.series import Topic
from gateway.domain.statistics.tokens import Kind

LONDON = ZoneInfo("Europe/London")
FRESH = timedelta(days=7)
HALF_A_YEAR = timedelta(days=183)
TODAY = re.compile(r"\b(?:today|this morning|this afternoon)\b")
HOUR = re.compile(r"(\d{1,2})(?:[:.]([0-5]\d))?\s?(?:([ap])\.?m)?")
NOON = 12
OUT_NOW = re.compile(
    r"\bout now\b|\bnow (?:out|live|available|published|online)\b|\b(?:available|live|online) now\b"
    r"|\bjust (?:published|released|out|landed|dropped)\b"
    r"|\b(?:has|have) (?:just |now )?(?:been )?(?:published|released|landed|arrived)\b"
    r"|\b(?:is|are) (?:now )?(?:live|here)\b|\bpublished (?:today|this morning|at)\b(?! \d)"
    r"|\b(?:read|download|explore|see) (?:the|our) (?:full |latest |new )*"
    r"(?:bulletin|release|figures|results|findings)\b|\bwe(?:'ve| have) (?:just |now |today )?(?:published|released)\b"
)
NOT_ITSELF = re.compile(
    r"\b(?:article|blog|guide|guidance|paper|methods?|methodology|explainer|video|podcast|plan|plans|review|note|page|"
    r"dates?|calendar|consultation|report and accounts|statement|notice|will be|policy|strategy|glossary|archive)\b"
)
COMING = re.compile(
    r"\b(?:will|due|coming|out on|to be|is out|are out|publish(?:ing)?|releas(?:e|ing)|available|tomorrow|scheduled|"
    r"(?:is|are|get|gets) published|planned|reminder|next|confirmed|here on|at \d|from \d)\b"
)
CHANGED = re.compile(
    r"\b(?:cancel|postpone|moved?\b|moving|reschedul|delay|chang|brought forward|bring|provisional|instead|"
    r"not be (?:published|released|out)|no longer|will now|now (?:on|due|out)|planned for|not (?:the )?\d|"
    r"rather than|not (?:on )?(?:monday|tuesday|wednesday|thursday|friday)|previously|used to|originally|weekly|"
    r"every (?:week|month|wednesday))"
)
# ... to a day that is named after these words.
NOW_ON = re.compile(
    r"\b(?:will now|now (?:be|due|out|on|coming|comes)|"
    r"(?:moved|moves|brought forward|rescheduled|postponed|delayed|changed) (?:to|until|for))\b"
)
CALLED_OFF = re.compile(
    r"\b(?:has been|have been|is|are|was|were|now) cancelled\b|\bcancelled:"
    r"|\bcancelled the (?:release|bulletin|publication|figures|edition)\b"
)


def told_of_release(sentence: Sentence, diary: Diary) -> Iterator[tuple[str, Entry | None]]:
    """(rule, release) for what the calendar does not bear out; each release it names is asked about once."""
    named = _named(sentence)
    shelves = [shelf for topic in named for shelf in _shelves(topic.series, diary)[:1]]
    is_out_now = bool(OUT_NOW.search(sentence.text)) and not NOT_ITSELF.search(sentence.text)
    if is_out_now and named:
        yield from _out_now(shelves, diary)
    elif named and _announces(sentence):
        yield from _coming(sentence, shelves, diary)
    if CALLED_OFF.search(sentence.text):
        yield from (("release_stands", None) for shelf in shelves if shelf.next and not shelf.cancelled)


def _named(sentence: Sentence) -> list[Topic]:
    """What it names; everyday words do so only where a period is named too: "mid-2027 population estimates"."""
    dated = any(token.kind is Kind.PERIOD for token in sentence.tokens)
    return [topic for topic in sentence.topics if not topic.weak] or [topic for topic in sentence.topics if dated]


def out_now(sentence: Sentence, diary: Diary) -> Entry | None:
    """The release of which it says that it is out now, where the calendar bears that out for each series it names."""
    shelves = [shelf for topic in sentence.topics if not topic.weak for shelf in _shelves(topic.series, diary)[:1]]
    if not shelves or not OUT_NOW.search(sentence.text) or NOT_ITSELF.search(sentence.text):
        return None
    last = [shelf.last for shelf in shelves if shelf.last is not None and diary.as_of - shelf.last.instant <= FRESH]
    return max(last, key=lambda entry: entry.instant) if len(last) == len(shelves) else None


def is_due_today(sentence: Sentence, diary: Diary) -> bool:
    """Whether it names an hour of this very day that is still to come: "09:30 today."."""
    now = diary.as_of.astimezone(LONDON)
    hours = (_hour(token.word) for token in sentence.tokens if token.kind is Kind.CLOCK)
    return bool(TODAY.search(sentence.text)) and any(
        hour is not None and hour > (now.hour, now.minute) for hour in hours
    )


def _hour(word: str) -> tuple[int, int] | None:
    found = HOUR.match(word)
    if found is None:
        return None
    late = found[3] == "p" and int(found[1]) < NOON
    return int(found[1]) + NOON * late, int(found[2] or 0)


def _shelves(series: tuple[str, ...], diary: Diary) -> list[Shelf]:
    found = [diary.shelf(one) for one in series]
    return [one for one in found if one.out or one.pending or one.cancelled] or found


def _announces(sentence: Sentence) -> bool:
    timed = any(token.kind in (Kind.CLOCK, Kind.DATE) for token in sentence.tokens)
    return timed and bool(COMING.search(sentence.text))


def _out_now(shelves: list[Shelf], diary: Diary) -> Iterator[tuple[str, Entry | None]]:
    """ "Out now" is true of a release seen published within the week; else it waits for the next one."""
    for shelf in shelves:
        is_fresh = shelf.last is not None and diary.as_of - shelf.last.instant <= FRESH
        if not is_fresh:
            yield ("out_now" if shelf.next else "release_unknown"), shelf.next


def _coming(sentence: Sentence, shelves: list[Shelf], diary: Diary) -> Iterator[tuple[str, Entry | None]]:
    days = [_day(token.word, sentence, diary) for at, token in enumerate(sentence.tokens) if _is_day(sentence, at)]
    known = [day for day in days if day is not None]
    changed = CHANGED.search(sentence.text)
    for shelf in shelves:
        rule = _wrong(shelf, known, diary) if not changed else _moved(shelf, known, diary)
        if rule and (not changed or _is_moved_only_there(sentence, shelf, known)):
            yield rule, None


def _is_day(sentence: Sentence, at: int) -> bool:
    """Whether a date is a day on which something happens, not the end of a period."""
    before = {token.word for token in sentence.tokens[max(0, at - 2) : at]}
    return sentence.tokens[at].kind is Kind.DATE and not before & {"ending", "ended", "to", "until", "up"}


def _wrong(shelf: Shelf, days: list[date], diary: Diary) -> str | None:
    """What the calendar says against an announcement: unknown, cancelled, provisional, past, or moved from that day."""
    if not (shelf.out or shelf.pending or shelf.cancelled):
        return "release_unknown"
    if shelf.next is None:
        return "release_cancelled" if shelf.cancelled and not shelf.out else ("date_past" if days else None)
    if shelf.next.state is ReleaseState.PROVISIONAL and days:
        return "release_provisional"
    called_off = {entry.instant.astimezone(LONDON).date() for entry in shelf.cancelled}
    if any(day in called_off - _held_on(shelf) for day in days):
        return "release_cancelled"
    if days and max(days) < diary.as_of.astimezone(LONDON).date():
        return "date_past"
    return _moved(shelf, days, diary)


def _moved(shelf: Shelf, days: list[date], diary: Diary) -> str | None:
    left = {moment.astimezone(LONDON).date() for entry in shelf.pending for moment in diary.left(entry)}
    return "date_moved" if any(day in left - _held_on(shelf) for day in days) else None


def _held_on(shelf: Shelf) -> set[date]:
    return {entry.instant.astimezone(LONDON).date() for entry in shelf.pending}


def _is_moved_only_there(sentence: Sentence, shelf: Shelf, days: list[date]) -> bool:
    """Whether it says to which day a release was moved, and names none on which it is: it has moved again."""
    return bool(NOW_ON.search(sentence.text)) and not _held_on(shelf) & set(days)


def _day(word: str, sentence: Sentence, diary: Diary) -> date | None:
    """The day a date names; without a year the one nearest to now."""
    token = next(one for one in sentence.tokens if one.word == word)
    today = diary.as_of.astimezone(LONDON).date()
    day = end_of(token, today + HALF_A_YEAR)
    has_day = bool(re.search(r"\b\d{1,2}(?:st|nd|rd|th)?\b", word)) and bool(re.search(r"[a-z]{3}", word))
    return day if has_day and re.search(r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec", word) else None
