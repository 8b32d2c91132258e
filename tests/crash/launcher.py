"""A worker that kills itself (SIGKILL) at the k-th step of one delivery's life: the real worker, counted from outside.

`python -m tests.crash.launcher` reads one JSON order a line, forks a worker for each (its imports are done once) and
says how it ended. An order: config, delivery (whose steps are counted; empty: none), kill_at (0: never), kill_on
(instead: the first step of this name once the intent is committed), steps (a file to which every step's name is
appended), trouble (a file: while it is there, its words are run as SQL in every transaction).
"""

from __future__ import annotations

import functools
import itertools
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

import scheduler.starting as program
from gateway.domain.change import Change
from gateway.domain.delivery import Delivery
from gateway.storage.unit import Unit
from scheduler.flight import Flight
from scheduler.publisher import Publisher
from scheduler.transport import Ticket, Wire

INTENDED = "after delivery.intent"
SHOWN = {"media.show", "media.hide"}  # where the platform fetches pictures
FLYING: ContextVar[str] = ContextVar("flying", default="")


class Steps:
    """Counts the steps of one delivery; at number `kill_at` the process is gone, without a word to anybody."""

    def __init__(self, delivery: str, account: str, kill_at: int, kill_on: str, told: Path) -> None:
        self.delivery = delivery
        self._account = account
        self._kill_at = kill_at
        self._kill_on = kill_on
        self._intended = False
        self._told = os.open(told, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._numbers = itertools.count(1)
        self.committing = False

    def step(self, name: str) -> None:
        """One step; written down before anything else, so that the harness knows which one was the last."""
        number = next(self._numbers)
        os.write(self._told, f"{name}\n".encode())
        self._intended = self._intended or name == INTENDED
        if number == self._kill_at or (self._intended and name == self._kill_on):
            os.kill(os.getpid(), signal.SIGKILL)

    def acts(self, changes: Sequence[Change]) -> str:
        """What these changes do to the delivery, or with the credential it flies with; empty where they do nothing.

        Only that is named: what the worker recovers beside it may share a commit, and must not shift a step's name.
        """
        return "+".join(sorted({act for change in changes for act in self._acts(change)}))

    def _acts(self, change: Change) -> set[str]:
        ours = {event.act for event in change.events if event.subject_id == self.delivery}
        if any(isinstance(record, Delivery) and record.id == self.delivery for record in change.records):
            return ours
        return ours & SHOWN | {
            e.act for e in change.events if e.act == "credential.open" and e.subject_id == self._account
        }


def count(steps: Steps) -> None:
    """Wrap what makes a delivery's life durable or visible: commits, and what goes over the wire."""
    _count_commits(steps)
    _count_the_wire(steps)
    fly = Publisher._fly

    async def flying(self: Publisher, flight: Flight) -> None:
        FLYING.set(flight.id)
        await fly(self, flight)

    _replace(Publisher, "_fly", flying)


def _count_commits(steps: Steps) -> None:
    commit_each = Unit.commit_each

    def committing(self: Unit, changes: Sequence[Change], *beside: Any) -> Any:
        acts = steps.acts(changes)
        if not acts:
            return commit_each(self, changes, *beside)
        steps.step(f"before {acts}")
        steps.committing = True
        try:
            done = commit_each(self, changes, *beside)
        finally:
            steps.committing = False
        steps.step(f"after {acts}")
        return done

    def written(_connection: Connection) -> None:
        if steps.committing:
            steps.step("written, not committed")

    _replace(Unit, "commit_each", committing)
    event.listen(Engine, "commit", written)


def _count_the_wire(steps: Steps) -> None:
    exchange, start = Wire.exchange, Ticket.start

    def step(name: str) -> None:
        if FLYING.get() == steps.delivery:
            steps.step(name)

    @functools.wraps(exchange)
    async def exchanging(self: Wire, *given: Any, **named: Any) -> Any:
        step("before an exchange")
        answer = await exchange(self, *given, **named)
        step("after an exchange")
        return answer

    def starting(self: Ticket) -> None:
        start(self)
        step("before the first byte")

    _replace(Wire, "exchange", exchanging)
    _replace(Ticket, "start", starting)


def _replace(owner: type, name: str, by: Callable[..., Any]) -> None:
    setattr(owner, name, by)


def trouble(file: Path) -> None:
    """While the file is there, its words are run on every connection that begins: "PRAGMA query_only=ON", say."""

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA query_only=OFF")
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
        if file.exists():
            connection.exec_driver_sql(file.read_text())

    event.listen(Engine, "begin", begun)


def work(order: dict[str, Any]) -> int:
    """Be the worker of one order."""
    if order.get("delivery"):
        told = Path(order["steps"])
        count(Steps(order["delivery"], order["account"], int(order["kill_at"]), order["kill_on"], told))
    if order.get("trouble"):
        trouble(Path(order["trouble"]))
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(log, sys.stderr.fileno())
    return program.main(["run", "--config", order["config"]])


def main() -> None:
    """Orders in, ends out, one at a time."""
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            os.close(sys.stdin.fileno())
            os._exit(work(order))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(json.dumps({"ended": os.waitstatus_to_exitcode(status)}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
