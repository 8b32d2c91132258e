"""Migrations: up and down on both databases, and nothing between the newest and what the tables say."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, delete, inspect, select

from gateway.storage.engine import make_engine
from gateway.storage.migrations import downgrade, upgrade
from gateway.storage.tables import METADATA, audit_entries, audit_head


def tables_in(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def heads(engine: Engine) -> int:
    with engine.connect() as connection:
        return len(connection.execute(select(audit_head)).all())


def test_up_down_and_up_again(database_url: str) -> None:
    engine = make_engine(database_url)
    upgrade(engine)
    assert tables_in(engine) == set(METADATA.tables)
    assert heads(engine) == 1
    upgrade(engine)
    assert heads(engine) == 1
    downgrade(engine)
    assert tables_in(engine) == set()
    upgrade(engine)
    assert tables_in(engine) == set(METADATA.tables)
    engine.dispose()


def test_nothing_stands_between_the_newest_migration_and_the_tables(database_url: str) -> None:
    engine = make_engine(database_url)
    upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_a_lost_head_beside_entries_is_not_replaced_by_an_empty_log(database_url: str) -> None:
    engine = make_engine(database_url)
    upgrade(engine)
    with engine.connect().execution_options(writing=True) as connection:
        row = {"index": 0, "act": "a", "actor": "a", "subject_kind": "a", "subject_id": "a", "body": "{}"}
        at = connection.execute(select(audit_head.c.last_at)).scalar_one()
        connection.execute(audit_entries.insert().values(**row, at=at))
        connection.execute(delete(audit_head))
        connection.commit()
    upgrade(engine)
    assert heads(engine) == 0
    engine.dispose()
