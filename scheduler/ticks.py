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


def metronome(chores: list[Chore]) -> AsyncIOScheduler:
    """A started metronome. The default misfire grace of one second would drop late ticks silently: it is off."""
    scheduler = AsyncIOScheduler(job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1})
    for chore in chores:
        scheduler.add_job(_guarded, IntervalTrigger(seconds=chore.seconds), args=[chore], id=chore.name)
    scheduler.start()
    return scheduler


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
