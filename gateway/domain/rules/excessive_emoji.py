"""Excessive emoji: four or more, or the same one three times (GCS accessibility), counted as people see them.

One emoji is one grapheme (UAX #29, UTS #51): skin tones, joined families, flags and keycaps count once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from connectors.words import Outgoing
from gateway.domain.check import Hit, Rule
from gateway.domain.rules.lists import Lists

RULE = "excessive_emoji"

PICTURE = (
    r"[\U0001F000-\U0001F1E5\U0001F200-\U0001F3FA\U0001F400-\U0001FAFF"
    r"\u231A\u231B\u2328\u23CF\u23E9-\u23FA\u25FD\u25FE\u2600-\u27BF\u2B1B\u2B1C\u2B50\u2B55\u2934\u2935\u203C\u2049]"
)
TAIL = r"\ufe0f?[\U0001F3FB-\U0001F3FF]?\u20e3?[\U000E0020-\U000E007F]{0,8}"
ONE = rf"(?:[\U0001F1E6-\U0001F1FF]{{2}}|[0-9#*]\ufe0f?\u20e3|{PICTURE}{TAIL}|[^\w\s]\ufe0f|[\U0001F1E6-\U0001F1FF])"
EMOJI = re.compile(rf"{ONE}(?:\u200d(?:{PICTURE}{TAIL}|[\u2640\u2642\u2695\u2696]\ufe0f?)){{0,6}}")
TONES = re.compile(r"[\U0001F3FB-\U0001F3FF\ufe0e\ufe0f]")


def emoji_of(text: str) -> list[re.Match[str]]:
    """Every emoji of a text, one Match a grapheme."""
    return list(EMOJI.finditer(text))


def rules_of(lists: Lists) -> tuple[Rule, ...]:
    """With the numbers that policy sets."""
    return (_rule(lists.most_emoji, lists.most_repeated_emoji),)


def _rule(most: int, most_repeated: int) -> Callable[[Outgoing], Iterator[Hit]]:
    def excessive_emoji(outgoing: Outgoing) -> Iterator[Hit]:
        found = emoji_of(outgoing.text)
        counted = Counter(TONES.sub("", match[0]) for match in found)
        repeated = max(counted.values(), default=0)
        if len(found) > most or repeated > most_repeated:
            advice = (
                f"The text has {len(found)} emoji, one of them {repeated} times. "
                f"Keep to {most}, none more than {most_repeated} times, at the end: screen readers say each one."
            )
            start, end = found[0].start(), found[-1].end()
            yield Hit(RULE, advice, start, end, "".join(match[0] for match in found[:20]))

    return excessive_emoji
