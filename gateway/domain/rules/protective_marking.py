"""Protective markings: never disclose marked material (P9). Government Security Classifications Policy 2023/24 and
what went before it.

Unmistakable markings hit wherever they stand. Tier words that are English too hit only where a marking stands: alone
on a line, in brackets, before or behind a dash or colon at a line's edge, behind "marked" or "classified".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.words import Outgoing
from gateway.domain.check import Hit
from gateway.domain.rules.reading import Span, readings

RULE = "protective_marking"
ADVICE = "carries a protective marking. Marked material cannot be posted; ask its owner if the marking is wrong."


def _spaced(word: str) -> str:
    """The word, also with one space or dot between its letters."""
    return "[ .]?".join(word)


JOINT = r"[ \t]{0,3}[-:/_.,|(\[]{0,3}[ \t]{0,3}"
DESCRIPTORS = "SENSITIVE|COMMERCIAL|PERSONAL(?: DATA)?|LOCSEN|STAFF|MANAGEMENT|POLICY|LEGAL|INVESTIGATION|HR|FINANCE"
UNMISTAKABLE = re.compile(
    rf"(?=[A-Zo5])(?<![A-Za-z])(?:{_spaced('OFFICIAL')}{JOINT}{_spaced('SENSITIVE')}|Official{JOINT}Sensitive"
    r"|[Oo]fficial[-_][Ss]ensitive|SWYDDOGOL[ :_-]{0,3}SENSITIF"
    rf"|OFFICIAL ?[-:/_([]{{1,2}} ?(?:{DESCRIPTORS})(?![A-Za-z])"
    r"|OFFSEN|O-S(?![\w-])|LOCSEN"
    rf"|{_spaced('TOP')}{JOINT}{_spaced('SECRET')}"
    r"|(?:UK|US|AUS|CAN|NZ|FIVE|5|HMG)(?:[ /,-]{1,2}(?:UK|US|AUS|CAN|NZ|AND)){0,5}[ -](?:EYES|USE) ONLY"
    r"|RECIPIENTS? ONLY|FOR OFFICIAL USE ONLY|NOT FOR PUBLIC RELEASE|NOT PROTECTIVELY MARKED"
    r"|UK[ -]SECRET"
    r"|MARKET[ -]SENSITIVE|(?:COMMERCIAL|STAFF|MANAGEMENT|POLICY|MEDICAL)[ -]IN[ -]CONFIDENCE)(?![A-Za-z])"
)
TIERS = "SECRET|OFFICIAL|RESTRICTED|CONFIDENTIAL|PROTECT|UNCLASSIFIED|EMBARGOED"
COLON_TIERS = "SECRET|RESTRICTED|CONFIDENTIAL|PROTECT|UNCLASSIFIED|EMBARGOED"
PLACED = re.compile(
    rf"(?:^[ \t*_#>-]{{0,4}}(?:UK[ -])?(?P<line>{TIERS})(?=[ \t*_.!-]{{0,4}}$)"
    rf"|[\[({{<|*][ \t]{{0,2}}(?:UK[ -])?(?P<bracket>{TIERS})(?=[ \t]{{0,2}}[\])}}>|*]|[ ]?[-:/])"
    rf"|^[ \t]{{0,4}}(?:UK[ -])?(?P<head>{COLON_TIERS})(?=[ \t]{{0,2}}[:|/]|[ \t]{{0,2}}-[ \t-])"
    rf"|(?:[|:/]|[ \t]-|[.!?])[ \t]{{0,2}}(?P<tail>{TIERS})(?=[ \t.!]{{0,2}}$)"
    rf"|(?:^|[.!?][ \t]{{1,2}})(?P<alone>{COLON_TIERS})(?=[.!](?:[ \t]|$))"
    rf"|\b(?:footer|header|watermark|stamp|banner|label|[Hh]eaded|[Ss]tamped|[Ll]abelled|[Ww]atermarked)"
    rf"[ ](?:reading[ ]|saying[ ]|says[ ]|of[ ]|with[ ])?['\"“‘]?(?:UK[ -])?(?P<stamp>{TIERS})"
    rf"|\b(?:[Mm]arked|MARKED|[Cc]lassified|CLASSIFIED|[Cc]lassification:?|[Mm]arking:?)"
    rf"[ ](?:as[ ]|at[ ])?['\"“‘]?(?P<said>{TIERS}))(?![A-Za-z])",
    re.MULTILINE,
)


def find_markings(text: str) -> Iterator[Span]:
    """Where a marking stands; case is law: official statistics and the secret of a good survey pass."""
    yield from (match.span() for match in UNMISTAKABLE.finditer(text))
    yield from (match.span(match.lastgroup or 0) for match in PLACED.finditer(text))


def protective_marking(outgoing: Outgoing) -> Iterator[Hit]:
    """Markings in text, alt texts and link."""
    for reading in readings(outgoing):
        yield from reading.hits(RULE, ADVICE, find_markings)
