"""A flight: one delivery in this worker's hands, from its claim to its outcome."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zlib import crc32

from gateway.actions.deliver import Intended, Staged
from scheduler.budgets import Turn
from scheduler.keeper import Opened

CONNECT_AHEAD = (0.5, 2.5)  # seconds before the door could open between which connections are made, spread evenly


@dataclass
class Flight:
    """One delivery in this worker's hands, from its claim to its outcome.

    `astray`: its claim was broken (withdrawn, moved, recovered), so it ends without asking; `yields`: it has not yet
    waited for those due before it; `turned_away`: the door has refused it, for now.
    """

    staged: Staged
    credential: Opened
    intended: Intended | None = None
    astray: bool = False
    yields: bool = True
    turned_away: bool = False
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
        ready = not self.staged.delivery.outgoing.pictures
        rank = facts.policy.priority.rank(facts.account.tier, facts.submission.content_class)
        return Turn(self.id, self.account, facts.account.platform, rank, self.due_at, tells, ready)

    @property
    def connects_at(self) -> datetime:
        """When its connection is made: many flights of one instant do not all connect at another."""
        least, most = CONNECT_AHEAD
        share = crc32(self.id.encode()) / 2**32
        return self.opens_at - timedelta(seconds=least + share * (most - least))
