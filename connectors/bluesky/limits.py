"""What Bluesky takes: 300 graphemes and 3,000 UTF-8 bytes, addresses at full length (platform page §8, §3)."""

from __future__ import annotations

from datetime import timedelta

from connectors.text import graphemes, with_link
from connectors.words import Limits, Outgoing, Visibility


def said(outgoing: Outgoing) -> str:
    """The record's text. A link is a card; beside pictures there is no room for a card, so it joins the text."""
    return with_link(outgoing.text, outgoing.link) if outgoing.pictures else outgoing.text


LIMITS = Limits(
    mention="@name.example",
    characters=300,
    measure=graphemes,
    utf8_bytes=3_000,
    media_bytes=2_000_000,
    media_types=frozenset({"image/jpeg", "image/png", "image/webp"}),
    lag=timedelta(0),  # listRecords is immediate (platform page §7)
    said=said,
    visibilities=frozenset({Visibility.PUBLIC}),
)
