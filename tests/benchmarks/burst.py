"""Many accounts due at one instant, a web writer beside them, against bare aiohttp with the same requests (G12)."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from connectors.simulators.running import Running, start
from gateway.actions import write
from gateway.domain.post import Content
from gateway.settings import read_settings
from gateway.storage.vault import VaultShelf
from gateway.wiring import build_world
from scheduler.keeper import Keeper
from scheduler.worker import origin_of
from tests import cast
from tests.benchmarks.arrange import account, delivery, in_pieces
from tests.benchmarks.figures import Figure, show
from tests.benchmarks.process import cpu_seconds
from tests.flow.town import MASTODON, ORIGINS, Town, town
from vault.secret import Secret
from vault.sources import read_key_file

LATENCY_MS = 200
WRITES_A_SECOND = 20


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the sorted values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def burst(count: int) -> dict[str, Any]:
    """First byte after the door could open, drain, and the web writer's own latency; milliseconds and ratios."""
    with (
        tempfile.TemporaryDirectory() as folder,
        town(Path(folder), platforms=()) as house,
        start(MASTODON, Path(folder) / "truth", process=True) as simulator,
    ):
        return _measured(house, simulator, count)


def _measured(house: Town, simulator: Running, count: int) -> dict[str, Any]:
    simulator.knobs(latency_ms=LATENCY_MS)
    made = simulator.accounts(count)
    bare = asyncio.run(_fan_out(simulator, made))
    _repoint(house, simulator)
    _arrange(house, made)
    house.start_worker()
    ahead = 6 + count / 100
    due = datetime.now(UTC) + timedelta(seconds=ahead)
    platform = MASTODON
    in_pieces(
        house.world,
        (record for n in range(count) for record in delivery(house.world, f"account-{n:05}", platform, n, due)),
    )
    before = len(simulator.truth("accepted"))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        writing = pool.apply_async(_write_beside, (str(house.folder / "gateway.toml"), due, 4.0 + count / 500))
        _until(due)
        spent = _cpu_of(house)
        _wait(simulator, before + count, due)
        writes = writing.get(60)
        spent = _cpu_of(house) - spent
    return _figures(house, simulator, due, bare, writes, count) | {"worker_cpu_s": round(spent, 2)}


def _cpu_of(house: Town) -> float:
    """CPU seconds of the worker so far: what it costs whoever else uses the machine."""
    assert house.worker is not None
    return cpu_seconds(house.worker.pid)


def _until(instant: datetime) -> None:
    time.sleep(max(0.0, (instant - datetime.now(UTC)).total_seconds()))


def _repoint(house: Town, simulator: Running) -> None:
    """The worker that `town` started knew no platform: stop it, and let the next one know this simulator."""
    house.stop_worker()
    config = house.folder / "gateway.toml"
    host = ORIGINS[MASTODON].removeprefix("https://")
    config.write_text(
        config.read_text().replace("[sandbox.hosts]", f'[sandbox.hosts]\n"{host}" = "{simulator.origin}"')
    )


def _arrange(house: Town, made: list[dict[str, Any]]) -> None:
    world = house.world
    in_pieces(
        world, (record for n, one in enumerate(made) for record in account(world, MASTODON, ORIGINS[MASTODON], one, n))
    )
    source = read_key_file(house.settings.in_data("vault.key"), os.getuid())
    keeper = Keeper(world, VaultShelf(world.storage), source, origin_of(world))
    with world.storage.reading() as readers:
        accounts = readers.accounts.all()
    for record, one in zip(accounts, made, strict=True):
        keeper.put(record, {"access_token": Secret(one["access_token"])})


