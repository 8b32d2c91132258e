"""Delivery: one Outgoing on its way to one account. NEXT is the whole law of its life (house §6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from connectors.words import AT_RELEASE, NOW, Outgoing, Receipt
from gateway.domain.audit import WORKER, AuditEvent, Fact
from gateway.domain.change import Change, Record
from gateway.domain.instant import Now, parse_rfc3339, rfc3339
from gateway.domain.policy import Timing
from gateway.domain.refusal import Reason, Refused
from gateway.domain.release import Release
from gateway.domain.submission import Submission


class State(StrEnum):
    """Where a delivery is. published, rejected, removed, withdrawn and lapsed end it."""

    HELD = "held"
    CLAIMED = "claimed"
    SENDING = "sending"
    UNKNOWN = "unknown"
    PUBLISHED = "published"
    REJECTED = "rejected"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


NEXT: Mapping[State, frozenset[State]] = {
    State.HELD: frozenset({State.CLAIMED, State.WITHDRAWN, State.LAPSED}),
    State.CLAIMED: frozenset({State.SENDING, State.HELD, State.WITHDRAWN, State.LAPSED}),
    State.SENDING: frozenset({State.PUBLISHED, State.REJECTED, State.HELD, State.UNKNOWN}),
    State.UNKNOWN: frozenset({State.PUBLISHED, State.HELD, State.WITHDRAWN}),
    State.PUBLISHED: frozenset({State.REMOVED}),
    State.REJECTED: frozenset(),
    State.REMOVED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.LAPSED: frozenset(),
}

BEFORE_INTENT = frozenset({State.HELD, State.CLAIMED})


@dataclass(frozen=True)
class Look:
    """One complete or incomplete look at the platform for an unknown delivery: evidence, kept with the delivery."""

    at: datetime
    complete: bool
    outcome: str


@dataclass(frozen=True, kw_only=True)
class Delivery(Record):
    """One Outgoing on its way. Only its state, claim, attempt and outcome ever change.

    `due_at` is the approved instant, or the release's for AT_RELEASE (kept with the release when it moves);
    `hold` is the reason why it waits for a person; `stamp` is the instant it was approved for, which never changes
    (stable keys). `made` is what the last attempt had made at the platform and was about to make public there.
    """

    submission: str
    account: str
    platform: str
    outgoing: Outgoing
    digest: str
    release: str | None
    due_at: datetime
    stamp: datetime
    previous: str | None
    state: State = State.HELD
    hold: str | None = None
    not_before: datetime | None = None
    claimed_by: str | None = None
    intent_at: datetime | None = None
    ended_at: datetime | None = None
    attempts: int = 0
    outcome: str | None = None
    looks: tuple[Look, ...] = ()
    receipt: Receipt | None = None
    judged_under: str = ""
    made: str | None = None

    @property
    def key(self) -> str:
        """The stable key the platform sees; derives from the id alone (house §5)."""
        return f"delivery-{self.id}"


def to_state(delivery: Delivery, state: State, **changed: Any) -> Delivery:
    """The delivery in its next state, with what changes by the step. Raises Refused where the law does not allow it."""
    if state not in NEXT[delivery.state]:
        raise Refused(Reason.WRONG_STATE, state=str(delivery.state), wanted=str(state))
    return replace(delivery, state=state, **changed)


def told(act: str, delivery: Delivery, actor: str, **facts: Fact) -> AuditEvent:
    """An audit event about a delivery."""
    more: dict[str, Fact] = {"account": delivery.account, "submission": delivery.submission, **facts}
    return AuditEvent(act, actor, "delivery", delivery.id, more)


def due_of(wanted: str, release: Release | None, at: datetime) -> datetime:
    """When a delivery falls due: its own instant, the release's, or, for NOW, the moment it was held.

    A release never makes a post leave before its approved time, nor the time before its release: the gate asks both.
    """
    if wanted == NOW:
        return at
    if wanted == AT_RELEASE:
        if release is None:
            raise Refused(Reason.RELEASE_OR_CLAIM)
        return release.instant
    return parse_rfc3339(wanted)


def hold_all(
    submission: Submission, ids: Iterable[str], platforms: Mapping[str, str], release: Release | None, at: datetime
) -> Change:
    """The deliveries of an approved submission, one an Outgoing, chained within a thread; held at `at`."""
    made: list[Delivery] = []
    # A class raised by an approver may be one that a profile holds: it is judged again before it is sent.
    judged_under = submission.judged_under if submission.content_class == submission.wish.content_class else ""
    for outgoing, delivery_id in zip(submission.outgoings, ids, strict=True):
        due = due_of(outgoing.wanted, release, at)
        previous = made[-1].id if outgoing.part > 1 else None
        made.append(
            Delivery(
                id=delivery_id,
                submission=submission.id,
                account=outgoing.account,
                platform=platforms[outgoing.account],
                outgoing=outgoing,
                digest=submission.digest,
                release=outgoing.release,
                due_at=due,
                stamp=due,
                previous=previous,
                judged_under=judged_under,
            )
        )
    events = tuple(told("delivery.hold", d, WORKER, due=rfc3339(d.due_at), digest=d.digest) for d in made)
    return Change(events, tuple(made))


# --- the arrows -----------------------------------------------------------------------------------------------------


def claim(delivery: Delivery, worker: str) -> Change:
    """held -> claimed by one worker, for as long as that worker shows a sign of life (its heartbeat row)."""
    after = to_state(delivery, State.CLAIMED, claimed_by=worker)
    return Change((told("delivery.claim", delivery, WORKER, worker=worker),), (after,))


def intend(delivery: Delivery, worker: str, now: Now, made: str | None = None) -> Change:
    """claimed -> sending: the intent. Committed before the one step that cannot be taken back, which publishes `made`
    where that has an id.
    """
    if delivery.claimed_by != worker:
        raise Refused(Reason.WRONG_STATE, state=str(delivery.state))
    after = to_state(delivery, State.SENDING, intent_at=now.earliest, attempts=delivery.attempts + 1, made=made)
    return Change(
        (told("delivery.intent", delivery, WORKER, attempt=after.attempts, digest=delivery.digest),), (after,)
    )


def back_to_held(
    delivery: Delivery, *, actor: str, why: str, not_before: datetime | None = None, hold: str | None = None
) -> Change:
    """claimed -> held (let go), sending -> held (with proof that it was not applied), unknown -> held (settled)."""
    after = to_state(
        delivery,
        State.HELD,
        claimed_by=None,
        not_before=not_before,
        hold=hold,
        outcome=why,
        looks=(),
        receipt=None,
    )
    return Change((told("delivery.back", delivery, actor, why=why, hold=hold),), (after,))


def publish(delivery: Delivery, receipt: Receipt, *, actor: str, at: datetime, how: str) -> tuple[Delivery, AuditEvent]:
    """sending -> published, or unknown -> published when settled. The publication record is made beside it."""
    after = to_state(delivery, State.PUBLISHED, receipt=receipt, ended_at=at, outcome="published", claimed_by=None)
    return after, told("delivery.publish", delivery, actor, how=how, platform_id=receipt.platform_id[:200])


def reject(delivery: Delivery, *, why: str, at: datetime) -> Change:
    """sending -> rejected: the platform will never take it."""
    after = to_state(delivery, State.REJECTED, ended_at=at, outcome=why, claimed_by=None)
    return Change((told("delivery.reject", delivery, WORKER, why=why),), (after,))


def lose(delivery: Delivery, *, why: str, at: datetime, named: str | None = None) -> Change:
    """sending -> unknown: nobody knows whether the platform took it. It is settled by looking, never resent.

    `named` is kept as what the platform says it holds (it refused a duplicate of it): where to look first, no more.
    """
    there = Receipt(named) if named else None
    after = to_state(delivery, State.UNKNOWN, ended_at=at, outcome=why, claimed_by=None, looks=(), receipt=there)
    return Change((told("delivery.unknown", delivery, WORKER, why=why),), (after,))


def look(delivery: Delivery, seen: Look) -> Change:
    """Keep one look at the platform as evidence; the state stays unknown."""
    if delivery.state is not State.UNKNOWN:
        raise Refused(Reason.WRONG_STATE, state=str(delivery.state))
    after = replace(delivery, looks=(*delivery.looks, seen)[-10:])
    return Change((told("delivery.look", delivery, WORKER, outcome=seen.outcome, complete=seen.complete),), (after,))


def withdraw(delivery: Delivery, *, by: str, at: datetime, why: str) -> Change:
    """held, claimed or unknown -> withdrawn. An unknown one "may be there": a person says so (settling by hand)."""
    after = to_state(delivery, State.WITHDRAWN, ended_at=at, outcome=why, claimed_by=None)
    return Change((told("delivery.withdraw", delivery, by, why=why),), (after,))


def lapse(delivery: Delivery, *, at: datetime) -> Change:
    """held or claimed -> lapsed: its window closed. Shown, never sent: late is an incident, not a delivery."""
    after = to_state(delivery, State.LAPSED, ended_at=at, outcome="lapsed", claimed_by=None)
    return Change((told("delivery.lapse", delivery, WORKER, due=rfc3339(delivery.due_at)),), (after,))


def _kept(delivery: Delivery) -> Delivery:
    """held or claimed -> held, any claim broken. Raises Refused after the intent: what is on its way is not ours."""
    if delivery.state not in BEFORE_INTENT:
        raise Refused(Reason.WRONG_STATE, state=str(delivery.state))
    return replace(delivery, state=State.HELD, claimed_by=None)


def hold_for_person(delivery: Delivery, *, why: Reason, actor: str) -> Change:
    """Keep it held until a person acts: author left, calendar moved, rules changed. A claim on it is broken."""
    after = replace(_kept(delivery), hold=str(why))
    return Change((told("delivery.person", delivery, actor, why=str(why)),), (after,))


# Holds that somebody else's look can end. What is not named here stays: a stricter embargo verdict needs a clearance, a
# leaver's own post another author, and what nobody has judged is not judged by lifting.
LIFTABLE = frozenset(
    {
        Reason.APPROVER_GONE,
        Reason.CLEARER_GONE,
        Reason.RELEASE_CANCELLED,
        Reason.RELEASE_NOT_FINAL,
        Reason.FINDING_BLOCKS,
        Reason.PROFILE_HOLDS,
        Reason.PLATFORM_REFUSED,
        Reason.VAULT_SHUT,
    }
)
SURELY_ABSENT = "settled-absent"  # the outcome of a look that proved that the platform does not have it


def lift(delivery: Delivery, submission: Submission, release: Release | None, *, by: str, comment: str) -> Change:
    """End a person's hold: what is held waits for the door like any other. `comment` holds why.

    Raises Refused: OWN_WORK for its author, WRONG_STATE where nothing holds it, HOLD_STAYS for a reason that nobody's
    word ends, RESTORED where no look has proved that it has not gone out since the backup.
    """
    if submission.author == by:
        raise Refused(Reason.OWN_WORK, act="lift")
    if no := why_it_stays(delivery):
        raise no
    after = replace(delivery, hold=None, due_at=_due_again(delivery, release))
    return Change((told("delivery.lift", delivery, by, hold=delivery.hold, comment=comment),), (after,))


class Stands(Protocol):
    """How a delivery stands: what a whole one knows, and a list's sketch of one."""

    @property
    def state(self) -> State:
        """Where it is in its life."""

    @property
    def hold(self) -> str | None:
        """Why it waits for a person."""

    @property
    def not_before(self) -> datetime | None:
        """Until when it rests after a try."""

    @property
    def due_at(self) -> datetime:
        """When it falls due."""

    @property
    def outcome(self) -> str | None:
        """What its end was called."""


