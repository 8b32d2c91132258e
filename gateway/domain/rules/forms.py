"""Forms: ways of saying a thing, found by cues that stand in one sentence, unless a false friend stands there too.

Each cue is searched once over the whole text and met by position, so the time is in proportion to the text's length.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakSet

from connectors.words import Outgoing
from gateway.domain.check import Hit, Rule
from gateway.domain.rules.reading import Finder, Reading, Span, fold, readings

SENTENCE_END = re.compile(r"[.!?…](?=[\s\"')\]]|$)|[\n\r]")
SPACE = r"(?:\s{1,2}|-)"
CONTINUED = re.compile(r"\\\n *")
CLASSES = re.compile(r"(\[[^\]]*\])")
APOSTROPHE = "['’‘`´]?"
# A letter that stands for itself, once; after how many letters the alternatives are no longer parted.
LETTER_FIRST = re.compile(r"[A-Za-z](?![?*+{])")
PARTED = 3


class Phrases:
    """A pattern that is compiled when it is first searched for: all of them take 0.4 s and 6 MB of every start."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self.flags = flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, self.flags)

    def compile(self) -> None:
        """Now rather than at the first search."""
        assert self._compiled

    def search(self, text: str) -> re.Match[str] | None:
        """The first one in the text."""
        return self._compiled.search(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Each one in the text."""
        return self._compiled.finditer(text)


Cue = Phrases | re.Pattern[str]
_SEARCHED: WeakSet[Phrases] = WeakSet()


def compile_phrases() -> None:
    """Compile every pattern of a form now, so that no check does it later, with a lock in its hand perhaps."""
    for each in list(_SEARCHED):
        each.compile()


def phrases(text: str, *, exact: bool = False) -> Phrases:
    """The written phrases, one a line or parted by " | ", each as words of its own; patterns may stand in them.

    A space also matches a hyphen, an apostrophe also its absence; case counts with `exact` alone. A phrase too long for
    its line goes on behind a backslash.
    """
    written = [phrase.strip(" |") for line in CONTINUED.sub("", text).splitlines() for phrase in line.split(" | ")]
    alternatives = [_loosened(phrase) for phrase in written if phrase]
    return Phrases(rf"(?<![\w@#])#?(?:{_parted(alternatives, exact)})(?!\w)", 0 if exact else re.IGNORECASE)


def _parted(alternatives: Sequence[str], exact: bool, depth: int = PARTED) -> str:
    """The alternatives, those that begin with the same letters under one branch: `re` tries each branch at each word,
    one after the other. What begins with another letter cannot match there, so the order matters among the rest alone.
    """
    groups: dict[str, list[str]] = {}
    for each in alternatives:
        groups.setdefault(_first_letter(each, exact) if depth else "", []).append(each)
    rest = groups.pop("", [])
    parted = ((letter, _parted([one[1:] for one in group], exact, depth - 1)) for letter, group in groups.items())
    return "|".join((*(f"{letter}(?:{behind})" for letter, behind in parted), *rest))


def _first_letter(pattern: str, exact: bool) -> str:
    """The letter that it begins with, empty where that is more than one letter that stands for itself."""
    if not LETTER_FIRST.match(pattern) or _has_bar(pattern):
        return ""
    return pattern[0] if exact else pattern[0].lower()


def _has_bar(pattern: str) -> bool:
    """Whether it has alternatives of its own, not within brackets."""
    depth = 0
    for at, sign in enumerate(pattern):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "|" and not depth and pattern[at - 1 : at] != "\\":
            return True
    return False


def literal(words: Iterable[str]) -> str:
    """Words of a policy list, as `phrases` takes them: nothing in them is a regular expression."""
    return "\n".join(re.escape(fold(word)).replace("\\ ", " ") for word in words)


def either(*patterns: Cue) -> Phrases:
    """Any of the patterns, each with its own regard for case."""
    return Phrases("|".join(f"(?{'i' if one.flags & re.IGNORECASE else '-i'}:{one.pattern})" for one in patterns))


def _loosened(phrase: str) -> str:
    """Spaces and apostrophes as they are really typed; character classes are left alone."""
    parts = CLASSES.split(phrase)
    return "".join(
        part if at % 2 else part.replace("'", APOSTROPHE).replace(" ", SPACE) for at, part in enumerate(parts)
    )


@dataclass(frozen=True)
class Form:
    """Cues that must all stand in one sentence (or, when `whole`, anywhere in the text); the first is the evidence."""

    cues: tuple[Cue, ...]
    unless: Cue | None = None
    whole: bool = False


def form(*cues: Cue, unless: Cue | None = None, whole: bool = False) -> Form:
    """One form, as it is written in the rules."""
    _SEARCHED.update(each for each in (*cues, unless) if isinstance(each, Phrases))
    return Form(cues, unless, whole)


class _Sentences:
    """Which sentence each position stands in."""

    def __init__(self, text: str, whole: bool) -> None:
        self._text = text
        self._ends = [] if whole else [match.start() for match in SENTENCE_END.finditer(text)]

    def of(self, start: int) -> int:
        return bisect_right(self._ends, start - 1)

    def with_cue(self, cue: Cue) -> set[int]:
        return {self.of(match.start()) for match in cue.finditer(self._text)}


def find_forms(*forms: Form) -> Finder:
    """The finder for any of the forms."""

    def find(text: str) -> Iterator[Span]:
        for one in forms:
            if one.cues[0].search(text) is not None:
                yield from _find(one, text)

    return find


def _find(one: Form, text: str) -> Iterator[Span]:
    sentences = _Sentences(text, one.whole)
    allowed: set[int] | None = None
    for cue in one.cues[1:]:
        met = sentences.with_cue(cue)
        allowed = met if allowed is None else allowed & met
        if not allowed:
            return
    excused = sentences.with_cue(one.unless) if one.unless else set()
    for match in one.cues[0].finditer(text):
        at = sentences.of(match.start())
        if at not in excused and (allowed is None or at in allowed):
            yield match.span()


def rule_of(name: str, advice: str, find: Finder, *, where: Callable[[Reading], bool] | None = None) -> Rule:
    """The rule that finds in text, alt texts and link (or where `where` allows), with its words for the author."""

    def rule(outgoing: Outgoing) -> Iterator[Hit]:
        for reading in readings(outgoing):
            if where is None or where(reading):
                yield from reading.hits(name, advice, find)

    rule.__name__ = name
    return rule


def in_words(reading: Reading) -> bool:
    """The text and the alt texts, not the link: what people read aloud."""
    return reading.place != "The link"
