"""How far the set-up of a gateway has come, for the administrator who does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.actions.guard import acting
from gateway.actions.reading import Status, status
from gateway.actions.telling import tells
from gateway.domain.account import CredentialState
from gateway.domain.member import MemberState
from gateway.world import Who, World


@dataclass(frozen=True)
class Progress:
    """Counts of what is there. `roles`: how many who have not left hold each role; `waiting`: invited, not yet in."""

    organisation: str
    roles: Mapping[str, int]
    waiting: tuple[str, ...]
    accounts: int
    connected: int
    status: Status


@tells("setup.progress", "organisation")
def progress(world: World, who: Who) -> Progress:
    """How far it has come (permission member.invite)."""
    with world.storage.reading() as readers:
        acting(readers, who, "member.invite", world.policy.roles, world.clock.now())
        people = [member for member in readers.members.all() if member.state is not MemberState.LEFT]
        accounts = readers.accounts.all()
        known = readers.organisations.all()
    held = {role: sum(role in member.roles for member in people) for role in sorted(world.policy.roles.permissions)}
    return Progress(
        organisation=known[0].name if known else world.organisation,
        roles=held,
        waiting=tuple(member.display_name for member in people if member.state is MemberState.INVITED),
        accounts=len(accounts),
        connected=sum(account.credential_state is CredentialState.CURRENT for account in accounts),
        status=status(world),
    )
