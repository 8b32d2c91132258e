"""Refusals are told too: one wrapper commits an events-only Change in a second Unit and re-raises (house §2)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change
from gateway.domain.refusal import Reason, Refused
from gateway.world import Who, World

P = ParamSpec("P")
T = TypeVar("T")

# The house cannot write these down: the log itself is what fails, or time is not sure.
UNTELLABLE = frozenset({Reason.STORAGE_UNAVAILABLE, Reason.CLOCK_UNSURE})


def tells(act: str, kind: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Marks an action: its refusals enter the log as `refused` with the act, the reason and who was refused.

    An action's arguments begin with `world, who`; the third, where it is an id, is the subject, else "-".
    """

    def wrap(action: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(action)
        def told(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return action(*args, **kwargs)
            except Refused as refusal:
                world, who, subject = _parts(args)
                tell_refusal(world, refusal, act=act, actor=who.member, kind=kind, subject=subject)
                raise

        return told

    return wrap


def _parts(args: tuple[object, ...]) -> tuple[World, Who, str]:
    world, who = args[0], args[1]
    if not isinstance(world, World) or not isinstance(who, Who):
        raise TypeError("an action's first two arguments are world and who")
    subject = args[2] if len(args) > 2 else None
    return world, who, subject if isinstance(subject, str) else "-"


def tell_refusal(world: World, refusal: Refused, *, act: str, actor: str, kind: str, subject: str) -> None:
    """Commit the refusal as an audit event of its own."""
    if refusal.reason in UNTELLABLE:
        return
    known = {name: fact for name, fact in refusal.facts.items() if name not in {"act", "reason"}}
    event = AuditEvent("refused", actor, kind, _id(subject), {"act": act, "reason": str(refusal.reason), **known})
    with world.storage.unit() as unit:
        unit.commit(Change((event,)))


def _id(subject: str) -> str:
    printable = subject.isascii() and subject.isprintable() and " " not in subject
    return subject[:200] if subject and printable else "-"
