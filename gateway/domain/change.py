"""Change: the only thing that can be written (house §5). Events and records in one commit."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.domain.audit import AuditEvent

NEW = 0


@dataclass(frozen=True, kw_only=True)
class Record:
    """Anything that is stored: an id and the version at which it was read; NEW (0) has not been stored yet."""

    id: str
    version: int = NEW


@dataclass(frozen=True)
class Change:
    """What one decision writes. A change that nobody can see is not allowed: there is always an event."""

    events: tuple[AuditEvent, ...]
    records: tuple[Record, ...] = ()

    def __post_init__(self) -> None:
        if not self.events:
            raise ValueError("a change without an audit event is not allowed")

    def __add__(self, other: Change) -> Change:
        return Change(self.events + other.events, self.records + other.records)


def together(*changes: Change) -> Change:
    """Several decisions written in one commit, all or none. Raises ValueError for none."""
    return Change(
        tuple(event for change in changes for event in change.events),
        tuple(record for change in changes for record in change.records),
    )
