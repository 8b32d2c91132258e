"""Cues: the words, numbers, signs and turns of phrase in a sentence that may state or hint at an outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gateway.domain.statistics.lexicon import HARD, Lexicon
from gateway.domain.statistics.nearness import OFFICE_ANCHORS, Nearness
from gateway.domain.statistics.numbers import (
    RANKS,
    SMALL,
    is_age,
    is_attached,
    is_counted,
    is_number_word,
    is_statistic,
    is_unit_of_time,
    numbers_in,
)
from gateway.domain.statistics.reading import Sentence
from gateway.domain.statistics.tokens import Kind

SOFT = {name: f"soft_{name}" for name in HARD}
REPORTING = frozenset(
    ["say", "said", "says", "think", "thought", "thinks", "feel", "felt", "feels", "report", "reported", "told", "of"]
)
IDIOMS = frozenset({"100%", "110%"})
LATER = frozenset(["tomorrow", "tonight", "soon", "monday", "tuesday", "wednesday", "thursday", "friday"])
ANSWERED = frozenset(
    {"responded", "respond", "took", "take", "completed", "filled", "fill", "answered", "replied", "returned"}
)
ASKING = frozenset(
    {"ask", "asks", "asking", "survey", "surveys", "interview", "contact", "inviting", "invite", "invited"}
)
ASKED_ONES = frozenset({"businesses", "firms", "companies", "households", "people", "adults", "addresses", "retailers"})
# What an office gathers, and says so when it tells how a statistic is made.
GATHERING = frozenset(
    {"collect", "collects", "gather", "gathers", "collecting", "gathering", "receive", "process", "post", "send"}
)
GATHERED = frozenset(
    {"prices", "quotes", "responses", "forms", "letters", "interviews", "questionnaires", "records", "returns"}
)
FEASTS = frozenset({"birthday", "anniversary", "century", "floor", "annual", "conference", "edition"})
GROUPS = frozenset({"team", "group", "panel", "family", "crew", "board", "set", "series", "teams", "groups"})
EDITIONS = frozenset(
    ["quarter", "half", "estimate", "estimates", "release", "wave", "edition", "bulletin", "publication", "section"]
)
MODALS = frozenset(
    [
        "will",
        "may",
        "might",
        "can",
        "could",
        "should",
        "would",
        "are",
        "have",
        "need",
        "must",
        "won't",
        "can't",
        "were",
        "had",
    ]
)
COUNTS = (Kind.FIGURE, Kind.DATE, Kind.CLOCK)
NAMING = (Kind.LINK, Kind.TAG, Kind.CONTACT, Kind.NUMBERED, Kind.CLOCK, Kind.MENTION)
OF_NUMBERS = frozenset({"per", "cent", "percent", "percentage", "point", "points", "pence", "pounds", "one"})
# Names of series that rank, and what says of something that it holds the place.
RANKING = frozenset({"most", "top", "leading", "main", "biggest", "number"})
BEING = frozenset({"was", "were", "is", "are", "remains", "remained", "became", "becomes", "stays", "stayed"})
ASKED_FOR = frozenset({"what", "which", "who", "whether", "if", "how", "when"})
OF_A_TEXT = frozenset({"shorter", "longer", "quicker", "faster", "simpler", "clearer", "easier"})
TEXTS = frozenset(
    {"bulletin", "bulletins", "format", "layout", "page", "pages", "tables", "commentary", "report", "reports"}
)
ALWAYS_SOFT = frozenset(SOFT.values())
NEAR = frozenset(HARD) | ALWAYS_SOFT | {"react", "qualify"}
TALK = frozenset(
    {
        "not",
        "never",
        "also",
        "only",
        "just",
        "so",
        "but",
        "if",
        "too",
        "very",
        "really",
        "away",
        "since",
        "again",
        "still",
        "even",
        "however",
        "back",
        "quite",
        "enough",
        "another",
        "instead",
        "exactly",
        "well",
        "already",
        "yet",
    }
)


@dataclass(frozen=True)
class Cue:
    """What was seen in a sentence: the rule, and the tokens [start, end) of the sentence."""

    rule: str
    start: int
    end: int


@dataclass(frozen=True)
class Signs:
    """Emoji that point in a direction, show a mood, are never harmless; `neutral` ones say nothing of a release."""

    direction: frozenset[str]
    tone: frozenset[str]
    never: frozenset[str]
    neutral: frozenset[str] = frozenset()


def cues_of(
    sentence: Sentence, nearness: Nearness, anchors: frozenset[str], lexicon: Lexicon, signs: Signs
) -> tuple[Cue, ...]:
    """Every cue, in order of kind."""
    covered = covering(sentence, nearness)
    return (
        *_words(sentence, nearness, lexicon, covered),
        *_outcomes(sentence, lexicon),
        *_numbers(sentence, nearness, anchors, lexicon, covered),
        *_emoji(sentence, nearness, signs),
        *_hints(sentence, nearness, lexicon),
    )


def covering(sentence: Sentence, nearness: Nearness) -> frozenset[int]:
    """The tokens that set phrases and names of series account for."""
    found = set(sentence.phrases.get("anywhere", ())) | sentence.named
    if nearness <= Nearness.ABOUT:
        found |= sentence.phrases.get("corporate", frozenset())
    return frozenset(found)


def _words(sentence: Sentence, nearness: Nearness, lexicon: Lexicon, covered: frozenset[int]) -> Iterator[Cue]:
    of_house = _speaks_of_house(sentence, lexicon)
    for at, token in enumerate(sentence.tokens):
        classes = lexicon.of(token.word)
        told_of = at in sentence.named and "react" in classes and not _in_title(sentence, at)
        if token.kind is not Kind.WORD or (at in covered and not told_of) or is_unit_of_time(sentence.tokens, at):
            continue
        dangerous = sorted(_dangers(token.word, classes, nearness))
        if dangerous and _is_excused(sentence, at, classes, dangerous, of_house=of_house):
            continue
        if nearness <= Nearness.AMONG and "vertical" in classes:
            dangerous = [] if of_house else ["direction"]
        if dangerous and not (sentence.asks and "asked" in classes):
            yield Cue(dangerous[0], at, at + 1)


def _in_title(sentence: Sentence, at: int) -> bool:
    """Whether the token stands in a release's own title."""
    return any(topic.title and topic.start <= at < topic.end for topic in sentence.topics)


