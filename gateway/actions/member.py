"""Members: who they are, which roles they hold, and what two people together may do for a factor that is lost or
locked (security.md T6: nobody is talked into it alone).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gateway.actions.enrol import Invited, invitation, new_link_token
from gateway.actions.guard import FRESH, acting, at, live_session, spend_step_up, with_records
from gateway.actions.notice import about_member
from gateway.actions.proving import counters, factor_of, require_sure
from gateway.actions.sessions import end_all
from gateway.actions.signin import end_everything
from gateway.actions.telling import tells
from gateway.domain import member as members
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change, Record, together
from gateway.domain.member import Member, MemberState
from gateway.domain.notice import NoticeKind
from gateway.domain.refusal import Reason, Refused
from gateway.domain.signin import FactorStatus, StepUp, Tries
from gateway.identity.throttle import Way
from gateway.storage.unit import Readers, Unit
from gateway.world import Who, World

PERMISSION = "member.factor"


@tells("member.roles", "member")
def set_roles(world: World, who: Who, member: str, roles: Iterable[str]) -> None:
    """Give a member exactly these roles (step-up "roles" on their id). Their sessions end: new rights, new sign-in."""
    with world.storage.unit() as unit:
        by = acting(unit, who, "member.roles", world.policy.roles, unit.now)
        found = unit.members.get(member)
        others = [a for a in unit.members.administrators() if a.is_active and a.id != member]
        wanted = tuple(sorted(set(roles)))
        change = members.set_roles(found, wanted, by=by, roles=world.policy.roles, other_admins=len(others))
        change = with_records(change, spend_step_up(unit, who, unit.now, "roles", member))
        ended = end_all(unit.sessions.open_of(member), by=by.id, now=unit.now, why="roles-changed")
        unit.commit(together(change, *ended))


@tells("member.list", "member")
def list_members(world: World, who: Who) -> list[Member]:
    """Everyone, those who left included, by name (permission member.read)."""
    with world.storage.reading() as readers:
        acting(readers, who, "member.read", world.policy.roles, world.clock.now())
        return sorted(readers.members.all(), key=lambda member: member.name_key)


@tells("member.address", "member")
def set_address(world: World, who: Who, email: str) -> None:
    """Where one's own notices go too, "" for nowhere. Raises Refused(ADDRESS_REFUSED)."""
    with world.storage.unit() as unit:
        live_session(unit, who, unit.now)
        me = unit.members.get(who.member)
        if not me.is_active:
            raise Refused(Reason.MEMBER_LEFT)
        unit.commit(members.set_address(me, email.strip()))


@tells("factor.unlock", "member")
def unlock_factor(world: World, who: Who, member: str) -> None:
    """Unlock a factor after ten wrong codes, and a password after a hundred; the same code app goes on.

    Two people who may (member.factor), neither of them the member, each show a step-up "unlock-factor" on the
    member's id; the second one acts. Raises Refused(UNAPPROVED) while the other's is missing or older than 5 minutes.
    """
    with world.storage.unit() as unit:
        found, other, spent = _two_people(unit, world, who, "unlock-factor", member)
        factor = factor_of(unit, found.id)
        records: tuple[Record, ...] = _cleared(unit, found)
        if factor is not None and factor.status is FactorStatus.LOCKED:
            records += (replace(factor, status=FactorStatus.CONFIRMED),)
        if not records:
            raise Refused(Reason.WRONG_STATE, state="not-locked")
        event = AuditEvent("factor.unlock", who.member, "member", found.id, {"with": other})
        unit.commit(Change((event,), (*records, *spent)))


@tells("factor.reset", "member")
def reset_factor(world: World, who: Who, member: str) -> Invited:
    """For someone who lost both phone and recovery codes: everything they sign in with ends, and they come in by a new
    link with a new password and factor. Until then they are not active, so nothing of theirs is sent, nor for a day
    after the reset (timing.toml).

    Two people, as for `unlock_factor`, with the step-up "reset-factor".
    """
    token = new_link_token(world)
    with world.storage.unit() as unit:
        found, other, spent = _two_people(unit, world, who, "reset-factor", member)
        if not found.is_active:
            raise Refused(Reason.WRONG_STATE, state=str(found.state))
        event = AuditEvent("factor.reset", who.member, "member", found.id, {"with": other})
        ended = end_everything(unit, found.id, who.member, unit.now)
        rests = unit.now.latest + world.policy.timing.reset_rest
        again = replace(found, state=MemberState.INVITED, password_hash=None, rests_until=rests)
        invited = invitation(again, token, by=who.member, now=unit.now)
        told = about_member(world.chance, found.id, NoticeKind.FACTOR_RESET, at(unit.now))
        unit.commit(together(Change((event,), (*_cleared(unit, found), *spent)), ended, invited, told))
    return Invited(found.id, token)


def _two_people(unit: Unit, world: World, who: Who, act: str, subject: str) -> tuple[Member, str, tuple[StepUp, ...]]:
    """The member concerned, the other person's id, and both step-ups as spent."""
    require_sure(unit.now)
    by = acting(unit, who, PERMISSION, world.policy.roles, unit.now)
    found = unit.members.get(subject)
    if found.id == by.id:
        raise Refused(Reason.OWN_WORK, act=act)
    if found.state is MemberState.LEFT:
        raise Refused(Reason.MEMBER_LEFT, member=found.id)
    own = spend_step_up(unit, who, unit.now, act, subject)
    other = next((s for s in unit.step_ups.unused_for(act, subject) if _is_others(unit, world, s, by, found)), None)
    if other is None:
        raise Refused(Reason.UNAPPROVED, act=act)
    return found, other.member, (own, replace(other, used_at=at(unit.now)))


def _is_others(unit: Unit, world: World, step_up: StepUp, by: Member, subject: Member) -> bool:
    """Fresh, by a third person who may do this themselves and is still signed in."""
    if step_up.member in {by.id, subject.id} or step_up.digest or unit.now.maybe_past(step_up.at + FRESH):
        return False
    try:
        live_session(unit, Who(step_up.member, step_up.session), unit.now)
    except Refused:
        return False
    person = unit.members.get(step_up.member)
    return person.is_active and world.policy.roles.may(person.roles, PERMISSION)


def _cleared(readers: Readers, member: Member) -> tuple[Tries, ...]:
    """The failures counted under the member's name, forgotten."""
    ways = (Way.SECOND_FACTOR, Way.PASSWORD)
    found = [readers.tries.find(key) for way in ways for key, _ in counters(way, member.name_key, None)]
    return tuple(replace(tries, failures=(), in_a_row=0) for tries in found if tries is not None and tries.failures)
