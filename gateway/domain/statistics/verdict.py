"""Verdict: what a submission says of statistics that are not out. Default deny; clearance is earned by a safe form.

Pure and deterministic. Raise STATISTICS_VERSION with every change that can find more or less: it is recorded beside
the approval, and what an older version judged is judged again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gateway.domain.release import Entry
from gateway.domain.statistics.announced import told_of_release
from gateway.domain.statistics.cues import Cue, Signs, cues_of
from gateway.domain.statistics.diary import Diary
from gateway.domain.statistics.evidence import Evidence, Judgement, Verdict
from gateway.domain.statistics.forms import (
    Thresholds,
    compares,
    forgiven,
    is_recognised,
    is_tense,
    language_cue,
    unknown_in,
    words_in,
)
from gateway.domain.statistics.lexicon import Lexicon
from gateway.domain.statistics.model import Model
from gateway.domain.statistics.nearness import Nearness, anchors_of, nearness_of
from gateway.domain.statistics.published import release_behind
from gateway.domain.statistics.reading import Reading, Sentence, read
from gateway.domain.statistics.said import Said, slug_of
from gateway.domain.statistics.tokens import Kind

STATISTICS_VERSION = "3"
LINKED = ("link", "file_name")
OF_CALENDAR = frozenset({"release_unknown", "release_cancelled", "release_provisional", "date_past", "date_moved"})
STATES = frozenset({"figure", "figure_in_words", "direction", "sameness", "record", "compare", "qualify", "change"})
LONGEST_WORDS = 160


@dataclass(frozen=True)
class Rules:
    """Everything the classifier judges by: word lists, signs, thresholds, and what was learnt."""

    lexicon: Lexicon
    signs: Signs
    thresholds: Thresholds
    model: Model


@dataclass(frozen=True)
class _Seen:
    """One sentence with what was seen in it; `held` is the release that is out and held what it states."""

    sentence: Sentence
    cues: tuple[Cue, ...]
    unknown: tuple[int, ...]
    held: Entry | None


def judge_statistics(said: Said, diary: Diary, rules: Rules) -> Judgement:
    """The verdict on everything a submission says, with its evidence (P22; Code of Practice, standard 3)."""
    readings = [read(place, text, rules.lexicon, diary.names) for place, text in said.places()]
    readings += [read("link", text, rules.lexicon, diary.names) for text in _inline_links(readings)]
    seen, nearness, anchors = _look(readings, diary, rules)
    evidence = [*_evidence(seen, diary), *_of_whole(said, readings)]
    verdict, why, release = _decide(seen, nearness, anchors, rules, diary)
    if verdict is Verdict.CLEAR and (blocked := _of_whole(said, readings)):
        verdict, why = Verdict.NEEDS_CLEARANCE, blocked[0].rule
    folded = tuple(reading.folded.text for reading in readings if reading.disguised)
    return Judgement(verdict, why, release, tuple(evidence), folded, STATISTICS_VERSION)


def _inline_links(readings: Iterable[Reading]) -> Iterator[str]:
    for reading in readings:
        for sentence in reading.sentences:
            yield from filter(None, (slug_of(token.word) for token in sentence.tokens if token.kind is Kind.LINK))


def _look(
    readings: Sequence[Reading], diary: Diary, rules: Rules
) -> tuple[tuple[_Seen, ...], Nearness, frozenset[str]]:
    told = [one for reading in readings for one in reading.sentences]
    body = [one for one in told if not one.place.startswith(LINKED)]
    anchors = anchors_of(body, rules.lexicon)
    nearness = nearness_of(told, anchors, rules.lexicon)
    return tuple(_see(one, nearness, anchors, diary, rules) for one in told), nearness, anchors


def _see(sentence: Sentence, nearness: Nearness, anchors: frozenset[str], diary: Diary, rules: Rules) -> _Seen:
    cues = cues_of(sentence, nearness, anchors, rules.lexicon, rules.signs)
    held = release_behind(sentence, rules.lexicon, diary) if cues else None
    if held is not None:
        return _Seen(sentence, (), (), held)
    if sentence.place.startswith(LINKED):
        return _Seen(sentence, tuple(cue for cue in cues if cue.rule != "wary"), (), None)
    told = tuple(Cue(rule, 0, len(sentence.tokens)) for rule, _ in told_of_release(sentence, diary))
    cues = (*cues, *told)
    foreign = language_cue(sentence, rules.lexicon)
    return _Seen(sentence, (*cues, foreign) if foreign else cues, unknown_in(sentence, nearness, rules.lexicon), None)


def _decide(
    seen: Sequence[_Seen], nearness: Nearness, anchors: frozenset[str], rules: Rules, diary: Diary
) -> tuple[Verdict, str, str | None]:
    cues = [cue for one in seen for cue in one.cues]
    if cues:
        return _bound(seen, nearness, diary)
    held = [one.held for one in seen if one.held is not None]
    unknown = sum(_unaccounted(one, nearness, rules) for one in seen)
    words = sum(words_in(one.sentence) for one in seen)
    tense = any(is_tense(one.sentence, rules.lexicon) for one in seen)
    likened = any(compares(one.sentence, one.unknown) for one in seen)
    if likened or not rules.thresholds.allows(unknown, words, nearness, tense=tense):
        return Verdict.NEEDS_CLEARANCE, "unknown_words", None
    if any(_is_cancelled(one.sentence, diary) for one in seen):
        return Verdict.NEEDS_CLEARANCE, "release_cancelled", None
    if held:
        return Verdict.CLEAR, "published", max(held, key=lambda entry: entry.instant).id
    sentences = [one.sentence for one in seen]
    talk = nearness is Nearness.FAR and not unknown and rules.model.says_office(sentences)
    if not talk and not is_recognised(sentences, nearness, anchors, rules.lexicon):
        return Verdict.NEEDS_CLEARANCE, "no_safe_form", None
    if rules.model.log_odds(sentences) > rules.thresholds.learnt(nearness):
        return Verdict.NEEDS_CLEARANCE, "learnt", None
    return Verdict.CLEAR, f"safe_{nearness.name.lower()}", None


def _unaccounted(one: _Seen, nearness: Nearness, rules: Rules) -> int:
    """The unknown words of a sentence; beside a release, everyday words are forgiven where it surely announces."""
    count, limits = len(one.unknown), rules.thresholds
    if not count or nearness is not Nearness.BESIDE or one.sentence.place.startswith(LINKED):
        return count
    everyday = forgiven(one.sentence, one.unknown, rules.lexicon)
    sure = rules.model.log_odds([one.sentence]) <= limits.everyday_log_odds
    return count - everyday if sure and everyday <= limits.everyday_beside else count


def _is_cancelled(sentence: Sentence, diary: Diary) -> bool:
    """Whether it announces a release that the calendar has cancelled, without saying so."""
    if "cancel" in sentence.text or "postpone" in sentence.text:
        return False
    shelves = [diary.shelf(topic.series[0]) for topic in sentence.topics if not topic.weak]
    return any(shelf.cancelled and not shelf.pending for shelf in shelves)


def _bound(seen: Sequence[_Seen], nearness: Nearness, diary: Diary) -> tuple[Verdict, str, str | None]:
    """Bind to the last of the releases that the cued sentences speak of, else those of the whole, else clearance."""
    cued = [one for one in seen if one.cues]
    rule = cued[0].cues[0].rule
    if all(cue.rule in OF_CALENDAR for one in cued for cue in one.cues):
        return Verdict.NEEDS_CLEARANCE, rule, None
    if all(any(cue.rule == "language" for cue in one.cues) for one in cued) and not any(map(_states_figure, cued)):
        return Verdict.NEEDS_CLEARANCE, "language", None
    candidates = _pending([one.sentence for one in cued], diary) or _pending([one.sentence for one in seen], diary)
    if nearness >= Nearness.ABOUT or any(cue.rule in STATES for one in cued for cue in one.cues):
        candidates = candidates or _at_hour_named(seen, diary)
        if candidates:
            return Verdict.BIND, rule, max(candidates, key=lambda entry: (entry.instant, entry.id)).id
    return Verdict.NEEDS_CLEARANCE, rule, None


def _states_figure(seen: _Seen) -> bool:
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


def _at_hour_named(seen: Sequence[_Seen], diary: Diary) -> list[Entry]:
    """Where no series is named but a release's hour is: the releases of the next day that has any."""
    if not any(token.kind is Kind.CLOCK for one in seen for token in one.sentence.tokens):
        return []
    coming = sorted(
        (entry for entry in diary.entries.values() if entry.instant > diary.as_of), key=lambda entry: entry.instant
    )
    return [entry for entry in coming if entry.instant.date() == coming[0].instant.date()] if coming else []


def _evidence(seen: Iterable[_Seen], diary: Diary) -> Iterator[Evidence]:
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
