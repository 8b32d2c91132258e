"""What the rules' tests say: an Outgoing from a text, and which rules hit it."""

from __future__ import annotations

from connectors.words import Outgoing, Picture
from gateway.domain.check import Hit
from gateway.domain.rules import RULES

SEEN = "Line chart of weekly deaths, falling since January"


def saying(text: str, *, alts: tuple[str, ...] = (), link: str | None = None) -> Outgoing:
    """One post on one account, with a picture for each alt text."""
    pictures = tuple(Picture("0" * 64, "image/png", 9, 1, 1, alt) for alt in alts)
    return Outgoing("account-1", text, "now", pictures, link=link)


def hits(outgoing: Outgoing) -> list[Hit]:
    """Every Hit of every rule."""
    return [hit for rule in RULES for hit in rule(outgoing)]


def names(outgoing: Outgoing) -> set[str]:
    """The rules that hit."""
    return {hit.rule for hit in hits(outgoing)}
