"""Reader: a linear reader learnt from labelled posts. Features count by a key, so that it is one small table and no
dictionary of words.
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

KEYS = 1 << 20
THOUSAND = 1000
WIDTH = 116


class BadModel(ValueError):
    """The learnt weights do not say what they must."""


def keys_of(features: Iterable[str], size: int = KEYS) -> array[int]:
    """The keys of features, each once, in order; a few features share one."""
    return array("I", sorted({crc32(one.encode()) % size for one in features}))


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


def reader_of(weights: Mapping[int, int], bias: int, unit: int = 1, size: int = KEYS) -> Reader:
    """A reader from its weights by key, in units of `unit` thousandths and at most 127 of them."""
    table = array("b", bytes(size))
    for key, weight in weights.items():
        table[key] = weight
    return Reader(table, unit, bias)


def read_reader(document: object, name: str, size: int = KEYS) -> Reader:
    """One reader as `Reader.to_json` wrote it. Raises BadModel."""
    try:
        if not isinstance(document, Mapping):
            raise BadModel(f"what was learnt has no reader of {name}")
        keys, weights = _read("I", document["keys"]), _read("b", document["weights"])
        return reader_of(dict(zip(keys, weights, strict=True)), int(document["bias"]), int(document["unit"]), size)
    except (KeyError, TypeError, ValueError, IndexError, binascii.Error) as fault:
        raise BadModel(f"the reader of {name} needs keys, weights, unit and bias: {fault}") from fault


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
