"""Verdict: what a submission says of statistics that are not out. Default deny; clearance is earned by a safe form.

Pure and deterministic. Raise STATISTICS_VERSION with every change that can find more or less: it is recorded beside
the approval, and what an older version judged is judged again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.domain.release import Entry
from gateway.domain.statistics.announced import is_due_today
from gateway.domain.statistics.cues import Signs
from gateway.domain.statistics.diary import Diary
from gateway.domain.statistics.evidence import Evidence, Judgement, Verdict
from gateway.domain.statistics.forms import Thresholds, compares, is_recognised, is_tense, words_in
from gateway.domain.statistics.lexicon import Lexicon
from gateway.domain.statistics.likely import likely_release
from gateway.domain.statistics.model import Model
from gateway.domain.statistics.nearness import Nearness
from gateway.domain.statistics.numbers import is_hard
from gateway.domain.statistics.past import borne_out, looks_ahead, past_keys, says_it_is_coming
from gateway.domain.statistics.reading import Reading, Sentence
from gateway.domain.statistics.said import Said
from gateway.domain.statistics.seen import OF_CALENDAR, Seen, Sight, features_in, look, readings_of
from gateway.domain.statistics.series import Topic
from gateway.domain.statistics.tokens import Kind, Token

STATISTICS_VERSION = "16"
STATES = frozenset(
    [
        "figure",
        "count",
        "loose_figure",
        "figure_in_words",
        "direction",
        "sameness",
        "record",
        "compare",
        "qualify",
        "change",
        "soft_direction",
        "soft_sameness",
        "soft_record",
        "soft_compare",
    ]
)
# ... of which these state something as soon as a series is named beside them.
STATED = frozenset({"soft_record", "soft_sameness", "own_figure", "figure_in_words", "direction", "sameness", "record"})
OURS = frozenset({"our", "we", "us", "we've", "we're", "colleagues", "staff", "team"})
NUMBERS = frozenset({"figure", "own_figure", "count", "figure_in_words"})
OF_SERIES = STATED | {"soft_direction", "figure"}
FARTHEST = 9
# What stands between a series and its figure: "comes in at", "for 2026 stood at".
LINKING = re.compile(
    r"comes|came|in|at|stands|stood|runs|ran|running|puts?|sits|sat|hits?|reache[sd]|totals|totalled|averaged?|averages|"
    r"was|were|is|are|now|stay(?:s|ed)|remain(?:s|ed)|up|down|to|by|from|calendar|years?|ending|ended"
)
LONGEST_WORDS = 160


@dataclass(frozen=True)
class Rules:
    """Everything the classifier judges by: word lists, signs, thresholds, and what was learnt."""

    lexicon: Lexicon
    signs: Signs
    thresholds: Thresholds
    model: Model


def judge_statistics(said: Said, diary: Diary, rules: Rules) -> Judgement:
    """The verdict on everything a submission says, with its evidence (P22; Code of Practice, standard 3)."""
    readings = readings_of(said, diary, rules.lexicon)
    sight = look(readings, diary, rules.lexicon, rules.signs)
    evidence = [*_evidence(sight.seen, diary), *_of_whole(said, readings)]
    verdict, why, release = _decide(sight, rules, diary)
    if verdict is Verdict.CLEAR and (blocked := _of_whole(said, readings)):
        verdict, why = Verdict.NEEDS_CLEARANCE, blocked[0].rule
    folded = tuple(reading.folded.text for reading in readings if reading.disguised)
    return Judgement(verdict, why, release, tuple(evidence), folded, STATISTICS_VERSION)


def _decide(sight: Sight, rules: Rules, diary: Diary) -> tuple[Verdict, str, str | None]:
    limits = rules.thresholds
    rest = sight.open
    cues = [cue.rule for one in rest for cue in one.cues]
    if rest and (told := _told(sight, rules, diary)) is not None:
        return told
    if (
        not limits.never.isdisjoint(cues)
        or any(_states_outright(one, rules.lexicon) for one in rest)
        or _is_hard(sight, rules.lexicon)
    ):
        return _bound(sight, rules, diary)
    if not OF_SERIES.isdisjoint(cues) and any(is_due_today(one.sentence, diary) for one in rest):
        return _bound(sight, rules, diary)
    if any(_is_cancelled(one.sentence, diary) for one in rest):
        return Verdict.NEEDS_CLEARANCE, "release_cancelled", None
    held = max((one.held for one in sight.seen if one.held), key=lambda entry: entry.instant, default=None)
    cleared = (
        (Verdict.CLEAR, "published", held.id) if held else (Verdict.CLEAR, f"safe_{sight.nearness.name.lower()}", None)
    )
    if held and _is_not_yet(sight, rules, diary):
        return _bound(sight, rules, diary) if cues else _to_come(sight, diary)
    if not rest:
        return cleared
    lacking = _lacking(sight, rules)
    limit, sentence_limit = limits.of(_kind(sight, lacking, limits), sight.nearness)
    whole = rules.model.doubt(*features_in(sight, rules.lexicon))
    if whole <= limit and all(one <= sentence_limit for one in _doubts(sight, rules, cued=bool(cues))):
        return cleared
    return _bound(sight, rules, diary) if cues else (Verdict.NEEDS_CLEARANCE, lacking or "learnt", None)


def _to_come(sight: Sight, diary: Diary) -> tuple[Verdict, str, str | None]:
    """Figures that are not out after all: bound to the next release of the series they are of."""
    coming = _pending([one.sentence for one in sight.seen if one.held], diary)
    if not coming:
        return Verdict.NEEDS_CLEARANCE, "learnt", None
    return Verdict.BIND, "figure", max(coming, key=lambda entry: (entry.instant, entry.id)).id


def _is_not_yet(sight: Sight, rules: Rules, diary: Diary) -> bool:
    """Whether what the calendar would show as out is said to come all the same, or does not read like the past."""
    if says_it_is_coming(sight, diary) or any(one.held and looks_ahead(one.sentence, diary) for one in sight.seen):
        return True
    stated = any(one.held and _states(one.sentence, rules.lexicon) for one in sight.seen)
    return stated and rules.model.past.doubt(past_keys(sight, diary, rules.lexicon)) > rules.thresholds.held


def _states(sentence: Sentence, lexicon: Lexicon) -> bool:
    """Whether it gives a figure or a direction, and not only a name."""
    words = (token.word for token in sentence.tokens if token.kind is Kind.WORD)
    figures = any(token.kind is Kind.FIGURE for token in sentence.tokens)
    return figures or any(STATES & lexicon.of(word) for word in words)


def _kind(sight: Sight, lacking: str | None, limits: Thresholds) -> str:
    """Which limits of doubt hold."""
    if not all(_may_be_waived(one, limits) for one in sight.open):
        return "stated"
    if any(one.cues for one in sight.open):
        return "waived"
    return "alone" if lacking else "safe"


def _told(sight: Sight, rules: Rules, diary: Diary) -> tuple[Verdict, str, str | None] | None:
    """Clear, where everything stated is told of the past: the calendar bears it out, and it reads so."""
    is_out, entry = borne_out(sight, diary)
    if not is_out or rules.model.past.doubt(past_keys(sight, diary, rules.lexicon)) > rules.thresholds.past:
        return None
    return Verdict.CLEAR, "published", entry.id if entry else None


def _doubts(sight: Sight, rules: Rules, *, cued: bool) -> Iterator[float]:
    """The doubt of each sentence alone, lest harmless ones dilute it; of the cued ones where there are any."""
    for one in sight.open:
        if bool(one.cues) is cued and not one.linked and words_in(one.sentence):
            yield rules.model.doubt(*features_in(replace(sight, seen=(one,)), rules.lexicon))


def _states_outright(one: Seen, lexicon: Lexicon) -> bool:
    """Whether something is seen in a link, or said of a series with little between: "CPI is at a record"."""
    if one.linked:
        return bool(one.cues)
    ends = [topic.end for topic in one.sentence.topics if not topic.weak]
    starts = [cue.start for cue in one.cues if cue.rule in OF_SERIES]
    near = ((end, start) for end in ends for start in starts if 0 <= start - end <= FARTHEST)
    return any(_is_little(one.sentence.tokens[end:start], lexicon) for end, start in near)


def _is_hard(sight: Sight, lexicon: Lexicon) -> bool:
    """Whether a share, a rate or the like stands near a release or is one of people at large: no reader frees it."""
    near = sight.nearness >= Nearness.ABOUT
    return any(
        cue.rule in NUMBERS
        and is_hard(one.sentence.tokens, cue.start)
        and (near or _is_of_people(one.sentence, one.sentence.tokens[cue.start], lexicon))
        for one in sight.open
        for cue in one.cues
    )


def _is_of_people(sentence: Sentence, number: Token, lexicon: Lexicon) -> bool:
    """Whether a number (no sum of money) is one of adults, firms or others whom statistics cover, not of the office."""
    words = {token.word for token in sentence.tokens}
    covered = any("pop" in lexicon.of(word) for word in words)
    return covered and not words & OURS and number.word[:1] not in "£€$"


def _is_little(tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether only words without content of their own, or of being, lie between, and the period that is meant."""
    return all(
        token.kind is Kind.PERIOD
        or (token.kind is Kind.WORD and ("fn" in lexicon.of(token.word) or LINKING.fullmatch(token.word)))
        for token in tokens
    )


