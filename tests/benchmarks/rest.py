"""At rest: what the web process and the worker hold in memory, and how long they take to be ready."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gateway.cli.run import answers
from tests.benchmarks.figures import Figure, show
from tests.benchmarks.process import cpu_seconds, resident_mb
from tests.flow.town import Town, town

REST_SECONDS = 5.0
PROCESSES = {"web": ["-m", "gateway.cli", "web"], "worker": ["-m", "scheduler", "run"]}


def measured(house: Town, name: str) -> list[Figure]:
    """Seconds from start to ready (for the web process: to its first answer), and memory then and 5 s later."""
    order = [sys.executable, *PROCESSES[name], "--config", str(house.folder / "gateway.toml")]
    with (house.folder / f"{name}.log").open("w") as log:
        began = time.monotonic()
        child = subprocess.Popen(order, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert child.stdout is not None
        told = json.loads(child.stdout.readline())
        assert told["ready"] == name
        assert name == "worker" or answers(told["address"])
        ready = time.monotonic() - began
        used, first = cpu_seconds(child.pid), resident_mb(child.pid)
        time.sleep(REST_SECONDS)
        later = resident_mb(child.pid)
    finally:
        child.terminate()
        child.wait(40)
    return [
        Figure(f"{name}_ready_s", round(ready, 2), "s", at_most=3),
        Figure(f"{name}_ready_cpu_s", round(used, 2), "s"),
        Figure(f"{name}_start_mb", round(first), "MB", at_most=150),
        Figure(f"{name}_rest_mb", round(later), "MB", at_most=150),
    ]


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, town(Path(folder), platforms=(), web={"port": 0}) as house:
        house.stop_worker()
        show("at rest", [figure for name in PROCESSES for figure in measured(house, name)])


if __name__ == "__main__":
    main()
