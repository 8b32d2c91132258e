"""What Instagram takes (platform page §5), and where a link stands.

Unconfirmed there, the careful reading here, each a fact of the account: 5 hashtags (`max_hashtags`; older pages say
30), a picture's greatest width (`max_width`, 1,440; larger ones may be made smaller by the platform), UTF-16 units. A
comment (a thread's later part) has 300 characters (`comment_characters`), 4 hashtags and 1 link, as the platform's
guidelines for programs say.
"""

from __future__ import annotations

import re

from connectors.text import links, utf16_units, with_link
from connectors.words import Home, Limits, Outgoing, Visibility

_HASHTAG = re.compile(r"(?<![\w&])[#＃]\w")
_MENTIONS = 20
_MENTION = re.compile(r"(?<![\w@.])@\w")


def said(outgoing: Outgoing) -> str:
    """The caption: a link has no place of its own, so it stands at the end, where nobody can press it."""
    return with_link(outgoing.text, outgoing.link)


def hashtags(outgoing: Outgoing) -> int:
    """How many hashtags the caption has."""
    return len(_HASHTAG.findall(said(outgoing)))


def mentions(outgoing: Outgoing) -> int:
    """How many accounts the caption names."""
    return len(_MENTION.findall(said(outgoing)))


def links_of(outgoing: Outgoing) -> int:
    """How many different links the text has."""
    return len({one.url for one in links(said(outgoing))})


def limits(home: Home) -> Limits:
    """The limits of one account."""
    comments = Limits(
        characters=home.fact("comment_characters", 300),
        measure=utf16_units,
        media=0,
        said=said,
        visibilities=frozenset({Visibility.PUBLIC}),
        counts=(("hashtags", 4, hashtags), ("links", 1, links_of)),
    )
    tags = home.fact("max_hashtags", 5)
    return Limits(
        mention="@name",
        advice=f"At most {_MENTIONS} mentions and {tags} hashtags in a caption.",
        characters=2_200,
        measure=utf16_units,
        media=10,
        least_media=1,
        media_bytes=8_000_000,
        media_types=frozenset({"image/jpeg"}),
        media_width=(320, home.fact("max_width", 1_440)),
        media_shape=(0.8, 1.91),
        alt_text=1_000,
        said=said,
        visibilities=frozenset({Visibility.PUBLIC}),
        counts=(("hashtags", tags, hashtags), ("mentions", _MENTIONS, mentions)),
        later=comments,
    )
