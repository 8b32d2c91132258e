"""Pictures at an address, for platforms that fetch them."""

from __future__ import annotations

from sqlalchemy import Integer

from gateway.storage.columns import must, record
from gateway.storage.types import Id, UtcDateTime

showings = record(
    "showings",
    must("delivery", Id, index=True),
    must("media", Id),
    must("told_as", Id),
    must("ends_at", UtcDateTime),
    must("fetches", Integer),
)
