"""Digest: the fingerprint of what is approved, over the sorted, exact Outgoings of a submission (house §2).

It stands in the log for good, so it is salted (house §11): whoever knows all of a sentence but
its figure cannot try figures.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable

from connectors.words import Outgoing

MIN_SALT = 16
SALT = 32


def digest_of(outgoings: Iterable[Outgoing], salt: bytes) -> str:
    """HMAC-SHA-256 (hex), under the wording's salt, of the Outgoings sorted by account and part, as compact JSON with
    sorted keys, ASCII only.

    Strings, whole numbers and None alone occur, so that this is the RFC 8785 form but for the escaping of letters.
    Raises ValueError for a salt under 16 bytes, as an erased one is: an unsalted digest is never made.
    """
    if len(salt) < MIN_SALT:
        raise ValueError(f"a salt has at least {MIN_SALT} bytes")
    ordered = sorted(outgoings, key=lambda outgoing: (outgoing.account, outgoing.part))
    text = json.dumps([o.to_json() for o in ordered], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(salt, text.encode("ascii"), hashlib.sha256).hexdigest()
