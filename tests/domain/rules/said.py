"""What the rules' tests say: an Outgoing from a text, and which rules hit it."""

from __future__ import annotations

from connectors.words import Outgoing, Picture
from gateway.domain.check import Hit
from gateway.domain.rules import RULES, Lists, rules_of

SEEN = "Line chart of weekly deaths, falling since January"


def saying(text: str, *, alts: tuple[str, ...] = (), link: str | None = None) -> Outgoing:
    """One post on one account, with a picture for each alt text."""
    pictures = tuple(Picture("0" * 64, "image/png", 9, 1, 1, alt) for alt in alts)
    return Outgoing("account-1", text, "now", pictures, link=link)


def hits(outgoing: Outgoing) -> list[Hit]:
    """Every Hit of every rule."""
    return [hit for rule in RULES for hit in rule(outgoing)]


def hits_of(rule: str, outgoing: Outgoing, lists: Lists | None = None) -> list[Hit]:
    """The Hits of one rule, under policy's lists where given."""
    rules = rules_of(lists) if lists else RULES
    return [hit for one in rules for hit in one(outgoing) if hit.rule == rule]


def names(outgoing: Outgoing) -> set[str]:
    """The rules that hit."""
    return {hit.rule for hit in hits(outgoing)}
