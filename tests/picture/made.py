"""Pictures made for the tests, and PNG files put together chunk by chunk."""

from __future__ import annotations

import random
import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chart(width: int = 64, height: int = 32) -> Image.Image:
    """Red at the left top, blue elsewhere: which way up it is can be seen."""
    picture = Image.new("RGB", (width, height), (0, 0, 200))
    picture.paste((200, 0, 0), (0, 0, width // 2, height // 2))
    return picture


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """What compresses worst; the same each time."""
    return Image.frombytes(mode, (width, height), random.Random(7).randbytes(width * height * len(mode)))


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """The file."""
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def opened(body: bytes) -> Image.Image:
    """The picture in a file, loaded."""
    picture: Image.Image = Image.open(BytesIO(body))
    picture.load()
    return picture


def chunk(kind: bytes, data: bytes) -> bytes:
    """One PNG chunk with its right check sum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def header(width: int, height: int) -> bytes:
    """Signature and IHDR of an 8-bit RGB PNG that claims this size."""
    return SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def with_chunk(png: bytes, kind: bytes, data: bytes) -> bytes:
    """The PNG with one more chunk behind its header."""
    return png[:33] + chunk(kind, data) + png[33:]
