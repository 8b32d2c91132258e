"""Workers that die on order, one after another, from the harness's side."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.flow.town import JOLTED, Town

KILLED = -signal.SIGKILL


@dataclass
class Kennel:
    """One launcher process; it runs one worker at a time."""

    house: Town
    launcher: subprocess.Popen[str]
    pid: int = 0

    def order(self, *, delivery: str = "", account: str = "", kill_at: int = 0, kill_on: str = "", **more: Any) -> Path:
        """Start a worker and wait until it is ready, or gone before that; where it writes its steps."""
        self.kill()
        steps = self.house.folder / f"steps-{delivery or 'none'}"
        order = {
            "config": str(self.house.folder / "gateway.toml"),
            "delivery": delivery,
            "account": account,
            "kill_at": kill_at,
            "kill_on": kill_on,
            "steps": str(steps),
            "log": str(self.house.folder / "worker.log"),
            **more,
        }
        told = self._told(order)
        end = time.monotonic() + JOLTED
        while told.get("ended") == 1 and time.monotonic() < end:  # the clock was set: for a minute nothing is sure
            time.sleep(1)
            told = self._told(order)
        assert told.get("ready") == "worker", (told, (self.house.folder / "worker.log").read_text()[-3000:])
        self.pid = int(told["pid"])
        return steps

    def _told(self, order: dict[str, Any]) -> dict[str, Any]:
        """What a worker on this order says first: that it is ready, or how it ended."""
        assert self.launcher.stdin is not None
        self.launcher.stdin.write(json.dumps(order) + "\n")
        self.launcher.stdin.flush()
        return self._line()

    def kill(self) -> None:
        """End a worker that a test which failed has left running: the next one must not hang for it."""
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self.ended()

    def stop(self) -> int:
        """End the running worker in order (it may be dead already); its exit status."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        return self.ended()

    def ended(self) -> int:
        """Wait for its end; the exit status, -9 where it was killed."""
        told = int(self._line()["ended"])
        self.pid = 0
        return told

    def _line(self) -> dict[str, Any]:
        assert self.launcher.stdout is not None
        line = self.launcher.stdout.readline()
        assert line, "the launcher is gone"
        found: dict[str, Any] = json.loads(line)
        return found


@contextmanager
def kennel(house: Town) -> Iterator[Kennel]:
    """A launcher for this town, whose own worker must not run."""
    command = [sys.executable, "-m", "tests.crash.launcher"]
    launcher = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    made = Kennel(house, launcher)
    try:
        yield made
    finally:
        if made.pid:
            # Where a test failed, its worker may still run.
            with suppress(ProcessLookupError):
                os.kill(made.pid, signal.SIGKILL)
        assert launcher.stdin is not None
        assert launcher.stdout is not None
        launcher.stdin.close()
        launcher.wait(40)
        launcher.stdout.close()
