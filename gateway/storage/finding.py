"""Finding entries in a long log: by index alone, newest first, a page at a time, whatever is asked for together.

Each thing asked for may be met in several ways (a person acts, or is acted on); each way is one walk down an index from
the newest entry, and the walks are merged. Time needs no index: entries stand in the order of their times.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, true

from gateway.audit.entry import Entry
from gateway.domain.audit import Fact
from gateway.storage.cut import Cut
from gateway.storage.tables import audit_entries, audit_words

Way = ColumnElement[bool]
MANY = 1_000
STEPS, FURTHER = 3_000, 10_000  # some ten milliseconds at first, some forty for whoever asks to look further back


@dataclass(frozen=True)
class Search:
    """What an auditor looks for; None means any. `before` pages back from newer to older entries.

    `person` acts or is acted on or is named; `account`, and each of `things`, is acted on or named; `word` is an act,
    an id or any word of the facts. Times are the entries' own: `since` up to, not including, `until`.
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


def find(connection: Connection, what: Search, limit: int) -> list[Entry]:
    """Entries that meet the whole search, newest first. What is met most rarely leads the walk, all else sifts."""
    leading, others = _led(connection, what)
    return _found(connection, leading, [*others, *_bounds(connection, what)], limit)


def look(connection: Connection, what: Search, limit: int, steps: int | None = None) -> tuple[list[Entry], int | None]:
    """As `find`, but no further than `steps` entries along each walk: two things that are each met very often and never
    together would be looked for through the whole log. With fewer than `limit`, the number before which to look on;
    None where the log was looked through.
    """
    leading, others = _led(connection, what)
    bounds = _bounds(connection, what)
    steps = steps or (STEPS if what.before is None else FURTHER)
    floors = [_floor(connection, way, bounds, steps) for way in leading] if others else []
    floor = max((each for each in floors if each is not None), default=None)
    here = [] if floor is None else [audit_entries.c.index >= floor]
    found = _found(connection, leading, [*others, *bounds, *here], limit)
    return found, floor if len(found) < limit else None


def _led(connection: Connection, what: Search) -> tuple[list[_Way], list[Way]]:
    """The ways of what leads, and the conditions that sift."""
    asked = _asked(what)
    if len(asked) > 1:
        asked.sort(key=lambda ways: sum(_count(connection, way) for way in ways))
    leading, *others = asked or [[_Any()]]
    return leading, [or_(*(way.sifts for way in ways)) for ways in others]


def _found(connection: Connection, leading: Iterable[_Way], more: Sequence[Way], limit: int) -> list[Entry]:
    walks = [_walk(connection, way, more, limit) for way in leading]
    merged = heapq.merge(*walks, key=lambda found: -found[0])
    newest = islice((next(same) for _, same in groupby(merged, key=lambda found: found[0])), limit)
    return [Entry.from_bytes(body.encode()) for _, body in newest]


def _floor(connection: Connection, way: _Way, bounds: Iterable[Way], steps: int) -> int | None:
    """The number of the entry that a walk comes to after so many; None where there are fewer."""
    c, w = audit_entries.c, audit_words.c
    query, order = select(c.index).where(way.leads, *bounds), c.index
    if isinstance(way, _Named):
        query, order = query.join(audit_words, w.index == c.index), w.index
    found = connection.execute(query.order_by(order.desc()).offset(steps - 1).limit(1)).scalar()
    return None if found is None else int(found)


class _Any:
    """Every entry."""

    @property
    def leads(self) -> Way:
        """No condition."""
        return true()

    sifts = leads


@dataclass(frozen=True)
class _Is:
    """Met where a column holds one of these; `act` beside it has an index together with it."""

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
    if what.word is not None:
        word = what.word.strip()
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


def _count(connection: Connection, way: _Way) -> int:
    """How many entries a walk would come to, counted no further than says that they are many."""
    table = audit_words if isinstance(way, _Named) else audit_entries
    some = select(table.c.index).where(way.leads).limit(MANY).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


def _walk(connection: Connection, way: _Way, more: Iterable[Way], limit: int) -> list[tuple[int, str]]:
    """The newest entries along one way: number and body."""
    c, w = audit_entries.c, audit_words.c
    query, order = select(c.index, c.body).where(way.leads, *more), c.index
    if isinstance(way, _Named):
        query, order = query.join(audit_words, w.index == c.index), w.index
    return [(number, body) for number, body in connection.execute(query.order_by(order.desc()).limit(limit))]


def _bounds(connection: Connection, what: Search) -> list[Way]:
    """Time and page as a range of numbers."""
    c = audit_entries.c
    found: list[Way] = []
    if what.before is not None:
        found.append(c.index < what.before)
    if what.since is not None:
        found.append(c.index >= _first_at(connection, what.since))
    if what.until is not None:
        found.append(c.index < _first_at(connection, what.until))
    return found


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