def _speaks_of_house(sentence: Sentence, lexicon: Lexicon) -> bool:
    """Whether it says something of a thing of the office, and of no release, number in general or day to come."""
    classes = [lexicon.of(token.word) for token in sentence.tokens if token.kind is Kind.WORD]
    words = {token.word for token in sentence.tokens}
    other = any(one & {"statnoun", "react"} for one in classes) or words & LATER
    return any("house" in one for one in classes) and not other and not sentence.topics


def _is_excused(sentence: Sentence, at: int, classes: frozenset[str], dangerous: list[str], *, of_house: bool) -> bool:
    """Words that danger lists hold and that say nothing here; see each line."""
    words = [token.word for token in sentence.tokens]
    kinds = [token.kind for token in sentence.tokens]
    following = words[at + 1] if at + 1 < len(words) else ""
    if words[at] == "expected" and "than" not in words[:at]:  # "expected in January 2027"
        return any(one in (Kind.DATE, Kind.PERIOD) for one in kinds[at + 1 : at + 4])
    if words[at] == "up" and following == "to":  # "up to 2,000 requests", "up to £50": of the house, or a thank-you
        return "voucher" in words or bool(of_house and at + 2 < len(kinds) and kinds[at + 2] is Kind.FIGURE)
    if dangerous == ["react"]:  # people whom statistics cover, not addressed: "by landlords and tenants"
        return bool(classes & {"cov", "plain", "ann", "meth"}) and at > 0 and following not in MODALS
    if words[at] in ("sharp", "prompt"):  # "7am sharp"
        return at > 0 and kinds[at - 1] is Kind.CLOCK
    if words[at] in OF_A_TEXT:  # "the bulletin will be shorter"
        return any(one in TEXTS for one in words[max(0, at - 3) : at + 3])
    if dangerous != ["wary"]:
        return False
    timed = at + 1 < len(words) and (kinds[at + 1] in COUNTS or is_number_word(following) or following in ("a", "one"))
    return words[at] in ("just", "only", "exactly", "almost", "nearly", "not") and timed


