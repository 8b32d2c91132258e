"""Child processes of the supervisor: started, heard line by line, asked to end, and started anew after a pause."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import IO

from gateway.cli.keys import handed
from gateway.supervised import SUPERVISOR

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY_AFTER = 60.0  # a child that lived this long begins again with the first pause
LAST_WORDS = 20


@dataclass(frozen=True)
class Said:
    """A child wrote a line to its stdout."""

    child: Child
    line: str


@dataclass(frozen=True)
class Ended:
    """A child is gone, with this exit code (negative: the signal that ended it)."""

    child: Child
    code: int


@dataclass(frozen=True)
class Asked:
    """The supervisor itself was asked to end, by this signal."""

    number: int


News = SimpleQueue["Said | Ended | Asked"]


class Child:
    """One process that is to run for as long as the supervisor does; all it says and its end come through `news`."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        news: News,
        key: bytes | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.last_words: deque[str] = deque(maxlen=LAST_WORDS)
        self.restart_at: float | None = None
        self._command, self._news, self._key, self._now = list(command), news, key, now
        self._process: subprocess.Popen[str] | None = None
        self._began, self._pause = 0.0, FIRST_PAUSE

    def start(self) -> None:
        """Start it; its ends of the key's pipe are its own and gone from here."""
        self.restart_at, self._began = None, self._now()
        self.last_words.clear()
        with handed(self._key) as (arguments, descriptors):
            process = subprocess.Popen(  # noqa: S603 - our own modules
                [sys.executable, *self._command, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                pass_fds=descriptors,
                process_group=0,  # Ctrl-C is the supervisor's to hear: it asks its children to end in order
                env={**os.environ, SUPERVISOR: str(os.getpid())},
            )
        self._process = process
        threading.Thread(target=self._hear, args=(process,), name=f"hear-{self.name}", daemon=True).start()

    def _hear(self, process: subprocess.Popen[str]) -> None:
        complaints = threading.Thread(target=self._pass_on, args=(process.stderr,), daemon=True)
        complaints.start()
        for line in process.stdout or ():
            self._news.put(Said(self, line.rstrip("\n")))
        complaints.join()
        self._news.put(Ended(self, process.wait()))

    def _pass_on(self, stream: IO[str] | None) -> None:
        """What it writes to stderr goes on to ours; the last of it is kept for whoever asks why it ended."""
        for line in stream or ():
            self.last_words.append(line.rstrip("\n"))
            sys.stderr.write(line)
            sys.stderr.flush()

    def gone(self) -> None:
        """It has ended: plan its next start, later each time it did not live long."""
        self._process = None
        if self._now() - self._began >= STEADY_AFTER:
            self._pause = FIRST_PAUSE
        self.restart_at = self._now() + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    @property
    def is_running(self) -> bool:
        """Whether it was started and its end was not heard yet."""
        return self._process is not None

    @property
    def seconds(self) -> float:
        """Since it was started."""
        return self._now() - self._began

    def stop(self, *, at_once: bool = False) -> None:
        """Ask it to end in order, or kill it."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL if at_once else signal.SIGTERM)
