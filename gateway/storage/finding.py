"""Finding entries in a long log: by index alone, newest first, a page at a time, whatever is asked for together.

Each thing asked for may be met in several ways (a person acts, or is acted on); each way is one walk down an index from
the newest entry, and the walks are merged. Time needs no index: entries stand in the order of their times.

Of things asked for together the rarest leads and its entries are read and sifted. Where all are frequent that is slow:
the numbers in their indexes are compared then and no entry is read that does not meet all.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import ClassVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from gateway.audit.entry import Entry
from gateway.domain.audit import Fact
from gateway.storage.cut import Cut
from gateway.storage.tables import audit_entries, audit_words

Way = ColumnElement[bool]
MANY = 1_000
STEPS, FURTHER = 4_000, 12_000  # along each walk: some two milliseconds at first, some five for whoever looks on
READING = 4  # so many numbers are compared at least in the time in which one entry is read


@dataclass(frozen=True)
class Search:
    """What an auditor looks for; None means any. `before` pages back from newer to older entries.

    `person` acts or is acted on or is named; `account`, and each of `things`, is acted on or named; `word` is an act,
    an id or any word of the facts; of several words all are met. Times are the entries' own: `since` up to, not
    including, `until`.
    """

    actor: str | None = None
    subject_id: str | None = None
    act: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    person: str | None = None
    account: str | None = None
    things: tuple[str, ...] | None = None
    word: str | None = None


def words_of(facts: Mapping[str, Fact]) -> frozenset[str]:
    """The words by which an entry is found through its facts: each text, and each part of a list (`a+b`)."""
    texts = [fact.lower() for fact in facts.values() if isinstance(fact, str) and fact not in {"", "-"}]
    return frozenset(part for text in texts for part in (text, *text.split("+")) if part)


@dataclass(frozen=True)
class _Span:
    """Entries from number `low` up to, not including, `high`; None means to the newest."""

    low: int = 0
    high: int | None = None

    def of(self, number: ColumnElement[int]) -> list[Way]:
        """As conditions on a column of numbers."""
        return [*([number >= self.low] if self.low else []), *([] if self.high is None else [number < self.high])]


def find(connection: Connection, what: Search, limit: int) -> list[Entry]:
    """Entries that meet the whole search, newest first. What is met most rarely leads the walk, all else sifts."""
    return _sifted(connection, _asked_for(connection, what), _span(connection, what), limit)


def look(connection: Connection, what: Search, limit: int, steps: int | None = None) -> tuple[list[Entry], int | None]:
    """As `find`, but no further than about `steps` numbers along each walk: two things that are each met very often and
    never together would be looked for through the whole log. With fewer than `limit`, the number before which to look
    on; None where the log was looked through.
    """
    things, span = _asked_for(connection, what), _span(connection, what)
    if len(things) == 1:
        return _sifted(connection, things, span, limit), None
    steps = steps or (STEPS if what.before is None else FURTHER)
    by_reading = _reach(connection, things[0], span, max(steps // READING, 1))
    by_comparing = _reach(connection, chain(*things), span, steps)
    far = replace(span, low=min(by_reading, by_comparing))
    found = (_compared if by_comparing < by_reading else _sifted)(connection, things, far, limit)
    return found, far.low if len(found) < limit and far.low > span.low else None


def _asked_for(connection: Connection, what: Search) -> list[list[_Way]]:
    """Each thing asked for with its ways, the rarest first; at least one, which may be that anything is."""
    asked: list[list[_Way]] = _asked(what) or [[_Any()]]
    if len(asked) == 1:
        return asked
    some = [[select(way.number).where(way.leads).limit(MANY).subquery() for way in ways] for ways in asked]
    counts = ([select(func.count()).select_from(each).scalar_subquery() for each in ways] for ways in some)
    met = connection.execute(select(*(sum(each, literal(0)) for each in counts))).one()
    return [ways for _, ways in sorted(zip(met, asked, strict=True), key=itemgetter(0))]


def _sifted(connection: Connection, things: Sequence[Sequence[_Way]], span: _Span, limit: int) -> list[Entry]:
    """The newest that meet all: those of the first are read and sifted by the others."""
    leading, *others = things
    more = [or_(*(way.sifts for way in ways)) for ways in others]
    walks = [_walk(connection, way, [*more, *span.of(way.number)], limit) for way in leading]
    merged = heapq.merge(*walks, key=lambda found: -found[0])
    newest = islice((next(same) for _, same in groupby(merged, key=lambda found: found[0])), limit)
    return [Entry.from_bytes(body.encode()) for _, body in newest]


def _compared(connection: Connection, things: Sequence[Sequence[_Way]], span: _Span, limit: int) -> list[Entry]:
    """The newest that meet all: the numbers of each are compared, in their indexes alone."""
    leading, *others = (union_all(*(_numbers(way, span) for way in ways)).subquery() for ways in things)
    met = select(leading.c.index).distinct().where(*(leading.c.index.in_(select(each.c.index)) for each in others))
    numbers = [number for (number,) in connection.execute(met.order_by(leading.c.index.desc()).limit(limit))]
    c = audit_entries.c
    rows = connection.execute(select(c.body).where(c.index.in_(numbers)).order_by(c.index.desc()))
    return [Entry.from_bytes(body.encode()) for (body,) in rows]


def _reach(connection: Connection, ways: Iterable[_Way], span: _Span, steps: int) -> int:
    """The number to which so many steps along each of these walks lead; where there are fewer, the span's first."""
    ends = [_numbers(way, span).order_by(way.number.desc()).offset(steps - 1).limit(1) for way in ways]
    found = connection.execute(select(*(end.scalar_subquery() for end in ends))).one()
    return max(end or span.low for end in found)


