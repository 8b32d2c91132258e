"""Templates: the texts that a team starts its posts from."""

from __future__ import annotations

from sqlalchemy import String

from gateway.storage.columns import may, must, record
from gateway.storage.sealed import sealed
from gateway.storage.types import Id, UtcDateTime

templates = record(
    "templates",
    must("team", String(100), index=True),
    must("by", Id),
    must("at", UtcDateTime),
    sealed("title", str),
    sealed("text", str),
    may("removed_at", UtcDateTime),
)
