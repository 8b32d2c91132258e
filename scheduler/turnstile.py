"""The turnstile: flights whose doors are open pass it one by one where a platform's budget does not suffice for all."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from connectors.contract import Budget, Connector, Manifest, Response
from gateway.domain.account import Account
from gateway.domain.delivery import State
from gateway.domain.instant import Now
from gateway.storage import tables
from gateway.world import World
from scheduler.budgets import APPLICATION, Budgets, Key, Turn
from scheduler.flight import Flight
from scheduler.outcome import BackToHeld, Fault, Outcome


class Turnstile:
    """Knows every flight in this worker's hands and what is left on their accounts."""

    def __init__(
        self,
        flights: Mapping[str, Flight],
        by_account: Mapping[str, Sequence[Flight]],
        connector: Callable[[Account], Connector],
        throttled: Mapping[str, datetime] | None = None,
    ) -> None:
        """`throttled`: accounts of which it is known already that nothing more may be sent before a time."""
        self._flights = flights
        self._by_account = by_account
        self._connector = connector
        self._budgets = Budgets()
        self._refused: dict[str, datetime] = dict(throttled or {})
        self._came_at: dict[str, datetime] = {}
        self._passed_at: dict[str, datetime] = {}
        self._sent_at: defaultdict[str, deque[datetime]] = defaultdict(deque)  # by account, where nothing is told
        for account, until in (throttled or {}).items():
            self._budgets.spent(account, until)

    def may_go(self, flight: Flight, lifted: Collection[str], now: Now, *, uploads: bool = False) -> bool:
        """Whether it may be sent now, or what it `uploads`; False: an answer on its way will tell. `lifted` are the
        releases that are out.

        Raises Throttled where those that policy sends first use up what is left. All whose doors open no later count
        as waiting, whether or not they have woken yet: their order is never the event loop's.
        """

        def waiting(key: Key) -> list[Turn]:
            # An application's allowance is its platform's: whoever goes elsewhere takes nothing of it.
            there = self._on(key[0]) if key[1] == APPLICATION else self._by_account[flight.account]
            able = (other for other in there if other.staged.delivery.previous not in self._flights)
            turns = (self._turn(other) for other in able if _waits(other, flight.opens_at, lifted))
            return [turn for turn in turns if key in turn.keys]

        self._count(flight, now)
        turn = self._turn(flight)
        patient = not uploads and self._is_patient(flight, now)
        goes = self._budgets.may_go(turn, waiting, len(self._flights), now, patient=patient)
        if goes and uploads:
            self._budgets.began(turn)
        elif goes:
            self._passed_at[flight.id] = now.latest
        return goes

    def _is_patient(self, flight: Flight, now: Now) -> bool:
        """Those before it are waited for as long as one request may take."""
        came = self._came_at.setdefault(flight.id, now.latest)
        return now.latest - came < flight.staged.facts.policy.timing.platform_timeout

    def passed(self, flight: Flight) -> None:
        """It goes to be sent now."""
        self._budgets.started(self._turn(flight))

    def stayed(self, flight: Flight) -> None:
        """The door kept back what it would upload: that takes nothing from anybody."""
        self._budgets.landed(self._turn(flight), sent=False)

    def told(self, flight: Flight, answer: Response) -> None:
        """What the answer to it says is left."""
        self._sent(flight)
        self._budgets.told(self._turn(flight), self._read(flight, answer))

    def heard(self, flight: Flight, answer: Response) -> None:
        """What another answer on its way says is left, where every one tells."""
        if self._manifest(flight).each_answer_tells:
            self._budgets.heard(self._turn(flight), self._read(flight, answer))

    def landed(self, flight: Flight) -> None:
        """It is over, or the door turned it away: then nobody waits for it."""
        flight.turned_away = flight.intended is None
        if flight.intended is not None:
            self._sent(flight)
        self._came_at.pop(flight.id, None)
        self._passed_at.pop(flight.id, None)
        self._budgets.landed(self._turn(flight), sent=flight.intended is not None)

    def concluded(self, flight: Flight, outcome: Outcome) -> None:
        """The platform itself may have said that it was one too many, with or without headers."""
        until = outcome.not_before if isinstance(outcome, BackToHeld) and outcome.why == Fault.THROTTLED else None
        if until is not None and flight.intended is not None:
            self._refused[flight.account] = until
            self._budgets.exhausted(self._turn(flight), until)

    def _count(self, flight: Flight, now: Now) -> None:
        """What is left by our own count, where the platform tells nothing. It does not undo a refusal: others may have
        used the same allowance.
        """
        allowance, sent = self._manifest(flight).allowance, self._sent_at[flight.account]
        until = self._refused.get(flight.account)
        if allowance is None or (until is not None and not now.surely_past(until)):
            return
        posts = flight.staged.facts.account.home.fact(allowance.fact, allowance.posts)
        span = timedelta(seconds=allowance.seconds)
        while sent and now.surely_past(sent[0] + span):
            sent.popleft()
        left = Budget(max(0, posts - len(sent)), (sent[0] if sent else now.latest) + span)
        self._budgets.heard(self._turn(flight), (left,))

    def _sent(self, flight: Flight) -> None:
        """Once for each that was sent, whatever became of it."""
        if (at := self._passed_at.pop(flight.id, None)) is not None and self._manifest(flight).allowance:
            self._sent_at[flight.account].append(at)

    def _read(self, flight: Flight, answer: Response) -> tuple[Budget, ...]:
        read = self._manifest(flight).budgets
        return read(answer) if read else ()

    def _manifest(self, flight: Flight) -> Manifest:
        return self._connector(flight.staged.facts.account).manifest

    def _on(self, platform: str) -> list[Flight]:
        return [each for each in self._flights.values() if each.staged.facts.account.platform == platform]

    def _turn(self, flight: Flight) -> Turn:
        return flight.turn(tells=self._manifest(flight).budgets is not None)


def remembered(world: World) -> dict[str, datetime]:
    """Accounts that were throttled before this worker started, and until when: their held deliveries say so."""
    c, now = tables.deliveries.c, world.clock.now()
    with world.storage.reading() as readers:
        held = readers.deliveries.where(
            c.state == State.HELD, c.outcome == str(Fault.THROTTLED), c.not_before > now.earliest
        )
    found: dict[str, datetime] = {}
    for each in held:
        assert each.not_before is not None
        found[each.account] = min(each.not_before, found.get(each.account, each.not_before))
    return found


def _waits(flight: Flight, until: datetime, lifted: Collection[str]) -> bool:
    """Whether its door opens no later than `until`, and it is not on its way. A thread's next part waits elsewhere."""
    release = flight.staged.facts.release
    out = release is None or release.id in lifted
    able = flight.intended is None and not flight.astray and not flight.turned_away
    return able and flight.opens_at <= until and out
