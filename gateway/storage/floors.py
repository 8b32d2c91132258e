"""The floors of the vault's rows: read from the bodies of the audit log's entries, remembered, and read on from there.

Only bodies are believed, for the tree covers them alone: the columns beside them, which make searching quick, could be
edited unseen. The first reading goes over the whole log, each later one over its tail (house §9). A log with a hole, or
shorter than it was, gives no floors at all, and nothing opens; an edited body shows when the log is verified.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from gateway.audit.entry import Entry
from gateway.storage.log import HEAD
from gateway.storage.tables import audit_entries, audit_head
from vault.store import Floor

LAID, LIFTED = frozenset({"vault.put", "vault.replace"}), "vault.remove"
# Canonical JSON writes it just so, and in a fact the quotes would be escaped.
_OF_THE_VAULT = '%"act":"vault.%'


class Floors:
    """What the log says was written last, by account and row. One for a process; safe to ask from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read = 0
        self._laid: defaultdict[str, dict[str, Floor]] = defaultdict(dict)

    def of(self, connection: Connection, accounts: set[str]) -> dict[str, list[Floor]]:
        """The floors of each account's living rows, as this transaction sees the log; all empty where it is torn."""
        with self._lock:
            if not self._caught_up(connection):
                return {account: [] for account in accounts}
            return {account: list(self._laid[account].values()) for account in accounts}

    def _caught_up(self, connection: Connection) -> bool:
        size = connection.execute(select(audit_head.c.size).where(audit_head.c.id == HEAD)).scalar()
        c = audit_entries.c
        if size is None or size < self._read:
            return False
        tail = (c.index >= self._read) & (c.index < size)
        if connection.execute(select(func.count()).where(tail)).scalar() != size - self._read:
            return False
        named = select(c.index, c.body).where(tail, c.body.like(_OF_THE_VAULT)).order_by(c.index)
        try:
            entries = list(_parsed((row[0], row[1]) for row in connection.execute(named)))
        except ValueError:
            return False
        for entry in entries:
            self._take(entry)
        self._read = size
        return True

    def _take(self, entry: Entry) -> None:
        if entry.act in LAID:
            self._laid[str(entry.facts["account"])][entry.subject_id] = _floor(entry)
        elif entry.act == LIFTED:
            self._laid[str(entry.facts["account"])].pop(entry.subject_id, None)


def _parsed(found: Iterator[tuple[int, str]]) -> Iterator[Entry]:
    for index, body in found:
        entry = Entry.from_bytes(body.encode())
        if entry.index != index:
            raise ValueError("an entry stands where another belongs")
        yield entry


def _floor(entry: Entry) -> Floor:
    facts = entry.facts
    sha256 = bytes.fromhex(str(facts["sha256"]))
    return Floor(str(facts["account"]), str(facts["field"]), int(facts["number"] or 0), sha256)
