"""Model: two readers learnt from labelled posts, one of words and letters, one of forms; a post is doubted as they do
on the weighted average. A third one reads whether figures told are out. Features count by a key of twenty bits, so
that a reader is one small table and no dictionary of words.
"""

from __future__ import annotations

import base64
import binascii
import math
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

READERS = ("words", "forms", "past")
KEYS = 1 << 20
THOUSAND = 1000
# How much the two readers count: forms are sooner fooled by office talk around a hint.
OF_WORDS, OF_FORMS = 7, 3
WIDTH = 116


class BadModel(ValueError):
    """The learnt weights do not say what they must."""


def keys_of(features: Iterable[str]) -> array[int]:
    """The keys of features, each once, in order; two features in some thousand share one."""
    return array("I", sorted({crc32(one.encode()) % KEYS for one in features}))


@dataclass(frozen=True)
class Reader:
    """A table of weights by key, in units of `unit` thousandths; whole numbers, which every machine adds up alike."""

    table: array[int]
    unit: int
    bias: int

    def doubt(self, keys: Sequence[int]) -> float:
        """Above 0: more like what speaks of unpublished statistics. What was never met draws towards the bias."""
        total = sum(map(self.table.__getitem__, keys)) * self.unit
        return (self.bias + total / math.sqrt(max(1, len(keys)))) / THOUSAND

    def to_json(self) -> dict[str, object]:
        """As learnt.json holds it: the keys that have a weight, and their weights."""
        keys = array("I", (key for key, weight in enumerate(self.table) if weight))
        weights = array("b", (self.table[key] for key in keys))
        return {"bias": self.bias, "unit": self.unit, "keys": _written(keys), "weights": _written(weights)}


@dataclass(frozen=True)
class Model:
    """The two readers that doubt a submission, and the one that knows what is told of the past from what is not out."""

    words: Reader
    forms: Reader
    past: Reader

    def doubt(self, words: Sequence[int], forms: Sequence[int]) -> float:
        """How much the submission looks like one that speaks of unpublished statistics."""
        return (OF_WORDS * self.words.doubt(words) + OF_FORMS * self.forms.doubt(forms)) / (OF_WORDS + OF_FORMS)


def reader_of(weights: Mapping[int, int], bias: int, unit: int = 1) -> Reader:
    """A reader from its weights by key, in units of `unit` thousandths and at most 127 of them."""
    table = array("b", bytes(KEYS))
    for key, weight in weights.items():
        table[key] = weight
    return Reader(table, unit, bias)


def read_model(document: Mapping[str, object]) -> Model:
    """learnt.json as a model. Raises BadModel."""
    return Model(*(_reader(document.get(name), name) for name in READERS))


def _reader(document: object, name: str) -> Reader:
    try:
        if not isinstance(document, Mapping):
            raise BadModel(f"learnt.json has no reader of {name}")
        keys, weights = _read("I", document["keys"]), _read("b", document["weights"])
        return reader_of(dict(zip(keys, weights, strict=True)), int(document["bias"]), int(document["unit"]))
    except (KeyError, TypeError, ValueError, IndexError, binascii.Error) as fault:
        raise BadModel(f"learnt.json needs keys, weights, unit and bias of the reader of {name}: {fault}") from fault


def _written(numbers: array[int]) -> list[str]:
    """Little end first, in base64, in lines."""
    if sys.byteorder == "big":
        numbers.byteswap()
    text = base64.b64encode(numbers.tobytes()).decode()
    return [text[at : at + WIDTH] for at in range(0, len(text), WIDTH)]


def _read(code: str, lines: object) -> array[int]:
    if not isinstance(lines, list):
        raise TypeError("a list of lines")
    numbers = array(code, base64.b64decode("".join(lines), validate=True))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
