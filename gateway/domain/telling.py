"""Telling: what one calendar said last of one release.

Where calendars disagree, the later instant and the stricter state hold until they agree again: late rather than early.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.audit import WORKER, AuditEvent, Fact
from gateway.domain.change import Record
from gateway.domain.instant import rfc3339
from gateway.domain.release import Entry, ReleaseState

STRICTER = (ReleaseState.FINAL, ReleaseState.PROVISIONAL, ReleaseState.CANCELLED)


@dataclass(frozen=True, kw_only=True)
class Telling(Record):
    """`source` said this of `release` when it was read last; `state` is None where its kind cannot say.

    `gone_at` is when a whole reading of it first had the release no longer.
    """

    source: str
    release: str
    instant: datetime
    state: ReleaseState | None
    gone_at: datetime | None = None


def id_of(source: str, release: str) -> str:
    """The one telling of this release by this source."""
    return hashlib.sha256(f"{source}\n{release}".encode()).hexdigest()[:32]


def told_by(source: str, entry: Entry, before: Telling | None) -> Telling:
    """What this reading says, in the place of what the one before said."""
    said = Telling(
        id=id_of(source, entry.id),
        source=source,
        release=entry.id,
        instant=entry.instant,
        state=entry.state if entry.says_state else None,
    )
    return said if before is None else replace(said, version=before.version)


def joined(entry: Entry, others: Sequence[Telling]) -> Entry:
    """What all calendars together say: the latest instant, the strictest state that anyone says."""
    own = [entry.state] if entry.says_state else []
    states = [*own, *(other.state for other in others if other.state is not None)]
    return replace(
        entry,
        instant=max([entry.instant, *(other.instant for other in others)]),
        state=max(states, key=STRICTER.index) if states else entry.state,
        says_state=bool(states),
    )


def disagree(said: Telling, others: Sequence[Telling]) -> bool:
    """Whether another calendar gives another instant, or another state where both can say."""
    return any(
        other.instant != said.instant or (said.state and other.state and other.state is not said.state)
        for other in others
    )


def told_of_disagreement(said: Telling, entry: Entry) -> AuditEvent:
    """That this calendar contradicts another, and what holds meanwhile."""
    facts: dict[str, Fact] = {
        "source": said.source[-200:],
        "said": rfc3339(said.instant),
        "instant": rfc3339(entry.instant),
        "state": str(entry.state),
    }
    return AuditEvent("release.disagree", WORKER, "release", said.release, facts)


def vanished(said: Telling, at: datetime) -> tuple[Telling, AuditEvent]:
    """A whole reading has the release no longer: told once; its word counts no more until it is back."""
    facts: dict[str, Fact] = {"source": said.source[-200:], "instant": rfc3339(said.instant)}
    return replace(said, gone_at=at), AuditEvent("release.vanish", WORKER, "release", said.release, facts)
