"""The bookkeeper: the worker's sign of life, signed checkpoints, and their copy outside the database (house §11)."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path

from gateway.audit.checkpoint import Checkpoint, Signer, next_checkpoint, open_checkpoint, sign
from gateway.audit.tree import consistency_proof, stored_range_root
from gateway.domain.instant import Now
from gateway.domain.policy import Timing
from gateway.storage.log import Log, beat, beats, forget_beat, forget_beats_before, keep_checkpoint
from gateway.world import World
from scheduler.durable import write_durably

DEAD_AFTER = timedelta(days=1)


class LogDoesNotExtend(Exception):
    """The log in the database is not a continuation of the last checkpoint this worker kept: it was cut or changed."""


class Bookkeeper:
    """Signs only what extends the last checkpoint, which it also keeps in a file outside the database."""

    def __init__(self, world: World, signer: Signer, kept: Path, worker: str) -> None:
        self._world = world
        self._signer = signer
        self._kept = kept
        self._worker = worker
        self._signing = threading.Lock()
        self._last = self._read_kept()

    def _read_kept(self) -> Checkpoint:
        if not self._kept.exists():
            return Checkpoint.empty(self._signer.name)
        try:
            return open_checkpoint(self._kept.read_text(encoding="utf-8"), [self._signer.known_key()])
        except ValueError as fault:
            raise LogDoesNotExtend(f"the kept checkpoint {self._kept} is not one of ours: {fault}") from fault

    def check(self) -> None:
        """At start: the log must extend what was kept. Raises LogDoesNotExtend; the worker then does not start."""
        with self._world.storage.reading() as readers:
            self._next(readers.log)

    def _next(self, log: Log) -> Checkpoint:
        frontier = log.head().frontier
        if frontier.size < self._last.size:
            raise LogDoesNotExtend(f"the log has {frontier.size} entries, the kept checkpoint {self._last.size}")
        range_root = stored_range_root(log.leaves, log.tiles)
        proof = consistency_proof(self._last.size, frontier.size, range_root) if self._last.size else ()
        try:
            return next_checkpoint(self._last, size=frontier.size, root=frontier.root(), consistency=proof)
        except ValueError as fault:
            raise LogDoesNotExtend(str(fault)) from fault

    def sign(self) -> Checkpoint:
        """Sign the log as it stands, if it has grown; kept outside the database before it is stored in it.

        Raises LogDoesNotExtend: what was cut or changed is never signed.
        """
        with self._signing:
            return self._signed()

    def _signed(self) -> Checkpoint:
        with self._world.storage.reading() as readers:
            checkpoint = self._next(readers.log)
        if checkpoint.size == self._last.size:
            return checkpoint
        note = sign(checkpoint, self._signer)
        write_durably(self._kept, note)
        self._last = checkpoint
        with self._world.storage.housekeeping() as connection:
            keep_checkpoint(connection, checkpoint.size, note, self._world.clock.now().earliest)
        return checkpoint

    def beat(self) -> None:
        """Say that this worker lives."""
        now = self._world.clock.now()
        if now.bounded:
            with self._world.storage.housekeeping() as connection:
                beat(connection, self._worker, now.latest)

    def forget_the_dead(self) -> None:
        """Rows of workers that were killed a day ago or more are of no use to anybody."""
        now = self._world.clock.now()
        if now.bounded:
            with self._world.storage.housekeeping() as connection:
                forget_beats_before(connection, now.earliest - DEAD_AFTER)

    def stop(self) -> None:
        """This worker ends in order: its sign of life goes with it."""
        with self._world.storage.housekeeping() as connection:
            forget_beat(connection, self._worker)

    def alive(self) -> frozenset[str]:
        """Workers whose lease is not surely over, this one included."""
        now = self._world.clock.now()
        with self._world.storage.reading() as readers:
            known = beats(readers.connection)
        return living(known, now, self._world.policy.timing) | {self._worker}


def living(known: dict[str, datetime], now: Now, timing: Timing) -> frozenset[str]:
    """Workers that gave a sign of life within the lease; a lease is over only when it surely is."""
    return frozenset(worker for worker, at in known.items() if not now.surely_past(at + timing.lease))
