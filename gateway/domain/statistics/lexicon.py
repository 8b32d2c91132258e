"""Lexicon: which words are harmless where and which hint, read from the policy's word lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product

SECTION = re.compile(r"\[([a-z_.]+)( \+)?\]")
DOUBLING = re.compile(r"[^aeiou][aeiou][bdgklmnprt]")
LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g", "6": "g"})
LEET_SIGNS = str.maketrans({"@": "a", "$": "s", "!": "i", "|": "i", "*": "", ".": "", "_": "", "-": ""})
MOST_ONES = 4
HARD = ("direction", "tone", "sameness", "record", "compare", "change", "know")

# The classes whose words a sentence may hold, by how near it stands to a pending release (see forms.Nearness).
BESIDE_A_RELEASE = frozenset({"fn", "time", "place", "ann", "cov", "meth", "pop", "statnoun", "work"})
AMONG_DATA = BESIDE_A_RELEASE | {"plain", "names"}


def sections(text: str) -> Iterator[tuple[str, bool, str]]:
    """(section, inflected?, line) for each line of a word list; comments and empty lines are left out."""
    name, inflected = "", False
    for line in text.splitlines():
        head = SECTION.fullmatch(line.strip())
        if head:
            name, inflected = head[1], bool(head[2])
        elif line.strip() and not line.startswith("#"):
            yield name, inflected, line.strip()


def inflections(word: str) -> Iterator[str]:
    """The word with the common English endings; some that nobody writes are harmless here."""
    yield word
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        yield from (word[:-1] + end for end in ("ies", "ied"))
        yield word + "ing"
        return
    if word.endswith("e"):
        yield from (word + end for end in ("s", "d", "r", "rs"))
        yield word[:-1] + "ing"
        return
    yield from (word + end for end in ("s", "ed", "ing", "er", "ers"))
    if word.endswith(("s", "x", "ch", "sh", "z")):
        yield word + "es"
    if DOUBLING.fullmatch(word[-3:]):
        yield from (word + word[-1] + end for end in ("ed", "ing", "er"))


@dataclass(frozen=True)
class Lexicon:
    """Words by class, set phrases by where they hold, counted units, and compiled patterns by group and name."""

    classes: Mapping[str, frozenset[str]]
    phrases: Mapping[str, Mapping[str, tuple[tuple[str, ...], ...]]]
    patterns: Mapping[str, Mapping[str, re.Pattern[str]]]
    units: Mapping[str, frozenset[str]]
    welsh: frozenset[str]

    def of(self, word: str) -> frozenset[str]:
        """The classes of a word in lower case; a possessive counts as its owner."""
        found = self.classes.get(word)
        if found is None and word.endswith(("'s", "s'")):
            found = self.classes.get(word[:-2]) or self.classes.get(word[:-1])
        return found or frozenset()

    def knows(self, word: str) -> bool:
        """Whether the word stands in any list."""
        return bool(self.of(word))

    @cached_property
    def longest(self) -> int:
        """The length of the longest word known: nothing longer need be tried."""
        return max(len(word) for word in self.classes)


def read_lexicon(texts: Iterable[str], patterns: str, phrases: str, units: str) -> Lexicon:
    """The lexicon from its word lists. The words of dangerous phrases and patterns count as they stand."""
    classes: dict[str, set[str]] = {}
    for text in texts:
        for name, inflected, line in sections(text):
            for word in line.lower().split():
                for form in inflections(word) if inflected else (word,):
                    classes.setdefault(form, set()).add(name)
    return Lexicon(
        classes={word: frozenset(names) for word, names in classes.items()},
        phrases=_phrases(phrases),
        patterns=_patterns(patterns),
        units=_units(units),
        welsh=frozenset(word for word, names in classes.items() if "welsh" in names),
    )


def _phrases(text: str) -> dict[str, dict[str, tuple[tuple[str, ...], ...]]]:
    found: dict[str, dict[str, list[tuple[str, ...]]]] = {}
    for name, _, line in sections(text):
        words = tuple(line.lower().split())
        found.setdefault(name, {}).setdefault(words[0], []).append(words)
    return {
        name: {first: tuple(sorted(many, key=len, reverse=True)) for first, many in table.items()}
        for name, table in found.items()
    }


def _patterns(text: str) -> dict[str, dict[str, re.Pattern[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for name, _, line in sections(text):
        group, _, one = name.partition(".")
        found.setdefault(group, {}).setdefault(one, []).append(line)
    return {
        group: {one: re.compile("|".join(f"(?:{each})" for each in many)) for one, many in table.items()}
        for group, table in found.items()
    }


def _units(text: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, inflected, line in sections(text):
        for word in line.lower().split():
            found.setdefault(name, set()).update(inflections(word) if inflected else (word,))
    return {name: frozenset(words) for name, words in found.items()}


def unmask(word: str, known: Lexicon, more: frozenset[str]) -> str:
    """The word behind digits and signs that stand for letters ("1nfl4tion", "dr0ps"), or the word itself.

    It counts as disguised only where plain reading gives nothing and the other reading gives a known word.
    """
    if known.knows(word) or word in more:
        return word
    bare = word.translate(LEET_SIGNS)
    for reading in (bare, *_ones(bare), word.replace("!", "l")):
        if reading != word and (known.knows(reading) or reading in more):
            return reading
    return word


def _ones(word: str) -> Iterator[str]:
    """Its readings with each 1 as i or l, of which a few are tried."""
    ones = [at for at, letter in enumerate(word) if letter == "1"][:MOST_ONES]
    for letters in product("il", repeat=len(ones)):
        read = list(word)
        for at, letter in zip(ones, letters, strict=True):
            read[at] = letter
        yield "".join(read).translate(LEET)


def cut_up(word: str, known: Lexicon, more: frozenset[str]) -> tuple[str, ...]:
    """A run of letters without spaces as the fewest known words, or () where it cannot be read so."""
    if len(word) > 60:
        return ()
    best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - known.longest), end):
            head, part = best[start], word[start:end]
            if head is None or not (part in more or (len(part) > 1 and known.knows(part)) or part in ("a", "i")):
                continue
            here = best[end]
            if here is None or len(head) + 1 < len(here):
                best[end] = (*head, part)
    return best[len(word)] or ()
