"""A flight: one delivery in this worker's hands, from its claim to its outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zlib import crc32

from gateway.actions.deliver import Intended, Staged
from gateway.domain.audit import WORKER
from gateway.domain.change import Change
from gateway.domain.delivery import back_to_held, lose, reject
from gateway.domain.publication import published
from scheduler.budgets import Turn
from scheduler.keeper import Opened
from scheduler.outcome import Accepted, BackToHeld, Outcome, TurnedDown

BACKOFF = (1, 2, 5, 10, 30, 60)  # seconds after each attempt
CONNECT_AHEAD = (0.5, 2.5)  # seconds before the door could open between which connections are made, spread evenly


@dataclass
class Flight:
    """One delivery in this worker's hands, from its claim to its outcome.

    `astray`: its claim was broken (withdrawn, moved, recovered), so it ends without asking; `yields`: it has not yet
    waited for those due before it; `turned_away`: the door has refused it, for now; `made`: what its Commit is about to
    make public; `shows`: the platform was given an address of one of its pictures.
    """

    staged: Staged
    credential: Opened
    intended: Intended | None = None
    astray: bool = False
    yields: bool = True
    turned_away: bool = False
    made: str | None = None
    shows: bool = False
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def id(self) -> str:
        """The delivery's id."""
        return self.staged.delivery.id

    @property
    def account(self) -> str:
        """The account it flies to."""
        return self.staged.delivery.account

    @property
    def due_at(self) -> datetime:
        """When it falls due."""
        return self.staged.delivery.due_at

    @property
    def opens_at(self) -> datetime:
        """Before this instant its door surely does not open, however the release is seen."""
        delivery, release = self.staged.delivery, self.staged.facts.release
        return max([delivery.due_at, *filter(None, [delivery.not_before, release.instant if release else None])])

    def turn(self, *, tells: bool) -> Turn:
        """Its place among those that want to be sent at once."""
        facts = self.staged.facts
        outgoing = self.staged.delivery.outgoing
        rank = facts.policy.priority.rank(facts.account.tier, facts.submission.content_class)
        ready, later = not outgoing.pictures, outgoing.part > 1
        return Turn(self.id, self.account, facts.account.platform, rank, self.due_at, tells, ready, later)

    @property
    def connects_at(self) -> datetime:
        """When its connection is made: many flights of one instant do not all connect at another."""
        least, most = CONNECT_AHEAD
        share = crc32(self.id.encode()) / 2**32
        return self.opens_at - timedelta(seconds=least + share * (most - least))


def change_of(intended: Intended, outcome: Outcome, later: Callable[[float, datetime | None], datetime]) -> Change:
    """What an outcome writes; `later(seconds, not_before)` is when what is held may be tried again."""
    delivery, at = intended.delivery, outcome.at
    if isinstance(outcome, Accepted):
        return published(delivery, outcome.receipt, actor=WORKER, at=at, opened_at=intended.opened_at, how="answered")
    if isinstance(outcome, BackToHeld):
        again = later(BACKOFF[min(delivery.attempts, len(BACKOFF) - 1)], outcome.not_before)
        return back_to_held(delivery, actor=WORKER, why=outcome.why, not_before=again)
    if isinstance(outcome, TurnedDown):
        return reject(delivery, why=outcome.why, at=at)
    return lose(delivery, why=outcome.why, at=at, named=outcome.named)
