"""Model: two readers learnt from labelled posts, one of words and letters, one of forms; a post is doubted as they do
on the weighted average. A third one reads whether figures told are out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.reader import Reader, read_reader

READERS = ("words", "forms", "past")
# How much the two readers count: forms are sooner fooled by office talk around a hint.
OF_WORDS, OF_FORMS = 7, 3


@dataclass(frozen=True)
class Model:
    """The two readers that doubt a submission, and the one that knows what is told of the past from what is not out."""

    words: Reader
    forms: Reader
    past: Reader

    def doubt(self, words: Sequence[int], forms: Sequence[int]) -> float:
        """How much the submission looks like one that speaks of unpublished statistics."""
        return (OF_WORDS * self.words.doubt(words) + OF_FORMS * self.forms.doubt(forms)) / (OF_WORDS + OF_FORMS)


def read_model(document: Mapping[str, object]) -> Model:
    """learnt.json as a model. Raises BadModel."""
    return Model(*(read_reader(document.get(name), name) for name in READERS))
