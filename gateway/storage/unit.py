"""Unit: one transaction. Readers, and `commit(change)` as the only way to write (house §5)."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Engine, Table, bindparam, insert, select, update
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    NotSupportedError,
    ProgrammingError,
    TimeoutError,
)

from gateway.domain.change import NEW, Change, Record
from gateway.domain.instant import Now
from gateway.domain.refusal import Reason, Refused
from gateway.sealing import CannotUnseal
from gateway.storage import accounts, content, deliveries, log, people, watching
from gateway.storage.engine import WriteQueue, make_engine
from gateway.storage.sealed import NO_KEY, Seal
from gateway.storage.shelf import CHUNK, Shelf
from gateway.storage.sketches import Sketches

SHELVES: tuple[type[Shelf[Any]], ...] = (
    people.Members,
    people.Factors,
    people.Passkeys,
    people.Challenges,
    people.RecoveryCodes,
    people.Invitations,
    people.Sessions,
    people.StepUps,
    people.HeldForms,
    people.TriesShelf,
    accounts.Organisations,
    accounts.Accounts,
    accounts.Grants,
    accounts.Freezes,
    accounts.Deposits,
    accounts.Consents,
    accounts.Errands,
    content.Posts,
    content.Revisions,
    content.MediaShelf,
    content.Submissions,
    content.Approvals,
    content.Clearances,
    content.Comments,
    content.Templates,
    content.Releases,
    content.AccessLists,
    content.Calendars,
    content.Tellings,
    content.Corrections,
    content.Notices,
    deliveries.Deliveries,
    deliveries.Publications,
    deliveries.Showings,
    watching.Breaches,
    watching.Watches,
)
TABLE_OF: Mapping[type[Record], Table] = {shelf.kind: shelf.table for shelf in SHELVES}


# Locked, full, read-only, damaged, gone, or every connection taken: the database cannot be used now. The rest is ours.
UNAVAILABLE = (DatabaseError, InterfaceError, TimeoutError)
OUR_MISTAKE = (IntegrityError, DataError, ProgrammingError, NotSupportedError)


class Readers:
    """Every record family, readable within one transaction, and the log."""

    def __init__(self, connection: Connection, seal: Seal) -> None:
        self.connection = connection
        self.log = log.Log(connection)
        self.sketches = Sketches(connection, seal)
        self.members = people.Members(connection, seal)
        self.factors = people.Factors(connection, seal)
        self.passkeys = people.Passkeys(connection, seal)
        self.challenges = people.Challenges(connection, seal)
        self.recovery_codes = people.RecoveryCodes(connection, seal)
        self.invitations = people.Invitations(connection, seal)
        self.sessions = people.Sessions(connection, seal)
        self.step_ups = people.StepUps(connection, seal)
        self.held_forms = people.HeldForms(connection, seal)
        self.tries = people.TriesShelf(connection, seal)
        self.organisations = accounts.Organisations(connection, seal)
        self.accounts = accounts.Accounts(connection, seal)
        self.grants = accounts.Grants(connection, seal)
        self.freezes = accounts.Freezes(connection, seal)
        self.deposits = accounts.Deposits(connection, seal)
        self.consents = accounts.Consents(connection, seal)
        self.errands = accounts.Errands(connection, seal)
        self.posts = content.Posts(connection, seal)
        self.revisions = content.Revisions(connection, seal)
        self.media = content.MediaShelf(connection, seal)
        self.submissions = content.Submissions(connection, seal)
        self.approvals = content.Approvals(connection, seal)
        self.clearances = content.Clearances(connection, seal)
        self.comments = content.Comments(connection, seal)
        self.templates = content.Templates(connection, seal)
        self.releases = content.Releases(connection, seal)
        self.access_lists = content.AccessLists(connection, seal)
        self.calendars = content.Calendars(connection, seal)
        self.tellings = content.Tellings(connection, seal)
        self.corrections = content.Corrections(connection, seal)
        self.notices = content.Notices(connection, seal)
        self.deliveries = deliveries.Deliveries(connection, seal)
        self.publications = deliveries.Publications(connection, seal)
        self.showings = deliveries.Showings(connection, seal)
        self.breaches = watching.Breaches(connection, seal)
        self.watches = watching.Watches(connection, seal)

    def versions(self, wanted: Mapping[type[Record], Iterable[str]]) -> dict[tuple[type[Record], str], int]:
        """The versions at which records stand now; one that is not there is left out."""
        found: dict[tuple[type[Record], str], int] = {}
        for kind, ids in wanted.items():
            table, listed = TABLE_OF[kind], sorted(ids)
            for at in range(0, len(listed), CHUNK):
                query = select(table.c.id, table.c.version).where(table.c.id.in_(listed[at : at + CHUNK]))
                found.update({(kind, row[0]): row[1] for row in self.connection.execute(query)})
        return found


class Unit(Readers):
    """One writing transaction: the write lock is held, `now` was read after it was taken, all reads are current."""

    def __init__(self, connection: Connection, seal: Seal, now: Now, head: log.Head) -> None:
        super().__init__(connection, seal)
        self._seal = seal
        self.now = now
        self._head = head
        self._done = False

    def commit(self, change: Change, *beside: Callable[[Connection], None]) -> None:
        """Compare versions, append the audit log, commit. Raises Refused(CHANGED_MEANWHILE) and writes nothing where
        a version moved. `beside` writes rows that are not records (the vault's) in the same transaction.
        """
        (outcome,) = self.commit_each([change], *beside)
        if outcome is not None:
            raise outcome

    def commit_each(self, changes: Sequence[Change], *beside: Callable[[Connection], None]) -> list[Refused | None]:
        """Many changes in one commit: one that loses its version check, or clashes with a row that must be unique,
        fails alone and is answered with its Refused.
        """
        self._require_open()
        outcomes = self._compare(changes)
        good = [number for number, outcome in enumerate(outcomes) if outcome is None]
        if good and not self._written([changes[number] for number in good]):
            for number in good:
                outcomes[number] = None if self._written([changes[number]]) else Refused(Reason.CHANGED_MEANWHILE)
        if None in outcomes:
            for write in beside:
                write(self.connection)
            self.connection.commit()
        return outcomes

    def _written(self, changes: Sequence[Change]) -> bool:
        """Whether these could be written together, log and records; where not, nothing of them was."""
        point = self.connection.begin_nested()
        try:
            events = [event for change in changes for event in change.events]
            head = log.append(self.connection, self._head, events, self.now)
            self._write([record for change in changes for record in change.records])
        except (IntegrityError, _Moved):
            point.rollback()
            return False
        point.commit()
        self._head = head
        return True

    def _require_open(self) -> None:
        if self._done:
            raise RuntimeError("a Unit commits once")
        self._done = True

    def _compare(self, changes: Sequence[Change]) -> list[Refused | None]:
        """Versions are compared under the write lock, and again by each UPDATE's own WHERE."""
        wanted: dict[type[Record], set[str]] = defaultdict(set)
        for change in changes:
            for record in change.records:
                wanted[type(record)].add(record.id)
        stored = self.versions(wanted)
        outcomes: list[Refused | None] = []
        for change in changes:
            keys = [(type(record), record.id) for record in change.records]
            fresh = all(
                stored.get(key, NEW) == record.version for key, record in zip(keys, change.records, strict=True)
            )
            outcomes.append(None if fresh and len(set(keys)) == len(keys) else Refused(Reason.CHANGED_MEANWHILE))
            if outcomes[-1] is None:
                # Two changes of one batch to one record: the second has lost.
                stored.update(dict.fromkeys(keys, -1))
        return outcomes

    def _write(self, records: Iterable[Record]) -> None:
        fresh: dict[type[Record], list[dict[str, Any]]] = defaultdict(list)
        known: dict[type[Record], list[dict[str, Any]]] = defaultdict(list)
        for record in records:
            row = {name: getattr(record, name) for name in _columns(type(record))}
            row = self._seal.close_row(TABLE_OF[type(record)], row)
            if record.version == NEW:
                fresh[type(record)].append({**row, "version": 1})
            else:
                known[type(record)].append(
                    {**row, "version": record.version + 1, "this_id": record.id, "this_version": record.version}
                )
        for kind, rows in fresh.items():
            self.connection.execute(insert(TABLE_OF[kind]), rows)
        for kind, rows in known.items():
            if self.connection.execute(_UPDATES[kind], rows).rowcount != len(rows):
                raise _Moved


class _Moved(Exception):
    """A row was not at the version it was read at."""


def _columns(kind: type[Record]) -> tuple[str, ...]:
    return _COLUMNS[kind]


def _update_of(table: Table) -> Any:
    matched = (table.c.id == bindparam("this_id")) & (table.c.version == bindparam("this_version"))
    return update(table).where(matched).values({c.name: bindparam(c.name) for c in table.columns if c.name != "id"})


_COLUMNS = {kind: tuple(field.name for field in dataclasses.fields(kind)) for kind in TABLE_OF}
_UPDATES = {kind: _update_of(table) for kind, table in TABLE_OF.items()}


class Storage:
    """One database. `unit()` writes, `reading()` only reads; the clock is asked once a transaction, after the lock."""

    def __init__(self, engine: Engine, now: Callable[[], Now], seal: Seal = NO_KEY) -> None:
        self.engine = engine
        self._now = now
        self._seal = seal

    @classmethod
    def at(cls, url: str, now: Callable[[], Now], seal: Seal = NO_KEY) -> Storage:
        """Storage at a database URL; without a seal no content can be written or read."""
        return cls(make_engine(url), now, seal)

    @cached_property
    def _queue(self) -> WriteQueue:
        return WriteQueue.of(self.engine)

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        """A writing transaction; leaving it without `commit` rolls back.

        Raises Refused(STORAGE_UNAVAILABLE) where the database is locked, full, read-only or away: nothing was written.
        """
        with telling_storage(), self._queue.turn(), self.engine.connect() as connection:
            connection = connection.execution_options(writing=True)
            head = log.read_head(connection, lock=True)
            yield Unit(connection, self._seal, self._now(), head)

    @contextmanager
    def reading(self) -> Iterator[Readers]:
        """A reading transaction: for pages and lists, never to decide a write."""
        with telling_storage(), self.engine.connect() as connection:
            yield Readers(connection, self._seal)

    @contextmanager
    def housekeeping(self) -> Iterator[Connection]:
        """A short writing transaction for what is neither record nor deed: checkpoints and signs of life."""
        with telling_storage(), self._queue.turn(), self.engine.connect() as connection:
            connection = connection.execution_options(writing=True)
            yield connection
            connection.commit()

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


@contextmanager
def telling_storage() -> Iterator[None]:
    """Turns a database that cannot be used into a Refused that says so."""
    try:
        yield
    except UNAVAILABLE as fault:
        if isinstance(fault, OUR_MISTAKE):
            raise
        raise Refused(Reason.STORAGE_UNAVAILABLE, fault=type(fault).__name__) from fault
    except CannotUnseal as fault:
        raise Refused(Reason.STORAGE_UNAVAILABLE, fault="CannotUnseal") from fault
