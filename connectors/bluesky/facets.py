"""Facets: what in a text is a link, a tag or a mention, in UTF-8 bytes (app.bsky.richtext.facet)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.text import graphemes, links

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_MENTION = re.compile(rf"(?<![\w@./])@((?:{_LABEL}\.)+[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?)(?![\w@-])")
_TAG = re.compile(r"(?:(?<=[\s(])|^)[#＃]([\w\u0300-\u036f]+)")  # letters may carry their accents apart
_FACET = "app.bsky.richtext.facet"

Span = tuple[int, int]


def handles(text: str) -> tuple[str, ...]:
    """The handles mentioned in `text`, in lower case, each once, in order: to be resolved to DIDs."""
    return tuple(dict.fromkeys(handle for _, handle in _mentions(text)))


def facets(text: str, dids: Mapping[str, str]) -> list[dict[str, Any]]:
    """The facets of `text`, in order, without overlap. A mention whose handle is not in `dids` stays plain text."""
    found = [(link.begin, link.end, {"$type": f"{_FACET}#link", "uri": link.url}) for link in links(text)]
    found += [(*span, {"$type": f"{_FACET}#tag", "tag": tag}) for span, tag in _tags(text)]
    found += [(*span, {"$type": f"{_FACET}#mention", "did": dids[h]}) for span, h in _mentions(text) if h in dids]
    return [_facet(text, begin, end, feature) for begin, end, feature in sorted(found, key=lambda f: f[:2])]


def _mentions(text: str) -> Iterator[tuple[Span, str]]:
    for match in _MENTION.finditer(text):
        if not _inside_link(text, match.start()) and len(match.group(1)) <= 253:
            yield match.span(), match.group(1).lower()


def _tags(text: str) -> Iterator[tuple[Span, str]]:
    for match in _TAG.finditer(text):
        tag = match.group(1)
        short = graphemes(tag) <= 64 and len(tag.encode()) <= 640
        if short and not tag.isdigit() and not _inside_link(text, match.start()):
            yield match.span(), tag


def _inside_link(text: str, at: int) -> bool:
    return any(link.begin <= at < link.end for link in links(text))


def _facet(text: str, begin: int, end: int, feature: dict[str, str]) -> dict[str, Any]:
    before, within = len(text[:begin].encode()), len(text[begin:end].encode())
    return {"index": {"byteStart": before, "byteEnd": before + within}, "features": [feature]}
