"""The floors of the vault's rows: read from the bodies of the audit log's entries, remembered, and read on from there.

Only bodies are believed, and only together: what was read must hash to the head of the log, or there are no floors at
all and nothing opens. So neither a hole, a cut, an edited body nor an edited column lets an old row in. The first
reading goes on from a snapshot kept outside the database, where there is one, each later one over the tail (house §9).
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import NoResultFound

from gateway.audit.entry import Entry
from gateway.audit.tree import Frontier, leaf_hash
from gateway.storage.log import PAGE, Log
from vault.store import Floor, Snapshot

LAID, LIFTED = frozenset({"vault.put", "vault.replace"}), "vault.remove"
# Canonical JSON writes it just so, and in a fact the quotes would be escaped.
_OF_THE_VAULT = b'"act":"vault.'


class Floors:
    """What the log says was written last, by account and row. One for a process; safe to ask from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read = Frontier()
        self._laid: defaultdict[str, dict[str, Floor]] = defaultdict(dict)

    def stand_on(self, snapshot: Snapshot) -> None:
        """Begin from here instead of from the beginning. Its MAC was checked by whoever read it."""
        with self._lock:
            self._read = Frontier.from_bytes(snapshot.frontier)
            self._laid = defaultdict(dict)
            for id, floor in snapshot.floors.items():
                self._laid[floor.account][id] = floor

    def snapshot(self, log: str) -> Snapshot:
        """What was read so far, of the log called so."""
        with self._lock:
            laid = {id: floor for rows in self._laid.values() for id, floor in rows.items()}
            return Snapshot(log, self._read.to_bytes(), laid)

    def of(self, connection: Connection, accounts: set[str]) -> dict[str, list[Floor]]:
        """The floors of each account's living rows, as this transaction sees the log; all empty where it is torn."""
        with self._lock:
            if not self._caught_up(connection):
                return {account: [] for account in accounts}
            return {account: list(self._laid[account].values()) for account in accounts}

    def are_whole(self, connection: Connection) -> bool:
        """Read on to the head of the log; False where the log is not the one that was read before, gone on."""
        with self._lock:
            return self._caught_up(connection)

    def _caught_up(self, connection: Connection) -> bool:
        log = Log(connection)
        try:
            head = log.head().frontier
            read, named = _read_on(log, self._read, head.size)
            if read != head:
                return False
            entries = [_entry(index, body) for index, body in named]
        except (ValueError, NoResultFound):  # the latter: the log has no head at all
            return False
        for entry in entries:
            self._take(entry)
        self._read = read
        return True

    def _take(self, entry: Entry) -> None:
        if entry.act in LAID:
            self._laid[str(entry.facts["account"])][entry.subject_id] = _floor(entry)
        elif entry.act == LIFTED:
            self._laid[str(entry.facts["account"])].pop(entry.subject_id, None)


def _read_on(log: Log, read: Frontier, size: int) -> tuple[Frontier, list[tuple[int, bytes]]]:
    """The frontier after the entries up to `size`, and those of the vault among them, each with where it stands."""
    named: list[tuple[int, bytes]] = []
    while read.size < size:
        bodies: Sequence[bytes] = list(log.bodies(read.size, min(read.size + PAGE, size)))
        if not bodies:
            raise ValueError("entries are missing")
        named += [(at, body) for at, body in enumerate(bodies, start=read.size) if _OF_THE_VAULT in body]
        read = read.extend([leaf_hash(body) for body in bodies])
    return read, named


def _entry(index: int, body: bytes) -> Entry:
    entry = Entry.from_bytes(body)
    if entry.index != index:
        raise ValueError("an entry stands where another belongs")
    return entry


def _floor(entry: Entry) -> Floor:
    facts = entry.facts
    sha256 = bytes.fromhex(str(facts["sha256"]))
    return Floor(str(facts["account"]), str(facts["field"]), int(facts["number"] or 0), sha256)
