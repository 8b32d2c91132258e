"""What Threads takes (platform page §5), and how it counts: an emoji by its bytes in UTF-8, all else by characters.

Unconfirmed there, the careful reading here: what is no emoji counts in UTF-16 units. A picture's greatest width is a
fact of the account (`max_width`, 1,440; larger ones may be made smaller by the platform). Signs that may be drawn as
emoji (©) count as such.
"""

from __future__ import annotations

import re

from connectors.text import emoji, links, utf16_units, with_link
from connectors.words import Home, Limits, Outgoing, Visibility

_SIGNS = re.compile("[©®™♟](?![\ufe0e\ufe0f])")  # drawn as plain signs as a rule, and yet emoji


def said(outgoing: Outgoing) -> str:
    """The text: a link that has no place of its own (beside pictures) stands at its end."""
    return with_link(outgoing.text, outgoing.link) if outgoing.pictures else outgoing.text


def length(text: str) -> int:
    """How long a text is to Threads."""
    drawn = _SIGNS.sub("\\g<0>\ufe0f", text.replace("\ufe0e", "\ufe0f"))
    shift = 3 * (len(drawn) - len(text))
    pictures = [drawn[begin:end] for begin, end in emoji(drawn)]
    return utf16_units(drawn) + sum(len(one.encode()) - utf16_units(one) for one in pictures) - shift


def links_of(outgoing: Outgoing) -> int:
    """How many different links it has, that of its card among them."""
    return len({*(one.url for one in links(outgoing.text)), *filter(None, [outgoing.link])})


def limits(home: Home) -> Limits:
    """The limits of one account."""
    return Limits(
        characters=home.fact("max_characters", 500),
        measure=length,
        media=20,
        media_bytes=8_000_000,
        media_types=frozenset({"image/jpeg", "image/png"}),
        media_width=(320, home.fact("max_width", 1_440)),
        media_shape=(0.1, 10.0),
        alt_text=1_000,
        said=said,
        visibilities=frozenset({Visibility.PUBLIC}),
        counts=(("links", 5, links_of),),
    )
