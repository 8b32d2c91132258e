"""Nothing is opened that the audit log did not take down first, however the log fails (G4)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

import pytest
from sqlalchemy import Connection, delete, event, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from gateway.actions.credential import connect
from gateway.domain.organisation import Deposit
from gateway.domain.refusal import Refused
from gateway.storage import engine as engines
from gateway.storage import tables
from tests.cast import clock_of, stepped_up
from tests.vault.shelves import Stored, signer_of, stored
from vault.envelope import disclose
from vault.safe import CannotOpen, Errand

TRIES = 40


class Openings:
    """Counts, in this thread, how often anything was decrypted: the function itself is watched, not replaced."""

    def __init__(self) -> None:
        self.count = 0

    def _seen(self, frame: FrameType, happened: str, arg: object) -> None:
        self.count += happened == "call" and frame.f_code is disclose.__code__

    def __enter__(self) -> Openings:
        sys.setprofile(self._seen)
        return self

    def __exit__(self, *rest: object) -> None:
        sys.setprofile(None)


@contextmanager
def locked(vault: Stored) -> Iterator[None]:
    """Another program holds the one write lock."""
    with vault.hand.connect().execution_options(writing=True) as connection:
        connection.execute(text("SELECT * FROM audit_head" + ("" if _is_file(vault) else " FOR UPDATE")))
        yield


@contextmanager
def full(vault: Stored) -> Iterator[None]:
    """No page more for the log: SQLite's own limit; PostgreSQL's own error from the table that cannot grow."""
    if not _is_file(vault):
        with _failing(vault, "RAISE EXCEPTION USING ERRCODE = 'disk_full';"):
            yield
        return

    def no_more(connection: Connection) -> None:
        (pages,) = connection.exec_driver_sql("PRAGMA page_count").one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    with vault.behind() as connection:  # whatever lies free is filled up
        connection.execute(text("CREATE TABLE filler (x BLOB)"))
        connection.execute(text("INSERT INTO filler VALUES (zeroblob(100000))"))
    event.listen(vault.world.storage.engine, "begin", no_more)
    with vault.world.storage.reading() as readers:
        no_more(readers.connection)
    with pytest.raises(Refused):
        _fill(vault)
    yield
    event.remove(vault.world.storage.engine, "begin", no_more)
    vault.world.storage.engine.dispose()


def _fill(vault: Stored) -> None:
    """Use up what is left within the last pages, so that the very next entry does not fit."""
    account = vault.account("office")
    for _ in range(10_000):
        vault.keeper.open_many([account], Errand.WATCH)


@contextmanager
def read_only(vault: Stored) -> Iterator[None]:
    """The database takes no writes."""
    name = vault.hand.url.database
    engine = vault.world.storage.engine

    def refuse(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA query_only=ON")

    if _is_file(vault):
        event.listen(engine, "begin", refuse)
    else:
        _alone(vault, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    engine.dispose()
    yield
    if _is_file(vault):
        event.remove(engine, "begin", refuse)
    else:
        _alone(vault, f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
    engine.dispose()


@contextmanager
def entry_refused(vault: Stored) -> Iterator[None]:
    """The table of entries refuses each new one."""
    with _failing(vault, "RAISE EXCEPTION 'no';" if not _is_file(vault) else "SELECT RAISE(ABORT, 'no');"):
        yield


@contextmanager
def head_missing(vault: Stored) -> Iterator[None]:
    """The row that says how far the log has come is gone."""
    with vault.behind() as connection:
        head = dict(connection.execute(select(tables.audit_head)).mappings().one())
        connection.execute(delete(tables.audit_head))
    yield
    with vault.behind() as connection:
        connection.execute(insert(tables.audit_head), head)


@contextmanager
def gone(vault: Stored) -> Iterator[None]:
    """The database is not where it was."""
    vault.world.storage.engine.dispose()
    vault.hand.dispose()
    name = str(vault.hand.url.database)
    if _is_file(vault):
        here, away = Path(name), Path(f"{name}.away")
        here.rename(away)
        yield
        vault.world.storage.engine.dispose()
        away.rename(here)
        return
    admin = engines.make_engine(vault.url.replace(f"/{name}", "/postgres"))
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" RENAME TO "{name}_away"'))
        yield
        vault.world.storage.engine.dispose()
        connection.execute(text(f'ALTER DATABASE "{name}_away" RENAME TO "{name}"'))
    admin.dispose()


@contextmanager
def clock_unknown(vault: Stored) -> Iterator[None]:
    """Nobody knows what time it is."""
    clock_of(vault.world).unsure()
    yield
    clock_of(vault.world).sure()


@contextmanager
def clash(vault: Stored) -> Iterator[None]:
    """Somebody else's entry stands where ours would go."""
    c = tables.audit_entries.c
    with vault.behind() as connection:
        size = connection.execute(select(tables.audit_head.c.size)).scalar_one()
        found = dict(connection.execute(select(tables.audit_entries).limit(1)).mappings().one())
        connection.execute(insert(tables.audit_entries), [{**found, "index": size + n} for n in range(3)])
    yield
    with vault.behind() as connection:
        connection.execute(delete(tables.audit_entries).where(c.index >= size))


