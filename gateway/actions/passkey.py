"""Passkeys: added with a fresh factor, listed, removed; asked for at signing in and for one act, answered once.

A challenge is kept here, never by the browser: for one session and purpose, for a step-up for one act, subject and
digest, good once and for five minutes. A wrong answer spends it too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from gateway.actions.guard import at, live_session, spend_step_up
from gateway.actions.notice import about_member
from gateway.actions.proving import Verdict, commit_refusal, counted, counters, factor_of, forgiven, require_sure
from gateway.actions.sessions import begin, half_session_of, new_token, session_of
from gateway.actions.stepup import require_steppable
from gateway.actions.telling import tells
from gateway.domain.audit import ANYONE, AuditEvent
from gateway.domain.change import NEW, Change, Record, together
from gateway.domain.instant import Now
from gateway.domain.member import Member
from gateway.domain.notice import NoticeKind
from gateway.domain.refusal import Reason, Refused
from gateway.domain.signin import Challenge, Passkey, Purpose, SessionKind, StepUp
from gateway.identity.party import CHALLENGE_BYTES, Known, NewPasskey, NoPartyName, Party, Person, party_of
from gateway.identity.throttle import Way
from gateway.identity.wrong import CountWentBack, WrongPasskey
from gateway.sealing import NONCE, CannotUnseal
from gateway.storage.unit import Readers, Unit
from gateway.world import Who, World

CHALLENGE_LIFE = timedelta(minutes=5)
LONGEST_NAME = 60


@dataclass(frozen=True)
class Waiting:
    """A passkey that is being added: the name it will have, and what the browser is given to make it (JSON)."""

    name: str
    options: str


@dataclass(frozen=True)
class Ask:
    """What a passkey is asked for; a step-up names its act."""

    purpose: Purpose
    act: str = ""
    subject: str = ""
    digest: str = ""
    name: str = ""


def party(world: World) -> Party:
    """Whose passkeys they are, by `[web] public_origin`. Raises Refused(PASSKEY_ADDRESS)."""
    try:
        return party_of(world.public_origin)
    except NoPartyName:
        raise Refused(Reason.PASSKEY_ADDRESS) from None


# --- adding, listing, removing --------------------------------------------------------------------------------------


@tells("passkey.begin", "member")
def begin_passkey(world: World, who: Who, *, name: str) -> Waiting:
    """Begin to add a passkey under this name, with the step-up "enrol" on one's own id.

    Raises Refused: STEP_UP_NEEDED, EMPTY, TOO_LONG, PASSKEY_ADDRESS, MEMBER_LEFT.
    """
    with world.storage.unit() as unit:
        require_sure(unit.now)
        live_session(unit, who, unit.now)
        party(world)
        member = _active(unit, who.member)
        named = _name(name)
        spent = spend_step_up(unit, who, unit.now, "enrol", member.id)
        asked = _asked(unit, world, who, Ask(Purpose.ENROL, name=named), unit.now)
        event = AuditEvent("passkey.begin", member.id, "member", member.id)
        unit.commit(Change((event,), (asked, spent)))
    return pending_passkey(world, who)


@tells("passkey.pending", "member")
def pending_passkey(world: World, who: Who) -> Waiting:
    """The passkey that is being added in this session. Raises Refused(PASSKEY_OVER) where none is."""
    from gateway.identity.passkey import registration_options

    with world.storage.reading() as readers:
        now = world.clock.now()
        live_session(readers, who, now)
        asked = _open(readers, who.session, Purpose.ENROL, now)
        if asked is None:
            raise Refused(Reason.PASSKEY_OVER)
        member = _active(readers, who.member)
        have = [passkey.credential for passkey in readers.passkeys.of(member.id)]
        issuer = next((known.name for known in readers.organisations.all()), world.organisation)
    person = Person(_handle(member), member.name, member.display_name)
    return Waiting(asked.name, registration_options(party(world), issuer, person, asked.value, have))


def add_passkey(world: World, who: Who, answer: str) -> Passkey:
    """The passkey that the browser made, from here on good at signing in and for every act.

    Raises Refused: NOT_SIGNED_IN, PASSKEY_OVER (used, too old or not begun here), PASSKEY_REFUSED.
    """
    with world.storage.unit() as unit:
        require_sure(unit.now)
        live_session(unit, who, unit.now)
        member = _active(unit, who.member)
        asked = _open(unit, who.session, Purpose.ENROL, unit.now)
        spent: tuple[Record, ...] = () if asked is None else (_spent(asked, unit.now),)
        try:
            made = _made(unit, world, asked, answer)
        except Refused as refusal:
            commit_refusal(unit, Verdict(spent, refusal), act="passkey.add", actor=member.id, member=member.id)
            raise
        added = _added(world, member.id, asked.name if asked else "", made, unit.now)
        event = AuditEvent("passkey.add", member.id, "passkey", added.id)
        told = about_member(world.chance, member.id, NoticeKind.PASSKEY_ADDED, at(unit.now))
        unit.commit(together(Change((event,), (added, *spent)), told))
    return replace(added, version=1)


def _made(readers: Readers, world: World, asked: Challenge | None, answer: str) -> NewPasskey:
    from gateway.identity.passkey import verify_registration

    if asked is None:
        raise Refused(Reason.PASSKEY_OVER)
    try:
        made = verify_registration(answer, challenge=asked.value, party=party(world))
    except WrongPasskey:
        raise Refused(Reason.PASSKEY_REFUSED) from None
    if readers.passkeys.by_credential(made.credential) is not None:
        raise Refused(Reason.PASSKEY_REFUSED)
    return made


def _added(world: World, member: str, name: str, made: NewPasskey, now: Now) -> Passkey:
    id = world.chance.id()
    place = _place(member, id, made.credential)
    return Passkey(
        id=id,
        member=member,
        credential=made.credential,
        sealed=world.content_key.seal(place, made.public_key, world.chance.token(NONCE)),
        sign_count=made.sign_count,
        name=name,
        created_at=at(now),
    )


@tells("passkey.list", "member")
def list_passkeys(world: World, who: Who) -> list[Passkey]:
    """One's own passkeys, oldest first."""
    with world.storage.reading() as readers:
        live_session(readers, who, world.clock.now())
        return readers.passkeys.of(who.member)


