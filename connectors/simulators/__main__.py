"""`python -m connectors.simulators`: pretend platforms in one process, until SIGTERM.

Prints one line of JSON when ready: for each platform its port, origin and truth file.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from connectors.simulators.pretend import Pretend
from connectors.simulators.running import PLATFORMS
from connectors.simulators.server import serve_until
from connectors.simulators.truth import Truth


def main(arguments: list[str] | None = None) -> None:
    """Start the platforms whose port is given (0: any free one) and serve them."""
    parser = argparse.ArgumentParser(prog="python -m connectors.simulators", description=__doc__)
    for name in PLATFORMS:
        parser.add_argument(f"--{name}-port", type=int, metavar="PORT")
    parser.add_argument("--truth", type=Path, required=True, metavar="DIR", help="where the truth files go")
    parser.add_argument("--rules", type=json.loads, default={}, help='JSON: {"bluesky": {"points_per_hour": 10}}')
    chosen = vars(parser.parse_args(arguments))
    ports = {name: chosen[f"{name}_port"] for name in PLATFORMS if chosen[f"{name}_port"] is not None}
    if not ports:
        parser.error("give the port of at least one platform")
    _raise_file_limit()
    asyncio.run(_serve(ports, chosen["truth"], chosen["rules"]))


async def _serve(ports: dict[str, int], truth_dir: Path, rules: dict[str, Any]) -> None:
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    platforms: dict[Pretend, int] = {
        PLATFORMS[name](Truth(truth_dir / f"{name}.jsonl", name), rules.get(name, {})): port
        for name, port in ports.items()
    }

    def ready(found: list[int]) -> None:
        said = {
            platform.name: {"port": port, "origin": f"http://127.0.0.1:{port}", "truth": str(platform.truth.path)}
            for platform, port in zip(platforms, found, strict=True)
        }
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()

    await serve_until(stop, platforms, ready)


def _raise_file_limit() -> None:
    """Every connection is an open file; the usual soft limit of 1,024 is fewer than a thousand accounts need."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    main()
