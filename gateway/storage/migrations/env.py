"""Alembic's environment: the engine is handed in; batch mode for SQLite; stored shapes are written as plain text."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy.types import TypeDecorator

from gateway.storage.tables import METADATA
from gateway.storage.types import UtcDateTime


def render(kind: str, item: Any, autogen: Any) -> Any:
    """UtcDateTime by name, every other decorated type as what it is stored as."""
    if kind != "type" or not isinstance(item, TypeDecorator):
        return False
    if isinstance(item, UtcDateTime):
        autogen.imports.add("from gateway.storage.types import UtcDateTime")
        return "UtcDateTime()"
    return f"sa.{item.impl!r}"


with context.config.attributes["engine"].connect().execution_options(writing=True) as connection:
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True, render_item=render)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