@tells("passkey.remove", "passkey")
def remove_passkey(world: World, who: Who, passkey: str) -> None:
    """End one of one's own passkeys, with the step-up "enrol" on its id. The code app goes on: no member is ever
    without a second factor. Raises Refused(NOT_FOUND) for another's.
    """
    with world.storage.unit() as unit:
        live_session(unit, who, unit.now)
        found = next((own for own in unit.passkeys.of(who.member) if own.id == passkey), None)
        if found is None:
            raise Refused(Reason.NOT_FOUND, kind="passkey")
        spent = spend_step_up(unit, who, unit.now, "enrol", found.id)
        event = AuditEvent("passkey.remove", who.member, "passkey", found.id)
        told = about_member(world.chance, who.member, NoticeKind.PASSKEY_REMOVED, at(unit.now))
        unit.commit(together(Change((event,), (replace(found, ended_at=at(unit.now)), spent)), told))


# --- signing in -----------------------------------------------------------------------------------------------------


def has_passkey(world: World, session_token: str) -> bool:
    """Whether whoever has typed the password may go on with a passkey. Raises Refused(NOT_SIGNED_IN)."""
    with world.storage.reading() as readers:
        _, member = session_of(readers, session_token, world.clock.now())
        return bool(readers.passkeys.of(member.id))


def begin_sign_in(world: World, session_token: str) -> str:
    """What the browser is given (JSON) to finish signing in by a passkey.

    Raises Refused: NOT_SIGNED_IN, PASSKEY_MISSING, PASSKEY_ADDRESS.
    """
    with world.storage.unit() as unit:
        require_sure(unit.now)
        half, member = half_session_of(unit, session_token, unit.now)
        who = Who(member.id, half.id)
        options, asked = _assertion(unit, world, who, Ask(Purpose.SIGN_IN), unit.now)
        event = AuditEvent("signin.passkey-begin", ANYONE, "member", member.id)
        unit.commit(Change((event,), (asked,)))
    return options


