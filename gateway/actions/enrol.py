"""Coming in: an invitation by a one-time link, a password of one's own, a second factor. Enrolling signs in."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta

from gateway.actions.guard import acting, at, spend_step_up, with_records
from gateway.actions.notice import about_member
from gateway.actions.proving import (
    commit_refusal,
    counted,
    counters,
    factor_of,
    factor_place,
    judge_factor,
    require_sure,
    unsealed,
    written_hash,
)
from gateway.actions.sessions import begin, new_token, session_of
from gateway.actions.telling import tell_refusal, tells
from gateway.domain.audit import ANYONE, AuditEvent
from gateway.domain.change import Change, Record, together
from gateway.domain.instant import Now
from gateway.domain.member import Member, MemberState, require_address, require_compatible
from gateway.domain.notice import NoticeKind
from gateway.domain.policy import Roles
from gateway.domain.refusal import Reason, Refused
from gateway.domain.signin import Factor, FactorStatus, Invitation, RecoveryCode, Session, SessionKind
from gateway.identity import recovery, totp
from gateway.identity.name import InvalidName, canonical_name
from gateway.identity.password import PasswordRefused, check_acceptable, hash_password
from gateway.identity.throttle import Way
from gateway.sealing import NONCE
from gateway.storage.unit import Readers
from gateway.world import Who, World

SHOWN_FOR = timedelta(minutes=10)
LINK_LIFE = timedelta(hours=24)  # ASVS 5.0 6.4.1
LONGEST_TEXT = 100
DOMAIN = b"gateway invitation 1\x00"
ADMINISTRATOR = ("administrator",)
NEWCOMER = ("account_owner", "administrator", "security_officer")  # who tries the sandbox sets everything up alone


@dataclass(frozen=True)
class Invited:
    """The new member's id, and what their one-time link carries: shown once, stored hashed, good for 24 hours."""

    member_id: str
    link_token: str


@dataclass(frozen=True)
class Enrolment:
    """A pending second factor: its secret in base32, the otpauth address and that address as an SVG element."""

    secret: str
    uri: str
    qr_svg: str


@dataclass(frozen=True)
class Enrolled:
    """Signed in: a full session's token, and ten recovery codes that are never shown again."""

    session_token: str
    recovery_codes: tuple[str, ...]


@dataclass(frozen=True)
class Newcomer:
    """Who is to be invited, as typed."""

    name: str
    display_name: str
    team: str
    roles: tuple[str, ...]
    email: str = ""


def invite(
    world: World, who: Who, name: str, display_name: str, team: str, roles: tuple[str, ...], email: str = ""
) -> Invited:
    """A new member and their one-time link (permission member.invite). `email` is where their notices go too, from the
    first one on; the link never goes there: whoever reads a mailbox on its way would come in by it.

    Raises Refused: NAME_REFUSED, NAME_TAKEN (any spelling; a name that left stays taken), EMPTY, TOO_LONG,
    ROLE_MISSING, ROLES_CLASH, ADDRESS_REFUSED.
    """
    return _invite(world, who, Newcomer(name, display_name, team, roles, email.strip()))


@tells("member.invite", "member")
def _invite(world: World, who: Who, newcomer: Newcomer) -> Invited:
    token = new_link_token(world)
    with world.storage.unit() as unit:
        require_sure(unit.now)
        inviter = acting(unit, who, "member.invite", world.policy.roles, unit.now)
        member = newcomer_member(newcomer, world.chance.id(), world.policy.roles, unit.now)
        _require_free(unit, member)
        unit.commit(invitation(member, token, by=inviter.id, now=unit.now))
    return Invited(member.id, token)


@tells("member.invite-again", "member")
def invite_again(world: World, who: Who, member: str) -> Invited:
    """A new link for someone who has not enrolled yet; earlier links end. Raises Refused(WRONG_STATE)."""
    token = new_link_token(world)
    with world.storage.unit() as unit:
        require_sure(unit.now)
        inviter = acting(unit, who, "member.invite", world.policy.roles, unit.now)
        found = unit.members.get(member)
        if found.state is not MemberState.INVITED:
            raise Refused(Reason.WRONG_STATE, state=str(found.state))
        unit.commit(anew(unit, found, token, by=inviter.id, now=unit.now))
    return Invited(found.id, token)


