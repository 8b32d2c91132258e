"""Migrations: up and down on both databases."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, insert, inspect, select

from gateway.audit.tree import Frontier
from gateway.domain.instant import BEGINNING
from gateway.storage.tables import audit_entries, audit_head

HERE = Path(__file__).parent


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to a revision."""
    command.upgrade(_config(engine), revision)
    _begin_log(engine)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the database back to a revision."""
    command.downgrade(_config(engine), revision)


def _begin_log(engine: Engine) -> None:
    """An empty log has a head of its own: the row writers lock. Never beside entries: a lost head is no new log."""
    with engine.connect().execution_options(writing=True) as connection:
        if not inspect(connection).has_table(audit_head.name):
            return
        if connection.execute(select(audit_head.c.id)).first() or connection.execute(select(audit_entries)).first():
            return
        connection.execute(insert(audit_head).values(id=1, size=0, frontier=Frontier().to_bytes(), last_at=BEGINNING))
        connection.commit()