def _numbers(way: _Way, span: _Span) -> Select[tuple[int]]:
    """The numbers of the entries that meet it: from its index alone."""
    return select(way.number.label("index")).where(way.leads, *span.of(way.number))


class _Any:
    """Every entry."""

    number = audit_entries.c.index

    @property
    def leads(self) -> Way:
        """No condition."""
        return true()

    sifts = leads


@dataclass(frozen=True)
class _Is:
    """Met where a column holds one of these; `act` beside it has an index together with it."""

    number: ClassVar[Column[int]] = audit_entries.c.index
    column: ColumnElement[str]
    values: tuple[str, ...]
    act: str | None = None

    @property
    def leads(self) -> Way:
        """As the condition whose index is walked."""
        c = audit_entries.c
        met = self.column == self.values[0] if len(self.values) == 1 else self.column.in_(self.values)
        return met if self.act is None else and_(met, c.act == self.act)

    @property
    def sifts(self) -> Way:
        """As a condition on an entry that another walk came to: said so that no planner walks its index instead."""
        return self.column.concat("").in_(self.values)


@dataclass(frozen=True)
class _Named:
    """Met where one of these words stands in the facts."""

    number: ClassVar[Column[int]] = audit_words.c.index
    words: tuple[str, ...]

    @property
    def leads(self) -> Way:
        """As a condition on the table of words."""
        return audit_words.c.word.in_([word.lower() for word in self.words])

    @property
    def sifts(self) -> Way:
        """As a condition on an entry that another walk came to."""
        named = exists().where(and_(self.leads, audit_words.c.index == audit_entries.c.index))
        return named.correlate(audit_entries)


_Way = _Any | _Is | _Named


def _asked(what: Search) -> list[list[_Way]]:
    """Each thing asked for with the ways in which it is met; of two that are both frequent the first one leads."""
    c, act = audit_entries.c, what.act
    found: list[list[_Way]] = []
    if what.things is not None:
        found.append([_Is(c.subject_id, what.things), _Named(what.things)])
    for word in dict.fromkeys((what.word or "").split()):
        columns = ((c.act, word.lower()), (c.actor, word), (c.subject_id, word))
        found.append([_Named((word,)), *(_Is(column, (value,)) for column, value in columns)])
    if what.subject_id is not None:
        found.append([_Is(c.subject_id, (what.subject_id,), act)])
    if what.account is not None:
        found.append([_Is(c.subject_id, (what.account,), act), _Named((what.account,))])
    if what.person is not None:
        named: tuple[_Way, ...] = (_Is(c.subject_id, (what.person,), act), _Named((what.person,)))
        found.append([_Is(c.actor, (what.person,), act), *named])
    if what.actor is not None:
        found.append([_Is(c.actor, (what.actor,), act)])
    if act is not None:
        found.append([_Is(c.act, (act,))])
    return found


def _walk(connection: Connection, way: _Way, more: Iterable[Way], limit: int) -> list[tuple[int, str]]:
    """The newest entries along one way: number and body."""
    c, w = audit_entries.c, audit_words.c
    query = select(c.index, c.body).where(way.leads, *more)
    if isinstance(way, _Named):
        query = query.join(audit_words, w.index == c.index)
    return [(number, body) for number, body in connection.execute(query.order_by(way.number.desc()).limit(limit))]


def _span(connection: Connection, what: Search) -> _Span:
    """Time and page as a span of numbers."""
    low = 0 if what.since is None else _first_at(connection, what.since)
    until = None if what.until is None else _first_at(connection, what.until)
    high = min((end for end in (what.before, until) if end is not None), default=None)
    return _Span(low, high)


def _first_at(connection: Connection, instant: datetime) -> int:
    """The number of the first entry that is not before an instant: halving, since times never go back."""
    c = audit_entries.c
    low, high = 0, int(connection.execute(select(func.max(c.index))).scalar() or 0) + 1
    while low < high:
        middle = (low + high) // 2
        at = connection.execute(select(c.at).where(c.index == middle)).scalar()
        if at is not None and at < instant:
            low = middle + 1
        else:
            high = middle
    return low


def of_acts(
    connection: Connection, acts: Iterable[str], member: str | None, limit: int, cut: Cut | None
) -> list[Entry]:
    """Entries of these acts, by or about this member where one is named; newest first, on this side of a cut.

    Act by act, down the index of the act, or of the act and who did it or to whom it was done.
    """
    c, is_back = audit_entries.c, cut is not None and cut.back
    sides = [] if cut is None else [c.index > cut.number if is_back else c.index < cut.number]
    ways = [[]] if member is None else [[c.actor == member], [c.subject_id == member]]
    order = c.index.asc() if is_back else c.index.desc()
    found: dict[int, str] = {}
    for act in sorted(acts):
        for way in ways:
            query = select(c.index, c.body).where(c.act == act, *way, *sides).order_by(order).limit(limit)
            found.update((row[0], row[1]) for row in connection.execute(query))
    nearest = sorted(sorted(found, reverse=not is_back)[:limit], reverse=True)
    return [Entry.from_bytes(found[number].encode()) for number in nearest]


def acts(connection: Connection) -> list[str]:
    """Every act in the log, in order: each is one step through the index."""
    c = audit_entries.c
    known = select(func.min(c.act).label("act")).cte(recursive=True)
    following = select(func.min(c.act)).where(c.act > known.c.act).correlate(known).scalar_subquery()
    known = known.union_all(select(following).where(known.c.act.is_not(None)))
    return [act for (act,) in connection.execute(select(known.c.act)) if act is not None]
