"""The worker put together: connectors, keeper, courier, publisher, settler, clerk, bookkeeper and their ticks."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine, Mapping

from connectors import registry
from connectors.contract import Connector
from gateway.actions.calling import Call, call_the_wanted
from gateway.actions.deliver import lapse_overdue, recover_silent
from gateway.actions.homefacts import bring_facts
from gateway.actions.judging import judge_again
from gateway.actions.showing import hide_left_over
from gateway.actions.sighting import raise_alarms
from gateway.settings import Settings
from gateway.setup import tell_policy
from gateway.storage.vault import VaultShelf
from gateway.wiring import KEPT_FLOORS, build_world
from gateway.world import World
from scheduler.applications import read_applications
from scheduler.bookkeeper import Bookkeeper
from scheduler.calendar import CALM_TICK, EAGER_TICK, Calendars
from scheduler.clerk import Clerk
from scheduler.courier import Courier
from scheduler.envoy import Envoy
from scheduler.keeper import Keeper
from scheduler.postman import TICK as MAIL_TICK
from scheduler.postman import Postman, post_of
from scheduler.publisher import TICK, Publisher
from scheduler.refresher import TICK as REFRESH_TICK
from scheduler.refresher import WARN_TICK
from scheduler.settler import Settler
from scheduler.ticks import Chore, Metronome
from scheduler.usher import TICK as USHER_TICK
from scheduler.usher import Usher
from scheduler.watcher import Watcher
from scheduler.witness import Witness
from vault.keys import KeySource

LOG = logging.getLogger("gateway.worker")
CHORES_END_WITHIN = 30.0  # seconds, as long as the publisher waits for its flights; the supervisor kills after 45
KEPT_CHECKPOINT = "checkpoint.note"


def origin_of(world: World) -> str:
    """The audit log's origin: which log this is."""
    return f"audit-{world.organisation}"


def needs_witness(settings: Settings) -> bool:
    """Whether real platforms are spoken to by a clock whose bound is somebody's word only."""
    return settings.profile == "production" and settings.clock.source == "assumed"


