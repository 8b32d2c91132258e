"""Where a person lives and when they were born (P4). A postcode alone is not a person; a house in it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.domain.rules.reading import Cues, Span

POSTCODE = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRV-Y]) ?"
    r"\d[ABD-HJLNP-UW-Z]{2}|GIR ?0AA)(?![A-Za-z0-9])",
    re.IGNORECASE,
)
STREETS = (
    "street|st|road|rd|lane|ln|avenue|ave|close|drive|dr|crescent|cres|court|ct|place|pl|terrace|gardens|gdns|grove|\
    way|"
    "walk|row|mews|square|sq|hill|park|rise|view|parade|green|vale|broadway|embankment|quay|wharf|gate|path|mount|bank"
)
HOUSE = re.compile(
    r"(?<![\w.,£$€/:-])(?!(?:19|20)\d\d\b)\d{1,4}[a-z]?(?:-\d{1,4})?,?\s{1,2}"
    rf"(?:(?:[^\W\d_][\w'’.-]{{1,20}}\s{{1,2}}){{0,3}}?(?:{STREETS})\b|(?:heol|ffordd|stryd|clos|rhodfa|lôn|lon|\
    maes)\s\w)",
    re.IGNORECASE,
)
NAMED_HOUSE = re.compile(
    r"(?=[fabcvlr])\b(?:(?:flat|apartment|apt)\.?\s\d{1,4}[a-z]?|cottage|farmhouse|bungalow|villa|lodge|vicarage|\
    rectory)\b",
    re.IGNORECASE,
)
TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Dame|Rev|Mister|Professor)\.?\s(?=[A-Z])")
ORGANISED = re.compile(
    r"\b(?:offices?|department|ministry|library|museum|university|centre|center|hall|buildings?|council|authority|\
    agency|"
    r"hotel|school|college|hospital|society|institute|theatre|gallery|ltd|plc|hq|headquarters|venue|campus|arena|"
    r"stadium|church|conference|swyddfa|(?:visit|find|join|write to|see) us)\b",
    re.IGNORECASE,
)
HOME = re.compile(
    r"\b(?:lives?|living|lived) (?:at|in)\b|\b(?:home|private|postal|his|her|their) address", re.IGNORECASE
)
MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
DATE = (
    r"(?:\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d{2}|(?:19|20)\d{2}-\d{2}-\d{2}|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?(?:{MONTHS})[a-z]{{0,6}},?\s(?:19|20)\d{{2}}|"
    rf"(?:{MONTHS})[a-z]{{0,6}}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s(?:19|20)\d{{2}})"
)
BIRTH = re.compile(
    rf"(?P<cue>\bd\.?o\.?b\b\.?|\bdate of birth|\bdyddiad geni|\bbirth ?date)[^\d\n]{{0,15}}?{DATE}(?!\d)"
    rf"|\bborn(?:\son)?(?:\sthe)?\s{DATE}(?!\d)",
    re.IGNORECASE,
)
MANY = re.compile(
    r"\b(?:babies|children|people|persons|those|anyone|everyone|women|men|girls|boys|adults|individuals|who|you)"
    r"(?:\s(?:were|was|are|who were|who was))?\s$",
    re.IGNORECASE,
)
PERSON_BEFORE = 60
POSTCODE_BEHIND = 80
ORGANISED_BEFORE = 50


def find_home(text: str) -> Iterator[Span]:
    """A house with its postcode or its person, a titled person with a postcode; an organisation's address passes."""
    postcodes, titled = Cues(POSTCODE, text), Cues(TITLED, text)
    organised, home = Cues(ORGANISED, text), Cues(HOME, text)
    if not (postcodes or titled or home):
        return
    for start, end in _dwellings(text):
        before = start - PERSON_BEFORE
        placed = postcodes.stand_between(end, end + POSTCODE_BEHIND)
        named = titled.stand_between(before, start) or home.stand_between(before, start)
        if named or (placed and not organised.stand_between(start - ORGANISED_BEFORE, end)):
            yield start, end
    for person in TITLED.finditer(text):
        end = person.end()
        reach = end + POSTCODE_BEHIND
        if postcodes.stand_between(end, reach) and not organised.stand_between(end, reach):
            yield person.span()


def _dwellings(text: str) -> Iterator[Span]:
    for pattern in (HOUSE, NAMED_HOUSE):
        yield from (match.span() for match in pattern.finditer(text))


def find_birth(text: str) -> Iterator[Span]:
    """A date of birth; people born on a date in general (a cohort, an entitlement) are nobody's."""
    for match in BIRTH.finditer(text):
        if match["cue"] or not MANY.search(text, max(0, match.start() - 40), match.start()):
            yield match.span()
