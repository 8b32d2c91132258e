"""The log's tables and the worker's sign of life: not records, they move by their own rules."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text

from gateway.storage.columns import METADATA
from gateway.storage.columns import must as _must
from gateway.storage.types import Id, UtcDateTime

audit_head = Table(
    "audit_head",
    METADATA,
    Column("id", Integer, primary_key=True),
    _must("size", Integer),
    _must("frontier", LargeBinary),
    _must("last_at", UtcDateTime),
)
audit_entries = Table(
    "audit_entries",
    METADATA,
    Column("index", Integer, primary_key=True, autoincrement=False),
    _must("at", UtcDateTime),
    _must("act", String(64)),
    _must("actor", Id),
    _must("subject_kind", String(64)),
    _must("subject_id", Id),
    _must("body", Text),
    Index(None, "act", "actor", "index"),
    Index(None, "act", "index"),
    Index(None, "actor", "index"),
    Index(None, "subject_id", "act", "index"),
    Index(None, "subject_id", "index"),
)
# Which words stand in an entry's facts, so that a search need not read the log; nothing is decided from it.
audit_words = Table(
    "audit_words",
    METADATA,
    Column("word", Id, primary_key=True),
    Column("index", Integer, primary_key=True, autoincrement=False),
)
audit_tiles = Table(
    "audit_tiles",
    METADATA,
    Column("index", Integer, primary_key=True, autoincrement=False),
    _must("hash", LargeBinary),
)
checkpoints = Table(
    "checkpoints",
    METADATA,
    Column("size", Integer, primary_key=True, autoincrement=False),
    _must("note", Text),
    _must("at", UtcDateTime),
)
heartbeats = Table("heartbeats", METADATA, Column("worker", Id, primary_key=True), _must("at", UtcDateTime))