def prove_sign_in(world: World, session_token: str, answer: str, source: str | None = None) -> str:
    """The full session's token for a half session and a passkey's answer; the half session ends.

    It works while the code app is locked: nobody guesses a signature, so nobody can lock a member out here (T54).
    Wrong ones are counted like wrong codes, but from each address apart. Raises Refused: NOT_SIGNED_IN, FACTOR_MISSING,
    PASSKEY_OVER, PASSKEY_REFUSED, PASSKEY_COPIED, TOO_MANY_TRIES.
    """
    token = new_token(world)
    with world.storage.unit() as unit:
        require_sure(unit.now)
        half, member = half_session_of(unit, session_token, unit.now)
        if factor_of(unit, member.id) is None or not member.is_active:
            raise Refused(Reason.FACTOR_MISSING)
        asked = _open(unit, half.id, Purpose.SIGN_IN, unit.now)
        verdict = _judged(unit, world, member, asked, answer, source)
        commit_refusal(unit, verdict, act="signin.passkey", actor=ANYONE, member=member.id)
        told = AuditEvent("signin.passkey", member.id, "member", member.id, {"passkey": _id_in(verdict)})
        begun = begin(unit, token, member.id, SessionKind.FULL, unit.now, after=half, passkey=True)
        unit.commit(together(Change((told, *verdict.events), verdict.records), begun))
    return token


# --- a fresh factor for one act -------------------------------------------------------------------------------------


@tells("step-up.begin", "act")
def begin_step_up(world: World, who: Who, act: str, subject: str, digest: str) -> str:
    """What the browser is given (JSON) to confirm exactly this act, subject and digest by a passkey.

    Raises Refused: NOT_SIGNED_IN, NOT_FOUND (no such act or subject), PASSKEY_MISSING, PASSKEY_ADDRESS.
    """
    with world.storage.unit() as unit:
        require_sure(unit.now)
        live_session(unit, who, unit.now)
        require_steppable(unit.members.get(who.member), act, subject, digest)
        ask = Ask(Purpose.STEP_UP, act, subject, digest)
        options, asked = _assertion(unit, world, who, ask, unit.now)
        event = AuditEvent("step-up.begin", who.member, "act", subject, {"act": act, "digest": digest})
        unit.commit(Change((event,), (asked,)))
    return options


def prove_step_up(world: World, who: Who, answer: str, source: str | None = None) -> None:
    """Write down that a passkey confirmed what was asked last in this session; the act itself spends it.

    What it confirms is what `begin_step_up` kept, whatever the browser says. Raises Refused: NOT_SIGNED_IN,
    PASSKEY_OVER, PASSKEY_REFUSED, PASSKEY_COPIED, TOO_MANY_TRIES.
    """
    with world.storage.unit() as unit:
        require_sure(unit.now)
        live_session(unit, who, unit.now)
        member = _active(unit, who.member)
        asked = _open(unit, who.session, Purpose.STEP_UP, unit.now)
        verdict = _judged(unit, world, member, asked, answer, source)
        commit_refusal(unit, verdict, act="step-up", actor=member.id, member=member.id)
        if asked is not None:
            unit.commit(_shown(world, who, asked, verdict, unit.now))


def _shown(world: World, who: Who, asked: Challenge, verdict: Verdict, now: Now) -> Change:
    shown = StepUp(
        id=world.chance.id(),
        session=who.session,
        member=who.member,
        act=asked.act,
        subject=asked.subject,
        digest=asked.digest,
        at=at(now),
        passkey=True,
    )
    facts = {"act": asked.act, "digest": asked.digest, "passkey": _id_in(verdict)}
    event = AuditEvent("step-up", who.member, "act", asked.subject, facts)
    return Change((event, *verdict.events), (*verdict.records, shown))


# --- what both are made of ------------------------------------------------------------------------------------------


def _assertion(readers: Readers, world: World, who: Who, ask: Ask, now: Now) -> tuple[str, Challenge]:
    from gateway.identity.passkey import assertion_options

    have = [passkey.credential for passkey in readers.passkeys.of(who.member)]
    if not have:
        raise Refused(Reason.PASSKEY_MISSING)
    asked = _asked(readers, world, who, ask, now)
    return assertion_options(party(world), asked.value, have), asked


