"""What one tick costs with a million deliveries stored against a thousand: the worker's own questions, none due.

The rows in hand (unknown, claimed) are the same few in both; what is over, and what is held for later, grows.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import text

from gateway.actions.deliver import lapse_overdue, recover_silent, stage, unclaimed
from gateway.domain.delivery import Delivery, Look, State
from gateway.storage.tables import deliveries
from gateway.world import World
from scheduler.settler import Settler
from tests import cast as people
from tests.benchmarks.arrange import delivery
from tests.benchmarks.figures import Figure, show
from tests.servers.postgres import Postgres

PATTERNS, COPIES, ROUNDS = 1_000, 1_000, 150
# Of a thousand stored deliveries: nearly all are over, some wait for their day, a few for a person.
STORED = (
    *(State.LAPSED,) * 15, *(State.WITHDRAWN,) * 15, *(State.REJECTED,) * 15, *(State.REMOVED,) * 15,
    *(State.HELD,) * 25,
)  # fmt: skip
IN_HAND = (State.UNKNOWN, State.CLAIMED, State.SENDING)
WORKER = "worker-1"
SERIES = {
    "sqlite": "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < :most)",
    "postgresql": "WITH series(n) AS (SELECT generate_series(1, :most))",
}


def pattern(world: World, account: str, number: int, state: State) -> Delivery:
    """One stored delivery in a state, weeks old, or due in weeks where it is held."""
    now = world.clock.now().earliest
    away = timedelta(hours=1 + number % 700)
    due = now + timedelta(days=1) + away if state is State.HELD else now - away
    made = delivery(world, account, people.PRETEND, number, due, state)[-1]
    assert isinstance(made, Delivery)
    if state not in IN_HAND:
        return replace(made, hold="held-by-person" if state is State.HELD and number % 5 == 0 else None)
    looked = (Look(now, True, "absent"),) if state is State.UNKNOWN else ()
    recent = now - timedelta(seconds=30)
    return replace(made, due_at=recent, claimed_by=WORKER, intent_at=recent, ended_at=recent, looks=looked)


def fill(world: World, copies: int) -> float:
    """Store PATTERNS x `copies` deliveries and those in hand; seconds."""
    began = time.perf_counter()
    account = people.an_account(world)
    states = [STORED[n] if n < len(STORED) else State.PUBLISHED for n in range(PATTERNS)]
    people.write(world, *(pattern(world, account, n, state) for n, state in enumerate(states)))
    _copy(world, copies - 1)
    in_hand = [IN_HAND[n % len(IN_HAND)] for n in range(15)]
    people.write(world, *(pattern(world, account, PATTERNS + n, state) for n, state in enumerate(in_hand)))
    with world.storage.housekeeping() as connection:
        connection.execute(text("ANALYZE"))
    return time.perf_counter() - began


def _copy(world: World, most: int) -> None:
    """Straight in the database: a million records through a Unit would take an hour."""
    dialect = world.storage.engine.dialect.name
    names = [column.name for column in deliveries.columns]
    fresh = {"id": "d.id || '-' || series.n", "submission": "d.submission || '-' || series.n"}
    listed = ", ".join(f'"{name}"' for name in names)
    taken = ", ".join(fresh.get(name, f'd."{name}"') for name in names)
    with world.storage.housekeeping() as connection:
        connection.execute(
            text(f"INSERT INTO deliveries ({listed}) {SERIES[dialect]} SELECT {taken} FROM deliveries d, series"),
            {"most": most},
        )


def acts(world: World) -> dict[str, Callable[[], object]]:
    """What the worker asks on its ticks."""
    nobody = cast(Any, None)
    settler = Settler(world, nobody, nobody)
    with world.storage.reading() as readers:
        mine = frozenset(readers.deliveries.ids_in_hands(WORKER))
    return {
        "stage": lambda: stage(world, WORKER),
        "lapse": lambda: lapse_overdue(world),
        "recover": lambda: recover_silent(world, [WORKER]),
        "astray": lambda: unclaimed(world, WORKER, mine),
        "settle": settler._due,
    }


def compare(small: World, large: World) -> list[Figure]:
    """Milliseconds of each act, taken in turn with the other size: what else the machine does falls on both."""
    sizes = {"thousand": acts(small), "million": acts(large)}
    took: dict[tuple[str, str], list[float]] = {}
    for _ in range(ROUNDS):
        for size, each in sizes.items():
            for name, act in each.items():
                began = time.perf_counter()
                assert not act(), f"{name} found something to do"
                took.setdefault((size, name), []).append((time.perf_counter() - began) * 1000)
    medians = {key: statistics.median(values) for key, values in took.items()}
    whole = {size: sum(medians[size, name] for name in each) for size, each in sizes.items()}
    ratios = [
        Figure(f"{name}_ratio", round(medians["million", name] / medians["thousand", name], 2), "×")
        for name in sizes["million"]
    ]
    return [
        Figure("tick_ratio", round(whole["million"] / whole["thousand"], 2), "×", at_most=1.5),
        Figure("tick_million_ms", round(whole["million"], 2), "ms"),
        Figure("tick_thousand_ms", round(whole["thousand"], 2), "ms"),
        *ratios,
    ]


@contextmanager
def databases(engine: str) -> Iterator[tuple[str, str]]:
    """URLs of two empty databases."""
    if engine == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/small.db", f"sqlite:///{folder}/large.db"
    else:
        server = Postgres()
        try:
            yield server.url(server.create()), server.url(server.create())
        finally:
            server.stop()


def main(engine: str = "sqlite") -> None:
    """Measure and print."""
    with databases(engine) as (one, other):
        small, large = people.make_world(one), people.make_world(other)
        fill(small, 1)
        filled = fill(large, COPIES)
        figures = compare(small, large)
        for world in (small, large):
            world.storage.close()
    show(f"one tick, 1,000,000 stored deliveries against 1,000, {engine}", figures, fill_s=round(filled, 1))


if __name__ == "__main__":
    main(*sys.argv[1:])
