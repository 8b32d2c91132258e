"""The real web process of a town: for browsers, and for platforms that fetch pictures from it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.ports import free_port


def free_address(host: str = "127.0.0.1") -> tuple[str, dict[str, object]]:
    """Where a web process may listen, and its `[web]` settings. `host` is the name it is known by."""
    port = free_port()
    address = f"http://{host}:{port}"
    return address, {"host": "127.0.0.1", "port": port, "public_origin": address}


@contextmanager
def web_process(folder: Path) -> Iterator[None]:
    """`gateway web` on the settings in `folder`, answering; ended in order."""
    command = [sys.executable, "-m", "gateway.cli", "web", "--config", str(folder / "gateway.toml")]
    with (folder / "web.log").open("w") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, (folder / "web.log").read_text()
        assert json.loads(line)["ready"] == "web"
        yield
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()