def _may_be_waived(one: Seen, limits: Thresholds) -> bool:
    """Whether everything seen in a sentence is often harmless, and not said of a series that it names."""
    rules = {cue.rule for cue in one.cues}
    of_series = bool(rules & STATED) and any(not topic.weak for topic in one.sentence.topics)
    return not rules or (rules <= limits.waivable and not of_series)


def _lacking(sight: Sight, rules: Rules) -> str | None:
    """What a safe form lacks: words that lists account for, or a kind of talk that is recognised."""
    rest, lexicon = sight.open, rules.lexicon
    unknown = sum(len(one.unknown) for one in rest)
    words = sum(words_in(one.sentence) for one in rest)
    tense = any(is_tense(one.sentence, lexicon) for one in rest)
    likened = any(compares(one.sentence, one.unknown) for one in rest)
    if likened or not rules.thresholds.allows(unknown, words, sight.nearness, tense=tense):
        return "unknown_words"
    recognised = is_recognised([one.sentence for one in rest], sight.nearness, sight.anchors, lexicon)
    return None if recognised else "no_safe_form"


def _is_cancelled(sentence: Sentence, diary: Diary) -> bool:
    """Whether it announces a release that the calendar has cancelled, without saying so."""
    if "cancel" in sentence.text or "postpone" in sentence.text:
        return False
    shelves = [diary.shelf(topic.series[0]) for topic in sentence.topics if not topic.weak]
    return any(shelf.cancelled and not shelf.pending for shelf in shelves)


