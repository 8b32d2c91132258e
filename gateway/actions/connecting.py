"""One account for its own page: the register's entry, how its last connecting went, what whoever looks may do there."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.actions.credential import own_account
from gateway.actions.guard import acting, spend_step_up
from gateway.actions.revoking import REVOKE
from gateway.actions.telling import tells
from gateway.domain.account import Account
from gateway.domain.organisation import Deposit
from gateway.storage import tables
from gateway.storage.unit import Readers
from gateway.world import Platform, Who, World


@dataclass(frozen=True)
class AccountRead:
    """An account; its platform, None where it is not installed any more; how the newest deposit ended ("" while it
    waits, None where there never was one); whether it is the reader's own team's. `revoking`: what came of the newest
    wish to end its credential ("" while it waits), None where none was made or another credential came after it.
    """

    account: Account
    platform: Platform | None
    last: str | None
    is_own: bool
    revoking: str | None = None


@tells("account.read", "account")
def read_account(world: World, who: Who, account_id: str) -> AccountRead:
    """One account of the register. Raises Refused(NOT_FOUND)."""
    with world.storage.reading() as readers:
        me = acting(readers, who, "account.read", world.policy.roles, world.clock.now())
        account = readers.accounts.get(account_id)
        newest = _newest(readers, account_id)
        last = None if newest is None else newest.outcome
        platform, is_own = world.platforms.get(account.platform), account.owner_team == me.team
        return AccountRead(account, platform, last, is_own, _revoking(readers, account_id, newest))


def _revoking(readers: Readers, account: str, newest: Deposit | None) -> str | None:
    c = tables.errands.c
    asked = readers.errands.where(c.account == account, c.kind == REVOKE, order=(c.asked_at.desc(),), limit=1)
    if not asked or (newest is not None and newest.put_at > asked[0].asked_at):
        return None
    return asked[0].outcome if asked[0].done_at else ""


def _newest(readers: Readers, account: str) -> Deposit | None:
    c = tables.deposits.c
    return next(iter(readers.deposits.where(c.account == account, order=(c.put_at.desc(),), limit=1)), None)


@tells("connect", "account")
def require_ready(world: World, who: Who, account_id: str) -> Account:
    """The account, where `who` may bring its credential now and has shown a fresh factor for it, which stays unspent.

    Credentials are never held while a code is asked for, so the code is asked for first. Raises Refused.
    """
    with world.storage.reading() as readers:
        now = world.clock.now()
        me = acting(readers, who, "account.connect", world.policy.roles, now)
        account = own_account(readers, me, account_id)
        spend_step_up(readers, who, now, "connect", account.id)
        return account
