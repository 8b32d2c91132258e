"""Limits of the pretend Facebook Pages, and what only they take."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from connectors.simulators.graph_words import Given, refuse

IMAGE_TYPES = ("image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff")


@dataclass(frozen=True)
class FacebookRules:
    """Defaults of the contract (§1, §2, §5, §6). `versions` are parted by blanks.

    `proof_required`: the app demands `appsecret_proof`. `unscrapable`: a host whose pages cannot be scraped for a
    card. `calls_per_day` is the Page's business-use-case allowance, of which others made `calls_already`. Lives are in
    seconds.
    """

    versions: str = "v25.0 v26.0"
    proof_required: bool = True
    refuse_duplicates: bool = True
    max_characters: int = 63_206
    max_photos: int = 10
    photo_limit: int = 4_194_304
    calls_per_day: int = 4_800
    calls_already: int = 0
    code_life_s: float = 600.0
    short_life_s: float = 5_400.0
    long_life_s: float = 5_183_944.0
    unattached_life_s: float = 86_400.0
    unscrapable: str = ""


def media_ids(given: Given) -> list[str]:
    """The photos of `attached_media`: objects, or in a form JSON objects, each with `media_fbid` alone."""
    items = given.get("attached_media", [])
    if not isinstance(items, list):
        raise refuse(100, "Param attached_media must be an array.")
    return [_media_id(item) for item in items]


def _media_id(item: Any) -> str:
    try:
        read = json.loads(item) if isinstance(item, str) else item
    except ValueError:
        read = None
    if not isinstance(read, dict) or set(read) != {"media_fbid"} or not isinstance(read["media_fbid"], str):
        raise refuse(100, "Param attached_media must hold objects with media_fbid")
    return str(read["media_fbid"])
