"""What tables are made of: one naming of indexes and keys, and the columns that every record has."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Integer, MetaData, Table

from gateway.storage.types import Id

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
METADATA = MetaData(naming_convention=NAMING)


def record(name: str, *columns: Any) -> Table:
    """A table of records: each has an id and the version it was read at."""
    return Table(
        name, METADATA, Column("id", Id, primary_key=True), Column("version", Integer, nullable=False), *columns
    )


def must(name: str, kind: Any, **more: Any) -> Column[Any]:
    """A column that always holds something."""
    return Column(name, kind, nullable=False, **more)


def may(name: str, kind: Any, **more: Any) -> Column[Any]:
    """A column that may hold nothing."""
    return Column(name, kind, nullable=True, **more)
