"""How X counts a text: the weighted length of twitter-text, configuration v3 (platform page §8).

After NFC every address counts 23, every emoji 2, every other character 1 or 2 by its code point.
"""

from __future__ import annotations

import re
import unicodedata

from connectors.addresses import addresses
from connectors.text import emoji

LONGEST = 280
URL_LENGTH = 23
_HEAVY = re.compile("[^\0-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")  # these count 2, all others 1


def weighted_length(text: str) -> int:
    """How much of the 280 `text` takes."""
    normal, rest, at = unicodedata.normalize("NFC", text), [], 0
    for begin, end in addresses(normal):
        rest.append(normal[at:begin])
        at = end
    # Counted at once, which is faster; the gaps count 1 each, and no emoji reaches over one.
    return _without_addresses("\0".join([*rest, normal[at:]])) + len(rest) * (URL_LENGTH - 1)


def _without_addresses(text: str) -> int:
    if text.isascii():
        return len(text)
    counted, at = 0, 0
    for begin, end in emoji(text):
        counted += _by_code_point(text[at:begin]) + 2
        at = end
    return counted + _by_code_point(text[at:])


def _by_code_point(text: str) -> int:
    return len(text) + len(_HEAVY.findall(text))
