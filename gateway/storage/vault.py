"""The vault's rows, floors and wrapped keys in the database: what vault.store asks for, each act one transaction.

A floor is what the audit log said last of a row, in the same commit as the row: an old row put back in its table is
below the floor of its newest entry, and a log that was cut or edited shows against the worker's own checkpoint and
snapshot, which lie outside the database.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from gateway.domain.audit import WORKER, AuditEvent, Fact
from gateway.domain.change import Change
from gateway.domain.refusal import Reason, Refused
from gateway.storage import tables
from gateway.storage.floors import Floors
from gateway.storage.shelf import CHUNK
from gateway.storage.unit import Storage
from vault.envelope import Envelope
from vault.store import BoxKeyRow, Floor, KeyGone, KeyInUse, Purpose, RowMoved, SealedRow, Snapshot, WrappedKey

ROW_FIELDS = tuple(SealedRow.__dataclass_fields__)
ENVELOPE = tuple(Envelope.__dataclass_fields__)


@dataclass(frozen=True)
class Moves:
    """Rows that move together: what the log is told of them, and the write beside it (for `Unit.commit`)."""

    events: tuple[AuditEvent, ...]
    write: Callable[[Connection], None]


def moves(pairs: Sequence[tuple[SealedRow | None, SealedRow | None]]) -> Moves:
    """Each pair is a row as it was read and as it will be: None before for a new row, None after for one that goes.

    ValueError for a pair of two different rows: the floor of the first would stay behind.
    """
    if any(old and new and (old.id, old.account) != (new.id, new.account) for old, new in pairs):
        raise ValueError("a row is replaced by its own next state")

    def write(connection: Connection) -> None:
        for old, new in pairs:
            _move(connection, old, new)

    return Moves(tuple(_told(old, new) for old, new in pairs), write)


@dataclass(frozen=True)
class Standing:
    """An account's rows, and what the log says of them. Read apart: between the two a row may have moved on."""

    rows: tuple[SealedRow, ...]
    floors: tuple[Floor, ...]


