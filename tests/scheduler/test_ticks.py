"""The metronome: no tick is dropped for being late, no chore runs beside itself, none stops the others."""

from __future__ import annotations

import asyncio
import logging
import threading
import time

import pytest

from gateway.domain.refusal import Reason, Refused
from scheduler.ticks import Chore, metronome


def beaten(seconds: float, *chores: Chore) -> None:
    """Let these chores run for a while."""

    async def run() -> None:
        ticking = metronome(list(chores))
        await asyncio.sleep(seconds)
        ticking.shutdown(wait=False)

    asyncio.run(run())


def test_a_late_tick_is_never_dropped_and_missed_ones_become_one() -> None:
    async def read() -> tuple[object, ...]:
        ticking = metronome([Chore("a", 5.0, lambda: None)])
        job = ticking.get_job("a")
        ticking.shutdown(wait=False)
        return job.misfire_grace_time, job.coalesce, job.max_instances

    assert asyncio.run(read()) == (None, True, 1)


def test_a_chore_that_fails_is_told_and_comes_again(caplog: pytest.LogCaptureFixture) -> None:
    def fails() -> None:
        ran.append(1)
        if len(ran) == 1:
            raise LookupError("a bug")
        raise Refused(Reason.STORAGE_UNAVAILABLE)

    ran: list[int] = []
    with caplog.at_level(logging.WARNING, "gateway.worker"):
        beaten(0.18, Chore("fails", 0.05, fails))
    assert len(ran) >= 2
    first, second = caplog.records[:2]
    assert (first.levelname, first.exc_info is not None) == ("ERROR", True)
    assert (second.levelname, bool(second.exc_info)) == ("WARNING", False)


def test_a_chore_that_blocks_does_so_in_a_thread_and_never_beside_itself(caplog: pytest.LogCaptureFixture) -> None:
    def blocks() -> None:
        running.append(threading.current_thread() is threading.main_thread())
        time.sleep(0.1)

    async def ticks() -> None:
        beats.append(1)

    running: list[bool] = []
    beats: list[int] = []
    with caplog.at_level(logging.ERROR):
        beaten(0.25, Chore("blocks", 0.02, blocks, threaded=True), Chore("ticks", 0.02, ticks))
    assert 1 <= len(running) <= 3
    assert not any(running)
    assert len(beats) >= 5
