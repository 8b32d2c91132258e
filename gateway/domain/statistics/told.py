"""Told: a figure of which the sentence says in which release it came out: "as we published in October", "our 3 December
edition". The calendar must show that release as out, and every period named must be over by its day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from gateway.domain.release import Entry
from gateway.domain.statistics.diary import Diary
from gateway.domain.statistics.periods import MONTH_WORD, MONTHS, YEARS
from gateway.domain.statistics.reading import Sentence
from gateway.domain.statistics.tokens import Kind

LONDON = ZoneInfo("Europe/London")
SAID_BEFORE = frozenset({"published", "released", "reported", "release", "bulletin", "edition", "publication", "out"})
SAID_AFTER = frozenset({"release", "bulletin", "edition", "publication", "accounts", "report"})
# ... and of a day, which no period that is measured has, more words say so.
SAID_OF_A_DAY = SAID_BEFORE | {
    "said",
    "issued",
    "announced",
    "revealed",
    "explained",
    "dated",
    "updated",
    "showed",
    "told",
}
EDITION = SAID_AFTER | {
    "figures",
    "tables",
    "table",
    "estimates",
    "statistics",
    "stats",
    "data",
    "article",
    "overview",
    "update",
    "wave",
}
BETWEEN = frozenset({"in", "of", "on", "from", "dated"})
COMING = frozenset({"will", "due", "next", "be", "coming", "tomorrow", "until", "before", "is", "are", "find", "see"})
ENDS_PHRASE = frozenset({",", ";", ":", "(", ")", "-", "as", "was", "were", "is", "are", "said", "according"})
AHEAD, BEHIND = 7, 3
TITLE_TAIL = 5  # ", UK: June 2026"
NEAREST_DAY = timedelta(days=300)  # a day without a year is the last one of that name
DAY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\b(?!\d)")


def told_in(sentence: Sentence) -> frozenset[int]:
    """The places of days, months or years that say when something was published; none where it is still to come."""
    words = [token.word for token in sentence.tokens]
    if set(words) & {"will", "due", "coming", "tomorrow", "next"}:
        return frozenset()
    dated = (at for at, one in enumerate(sentence.tokens) if one.kind in (Kind.DATE, Kind.PERIOD))
    return frozenset(at for at in dated if _is_told(sentence, words, at))


def titled_in(sentence: Sentence, diary: Diary) -> frozenset[int]:
    """The places of periods that end the quoted title of a release that is out: "(House prices, UK: June 2026)"."""
    found = set()
    for topic in sentence.topics:
        tails = {
            entry.title.partition(":")[2].strip().lower() for one in topic.series[:3] for entry in diary.shelf(one).out
        }
        after = sentence.tokens[topic.end : topic.end + TITLE_TAIL]
        at = next((at for at, token in enumerate(after) if token.kind is Kind.PERIOD), None)
        if topic.title and at is not None and ":" in {one.word for one in after[:at]} and after[at].word in tails:
            found.add(topic.end + at)
    return frozenset(found)


def days_in(sentence: Sentence) -> list[str]:
    """The days of the month it names, as written."""
    return [token.word for token in sentence.tokens if token.kind is Kind.DATE and DAY.search(token.word)]


def came_out_on(series: Sequence[str], day: str, diary: Diary) -> Entry | None:
    """The release of one of these series that is out and came out on this very day, written as in a sentence."""
    found = [
        entry
        for one in series
        for entry in diary.shelf(one).out
        if _came_out(entry, [day], ()) and (YEARS.search(day) or diary.as_of - entry.instant < NEAREST_DAY)
    ]
    return max(found, key=lambda entry: entry.instant, default=None)


def _is_told(sentence: Sentence, words: Sequence[str], at: int) -> bool:
    if sentence.tokens[at].kind is Kind.DATE and _is_told_of_a_day(sentence, words, at):
        return True
    before = words[max(0, at - BEHIND) : at]
    if before and before[-1] in BETWEEN and set(before[:-1]) & SAID_BEFORE:
        return not set(words[max(0, at - BEHIND - 2) : at]) & COMING
    led = bool(set(before[-2:]) & {"our", "the", "in", "from"}) or words[at + 1 : at + 3] == ["'", "s"]
    return led and _heads_a_release(sentence, at) and not re.match(r"q[1-4]", words[at])


def _is_told_of_a_day(sentence: Sentence, words: Sequence[str], at: int) -> bool:
    """Whether it reads like "published 11 September", "we said on the 14th", "our 3 May tables" or "(3 May)"."""
    before = words[max(0, at - BEHIND) : at]
    if set(words[max(0, at - BEHIND - 2) : at]) & COMING:
        return False
    if before and before[-1] in SAID_OF_A_DAY:
        return True
    if before and before[-1] in BETWEEN | {"the"} and set(before[:-1]) & (SAID_OF_A_DAY | EDITION):
        return True
    if before[-1:] == ["("] and words[at + 1 : at + 2] in ([")"], [","], [";"]):
        return True
    led = bool(set(before[-2:]) & {"our", "the", "in", "from"}) or words[at + 1 : at + 3] == ["'", "s"]
    return led and _heads_a_release(sentence, at, EDITION)


def _heads_a_release(sentence: Sentence, at: int, editions: frozenset[str] = SAID_AFTER) -> bool:
    """Whether "release" or the like follows, with nothing between that ends the phrase."""
    for token in sentence.tokens[at + 1 : at + 1 + AHEAD]:
        if token.word in editions:
            return True
        if token.kind in (Kind.DATE, Kind.PERIOD, Kind.FIGURE) or token.word in ENDS_PHRASE:
            return False
    return False


def release_told(
    sentence: Sentence, told: frozenset[int], ends: Sequence[date], named: Sequence[tuple[str, ...]], diary: Diary
) -> Entry | None:
    """The release that is out on what was told, of each series named; None where one has none, or a period is later."""
    wanted = [sentence.tokens[at].word for at in sorted(told)]
    found = []
    for series in named:
        out = [entry for one in series[:3] for entry in diary.shelf(one).out if _came_out(entry, wanted, ends)]
        if not out:
            return None
        found.append(max(out, key=lambda entry: entry.instant))
    return max(found, key=lambda entry: entry.instant, default=None)


def _came_out(entry: Entry, wanted: Sequence[str], ends: Sequence[date]) -> bool:
    day = entry.instant.astimezone(LONDON).date()
    return all(_fits(day, entry, word) for word in wanted) and all(end < day for end in ends)


def _fits(day: date, entry: Entry, word: str) -> bool:
    """Whether a day fits "3 December", "October", "October 2026"; a year alone must stand in the title too."""
    months = [MONTHS[name] for name in MONTH_WORD.findall(word)]
    years = [int(year) for year, _ in YEARS.findall(word)]
    if not months:
        return years == [day.year] and str(day.year) in entry.title
    days = [int(number) for number in DAY.findall(YEARS.sub("", word)) if int(number) <= 31]
    fits_year = not years or years[-1] == day.year
    return fits_year and months == [day.month] and (not days or days == [day.day])
