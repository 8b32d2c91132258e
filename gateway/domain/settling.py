"""Settling: what one look at the platform means for a delivery of unknown outcome (house §6). Never a resend unseen."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.words import Absent, Exact, Found, Likely, Receipt, Window
from gateway.domain.audit import WORKER
from gateway.domain.change import Change
from gateway.domain.delivery import SURELY_ABSENT, Delivery, Look, State, back_to_held, look
from gateway.domain.instant import Now
from gateway.domain.policy import Timing
from gateway.domain.publication import published
from gateway.domain.refusal import Reason, Refused

SKEW = timedelta(seconds=30)
COMPLETE_LOOKS = 2


@dataclass(frozen=True)
class Surroundings:
    """What else is known: platform ids already ours on this account, and other unknowns with the same words there."""

    taken: frozenset[str]
    siblings: tuple[Delivery, ...]
    lag: timedelta
    opened_at: datetime


def window_of(delivery: Delivery, lag: timedelta) -> Window:
    """[intent - skew, end + lag]: where an accepted post must lie."""
    if delivery.intent_at is None or delivery.ended_at is None:
        raise Refused(Reason.WRONG_STATE, state=str(delivery.state))
    return Window(delivery.intent_at - SKEW, delivery.ended_at + lag)


def settle(delivery: Delivery, found: Found, around: Surroundings, now: Now, timing: Timing) -> Change:
    """What follows from one look. Raises Refused(WRONG_STATE) unless the delivery is unknown.

    Exact settles. Likely settles only alone, in its window, not taken, no sibling. Proof of absence, with the sender
    surely finished, goes back to held unaided; evidence of absence is kept for a person. No answer is not absence.
    """
    if delivery.state is not State.UNKNOWN:
        raise Refused(Reason.WRONG_STATE, state=str(delivery.state))
    if isinstance(found, Exact):
        return _published(delivery, found.receipt, around, now)
    if isinstance(found, Likely):
        return _likely(delivery, found, around, now)
    return _absent(delivery, found, now, timing)


def _published(delivery: Delivery, receipt: Receipt, around: Surroundings, now: Now) -> Change:
    if receipt.platform_id in around.taken:
        return look(delivery, Look(now.earliest, complete=False, outcome="taken"))
    return published(delivery, receipt, actor=WORKER, at=now.earliest, opened_at=around.opened_at, how="looked")


def _likely(delivery: Delivery, found: Likely, around: Surroundings, now: Now) -> Change:
    window = window_of(delivery, around.lag)
    inside = [c for c in found.candidates if c.at is not None and window.begins <= c.at <= window.ends]
    free = [candidate for candidate in inside if candidate.platform_id not in around.taken]
    if len(free) == 1 and not around.siblings:
        return _published(delivery, free[0], around, now)
    outcome = "several" if len(free) > 1 or around.siblings else "none-in-window"
    return look(delivery, Look(now.earliest, complete=False, outcome=outcome))


def _absent(delivery: Delivery, found: Absent, now: Now, timing: Timing) -> Change:
    if found.proof:
        if not sender_finished(delivery, now, timing):
            return look(delivery, Look(now.earliest, complete=False, outcome="sender-may-live"))
        # A hold that a restore laid on it stays: it may have been removed by a person that this database never met.
        return back_to_held(delivery, actor=WORKER, why=SURELY_ABSENT, hold=delivery.hold)
    return look(delivery, Look(now.earliest, complete=found.complete, outcome="absent"))


def sender_finished(delivery: Delivery, now: Now, timing: Timing) -> bool:
    """Whether the request that was begun at the intent can no longer arrive: twice the platform time-out is over."""
    return delivery.intent_at is not None and now.surely_past(delivery.intent_at + 2 * timing.platform_timeout)


def same_words(said: str, shown: str) -> bool:
    """Whether a platform shows what was said: NFC, any white space as one space (what platforms do to a text)."""
    one, other = (" ".join(unicodedata.normalize("NFC", text).split()) for text in (said, shown))
    return one == other


def is_evident(looks: Iterable[Look], lag: timedelta, timing: Timing) -> bool:
    """Two complete looks that met nothing, at least max(60 s, the platform's lag) apart: a person may decide."""
    times = [seen.at for seen in looks if seen.complete and seen.outcome == "absent"]
    return len(times) >= COMPLETE_LOOKS and max(times) - min(times) >= max(timing.evidence_gap, lag)


def look_due(delivery: Delivery, now: Now, lag: timedelta, timing: Timing) -> bool:
    """Whether it is time to look: at once, after 5 s, after 15 s, then once every gap."""
    if not delivery.looks:
        return True
    waits = (timedelta(seconds=5), timedelta(seconds=15))
    count = len(delivery.looks)
    wait = waits[count - 1] if count <= len(waits) else max(timing.evidence_gap, lag)
    return now.surely_past(delivery.looks[-1].at + wait)
