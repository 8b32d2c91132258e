"""Canonical JSON bytes (RFC 8785), so that the same entry is the same leaf on every machine.

Only the values an audit entry needs: text, whole numbers, booleans, null, lists and objects.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

Value = str | int | bool | None | list["Value"] | dict[str, "Value"]

MAX_INTEGER = 2**53 - 1
"""The largest whole number every JSON reader holds exactly (RFC 7493 §2.2)."""


class NotCanonical(ValueError):
    """The value has no canonical form, or the bytes are not the canonical form of what they say."""


def encode(value: object) -> bytes:
    """The RFC 8785 bytes of `value`; raises NotCanonical for floats, large integers and lone surrogates."""
    ordered = _ordered(value)
    try:
        return json.dumps(ordered, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("text holds a lone surrogate") from error


def decode(data: bytes) -> Value:
    """The value whose canonical form is exactly `data`; raises NotCanonical for anything else."""
    try:
        value: Value = json.loads(data.decode(), parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NotCanonical(f"not canonical JSON: {error}") from error
    if encode(value) != data:
        raise NotCanonical("the bytes are JSON, but not in canonical form")
    return value


def _ordered(value: object) -> object:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return _whole(value)
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _ordered(value[key]) for key in sorted(value, key=_utf16)}
    raise NotCanonical(f"a {type(value).__name__} has no canonical form here (text, int, bool, None, list, dict)")


def _whole(value: int) -> int:
    if abs(value) > MAX_INTEGER:
        raise NotCanonical("a whole number beyond 2^53 is read differently by other programs")
    return value


def _utf16(key: object) -> bytes:
    """RFC 8785 §3.2.3 sorts names by UTF-16 code units, which is not the order of code points."""
    if not isinstance(key, str):
        raise NotCanonical("object names must be text")
    return key.encode("utf-16-be", "surrogatepass")


def _refuse(text: str) -> object:
    raise NotCanonical(f"{text} is not a whole number")
