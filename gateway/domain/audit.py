"""What happened, as it enters the audit log: an act, who did it, to what, and short facts; never free text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

Fact = str | int | bool | None

WORKER = "worker"
ANYONE = "anyone"


_NOT_PRINTABLE = re.compile(r"[^!-~]+")


@dataclass(frozen=True)
class AuditEvent:
    """One act. `actor` is a member's id, WORKER or ANYONE; `facts` hold ids, digests, counts and fixed words.

    Text in facts is brought to the log's shape: printable ASCII without spaces, up to 200 characters.
    """

    act: str
    actor: str
    subject_kind: str
    subject_id: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", {name: _short(fact) for name, fact in self.facts.items()})


def _short(fact: Fact) -> Fact:
    return _NOT_PRINTABLE.sub("-", fact)[:200] if isinstance(fact, str) else fact