def why_it_stays(delivery: Stands) -> Refused | None:
    """Why nobody's word can end what holds this delivery: the refusal; None where one can (`lift`)."""
    if delivery.state is not State.HELD or delivery.hold is None:
        return Refused(Reason.WRONG_STATE, state=str(delivery.state))
    if delivery.hold == Reason.RESTORED and delivery.outcome != SURELY_ABSENT:
        return Refused(Reason.RESTORED)
    if delivery.hold not in LIFTABLE | {Reason.RESTORED}:
        return Refused(Reason.HOLD_STAYS, hold=delivery.hold)
    return None


def _due_again(delivery: Delivery, release: Release | None) -> datetime:
    """The release may have moved while it was held: never to before the instant it was approved for (`stamp`)."""
    if delivery.outgoing.wanted != AT_RELEASE or release is None:
        return delivery.due_at
    return max(release.instant, delivery.stamp)


def move(delivery: Delivery, release: Release, *, actor: str) -> Change:
    """The release moved: an AT_RELEASE delivery follows it, never to before the instant it was approved for (`stamp`);
    any other keeps its approved time. Both wait for a person where the release is no longer final.
    """
    due = _due_again(delivery, release)
    after = replace(_kept(delivery), due_at=due)
    return Change((told("delivery.move", delivery, actor, due=rfc3339(due)),), (after,))


def recover(delivery: Delivery, *, at: datetime) -> Change:
    """A silent worker's claim: claimed -> held, sending -> unknown. Nothing of it is ever resent unseen."""
    if delivery.state is State.SENDING:
        return lose(delivery, why="worker-silent", at=at)
    return back_to_held(delivery, actor=WORKER, why="worker-silent", not_before=delivery.not_before)


def refuse(delivery: Delivery, reason: Reason, *, not_before: datetime | None = None) -> Change:
    """The door said no before the intent: back to held, told when the reason is another than last time."""
    after = replace(_kept(delivery), outcome=str(reason), not_before=not_before or delivery.not_before)
    return Change((told("door.refuse", delivery, WORKER, reason=str(reason)),), (after,))


def is_lapsed(opens_at: datetime, timing: Timing, now: Now) -> bool:
    """Whether the window that began when the door could open has surely closed."""
    return now.surely_past(opens_at + timing.lapse_after)


def blown(elapsed: timedelta) -> bool:
    """The fuse: a request not started within 2 s of its intent, on CLOCK_BOOTTIME, is not sent (house §6)."""
    return elapsed > timedelta(seconds=2)
