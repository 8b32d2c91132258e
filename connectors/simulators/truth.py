"""A simulator's truth file: one JSON object a line, on disk before the platform answers.

Nobody but the simulator writes it, so a claim "it was published once, at this instant" can be checked against it.
Events: `request` (arrived), `media`, `accepted`, `repeated` (known already, nothing new), `removed`, `answered`.
No credential, code or password is ever written.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

Event = dict[str, Any]


@dataclass(frozen=True)
class Instant:
    """One instant on two clocks: nanoseconds since 1970 (UTC) and on CLOCK_MONOTONIC."""

    wall_ns: int
    mono_ns: int

    @classmethod
    def now(cls) -> Instant:
        """This instant."""
        return cls(time.time_ns(), time.monotonic_ns())

    @property
    def utc(self) -> str:
        """RFC 3339 in UTC with microseconds, rounded down: an early byte must not look punctual."""
        seconds, rest = divmod(self.wall_ns, 1_000_000_000)
        whole = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        return f"{whole}.{rest // 1000:06d}Z"


class Truth:
    """The open truth file of one simulator. Every line is one `write`, so a reader never waits for a flush."""

    def __init__(self, path: Path, platform: str) -> None:
        self.path = path
        self.platform = platform
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def tell(self, event: str, at: Instant | None = None, **facts: Any) -> None:
        """Append one event that happened `at` (now, if not said)."""
        at = at or Instant.now()
        line = {"event": event, "platform": self.platform, "at": at.utc, "mono_ns": at.mono_ns, **facts}
        os.write(self._file, json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")

    def close(self) -> None:
        """Close the file; telling afterwards is an error."""
        os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def read_truth(path: str | Path, event: str | None = None) -> list[Event]:
    """Every whole line of a truth file in order of writing, or only those of one kind of `event`.

    A last line that is still being written is left out. Raises OSError and ValueError for a file that is not one.
    """
    lines = Path(path).read_bytes().split(b"\n")[:-1]
    events: list[Event] = [json.loads(line) for line in lines]
    return [e for e in events if event is None or e["event"] == event]
