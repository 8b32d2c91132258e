"""G6 in short form, and every other race for the one write lock, on both databases: none of them is ever half won."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.actions.deliver import Intended, intend_many, stage
from gateway.actions.facts import facts_of
from gateway.actions.freezing import freeze
from gateway.actions.leave import leave
from gateway.audit.entry import Entry
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change
from gateway.domain.delivery import State
from gateway.domain.refusal import Refused
from gateway.world import World
from tests.cast import bare_world, make_world, migrated, stepped_up, who
from tests.concurrency.crowd import WORKER, at_once, crowd

RACES = 100  # on each database


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    built = make_world(database_url)
    yield built
    built.storage.close()


@pytest.fixture
def other(world: World, database_url: str) -> Iterator[World]:
    """The same database from another process's point of view: connections and locks of its own."""
    built = bare_world(database_url, world.clock)
    yield built
    built.storage.close()


def entries(world: World) -> list[Entry]:
    with world.storage.reading() as readers:
        return [Entry.from_bytes(body) for body in readers.log.bodies(0, readers.log.head().frontier.size)]


@pytest.mark.slow
def test_in_every_race_between_leaving_and_sending_no_intent_commits_after_the_act(world: World, other: World) -> None:
    ids, dice, sent = crowd(world, RACES), random.Random(6), set()
    start = threading.Barrier(2)
    heads, tails = ([dice.choice([0, 0, 0.004, 0.008]) for _ in range(RACES)] for _ in range(2))
    sam = who(world, "sam")

    def people_leave() -> None:
        for number in range(RACES):
            start.wait(30)
            time.sleep(heads[number])
            leave(world, sam, f"a{number}")

    with other.storage.reading() as readers:
        staged = facts_of(other, readers, list(readers.deliveries.many(ids).values()))

    def worker_sends() -> None:
        for id in ids:
            start.wait(30)
            time.sleep(tails[int(id[1:])])
            if isinstance(intend_many(other, WORKER, [id], staged)[id], Intended):
                sent.add(id)

    at_once(people_leave, worker_sends)
    told = entries(world)
    left = {entry.subject_id[1:]: entry.index for entry in told if entry.act == "member.leave"}
    intents = {entry.subject_id[1:]: entry.index for entry in told if entry.act == "delivery.intent"}
    assert len(left) == RACES
    assert {f"d{number}" for number in intents} == sent
    assert [number for number, index in intents.items() if index > left[number]] == []
    with world.storage.reading() as readers:
        states = Counter(readers.deliveries.get(id).state for id in ids)
    assert states[State.SENDING] == len(sent)
    assert states[State.HELD] == RACES - len(sent)
    assert 0 < len(sent) < RACES, "a race that one side always wins proves nothing"


@pytest.mark.slow
def test_in_a_race_between_freezing_and_sending_no_intent_commits_after_the_freeze(world: World, other: World) -> None:
    ids = crowd(world, 60)
    sam = stepped_up(world, "sam", "freeze", "all")

    def stop() -> None:
        time.sleep(0.05)
        freeze(world, sam, "all", "", "A bereavement.")

    def send() -> None:
        for id in ids:
            intend_many(other, WORKER, [id])

    at_once(stop, send)
    told = entries(world)
    (frozen,) = (entry.index for entry in told if entry.act == "freeze")
    assert [e.subject_id for e in told if e.act == "delivery.intent" and e.index > frozen] == []
    with world.storage.reading() as readers:
        assert {readers.deliveries.get(id).state for id in ids} <= {State.SENDING, State.HELD}


@pytest.mark.slow
def test_two_workers_never_claim_one_delivery_twice(world: World, other: World) -> None:
    ids = crowd(world, 100, state=State.HELD)
    got: dict[str, list[str]] = {"worker-1": [], "worker-2": []}

    def work(own: World, name: str) -> None:
        while staged := stage(own, name, limit=7):
            got[name] += [each.delivery.id for each in staged]

    at_once(lambda: work(world, "worker-1"), lambda: work(other, "worker-2"))
    assert sorted(got["worker-1"] + got["worker-2"]) == sorted(ids)
    claims = Counter(entry.subject_id for entry in entries(world) if entry.act == "delivery.claim")
    assert set(claims.values()) == {1}
    with world.storage.reading() as readers:
        found = readers.deliveries.many(ids)
    assert all(found[id].claimed_by == name for name, mine in got.items() for id in mine)


@pytest.mark.slow
def test_two_threads_that_intend_the_same_delivery_commit_one_intent(world: World, other: World) -> None:
    ids = crowd(world, 50)
    won: list[str] = []

    def send(own: World) -> None:
        for id in ids:
            answer = intend_many(own, WORKER, [id])[id]
            if isinstance(answer, Intended):
                won.append(id)
            else:
                assert isinstance(answer, Refused)

    at_once(lambda: send(world), lambda: send(other))
    assert sorted(won) == sorted(ids)


WRITES = 150
SCRIPT = """
import sys, time
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change
from gateway.storage.unit import Storage
from gateway.domain.instant import Now
from datetime import UTC, datetime

now = Now(datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 2, 12, tzinfo=UTC))
storage = Storage.at(sys.argv[1], lambda: now)
print("ready", flush=True)
sys.stdin.readline()
worst = 0.0
for _ in range(int(sys.argv[3])):
    began = time.monotonic()
    with storage.unit() as unit:
        unit.commit(Change((AuditEvent("test.write", sys.argv[2], "test", "x"),)))
    worst = max(worst, time.monotonic() - began)
print(worst, flush=True)
"""


@pytest.mark.slow
def test_two_processes_that_write_as_fast_as_they_can_do_not_starve_each_other(database_url: str) -> None:
    migrated(database_url)
    root = Path(__file__).parents[2]
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT, database_url, name, str(WRITES)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=root,
        )
        for name in ("one", "two")
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    answers = [_go(writer) for writer in writers]
    worst = [float(writer.communicate()[0]) for writer in answers]
    assert max(worst) < 2.0, f"one writer waited {max(worst):.2f} s for its turn"
    world = bare_world(database_url)
    told = entries(world)
    world.storage.close()
    assert Counter(entry.actor for entry in told) == {"one": WRITES, "two": WRITES}
    assert [entry.index for entry in told] == list(range(2 * WRITES))


def _go(writer: subprocess.Popen[str]) -> subprocess.Popen[str]:
    assert writer.stdin is not None
    writer.stdin.write("go\n")
    writer.stdin.flush()
    return writer


@pytest.mark.slow
def test_many_writers_leave_one_unbroken_log(world: World, other: World) -> None:
    def tell(own: World, name: str) -> None:
        for _ in range(40):
            with own.storage.unit() as unit:
                unit.commit(Change((AuditEvent("test.write", name, "test", "x"),)))

    before = len(entries(world))
    at_once(*(lambda n=n: tell((world, other)[n % 2], f"w{n}") for n in range(6)))
    told = entries(world)
    assert len(told) == before + 240
    assert [entry.index for entry in told] == list(range(len(told)))
