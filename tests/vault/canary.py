"""Values that must turn up nowhere, and the search for them in every form in which values are written."""

from __future__ import annotations

import base64
import json
import urllib.parse

CANARY = "c\u00e1nary-7f3a9b-Zq8/+?"


def traces(raw: bytes) -> list[bytes]:
    """Raw, hex, base64 at its three alignments, both alphabets, and as Python writes bytes; for text also below."""
    forms = [raw, raw.hex().encode(), raw.hex().upper().encode(), repr(raw)[2:-1].encode()]
    for shift in range(3):
        coded = base64.b64encode(b"x" * shift + raw)
        whole = coded[4 if shift else 0 : -4]  # the ends mix with their neighbours
        forms += [whole, whole.translate(bytes.maketrans(b"+/", b"-_"))]
    return forms


def text_traces(text: str) -> list[bytes]:
    """What `traces` looks for, and URL, JSON, ASCII and UTF-16 forms."""
    wide = [text.encode(code) for code in ("utf-16-le", "utf-16-be")]
    shown = [
        urllib.parse.quote(text, safe=""),
        urllib.parse.quote_plus(text),
        json.dumps(text)[1:-1],
        ascii(text)[1:-1],
    ]
    return [*traces(text.encode()), *wide, *(form.hex().encode() for form in wide), *(form.encode() for form in shown)]


def assert_clean(written: str | bytes, canary: str = CANARY) -> None:
    """AssertionError if the canary shows in any form. It does not quote the canary's place, only its form."""
    data = written if isinstance(written, bytes) else written.encode("utf-8", "surrogatepass")
    for number, form in enumerate(text_traces(canary)):
        assert form not in data, f"form {number} of a canary is visible"
