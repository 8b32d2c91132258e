"""Renewing credentials that expire: intent first, the rotated one saved before use, a lost answer never repeated.

The worker's half alone; the intent on the account is the lock between workers (house §9).
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import replace
from datetime import datetime, timedelta

from gateway.actions.credential import may_connect
from gateway.actions.guard import at
from gateway.domain.account import Account, CredentialState, Ends, renewed
from gateway.domain.audit import WORKER, AuditEvent, Fact
from gateway.domain.change import Change, together
from gateway.domain.grant import Kind
from gateway.domain.instant import Now
from gateway.domain.notice import Notice, NoticeKind, give
from gateway.storage.unit import Readers, Unit
from gateway.storage.vault import Moves
from gateway.world import World

AHEAD = timedelta(minutes=30)
CLEAR = timedelta(minutes=2)  # of a delivery that falls due
WARN_AHEAD = timedelta(days=14)
WARN_AGAIN = timedelta(days=1)
LOST_AFTER = timedelta(minutes=5)  # a worker's conversation is over long before


def begin_refresh(world: World, account_id: str) -> Account | None:
    """Write the intent down; None where somebody is at it, or an answer was lost and a person must connect again."""
    with world.storage.unit() as unit:
        account = unit.accounts.get(account_id)
        if account.refresh_begun_at is not None:
            return None
        change = _told("credential.refresh", replace(account, refresh_begun_at=at(unit.now)))
        unit.commit(change)
        return unit.accounts.get(account_id)


def save_refresh(world: World, account_id: str, ends: Ends, seal: Callable[[], Moves]) -> None:
    """The fresh credential, sealed and current in one commit. An end of the grant that was not told again stays."""
    with world.storage.unit() as unit:
        account = unit.accounts.get(account_id)
        kept = replace(ends, grant=ends.grant or account.grant_ends_at)
        after = replace(renewed(account, kept), credential_state=CredentialState.CURRENT)
        change, sealed = _told("credential.renewed", after), seal()
        unit.commit(Change(change.events + sealed.events, change.records), sealed.write)


def drop_refresh(world: World, account_id: str, why: str) -> None:
    """Surely nothing was renewed: it may be tried again."""
    with world.storage.unit() as unit:
        account = unit.accounts.get(account_id)
        unit.commit(_told("credential.refresh-drop", replace(account, refresh_begun_at=None), why=why))


def lose_refresh(world: World, account_id: str, why: str) -> None:
    """Nobody knows whether it was renewed: it is not asked for again, and what there is serves until its own end."""
    with world.storage.unit() as unit:
        account = unit.accounts.get(account_id)
        ends = account.access_ends_at or at(unit.now)
        state = CredentialState.EXPIRED if unit.now.maybe_past(ends) else account.credential_state
        after = replace(account, grant_ends_at=ends, credential_state=state)
        unit.commit(_told("credential.refresh-lost", after, why=why))


def expire(world: World, account_id: str, why: str) -> None:
    """The platform wants a person: the account says so from now on."""
    with world.storage.unit() as unit:
        account = unit.accounts.get(account_id)
        expired = CredentialState.EXPIRED
        after = replace(account, credential_state=expired, refresh_begun_at=None)
        if after != account:
            unit.commit(_told("credential.state", after, state=str(expired), why=why))


def to_renew(readers: Readers, now: Now, platforms: Container[str]) -> list[str]:
    """Accounts of these platforms whose access ends soon and no delivery is near; those whose access may have ended in
    any case.
    """
    soon = readers.accounts.ending(now.latest + AHEAD)
    free = [one for one in soon if one.refresh_begun_at is None and one.platform in platforms]
    busy = readers.deliveries.busy({one.id for one in free}, now.earliest - CLEAR, now.latest + CLEAR)
    return [one.id for one in free if one.id not in busy or (one.access_ends_at and now.maybe_past(one.access_ends_at))]


def lost(readers: Readers, now: Now) -> list[Account]:
    """Accounts whose renewal was begun so long ago that its worker must have died, and that do not say so yet."""
    begun = readers.accounts.renewing()
    return [
        one
        for one in begun
        if one.refresh_begun_at
        and now.surely_past(one.refresh_begun_at + LOST_AFTER)
        and one.credential_state is CredentialState.CURRENT
        and (one.grant_ends_at is None or one.grant_ends_at != one.access_ends_at)
    ]


def run_out(readers: Readers, now: Now) -> list[str]:
    """Accounts that cannot be renewed any more and whose access may have ended."""
    return [
        one.id
        for one in readers.accounts.renewing()
        if one.credential_state is CredentialState.CURRENT
        and one.grant_ends_at is not None
        and one.grant_ends_at == one.access_ends_at
        and now.maybe_past(one.grant_ends_at)
    ]


def warn_of_ends(world: World) -> list[str]:
    """Tell of each account that a person must connect again soon, or before the next post that is scheduled on it:
    once a day. Gives the accounts that were told of.
    """
    told = []
    with world.storage.unit() as unit:
        changes = []
        for account in unit.accounts.with_grant_end():
            due = unit.deliveries.first_due_after(account.id, account.grant_ends_at) if account.grant_ends_at else None
            if not _is_to_warn(account, due, unit.now):
                continue
            facts: dict[str, Fact] = {"ends": str(account.grant_ends_at), "before_due": due is not None}
            event = AuditEvent("credential.ends-soon", WORKER, "account", account.id, facts)
            warned = Change((event,), (replace(account, end_warned_at=at(unit.now)),))
            changes.append(together(warned, *_noticed(world, unit, account)))
            told.append(account.id)
        if changes:
            unit.commit_each(changes)
    return told


def _noticed(world: World, unit: Unit, account: Account) -> list[Change]:
    """A notice to whoever manages the account or may connect it again."""
    managers = {grant.member for grant in unit.grants.on_accounts([account.id]) if grant.holds(Kind.MANAGE, unit.now)}
    people = [one for one in unit.members.all() if one.id in managers or may_connect(one, account, world.policy.roles)]
    return [
        give(
            Notice(
                id=world.chance.id(),
                member=one.id,
                kind=NoticeKind.CREDENTIAL_ENDS,
                subject_kind="account",
                subject_id=account.id,
                at=at(unit.now),
            )
        )
        for one in people
        if one.is_active
    ]


def _is_to_warn(account: Account, due: datetime | None, now: Now) -> bool:
    if account.credential_state is not CredentialState.CURRENT or account.grant_ends_at is None:
        return False
    if account.end_warned_at and not now.surely_past(account.end_warned_at + WARN_AGAIN):
        return False
    return due is not None or now.maybe_past(account.grant_ends_at - WARN_AHEAD)


def _told(act: str, after: Account, **facts: str) -> Change:
    return Change((AuditEvent(act, WORKER, "account", after.id, dict(facts)),), (after,))
