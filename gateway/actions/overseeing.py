"""Overseeing: one person with what they hold, every account with how it stands, and the people a grant may go to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.actions.guard import acting, is_over
from gateway.actions.telling import tells
from gateway.domain.account import Account
from gateway.domain.grant import Grant
from gateway.domain.member import Member, MemberState
from gateway.domain.signin import FactorStatus
from gateway.storage import tables
from gateway.storage.unit import Readers
from gateway.world import Who, World

CURRENT = "current"


@dataclass(frozen=True)
class MemberSeen:
    """A person: their grants with each one's account (None where the reader may not see grants), live sessions, when
    they were last here, and their second factor (None where they have none).
    """

    member: Member
    grants: tuple[tuple[Grant, Account], ...] | None
    sessions: int
    last_seen: datetime | None
    factor: FactorStatus | None


@tells("member.read", "member")
def read_member(world: World, who: Who, member_id: str) -> MemberSeen:
    """One person with what they hold. Raises Refused(NOT_FOUND)."""
    with world.storage.reading() as readers:
        now = world.clock.now()
        me = acting(readers, who, "member.read", world.policy.roles, now)
        found = readers.members.get(member_id)
        sessions = readers.sessions.where(tables.sessions.c.member == found.id)
        factors = readers.factors.of(found.id)
        return MemberSeen(
            member=found,
            grants=_grants(readers, found.id) if world.policy.roles.may(me.roles, "grant.read") else None,
            sessions=sum(not is_over(session, now) for session in sessions),
            last_seen=max((session.seen_at for session in sessions), default=None),
            factor=factors[-1].status if factors else None,
        )


def _grants(readers: Readers, member: str) -> tuple[tuple[Grant, Account], ...]:
    held = readers.grants.of_member(member)
    accounts = readers.accounts.many(grant.account for grant in held)
    return tuple((grant, accounts[grant.account]) for grant in held)


@dataclass(frozen=True)
class AccountSeen:
    """An account: when something last went out on it, and since when it has its credential."""

    account: Account
    used_at: datetime | None
    connected_at: datetime | None


@tells("account.read", "account")
def account_health(world: World, who: Who) -> list[AccountSeen]:
    """Every account with how it stands."""
    with world.storage.reading() as readers:
        acting(readers, who, "account.read", world.policy.roles, world.clock.now())
        used = readers.publications.last_by_account()
        since = _connected(readers)
        return [AccountSeen(one, used.get(one.id), since.get(one.id)) for one in readers.accounts.all()]


def _connected(readers: Readers) -> Mapping[str, datetime]:
    """When the credential that serves now was brought, by account."""
    c = tables.deposits.c
    return {one.account: one.put_at for one in readers.deposits.where(c.outcome == CURRENT, order=(c.put_at,))}


@tells("grant.people", "member")
def people(world: World, who: Who) -> list[Member]:
    """Everyone active, by name: whom a grant may be given to (permission grant.write)."""
    with world.storage.reading() as readers:
        acting(readers, who, "grant.write", world.policy.roles, world.clock.now())
        active = readers.members.where(tables.members.c.state == MemberState.ACTIVE)
        return sorted(active, key=lambda member: member.name_key)


@tells("grant.people", "member")
def names(world: World, who: Who) -> dict[str, str]:
    """Everyone's name as shown, by id, for whoever may read grants."""
    with world.storage.reading() as readers:
        acting(readers, who, "grant.read", world.policy.roles, world.clock.now())
        return {member.id: member.display_name for member in readers.members.all()}
