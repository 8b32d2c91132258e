"""What Threads takes (platform page §5), and how it counts: an emoji by its bytes in UTF-8, all else by characters.

Unconfirmed there, the careful reading here: what is no emoji counts in UTF-16 units. A picture's greatest width is a
fact of the account (`max_width`, 1,440; larger ones may be made smaller by the platform). Signs that may be drawn as
emoji (©) and stray parts of emoji count by their bytes too.
"""

from __future__ import annotations

import re

from connectors.text import emoji, links, utf16_units, with_link
from connectors.words import Home, Limits, Outgoing, Visibility

# What is a part of emoji, or a plain sign that may be drawn as one, also where it stands by itself.
_PARTS = re.compile("[©®™♟\u200d\u20e3\ufe0e\ufe0f\U0001f1e6-\U0001f1ff\U000e0020-\U000e007f]")


def said(outgoing: Outgoing) -> str:
    """The text: a link that has no place of its own (beside pictures) stands at its end."""
    return with_link(outgoing.text, outgoing.link) if outgoing.pictures else outgoing.text


def length(text: str) -> int:
    """How long a text is to Threads."""
    spans = emoji(text)
    ends = [0, *(end for _, end in spans)]
    rest = "".join(
        text[end:begin] for end, begin in zip(ends, [*(begin for begin, _ in spans), len(text)], strict=True)
    )
    counted = [*(text[begin:end] for begin, end in spans), *_PARTS.findall(rest)]
    return utf16_units(_PARTS.sub("", rest)) + sum(len(one.encode()) for one in counted)


def links_of(outgoing: Outgoing) -> int:
    """How many different links it has, that of its card among them."""
    return len({*(one.url for one in links(outgoing.text)), *filter(None, [outgoing.link])})


def limits(home: Home) -> Limits:
    """The limits of one account."""
    return Limits(
        mention="@name",
        advice="Only the first hashtag becomes a topic.",
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