async def _fan_out(simulator: Running, made: list[dict[str, Any]]) -> float:
    """Seconds for the same requests from bare aiohttp, all at once, connections included."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def one(number: int, token: str) -> None:
            headers = {"authorization": f"Bearer {token}", "idempotency-key": f"bare-{number}"}
            body = {"status": f"Our offices are open. Notice {number}.", "visibility": "public", "language": "en"}
            async with session.post(f"{simulator.origin}/api/v1/statuses", json=body, headers=headers) as answer:
                await answer.read()
                assert answer.status == 200

        began = time.monotonic()
        await asyncio.gather(*(one(n, each["access_token"]) for n, each in enumerate(made)))
        return time.monotonic() - began


def _write_beside(config: str, due: datetime, seconds: float) -> list[float]:
    """A web writer at a steady pace around the instant; milliseconds a write."""
    world = build_world(read_settings(Path(config)))
    who = cast.who(world, "ada")
    took: list[float] = []
    end = due + timedelta(seconds=seconds)
    while datetime.now(UTC) < due - timedelta(seconds=1):
        time.sleep(0.05)
    while datetime.now(UTC) < end:
        began = time.monotonic()
        write.write_post(world, who, Content(parts=("A note for later.",)))
        took.append((time.monotonic() - began) * 1000)
        time.sleep(max(0.0, 1 / WRITES_A_SECOND - (time.monotonic() - began)))
    world.storage.close()
    return took


def _wait(simulator: Running, count: int, due: datetime) -> None:
    end = time.monotonic() + 120
    while len(simulator.truth("accepted")) < count:
        if time.monotonic() > end:
            raise AssertionError(f"only {len(simulator.truth('accepted'))} of {count} arrived")
        time.sleep(0.2)


def _figures(
    house: Town, simulator: Running, due: datetime, bare: float, writes: list[float], count: int
) -> dict[str, Any]:
    bound = house.settings.clock.bound_seconds
    opens = due + timedelta(seconds=bound)
    sent = [e for e in simulator.truth("accepted") if str(e.get("key", "")).startswith("delivery-")]
    numbers = {event["number"] for event in sent}
    arrivals = [datetime.fromisoformat(str(e["at"])) for e in simulator.truth("request") if e["number"] in numbers]
    late = [(at - opens).total_seconds() * 1000 for at in arrivals]
    answered = [datetime.fromisoformat(str(e["at"])) for e in simulator.truth("answered") if e["number"] in numbers]
    drain = (max(answered) - opens).total_seconds()
    return {
        "accounts": count,
        "sent": len(sent),
        "early": sum(at < due for at in arrivals),
        "first_byte_p50_ms": round(statistics.median(late), 1),
        "first_byte_p99_ms": round(percentile(late, 0.99), 1),
        "drain_s": round(drain, 3),
        "bare_aiohttp_s": round(bare, 3),
        "drain_ratio": round(drain / bare, 2),
        "writer_p99_ms": round(percentile(writes, 0.99), 1),
        "writes": len(writes),
    }


# accounts -> first byte p50 and p99, drain against bare aiohttp, the writer's p99 (G12)
REACH = {50: (100, 300, None, None), 1000: (250, 500, 2, 150)}


def main(count: int) -> None:
    """Measure and print."""
    said = burst(count)
    p50, p99, drain, writer = REACH.get(count, (None, None, None, None))
    figures = [
        Figure("early", said.pop("early"), at_most=0),
        Figure("first_byte_p50_ms", said.pop("first_byte_p50_ms"), "ms", at_most=p50),
        Figure("first_byte_p99_ms", said.pop("first_byte_p99_ms"), "ms", at_most=p99),
        Figure("drain_ratio", said.pop("drain_ratio"), "×", at_most=drain),
        Figure("writer_p99_ms", said.pop("writer_p99_ms"), "ms", at_most=writer),
        Figure("drain_s", said.pop("drain_s"), "s"),
        Figure("bare_aiohttp_s", said.pop("bare_aiohttp_s"), "s"),
        Figure("worker_cpu_s", said.pop("worker_cpu_s"), "s"),
    ]
    show(f"{count} accounts × 1 delivery due at one instant", figures, **said)


if __name__ == "__main__":
    main(int(sys.argv[1]))
