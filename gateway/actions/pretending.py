"""A first account in one act, in the sandbox alone: a pretend one, connected, with the people that a post needs.

Nothing is bent for it: whoever asks must hold every right that the single acts ask for, nobody gets a right on their
own word, and the colleagues come in by links of their own. Only the codes are left out: there is nothing to lose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from gateway.actions.credential import deposited
from gateway.actions.enrol import Newcomer, invitation, new_link_token, newcomer_member
from gateway.actions.guard import acting, at
from gateway.actions.telling import tells
from gateway.domain import account as registering
from gateway.domain import grant as granting
from gateway.domain.account import Account, CredentialState, FactorState
from gateway.domain.change import Change
from gateway.domain.grant import Grant, Kind
from gateway.domain.member import Member, MemberState
from gateway.domain.refusal import Reason, Refused
from gateway.stage import Opened
from gateway.storage.unit import Readers, Unit
from gateway.world import Who, World

NEEDED = ("account.create", "account.connect", "account.factor", "grant.write", "member.invite")
# Who is invited where nobody holds the first of these roles yet: name, name as shown, roles.
COLLEAGUES = (
    ("pretend-author", "Pretend Author", ("author",)),
    ("pretend-approver", "Pretend Approver", ("approver", "clearer")),
)
RIGHTS = {"author": (Kind.WRITE, Kind.PUBLISH_NOW), "approver": (Kind.APPROVE,)}


@dataclass(frozen=True)
class Pretended:
    """The account, the page of what it shows, and whoever was invited, each with what their one-time link carries."""

    account: Account
    timeline: str
    invited: tuple[tuple[Member, str], ...]


@tells("pretend", "account")
def pretend_account(world: World, who: Who) -> Pretended:
    """Open a pretend account, register it and hand its credential to the worker; invite an author and an approver where
    there is none, and give those there are their rights on it.

    Raises Refused(SANDBOX_ONLY) outside the sandbox, STAGE_EMPTY where no pretend platform answers.
    """
    with world.storage.reading() as readers:
        acting(readers, who, NEEDED[0], world.policy.roles, world.clock.now())
        if not world.sandbox or world.stage is None:
            raise Refused(Reason.SANDBOX_ONLY)
        _require_rights(world, readers, who)
    opened = world.stage.open()
    with world.storage.unit() as unit:
        me = _require_rights(world, unit, who)
        account, change = _connected(world, unit, opened, me)
        people = [member for member in unit.members.all() if member.state is not MemberState.LEFT]
        invited = tuple(_invited(world, unit, people, me.team))
        for member, token in invited:
            change += invitation(member, token, by=me.id, now=unit.now)
        for change_of_rights in _rights(world, unit, account, (*people, *(member for member, _ in invited)), me):
            change += change_of_rights
        unit.commit(change)
    return Pretended(account, opened.timeline, invited)


def _require_rights(world: World, readers: Readers, who: Who) -> Member:
    """Whoever asks, holding every right that is used here. Raises Refused."""
    now = world.clock.now()
    for permission in NEEDED:
        me = acting(readers, who, permission, world.policy.roles, now)
    return me


def _connected(world: World, unit: Unit, opened: Opened, me: Member) -> tuple[Account, Change]:
    """The account as registered, its factor seen, its credential in the box."""
    if opened.platform not in world.platforms:
        raise Refused(Reason.PLATFORM_UNKNOWN, platform=opened.platform)
    named = me.display_name
    account = Account(
        id=world.chance.id(),
        platform=opened.platform,
        origin=opened.origin,
        handle=opened.handle,
        subject="",
        owner_team=me.team,
        responsible=named,
        accountable=named,
        factor_state=FactorState.ON,
        recovery_owner=named,
        factor_checked_at=at(unit.now),
        created_at=at(unit.now),
    )
    put, deposit = deposited(world, unit, account, opened.fields, me)
    account = replace(account, credential_state=CredentialState.DEPOSITED)
    created = registering.register(account, by=me.id).events
    seen = registering.check_factor(account, FactorState.ON, named, by=me.id, at=at(unit.now)).events
    return account, Change((*created, *seen, put), (account, deposit))


def _invited(world: World, unit: Unit, people: Iterable[Member], team: str) -> Iterator[tuple[Member, str]]:
    """A colleague for each role that nobody holds."""
    held = {role for member in people for role in member.roles}
    for name, shown, roles in COLLEAGUES:
        if roles[0] not in held:
            newcomer = Newcomer(
                f"{name}-{world.chance.id()[:6]}" if _is_taken(unit, name) else name, shown, team, roles
            )
            yield newcomer_member(newcomer, world.chance.id(), world.policy.roles, unit.now), new_link_token(world)


def _is_taken(unit: Unit, name: str) -> bool:
    """Whether somebody has, or had, this name: it is its own canonical form."""
    return unit.members.by_name(name) is not None


def _rights(world: World, unit: Unit, account: Account, people: Iterable[Member], me: Member) -> Iterator[Change]:
    """A grant for everyone whose role it is for, but for whoever gives it."""
    for member in people:
        kinds = tuple(kind for role in member.roles for kind in RIGHTS.get(role, ()))
        if kinds and member.id != me.id:
            grant = Grant(
                id=world.chance.id(),
                member=member.id,
                account=account.id,
                kinds=kinds,
                begins=at(unit.now),
                ends=None,
                given_by=me.id,
            )
            yield granting.give(grant, by=me, to=member)
