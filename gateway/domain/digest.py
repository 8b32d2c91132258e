"""Digest: the fingerprint of what is approved, over the sorted, exact Outgoings of a submission (house §2)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from connectors.words import Outgoing


def digest_of(outgoings: Iterable[Outgoing]) -> str:
    """SHA-256 (hex) over the Outgoings sorted by account and part, as compact JSON with sorted keys, ASCII only.

    Strings, whole numbers and None alone occur, so that this is the RFC 8785 form but for the escaping of letters.
    """
    ordered = sorted(outgoings, key=lambda outgoing: (outgoing.account, outgoing.part))
    text = json.dumps([o.to_json() for o in ordered], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
