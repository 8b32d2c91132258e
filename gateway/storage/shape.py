"""Frozen values to JSON and back, by their type hints: dataclasses, tuples, enums, instants and plain values."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from gateway.domain.instant import parse_rfc3339, rfc3339


def encode(value: Any) -> Any:
    """`value` in JSON's own kinds. Raises TypeError for a kind that could not be brought back."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
    raise TypeError(f"{type(value).__name__} cannot be stored")


@cache
def decoder(kind: Any) -> Callable[[Any], Any]:
    """A function that brings JSON back to `kind`. Raises TypeError for a kind that `encode` does not write."""
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind)
    origin = typing.get_origin(kind)
    if origin is tuple:
        return _tuple(typing.get_args(kind))
    if origin in {types.UnionType, typing.Union}:
        return _optional(typing.get_args(kind))
    if kind is datetime:
        return parse_rfc3339
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind
    if kind in {str, int, bool, float}:
        return _same
    raise TypeError(f"{kind} cannot be stored")


def _same(value: Any) -> Any:
    return value


def _dataclass(kind: Any) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    fields = {f.name: decoder(hints[f.name]) for f in dataclasses.fields(kind)}

    def decode(value: Any) -> Any:
        return kind(**{name: fields[name](item) for name, item in value.items()})

    return decode


def _tuple(kinds: tuple[Any, ...]) -> Callable[[Any], Any]:
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        item = decoder(kinds[0])
        return lambda value: tuple(item(one) for one in value)
    items = [decoder(kind) for kind in kinds]
    return lambda value: tuple(read(one) for read, one in zip(items, value, strict=True))


def _optional(kinds: tuple[Any, ...]) -> Callable[[Any], Any]:
    rest = [kind for kind in kinds if kind is not types.NoneType]
    if len(rest) != 1:
        raise TypeError(f"{kinds} cannot be told apart in storage")
    inner = decoder(rest[0])
    return lambda value: None if value is None else inner(value)
