"""A database that is locked, full, read-only, damaged or away is a Refused that says so; nothing was written."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, text

from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change
from gateway.domain.post import Post
from gateway.domain.refusal import Reason, Refused
from gateway.storage import engine as engines
from gateway.storage.engine import make_engine
from gateway.storage.unit import Storage
from tests.cast import NOON, StoppedClock, migrated
from tests.servers.postgres import Postgres

NOW = StoppedClock().now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    migrated(f"sqlite:///{tmp_path}/gateway.db")
    return tmp_path / "gateway.db"


@pytest.fixture
def storage(path: Path) -> Iterator[Storage]:
    found = Storage.at(f"sqlite:///{path}", NOW)
    yield found
    found.close()


def write(storage: Storage, id: str = "post", team: str = "Digital") -> None:
    post = Post(id=id, author="ada", team=team, created_at=NOON)
    with storage.unit() as unit:
        unit.commit(Change((AuditEvent("test.act", "worker", "test", "subject"),), (post,)))


def assert_unavailable(storage: Storage, **more: str) -> None:
    with pytest.raises(Refused) as refused:
        write(storage, **more)
    assert refused.value.reason is Reason.STORAGE_UNAVAILABLE


def posts(storage: Storage) -> int:
    with storage.reading() as readers:
        return len(readers.posts.all())


def test_a_database_locked_by_another_program(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "BUSY_SECONDS", 1)
    storage = Storage.at(f"sqlite:///{path}", NOW)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert_unavailable(storage)
    other.execute("ROLLBACK")
    other.close()
    write(storage)
    assert posts(storage) == 1
    storage.close()


def test_a_full_database(storage: Storage) -> None:
    def full(connection: sqlite3.Connection, _record: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(storage.engine, "connect", full)
    assert_unavailable(storage, team="x" * 100_000)
    event.remove(storage.engine, "connect", full)
    storage.close()
    assert posts(storage) == 0
    write(storage)
    assert posts(storage) == 1


def test_a_read_only_database(storage: Storage) -> None:
    def read_only(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA query_only=ON")

    event.listen(storage.engine, "connect", read_only)
    assert_unavailable(storage)
    assert posts(storage) == 0


def test_a_folder_in_which_no_lock_can_be_laid(tmp_path: Path) -> None:
    storage = Storage.at(f"sqlite:///{tmp_path}/nowhere/gateway.db", NOW)
    assert_unavailable(storage)
    storage.close()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "gateway.db").write_bytes(os.urandom(8192))
    storage = Storage.at(f"sqlite:///{tmp_path}/gateway.db", NOW)
    assert_unavailable(storage)
    with pytest.raises(Refused), storage.reading() as readers:
        readers.posts.all()
    storage.close()


@pytest.mark.postgres
def test_a_postgresql_that_is_read_only_locked_or_away(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "BUSY_SECONDS", 1)
    name = postgres.create()
    url = migrated(postgres.url(name))
    storage = Storage.at(url, NOW)
    admin = make_engine(url)
    with admin.connect() as locking:
        locking.execute(text("SELECT * FROM audit_head FOR UPDATE"))
        assert_unavailable(storage)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    storage.close()
    assert_unavailable(storage)
    assert posts(storage) == 0
    storage.close()
    admin.dispose()
    postgres.drop(name)
    assert_unavailable(storage)
    storage.close()


def test_a_refusal_inside_a_unit_is_not_taken_for_a_fault_of_the_database(storage: Storage) -> None:
    with pytest.raises(Refused) as refused, storage.unit() as unit:
        unit.posts.get("nothing")
    assert refused.value.reason is Reason.NOT_FOUND
    write(storage)
