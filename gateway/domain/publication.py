"""Publication: our record that a post is at the platform, with evidence; and its removal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from connectors.words import Receipt
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change, Record
from gateway.domain.delivery import Delivery, State, publish, to_state
from gateway.domain.grant import Grant, Kind, require_grant
from gateway.domain.instant import Now
from gateway.domain.refusal import Reason, Refused


@dataclass(frozen=True, kw_only=True)
class Publication(Record):
    """One post at a platform; its id is its delivery's. (account, platform_id) are unique together.

    `lateness_ms` counts from the instant at which the door could open to the platform's answer; `how` says whether the
    platform answered ("answered") or it was found by looking ("looked", "person").
    """

    account: str
    platform_id: str
    url: str | None
    at: datetime
    lateness_ms: int
    how: str
    removed_at: datetime | None = None
    removed_by: str | None = None


def published(
    delivery: Delivery, receipt: Receipt, *, actor: str, at: datetime, opened_at: datetime, how: str
) -> Change:
    """sending or unknown -> published, with the publication beside it, in one Change."""
    after, event = publish(delivery, receipt, actor=actor, at=at, how=how)
    record = Publication(
        id=delivery.id,
        account=delivery.account,
        platform_id=receipt.platform_id,
        url=receipt.url,
        at=at,
        lateness_ms=round((at - opened_at).total_seconds() * 1000),
        how=how,
    )
    return Change((event,), (after, record))


def removed(publication: Publication, delivery: Delivery, *, by: str, at: datetime) -> Change:
    """published -> removed: taken down at the platform, an act of its own on the record (P7)."""
    after = to_state(delivery, State.REMOVED)
    event = AuditEvent("publication.remove", by, "delivery", delivery.id, {"account": delivery.account})
    return Change((event,), (after, replace(publication, removed_at=at, removed_by=by)))


def require_correctable(corrected: Delivery, grants: Iterable[Grant], author: str, now: Now) -> None:
    """What a post puts right is out, on an account that its author may write on. Raises Refused."""
    require_grant(grants, author, corrected.account, Kind.WRITE, now)
    if corrected.state is not State.PUBLISHED:
        raise Refused(Reason.CORRECTS_NOTHING, state=str(corrected.state))
