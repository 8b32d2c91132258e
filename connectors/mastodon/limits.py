"""What a Mastodon server takes: its own published numbers, or the documented defaults (platform page §§2, 3, 6)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from connectors.text import graphemes, links, with_link
from connectors.words import Home, Limits, Outgoing

# Where `GET /api/v2/instance` publishes each number, below `configuration`, and its documented default.
FACTS: dict[str, tuple[str, int]] = {
    "max_characters": ("statuses", 500),
    "max_media_attachments": ("statuses", 4),
    "characters_reserved_per_url": ("statuses", 23),
    "description_limit": ("media_attachments", 1_500),
    "image_size_limit": ("media_attachments", 16_000_000),
}
_MENTION = re.compile(r"(?<![\w@/])@([\w.-]+)@[\w.-]*\w")


def said(outgoing: Outgoing) -> str:
    """The status text: lines end in LF, and the link stands at the end unless the text holds it already.

    The server builds the link card from the first address in the text; there is no other place for a link.
    """
    return with_link(outgoing.text.replace("\r\n", "\n"), outgoing.link)


def without_domains(text: str) -> str:
    """`text` with `@someone@host` as `@someone`: how the server counts it and how its HTML shows it."""
    return _MENTION.sub(r"@\1", text)


def length(text: str, *, reserved: int) -> int:
    """Grapheme clusters, where an address counts `reserved` and a remote mention counts without its domain."""
    counted, begin = 0, 0
    for link in links(text):
        counted += graphemes(without_domains(text[begin : link.begin])) + reserved
        begin = link.end
    return counted + graphemes(without_domains(text[begin:]))


def limits(home: Home) -> Limits:
    """The limits of the account's server, from the facts noted when it was connected."""
    number = {name: home.fact(name, default) for name, (_, default) in FACTS.items()}
    return Limits(
        mention="@name@server.example",
        characters=number["max_characters"],
        measure=partial(length, reserved=number["characters_reserved_per_url"]),
        media=number["max_media_attachments"],
        media_bytes=number["image_size_limit"],
        media_types=frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"}),
        alt_text=number["description_limit"],
        lag=timedelta(seconds=60),
        said=said,
    )


def published(instance: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    """The numbers a server publishes about itself; one that is missing or no number is left to its default."""
    configuration = instance.get("configuration")
    found = []
    for name, (group, _) in sorted(FACTS.items()):
        numbers = configuration.get(group) if isinstance(configuration, dict) else None
        value = numbers.get(name) if isinstance(numbers, dict) else None
        if type(value) is int and 0 < value < 1 << 53:
            found.append((name, value))
    return tuple(found)
