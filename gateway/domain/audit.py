"""What happened, as it enters the audit log: an act, who did it, to what, and short facts; never free text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Fact = str | int | bool | None

WORKER = "worker"
ANYONE = "anyone"


@dataclass(frozen=True)
class AuditEvent:
    """One act. `actor` is a member's id, WORKER or ANYONE; `facts` hold ids, digests, counts and fixed words."""

    act: str
    actor: str
    subject_kind: str
    subject_id: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
