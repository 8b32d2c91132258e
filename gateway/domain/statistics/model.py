"""Model: two readers learnt from labelled posts, one of words and letters, one of forms; a post is doubted as they do
on the average.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

READERS = ("words", "forms")
THOUSAND = 1000


class BadModel(ValueError):
    """The learnt weights do not say what they must."""


@dataclass(frozen=True)
class Reader:
    """Weights in thousandths by feature: whole numbers, so that every machine adds them up alike."""

    weights: Mapping[str, int]
    bias: int

    def doubt(self, features: frozenset[str]) -> float:
        """Above 0: more like what speaks of unpublished statistics. What was never met draws towards the bias."""
        total = sum(self.weights.get(one, 0) for one in features)
        return (self.bias + total / math.sqrt(max(1, len(features)))) / THOUSAND


@dataclass(frozen=True)
class Model:
    """Both readers."""

    words: Reader
    forms: Reader

    def doubt(self, words: frozenset[str], forms: frozenset[str]) -> float:
        """How much the submission looks like one that speaks of unpublished statistics."""
        return (self.words.doubt(words) + self.forms.doubt(forms)) / 2


def read_model(document: Mapping[str, object]) -> Model:
    """learnt.json as a model. Raises BadModel."""
    return Model(*(_reader(document.get(name), name) for name in READERS))


def _reader(document: object, name: str) -> Reader:
    weights = document.get("weights") if isinstance(document, Mapping) else None
    bias = document.get("bias") if isinstance(document, Mapping) else None
    if not isinstance(weights, Mapping) or not isinstance(bias, int):
        raise BadModel(f"learnt.json must hold weights by feature and a whole number as bias of the reader of {name}")
    return Reader({str(feature): int(weight) for feature, weight in weights.items()}, bias)
