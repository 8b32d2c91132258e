"""Taking secrets out of words: a platform may echo a credential, whole, cut short or encoded (security §8 R1-R4)."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

_WINDOW = 8  # characters in a row that two texts do not share by chance
_SHORTEST = 4  # a shorter value would take ordinary words out
_MARK = "[removed]"


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` without anything that shares 8 characters in a row with a secret, raw or encoded."""
    known = [form for secret in secrets if len(secret) >= _SHORTEST for form in _forms(secret)]
    hidden = bytearray(len(text))
    for form in known:
        width = min(_WINDOW, len(form))
        for start in range(len(text) - width + 1):
            if text[start : start + width] in form:
                hidden[start : start + width] = b"\x01" * width
    return _shown(text, hidden)


def _shown(text: str, hidden: bytearray) -> str:
    parts: list[str] = []
    for character, is_hidden in zip(text, hidden, strict=True):
        if not is_hidden:
            parts.append(character)
        elif not parts or parts[-1] != _MARK:
            parts.append(_MARK)
    return "".join(parts)


def _forms(secret: str) -> set[str]:
    """The value as it may be met: raw, quoted, escaped, in hex and in base64 at each of the three alignments."""
    raw = secret.encode("utf-8", "surrogatepass")
    forms = {secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], raw.hex(), raw.hex().upper()}
    forms |= {quote(raw, safe=""), quote_plus(raw)}
    for lead in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            forms.add(_inner(encode(b"\0" * lead + raw).decode(), lead))
    return {form for form in forms if len(form) >= _SHORTEST}


def _inner(encoded: str, lead: int) -> str:
    """Base64 without the characters at either end that also depend on the neighbours."""
    return encoded.rstrip("=")[(lead * 8 + 5) // 6 : -1]
