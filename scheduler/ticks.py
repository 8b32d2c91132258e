"""The ticks: APScheduler as a metronome. It holds no promises: what is to be done stands in the deliveries."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from gateway.domain.refusal import Refused

LOG = logging.getLogger("gateway.worker")


@dataclass(frozen=True)
class Chore:
    """Something done again and again. `act` may block when `threaded`; a chore never sends a post."""

    name: str
    seconds: float
    act: Callable[[], Awaitable[object]] | Callable[[], object]
    threaded: bool = False


class Metronome:
    """Beats for as long as it is not stopped. The default misfire grace of one second would drop late ticks silently:
    it is off.
    """

    def __init__(self, chores: list[Chore]) -> None:
        self.scheduler = AsyncIOScheduler(
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._in_hand: set[asyncio.Task[None]] = set()
        for chore in chores:
            self.scheduler.add_job(self._do, IntervalTrigger(seconds=chore.seconds), args=[chore], id=chore.name)
        self.scheduler.start()

    async def stop(self, within: float) -> None:
        """Begin no chore any more, and let those in hand end; what is not through after `within` seconds is cut off.

        APScheduler's own shutdown would cut off all of them at once, a removal at a platform too.
        """
        self.scheduler.pause()
        await asyncio.sleep(0)  # what was struck just now begins, and is in hand
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=within)
        self.scheduler.shutdown(wait=False)
        await asyncio.gather(*self._in_hand)

    async def _do(self, chore: Chore) -> None:
        task = asyncio.current_task()
        assert task is not None  # it is a coroutine
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)
        try:
            await _guarded(chore)
        except asyncio.CancelledError:
            LOG.warning("chore %s: cut off, the worker stops", chore.name)


async def _guarded(chore: Chore) -> None:
    """One of the outermost loops: a chore that fails is told in the log, and comes again with the next tick."""
    try:
        if chore.threaded:
            await asyncio.to_thread(chore.act)
        else:
            done = chore.act()
            if isinstance(done, Awaitable):
                await done
    except Refused as refusal:
        LOG.warning("chore %s: %s", chore.name, refusal)
    except Exception:  # the outermost loop of the worker
        LOG.exception("chore %s failed", chore.name)