def _dangers(word: str, classes: frozenset[str], nearness: Nearness) -> frozenset[str]:
    """The classes that make a word a cue there. Far from a release the soft ones are everyday words."""
    if "double" in classes:
        return frozenset()
    if nearness <= Nearness.AMONG:
        return frozenset(name for name in HARD if name in classes and SOFT[name] not in classes and "fn" not in classes)
    found = classes & NEAR
    if nearness is Nearness.ABOUT and "mild" in classes:
        found = frozenset()
    if "wary" in classes and not (nearness is Nearness.ABOUT and word in TALK):
        found |= {"wary"}
    return found


def _outcomes(sentence: Sentence, lexicon: Lexicon) -> Iterator[Cue]:
    """A series whose very name is an outcome, said alone: "growth", "recession"."""
    for topic in sentence.topics:
        words = [token.word for token in sentence.tokens[topic.start : topic.end]]
        following = sentence.tokens[topic.end].word if topic.end < len(sentence.tokens) else ""
        alone = "release" not in lexicon.of(following) and "statnoun" not in lexicon.of(following)
        if alone and not topic.title and any("outcome" in lexicon.of(word) for word in words):
            yield Cue("direction", topic.start, topic.end)
        if _is_ranked(sentence, topic.start, words):
            yield Cue("record", topic.start, topic.end)


def _is_ranked(sentence: Sentence, start: int, words: Sequence[str]) -> bool:
    """Whether somebody or something is said to be what the name of a series ranks: "Noah was the top name"."""
    before = [token.word for token in sentence.tokens[:start]]
    told = before[:-1] if before[-1:] == ["the"] else before
    return bool(RANKING & set(words)) and len(told) > 1 and told[-1] in BEING and not ASKED_FOR & set(told)


def _numbers(
    sentence: Sentence, nearness: Nearness, anchors: frozenset[str], lexicon: Lexicon, covered: frozenset[int]
) -> Iterator[Cue]:
    units = lexicon.units["any"]
    if nearness <= Nearness.AMONG:
        units = units | lexicon.units["corporate"]
    yield from _counts_like_years(sentence, lexicon)
    bare = _says_a_number_only(sentence, lexicon)
    for at in numbers_in(sentence.tokens):
        token = sentence.tokens[at]
        if (
            at in covered
            or _is_listed(sentence, at)
            or _is_sampled(sentence, at)
            or is_counted(sentence.tokens, at, units)
            or is_age(sentence.tokens, at)
        ):
            continue
        is_count = nearness <= Nearness.AMONG and not is_statistic(sentence.tokens, at)
        rule = "figure_in_words" if token.kind is not Kind.FIGURE else "count" if is_count else "figure"
        if bare or (is_statistic(sentence.tokens, at) and not is_attached(sentence.tokens, at)):
            yield Cue("loose_figure", at, at + 1)
        elif not _is_office_number(sentence, at, nearness, anchors, lexicon):
            yield Cue(rule, at, at + 1)
        elif is_statistic(sentence.tokens, at):
            yield Cue("own_figure", at, at + 1)


def _says_a_number_only(sentence: Sentence, lexicon: Lexicon) -> bool:
    """ "3.2%!", "Up one in five.", "13th.": what it counts is left to those who know."""
    if any(token.kind in NAMING for token in sentence.tokens) or sentence.topics:
        return False
    words = [token.word for token in sentence.tokens if token.kind is Kind.WORD and not is_number_word(token.word)]
    return all(word in OF_NUMBERS or "direction" in lexicon.of(word) or "fn" in lexicon.of(word) for word in words)


def _counts_like_years(sentence: Sentence, lexicon: Lexicon) -> Iterator[Cue]:
    """ "2000 people", "1950 more": a number that looks like a year and counts something."""
    for at, (token, following) in enumerate(pairwise(sentence.tokens)):
        counts = "pop" in lexicon.of(following.word) or following.word in ("more", "fewer", "less", "new")
        if token.kind is Kind.PERIOD and token.word.isdigit() and counts:
            yield Cue("figure", at, at + 1)