@contextmanager
def _failing(vault: Stored, body: str) -> Iterator[None]:
    """A trigger before each insert into the entries."""
    with vault.behind() as connection:
        if _is_file(vault):
            made = [f"CREATE TRIGGER stop BEFORE INSERT ON audit_entries BEGIN {body} END"]
        else:
            made = [
                f"CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$",
                "CREATE TRIGGER stop BEFORE INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION stop()",
            ]
        for statement in made:
            connection.execute(text(statement))
    yield
    with vault.behind() as connection:
        connection.execute(text("DROP TRIGGER stop" + ("" if _is_file(vault) else " ON audit_entries")))


def _is_file(vault: Stored) -> bool:
    return vault.hand.dialect.name == "sqlite"


def _alone(vault: Stored, statement: str) -> None:
    with vault.hand.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET default_transaction_read_only = off"))
        connection.execute(text(statement))
    vault.hand.dispose()


FAILURES: Mapping[str, Callable[[Stored], AbstractContextManager[None]]] = {
    "locked": locked,
    "full": full,
    "read-only": read_only,
    "entry refused": entry_refused,
    "head missing": head_missing,
    "gone": gone,
    "clock unknown": clock_unknown,
    "clash": clash,
}


@pytest.fixture
def vault(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stored]:
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.004)  # 0 would be "for ever" to PostgreSQL
    with stored(database_url) as made:
        yield made


def a_deposit(vault: Stored) -> Deposit:
    """One that Olu put into the box for the office's account."""
    vault.keeper.renew_box_key(clock_of(vault.world).at)
    world = replace(vault.world, box_signer=signer_of(vault))
    return connect(world, stepped_up(world, "olu", "connect", "office"), "office", {"app_password": "boxed"})


@pytest.mark.parametrize("how", FAILURES)
def test_no_opening_is_untold(vault: Stored, how: str) -> None:
    account = vault.connected("office", access="sealed")
    deposit, now = a_deposit(vault), clock_of(vault.world).at
    acts: list[Callable[[], object]] = [
        lambda: vault.keeper.open_many([account], Errand.DELIVER),
        lambda: vault.keeper.open_deposit(deposit, account, now),
    ]
    came_out: list[object] = []
    with FAILURES[how](vault), Openings() as openings:
        for act in acts * TRIES:
            try:
                came_out.append(act())
            except (Refused, CannotOpen, SQLAlchemyError):
                continue
    assert [each for each in came_out if each] == []
    assert openings.count == 0
    with Openings() as openings:
        assert vault.opened("office") == {"office": {"access": "sealed"}}
        assert vault.keeper.open_deposit(deposit, account, now)["app_password"].reveal() == "boxed"
    assert openings.count == 2, "the credential, and the box key's private half: so the count does count"


@pytest.mark.parametrize("how", ["entry refused", "clock unknown", "clash"])
def test_no_rotation_moves_a_row_untold(vault: Stored, how: str) -> None:
    vault.connected("office", access="sealed")
    vault.keeper.begin_rotation()
    row = vault.row("office-access")
    with FAILURES[how](vault), Openings() as openings:
        for _ in range(5):
            list(vault.keeper.rotate())
    # What is opened is the vault's own keys, to be sure that a fresh worker could: never the row.
    assert openings.count == 5
    assert vault.row("office-access") == row


def test_every_opening_has_its_entry_before_it(vault: Stored) -> None:
    vault.connected("office", access="sealed", refresh="too")
    before = vault.size()
    vault.opened("office", errand=Errand.SETTLE)
    assert vault.size() == before + 2
