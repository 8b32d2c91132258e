"""Passkeys, and what they are asked to sign."""

from __future__ import annotations

from sqlalchemy import BigInteger, LargeBinary, String, Text

from gateway.domain.signin import Purpose
from gateway.storage.columns import may, must, record
from gateway.storage.types import Id, UtcDateTime, Word

passkeys = record(
    "passkeys",
    must("member", Id, index=True),
    must("credential", Text, unique=True),
    must("sealed", LargeBinary),
    must("sign_count", BigInteger),
    must("name", Text),
    must("created_at", UtcDateTime),
    may("used_at", UtcDateTime),
    may("ended_at", UtcDateTime),
)
challenges = record(
    "challenges",
    must("member", Id, index=True),
    must("session", Id),
    must("purpose", Word(Purpose)),
    must("value", LargeBinary),
    must("at", UtcDateTime),
    must("act", String(64)),
    must("subject", Id),
    must("digest", String(64)),
    must("name", Text),
    may("used_at", UtcDateTime),
)
