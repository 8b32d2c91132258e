"""Held forms: what a member had typed is kept, sealed, while they sign in again or show a fresh factor.

A form is held for one member alone, for a day, at most ten at a time (the oldest give way), and emptied when taken.
Passwords, codes and credentials are never held: the pages do not hand them in (gateway.web.pages.mounting).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.actions.guard import at, live_session
from gateway.actions.proving import require_sure
from gateway.actions.sessions import session_id
from gateway.actions.telling import tells
from gateway.domain.audit import ANYONE, AuditEvent
from gateway.domain.change import Change
from gateway.domain.instant import Now
from gateway.domain.member import MemberState
from gateway.domain.refusal import Reason, Refused
from gateway.domain.signin import HeldForm
from gateway.sealing import NONCE
from gateway.storage.unit import Readers
from gateway.world import Who, World

LIFE = timedelta(days=1)
MOST = 10


@dataclass(frozen=True)
class Form:
    """A form as it was sent: its path, its fields in order, and the act a fresh factor is needed for, if any.

    `sent` is False for a page that was only to be seen; `passkey` says that no code will do.
    """

    path: str
    sent: bool = False
    fields: tuple[tuple[str, str], ...] = ()
    act: str = ""
    subject: str = ""
    digest: str = ""
    passkey: bool = False


@tells("form.hold", "form")
def hold(world: World, who: Who, form: Form) -> str:
    """Keep this form for the acting member; returns the id to take it back by. Raises Refused(NOT_SIGNED_IN)."""
    with world.storage.reading() as readers:
        live_session(readers, who, world.clock.now())
    return _kept(world, who.member, who.member, form)


def hold_for_ended(world: World, session_token: str, form: Form) -> str:
    """Keep a form that came with a session which has ended, for that session's member, who must sign in to see it.

    Raises Refused(NOT_SIGNED_IN) where there never was such a session or its member left.
    """
    with world.storage.reading() as readers:
        session = readers.sessions.find(session_id(session_token))
        member = None if session is None else readers.members.find(session.member)
    if member is None or member.state is MemberState.LEFT:
        raise Refused(Reason.NOT_SIGNED_IN)
    return _kept(world, member.id, ANYONE, form)


def _kept(world: World, member: str, by: str, form: Form) -> str:
    id, nonce = world.chance.id(), world.chance.token(NONCE)
    sealed = world.content_key.seal(_place(member, id), _written(form), nonce)
    with world.storage.unit() as unit:
        require_sure(unit.now)
        kept = HeldForm(id=id, member=member, sealed=sealed, at=at(unit.now))
        event = AuditEvent("form.hold", by, "form", id, {"member": member, "act": form.act})
        unit.commit(Change((event,), (kept, *_giving_way(unit, member, unit.now))))
    return id


def _giving_way(readers: Readers, member: str, now: Now) -> tuple[HeldForm, ...]:
    """Those that are too old, and the oldest beyond nine, emptied."""
    untaken = readers.held_forms.untaken(member)
    surplus = {held.id for held in untaken[: max(0, len(untaken) - MOST + 1)]}
    return tuple(_emptied(held, at(now)) for held in untaken if held.id in surplus or now.maybe_past(held.at + LIFE))


@tells("form.look", "form")
def look_at(world: World, who: Who, form: str) -> Form:
    """One's own held form, which stays held. Raises Refused(NOT_FOUND) where it is another's, taken or too old."""
    with world.storage.reading() as readers:
        now = world.clock.now()
        live_session(readers, who, now)
        held = _own(readers, who, form, now)
    return _read(world.content_key.unseal(_place(held.member, held.id), held.sealed))


@tells("form.take", "form")
def take(world: World, who: Who, form: str) -> Form:
    """One's own held form, once: what was sealed is gone from here on. Raises Refused(NOT_FOUND)."""
    with world.storage.unit() as unit:
        live_session(unit, who, unit.now)
        held = _own(unit, who, form, unit.now)
        event = AuditEvent("form.take", who.member, "form", held.id)
        unit.commit(Change((event,), (_emptied(held, at(unit.now)),)))
    return _read(world.content_key.unseal(_place(held.member, held.id), held.sealed))


def _own(readers: Readers, who: Who, id: str, now: Now) -> HeldForm:
    held = readers.held_forms.find(id)
    if held is None or held.member != who.member or held.taken_at is not None or now.maybe_past(held.at + LIFE):
        raise Refused(Reason.NOT_FOUND, kind="form")
    return held


def _emptied(held: HeldForm, when: datetime) -> HeldForm:
    return replace(held, sealed=b"", taken_at=when)


def _place(member: str, id: str) -> str:
    return f"form/{member}/{id}"


def _written(form: Form) -> bytes:
    parts = [form.path, form.sent, form.fields, form.act, form.subject, form.digest, form.passkey]
    return json.dumps(parts).encode()


def _read(sealed: bytes) -> Form:
    path, sent, fields, act, subject, digest, passkey = json.loads(sealed)
    return Form(path, sent, tuple((name, value) for name, value in fields), act, subject, digest, passkey)
