"""What a Page takes (platform page §§2, 5), and where a link stands.

Unconfirmed there, the careful reading here: 63,206 characters (quoted everywhere, by no first-party page), counted in
UTF-16 units; 4 MB a picture (newer texts say 10); 10 pictures. No figure is given for alternative text: 1,000 is what
Meta's other platforms take.
"""

from __future__ import annotations

from connectors.text import utf16_units, with_link
from connectors.words import Limits, Outgoing, Visibility


def said(outgoing: Outgoing) -> str:
    """The message: the link stands at its end where it has no place of its own (beside pictures, and in a comment)."""
    in_text = bool(outgoing.pictures) or outgoing.part > 1
    return with_link(outgoing.text, outgoing.link) if in_text else outgoing.text


LIMITS = Limits(
    # `@[page-id]` needs the feature Page Mentioning, after a review by Meta (page §5): we do not ask for it.
    advice="Facebook lets only programs it has reviewed for that mention a Page, and none a person.",
    characters=63_206,
    measure=utf16_units,
    media=10,
    media_bytes=4_000_000,
    media_types=frozenset({"image/jpeg", "image/png", "image/gif"}),
    alt_text=1_000,
    said=said,
    visibilities=frozenset({Visibility.PUBLIC}),
)
