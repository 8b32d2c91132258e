"""Content identifiers as the AT Protocol makes them: CIDv1, SHA-256, base32; records are hashed as DAG-CBOR."""

from __future__ import annotations

import base64
import hashlib
import struct
from typing import Any

_RAW, _DAG_CBOR = 0x55, 0x71


def blob_cid(data: bytes) -> str:
    """The CID of raw bytes (`bafkrei…`)."""
    return _cid(_RAW, data)


def record_cid(record: Any) -> str:
    """The CID of a JSON record (`bafyrei…`). Raises ValueError for a value the data model does not have (a float)."""
    return _cid(_DAG_CBOR, encode(record))


def _cid(codec: int, data: bytes) -> str:
    raw = bytes((1, codec, 0x12, 0x20)) + hashlib.sha256(data).digest()
    return "b" + base64.b32encode(raw).decode().lower().rstrip("=")


def encode(value: Any) -> bytes:
    """DAG-CBOR (RFC 8949 core, keys by length and then bytes, links as tag 42) of a value in the JSON data model."""
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", False: b"\xf4", True: b"\xf5"}[value]
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, str):
        data = value.encode()
        return _head(3, len(data)) + data
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(encode(item) for item in value)
    if isinstance(value, dict):
        return _encode_object(value)
    raise ValueError(f"the data model has no {type(value).__name__}")


def _encode_object(value: dict[str, Any]) -> bytes:
    if set(value) == {"$link"}:
        link = str(value["$link"])[1:].upper()
        raw = b"\x00" + base64.b32decode(link + "=" * (-len(link) % 8))
        return _head(6, 42) + _head(2, len(raw)) + raw
    if set(value) == {"$bytes"}:
        raw = base64.b64decode(value["$bytes"] + "=" * (-len(value["$bytes"]) % 4))
        return _head(2, len(raw)) + raw
    keys = sorted(value, key=lambda k: (len(k.encode()), k.encode()))
    return _head(5, len(keys)) + b"".join(encode(key) + encode(value[key]) for key in keys)


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes((major << 5 | number,))
    for extra, (form, top) in enumerate((("B", 2**8), ("H", 2**16), ("I", 2**32), ("Q", 2**64))):
        if number < top:
            return bytes((major << 5 | 24 + extra,)) + struct.pack(">" + form, number)
    raise ValueError("an integer of more than 64 bits")
