"""Breaches, and what is known of each account's timeline between two looks."""

from __future__ import annotations

from gateway.domain.breach import Breach, BreachState, Watch
from gateway.storage import tables
from gateway.storage.cut import Cut
from gateway.storage.shelf import Shelf


class Breaches(Shelf[Breach]):
    """Breaches."""

    kind, table = Breach, tables.breaches

    def latest(self, limit: int, state: BreachState | None = None, cut: Cut | None = None) -> list[Breach]:
        """Newest first, of one state or of all."""
        wanted = [] if state is None else [self.table.c.state == state]
        return self.newest(*wanted, by=self.table.c.found_at, limit=limit, cut=cut)


class Watches(Shelf[Watch]):
    """One for each account that was looked at."""

    kind, table = Watch, tables.watches