def _bound(sight: Sight, rules: Rules, diary: Diary) -> tuple[Verdict, str, str | None]:
    """Bind to the last of the releases that the cued sentences speak of, else those of the whole, else clearance."""
    cued = [one for one in sight.open if one.cues]
    rule = cued[0].cues[0].rule
    if all(cue.rule in OF_CALENDAR for one in cued for cue in one.cues):
        return Verdict.NEEDS_CLEARANCE, rule, None
    if all(any(cue.rule == "language" for cue in one.cues) for one in cued) and not any(map(_states_figure, cued)):
        return Verdict.NEEDS_CLEARANCE, "language", None
    spoken = [one.sentence for one in cued], [one.sentence for one in sight.open]
    candidates = _pending(spoken[0], diary) or _pending(spoken[1], diary)
    if sight.nearness >= Nearness.ABOUT or any(cue.rule in STATES for one in cued for cue in one.cues):
        topics = [topic for one in cued for topic in one.sentence.topics]
        if not candidates and not any(_is_of_none_to_come(topic, diary) for topic in topics):
            candidates = _likely(spoken, sight, rules, diary) or _at_hour_named(sight.open, diary)
        if candidates:
            return Verdict.BIND, rule, max(candidates, key=lambda entry: (entry.instant, entry.id)).id
    return Verdict.NEEDS_CLEARANCE, rule, None


