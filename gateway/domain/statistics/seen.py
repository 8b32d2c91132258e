"""Seen: a submission looked at sentence by sentence: cues, words that no list accounts for, figures that are out."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gateway.domain.reader import keys_of
from gateway.domain.release import Entry
from gateway.domain.statistics.announced import out_now, told_of_release
from gateway.domain.statistics.cues import Cue, Signs, cues_of
from gateway.domain.statistics.diary import Diary
from gateway.domain.statistics.features import forms_of, words_of
from gateway.domain.statistics.forms import language_cue, unknown_in
from gateway.domain.statistics.lexicon import Lexicon
from gateway.domain.statistics.nearness import Nearness, anchors_of, nearness_of
from gateway.domain.statistics.published import continues, release_behind
from gateway.domain.statistics.reading import Reading, Sentence, read
from gateway.domain.statistics.said import Said, slug_of
from gateway.domain.statistics.tokens import Kind

LINKED = ("link", "file_name")
OF_CALENDAR = frozenset(
    {"release_unknown", "release_cancelled", "release_stands", "release_provisional", "date_past", "date_moved"}
)
BY_THE_DAY = OF_CALENDAR | {"out_now"}


@dataclass(frozen=True)
class Seen:
    """One sentence with what was seen in it; `held` is the release that is out and held what it states."""

    sentence: Sentence
    cues: tuple[Cue, ...]
    unknown: tuple[int, ...]
    held: Entry | None

    @property
    def linked(self) -> bool:
        """Whether it is a link or the name of a file, which are no prose."""
        return self.sentence.place.startswith(LINKED)


@dataclass(frozen=True)
class Sight:
    """The whole: its sentences, how near it stands to a release, and the kinds of office talk it shows."""

    seen: tuple[Seen, ...]
    nearness: Nearness
    anchors: frozenset[str]

    @property
    def open(self) -> tuple[Seen, ...]:
        """What is not proven to be out."""
        return tuple(one for one in self.seen if one.held is None)


def readings_of(said: Said, diary: Diary, lexicon: Lexicon) -> tuple[Reading, ...]:
    """Every place, read; links within texts too."""
    found = [read(place, text, lexicon, diary.names) for place, text in said.places()]
    return (*found, *(read("link", text, lexicon, diary.names) for text in _inline_links(found)))


def _inline_links(readings: Iterable[Reading]) -> Iterator[str]:
    for reading in readings:
        for sentence in reading.sentences:
            yield from filter(None, (slug_of(token.word) for token in sentence.tokens if token.kind is Kind.LINK))


def look(readings: Sequence[Reading], diary: Diary, lexicon: Lexicon, signs: Signs) -> Sight:
    """What there is to see in them."""
    told = [one for reading in readings for one in reading.sentences]
    body = [one for one in told if not one.place.startswith(LINKED)]
    anchors = anchors_of(body, lexicon)
    nearness = nearness_of(told, anchors, lexicon)
    seen: list[Seen] = []
    for one in told:
        cues = cues_of(one, nearness, anchors, lexicon, signs)
        before = seen[-1].held if seen and seen[-1].sentence.place == one.place else None
        seen.append(_see(one, cues, before, nearness, diary, lexicon))
    return Sight(tuple(seen), nearness, anchors)


def _see(
    sentence: Sentence,
    cues: tuple[Cue, ...],
    before: Entry | None,
    nearness: Nearness,
    diary: Diary,
    lexicon: Lexicon,
) -> Seen:
    """What there is to see in a sentence; `before` is the release that held what the one before it stated."""
    held = release_behind(sentence, lexicon, diary) if cues else out_now(sentence, diary)
    if held is None and before is not None and cues and continues(sentence, lexicon):
        held = before
    if held is not None:
        return Seen(sentence, (), (), held)
    if sentence.place.startswith(LINKED):
        return Seen(sentence, tuple(cue for cue in cues if cue.rule != "wary"), (), None)
    told = tuple(Cue(rule, 0, len(sentence.tokens)) for rule, _ in told_of_release(sentence, diary))
    foreign = language_cue(sentence, lexicon)
    cues = (*cues, *told, foreign) if foreign else (*cues, *told)
    return Seen(sentence, cues, unknown_in(sentence, nearness, lexicon), None)


def features_in(sight: Sight, lexicon: Lexicon) -> tuple[array[int], array[int]]:
    """The keys of what the reader of words and the reader of forms go by: all prose that is not proven to be out."""
    prose = [one for one in sight.open if not one.linked]
    sentences = [one.sentence for one in prose]
    cues = (cue.rule for one in sight.open for cue in one.cues if cue.rule not in BY_THE_DAY)
    unknown = sum(len(one.unknown) for one in prose)
    forms = forms_of(sentences, cues, unknown, sight.nearness, sight.anchors, lexicon)
    return keys_of(words_of(sentences, sight.nearness)), keys_of(forms)
