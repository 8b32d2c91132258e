"""Features: what the two learnt readers see of a submission; the one its words and letters, the other its forms.

Names of series, figures, days and links count by their kind, so that what is learnt holds for every series. Nothing
here depends on the calendar.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise

from gateway.domain.statistics.lexicon import Lexicon
from gateway.domain.statistics.nearness import SOON, Nearness
from gateway.domain.statistics.reading import Sentence
from gateway.domain.statistics.tokens import Kind, Token

LETTERS = 4
SHORTEST_CUT = 4
MANY_UNKNOWN, LONG, STEP = 4, 6, 8
LARGE = 4
ADDRESSED = frozenset({"you", "your", "you're", "yours", "you'll", "you've"})
OURS = frozenset({"we", "our", "us", "we're", "we've", "ours", "we'll"})
UNLISTED = frozenset({"none"})
KEPT = frozenset({"fn", "wary"})
OF_FIGURES = (("%", "<percent>"), ("cent", "<percent>"), ("pp", "<percent>"), ("point", "<percent>"))


def words_of(sentences: Sequence[Sentence], nearness: Nearness) -> frozenset[str]:
    """Words (also by nearness), two and three in a row, pieces of words, and how the whole is cut: asked, soon."""
    runs = [signs_of(sentence) for sentence in sentences]
    found = {feature for run in runs for feature in (*run, *_rows(run))}
    found.update(f"{nearness.name}|{word}" for run in runs for word in run)
    found.update(piece for run in runs for word in run for piece in _pieces(word))
    return frozenset(found | set(_manner(sentences, runs)))


def forms_of(
    sentences: Sequence[Sentence],
    cues: Iterable[str],
    unknown: int,
    nearness: Nearness,
    anchors: frozenset[str],
    lexicon: Lexicon,
) -> frozenset[str]:
    """What the grammar makes of it: classes of words in order and together, cues, kinds of talk, nearness."""
    runs = [signs_of(sentence) for sentence in sentences]
    found: set[str] = set()
    for sentence in sentences:
        classes = _classes(sentence, lexicon)
        found.update(f"class {name}" for names in classes for name in names)
        found.update(f"{one}>{other}" for names, more in pairwise(classes) for one in names for other in more)
        shape = _shape(sentence, lexicon)
        found.update(f"{one}&{other}" for one, other in combinations(sorted(set(shape)), 2))
        found.update(f"shape {one} {other}" for one, other in pairwise(shape))
        found.update(f"shape {' '.join(shape[at : at + 3])}" for at in range(len(shape) - 2))
    found.update(f"cue {rule}" for rule in cues)
    found.update(f"anchor {name}" for name in anchors)
    clues = frozenset(clue for sentence in sentences for clue in sentence.clues)
    found.add(f"clues {min(len(clues), MANY_UNKNOWN)}")
    found.update((f"near {nearness.name}", f"unknown {min(unknown, MANY_UNKNOWN)}"))
    return frozenset(found | set(_manner(sentences, runs)))


def signs_of(sentence: Sentence) -> list[str]:
    """The sentence as words, with series, figures and the rest by their kind."""
    starts = {topic.start: topic for topic in sentence.topics}
    found: list[str] = []
    past = 0
    for at, token in enumerate(sentence.tokens):
        if at < past or token.kind is Kind.TAG:
            continue
        topic = starts.get(at)
        if topic is not None:
            past = topic.end
            found.append("<everyday>" if topic.weak else "<series>")
        else:
            found.append(_sign(token))
    return found


def _sign(token: Token) -> str:
    if token.kind in (Kind.WORD, Kind.EMOJI, Kind.SIGN):
        return token.word
    if token.kind is Kind.STOP:
        return token.word[:1].strip() or "<line>"
    return _figure(token.word) if token.kind is Kind.FIGURE else f"<{token.kind}>"


def _figure(word: str) -> str:
    for part, sign in OF_FIGURES:
        if part in word:
            return sign
    if word[:1] in "£€$":
        return "<money>"
    if "." in word or "illion" in word or "bn" in word:
        return "<decimal>"
    return "<large>" if len(word.replace(",", "")) > LARGE else "<figure>"


def _rows(run: Sequence[str]) -> Iterator[str]:
    row = ("^", *run, "$")
    yield from (f"{one} {other}" for one, other in pairwise(row))
    yield from (" ".join(row[at : at + 3]) for at in range(len(row) - 2))


def _pieces(word: str) -> Iterator[str]:
    if word.isalpha() and len(word) >= SHORTEST_CUT:
        edged = f"_{word}_"
        yield from (f"~{edged[at : at + LETTERS]}" for at in range(len(edged) - LETTERS + 1))


def _manner(sentences: Sequence[Sentence], runs: Sequence[Sequence[str]]) -> Iterator[str]:
    words = {word for run in runs for word in run}
    length = sum(len(run) for run in runs)
    yield f"length {min(length // STEP, LONG)}"
    yield "asks" if any(sentence.asks for sentence in sentences) else "tells"
    for name, group in (("you", ADDRESSED), ("we", OURS), ("soon", SOON)):
        yield name if words & group else f"no {name}"
    yield "series" if "<series>" in words else "no series"


def _classes(sentence: Sentence, lexicon: Lexicon) -> list[frozenset[str]]:
    words = (token.word for token in sentence.tokens if token.kind is Kind.WORD)
    return [lexicon.of(word) or UNLISTED for word in words]


def _shape(sentence: Sentence, lexicon: Lexicon) -> list[str]:
    """Each word by its first class; words without content of their own as they are."""
    found = ["^"]
    for token in sentence.tokens:
        classes = lexicon.of(token.word) if token.kind is Kind.WORD else frozenset()
        if classes & KEPT:
            found.append(token.word)
        elif token.kind is Kind.WORD:
            found.append(min(classes, default="?"))
        elif token.kind is not Kind.TAG:
            found.append("." if token.kind is Kind.STOP else f"<{token.kind}>")
    return [*found, "$"]