def _is_of_none_to_come(topic: Topic, diary: Diary) -> bool:
    """Whether a series that is named is on the calendar, with nothing to come: no other one is meant then."""
    shelf = diary.shelf(topic.series[0])
    return bool(shelf.out or shelf.cancelled) and not shelf.pending


def _likely(spoken: Iterable[Sequence[Sentence]], sight: Sight, rules: Rules, diary: Diary) -> list[Entry]:
    """Where no series is named: the release that the words of what is stated point at, else those of the whole.

    Only where the readers take it for a statement of statistics: else a clearer is asked, not a release.
    """
    if rules.model.doubt(*features_in(sight, rules.lexicon)) <= 0:
        return []
    found = (likely_release(sentences, diary) for sentences in spoken)
    return [entry for entry in found if entry is not None][:1]


def _states_figure(seen: Seen) -> bool:
    """Whether a foreign sentence gives a figure that is no date: a percentage, a decimal, money."""
    return any(set("%.£") & set(one.word) for one in seen.sentence.tokens if one.kind is Kind.FIGURE)


def _pending(sentences: Sequence[Sentence], diary: Diary) -> list[Entry]:
    """The releases to come of the series named; everyday words count only where nothing else names one."""
    topics = [(topic, one) for one in sentences for topic in one.topics]
    strong = [pair for pair in topics if not pair[0].weak] or topics
    found = (_next(topic.series, sentence, diary) for topic, sentence in strong)
    return [entry for entry in found if entry is not None]


def _next(series: tuple[str, ...], sentence: Sentence, diary: Diary) -> Entry | None:
    """The likeliest release to come: the first series of that name, a quarterly one where a quarter is named."""
    ordered = list(series)
    if any(token.kind is Kind.PERIOD and token.word.startswith(("q", "quarter")) for token in sentence.tokens):
        known = diary.names.series
        ordered.sort(key=lambda one: one not in known or known[one].length.days != 92)
    found = (diary.shelf(one).next for one in ordered)
    return next((entry for entry in found if entry is not None), None)


def _at_hour_named(seen: Sequence[Seen], diary: Diary) -> list[Entry]:
    """Where no series is named but a release's hour is: the releases of the next day that has any."""
    if not any(token.kind is Kind.CLOCK for one in seen for token in one.sentence.tokens):
        return []
    coming = sorted(
        (entry for entry in diary.entries.values() if entry.instant > diary.as_of), key=lambda entry: entry.instant
    )
    return [entry for entry in coming if entry.instant.date() == coming[0].instant.date()] if coming else []


def _evidence(seen: Iterable[Seen], diary: Diary) -> Iterator[Evidence]:
    for one in seen:
        named = _pending([one.sentence], diary)
        release = max(named, key=lambda entry: entry.instant).id if named else None
        if one.held is not None:
            yield _piece("published", one.sentence, 0, len(one.sentence.tokens), one.held.id)
        for cue in one.cues:
            yield _piece(cue.rule, one.sentence, cue.start, cue.end, release)
        for at in one.unknown:
            yield _piece("unknown_word", one.sentence, at, at + 1, release)


def _piece(rule: str, sentence: Sentence, first: int, last: int, release: str | None) -> Evidence:
    start, end = sentence.folded.span(sentence.tokens[first].start, sentence.tokens[last - 1].end)
    words = sentence.folded.typed[start:end][:LONGEST_WORDS]
    return Evidence(rule, sentence.place, start, end, words, release)


def _of_whole(said: Said, readings: Iterable[Reading]) -> list[Evidence]:
    """What is wrong with the submission as a whole: disguised letters, pictures that nobody read."""
    found = [
        Evidence("disguised", one.place, 0, len(one.folded.typed), one.folded.text[:LONGEST_WORDS])
        for one in readings
        if one.disguised
    ]
    if said.pictures and said.picture_words is None:
        found.append(Evidence("picture_unread", "picture", 0, 0, "the words in the picture were not read"))
    return found
