"""Rate budgets: what platforms' own headers say is left, respected before a 429; who goes first is policy's to say.

Known from the last answers alone and kept in memory: after a restart a first delivery goes by itself and tells, and
where nothing was left the deliveries that were held for it say until when (gateway/decisions/0012). A platform that
tells nothing is not waited for; what it documents is counted here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.contract import Budget, Throttled
from gateway.domain.instant import Now

_SAME = timedelta(seconds=1)  # two answers of one window may name its end in different fractions
ACCOUNT, APPLICATION, FIRST, LATER = "account", "application", "first", "later"
Key = tuple[str, str]  # an account's id, or a platform's name, and of what it is the allowance


@dataclass(frozen=True)
class Turn:
    """One delivery that wants to be sent: to which account, on which platform, and how policy ranks it (least first).

    `tells`: the platform's answers say what is left, so that the first of many is worth waiting for; `ready`: it has
    nothing to upload before, so that it may be that first; `later`: it is not the first part of a thread.
    """

    id: str
    account: str
    platform: str
    rank: tuple[int, int]
    due_at: datetime
    tells: bool
    ready: bool = True
    later: bool = False

    @property
    def keys(self) -> tuple[Key, Key, Key]:
        """What it is counted on."""
        return (self.account, ACCOUNT), (self.platform, APPLICATION), (self.account, LATER if self.later else FIRST)

    def key_of(self, budget: Budget) -> Key:
        """Whose allowance an answer to it speaks of."""
        if budget.shared:
            return self.platform, APPLICATION
        return self.account, budget.sort or ACCOUNT

    def goes_before(self, other: Turn) -> bool:
        """Whether policy sends this one first; among equals the earlier due, and then always the same."""
        return (self.rank, self.due_at, self.id) < (other.rank, other.due_at, other.id)


@dataclass
class _Purse:
    """One allowance. `least` is the lowest count told in this window, None where nothing was told; `near`: no count was
    told, only that it is near its end.
    """

    least: int | None = None
    near: bool = False
    resets: datetime | None = None
    flying: int = 0
    silent: bool = False


class Budgets:
    """What is left, by account and by application. Nothing here waits or reads a clock."""

    def __init__(self) -> None:
        self._purses: dict[Key, _Purse] = {}
        self._flying: set[str] = set()

    def may_go(
        self, turn: Turn, waiting: Callable[[Key], Sequence[Turn]], most: int, now: Now, *, patient: bool = False
    ) -> bool:
        """Whether it may be sent now; False: an answer on its way will tell. A `patient` one that had to upload waits,
        where nothing is known, for those before it that still do; a text never does.

        `waiting` gives the turns of now on an allowance and is asked only where it is scarce; they are never more than
        `most`. Raises Throttled, not before the budget begins anew, where those before it use up what is left.
        """
        return all(self._has_room(key, turn, waiting, most, now, patient and not turn.ready) for key in turn.keys)

    def _has_room(
        self, key: Key, turn: Turn, waiting: Callable[[Key], Sequence[Turn]], most: int, now: Now, for_all: bool
    ) -> bool:
        purse = self._purse(key, now)
        flying = purse.flying - (turn.id in self._flying)
        if purse.least is None and purse.near:
            return not flying and not self._ahead(turn, waiting(key))
        if purse.least is None or purse.resets is None:
            probing = turn.tells and key[1] == ACCOUNT and not purse.silent
            rivals = [one for one in waiting(key) if one.ready or for_all] if probing else []
            return not probing or (not flying and not self._ahead(turn, rivals))
        free = purse.least - flying
        if free > most or self._ahead(turn, waiting(key)) < free:
            return True
        if flying and self._ahead(turn, waiting(key)) < purse.least:
            return False
        raise Throttled("the platform's own count says that no more may be sent", until=purse.resets, not_applied=True)

    def _ahead(self, turn: Turn, waiting: Sequence[Turn]) -> int:
        """How many that are not yet on their way go before it."""
        return sum(one.id not in self._flying and one.goes_before(turn) for one in waiting)

    def began(self, turn: Turn) -> None:
        """What it uploads begins to be sent: where an allowance is near its end, nobody else goes meanwhile."""
        if any(purse.near for key in turn.keys if (purse := self._purses.get(key))):
            self.started(turn)

    def started(self, turn: Turn) -> None:
        """It is being sent."""
        if turn.id in self._flying:
            return
        self._flying.add(turn.id)
        for key in turn.keys:
            self._purses.setdefault(key, _Purse()).flying += 1

    def told(self, turn: Turn, budgets: tuple[Budget, ...]) -> None:
        """The answer to it says what is left; of what it does not speak it has used one."""
        self.landed(turn, sent=True, spoken_of=frozenset(turn.key_of(budget) for budget in budgets))
        self.heard(turn, budgets)

    def heard(self, turn: Turn, budgets: tuple[Budget, ...]) -> None:
        """So much is left, whatever becomes of this one."""
        own = turn.keys[0]
        self._purses.setdefault(own, _Purse()).silent = all(turn.key_of(budget) != own for budget in budgets)
        for budget in budgets:
            self._learn(turn.key_of(budget), budget)

    def landed(self, turn: Turn, *, sent: bool, spoken_of: frozenset[Key] = frozenset()) -> None:
        """It is over. Where it was sent, the platform may have counted it wherever no answer has `spoken_of` that."""
        for key in self._land(turn):
            purse = self._purses[key]
            if purse.least is not None and key not in spoken_of:
                purse.least = max(0, purse.least - sent)

    def exhausted(self, turn: Turn, until: datetime) -> None:
        """The platform refused it as one too many until then."""
        self.spent(turn.account, until)

    def spent(self, account: str, until: datetime) -> None:
        """Nothing more of the account's own allowance may be used until then."""
        self._learn((account, ACCOUNT), Budget(0, until))

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
        if budget.remaining is None:
            purse.near = True
        else:
            purse.least = budget.remaining if anew else min(purse.least or 0, budget.remaining)
        purse.resets = budget.resets if purse.resets is None else max(purse.resets, budget.resets)

    def _purse(self, key: Key, now: Now) -> _Purse:
        """The allowance as it is now: one that has begun anew is not known until it is told again."""
        purse = self._purses.setdefault(key, _Purse())
        if purse.resets is not None and now.surely_past(purse.resets):
            purse.least, purse.resets, purse.near = None, None, False
        return purse