class Worker:
    """One worker process. `run` returns when `stop` was asked for and every conversation in hand has ended."""

    def __init__(
        self, settings: Settings, source: KeySource, connectors: Mapping[str, Connector] | None = None
    ) -> None:
        self.settings = settings
        self.world = build_world(settings)
        self.id = self.world.chance.id()
        self._connectors = connectors or registry.load()
        shelf = VaultShelf(self.world.storage)
        self._applications = read_applications(settings)
        floors = settings.in_data(KEPT_FLOORS)
        self.keeper = Keeper(self.world, shelf, source, origin_of(self.world), self._applications, floors)
        kept = settings.in_data(KEPT_CHECKPOINT)
        self.bookkeeper = Bookkeeper(self.world, self.keeper.log_signer, kept, self.id)
        self.witness = Witness(self.world, needed=needs_witness(settings))
        post = post_of(settings, lambda: self.world.clock.now().latest)
        self.postman = Postman(self.world, post, settings.web.public_origin) if post else None
        self.calendars = Calendars(self.world, settings)
        self._stop = asyncio.Event()
        self._renewals: set[asyncio.Task[None]] = set()
        self._called: frozenset[Call] = frozenset()

    def prepare(self) -> None:
        """What must hold before anything is claimed: the log extends what was kept, policy told, silence recovered.

        Raises LogDoesNotExtend, Refused, BadSettings or KeyUnavailable; the worker then does not start.
        """
        self.world.judge.prepare()
        self.bookkeeper.check()
        self.keeper.keep_floors()
        tell_policy(self.world)
        bring_facts(self.world, {name: one.facts for name, one in self._applications.items()})
        self.keeper.renew_box_key(self.world.clock.now().latest)
        self.bookkeeper.beat()
        self.bookkeeper.forget_the_dead()
        self.recover()

    def recover(self) -> None:
        """Claims and sendings of silent workers. On SQLite the file lock says that there is no other worker."""
        alone = self.world.storage.engine.dialect.name == "sqlite"
        recover_silent(self.world, {self.id} if alone else self.bookkeeper.alive())

    async def run(self, ready: Callable[[], None]) -> None:
        """Tick until stopped."""
        async with Courier.open(self.world) as courier:
            envoy = Envoy(self._connectors, courier)
            self.publisher = Publisher(
                self.world, envoy, self.keeper, self.id, self._on_credential, self.witness.vouches
            )
            self._envoy = envoy
            self.settler = Settler(self.world, envoy, self.keeper)
            self.clerk = Clerk(self.world, envoy, self.keeper, self.settler.look_now)
            self.usher = Usher(self.world, envoy, self.keeper, self.settings.callback)
            self.watcher = Watcher(
                self.world, envoy, self.keeper, self.settings.watch.poll_seconds, self._on_credential
            )
            ticking = Metronome(self._chores())
            for each in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(each, self._stop.set)
            ready()
            await self._stop.wait()
            self.calendars.stop()
            # Side by side: the flights must not wait for a chore, which may need the publisher's threads to the end.
            await asyncio.gather(self.publisher.stop(), ticking.stop(CHORES_END_WITHIN))
            self.publisher.close()
            # A renewal in hand is finished: a rotated credential that is not saved is a lost one.
            await asyncio.gather(*self._renewals, self.usher.finish(), return_exceptions=True)
        await asyncio.to_thread(self._close)

    def stop(self) -> None:
        """Ask it to end in order."""
        self._stop.set()

    def _close(self) -> None:
        self.bookkeeper.sign()
        self.keeper.keep_floors()
        self.bookkeeper.stop()
        self.world.storage.close()

    def _chores(self) -> list[Chore]:
        chores = [
            Chore("publish", TICK, self.publisher.tick),
            Chore("settle", 1.0, self.settler.tick),
            Chore("clerk", 0.5, self.clerk.tick),
            Chore("usher", USHER_TICK, self.usher.tick),
            Chore("refresh", REFRESH_TICK, lambda: self._renewing(self.clerk.refresher.tick())),
            Chore("warn", WARN_TICK, self.clerk.refresher.warn),
            Chore("watch", 0.5, self.watcher.tick),
            Chore("beat", 1.0, self.bookkeeper.beat, threaded=True),
            Chore("witness", 1.0, lambda: self.witness.tick(self._envoy)),
            Chore("recover", 1.0, self.recover, threaded=True),
            Chore("astray", 5.0, self.publisher.recover_astray),
            Chore("lapse", 1.0, lambda: lapse_overdue(self.world), threaded=True),
            Chore("judge", 1.0, lambda: judge_again(self.world), threaded=True),
            Chore("checkpoint", 2.0, self.bookkeeper.sign, threaded=True),
            Chore("floors", 60.0, self.keeper.keep_floors, threaded=True),
            Chore("box-key", 600.0, self._renew_box_key, threaded=True),
            Chore("alarm", 5.0, lambda: raise_alarms(self.world), threaded=True),
            Chore("call", 5.0, self._call, threaded=True),
            Chore("media", 60.0, lambda: hide_left_over(self.world), threaded=True),
            Chore("rotate", 30.0, self._rotate, threaded=True),
        ]
        if self.postman is not None:
            chores.append(Chore("mail", MAIL_TICK, self.postman.tick, threaded=True))
        if self.calendars.are_near:
            chores.append(Chore("calendar", EAGER_TICK, self.calendars.tick_near, threaded=True))
        if self.calendars.are_fetched:
            chores.append(Chore("calendar-pages", EAGER_TICK, self.calendars.tick_pages, threaded=True))
            chores.append(Chore("calendar-fetch", CALM_TICK, self.calendars.tick_far, threaded=True))
        return chores

    def _call(self) -> None:
        self._called = call_the_wanted(self.world, self._called)

    def _renew_box_key(self) -> None:
        self.keeper.renew_box_key(self.world.clock.now().latest)

    def _rotate(self) -> None:
        """Resume a rotation that a kill interrupted; nothing to do where there is one key."""
        for _ in self.keeper.rotate():
            if self._stop.is_set():
                return

    def _on_credential(self, account: str, why: str) -> None:
        self._renewing(self.clerk.renew(account, why))

    def _renewing(self, renewal: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """A task that stopping waits for."""
        task = asyncio.create_task(renewal)
        self._renewals.add(task)
        task.add_done_callback(self._renewals.discard)
        return task