class VaultShelf:
    """`vault.store.VaultStore` on the gateway's database."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._floors = Floors()

    def rows(self, account: str) -> Sequence[SealedRow]:
        """All rows of an account."""
        return self._rows(tables.vault_rows.c.account == account)

    def page(self, after: str, limit: int) -> Sequence[SealedRow]:
        """Up to `limit` rows whose id is greater than `after`, in order of id."""
        return self._rows(tables.vault_rows.c.id > after, limit=limit)

    def put(self, row: SealedRow) -> None:
        """Add a row; lays its floor. RowMoved where its id exists, KeyGone where its key does not."""
        self.move(moves([(None, row)]))

    def replace(self, old: SealedRow, new: SealedRow) -> None:
        """Put `new` where the row is still `old`, else RowMoved; moves the floor with it. KeyGone as for `put`."""
        self.move(moves([(old, new)]))

    def remove(self, row: SealedRow) -> None:
        """Take a row out where it is still so, else RowMoved; its floor goes with it."""
        self.move(moves([(row, None)]))

    def move(self, moved: Moves) -> None:
        """All of it and its log entries in one commit, or RowMoved or KeyGone and nothing of it."""
        if moved.events:
            with self._storage.unit() as unit:
                unit.commit(Change(moved.events), moved.write)

    def floors(self, account: str) -> Sequence[Floor]:
        """The floors of an account's living rows, each from the newest log entry that names the row."""
        with self._storage.reading() as readers:
            return self._floors.of(readers.connection, {account})[account]

    def stand_on(self, snapshot: Snapshot) -> None:
        """Read the log on from this snapshot, whose MAC the caller has checked, and not from its beginning."""
        self._floors.stand_on(snapshot)

    def snapshot(self, log: str) -> Snapshot:
        """How far the log called so was read, and its floors by then."""
        return self._floors.snapshot(log)

    def is_whole(self) -> bool:
        """Whether the log goes on from what was read of it and hashes to its head: else no floor holds."""
        with self._storage.reading() as readers:
            return self._floors.are_whole(readers.connection)

    def standing(self, accounts: Collection[str]) -> dict[str, Standing]:
        """Rows and floors of many accounts, read set-wise."""
        wanted = sorted(accounts)
        rows: dict[str, list[SealedRow]] = {account: [] for account in wanted}
        with self._storage.reading() as readers:
            for at in range(0, len(wanted), CHUNK):
                clause = tables.vault_rows.c.account.in_(wanted[at : at + CHUNK])
                for row in _found(readers.connection, clause):
                    rows[row.account].append(row)
            floors = self._floors.of(readers.connection, set(wanted))
        return {account: Standing(tuple(rows[account]), tuple(floors[account])) for account in wanted}

    def wrapped_keys(self) -> Sequence[WrappedKey]:
        """All wrapped keys, of every purpose."""
        with self._storage.reading() as readers:
            found = readers.connection.execute(select(tables.vault_keys).order_by(tables.vault_keys.c.number))
            return [_wrapped(row._mapping) for row in found]

    def put_key(self, key: WrappedKey) -> None:
        """Add a wrapped key; RowMoved if its id, or its purpose and number, exist."""
        event = AuditEvent("vault.key", WORKER, "vault-key", key.id, {"purpose": str(key.purpose)})
        self._commit(event, lambda connection: _lay_key(connection, key))

    def destroy_key(self, key_id: str) -> None:
        """Destroy a wrapped vault key; nothing where it is gone. KeyInUse if, in this same transaction, a row is under
        it, it is the newest (somebody may be about to seal under it) or it is no vault key.
        """
        with self._storage.unit() as unit:
            if (found := _purpose_of(unit.connection, key_id)) is None:
                return
            if found is not Purpose.VAULT or _in_use(unit.connection, key_id):
                raise KeyInUse
            c = tables.vault_keys.c
            event = AuditEvent("vault.key-destroy", WORKER, "vault-key", key_id)
            gone = delete(tables.vault_keys).where(c.id == key_id)
            unit.commit(Change((event,)), lambda connection: _run(connection, gone))

    def box_keys(self) -> Sequence[BoxKeyRow]:
        """All published box keys, with their wrapped private halves."""
        with self._storage.reading() as readers:
            found = readers.connection.execute(select(tables.vault_box_keys)).mappings().all()
        wrapped = {key.id: key for key in self.wrapped_keys()}
        return [
            BoxKeyRow(row["id"], row["public_key"], row["not_after"], row["signature"], wrapped[row["id"]])
            for row in found
            if row["id"] in wrapped
        ]

    def put_box_key(self, key: BoxKeyRow) -> None:
        """Publish a box key, private half wrapped beside it, in one commit; RowMoved if its id or number exists."""

        def write(connection: Connection) -> None:
            row = {"id": key.id, "public_key": key.public_key, "not_after": key.not_after, "signature": key.signature}
            _lay_key(connection, key.wrapped)
            connection.execute(insert(tables.vault_box_keys), row)

        self._commit(AuditEvent("vault.box-key", WORKER, "vault-key", key.id), write)

    def destroy_box_key(self, key_id: str) -> None:
        """Destroy a box key, private half and all."""

        def write(connection: Connection) -> None:
            connection.execute(delete(tables.vault_box_keys).where(tables.vault_box_keys.c.id == key_id))
            connection.execute(delete(tables.vault_keys).where(tables.vault_keys.c.id == key_id))

        self._commit(AuditEvent("vault.box-key-destroy", WORKER, "vault-key", key_id), write)

    def _rows(self, clause: Any, limit: int | None = None) -> list[SealedRow]:
        with self._storage.reading() as readers:
            return _found(readers.connection, clause, limit)

    def _commit(self, event: AuditEvent, write: Callable[[Connection], None]) -> None:
        with self._storage.unit() as unit:
            unit.commit(Change((event,)), write)


@dataclass(frozen=True)
class PublishedKey:
    """The public half of a box key, as the web process may see it: bytes, id, end of life, the worker's signature."""

    public_key: bytes
    id: str
    not_after: datetime
    signature: bytes


def newest_box_key(connection: Connection) -> PublishedKey:
    """The published box key that lives longest. Raises Refused(VAULT_SHUT) where there is none."""
    c = tables.vault_box_keys.c
    query = select(c.id, c.public_key, c.not_after, c.signature).order_by(c.not_after.desc())
    found = connection.execute(query).first()
    if found is None:
        raise Refused(Reason.VAULT_SHUT)
    return PublishedKey(found.public_key, found.id, found.not_after, found.signature)


