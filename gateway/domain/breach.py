"""Breach: what should not have happened on an account, found by looking at it: evidence, and what was done about it.

A post that is not ours, ours changed or gone, another name, picture, bio or application (P11, P23).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from connectors.words import Profile, Receipt
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change, Record
from gateway.domain.refusal import Reason, Refused


class BreachKind(StrEnum):
    """What was found."""

    FOREIGN_POST = "foreign-post"
    CHANGED_POST = "changed-post"
    VANISHED_POST = "vanished-post"
    CHANGED_NAME = "changed-name"
    CHANGED_PICTURE = "changed-picture"
    CHANGED_BIO = "changed-bio"
    CHANGED_APPLICATIONS = "changed-applications"


class BreachState(StrEnum):
    """Where a breach stands; nothing follows closed."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


NEXT = {
    BreachState.OPEN: frozenset({BreachState.ACKNOWLEDGED, BreachState.CLOSED}),
    BreachState.ACKNOWLEDGED: frozenset({BreachState.CLOSED}),
    BreachState.CLOSED: frozenset[BreachState](),
}


@dataclass(frozen=True, kw_only=True)
class Breach(Record):
    """One finding with its evidence. Its id derives from what was found, so that it is raised once.

    `text` is what the platform showed, `fingerprint` its SHA-256 (hex), `before` what was to be seen instead (a
    fingerprint for a post, the words for a profile); `receipt` is where. `delivery` is ours where there is one. Not
    `certain`: the look was evidence and no proof.
    """

    account: str
    kind: BreachKind
    text: str
    fingerprint: str
    before: str
    receipt: Receipt | None
    application: str | None
    delivery: str | None
    certain: bool
    found_at: datetime
    state: BreachState = BreachState.OPEN
    handled_by: str | None = None
    handled_at: datetime | None = None
    reason: str = ""
    removed_at: datetime | None = None
    removed_by: str | None = None


@dataclass(frozen=True, kw_only=True)
class Watch(Record):
    """What is known of an account's timeline between two looks; its id is the account's.

    `before`: posts that stood there before the first look, and `floor`: older than this nothing was listed then (None
    where the list was whole). `shown`: the fingerprint of each of our posts as it was last seen. `profile`: its face.
    """

    before: tuple[str, ...]
    floor: datetime | None
    shown: tuple[tuple[str, str], ...]
    profile: Profile | None


def fingerprint(text: str) -> str:
    """SHA-256 (hex) of a text as it was seen."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def breach_id(account: str, kind: BreachKind, *marks: str) -> str:
    """The id of a finding: the same finding has the same id, however often it is met."""
    parts = (account, str(kind), *marks)
    return f"breach-{hashlib.sha256(repr(parts).encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def handle(breach: Breach, state: BreachState, reason: str, *, by: str, at: datetime) -> Change:
    """A person takes note of it, or ends it, and says why. Raises Refused."""
    if state not in NEXT[breach.state]:
        raise Refused(Reason.WRONG_STATE, state=str(breach.state))
    if not reason.strip():
        raise Refused(Reason.REASON_MISSING, field="reason")
    after = replace(breach, state=state, handled_by=by, handled_at=at, reason=reason.strip())
    facts = {"account": breach.account, "kind": str(breach.kind), "state": str(state)}
    return Change((AuditEvent("breach.handle", by, "breach", breach.id, facts),), (after,))


def require_removable(breach: Breach) -> Receipt:
    """The receipt of a foreign post that may be taken down. Raises Refused: ours is removed as a publication."""
    if breach.kind is not BreachKind.FOREIGN_POST or breach.receipt is None or breach.removed_at is not None:
        raise Refused(Reason.WRONG_STATE, state=str(breach.kind) if breach.removed_at is None else "removed")
    return breach.receipt


def taken_down(breach: Breach, *, by: str, at: datetime) -> Change:
    """A foreign post was removed at the platform by somebody's order; the breach itself stays to be closed."""
    after = replace(breach, removed_at=at, removed_by=by)
    facts = {"account": breach.account, "fingerprint": breach.fingerprint}
    return Change((AuditEvent("breach.remove", by, "breach", breach.id, facts),), (after,))