def _is_listed(sentence: Sentence, at: int) -> bool:
    """ "All three", "these two"; "the second quarter", "the third wave"."""
    words = [token.word for token in sentence.tokens]
    before, following = words[at - 1] if at else "", words[at + 1] if at + 1 < len(words) else ""
    if words[at].endswith(("st", "nd", "rd", "th")) and following in FEASTS:
        return True
    ranked = (words[at] in RANKS or words[at].endswith(("nd", "rd", "th", "st"))) and following in EDITIONS
    grouped = before == "of" and at > 1 and words[at - 2] in GROUPS
    return ranked or (words[at] in SMALL and (grouped or before in ("all", "these", "our", "following")))


def _is_sampled(sentence: Sentence, at: int) -> bool:
    """Those who answered or were asked, in whole numbers: "the 9,000 businesses who responded"."""
    words = [token.word for token in sentence.tokens]
    whole = words[at].replace(",", "").isdigit()
    before, after = set(words[max(0, at - 3) : at]), words[at + 1 : at + 6]
    asked = bool((before | set(after)) & ASKING) and bool(ASKED_ONES & set(after[:3]))
    gathered = bool(before & GATHERING) and bool(GATHERED & set(after[:2]))
    return whole and (
        asked or gathered or (bool({"who", "that", "which"} & set(after)) and bool(ANSWERED & set(after)))
    )


def _is_office_number(
    sentence: Sentence, at: int, nearness: Nearness, anchors: frozenset[str], lexicon: Lexicon
) -> bool:
    """Numbers of the office itself: salaries, money raised, a part of the staff or of the seats, small counts."""
    token = sentence.tokens[at]
    words = {one.word for one in sentence.tokens}
    money = token.word[:1] in "£€$"
    if money and "voucher" in words:
        return True
    if money:
        return nearness <= Nearness.AMONG and bool(anchors & {"jobs", "people", "events"})
    if nearness is Nearness.FAR:
        return bool(anchors) and not any("pop" in lexicon.of(word) for word in words)
    if nearness is not Nearness.AMONG or not anchors or "point" in words:
        return False
    whole = token.word.replace(",", "").isdigit()
    small = token.kind is Kind.WORD or (whole and int(token.word.replace(",", "")) <= 31)
    following = [one.word for one in sentence.tokens[at + 1 : at + 4]]
    of_people = any("pop" in lexicon.of(word) for word in (words if token.word.endswith("%") else following))
    of_the_house = bool(anchors & OFFICE_ANCHORS) and (whole or token.word.endswith("%")) and not sentence.topics
    return small or token.word in IDIOMS or (of_the_house and not of_people and not words & REPORTING)


def _emoji(sentence: Sentence, nearness: Nearness, signs: Signs) -> Iterator[Cue]:
    for at, token in enumerate(sentence.tokens):
        if token.kind is not Kind.EMOJI:
            continue
        mark = token.word[0]
        near = nearness >= Nearness.ABOUT and (mark in signs.direction or mark in signs.tone)
        near = near or (nearness is Nearness.BESIDE and mark not in signs.neutral)
        if mark in signs.never or near:
            yield Cue("emoji", at, at + 1)


def _hints(sentence: Sentence, nearness: Nearness, lexicon: Lexicon) -> Iterator[Cue]:
    groups = {"always": "hint", "knowing": "knowing"} if nearness is Nearness.BESIDE else {"always": "hint"}
    for group, rule in groups.items():
        match = lexicon.patterns["hints"][group].search(sentence.text)
        if match and not _in_phrase(sentence, match[0]):
            yield Cue(rule, 0, len(sentence.tokens))
            return


def _in_phrase(sentence: Sentence, words: str) -> bool:
    """Whether the turn of phrase lies wholly within a set phrase ("moved from", "not just")."""
    wanted = words.split()
    kept = [
        token.word if at in sentence.phrases.get("anywhere", ()) else "" for at, token in enumerate(sentence.tokens)
    ]
    return any(kept[at : at + len(wanted)] == wanted for at in range(len(kept)))
