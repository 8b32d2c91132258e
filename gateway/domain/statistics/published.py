"""Published: the safe form of a figure that is out: series, period named, and the calendar shows its release."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, timedelta

from gateway.domain.release import Entry
from gateway.domain.statistics.diary import Diary
from gateway.domain.statistics.lexicon import BESIDE_A_RELEASE, Lexicon
from gateway.domain.statistics.periods import MONTH_WORD, end_of, release_that_held
from gateway.domain.statistics.reading import Sentence
from gateway.domain.statistics.series import Series
from gateway.domain.statistics.tokens import Kind
from gateway.domain.statistics.told import release_told, titled_in, told_in

STATING = BESIDE_A_RELEASE | {
    "direction",
    "soft_direction",
    "record",
    "soft_record",
    "sameness",
    "soft_sameness",
    "compare",
    "soft_compare",
    "change",
    "qualify",
    "published",
    "react",
    "outcome",
    "asked",
    "unsaid",
}
MOST_UNKNOWN = 1
RELATIVE = frozenset({"last", "this", "past", "latest", "current", "previous"})
SPANS = frozenset(
    {"week", "month", "quarter", "year", "summer", "winter", "spring", "autumn", "time", "figure", "figures", "one"}
)
REPORTED = frozenset({"reported", "published", "said", "released", "showed"})
PUBLISHED_ON = frozenset({"published", "released", "publication", "out", "release", "bulletin"})
COMPARED = frozenset({"since", "than", "before", "until", "from", "with"})
BEFORE_IT = frozenset({"following", "after", "from", "than", "with"})
GOING_ON = frozenset({"them", "these", "those", "that's", "this", "they", "which", "terms"})
LATER = frozenset({"tomorrow", "today", "tonight", "now", "soon", "next", "since", "already"})
ENDING = frozenset({"ending", "ended", "to", "until", "till"})
DAY, TEN_DAYS = timedelta(days=1), timedelta(days=10)
HALF_A_YEAR = 183
OF_A_YEAR = re.compile(r"\b(?:year|(?:12|twelve) months) (?:to|ending|ended)\b")
PLACES = re.compile(r"\b(?:region|cit(?:y|ies)\b|local|council|borough|count(?:y|ies)\b|town|constituenc|subnational)")
BARE_YEAR = timedelta(days=366)


def release_behind(sentence: Sentence, lexicon: Lexicon, diary: Diary) -> Entry | None:
    """The release that is out and held what the sentence states; None where anything is unsure.

    Every period it names must be out for one series of each name (everyday words name none); no word may speak of what
    comes or of a mood.
    """
    told = told_in(sentence)
    today = diary.as_of.date()
    ends = _ends(sentence, today, told | titled_in(sentence, diary)) or _ends(sentence, today, told)
    if not ends and not told and _is_of_the_day(sentence):
        return _fresh(sentence, lexicon, diary)
    topics = [topic for topic in sentence.topics if not topic.weak]
    if not (ends or told) or not topics or not _only_states(sentence, lexicon):
        return None
    if told and (entry := release_told(sentence, told, ends, [topic.series for topic in topics], diary)):
        return entry
    if not ends:
        return None
    length = (
        BARE_YEAR if any(one.word.isdigit() for one in sentence.tokens if one.kind is Kind.PERIOD) else timedelta(0)
    )
    held = [_held(topic.series, ends, length, sentence, diary) for topic in topics]
    if any(one is None or is_of_other_places(sentence, one) for one in held):
        return None
    found = [one for one in held if one is not None]
    return max(found, key=lambda entry: entry.instant, default=None)


def is_of_other_places(sentence: Sentence, entry: Entry) -> bool:
    """Whether it gives figures of regions, cities or councils, which the release does not by its title."""
    return bool(PLACES.search(sentence.text)) and not PLACES.search(entry.title.lower())


def continues(sentence: Sentence, lexicon: Lexicon) -> bool:
    """Whether it goes on about what the sentence before it stated: "Around four in five of them were women." """
    words = {token.word for token in sentence.tokens if token.kind is Kind.WORD}
    own = sentence.topics or any(one.kind in (Kind.PERIOD, Kind.DATE, Kind.CLOCK) for one in sentence.tokens)
    return bool(words & GOING_ON) and not own and not words & LATER and _only_states(sentence, lexicon)


def _is_of_the_day(sentence: Sentence) -> bool:
    return not any(one.kind in (Kind.PERIOD, Kind.DATE) for one in sentence.tokens)


def _fresh(sentence: Sentence, lexicon: Lexicon, diary: Diary) -> Entry | None:
    """Without a period: the release of this very day, where the next one is too far for its figures to be known."""
    shelves = [diary.shelf(topic.series[0]) for topic in sentence.topics if not topic.weak]
    if not shelves or not _only_states(sentence, lexicon):
        return None
    for shelf in shelves:
        new = shelf.last is not None and diary.as_of - shelf.last.instant <= DAY
        near = shelf.next is not None and shelf.next.instant - diary.as_of < TEN_DAYS
        if not new or near:
            return None
    return shelves[0].last


def _ends(sentence: Sentence, today: date, told: Collection[int]) -> list[date]:
    """The last days of the periods named, none where one is unreadable, relative, or only compared with."""
    words = [token.word for token in sentence.tokens]
    relative = any(
        words[at] in RELATIVE
        and words[at + 1] in SPANS
        and not set(words[at + 2 : at + 4]) & REPORTED
        and not set(words[max(0, at - 6) : at]) & BEFORE_IT
        for at in range(len(words) - 1)
    )
    found = (at for at, one in enumerate(sentence.tokens) if one.kind is Kind.PERIOD or _ends_period(sentence, at))
    places = [at for at in found if at not in told]
    stated = any(not is_compared(words, at) for at in places)
    ends = [end_of(sentence.tokens[at], today) for at in places]
    if any(end is None or not _is_past(sentence, at, end, today) for at, end in zip(places, ends, strict=True)):
        return []
    if relative or not stated or any(one is None for one in ends):
        return []
    return [one for one in ends if one is not None]


def _is_past(sentence: Sentence, at: int, end: date, today: date) -> bool:
    """Whether a day or month lies behind: without a year it is the nearest one, which may be still to come."""
    token = sentence.tokens[at]
    if token.kind is Kind.PERIOD and not MONTH_WORD.search(token.word):
        return True
    dated = bool(re.search(r"\d{4}", token.word))
    return end < today and (dated or (today - end).days < HALF_A_YEAR)


def is_compared(words: Sequence[str], at: int) -> bool:
    """Whether what is stated is only compared with a period ("since 2021", "since the measure started in 2009")."""
    return bool(set(words[max(0, at - 2) : at]) & COMPARED) or "since" in words[max(0, at - 6) : at]


def _ends_period(sentence: Sentence, at: int) -> bool:
    """Whether a date ends a period ("week ending 18 September") or is the day itself; not the day of publication.

    A day without a year that ends nothing is as likely one to come ("House prices, 16 December").
    """
    before = {one.word for one in sentence.tokens[max(0, at - 2) : at]}
    dated = bool(re.search(r"\d{4}", sentence.tokens[at].word)) or bool(before & ENDING)
    return sentence.tokens[at].kind is Kind.DATE and dated and not before & PUBLISHED_ON


def _held(
    series: tuple[str, ...], ends: list[date], length: timedelta, sentence: Sentence, diary: Diary
) -> Entry | None:
    """The release of the likeliest series; where a name may mean several, each that is on the calendar must be out."""
    answers = [
        [release_that_held(one, end, length, diary) for end in ends] for one in meant_by(series, sentence, diary)
    ]
    if not answers or any(entry is None for answer in answers for entry in answer):
        return None
    return answers[0][0]


def meant_by(series: tuple[str, ...], sentence: Sentence, diary: Diary) -> list[Series]:
    """The series on the calendar that a name may mean, likeliest first. One of longer periods than the likeliest is
    meant only by what is told of a year: a figure of August is not the quarterly series'.
    """
    known = [diary.names.series[one] for one in series[:3] if one in diary.names.series]
    listed = [one for one in known if diary.shelf(one.id).out or diary.shelf(one.id).pending]
    of_year = bool(OF_A_YEAR.search(sentence.text))
    return [one for one in listed if of_year or one.length <= listed[0].length]


def _only_states(sentence: Sentence, lexicon: Lexicon) -> bool:
    """Whether every word belongs to the statement of a figure."""
    unknown = 0
    covered = sentence.phrases.get("anywhere", frozenset()) | sentence.named
    for at, token in enumerate(sentence.tokens):
        if token.kind is not Kind.WORD or at in covered:
            continue
        classes = lexicon.of(token.word)
        moody = classes & {"tone", "know"} and not classes & STATING
        if "unpublished" in classes or moody:
            return False
        named = token.capital and at > 0  # "Noah", "Gwynedd": whom or what a figure is of
        unknown += not classes & STATING and not named
    return unknown <= MOST_UNKNOWN and not lexicon.patterns["hints"]["always"].search(sentence.text)
