"""The vault's rows, floors and wrapped keys in the database: what vault.store asks for, each act one transaction.

A floor is what the audit log said last of a row, in the same commit as the row: an old row put back in its table is
below the floor of its newest entry, and a log that was cut shows against the worker's own checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from gateway.audit.entry import Entry
from gateway.domain.audit import WORKER, AuditEvent, Fact
from gateway.domain.change import Change
from gateway.domain.refusal import Reason, Refused
from gateway.storage import tables
from gateway.storage.unit import Storage
from vault.envelope import Envelope
from vault.store import BoxKeyRow, Floor, KeyInUse, Purpose, RowMoved, SealedRow, WrappedKey

ROW_FIELDS = tuple(SealedRow.__dataclass_fields__)
ENVELOPE = tuple(Envelope.__dataclass_fields__)


class VaultShelf:
    """`vault.store.VaultStore` on the gateway's database."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def rows(self, account: str) -> Sequence[SealedRow]:
        """All rows of an account."""
        return self._rows(tables.vault_rows.c.account == account)

    def page(self, after: str, limit: int) -> Sequence[SealedRow]:
        """Up to `limit` rows whose id is greater than `after`, in order of id."""
        return self._rows(tables.vault_rows.c.id > after, limit=limit)

    def put(self, row: SealedRow) -> None:
        """Add a row; lays its floor. RowMoved where its id exists."""

        def write(connection: Connection) -> None:
            if _row(connection, row.id) is not None:
                raise RowMoved
            _lay(connection, row)

        self._commit(_told("vault.put", row), write)

    def replace(self, old: SealedRow, new: SealedRow) -> None:
        """Put `new` where the row is still `old`, else RowMoved; moves the floor with it."""

        def write(connection: Connection) -> None:
            _require_same(connection, old)
            connection.execute(delete(tables.vault_rows).where(tables.vault_rows.c.id == old.id))
            _lay(connection, new)

        self._commit(_told("vault.replace", new), write)

    def remove(self, row: SealedRow) -> None:
        """Take a row out where it is still so, else RowMoved; its floor goes with it."""

        def write(connection: Connection) -> None:
            _require_same(connection, row)
            connection.execute(delete(tables.vault_rows).where(tables.vault_rows.c.id == row.id))

        self._commit(_told("vault.remove", row), write)

    def floors(self, account: str) -> Sequence[Floor]:
        """The floors of an account's living rows, each from the newest log entry that names the row."""
        with self._storage.reading() as readers:
            ids = readers.connection.execute(
                select(tables.vault_rows.c.id).where(tables.vault_rows.c.account == account)
            )
            found = [_newest_entry(readers.connection, id) for (id,) in ids]
        return [_floor(entry) for entry in found if entry is not None and entry.act in {"vault.put", "vault.replace"}]

    def wrapped_keys(self) -> Sequence[WrappedKey]:
        """All wrapped keys, of every purpose."""
        with self._storage.reading() as readers:
            found = readers.connection.execute(select(tables.vault_keys).order_by(tables.vault_keys.c.number))
            return [_wrapped(row._mapping) for row in found]

    def put_key(self, key: WrappedKey) -> None:
        """Add a wrapped key; RowMoved if its id, or its purpose and number, exist."""

        def write(connection: Connection) -> None:
            c = tables.vault_keys.c
            taken = (c.id == key.id) | ((c.purpose == key.purpose) & (c.number == key.number))
            if connection.execute(select(c.id).where(taken)).first() is not None:
                raise RowMoved
            connection.execute(insert(tables.vault_keys), _key_row(key))

        self._commit(AuditEvent("vault.key", WORKER, "vault-key", key.id, {"purpose": str(key.purpose)}), write)

    def destroy_key(self, key_id: str) -> None:
        """Destroy a wrapped vault key; KeyInUse if, in this same transaction, a row is under it."""

        def write(connection: Connection) -> None:
            rows = tables.vault_rows.c
            if connection.execute(select(rows.id).where(rows.key_id == key_id).limit(1)).first() is not None:
                raise KeyInUse
            connection.execute(delete(tables.vault_keys).where(tables.vault_keys.c.id == key_id))

        self._commit(AuditEvent("vault.key-destroy", WORKER, "vault-key", key_id), write)

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
        """Publish a box key, private half wrapped beside it, in one commit."""

        def write(connection: Connection) -> None:
            row = {"id": key.id, "public_key": key.public_key, "not_after": key.not_after, "signature": key.signature}
            connection.execute(insert(tables.vault_keys), _key_row(key.wrapped))
            connection.execute(insert(tables.vault_box_keys), row)

        self._commit(AuditEvent("vault.box-key", WORKER, "vault-key", key.id), write)

    def destroy_box_key(self, key_id: str) -> None:
        """Destroy a box key, private half and all."""

        def write(connection: Connection) -> None:
            connection.execute(delete(tables.vault_box_keys).where(tables.vault_box_keys.c.id == key_id))
            connection.execute(delete(tables.vault_keys).where(tables.vault_keys.c.id == key_id))

        self._commit(AuditEvent("vault.box-key-destroy", WORKER, "vault-key", key_id), write)

    def _rows(self, clause: Any, limit: int | None = None) -> list[SealedRow]:
        columns = [tables.vault_rows.c[name] for name in ROW_FIELDS]
        query = select(*columns).where(clause).order_by(tables.vault_rows.c.id).limit(limit)
        with self._storage.reading() as readers:
            return [SealedRow(**row) for row in readers.connection.execute(query).mappings()]

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


def _told(act: str, row: SealedRow) -> AuditEvent:
    floor = Floor.under(row)
    facts: dict[str, Fact] = {
        "account": row.account,
        "field": row.field,
        "number": row.version,
        "sha256": floor.sha256.hex(),
        "key": row.key_id,
    }
    return AuditEvent(act, WORKER, "credential", row.id, facts)


def _newest_entry(connection: Connection, row: str) -> Entry | None:
    c = tables.audit_entries.c
    writes = c.act.in_(["vault.put", "vault.replace", "vault.remove"])
    query = select(c.body).where(c.subject_id == row, c.subject_kind == "credential", writes)
    found = connection.execute(query.order_by(c.index.desc()).limit(1)).scalar()
    return None if found is None else Entry.from_bytes(found.encode())


def _floor(entry: Entry) -> Floor:
    facts = entry.facts
    return Floor(
        str(facts["account"]), str(facts["field"]), int(facts["number"] or 0), bytes.fromhex(str(facts["sha256"]))
    )


def _lay(connection: Connection, row: SealedRow) -> None:
    connection.execute(insert(tables.vault_rows), {name: getattr(row, name) for name in ROW_FIELDS})


def _row(connection: Connection, id: str) -> Any:
    c = tables.vault_rows.c
    return connection.execute(select(c.version, c.key_id).where(c.id == id)).first()


def _require_same(connection: Connection, old: SealedRow) -> None:
    found = _row(connection, old.id)
    if found is None or (found.version, found.key_id) != (old.version, old.key_id):
        raise RowMoved


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
