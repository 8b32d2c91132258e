"""The metronome: no tick is dropped for being late, no chore runs beside itself, none stops the others."""

from __future__ import annotations

import asyncio
import logging
import threading
import time

import pytest

from gateway.domain.refusal import Reason, Refused
from scheduler.ticks import Chore, Metronome


def beaten(seconds: float, *chores: Chore, within: float = 5.0) -> None:
    """Let these chores run for a while, and those in hand end."""

    async def run() -> None:
        ticking = Metronome(list(chores))
        await asyncio.sleep(seconds)
        await ticking.stop(within)

    asyncio.run(run())


def test_a_late_tick_is_never_dropped_and_missed_ones_become_one() -> None:
    async def read() -> tuple[object, ...]:
        ticking = Metronome([Chore("a", 5.0, lambda: None)])
        job = ticking.scheduler.get_job("a")
        await ticking.stop(1.0)
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


@pytest.mark.parametrize("threaded", [True, False])
def test_what_is_in_hand_when_the_worker_stops_is_finished_and_nothing_begins_any_more(
    caplog: pytest.LogCaptureFixture, threaded: bool
) -> None:
    def blocks() -> None:
        began.append(1)
        time.sleep(0.1)
        ended.append(1)

    async def talks() -> None:
        began.append(1)
        await asyncio.sleep(0.1)
        ended.append(1)

    began: list[int] = []
    ended: list[int] = []
    beaten(0.15, Chore("removes", 0.1, blocks if threaded else talks, threaded=threaded))
    assert began == ended == [1]
    assert caplog.records == []


def test_what_takes_too_long_to_stop_is_cut_off_with_a_line(caplog: pytest.LogCaptureFixture) -> None:
    beaten(0.15, Chore("hangs", 0.1, lambda: asyncio.sleep(60)), within=0.02)
    (record,) = caplog.records
    assert (record.getMessage(), record.exc_info) == ("chore hangs: cut off, the worker stops", None)