def _asked(readers: Readers, world: World, who: Who, ask: Ask, now: Now) -> Challenge:
    """A new challenge in place of the session's earlier one for the same purpose."""
    id = _challenge_id(who.session, ask.purpose)
    earlier = readers.challenges.find(id)
    return Challenge(
        id=id,
        version=NEW if earlier is None else earlier.version,
        member=who.member,
        session=who.session,
        purpose=ask.purpose,
        value=world.chance.token(CHALLENGE_BYTES),
        at=at(now),
        act=ask.act,
        subject=ask.subject,
        digest=ask.digest,
        name=ask.name,
    )


def _challenge_id(session: str, purpose: Purpose) -> str:
    return f"{session}/{purpose}"


def _open(readers: Readers, session: str, purpose: Purpose, now: Now) -> Challenge | None:
    """The session's challenge for this purpose, unless it was used or may be older than five minutes."""
    asked = readers.challenges.find(_challenge_id(session, purpose))
    if asked is None or asked.used_at is not None or now.maybe_past(asked.at + CHALLENGE_LIFE):
        return None
    return asked


def _spent(asked: Challenge, now: Now) -> Challenge:
    return replace(asked, used_at=at(now))


def _judged(
    unit: Unit, world: World, member: Member, asked: Challenge | None, answer: str, source: str | None
) -> Verdict:
    """A passkey's answer judged: the challenge is spent whatever it says, the new count is stored where it is right.

    Raises Refused(TOO_MANY_TRIES), with nothing to write, after five wrong ones.
    """
    from gateway.identity.passkey import credential_of, verify_assertion

    if asked is None:
        return Verdict((), Refused(Reason.PASSKEY_OVER))
    keyed = counters(Way.PASSKEY, member.name_key, source)
    tries, spent = counted(unit, keyed, unit.now), _spent(asked, unit.now)
    try:
        passkey = _own(unit, member, credential_of(answer))
        known = Known(passkey.credential, _public_key(world, passkey), passkey.sign_count)
        count = verify_assertion(answer, challenge=asked.value, party=party(world), known=known, handle=_handle(member))
    except CountWentBack:
        return _copied(world, member, (spent, *tries), unit.now)
    except WrongPasskey:
        return Verdict((spent, *tries), Refused(Reason.PASSKEY_REFUSED), (), tries[0].in_a_row)
    used = replace(passkey, sign_count=count, used_at=at(unit.now))
    return Verdict((spent, used, *forgiven(tries, keyed)))


def _own(readers: Readers, member: Member, credential: str) -> Passkey:
    found = next((own for own in readers.passkeys.of(member.id) if own.credential == credential), None)
    if found is None:
        raise WrongPasskey
    return found


def _copied(world: World, member: Member, spent: tuple[Record, ...], now: Now) -> Verdict:
    told = about_member(world.chance, member.id, NoticeKind.PASSKEY_COPIED, at(now))
    return Verdict((*spent, *told.records), Refused(Reason.PASSKEY_COPIED), told.events)


def _id_in(verdict: Verdict) -> str:
    return next(record.id for record in verdict.records if isinstance(record, Passkey))


def _public_key(world: World, passkey: Passkey) -> bytes:
    """Sealed for its row: a key put there by hand opens nothing (ASVS 5.0 6.7.1)."""
    try:
        return world.content_key.unseal(_place(passkey.member, passkey.id, passkey.credential), passkey.sealed)
    except CannotUnseal:
        raise WrongPasskey from None


def _place(member: str, id: str, credential: str) -> str:
    return f"passkey/{member}/{id}/{credential}"


def _handle(member: Member) -> bytes:
    """The user handle: the member's id, which is random and says nothing about them."""
    return member.id.encode()[:64]


def _active(readers: Readers, id: str) -> Member:
    member = readers.members.get(id)
    if not member.is_active:
        raise Refused(Reason.MEMBER_LEFT, member=member.id)
    return member


def _name(typed: str) -> str:
    text = " ".join(typed.split())
    if not text:
        raise Refused(Reason.EMPTY, field="name")
    if len(text) > LONGEST_NAME:
        raise Refused(Reason.TOO_LONG, field="name", allowed=LONGEST_NAME)
    return text
