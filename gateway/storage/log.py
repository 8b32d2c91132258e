"""The audit log in the database: appending within a Unit's transaction, and reading it back in pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, update

from gateway.audit.entry import Entry
from gateway.audit.tree import Frontier, leaf_hash
from gateway.domain.audit import AuditEvent
from gateway.domain.instant import BEGINNING, Now, rfc3339
from gateway.domain.refusal import Reason, Refused
from gateway.storage.cut import Cut
from gateway.storage.finding import Search as Search
from gateway.storage.finding import acts, find, look, of_acts, words_of
from gateway.storage.tables import audit_entries, audit_head, audit_tiles, audit_words, checkpoints, heartbeats

HEAD = 1
PAGE = 2_000


@dataclass(frozen=True)
class Head:
    """The tree as it stands: its frontier and the earliest time of the last entry."""

    frontier: Frontier
    last_at: datetime


def read_head(connection: Connection, *, lock: bool) -> Head:
    """The head; with `lock` on PostgreSQL this row is the one write lock of the house (§5)."""
    query = select(audit_head.c.frontier, audit_head.c.last_at).where(audit_head.c.id == HEAD)
    if lock and connection.dialect.name == "postgresql":
        query = query.with_for_update()
    row = connection.execute(query).one()
    return Head(Frontier.from_bytes(row.frontier), row.last_at)


def append(connection: Connection, head: Head, events: Iterable[AuditEvent], now: Now) -> Head:
    """Append entries and move the head; part of the transaction that writes what they tell.

    An entry's earliest time is never before the last entry's: the true time is surely past that. Where the clock's
    span lies wholly before it, the clock has gone back and nothing is written: Refused(CLOCK_UNSURE).
    """
    require_onward(head, now)
    at = max(now.earliest, head.last_at)
    earliest, latest = rfc3339(at), rfc3339(now.latest)
    rows: list[Mapping[str, Any]] = []
    leaves: list[bytes] = []
    words: list[Mapping[str, Any]] = []
    for index, event in enumerate(events, start=head.frontier.size):
        body = Entry(
            index, earliest, latest, event.act, event.actor, event.subject_kind, event.subject_id, event.facts
        ).to_bytes()
        leaves.append(leaf_hash(body))
        words += [{"word": word, "index": index} for word in words_of(event.facts)]
        rows.append(
            {
                "index": index,
                "at": at,
                "act": event.act,
                "actor": event.actor,
                "subject_kind": event.subject_kind,
                "subject_id": event.subject_id,
                "body": body.decode(),
            }
        )
    frontier, tiles = head.frontier.extend_with_tiles(leaves)
    connection.execute(insert(audit_entries), rows)
    if words:
        connection.execute(insert(audit_words), words)
    if tiles:
        first = head.frontier.size // 256
        connection.execute(insert(audit_tiles), [{"index": first + n, "hash": tile} for n, tile in enumerate(tiles)])
    after = Head(frontier, at)
    values = {"size": frontier.size, "frontier": frontier.to_bytes(), "last_at": at}
    connection.execute(update(audit_head).where(audit_head.c.id == HEAD).values(values))
    return after


def require_onward(head: Head, now: Now) -> None:
    """Time goes on from the last entry. Raises Refused(CLOCK_UNSURE) where it does not, or nothing is sure."""
    if not now.bounded or (now.latest < head.last_at and head.last_at > BEGINNING):
        raise Refused(Reason.CLOCK_UNSURE)


class Log:
    """Reading the log within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def head(self) -> Head:
        """The head as this transaction sees it."""
        return read_head(self._connection, lock=False)

    def bodies(self, start: int, end: int) -> Iterator[bytes]:
        """Entry bytes start..end-1 in order, read in pages: memory stays flat."""
        for at in range(start, end, PAGE):
            c = audit_entries.c
            query = select(c.body).where(and_(c.index >= at, c.index < min(at + PAGE, end))).order_by(c.index)
            for (body,) in self._connection.execute(query):
                yield body.encode()

    def leaves(self, start: int, end: int) -> Iterator[bytes]:
        """Leaf hashes start..end-1, from the entries themselves."""
        return (leaf_hash(body) for body in self.bodies(start, end))

    def tiles(self, start: int, end: int) -> Iterator[bytes]:
        """Stored roots of the 256-leaf tiles start..end-1."""
        c = audit_tiles.c
        query = select(c.hash).where(and_(c.index >= start, c.index < end)).order_by(c.index)
        return (tile for (tile,) in self._connection.execute(query))

    def notes(self) -> list[tuple[int, str]]:
        """Every signed checkpoint as (size, note), smallest first."""
        c = checkpoints.c
        return [(row.size, row.note) for row in self._connection.execute(select(c.size, c.note).order_by(c.size))]

    def newest_notes(self, count: int) -> list[tuple[int, str]]:
        """The newest signed checkpoints as (size, note), newest first."""
        c = checkpoints.c
        query = select(c.size, c.note).order_by(c.size.desc()).limit(count)
        return [(row.size, row.note) for row in self._connection.execute(query)]

    def root_of(self, size: int) -> bytes:
        """The root of the first `size` entries, hashed anew from the entries themselves."""
        frontier = Frontier()
        for at in range(0, size, PAGE):
            frontier = frontier.extend(self.leaves(at, min(at + PAGE, size)))
        return frontier.root()

    def search(self, what: Search, limit: int = 100) -> list[Entry]:
        """Entries that meet the search, newest first."""
        return find(self._connection, what, limit)

    def look(self, what: Search, limit: int) -> tuple[list[Entry], int | None]:
        """As `search`, in bounded time: with fewer than `limit`, the number before which to look on, if anywhere."""
        return look(self._connection, what, limit)

    def acts(self) -> list[str]:
        """Every act that stands in the log, in order; each is one step through the index."""
        return acts(self._connection)

    def of_acts(self, acts: Iterable[str], member: str | None, limit: int, cut: Cut | None = None) -> list[Entry]:
        """Entries of these acts, by or about this member where one is named; newest first, on this side of a cut."""
        return of_acts(self._connection, acts, member, limit, cut)


def keep_checkpoint(connection: Connection, size: int, note: str, at: datetime) -> None:
    """Store a signed checkpoint; one a size."""
    known = connection.execute(select(checkpoints.c.size).where(checkpoints.c.size == size)).first()
    if known is None:
        connection.execute(insert(checkpoints), {"size": size, "note": note, "at": at})


def newest_note(connection: Connection) -> str | None:
    """The newest signed checkpoint's note."""
    query = select(checkpoints.c.note).order_by(checkpoints.c.size.desc()).limit(1)
    note: str | None = connection.execute(query).scalar()
    return note


def beat(connection: Connection, worker: str, at: datetime) -> None:
    """The worker's sign of life."""
    done = connection.execute(update(heartbeats).where(heartbeats.c.worker == worker).values(at=at))
    if done.rowcount == 0:
        connection.execute(insert(heartbeats), {"worker": worker, "at": at})


def beats(connection: Connection) -> dict[str, datetime]:
    """Every worker's last sign of life."""
    return {row.worker: row.at for row in connection.execute(select(heartbeats))}


def forget_beat(connection: Connection, worker: str) -> None:
    """A worker that stopped, or was recovered, has no more sign of life."""
    connection.execute(delete(heartbeats).where(heartbeats.c.worker == worker))


def forget_beats_before(connection: Connection, instant: datetime) -> None:
    """Workers that were killed say no goodbye: their last signs of life from before `instant` go."""
    connection.execute(delete(heartbeats).where(heartbeats.c.at < instant))
