"""Bodies of requests read strictly: JSON objects, URL-encoded forms and multipart forms."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class File:
    """A file in a multipart form."""

    filename: str
    media_type: str
    data: bytes


Fields = list[tuple[str, "str | File"]]

_NAME = re.compile(r'\bname="([^"]*)"')
_FILENAME = re.compile(r'\bfilename="([^"]*)"')


def read_json(body: bytes) -> dict[str, Any]:
    """The body as one JSON object without repeated keys. Raises ValueError."""
    value = json.loads(body.decode(), object_pairs_hook=_unique)
    if not isinstance(value, dict):
        raise ValueError("the body is not a JSON object")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


def read_form(body: bytes) -> Fields:
    """The pairs of a URL-encoded body in order. Raises ValueError."""
    return list(parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=bool(body), errors="strict"))


def read_multipart(content_type: str, body: bytes) -> Fields:
    """The parts of a multipart body (RFC 7578) in order. Raises ValueError."""
    found = re.search(r'boundary=(?:"([^"]+)"|([^;\s]+))', content_type)
    if found is None:
        raise ValueError("a multipart body without a boundary")
    mark = b"--" + (found[1] or found[2]).encode()
    head, *parts = (b"\r\n" + body).split(b"\r\n" + mark)
    if head or not parts or not parts[-1].startswith(b"--"):
        raise ValueError("a multipart body that does not begin or end as it should")
    return [_part(part) for part in parts[:-1]]


def _part(part: bytes) -> tuple[str, str | File]:
    head, gap, data = part.partition(b"\r\n\r\n")
    lines = [line for line in head.decode().split("\r\n") if line]
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    disposition = headers.get("content-disposition", "")
    name, filename = _NAME.search(disposition), _FILENAME.search(disposition)
    if not gap or name is None or not disposition.startswith("form-data"):
        raise ValueError("a part without a name")
    if filename is None:
        return name[1], data.decode()
    return name[1], File(filename[1], headers.get("content-type", ""), data)


_MARKS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


def sniff(data: bytes) -> str | None:
    """The media type that the first bytes show, or None."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return "image/avif" if data[8:12] == b"avif" else "video/mp4"
    return next((kind for mark, kind in _MARKS if data.startswith(mark)), None)
