"""Shelf: readers of one record family within one transaction. Reading only; writing is the Unit's."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, select

from gateway.domain.change import Record
from gateway.domain.refusal import Reason, Refused
from gateway.storage.cut import Cut, beside, order
from gateway.storage.sealed import Seal

R = TypeVar("R", bound=Record)
CHUNK = 500


class Shelf(Generic[R]):
    """Records of one kind. Whoever reads to decide reads inside a writing Unit (house §5)."""

    kind: type[R]
    table: Table

    def __init__(self, connection: Connection, seal: Seal) -> None:
        self._connection = connection
        self._seal = seal

    def find(self, id: str) -> R | None:
        """The record, or None."""
        return next(iter(self._read(_by_id(self.table), {"this_id": id})), None)

    def get(self, id: str) -> R:
        """The record. Raises Refused(NOT_FOUND)."""
        found = self.find(id)
        if found is None:
            raise Refused(Reason.NOT_FOUND, kind=self.kind.__name__.lower())
        return found

    def many(self, ids: Iterable[str]) -> dict[str, R]:
        """The records that exist among `ids`, by id."""
        return {record.id: record for record in self.among(self.table.c.id, ids)}

    def column(self, name: str, ids: Iterable[str] | None = None) -> dict[str, Any]:
        """One column that is not sealed, by id: of these records, or of every one."""
        c = self.table.c
        found: dict[str, Any] = {}
        wanted = select(c.id, c[name]).order_by(c.id)
        for some in [None] if ids is None else _pieces(ids):
            query = wanted if some is None else wanted.where(c.id.in_(some))
            found.update((row[0], row[1]) for row in self._connection.execute(query).all())
        return found

    def among(self, column: ColumnElement[Any], values: Iterable[str]) -> list[R]:
        """Every record whose `column` is one of `values`; read in pieces, so that no statement grows without end."""
        return [record for some in _pieces(values) for record in self.where(column.in_(some))]

    def where(
        self, *clauses: ColumnElement[bool], order: Iterable[ColumnElement[Any]] = (), limit: int | None = None
    ) -> list[R]:
        """Records that meet every clause, in order."""
        query = select(self.table).where(*clauses).order_by(*order)
        if limit is not None:
            query = query.limit(limit)
        return self._read(query, {})

    def _read(self, query: Select[Any], values: dict[str, str]) -> list[R]:
        kind, table, seal = self.kind, self.table, self._seal
        rows = self._connection.execute(query, values).mappings().all()
        return [kind(**seal.open_row(table, dict(row))) for row in rows]

    def newest(
        self, *clauses: ColumnElement[bool], by: ColumnElement[Any], limit: int, cut: Cut | None = None
    ) -> list[R]:
        """Records that meet every clause, newest first by an instant: from the top, or on this side of a cut."""
        id = self.table.c.id
        sides = [] if cut is None else [beside(cut, by, id)]
        found = self.where(*clauses, *sides, order=order(cut, by, id), limit=limit)
        return found[::-1] if cut is not None and cut.back else found

    def all(self) -> list[R]:
        """Every record, by id: for families that stay small."""
        return self.where(order=(self.table.c.id,))


def _pieces(values: Iterable[str]) -> list[list[str]]:
    wanted = sorted(set(values))
    return [wanted[at : at + CHUNK] for at in range(0, len(wanted), CHUNK)]


@cache
def _by_id(table: Table) -> Select[Any]:
    """Made once a table: every request finds a session and a member some times."""
    return select(table).where(table.c.id == bindparam("this_id"))
