"""The sandbox's stage: asks the pretend platforms on this machine for an account. In no other profile is there one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from gateway.domain.loopback import is_loopback
from gateway.domain.refusal import Reason, Refused

SECONDS = 3.0
ACCOUNT, TIMELINE = "/_sim/account", "/"


@dataclass(frozen=True)
class Opened:
    """A pretend account: where it lives, what a person would type to connect it, and the page of what it shows."""

    platform: str
    origin: str
    handle: str
    fields: Mapping[str, str] = field(repr=False)
    timeline: str


class Stage:
    """The pretend platforms behind the hosts that the settings map to this machine."""

    def __init__(self, hosts: Mapping[str, str]) -> None:
        self._hosts = {host: origin for host, origin in hosts.items() if is_loopback(urlsplit(origin).hostname or "")}

    def open(self) -> Opened:
        """An account at the first platform (by the name of its host) that connects one by what is typed.

        Raises Refused(STAGE_EMPTY) where none answers so.
        """
        for host, origin in sorted(self._hosts.items()):
            if made := _asked(origin):
                home = f"https://{host}"
                return Opened(made["platform"], home, made["handle"], made["fields"], origin.rstrip("/") + TIMELINE)
        raise Refused(Reason.STAGE_EMPTY)


def _asked(origin: str) -> dict[str, Any]:
    """What the platform at this origin opened; empty where nothing answers there or it opens none."""
    parts = urlsplit(origin)
    wire = HTTPConnection(parts.hostname or "", parts.port, timeout=SECONDS)
    try:
        wire.request("POST", ACCOUNT, "{}", {"Connection": "close", "Content-Type": "application/json"})
        answer = wire.getresponse()
        found = json.loads(answer.read()) if answer.status == 200 else {}
    except (OSError, HTTPException, ValueError):
        return {}
    finally:
        wire.close()
    return found if isinstance(found, dict) and {"platform", "handle", "fields"} <= found.keys() else {}
