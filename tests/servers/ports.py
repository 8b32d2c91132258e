"""Free ports on loopback, and waiting until something answers there."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

import httpx


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listened on a moment ago."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def await_answer(url: str, is_alive: Callable[[], bool], words: Callable[[], str], seconds: float = 60) -> None:
    """Wait until `url` answers 200. Raises RuntimeError with the server's own words when it ends or stays silent."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and is_alive():
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"{url} does not answer:\n{words()}")
