"""Styles, script and icon from our own origin, under addresses that change with their content: they may be kept.

The files are known by name when the process starts: an address is looked up, never joined to a path.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.responses import Response

from gateway.web.pages.page import Page
from gateway.web.problems import NotTaken
from gateway.web.styling import GOVUK, STATIC

KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".json": "application/manifest+json",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
SQUEEZED = frozenset({".css", ".js", ".svg"})
KEPT = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """One file, as it is and compressed."""

    kind: str
    body: bytes
    squeezed: bytes | None
    version: str


@cache
def assets() -> dict[str, Asset]:
    """Every file by the name in its address; the GOV.UK ones are missing until `make assets`."""
    found = {path.relative_to(GOVUK).as_posix(): path for path in _files(GOVUK)}
    found |= {path.name: path for path in STATIC.iterdir() if path.suffix in KINDS}
    return {name: _read(path) for name, path in found.items()}


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.suffix in KINDS]


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    squeezed = gzip.compress(body, 9, mtime=0) if path.suffix in SQUEEZED else None
    return Asset(KINDS[path.suffix], body, squeezed, hashlib.sha256(body).hexdigest()[:12])


def address_of(name: str) -> str:
    """The address of a file, with the version that lets browsers keep it."""
    known = assets().get(name)
    return f"/assets/{name}?v={known.version}" if known else f"/assets/{name}"


def serve_asset(page: Page) -> Response:
    """One file. What is public is compressed for everyone; pages are not (squeezing)."""
    known = assets().get(page.at["name"])
    if known is None:
        raise NotTaken(404)
    answer = Response(known.body, media_type=known.kind)
    if known.squeezed is not None and "gzip" in page.request.headers.get("accept-encoding", ""):
        answer = Response(known.squeezed, media_type=known.kind, headers={"Content-Encoding": "gzip"})
    answer.headers["Vary"] = "Accept-Encoding"
    is_same = page.query.one("v") == known.version
    answer.headers["Cache-Control"] = KEPT if is_same else "public, max-age=300"
    return answer
