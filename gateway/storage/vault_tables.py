"""The vault's rows (vault.store): ciphertext only; they move by their own rules, not as records."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, String, Table, Text, UniqueConstraint

from gateway.storage.columns import METADATA
from gateway.storage.columns import must as _must
from gateway.storage.types import Id, UtcDateTime


def _envelope() -> tuple[Column[Any], ...]:
    return tuple(_must(name, LargeBinary) for name in ("salt", "commitment", "nonce", "ciphertext"))


vault_rows = Table(
    "vault_rows",
    METADATA,
    Column("id", Id, primary_key=True),
    _must("organisation", Id),
    _must("account", Id, index=True),
    _must("platform", String(40)),
    _must("origin", Text),
    _must("subject", Text),
    _must("field", String(64)),
    _must("version", BigInteger),
    _must("key_id", Id, index=True),
    *_envelope(),
    _must("current", Boolean),
)
vault_keys = Table(
    "vault_keys",
    METADATA,
    Column("id", Id, primary_key=True),
    _must("purpose", String(20)),
    _must("number", BigInteger),
    _must("source", String(40)),
    _must("parameters", Text),
    *_envelope(),
    UniqueConstraint("purpose", "number"),
)
vault_box_keys = Table(
    "vault_box_keys",
    METADATA,
    Column("id", Id, primary_key=True),
    _must("public_key", LargeBinary),
    _must("not_after", UtcDateTime),
    _must("signature", LargeBinary),
)