def first_invitation(world: World, name: str, display_name: str, team: str) -> Invited:
    """The first administrator, while there is nobody: no right is asked for, so it works once. In the sandbox they
    answer for the pretend accounts too; approving their own work stays out of reach there as well.

    Asked again for the same name before that link was used, it gives a new link and ends the old one. Raises
    Refused(WRONG_STATE) as soon as there is anyone else or the link was used.
    """
    token = new_link_token(world)
    newcomer = Newcomer(name, display_name, team, NEWCOMER if world.sandbox else ADMINISTRATOR)
    with world.storage.unit() as unit:
        require_sure(unit.now)
        member = newcomer_member(newcomer, world.chance.id(), world.policy.roles, unit.now)
        everyone = unit.members.all()
        if everyone:
            member = _still_the_first(everyone, member.name_key)
            unit.commit(anew(unit, member, token, by=ANYONE, now=unit.now))
        else:
            unit.commit(invitation(member, token, by=ANYONE, now=unit.now))
    return Invited(member.id, token)


def _still_the_first(everyone: list[Member], name_key: str) -> Member:
    first = everyone[0]
    untouched = first.state is MemberState.INVITED and first.password_hash is None
    if len(everyone) > 1 or not untouched or first.name_key != name_key:
        raise Refused(Reason.WRONG_STATE, state="has-members")
    return first


def newcomer_member(newcomer: Newcomer, id: str, roles: Roles, now: Now) -> Member:
    """The member that an invitation makes. Raises Refused for the name, the texts or the roles."""
    try:
        name_key = canonical_name(newcomer.name)
    except InvalidName:
        raise Refused(Reason.NAME_REFUSED) from None
    if not newcomer.roles:
        raise Refused(Reason.EMPTY, field="roles")
    wanted = tuple(sorted(set(newcomer.roles)))
    require_compatible(wanted, roles)
    return Member(
        id=id,
        name=newcomer.name.strip(),
        name_key=name_key,
        display_name=_text(newcomer.display_name, "display_name"),
        team=_text(newcomer.team, "team"),
        roles=wanted,
        state=MemberState.INVITED,
        created_at=at(now),
        email=require_address(newcomer.email),
    )


def _text(typed: str, field: str) -> str:
    text = " ".join(typed.split())
    if not text:
        raise Refused(Reason.EMPTY, field=field)
    if len(text) > LONGEST_TEXT:
        raise Refused(Reason.TOO_LONG, field=field, allowed=LONGEST_TEXT)
    return text


def _require_free(readers: Readers, member: Member) -> None:
    if readers.members.by_name(member.name_key) is not None:
        raise Refused(Reason.NAME_TAKEN)


def invitation(member: Member, token: str, *, by: str, now: Now) -> Change:
    """The member as given, and a link of 24 hours for them."""
    link = Invitation(id=link_id(token), member=member.id, expires_at=at(now) + LINK_LIFE)
    event = AuditEvent("member.invite", by, "member", member.id, {"roles": "+".join(member.roles)})
    return Change((event,), (member, link))


def anew(readers: Readers, member: Member, token: str, *, by: str, now: Now) -> Change:
    """A new link in place of those that were not used."""
    old = tuple(replace(link, used_at=at(now)) for link in readers.invitations.open_for(member.id))
    return with_records(invitation(member, token, by=by, now=now), *old)


def new_link_token(world: World) -> str:
    """What a one-time link carries: 256 random bits, URL-safe."""
    return base64.urlsafe_b64encode(world.chance.token(32)).rstrip(b"=").decode("ascii")


def link_id(token: str) -> str:
    """The id under which a link is stored: its hash, so that a stolen database invites nobody."""
    return hashlib.sha256(DOMAIN + token.encode("utf-8", errors="surrogatepass")).hexdigest()


