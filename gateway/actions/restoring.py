"""Taking up a database that came back from a backup: what may have happened since is never done again.

The database remembers the moment of the backup; the world went on. So everything is frozen until a person has looked,
what was on its way is unknown and settled by looking, and whatever may have been sent since waits for a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.words import AT_RELEASE
from gateway.actions.proving import require_sure, span
from gateway.actions.sessions import end_all
from gateway.chance import Chance
from gateway.domain.account import Freeze
from gateway.domain.account import freeze as frozen
from gateway.domain.audit import ANYONE, AuditEvent, Fact
from gateway.domain.change import Change, Record, together
from gateway.domain.delivery import Delivery, State, hold_for_person, lose, told
from gateway.domain.instant import Now
from gateway.domain.policy import Timing
from gateway.domain.refusal import Reason
from gateway.identity import totp
from gateway.storage import tables
from gateway.storage.unit import Storage, Unit

MARGIN = timedelta(seconds=60)  # two machines' clocks may each be unsure by the 30 s that settings allow at most
WHY = "restored from a backup"
OPEN = (State.HELD, State.CLAIMED, State.SENDING, State.UNKNOWN)


@dataclass(frozen=True)
class TakenUp:
    """What taking up did: deliveries now unknown, deliveries held for a person, sessions ended, the freeze's id."""

    unknown: tuple[str, ...]
    held: tuple[str, ...]
    sessions: int
    freeze: str


def take_up(storage: Storage, timing: Timing, chance: Chance, **facts: Fact) -> TakenUp:
    """Make a restored database safe to run, in one commit told as `db.restore` with `facts`; run it before the worker.

    Raises Refused(CLOCK_UNSURE or STORAGE_UNAVAILABLE); then nothing was written.
    """
    with storage.unit() as unit:
        require_sure(unit.now)
        met = unit.deliveries.where(tables.deliveries.c.state.in_(OPEN))
        unknown = [d for d in met if d.state in {State.SENDING, State.UNKNOWN}]
        held = [d for d in met if d.state not in {State.SENDING, State.UNKNOWN} and may_have_gone(d, unit.now)]
        sessions = unit.sessions.where(tables.sessions.c.ended_at.is_(None))
        stop = Freeze(id=chance.id(), scope="all", target="", reason=WHY, by=ANYONE, since=unit.now.earliest)
        counts: dict[str, Fact] = {"unknown": len(unknown), "held": len(held), "freeze": stop.id}
        restored = AuditEvent("db.restore", ANYONE, "database", "-", counts | facts)
        unit.commit(
            together(
                Change((restored,), _codes_spent(unit)),
                frozen(stop, by=ANYONE),
                *(_in_doubt(delivery, timing, unit.now) for delivery in unknown),
                # What a look proved before the backup says nothing of what went since.
                *(hold_for_person(replace(d, outcome=None), why=Reason.RESTORED, actor=ANYONE) for d in held),
                *end_all(sessions, by=ANYONE, now=unit.now, why="restored"),
            )
        )
    return TakenUp(_ids(unknown), _ids(held), len(sessions), stop.id)


def may_have_gone(delivery: Delivery, now: Now) -> bool:
    """Whether what was before its intent in the backup may have been sent since: due by now, claimed, or bound to a
    release, which may have moved forward meanwhile. Anything else the door cannot have let out: its time is approved.
    """
    due = now.maybe_past(delivery.due_at - MARGIN)
    return due or delivery.state is State.CLAIMED or delivery.outgoing.wanted == AT_RELEASE


def _in_doubt(delivery: Delivery, timing: Timing, now: Now) -> Change:
    """sending -> unknown; unknown stays so. The hold outlives a look that meets nothing: a person decides then."""
    marked = replace(delivery, hold=str(Reason.RESTORED))
    if delivery.state is State.SENDING:
        return lose(marked, why=str(Reason.RESTORED), at=_sender_end(delivery, timing, now))
    return Change((told("delivery.person", delivery, ANYONE, why=str(Reason.RESTORED)),), (marked,))


def _sender_end(delivery: Delivery, timing: Timing, now: Now) -> datetime:
    """When the sender had surely ended, so that a look does not take what came long after for this one."""
    began = delivery.intent_at or now.earliest
    return min(now.earliest, began + 2 * timing.platform_timeout)


def _codes_spent(unit: Unit) -> tuple[Record, ...]:
    """Every factor with all steps until now as used: a code shown between backup and restore works no second time."""
    newest = (span(unit.now)[1] - totp.EPOCH) // totp.STEP
    return tuple(replace(f, last_step=newest) for f in unit.factors.all() if f.last_step < newest)


def _ids(deliveries: Iterable[Delivery]) -> tuple[str, ...]:
    return tuple(delivery.id for delivery in deliveries)
