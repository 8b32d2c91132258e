"""Tests speak to this machine only. Any other connection or name look-up is an error that no client swallows."""

from __future__ import annotations

import ipaddress
import socket
import sys
from typing import Any


class LeavesTheMachine(RuntimeError):
    """A test tried to reach another machine. Not an OSError, so that no HTTP client takes it for a network fault."""


def keep_to_loopback() -> None:
    """From now on refuse connections and look-ups beyond loopback in this process; it cannot be taken back.

    Names under `.invalid` (RFC 6761) fail at once as unknown, without asking a name server.
    """
    sys.addaudithook(_watch)


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        connection, address = arguments[0], arguments[1]
        if connection.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(str(address[0])):
            raise LeavesTheMachine(f"a test tried to reach {address[0]}")
    elif event == "socket.getaddrinfo":
        name = arguments[0].decode() if isinstance(arguments[0], bytes) else arguments[0]
        if name is not None and name.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if name is not None and not _is_here(name):
            raise LeavesTheMachine(f"a test tried to look up {name}")


def _is_here(name: str) -> bool:
    if name in ("", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.split("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
