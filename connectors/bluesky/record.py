"""The post record (app.bsky.feed.post), and whether a record that is there is the one we would write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from connectors.bluesky.facets import facets
from connectors.bluesky.keys import COLLECTION, created_at
from connectors.bluesky.limits import said
from connectors.words import Outgoing, Passage

Json = dict[str, Any]
_COMPARED = ("$type", "text", "createdAt", "langs", "labels", "tags")


def record(
    outgoing: Outgoing, passage: Passage, *, blobs: Sequence[Json], dids: Mapping[str, str], reply: Json
) -> Json:
    """The record to write. Absent fields are left out, never null; the order of its fields is fixed."""
    text = said(outgoing)
    whole = {
        "$type": COLLECTION,
        "text": text,
        "createdAt": created_at(passage.stamp),
        "langs": [outgoing.language],
        "facets": facets(text, dids),
        "reply": reply,
        "embed": _embed(outgoing, blobs),
    }
    return {name: value for name, value in whole.items() if value or name == "text"}


def same(there: Mapping[str, Any], ours: Mapping[str, Any]) -> bool:
    """Whether two records say the same thing.

    Blobs, facets and cids are left aside: they follow from uploads, handles and other records, not from the Outgoing.
    """
    alike = all(there.get(name) == ours.get(name) for name in _COMPARED)
    return alike and _answered(there) == _answered(ours) and _shown(there) == _shown(ours)


def _embed(outgoing: Outgoing, blobs: Sequence[Json]) -> Json | None:
    if outgoing.pictures:
        images = [
            {"image": blob, "alt": p.alt_text, "aspectRatio": {"width": p.width, "height": p.height}}
            for p, blob in zip(outgoing.pictures, blobs, strict=True)
        ]
        return {"$type": "app.bsky.embed.images", "images": images}
    if outgoing.link:
        card = {"uri": outgoing.link, "title": urlsplit(outgoing.link).hostname or outgoing.link, "description": ""}
        return {"$type": "app.bsky.embed.external", "external": card}
    return None


def _answered(whole: Mapping[str, Any]) -> tuple[Any, ...] | None:
    reply = whole.get("reply")
    if not isinstance(reply, dict):
        return None
    return tuple(end.get("uri") if isinstance(end, dict) else end for end in (reply.get("root"), reply.get("parent")))


def _shown(whole: Mapping[str, Any]) -> tuple[Any, ...] | None:
    embed = whole.get("embed")
    if not isinstance(embed, dict):
        return None
    images = embed.get("images")
    alts = [image.get("alt") for image in images if isinstance(image, dict)] if isinstance(images, list) else None
    return embed.get("$type"), embed.get("external"), alts
