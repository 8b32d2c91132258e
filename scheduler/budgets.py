"""Rate budgets: what platforms' own headers say is left, respected before a 429; who goes first is policy's to say.

Known from the last answers alone and kept in memory: after a restart a first delivery goes by itself and tells, and
where nothing was left the deliveries that were held for it say until when (gateway/decisions/0012). A platform that
tells nothing is not waited for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.contract import Budget, Throttled
from gateway.domain.instant import Now

_SAME = timedelta(seconds=1)  # two answers of one window may name its end in different fractions
Key = tuple[str, bool]  # an account's id, or a platform's name; whether it is the whole application's


@dataclass(frozen=True)
class Turn:
    """One delivery that wants to be sent: to which account, on which platform, and how policy ranks it (least first).

    `tells`: the platform's answers say what is left, so that the first of many is worth waiting for; `ready`: it has
    nothing to upload before, so that it may be that first.
    """

    id: str
    account: str
    platform: str
    rank: tuple[int, int]
    due_at: datetime
    tells: bool
    ready: bool = True

    @property
    def keys(self) -> tuple[Key, Key]:
        """What it is counted on."""
        return (self.account, False), (self.platform, True)

    def goes_before(self, other: Turn) -> bool:
        """Whether policy sends this one first; among equals the earlier due, and then always the same."""
        return (self.rank, self.due_at, self.id) < (other.rank, other.due_at, other.id)


@dataclass
class _Purse:
    """One allowance. `least` is the lowest count told in this window, None where nothing was told."""

    least: int | None = None
    resets: datetime | None = None
    flying: int = 0
    silent: bool = False


class Budgets:
    """What is left, by account and by application. Nothing here waits or reads a clock."""

    def __init__(self) -> None:
        self._purses: dict[Key, _Purse] = {}
        self._flying: set[str] = set()

    def may_go(self, turn: Turn, waiting: Callable[[Key], Sequence[Turn]], most: int, now: Now) -> bool:
        """Whether it may be sent now; False: an answer on its way will tell.

        `waiting` gives the turns of now on an allowance and is asked only where it is scarce; they are never more than
        `most`. Raises Throttled, not before the budget begins anew, where those before it use up what is left.
        """
        return all(self._has_room(key, turn, waiting, most, now) for key in turn.keys)

    def _has_room(self, key: Key, turn: Turn, waiting: Callable[[Key], Sequence[Turn]], most: int, now: Now) -> bool:
        purse = self._purse(key, now)
        if purse.least is None or purse.resets is None:
            probing = turn.tells and not key[1] and not purse.silent
            ready = [one for one in waiting(key) if one.ready] if probing else []
            return not probing or (not purse.flying and not self._ahead(turn, ready))
        free = purse.least - purse.flying
        if free > most or self._ahead(turn, waiting(key)) < free:
            return True
        if purse.flying and self._ahead(turn, waiting(key)) < purse.least:
            return False
        raise Throttled("the platform's own count says that no more may be sent", until=purse.resets, not_applied=True)

    def _ahead(self, turn: Turn, waiting: Sequence[Turn]) -> int:
        """How many that are not yet on their way go before it."""
        return sum(one.id not in self._flying and one.goes_before(turn) for one in waiting)

    def started(self, turn: Turn) -> None:
        """It is being sent."""
        self._flying.add(turn.id)
        for key in turn.keys:
            self._purses.setdefault(key, _Purse()).flying += 1

    def told(self, turn: Turn, budgets: tuple[Budget, ...]) -> None:
        """The answer to it says what is left."""
        self._land(turn)
        account, application = turn.keys
        self._purses[account].silent = not any(not budget.shared for budget in budgets)
        for budget in budgets:
            self._learn(application if budget.shared else account, budget)

    def landed(self, turn: Turn, *, sent: bool) -> None:
        """It is over. Where it was sent and no answer came, the platform may have counted it."""
        for key in self._land(turn):
            purse = self._purses[key]
            purse.least = None if purse.least is None else max(0, purse.least - sent)

    def exhausted(self, turn: Turn, until: datetime) -> None:
        """The platform refused it as one too many until then."""
        self.spent(turn.account, until)

    def spent(self, account: str, until: datetime) -> None:
        """Nothing more of the account's own allowance may be used until then."""
        self._learn((account, False), Budget(0, until))

    def _land(self, turn: Turn) -> tuple[Key, ...]:
        if turn.id not in self._flying:
            return ()
        self._flying.discard(turn.id)
        for key in turn.keys:
            self._purses[key].flying -= 1
        return turn.keys

    def _learn(self, key: Key, budget: Budget) -> None:
        purse = self._purses.setdefault(key, _Purse())
        anew = purse.least is None or purse.resets is None or budget.resets > purse.resets + _SAME
        purse.least = budget.remaining if anew else min(purse.least or 0, budget.remaining)
        purse.resets = budget.resets if purse.resets is None else max(purse.resets, budget.resets)

    def _purse(self, key: Key, now: Now) -> _Purse:
        """The allowance as it is now: one that has begun anew is not known until it is told again."""
        purse = self._purses.setdefault(key, _Purse())
        if purse.resets is not None and now.surely_past(purse.resets):
            purse.least = purse.resets = None
        return purse
