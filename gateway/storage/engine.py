"""Engines and locks: SQLite and PostgreSQL made to behave alike for one writer at a time (house §5)."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

from gateway.domain.refusal import Reason, Refused

BUSY_SECONDS = 30


def make_engine(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql+psycopg://…`.

    SQLite: WAL, synchronous=FULL, foreign keys, and BEGIN IMMEDIATE for writers (a plain BEGIN that reads before it
    writes fails "database is locked" at once, whatever the time-out). PostgreSQL: READ COMMITTED.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        # The write lock is waited for as long as SQLite's: a writer that hangs stops the others with a word.
        waits = {"options": f"-c lock_timeout={BUSY_SECONDS * 1000}"}
        return create_engine(
            parsed,
            isolation_level="READ COMMITTED",
            pool_size=8,
            max_overflow=8,
            pool_pre_ping=True,
            connect_args=waits,
        )
    engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    # The driver's own BEGIN would be deferred; ours is chosen per transaction in _begin_sqlite.
    dbapi_connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}"):
        dbapi_connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


class WriteQueue:
    """Writers of one SQLite file in turn, across threads and processes, so that neither process starves.

    A file lock hands over at once where SQLite's own busy handler would sleep and lose the race.
    """

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._threads = threading.Lock()

    @classmethod
    def of(cls, engine: Engine) -> WriteQueue:
        """The queue beside a SQLite file; a queue of nothing for PostgreSQL, where the audit head's row is the lock."""
        database = engine.url.database
        on_file = engine.dialect.name == "sqlite" and database not in {None, "", ":memory:"}
        return cls(f"{database}.write-lock" if on_file else None)

    @staticmethod
    def _opened(path: str) -> int:
        try:
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as fault:
            raise Refused(Reason.STORAGE_UNAVAILABLE, fault=type(fault).__name__) from fault

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Held while one transaction writes."""
        if self._path is None:
            yield
            return
        with self._threads:
            handle = self._opened(self._path)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                yield
            finally:
                os.close(handle)
