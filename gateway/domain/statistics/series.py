"""Series: what people call the statistics, and where a sentence speaks of one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.statistics.tokens import Kind, Token, tokens_of

LENGTHS = {"weekly": 7, "monthly": 31, "quarterly": 92, "half-yearly": 184, "annual": 366, "irregular": 366}
SHORT = 4
# Abbreviations that are words too: met only in capitals.
ENGLISH = frozenset(
    [
        "was",
        "awe",
        "cog",
        "bop",
        "ios",
        "bb",
        "abs",
        "des",
        "mes",
        "im",
        "am",
        "is",
        "it",
        "hi",
        "ms",
        "pse",
        "oh",
        "ooh",
        "ch",
        "uk",
        "et",
        "le",
    ]
)
PLACES = re.compile(r",? (?:(?:in|for|of) )?(?:the )?(?:UK|United Kingdom|Great Britain|England and Wales|GB)$")


class BadSeries(ValueError):
    """The series vocabulary does not say what it must; the message names the series."""


@dataclass(frozen=True)
class Series:
    """One series: `length` of its periods, `lag` from the end of one to its release (usual; longer is safer)."""

    id: str
    title: str
    names: tuple[str, ...]
    weak: frozenset[str]
    abbreviations: tuple[str, ...]
    lag: timedelta
    length: timedelta
    within: str | None
    clues: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Topic:
    """Where a sentence names series: token places [start, end), the series in order of likelihood.

    Weak names are everyday words too. `title` says that it is a release's own title, quoted.
    """

    start: int
    end: int
    series: tuple[str, ...]
    weak: bool
    title: bool = False


@dataclass
class Node:
    """One step of the tree of names."""

    following: dict[str, Node]
    series: tuple[str, ...] = ()
    weak: bool = True
    title: bool = False
    capital: bool = False


def read_series(document: Mapping[str, object]) -> tuple[Series, ...]:
    """series.json as values. Raises BadSeries."""
    raw = document.get("series")
    if not isinstance(raw, list) or not raw:
        raise BadSeries("the vocabulary has no list of series")
    return tuple(_series(one) for one in raw)


def _series(raw: Mapping[str, object]) -> Series:
    try:
        within = raw.get("within")
        return Series(
            id=str(raw["id"]),
            title=str(raw["title"]),
            names=_words(raw["names"]),
            weak=frozenset(_words(raw["weak"])),
            abbreviations=_words(raw["abbreviations"]),
            lag=timedelta(days=int(str(raw["lag_days"]))),
            length=timedelta(days=LENGTHS[str(raw["frequency"])]),
            within=None if within is None else str(within),
            clues=frozenset(map(plain, _words(raw.get("clues", [])))),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise BadSeries(f"series {raw.get('id')}: {fault} is missing or wrong") from fault


def _words(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise TypeError("a list of words")
    return tuple(value)


def plain(word: str) -> str:
    """A word without possessive and plural ending, so that names are met in both numbers."""
    word = word.removesuffix("'s").removesuffix("'")
    if len(word) > SHORT and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _steps(name: str) -> list[str]:
    return [plain(token.word) for token in tokens_of(name.lower()) if token.kind not in (Kind.SIGN, Kind.STOP)]


class Names:
    """The tree of all names; titles of calendar entries may be added for a day's calendar."""

    def __init__(self, series: Iterable[Series]) -> None:
        self.series = {one.id: one for one in series}
        self._root = Node({})
        self.words: set[str] = set()
        self.clues: dict[str, tuple[str, ...]] = {}
        for one in self.series.values():
            for name in one.names:
                self._add(_steps(name), one.id, weak=name in one.weak)
            for name in one.abbreviations:
                self._add(_steps(name), one.id, capital=name.lower() in ENGLISH)
            self.add_title(one.title.partition("(")[0], one.id)
            for word in one.clues:
                self.clues[word] = (*self.clues.get(word, ()), one.id)

    def _add(
        self, steps: Sequence[str], series: str, *, weak: bool = False, title: bool = False, capital: bool = False
    ) -> None:
        if not steps:
            return
        node = self._root
        for step in steps:
            node = node.following.setdefault(step, Node({}))
            self.words.add(step)
        node.capital = capital and not node.series
        node.weak = weak and (node.weak or not node.series)
        node.title = node.title or title
        if series not in node.series:
            node.series = (*node.series, series)

    def add_title(self, title: str, series: str) -> None:
        """The words of a calendar entry's title before the colon name its series."""
        lasting = title.strip().removesuffix(", provisional")
        for form in (title, lasting, PLACES.sub("", lasting)):
            self._add(_steps(form), series, title=True)

    def find(self, sentence: Sequence[Token]) -> tuple[Topic, ...]:
        """The series a sentence names, the longest name at each place."""
        found: list[Topic] = []
        at = 0
        while at < len(sentence):
            topic = self._longest(sentence, at)
            if topic is not None:
                found.append(topic)
            at = topic.end if topic is not None else at + 1
        return tuple(found)

    def _longest(self, sentence: Sequence[Token], start: int) -> Topic | None:
        node, best = self._root, None
        for at in range(start, len(sentence)):
            token = sentence[at]
            if token.kind is Kind.TAG or token.word in (",", "-", "(", ")", "&"):
                if at == start:
                    return None
                continue
            step = node.following.get(plain(token.word)) or node.following.get(token.word)
            if step is None:
                break
            node = step
            if node.series and not (node.capital and not token.acronym):
                best = Topic(start, at + 1, node.series, node.weak, node.title)
        return best
