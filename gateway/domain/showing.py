"""Showing: a picture at an address nobody can guess, for a platform that fetches it, while its delivery is sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.domain.audit import ANYONE, WORKER
from gateway.domain.change import Change, Record
from gateway.domain.delivery import Delivery, told
from gateway.domain.instant import Now
from gateway.domain.refusal import Reason, Refused

LIFE = timedelta(minutes=6)  # a little more than the longest conversation of the courier
MOST_FETCHES = 20  # platforms fetch a picture several times, to look at it, to read it, to try again


@dataclass(frozen=True, kw_only=True)
class Showing(Record):
    """`id` is the digest of the address's token, so that whoever reads the database can fetch nothing by it.

    `media` is the picture's SHA-256, `told_as` its name in the log.
    """

    delivery: str
    media: str
    told_as: str
    ends_at: datetime
    fetches: int = 0


def begin(id: str, delivery: Delivery, media: str, told_as: str, now: Now) -> Change:
    """Show one of the delivery's own pictures from now on. Raises Refused(NOT_FOUND) for any other."""
    if media not in {picture.sha256 for picture in delivery.outgoing.pictures}:
        raise Refused(Reason.NOT_FOUND, kind="media")
    shown = Showing(id=id, delivery=delivery.id, media=media, told_as=told_as, ends_at=now.earliest + LIFE)
    return Change((told("media.show", delivery, WORKER, media=told_as),), (shown,))


def fetch(shown: Showing, delivery: Delivery, now: Now) -> Change:
    """Somebody who has the address fetches. Raises Refused(NOT_FOUND) where it is over or was fetched too often."""
    if now.maybe_past(shown.ends_at) or shown.fetches >= MOST_FETCHES:
        raise Refused(Reason.NOT_FOUND, kind="media")
    after = replace(shown, fetches=shown.fetches + 1)
    return Change((told("media.fetch", delivery, ANYONE, media=shown.told_as, fetch=after.fetches),), (after,))


def end(delivery: Delivery, shown: int) -> Change:
    """The conversation is over: every address of the delivery goes."""
    return Change((told("media.hide", delivery, WORKER, addresses=shown),), ())
