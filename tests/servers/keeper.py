"""Runs one server for as long as its standard input stays open, so that no server outlives a test run.

Started by `Kept`. A test run that is killed closes the pipe too, and the keeper ends the server and removes its
folder. It answers `kill` (SIGKILL to the server and its children, as a crash) and `start` with one line each.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import psutil  # type: ignore[import-untyped]

STOP_SECONDS = 10


@dataclass(frozen=True)
class Order:
    """What to run: the command, its environment and folder, who runs it, where its words go, what to remove after."""

    command: tuple[str, ...]
    environment: dict[str, str]
    cwd: str
    log: str
    remove: str | None = None
    user: str | None = None
    stop_signal: int = signal.SIGTERM
    group: str | None = None


class Kept:
    """A server under a keeper. `stop` ends it; so does the end of this process, however it comes."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self._keeper = subprocess.Popen(
            [sys.executable, "-u", str(Path(__file__)), json.dumps(asdict(order))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C reaches the test run alone; the closed pipe tells the keeper
        )
        self.pid = self._answer()

    def kill(self) -> None:
        """End the server and its children with SIGKILL, as a crash does."""
        self._tell("kill")
        self._answer()

    def start(self) -> None:
        """Start it again after `kill`."""
        self._tell("start")
        self.pid = self._answer()

    def stop(self) -> None:
        """End the server in order and remove its folder."""
        if self._keeper.stdin and not self._keeper.stdin.closed:
            self._keeper.stdin.close()
        self._keeper.wait(timeout=2 * STOP_SECONDS)
        if self._keeper.stdout:
            self._keeper.stdout.close()

    def is_alive(self) -> bool:
        """Whether the server itself is running."""
        try:
            return bool(psutil.Process(self.pid).status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False

    def words(self) -> str:
        """What the server wrote so far."""
        return Path(self.order.log).read_text(errors="replace")

    def _tell(self, word: str) -> None:
        assert self._keeper.stdin is not None
        self._keeper.stdin.write(word + "\n")
        self._keeper.stdin.flush()

    def _answer(self) -> int:
        assert self._keeper.stdout is not None
        line = self._keeper.stdout.readline()
        if not line:
            raise RuntimeError(f"the keeper of {self.order.command[0]} died")
        return int(line)


def _launch(order: Order, log: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        order.command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        env=order.environment,
        cwd=order.cwd,
        start_new_session=True,
        user=order.user,
        group=order.group,
        extra_groups=[] if order.user else None,
    )


def _kill(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        family = psutil.Process(child.pid).children(recursive=True)
        child.kill()
        for one in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
    child.wait()


def _end(child: subprocess.Popen[bytes], stop_signal: int) -> None:
    if child.poll() is None:
        child.send_signal(stop_signal)
        try:
            child.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            _kill(child)


def keep(order: Order) -> None:
    """Run the order until standard input ends."""
    with open(order.log, "ab") as log:
        child = _launch(order, log)
        print(child.pid, flush=True)
        for line in sys.stdin:
            if line.strip() == "kill":
                _kill(child)
            elif line.strip() == "start":
                child = _launch(order, log)
            with contextlib.suppress(BrokenPipeError):
                print(child.pid, flush=True)
        _end(child, order.stop_signal)
    if order.remove:
        shutil.rmtree(order.remove, ignore_errors=True)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    given = json.loads(sys.argv[1])
    keep(Order(**{**given, "command": tuple(given["command"])}))
