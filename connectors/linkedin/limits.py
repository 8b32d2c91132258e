"""What LinkedIn takes (platform page §§3, 4, 7); what it leaves unsaid is read the careful way and can be set."""

from __future__ import annotations

from dataclasses import replace

from connectors.linkedin.little import escape
from connectors.text import utf16_units, with_link
from connectors.words import Home, Limits, Outgoing, Visibility

VERSION = 202607  # LinkedIn-Version: a version lives for a year or longer, then every call answers 426
TITLE = 400


def said(outgoing: Outgoing) -> str:
    """What stands in the post before escaping: the link has its card, but none beside pictures or in a comment."""
    text = outgoing.text.replace("\r\n", "\n")
    return with_link(text, outgoing.link) if outgoing.pictures or outgoing.part > 1 else text


def length(text: str) -> int:
    """UTF-16 units with the escapes: whether LinkedIn counts them is not documented."""
    return utf16_units(escape(text))


def limits(home: Home) -> Limits:
    """For a post; later parts of a thread are comments on it, which are plain text and hold no pictures."""
    post = Limits(
        mention="@[Exact Name](urn:li:organization:123)",
        characters=home.fact("max_characters", 3_000),
        measure=length if home.fact("escapes_count", 1) else utf16_units,
        media=20,
        media_bytes=home.fact("image_bytes", 10_000_000),
        media_pixels=36_152_319,
        media_types=frozenset({"image/jpeg", "image/png", "image/gif"}),
        alt_text=4_086,
        empty_text_with_media=False,
        said=said,
        visibilities=frozenset({Visibility.PUBLIC}),
    )
    comment = replace(post, characters=home.fact("comment_characters", 1_250), measure=utf16_units, media=0)
    return replace(post, later=comment)
