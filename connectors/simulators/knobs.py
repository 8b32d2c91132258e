"""The faults a simulator can be told to commit, as a queue: each matches some requests and happens `count` times.

Faults of different slots combine (a slow answer that was posted twice); of one slot the first match in the queue wins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What goes wrong. "Before" and "after" mean: before and after the platform took the request to heart."""

    TIMEOUT_BEFORE_ACCEPT = "timeout_before_accept"
    TIMEOUT_AFTER_ACCEPT = "timeout_after_accept"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    READ_AND_CLOSE = "read_and_close"
    STATUS = "status"
    EXPIRED_CREDENTIAL = "expired_credential"
    GARBAGE = "garbage"
    SLOW = "slow"
    DUPLICATE = "duplicate"
    LAGGING_LISTS = "lagging_lists"


class Slot(StrEnum):
    """Faults of one slot exclude each other."""

    WIRE = "wire"
    PACE = "pace"
    TWICE = "twice"
    LISTS = "lists"


SLOTS: Mapping[Kind, Slot] = {
    Kind.TIMEOUT_BEFORE_ACCEPT: Slot.WIRE,
    Kind.TIMEOUT_AFTER_ACCEPT: Slot.WIRE,
    Kind.RESET_BEFORE: Slot.WIRE,
    Kind.RESET_AFTER: Slot.WIRE,
    Kind.READ_AND_CLOSE: Slot.WIRE,
    Kind.STATUS: Slot.WIRE,
    Kind.EXPIRED_CREDENTIAL: Slot.WIRE,
    Kind.GARBAGE: Slot.WIRE,
    Kind.SLOW: Slot.PACE,
    Kind.DUPLICATE: Slot.TWICE,
    Kind.LAGGING_LISTS: Slot.LISTS,
}


@dataclass(frozen=True)
class Match:
    """Which requests: a regular expression searched in the path, and a method ("" means any)."""

    path: str = ""
    method: str = ""

    def meets(self, method: str, path: str) -> bool:
        """Whether a request is meant."""
        return self.method in ("", method) and re.search(self.path, path) is not None


@dataclass(frozen=True)
class Fault:
    """One fault. `count` None means for good; the first `skip` matching requests pass unharmed.

    `seconds`: how long a time-out holds the connection, how old an item must be to be listed, when a 429 ends.
    `ms`: how slow. `status`, `headers`, `body`: what is answered; `headers` None lets the platform add its own.
    `applied`: whether the request took effect although the answer says otherwise (status, garbage, read_and_close).
    """

    kind: Kind
    match: Match = field(default_factory=Match)
    count: int | None = 1
    skip: int = 0
    seconds: float = 30.0
    ms: int = 0
    status: int = 500
    headers: Mapping[str, str] | None = None
    body: str | None = None
    applied: bool = False

    @classmethod
    def parse(cls, data: object) -> Fault:
        """A fault from its JSON. Raises ValueError for a word or a type it does not know."""
        known = {f.name for f in fields(cls)}
        if not isinstance(data, dict) or not set(data) <= known:
            raise ValueError(f"a fault is an object with some of {sorted(known)}")
        kind = Kind(data.get("kind", ""))
        match = data.get("match") or {}
        if not isinstance(match, dict) or not set(match) <= {"path", "method"}:
            raise ValueError("match holds path and method")
        try:
            re.compile(match.get("path", ""))
        except re.error as error:
            raise ValueError(f"match.path is not a regular expression: {error}") from None
        _check_types(data)
        return cls(**{**data, "kind": kind, "match": Match(**match)})


_TYPES: Mapping[str, tuple[type, ...]] = {
    "count": (int, type(None)),
    "skip": (int,),
    "seconds": (int, float),
    "ms": (int,),
    "status": (int,),
    "headers": (dict, type(None)),
    "body": (str, type(None)),
    "applied": (bool,),
}


def _check_types(data: Mapping[str, Any]) -> None:
    for name, types in _TYPES.items():
        if name in data and not isinstance(data[name], types):
            raise ValueError(f"{name} is of the wrong type")


Plan = Mapping[Slot, Fault]


class Knobs:
    """The queue of faults still to happen and the latency of every answer, in milliseconds."""

    def __init__(self) -> None:
        self.latency_ms = 0
        self._queue: list[_Armed] = []

    def add(self, fault: Fault) -> None:
        """Queue a fault behind those already there."""
        self._queue.append(_Armed(fault, fault.skip, fault.count))

    def clear(self) -> None:
        """Forget every fault still queued."""
        self._queue.clear()

    def plan(self, method: str, path: str) -> Plan:
        """What goes wrong with this request; what is used up leaves the queue."""
        if not self._queue:
            return {}
        plan: dict[Slot, Fault] = {}
        for armed in list(self._queue):
            slot = SLOTS[armed.fault.kind]
            if slot not in plan and armed.fault.match.meets(method, path) and armed.fires():
                plan[slot] = armed.fault
        self._queue = [armed for armed in self._queue if armed.left != 0]
        return plan

    def waiting(self) -> list[dict[str, Any]]:
        """The queue as JSON, for people who look."""
        return [{**asdict(armed.fault), "skip": armed.skip, "count": armed.left} for armed in self._queue]


@dataclass
class _Armed:
    fault: Fault
    skip: int
    left: int | None

    def fires(self) -> bool:
        """Count down: first the requests to skip, then the times left."""
        if self.skip:
            self.skip -= 1
            return False
        if self.left is not None:
            self.left -= 1
        return True
