"""Finding entries in a long log: by index alone, newest first, a page at a time, whatever is asked for together.

Each thing asked for may be met in several ways (a person acts, or is acted on); each way is one walk down an index from
the newest entry, and the walks are merged. Time needs no index: entries stand in the order of their times.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from gateway.audit.entry import Entry
from gateway.domain.audit import Fact
from gateway.storage.cut import Cut
from gateway.storage.tables import audit_entries, audit_words

Way = ColumnElement[bool]


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
    """Entries that meet the whole search, newest first."""
    first, *others = _asked(what) or [[None]]
    more = [*(or_(*map(_as_filter, ways)) for ways in others), *_bounds(connection, what)]
    walks = [_walk(connection, way, more, limit) for way in first]
    merged = heapq.merge(*walks, key=lambda found: -found[0])
    newest = islice((next(same) for _, same in groupby(merged, key=lambda found: found[0])), limit)
    return [Entry.from_bytes(body.encode()) for _, body in newest]


@dataclass(frozen=True)
class _Named:
    """Met where one of these words stands in the facts."""

    words: tuple[str, ...]

    @property
    def is_met(self) -> Way:
        """As a condition on the table of words."""
        return audit_words.c.word.in_([word.lower() for word in self.words])


def _asked(what: Search) -> list[list[Way | _Named | None]]:
    """Each thing asked for with the ways in which it is met; what is met most rarely first, for it leads the walk."""
    c = audit_entries.c
    found: list[list[Way | _Named | None]] = []
    if what.things is not None:
        found.append([c.subject_id.in_(what.things), _Named(what.things)])
    if what.word is not None:
        word = what.word.strip()
        found.append([_Named((word,)), c.act == word.lower(), c.actor == word, c.subject_id == word])
    if what.subject_id is not None:
        found.append([_done_to(what.subject_id, what.act)])
    if what.account is not None:
        found.append([_done_to(what.account, what.act), _Named((what.account,))])
    if what.person is not None:
        found.append([_acted(what.person, what.act), _done_to(what.person, what.act), _Named((what.person,))])
    if what.actor is not None:
        found.append([_acted(what.actor, what.act)])
    if what.act is not None:
        # Beside something rarer the act only sifts: said so that no planner walks the act's own index instead.
        found.append([c.act.concat("") == what.act if found else c.act == what.act])
    return found


def _acted(person: str, act: str | None) -> Way:
    """Acted, in this act where one is asked for: person and act together have an index."""
    c = audit_entries.c
    return c.actor == person if act is None else and_(c.actor == person, c.act == act)


def _done_to(thing: str, act: str | None) -> Way:
    """Was acted on, by this act where one is asked for: they have an index together too."""
    c = audit_entries.c
    return c.subject_id == thing if act is None else and_(c.subject_id == thing, c.act == act)


def _as_filter(way: Way | _Named | None) -> Way:
    """The way as a condition on an entry that another walk came to."""
    if isinstance(way, _Named):
        w = audit_words.c
        named = exists().where(and_(way.is_met, w.index == audit_entries.c.index))
        return named.correlate(audit_entries)
    assert way is not None
    return way


def _walk(connection: Connection, way: Way | _Named | None, more: Iterable[Way], limit: int) -> list[tuple[int, str]]:
    """The newest entries along one way: number and body."""
    c, w = audit_entries.c, audit_words.c
    query = select(c.index, c.body)
    order = c.index
    if isinstance(way, _Named):
        query = query.join(audit_words, w.index == c.index).where(way.is_met)
        order = w.index
    elif way is not None:
        query = query.where(way)
    newest = query.where(*more).order_by(order.desc()).limit(limit)
    return [(number, body) for number, body in connection.execute(newest)]


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