def accept_invitation(world: World, token: str, password: str, source: str | None = None) -> str:
    """Choose a password by a one-time link; returns a half session's token, with which to enrol a second factor.

    Raises Refused(INVITATION_REFUSED) for a link that is unknown, used, over or whose member left, all alike; the link
    stays good where the password is refused: PASSWORD_REFUSED with `flaw` (gateway.identity.password.Flaw).
    `source`, the client's address, limits guessing.
    """
    link, member = _open_link(world, token, source)
    about = (member.name, member.display_name, member.team, world.organisation)
    try:
        check_acceptable(password, about)
        hashed = hash_password(password, profile=world.password_profile)
    except PasswordRefused as flaw:
        refusal = Refused(Reason.PASSWORD_REFUSED, flaw=str(flaw.reason))
        tell_refusal(world, refusal, act="invitation.accept", actor=ANYONE, kind="member", subject=member.id)
        raise refusal from None
    return _accepted(world, link.id, hashed)


def _open_link(world: World, token: str, source: str | None) -> tuple[Invitation, Member]:
    with world.storage.unit() as unit:
        require_sure(unit.now)
        found = _link(unit, link_id(token), unit.now)
        if found is not None:
            return found
        # By source alone: a name that can be nobody's has no counter of its own.
        tries = counted(unit, counters(Way.PASSWORD, "", source), unit.now)
        facts = {"act": "invitation.accept", "reason": str(Reason.INVITATION_REFUSED)}
        unit.commit(Change((AuditEvent("refused", ANYONE, "invitation", "-", facts),), tries))
    raise Refused(Reason.INVITATION_REFUSED)


def _link(readers: Readers, id: str, now: Now) -> tuple[Invitation, Member] | None:
    link = readers.invitations.find(id)
    if link is None or link.used_at is not None or now.maybe_past(link.expires_at):
        return None
    member = readers.members.find(link.member)
    return None if member is None or member.state is not MemberState.INVITED else (link, member)


def _accepted(world: World, id: str, hashed: str) -> str:
    token = new_token(world)
    with world.storage.unit() as unit:
        require_sure(unit.now)
        found = _link(unit, id, unit.now)
        if found is None:
            raise Refused(Reason.INVITATION_REFUSED)
        link, member = found
        event = AuditEvent("invitation.accept", member.id, "member", member.id)
        records = (replace(link, used_at=at(unit.now)), replace(member, password_hash=hashed))
        begun = begin(unit, token, member.id, SessionKind.HALF, unit.now, after=None)
        unit.commit(together(Change((event,), records), begun))
    return token


def begin_enrolment(world: World, session_token: str) -> Enrolment:
    """A new pending factor in place of an earlier pending one.

    The first one needs a half session. Whoever has proved a factor already needs a full session and a step-up "enrol"
    on their own id, else Refused(NOT_SIGNED_IN or STEP_UP_NEEDED): a password alone never changes a factor.
    """
    secret, id = totp.new_secret(world.chance.token(totp.SECRET_BYTES)), world.chance.id()
    nonce = world.chance.token(NONCE)
    with world.storage.unit() as unit:
        session, member = session_of(unit, session_token, unit.now)
        spent = _allowed_to_enrol(unit, session, member, unit.now)
        sealed = world.content_key.seal(factor_place(member.id, id), secret.encode(), nonce)
        pending = Factor(
            id=id,
            member=member.id,
            sealed=sealed,
            last_step=totp.NO_STEP_YET,
            status=FactorStatus.PENDING,
            created_at=at(unit.now),
        )
        event = AuditEvent("factor.begin", member.id, "factor", id)
        issuer = _issuer(unit, world)
        unit.commit(Change((event,), (pending, *spent, *_ended(_pending(unit, member.id)))))
    return _enrolment(secret, member, issuer)


def pending_enrolment(world: World, session_token: str) -> Enrolment:
    """The factor that waits for its first code, shown again for ten minutes to its member.

    Raises Refused(FACTOR_MISSING) where none waits; NOT_SIGNED_IN where an older factor asks for a full session.
    """
    with world.storage.reading() as readers:
        now = world.clock.now()
        session, member = session_of(readers, session_token, now)
        if factor_of(readers, member.id) is not None:
            _require_full(session)
        pending = _pending(readers, member.id)
        if not pending or now.maybe_past(pending[0].created_at + SHOWN_FOR):
            raise Refused(Reason.FACTOR_MISSING)
        issuer = _issuer(readers, world)
    return _enrolment(unsealed(world.content_key, pending[0]), member, issuer)