def sealed_under(connection: Connection) -> tuple[list[WrappedKey], list[str]]:
    """The vault's own keys, wrapped, oldest first; and for every sealed row the id of the key it is under."""
    c = tables.vault_keys.c
    keys = connection.execute(select(tables.vault_keys).where(c.purpose == str(Purpose.VAULT)).order_by(c.number))
    rows = connection.execute(select(tables.vault_rows.c.key_id))
    return [_wrapped(row._mapping) for row in keys], [key_id for (key_id,) in rows]


_ACTS = {(False, True): "vault.put", (True, True): "vault.replace", (True, False): "vault.remove"}


def _told(old: SealedRow | None, new: SealedRow | None) -> AuditEvent:
    row = new or old
    if row is None:
        raise ValueError("a move of nothing")
    facts: dict[str, Fact] = {
        "account": row.account,
        "field": row.field,
        "number": row.version,
        "sha256": Floor.under(row).sha256.hex(),
        "key": row.key_id,
    }
    return AuditEvent(_ACTS[old is not None, new is not None], WORKER, "credential", row.id, facts)


def _move(connection: Connection, old: SealedRow | None, new: SealedRow | None) -> None:
    """Where it is still as it was read. Raises RowMoved or KeyGone."""
    c = tables.vault_rows.c
    id = (old or new).id  # type: ignore[union-attr]  # `_told` has refused a move of nothing
    found = connection.execute(select(c.version, c.key_id).where(c.id == id)).first()
    if (None if found is None else tuple(found)) != (None if old is None else (old.version, old.key_id)):
        raise RowMoved
    if old is not None:
        connection.execute(delete(tables.vault_rows).where(c.id == id))
    if new is not None:
        if _purpose_of(connection, new.key_id) is not Purpose.VAULT:
            raise KeyGone
        connection.execute(insert(tables.vault_rows), {name: getattr(new, name) for name in ROW_FIELDS})


def _found(connection: Connection, clause: Any, limit: int | None = None) -> list[SealedRow]:
    columns = [tables.vault_rows.c[name] for name in ROW_FIELDS]
    query = select(*columns).where(clause).order_by(tables.vault_rows.c.id).limit(limit)
    return [SealedRow(**row) for row in connection.execute(query).mappings()]


def _purpose_of(connection: Connection, key_id: str) -> Purpose | None:
    c = tables.vault_keys.c
    found = connection.execute(select(c.purpose).where(c.id == key_id)).scalar()
    return None if found is None else Purpose(found)


def _in_use(connection: Connection, key_id: str) -> bool:
    """Whether a row is under this vault key, or it is the newest."""
    keys, rows = tables.vault_keys.c, tables.vault_rows.c
    newest = select(func.max(keys.number)).where(keys.purpose == str(Purpose.VAULT)).scalar_subquery()
    is_newest = select(keys.id).where(keys.id == key_id, keys.number == newest)
    under = select(rows.id).where(rows.key_id == key_id).limit(1)
    return any(connection.execute(query).first() is not None for query in (under, is_newest))


def _run(connection: Connection, statement: Any) -> None:
    connection.execute(statement)


def _lay_key(connection: Connection, key: WrappedKey) -> None:
    c = tables.vault_keys.c
    taken = (c.id == key.id) | ((c.purpose == str(key.purpose)) & (c.number == key.number))
    if connection.execute(select(c.id).where(taken)).first() is not None:
        raise RowMoved
    connection.execute(insert(tables.vault_keys), _key_row(key))


def _key_row(key: WrappedKey) -> dict[str, Any]:
    parts = {name: getattr(key.envelope, name) for name in ENVELOPE}
    return {
        "id": key.id,
        "purpose": str(key.purpose),
        "number": key.number,
        "source": key.source,
        "parameters": key.parameters,
        **parts,
    }


def _wrapped(row: Any) -> WrappedKey:
    envelope = Envelope(**{name: row[name] for name in ENVELOPE})
    return WrappedKey(row["id"], Purpose(row["purpose"]), row["number"], row["source"], row["parameters"], envelope)
