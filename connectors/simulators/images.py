"""How wide and high a picture is, read from its first bytes (JPEG: ITU T.81 annex B; PNG: its specification, §11)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from connectors.simulators.forms import sniff

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0 to SOF15
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length


@dataclass(frozen=True)
class Shape:
    """A picture's media type, width and height in pixels."""

    media_type: str
    width: int
    height: int


def measure(data: bytes) -> Shape | None:
    """The shape of a whole JPEG or PNG, else None."""
    kind = sniff(data)
    try:
        size = _jpeg(data) if kind == "image/jpeg" else _png(data) if kind == "image/png" else None
    except (struct.error, IndexError):
        return None
    return Shape(kind or "", *size) if size and all(size) else None


def _png(data: bytes) -> tuple[int, int] | None:
    width, height = struct.unpack_from(">II", data, 16)
    return (width, height) if data[12:16] == b"IHDR" and b"IEND" in data[-12:] else None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    if b"\xff\xd9" not in data[-64:]:
        return None
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 if marker in _BARE else 1 if marker == 0xFF else 2 + struct.unpack_from(">H", data, at + 2)[0]
    return None
