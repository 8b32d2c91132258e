"""Sketches: what a list asks of very many submissions and deliveries, read without opening what they say.

A list is chosen, sorted and counted from sketches; what its few shown lines say is opened then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Table, func, select

from connectors.words import Outgoing
from gateway.domain.delivery import State
from gateway.domain.post import Content
from gateway.domain.submission import SubmissionState, Wish
from gateway.storage.sealed import Seal
from gateway.storage.shelf import CHUNK
from gateway.storage.tables import deliveries, posts, revisions, submissions


@dataclass(frozen=True)
class Owner:
    """Whose a post is."""

    author: str
    team: str


@dataclass(frozen=True, eq=False)
class Sketch:
    """A submission without its words. `wish` is opened when it is asked for."""

    seal: Seal
    owner: Owner
    id: str
    post: str
    author: str
    submitted_at: datetime
    state: SubmissionState
    needs_clearance: bool
    digest: str
    content_class: str
    sealed_wish: bytes

    @cached_property
    def wish(self) -> Wish:
        """What was asked for its words."""
        wish: Wish = self.seal.open_one(submissions, self.id, "wish", self.sealed_wish)
        return wish


@dataclass(frozen=True, eq=False)
class OnItsWay:
    """A delivery without its words, and the submission that it comes from."""

    submission: Sketch
    id: str
    account: str
    state: State
    hold: str | None
    not_before: datetime | None
    due_at: datetime
    release: str | None
    outcome: str | None


_S, _P, _D, _R = submissions.c, posts.c, deliveries.c, revisions.c
_SKETCH = (
    *(_S.id, _S.post, _S.author, _S.submitted_at, _S.state, _S.needs_clearance, _S.digest, _S.content_class, _S.wish),
    *(_P.author.label("owner"), _P.team),
)
_WAY = (
    *(_D.id.label("delivery"), _D.account, _D.state.label("stands"), _D.hold, _D.not_before, _D.due_at, _D.release),
    _D.outcome,
)
_WHOLE = select(*_WAY, *_SKETCH).join(submissions, _S.id == _D.submission).join(posts, _P.id == _S.post)


class Sketches:
    """Reading them within one transaction."""

    def __init__(self, connection: Connection, seal: Seal) -> None:
        self._connection = connection
        self._seal = seal

    def waiting(self, limit: int) -> list[Sketch]:
        """Submissions that wait for answers, oldest first."""
        wanted = select(*_SKETCH).join(posts, _P.id == _S.post).where(_S.state == SubmissionState.WAITING)
        oldest = wanted.order_by(_S.submitted_at, _S.id).limit(limit)
        return [self._sketch(row) for row in self._connection.execute(oldest).all()]

    def under_way(
        self, states: Iterable[State], lately: Collection[State], since: datetime, limit: int
    ) -> list[OnItsWay]:
        """Deliveries in each of these states, at most `limit` of each: the earliest due; of those `lately`, the latest,
        and none that was due before `since`.
        """
        found: list[OnItsWay] = []
        for state in states:
            late = _WHOLE.where(_D.state == state, _D.due_at >= since).order_by(_D.due_at.desc())
            chosen = late if state in lately else _WHOLE.where(_D.state == state).order_by(_D.due_at)
            rows = self._connection.execute(chosen.limit(limit)).all()
            found += [OnItsWay(self._sketch(row[len(_WAY) :]), *row[: len(_WAY)]) for row in rows]
        return found

    def of_posts(self, ids: Iterable[str]) -> list[Sketch]:
        """What was put forward of these posts, oldest first."""
        wanted = select(*_SKETCH).join(posts, _P.id == _S.post).where(_S.post.in_(sorted(set(ids))))
        return [self._sketch(row) for row in self._connection.execute(wanted.order_by(_S.submitted_at, _S.id)).all()]

    def states_of(self, ids: Iterable[str]) -> dict[str, list[State]]:
        """Where the deliveries of each of these submissions are."""
        found: dict[str, list[State]] = {}
        query = select(_D.submission, _D.state).where(_D.submission.in_(sorted(set(ids))))
        for submission, state in self._connection.execute(query):
            found.setdefault(submission, []).append(state)
        return found

    def wordings(self, posts: Iterable[str]) -> dict[str, Content]:
        """The newest wording of each of these posts."""
        ids = sorted(set(posts))
        latest = (
            select(_R.post, func.max(_R.number).label("number")).where(_R.post.in_(ids)).group_by(_R.post).subquery()
        )
        is_latest = (_R.post == latest.c.post) & (_R.number == latest.c.number)
        rows = self._connection.execute(select(_R.id, _R.post, _R.content).join(latest, is_latest)).all()
        return {post: self._seal.open_one(revisions, id, "content", kept) for id, post, kept in rows}

    def said_by(self, ids: Iterable[str]) -> dict[str, Outgoing]:
        """What each of these deliveries says."""
        return self._opened(deliveries, "outgoing", ids)

    def said_in(self, ids: Iterable[str]) -> dict[str, tuple[Outgoing, ...]]:
        """What each of these submissions says."""
        return self._opened(submissions, "outgoings", ids)

    def _sketch(self, row: Sequence[Any]) -> Sketch:
        *plain, author, team = row
        return Sketch(self._seal, Owner(author, team), *plain)

    def _opened(self, table: Table, name: str, ids: Iterable[str]) -> dict[str, Any]:
        """One sealed column of these rows."""
        wanted, found = sorted(set(ids)), {}
        for at in range(0, len(wanted), CHUNK):
            query = select(table.c.id, table.c[name]).where(table.c.id.in_(wanted[at : at + CHUNK]))
            for id, kept in self._connection.execute(query):
                found[id] = self._seal.open_one(table, id, name, kept)
        return found
