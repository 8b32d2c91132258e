"""A release's title: public, but guarded. A figure that turns up in it before the release is out is not taken over."""

from __future__ import annotations

import re

# What a statistic looks like; years, days and "24 weeks" are not among it, since titles name their periods.
FIGURE = re.compile(
    r"[0-9][0-9.,]*\s?(?:%|per\s?cent\b|percentage points?\b|pp\b|bn\b|million\b|billion\b|trillion\b|thousand\b)"
    r"|[£$€]\s?[0-9]"
    r"|(?<![0-9.])[0-9]+\.[0-9]+(?![0-9.])"
    r"|[0-9]{1,3}(?:,[0-9]{3})+",
    re.IGNORECASE,
)


def figures_in(title: str) -> frozenset[str]:
    """What in a title reads as a statistic: percentages, money, decimals, counts with separators."""
    return frozenset("".join(found.group().split()).lower() for found in FIGURE.finditer(title))


def gains_figures(title: str, announced: str) -> bool:
    """Whether `title` holds a figure that the announced title did not: a headline is no announcement."""
    return not figures_in(title) <= figures_in(announced)
