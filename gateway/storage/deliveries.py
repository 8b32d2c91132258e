"""Deliveries and publications: small lists by state and time, never a scan of what is over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Connection, delete, func, or_, select

from gateway.domain.delivery import Delivery, State
from gateway.domain.publication import Publication
from gateway.domain.showing import Showing
from gateway.storage import tables
from gateway.storage.cut import Cut
from gateway.storage.shelf import Shelf


class Deliveries(Shelf[Delivery]):
    """Deliveries."""

    kind, table = Delivery, tables.deliveries

    def due(self, before: datetime, limit: int, resting: Collection[str] = ()) -> list[Delivery]:
        """Held ones without a person's hold that fall due before an instant, earliest first, but for `resting` ids."""
        c = self.table.c
        return self.where(
            c.state == State.HELD,
            c.due_at <= before,
            c.hold.is_(None),
            or_(c.not_before.is_(None), c.not_before <= before),
            *([c.id.not_in(sorted(resting))] if resting else []),
            order=(c.due_at, c.id),
            limit=limit,
        )

    def judged_elsewhere(self, known: Collection[str]) -> list[str]:
        """Ids of held ones without a person's hold that were judged under none of `known`, earliest due first."""
        c = self.table.c
        query = select(c.id).where(c.state == State.HELD, c.hold.is_(None), c.judged_under.not_in(sorted(known)))
        return [id for (id,) in self._connection.execute(query.order_by(c.due_at, c.id))]

    def overdue(self, before: datetime, limit: int) -> list[Delivery]:
        """Held or claimed ones, a person's hold or not, that were due before an instant."""
        c = self.table.c
        found: list[Delivery] = []
        for state in (State.HELD, State.CLAIMED):
            # One state at a time: asked for both in order, PostgreSQL reads everything that is held for later.
            found += self.where(c.state == state, c.due_at <= before, order=(c.due_at,), limit=limit)
        return sorted(found, key=lambda delivery: delivery.due_at)[:limit]

    def busy(self, accounts: Collection[str], since: datetime, until: datetime) -> set[str]:
        """Those of `accounts` with a delivery in hand, or one that is or falls due between two instants."""
        c = self.table.c
        near = (c.state == State.HELD) & (c.due_at >= since) & (c.due_at <= until)
        query = select(c.account).where(
            c.account.in_(sorted(accounts)), or_(c.state.in_([State.CLAIMED, State.SENDING]), near)
        )
        return {account for (account,) in self._connection.execute(query)}

    def first_due_after(self, account: str, instant: datetime) -> datetime | None:
        """When the first held delivery of an account after an instant falls due."""
        c = self.table.c
        found = self.where(c.account == account, c.state == State.HELD, c.due_at >= instant, order=(c.due_at,), limit=1)
        return found[0].due_at if found else None

    def next_due(self) -> datetime | None:
        """When the next held delivery falls due."""
        c = self.table.c
        found = self.where(c.state == State.HELD, c.hold.is_(None), order=(c.due_at,), limit=1)
        return found[0].due_at if found else None

    def in_state(self, state: State, limit: int = 5000) -> list[Delivery]:
        """Those in one state, earliest due first."""
        return self.where(self.table.c.state == state, order=(self.table.c.due_at,), limit=limit)

    def in_hands(self, *, of: str | None = None, not_of: Iterable[str] = ()) -> list[Delivery]:
        """Claimed or sending ones of one worker, or of any worker but these."""
        c = self.table.c
        mine = [c.claimed_by == of] if of is not None else [c.claimed_by.not_in(sorted(not_of))]
        return self.where(c.state.in_([State.CLAIMED, State.SENDING]), *mine)

    def ids_in_hands(self, of: str) -> set[str]:
        """The ids of claimed or sending ones of one worker: cheap enough to ask every few seconds."""
        c = self.table.c
        query = select(c.id).where(c.state.in_([State.CLAIMED, State.SENDING]), c.claimed_by == of)
        return {id for (id,) in self._connection.execute(query)}

    def of_submission(self, submission: str) -> list[Delivery]:
        """A submission's deliveries, by account and part."""
        found = self.where(self.table.c.submission == submission)
        return sorted(found, key=lambda delivery: (delivery.account, delivery.outgoing.part))

    def ids_of(self, submission: str) -> list[str]:
        """The ids of a submission's deliveries, without opening what they say."""
        c = self.table.c
        query = select(c.id).where(c.submission == submission).order_by(c.id)
        return [id for (id,) in self._connection.execute(query)]

    def before_intent(self) -> list[Delivery]:
        """Everything held or claimed: what leaving, freezing and a moved release must look at."""
        return self.where(self.table.c.state.in_([State.HELD, State.CLAIMED]))

    def bound_to(self, release: str) -> list[Delivery]:
        """Held or claimed ones bound to a release."""
        return self.where(self.table.c.release == release, self.table.c.state.in_([State.HELD, State.CLAIMED]))


class Showings(Shelf[Showing]):
    """Pictures at an address; none stays once its delivery is over."""

    kind, table = Showing, tables.showings

    def of_delivery(self, delivery: str) -> list[Showing]:
        """Every address of a delivery."""
        return self.where(self.table.c.delivery == delivery)


def forget_showings(connection: Connection, delivery: str) -> None:
    """Take the addresses of a delivery away; in the transaction that tells of it."""
    connection.execute(delete(tables.showings).where(tables.showings.c.delivery == delivery))


class Publications(Shelf[Publication]):
    """Publications."""

    kind, table = Publication, tables.publications

    def latest(self, limit: int, cut: Cut | None = None) -> list[Publication]:
        """Newest first."""
        return self.newest(by=self.table.c.at, limit=limit, cut=cut)

    def last_by_account(self) -> dict[str, datetime]:
        """When something last went out on each account: one step through the index for each."""
        c, account = self.table.c, tables.accounts.c.id
        last = select(func.max(c.at)).where(c.account == account).correlate(tables.accounts).scalar_subquery()
        return {id: at for id, at in self._connection.execute(select(account, last)) if at is not None}

    def counts_between(self, edges: Sequence[datetime], account: str | None = None) -> list[int]:
        """How many went out, on one account or on all, between each two neighbouring instants, the later not in it."""
        c = self.table.c
        own = [] if account is None else [c.account == account]
        every = select(func.count()).select_from(self.table).where(*own)
        spans = [every.where(c.at >= begins, c.at < ends).scalar_subquery() for begins, ends in pairwise(edges)]
        return [int(count) for count in self._connection.execute(select(*spans)).one()]
