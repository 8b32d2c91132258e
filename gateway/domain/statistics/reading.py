"""Reading: one place of a submission, folded and cut into sentences, with the series each sentence names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from gateway.domain.statistics.fold import Folded, fold
from gateway.domain.statistics.lexicon import Lexicon, cut_up, unmask
from gateway.domain.statistics.series import Names, Topic, plain
from gateway.domain.statistics.tokens import Kind, Token, sentences_of, tokens_of

FEWEST_SHOUTED = 4
# Where words are run together without spaces, and from how many letters on.
UNSPACED = ("link", "file_name")
LONG = 12
BEFORE_SIGN = re.compile(r" ([,.!?:;)])")


@dataclass(frozen=True)
class Sentence:
    """One sentence: its tokens, its text in lower case, the series it names, and where set phrases cover tokens.

    `clues` are its words that make some series likely.
    """

    place: str
    folded: Folded
    tokens: tuple[Token, ...]
    text: str
    topics: tuple[Topic, ...]
    phrases: Mapping[str, frozenset[int]]
    clues: frozenset[str] = frozenset()

    @property
    def named(self) -> frozenset[int]:
        """The tokens that name series."""
        return frozenset(at for topic in self.topics for at in range(topic.start, topic.end))

    @property
    def shouts(self) -> bool:
        """Whether it stands in capitals, so that a capital says nothing."""
        words = [
            token for token in self.tokens if token.kind is Kind.WORD and token.word.isalpha() and len(token.word) > 1
        ]
        typed = (self.folded.text[token.start : token.end] for token in words)
        return len(words) >= FEWEST_SHOUTED and sum(map(str.isupper, typed)) > len(words) / 2

    @property
    def asks(self) -> bool:
        """Whether it is a question with a question word."""
        words = [token.word for token in self.tokens if token.kind is Kind.WORD]
        first = words[0].partition("'")[0] if words else ""
        is_open = first in ("how", "what", "which", "where", "who", "when") or words[:2] == ["ever", "wondered"]
        return is_open and any(token.kind is Kind.STOP and "?" in token.word for token in self.tokens[-2:])


@dataclass(frozen=True)
class Reading:
    """One place, read."""

    place: str
    folded: Folded
    sentences: tuple[Sentence, ...]
    disguised: bool


def read(place: str, text: str, lexicon: Lexicon, names: Names) -> Reading:
    """The place as sentences; disguised words are read for what they stand for, and that is told."""
    folded = fold(text)
    tokens = tokens_of(folded.text)
    if place.startswith(UNSPACED):
        tokens = tuple(replace(one, split=True) if len(one.word) >= LONG else one for one in tokens)
    tokens, unmasked = _plain(tokens, folded, lexicon, frozenset(names.words))
    sentences = tuple(_sentence(place, folded, each, lexicon, names) for each in sentences_of(tokens))
    return Reading(place, folded, sentences, folded.differs or unmasked)


def _plain(
    tokens: tuple[Token, ...], folded: Folded, lexicon: Lexicon, more: frozenset[str]
) -> tuple[tuple[Token, ...], bool]:
    found: list[Token] = []
    for token in tokens:
        found += _words_behind(token, folded, lexicon, more)
    seen = tuple(found)
    return seen, [t.word for t in seen if not t.split] != [t.word for t in tokens if not t.split]


def _words_behind(token: Token, folded: Folded, lexicon: Lexicon, more: frozenset[str]) -> Iterator[Token]:
    """The token, its disguise off; runs of letters (from letters set apart, or hashtags) cut into words."""
    if token.kind is not Kind.WORD:
        yield token
        return
    known = token.word in more or lexicon.knows(token.word)
    if not known and (token.split or any(run in folded.joined for run in (token.word,))):
        parts = cut_up(token.word, lexicon, more)
        if len(parts) > 1:
            yield from (replace(token, word=part) for part in parts)
            return
    yield token if known or token.word.isalpha() else replace(token, word=unmask(token.word, lexicon, more))


def _sentence(place: str, folded: Folded, tokens: tuple[Token, ...], lexicon: Lexicon, names: Names) -> Sentence:
    topics = names.find(tokens)
    said = " ".join(token.word for token in tokens if token.kind not in (Kind.TAG, Kind.LINK, Kind.MENTION))
    text = BEFORE_SIGN.sub(r"\1", said)
    phrases = {where: frozenset(_phrases(tokens, table)) for where, table in lexicon.phrases.items()}
    clues = frozenset(plain(token.word) for token in tokens if token.kind is Kind.WORD) & names.clues.keys()
    return Sentence(place, folded, tokens, text, topics, phrases, clues)


def _phrases(tokens: tuple[Token, ...], table: Mapping[str, tuple[tuple[str, ...], ...]]) -> Iterator[int]:
    words = [token.word if token.kind is Kind.WORD else "" for token in tokens]
    for at, word in enumerate(words):
        for phrase in table.get(word, ()):
            if tuple(words[at : at + len(phrase)]) == phrase:
                yield from range(at, at + len(phrase))
                break