def _enrolment(secret: str, member: Member, issuer: str) -> Enrolment:
    uri = totp.provisioning_uri(secret, name=member.name, issuer=issuer)
    return Enrolment(secret, uri, totp.qr_svg(uri))


def _issuer(readers: Readers, world: World) -> str:
    """Whose gateway this is, as the code app shows it beside the name."""
    known = readers.organisations.all()
    return known[0].name if known else world.organisation


def _allowed_to_enrol(readers: Readers, session: Session, member: Member, now: Now) -> tuple[Record, ...]:
    if factor_of(readers, member.id) is None:
        return ()
    _require_full(session)
    return (spend_step_up(readers, Who(member.id, session.id), now, "enrol", member.id),)


def _require_full(session: Session) -> None:
    if session.kind is not SessionKind.FULL:
        raise Refused(Reason.NOT_SIGNED_IN)


def _pending(readers: Readers, member: str) -> list[Factor]:
    return [factor for factor in readers.factors.of(member) if factor.status is FactorStatus.PENDING]


def _ended(factors: list[Factor]) -> tuple[Factor, ...]:
    return tuple(replace(factor, status=FactorStatus.ENDED) for factor in factors)


def confirm_enrolment(world: World, session_token: str, code: str) -> Enrolled:
    """The pending factor proved by its first code: it takes the place of an older one, ten new recovery codes that of
    older ones, and a new full session that of every other session.

    Raises Refused: NOT_SIGNED_IN, FACTOR_MISSING (begin first), CODE_REFUSED, TOO_MANY_TRIES, FACTOR_LOCKED (begin
    again), CLOCK_UNSURE.
    """
    token = new_token(world)
    codes = recovery.make_codes(world.chance.token(recovery.ENTROPY_BYTES))
    hashes = [written_hash(each) for each in recovery.hash_codes(codes)]
    with world.storage.unit() as unit:
        session, member = session_of(unit, session_token, unit.now)
        pending = _pending(unit, member.id)
        if not pending:
            raise Refused(Reason.FACTOR_MISSING)
        if (old := factor_of(unit, member.id)) is not None:
            _require_full(session)
        # A pending factor has a counter of its own: whoever enrols holds its secret, and locks nobody else's.
        keyed = counters(Way.SECOND_FACTOR, f"enrolment {pending[0].id}", None)
        secret = unsealed(world.content_key, pending[0])
        verdict = judge_factor(unit, secret, pending[0], code, keyed, unit.now)
        commit_refusal(unit, verdict, act="factor.confirm", actor=member.id, member=member.id)
        records = _confirmed(verdict.records, member, [old] if old else [])
        fresh = [RecoveryCode(id=world.chance.id(), member=member.id, hash=hashed) for hashed in hashes]
        spent = [replace(code, used_at=at(unit.now)) for code in unit.recovery_codes.unused(member.id)]
        change = _enrolling(unit, session, token, (*records, *fresh, *spent), unit.now)
        if old is not None:
            change += about_member(world.chance, member.id, NoticeKind.FACTOR_ADDED, at(unit.now))
        unit.commit(change)
    return Enrolled(token, codes)


def _confirmed(judged: tuple[Record, ...], member: Member, old: list[Factor]) -> tuple[Record, ...]:
    """The judged factor confirmed, its member active, the factor before it ended."""
    confirmed = (replace(r, status=FactorStatus.CONFIRMED) if isinstance(r, Factor) else r for r in judged)
    active = () if member.is_active else (replace(member, state=MemberState.ACTIVE),)
    return (*confirmed, *active, *_ended(old))


def _enrolling(readers: Readers, session: Session, token: str, records: tuple[Record, ...], now: Now) -> Change:
    member = session.member
    event = AuditEvent("factor.confirm", member, "member", member, {"recovery_codes": recovery.CODES})
    begun = begin(readers, token, member, SessionKind.FULL, now, after=session, alone=True)
    return together(Change((event,), records), begun)
