"""What Viva Engage takes (platform page §3, §6). What it does not publish is a fact of the account with a default."""

from __future__ import annotations

from datetime import timedelta

from connectors.text import with_link
from connectors.words import Home, Limits, Outgoing, Visibility

# Unconfirmed by the platform (page §6, §7): about 10,000 characters are taken in practice.
FACTS = {"max_characters": 10_000, "max_files": 100, "file_bytes": 4_000_000}
_PICTURE = {"cy": "Llun"}


def said(outgoing: Outgoing) -> str:
    """The body. There is no field for alt texts, so they stand at its end; beside files the link stands there too."""
    text = with_link(outgoing.text, outgoing.link) if outgoing.pictures else outgoing.text
    word = _PICTURE.get(outgoing.language, "Image")
    lines = [f"[{word}: {picture.alt_text}]" for picture in outgoing.pictures if picture.alt_text]
    return "\n\n".join([text, *lines]) if lines else text


def limits(home: Home) -> Limits:
    """The limits of the account's network. A post is seen inside the organisation alone; there is no other reach."""
    number = {name: home.fact(name, usual) for name, usual in FACTS.items()}
    return Limits(
        advice="Viva Engage documents no way for a program to mention somebody.",  # `[[user:1]]` is unconfirmed
        characters=number["max_characters"],
        media=number["max_files"],
        media_bytes=number["file_bytes"],
        media_types=frozenset({"image/jpeg", "image/png", "image/gif"}),
        lag=timedelta(seconds=60),
        said=said,
        visibilities=frozenset({Visibility.PUBLIC}),
        empty_text_with_media=False,
    )
