"""Past: a submission that tells what is out. Its words must read so to the reader that learnt it, it must say when
that was or which period is meant, and the calendar must bear out each series and period named.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations

from gateway.domain.reader import keys_of
from gateway.domain.release import Entry
from gateway.domain.statistics.diary import Diary, Shelf
from gateway.domain.statistics.features import forms_of, words_of
from gateway.domain.statistics.lexicon import Lexicon
from gateway.domain.statistics.periods import end_of, period_of_title, release_that_held
from gateway.domain.statistics.published import is_compared, is_of_other_places, meant_by
from gateway.domain.statistics.reading import Sentence
from gateway.domain.statistics.seen import Seen, Sight
from gateway.domain.statistics.series import Topic
from gateway.domain.statistics.tokens import Kind, Token
from gateway.domain.statistics.told import came_out_on, days_in, release_told, titled_in, told_in

# The calendar, or the whole, speaks against it.
AGAINST = frozenset({"out_now", "release_unknown", "release_cancelled", "release_provisional", "language"})
AGES = ((0, "coming"), (28, "fresh"), (45, "month"), (100, "recent"), (500, "year"))
HALF_A_YEAR, LAST_TIME, LONG_AGO = 183, timedelta(days=62), 400
PUT_OUT = r"(?:published|released|issued|out|reported|announced|appeared|put out|said|showed|told|wrote|updated?)"
EDITION = (
    r"(?:bulletin|release|figures|estimates?|statistics|stats|data|report|publication|edition|update|tables|article|"
    r"survey)"
)
WHEN = r"(?:last|earlier this) (?:week|month|year|autumn|summer|spring|winter|monday|tuesday|wednesday|thursday|friday)"
TOLD_VAGUELY = re.compile(
    rf"\b{PUT_OUT}\b[^.;]{{0,30}}\b{WHEN}\b|\b{WHEN}(?:'s)?\b[^.;]{{0,30}}\b(?:{EDITION}|{PUT_OUT})\b"
    r"|\b(?:already|previously) (?:out|published|released|on the site|public)\b|\bout since\b"
    rf"|\bour (?:latest|most recent|last) [^.;]{{0,30}}\b{EDITION}\b|\blatest (?:figures|numbers|estimates?|data)\b"
    rf"|\b{PUT_OUT}\b[^.;]{{0,20}}\bago\b|\b{PUT_OUT} (?:this morning|today|yesterday)\b"
)
NEVER_OUT = re.compile(r"\bcancel|\bpostpone|\bpulled\b|\bwithdrawn\b|\bunpublished\b|\bembargo|\bearly look\b")
WEEKDAY = r"(?:mon|tues|wednes|thurs|fri)day"
LOOKS_AHEAD = re.compile(
    r"\b(?:next|tomorrow|coming|upcoming|will|due|until|soon|new release|later this|ahead of)\b"
    rf"|\b(?:is|are|comes?|out|published|released|available|here) (?:out )?(?:on|this) {WEEKDAY}\b"
)
# "Coming 16 October.", "Out on 8 October.": what was just said is what comes, unless it is another edition.
SHORT, ANOTHER = 6, re.compile(r"\b(?:next|update[ds]?|then|again|more|new|fresh|following)\b")


def past_keys(sight: Sight, diary: Diary, lexicon: Lexicon) -> array[int]:
    """The keys of what the reader of the past goes by: words and forms of all prose, and what they say of time."""
    prose = [one.sentence for one in sight.seen if not one.linked]
    signs = sorted(signs_of_time(sight, diary))
    both = (f"{one}&{other}" for one, other in combinations(signs, 2))
    forms = forms_of(prose, (), 0, sight.nearness, sight.anchors, lexicon)
    return keys_of((*words_of(prose, sight.nearness), *forms, *signs, *both))


def signs_of_time(sight: Sight, diary: Diary) -> frozenset[str]:
    """How old the periods and days named are, whether something is said to be published, and what the calendar has."""
    sentences = [one.sentence for one in sight.seen]
    ages = {(token.kind, age) for one in sentences for token, age in _dated(one, diary.as_of.date())}
    found = {f"{kind} {age}" for kind, age in ages} | {f"ages {' '.join(sorted({age for _, age in ages}))}"}
    marks = (
        ("told", any(told_in(one) for one in sentences)),
        ("told vaguely", any(TOLD_VAGUELY.search(one.text) for one in sentences)),
        ("ahead", any(LOOKS_AHEAD.search(one.text) for one in sentences)),
        ("held", any(one.held for one in sight.seen)),
        ("all held", all(one.held for one in sight.seen if one.cues or one.held)),
        ("series out", any(_shelf(topic, diary).out for one in sentences for topic in _strong(one))),
        ("series", any(_strong(one) for one in sentences)),
    )
    return frozenset(found | {name for name, is_so in marks if is_so})


def _dated(sentence: Sentence, today: date, but: Collection[int] = frozenset()) -> Iterator[tuple[Token, str]]:
    """Each period and day, but those left out, with how old it is; one without a year is the nearest."""
    words = [token.word for token in sentence.tokens]
    for at, token in enumerate(sentence.tokens):
        end = end_of(token, today) if token.kind in (Kind.PERIOD, Kind.DATE) and at not in but else None
        if end is not None and not is_compared(words, at):
            yield token, _age(token, (today - end).days)


def _age(token: Token, days: int) -> str:
    bare = not re.search(r"\d{4}", token.word)
    if bare and days > HALF_A_YEAR:
        days -= 365
    return next((name for most, name in AGES if days < most), "old")


def _strong(sentence: Sentence) -> list[Topic]:
    return [topic for topic in sentence.topics if not topic.weak]


def _shelf(topic: Topic, diary: Diary) -> Shelf:
    """The releases of the likeliest series of that name that has any."""
    found = [diary.shelf(one) for one in topic.series[:3]]
    return next((one for one in found if one.out or one.pending), found[0])


def borne_out(sight: Sight, diary: Diary) -> tuple[bool, Entry | None]:
    """Whether calendar and wording allow that everything stated is out, and the newest release it is then from."""
    stated = [one for one in sight.open if one.cues]
    vague = any(TOLD_VAGUELY.search(one.sentence.text) for one in sight.seen)
    prose = [one.sentence for one in sight.seen if not one.linked]
    told = [one for one in prose if told_in(one)]
    if _speaks_against(sight, diary) or (vague and not _may_be_out(prose, told, diary)):
        return False, None
    held = [one.held for one in sight.seen if one.held is not None]
    found: list[Entry] = list(held)
    for one in stated:
        entries = _releases_of(one.sentence, prose, told, vague, diary)
        if entries is None:
            return False, None
        found += entries
    behind = [one for one in stated if not looks_ahead(one.sentence, diary)] == stated
    dated = bool(found) and all(any(_dated(one.sentence, diary.as_of.date())) for one in stated)
    said = (told or vague) and not _speaks_of_coming(stated, diary)
    proven = held or said or (behind and (dated or _is_long_ago(stated, diary)))
    return bool(proven), max(found, key=lambda entry: entry.instant, default=None)


def _speaks_against(sight: Sight, diary: Diary) -> bool:
    """Whether the calendar, a link or the wording rules out that all of it is out."""
    cued = [one for one in sight.open if one.cues]
    return (
        any(one.linked for one in cued)
        or any(cue.rule in AGAINST for one in cued for cue in one.cues)
        or any(NEVER_OUT.search(one.sentence.text) for one in sight.seen)
        or says_it_is_coming(sight, diary)
    )


def _may_be_out(prose: Sequence[Sentence], told: Sequence[Sentence], diary: Diary) -> bool:
    return all(_may_be_of(one, diary) for one in prose if one not in told and not days_in(one))


def _releases_of(
    sentence: Sentence, prose: Sequence[Sentence], told: Sequence[Sentence], vague: bool, diary: Diary
) -> list[Entry] | None:
    """The releases that may have held what a sentence states, [] where it names no series; None if one is not out."""
    if on_the_day := _told_on_its_day(sentence, prose, diary):
        return [on_the_day]
    entries = [_told_or_held(topic, sentence, told, vague, diary) for topic in _strong(sentence)]
    found = [one for one in entries if one is not None]
    return found if len(found) == len(entries) else None


def _told_on_its_day(sentence: Sentence, all_said: Sequence[Sentence], diary: Diary) -> Entry | None:
    """A release that is out, of a series named, on whose very day it is said to be: in the sentence itself or, where
    that looks at no other day, in another. What else is named beside it ("deaths" in the bulletin on drugs) is then a
    part of it. No period named may end later than that day.
    """
    if LOOKS_AHEAD.search(sentence.text):
        return None
    today = diary.as_of.date()
    ends = [end_of(token, today) for token in sentence.tokens if token.kind is Kind.PERIOD]
    own = days_in(sentence)
    for one in [sentence] if own else all_said:
        topics = [name for topic in (*_strong(sentence), *_strong(one)) for name in topic.series[:3]]
        for day in days_in(one):
            entry = came_out_on(topics, day, diary)
            if entry is not None and all(end is not None and end < entry.instant.date() for end in ends):
                return entry
    return None


def _may_be_of(sentence: Sentence, diary: Diary) -> bool:
    """Whether each period that it names beside a series, a figure in it or not, is one that a release held that is out:
    a map "to March 2027" is of what comes, whatever the words around it say.
    """
    today = diary.as_of.date()
    ends = [end for token in sentence.tokens if token.kind is Kind.PERIOD and (end := end_of(token, today))]
    names = [one for topic in sentence.topics for one in topic.series[:1] if one in diary.names.series]
    if not ends or not names or looks_ahead(sentence, diary):
        return True
    return any(release_that_held(diary.names.series[one], max(ends), timedelta(0), diary) is not None for one in names)


def says_it_is_coming(sight: Sight, diary: Diary) -> bool:
    """Whether a short sentence says of what the others state that it is still to come."""
    today = diary.as_of.date()
    return any(
        len(one.sentence.tokens) <= SHORT
        and not ANOTHER.search(one.sentence.text)
        and not _strong(one.sentence)
        and any(token.kind is Kind.DATE and age == "coming" for token, age in _dated(one.sentence, today))
        for one in sight.seen
    )


def looks_ahead(sentence: Sentence, diary: Diary) -> bool:
    """Whether a sentence speaks of what comes, or names a day or period that is still to come (not in the title of a
    release that is out: "House prices, UK: June 2026" comes out in June).
    """
    ages = {age for _, age in _dated(sentence, diary.as_of.date(), titled_in(sentence, diary))}
    return bool(LOOKS_AHEAD.search(sentence.text)) or "coming" in ages


def _speaks_of_coming(stated: Sequence[Seen], diary: Diary) -> bool:
    """Whether a period is named that is not over."""
    return any(age == "coming" for one in stated for _, age in _dated(one.sentence, diary.as_of.date()))


def _is_long_ago(stated: Sequence[Seen], diary: Diary) -> bool:
    """Whether all that is stated is of years past."""
    ages = [[age for _, age in _dated(one.sentence, diary.as_of.date())] for one in stated]
    return bool(ages) and any(ages) and all(set(some) <= {"old"} for some in ages)


def _told_or_held(
    topic: Topic, sentence: Sentence, told: Sequence[Sentence], vague: bool, diary: Diary
) -> Entry | None:
    """The release of that series that is out and may have held what the sentence states."""
    here = told_in(sentence)
    today = diary.as_of.date()
    places = [token for at, token in enumerate(sentence.tokens) if at not in here and token.kind is Kind.PERIOD]
    ends = [end for token in places if (end := end_of(token, today)) is not None]
    for one in told:
        entry = release_told(one, told_in(one), ends, [topic.series], diary)
        if entry is not None:
            return entry
    last = _shelf(topic, diary).last
    if last is None:
        return None
    if ends:
        year = timedelta(days=366) if any(token.word.isdigit() for token in places) else timedelta(0)
        held = [release_that_held(one, max(ends), year, diary) for one in meant_by(topic.series, sentence, diary)]
        if held and all(one is not None for one in held) and held[0] is not None:
            return None if is_of_other_places(sentence, held[0]) else held[0]
        return last if (today - max(ends)).days > LONG_AGO and not _is_pending(topic, max(ends), diary) else None
    return last if vague and diary.as_of - last.instant <= LAST_TIME else None


def _is_pending(topic: Topic, end: date, diary: Diary) -> bool:
    """Whether a release to come names that period, or an older one, in its title: some are late by more than a year."""
    named = [period_of_title(entry) for entry in _shelf(topic, diary).pending]
    return any(one is not None and one <= end for one in named)
