"""The publisher: stage, then fire. Each claimed delivery is a flight that waits until its door opens (house §10)."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeVar

from connectors.words import Passage
from gateway.actions.deliver import (
    WAITS,
    Intended,
    Staged,
    conclude_many,
    intend_many,
    let_go,
    require_content,
    stage,
    thread_so_far,
    unclaimed,
)
from gateway.actions.showing import hide_pictures, show_picture
from gateway.clock import boot_seconds
from gateway.domain.change import Change
from gateway.domain.delivery import Delivery
from gateway.domain.embargo import is_published
from gateway.domain.refusal import Reason, Refused
from gateway.domain.release import Release
from gateway.world import World
from scheduler.batch import Batch
from scheduler.envoy import Envoy
from scheduler.flight import BACKOFF, Flight, change_of
from scheduler.keeper import Keeper
from scheduler.outcome import Accepted, BackToHeld, Outcome, Sending, TurnedDown
from scheduler.turnstile import Turnstile, remembered
from vault.safe import Errand

T = TypeVar("T")
TICK = 0.25
REST_SECONDS = 2.0  # what the door refused at staging is asked again after this
MOST_RESTING = 10_000


class Publisher:
    """Owns the flights. The database is asked on two threads: one writes, one reads; the loop never waits for it."""

    def __init__(
        self,
        world: World,
        envoy: Envoy,
        keeper: Keeper,
        worker: str,
        on_credential: Callable[[str, str], None],
        vouches: Callable[[], bool],
    ) -> None:
        """`on_credential(account, why)` is told when one has ended; `vouches()` says whether the clock is believed."""
        self._world = world
        self._envoy = envoy
        self._keeper = keeper
        self._worker = worker
        self._on_credential = on_credential
        self._vouches = vouches
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._reader = ThreadPoolExecutor(2, thread_name_prefix="reader")
        self._intents: Batch[str | None, tuple[Intended | Refused, float]] = Batch(self._writer, self._decide_intents)
        self._outcomes: Batch[Change, Refused | None] = Batch(self._writer, self._write_outcomes, self._intents)
        self._bell = asyncio.Event()
        self._alarms: dict[datetime, asyncio.Task[None]] = {}
        self._lifted: set[str] = set()
        self._stopping = False
        self._ticking = asyncio.Lock()
        self._resting: dict[str, float] = {}
        self._mine: dict[str, int] = {}  # what is claimed in this process, at the version of its claim
        self.flights: dict[str, Flight] = {}
        self._by_account: defaultdict[str, list[Flight]] = defaultdict(list)
        self._turnstile = Turnstile(self.flights, self._by_account, envoy.connector, remembered(world))
        self._tasks: set[asyncio.Task[None]] = set()

    # --- ticks ----------------------------------------------------------------------------------------------------

    async def tick(self) -> None:
        """Claim what comes due, open its credentials, start its flights; wake those that wait at the door."""
        async with self._ticking:
            if not self._stopping and self._vouches():
                staged = await self._write(self._stage)
                try:
                    await self._take_off(staged)
                finally:
                    # What did not take off (the database went away in between) is not ours: it is recovered.
                    for one in staged:
                        if one.delivery.id not in self.flights:
                            self._forget(one.delivery)
            await self._look_at_releases()
        self.wake()

    def wake(self) -> None:
        """Something may have opened a door: every flight that waits looks again."""
        self._bell.set()
        self._bell = asyncio.Event()

    async def _take_off(self, staged: list[Staged]) -> None:
        if not staged:
            return
        accounts = {s.facts.account.id: s.facts.account for s in staged}
        opened = await self._write(lambda: self._keeper.open_many(accounts.values(), Errand.DELIVER))
        closed = [s for s in staged if s.delivery.account not in opened]
        if closed:
            ids = [s.delivery.id for s in closed]
            await self._write(
                lambda: let_go(self._world, self._worker, ids, "credential-closed", hold=Reason.VAULT_SHUT)
            )
        for one in staged:
            if one.delivery.account in opened:
                self._begin(Flight(one, opened[one.delivery.account]))

    def _begin(self, flight: Flight) -> None:
        if (older := self.flights.get(flight.id)) is not None:
            older.astray = True
        self.flights[flight.id] = flight
        self._by_account[flight.account].append(flight)
        task = asyncio.create_task(self._fly(flight))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _stage(self) -> list[Staged]:
        """On the writer thread, so that what is claimed is in `_mine` before anything there could call it astray."""
        at = boot_seconds()
        self._resting = {id: until for id, until in self._resting.items() if until > at}
        staged = stage(
            self._world,
            self._worker,
            resting=frozenset(list(self._resting)[:MOST_RESTING]),
            refused=lambda id: self._resting.update({id: at + REST_SECONDS}),
        )
        self._mine.update({one.delivery.id: one.delivery.version for one in staged})
        return staged

    def _forget(self, delivery: Delivery) -> None:
        """This claim is over; a later claim on the same delivery is another one and stays."""
        if self._mine.get(delivery.id) == delivery.version:
            del self._mine[delivery.id]

    async def recover_astray(self) -> None:
        """Claims and sendings under this worker's name that are not in its hands: a commit whose answer was lost.

        And the reverse: flights whose claim was broken, which would wait at a door that never opens for them.
        """
        waiting = [flight for flight in self.flights.values() if flight.intended is None]
        await self._write(lambda: unclaimed(self._world, self._worker, frozenset(self._mine)))
        if waiting:
            held = await self._read(self._in_hands)
            for flight in waiting:
                flight.astray = flight.astray or flight.id not in held

    def _in_hands(self) -> set[str]:
        with self._world.storage.reading() as readers:
            return readers.deliveries.ids_in_hands(self._worker)

    async def _look_at_releases(self) -> None:
        """Which releases of waiting flights have been seen; read once a tick for all, not once a flight."""
        waiting = {f.staged.facts.release.id for f in self.flights.values() if f.staged.facts.release}
        if waiting:
            found = await self._read(lambda: self._releases(waiting))
            self._lifted = {id for id, release in found.items() if is_published(release)}

    def _releases(self, ids: set[str]) -> dict[str, Release]:
        with self._world.storage.reading() as readers:
            return readers.releases.many(ids)

    async def stop(self) -> None:
        """Stop claiming, give back what has no intent, finish what has."""
        self._stopping = True
        async with self._ticking:  # a tick in hand may just be claiming
            await self._give_back()
        self.wake()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=3 * self._world.policy.timing.platform_timeout.total_seconds())

    def close(self) -> None:
        """Give the threads back, when nobody asks any more."""
        self._writer.shutdown()
        self._reader.shutdown()

    async def _give_back(self) -> None:
        unsent = [f.id for f in self.flights.values() if f.intended is None]
        try:
            await self._let_go(unsent, "worker-stops")
        except Refused:
            # The database is away: the next worker recovers these claims. What is on its way is still finished.
            return

    # --- a flight -------------------------------------------------------------------------------------------------

    async def _fly(self, flight: Flight) -> None:
        try:
            outcome = await self._envoy.courier.deliver(await self._sending(flight))
            await self._hide(flight)
            await self._conclude(flight, outcome)
        finally:
            flight.done.set()
            self._turnstile.landed(flight)
            if self.flights.get(flight.id) is flight:
                del self.flights[flight.id]
            self._by_account[flight.account].remove(flight)
            self._forget(flight.staged.delivery)
            self.wake()

    async def _sending(self, flight: Flight) -> Sending:
        delivery, account = flight.staged.delivery, flight.staged.facts.account
        later = delivery.previous is not None
        root, parent = await self._read(lambda: thread_so_far(self._world, delivery)) if later else (None, None)
        connector = self._envoy.connector(account)
        passage = Passage(delivery.key, delivery.stamp, account.home, root, parent, made=delivery.made)
        return Sending(
            connector=connector,
            home=account.home,
            conversation=connector.publish(delivery.outgoing, passage),
            credential=flight.credential.revealed,
            before_content=lambda: self._before_content(flight),
            before_connecting=lambda: self._alarm(flight.connects_at),
            before_commit=lambda: self._before_commit(flight),
            answered=lambda answer: self._turnstile.told(flight, answer),
            heard=lambda answer: self._turnstile.heard(flight, answer),
            prepared=lambda made: setattr(flight, "made", made),
            address=lambda sha256: self._address(flight, sha256),
        )

    async def _address(self, flight: Flight, sha256: str) -> str:
        """Where the platform fetches a picture of this flight. Raises Refused."""
        self._require_flying(flight)
        flight.shows = True
        return await self._write(lambda: show_picture(self._world, flight.id, sha256))

    async def _hide(self, flight: Flight) -> None:
        """No address outlives the conversation; where the database is away, it ends by itself and is cleared later."""
        with suppress(Refused):
            if flight.shows:
                await self._write(lambda: hide_pictures(self._world, flight.id))

    async def _before_content(self, flight: Flight) -> None:
        """door(content): nothing derived from the Outgoing leaves before it opens. Raises Refused."""
        while True:
            await self._until_it_may_open(flight)
            await self._in_budget(flight, uploads=True)
            try:
                await self._read(lambda: require_content(self._world, flight.id))
                return
            except Refused as refusal:
                self._turnstile.stayed(flight)
                if refusal.reason not in WAITS:
                    raise
                await self._ring()

    async def _before_commit(self, flight: Flight) -> float:
        """The law: the intent is committed, or Refused is raised. Returns boot seconds at which the door was asked."""
        while True:
            await self._until_it_may_open(flight)
            await self._in_turn(flight)
            await self._in_budget(flight)
            self._require_flying(flight)
            self._turnstile.passed(flight)
            answer, asked_at = await self._asked(flight)
            if isinstance(answer, Intended):
                flight.intended = answer
                return asked_at
            self._turnstile.landed(flight)
            if answer.reason not in WAITS:
                raise answer
            await self._ring()

    def _require_flying(self, flight: Flight) -> None:
        """Raise Refused where this flight is over: the worker stops, or its claim is no longer the one it holds."""
        if self._stopping or flight.astray:
            raise Refused(Reason.WRONG_STATE, state="stopping" if self._stopping else "astray")
        if not self._vouches():
            raise Refused(Reason.CLOCK_UNSURE)

    async def _asked(self, flight: Flight) -> tuple[Intended | Refused, float]:
        try:
            return await self._intents.ask(flight.id, flight.made)
        except Refused as refusal:
            if refusal.reason is Reason.STORAGE_UNAVAILABLE:
                # Whether the commit happened is not known: `unclaimed` finds a stray intent and makes it unknown.
                return Refused(Reason.WRONG_STATE, state="storage"), 0.0
            return refusal, 0.0

    async def _until_it_may_open(self, flight: Flight) -> None:
        """Sleeps until the due time and the release's instant are surely past and the release has been seen.

        Raises Refused where the flight is over.
        """
        release = flight.staged.facts.release
        await self._alarm(flight.opens_at)
        self._require_flying(flight)
        while release is not None and release.id not in self._lifted:
            await self._ring()
            self._require_flying(flight)

    async def _alarm(self, at: datetime) -> None:
        """Wait until `at` is surely past, on one alarm with all who wait for the same instant."""
        if at not in self._alarms:
            self._alarms[at] = asyncio.create_task(self._surely_past(at))
            self._alarms[at].add_done_callback(lambda _: self._alarms.pop(at))
        await asyncio.shield(self._alarms[at])

    async def _surely_past(self, at: datetime) -> None:
        while not self._stopping:
            now = self._world.clock.now()
            if now.surely_past(at):
                return
            left = (at - now.earliest).total_seconds() if now.bounded else TICK
            # Re-read the clock on waking: it may have jumped, or the machine slept.
            await asyncio.sleep(min(max(left, 0.0005), 1.0))

    async def _in_turn(self, flight: Flight) -> None:
        """The earlier due goes first on an account and is waited for at most its time-out; one instant has no order."""
        earlier = [f for f in self._by_account[flight.account] if f.due_at < flight.due_at]
        if not earlier or not flight.yields:
            return
        flight.yields = False
        limit = self._world.policy.timing.platform_timeout.total_seconds()
        with suppress(TimeoutError):
            async with asyncio.timeout(limit):
                for other in earlier:
                    await other.done.wait()

    async def _in_budget(self, flight: Flight, *, uploads: bool = False) -> None:
        """Wait until the platform's budget is known to suffice for this one. Raises Throttled where it does not."""
        while not self._turnstile.may_go(flight, self._lifted, self._world.clock.now(), uploads=uploads):
            await self._ring()
            self._require_flying(flight)

    async def _ring(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._bell.wait(), TICK)

    # --- outcomes -------------------------------------------------------------------------------------------------

    async def _conclude(self, flight: Flight, outcome: Outcome) -> None:
        if isinstance(outcome, BackToHeld) and outcome.flag:
            self._on_credential(flight.account, outcome.flag)
        self._turnstile.concluded(flight, outcome)
        if flight.intended is None:
            await self._not_sent(flight, outcome)
            return
        change = change_of(flight.intended, outcome, self._later)
        while True:
            try:
                await self._outcomes.ask(flight.id, change)
            except Refused as fault:
                if fault.reason is not Reason.STORAGE_UNAVAILABLE:
                    return
                # The outcome is kept in hand until the database can take it; a death meanwhile makes it unknown.
                await asyncio.sleep(TICK)
                continue
            # Where somebody recovered it meanwhile it is unknown now, and looking will find what became of it.
            return

    async def _not_sent(self, flight: Flight, outcome: Outcome) -> None:
        """A step before the intent failed: nothing went. The platform's refusal waits for a person."""
        why = "not-sent" if isinstance(outcome, Accepted) else outcome.why
        hold = Reason.PLATFORM_REFUSED if isinstance(outcome, TurnedDown) else None
        not_before = outcome.not_before if isinstance(outcome, BackToHeld) else None
        if self.flights.get(flight.id) is not flight:
            return  # claimed anew since: that claim is another flight's
        late = (self._world.clock.now().latest - flight.opens_at).total_seconds()
        later = self._later(min(max(late / 2, BACKOFF[0]), BACKOFF[-1]), not_before)
        await self._let_go([flight.id], why, not_before=later, hold=hold)

    async def _let_go(
        self, ids: list[str], why: str, *, not_before: datetime | None = None, hold: Reason | None = None
    ) -> None:
        if ids:
            await self._write(lambda: let_go(self._world, self._worker, ids, why, not_before=not_before, hold=hold))

    def _later(self, seconds: float, not_before: datetime | None) -> datetime:
        again = self._world.clock.now().latest + timedelta(seconds=seconds)
        return max(not_before or again, again)

    # --- the two threads ------------------------------------------------------------------------------------------

    def _decide_intents(self, questions: Mapping[str, str | None]) -> Mapping[str, tuple[Intended | Refused, float]]:
        asked_at = boot_seconds()
        staged = {id: flight.staged.facts for id in questions if (flight := self.flights.get(id)) is not None}
        answers = intend_many(self._world, self._worker, questions, staged, questions)
        gone = Refused(Reason.NOT_FOUND, kind="delivery")
        return {id: (answers.get(id, gone), asked_at) for id in questions}

    def _write_outcomes(self, questions: Mapping[str, Change]) -> Mapping[str, Refused | None]:
        return conclude_many(self._world, questions)

    async def _write(self, act: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, act)

    async def _read(self, act: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._reader, act)
