"""Ending an account's credential at the platform: its owner asks, the worker does it and forgets what it held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from gateway.actions.credential import own_account
from gateway.actions.guard import acting, at, spend_step_up, with_records
from gateway.actions.telling import tells
from gateway.domain.account import ENDLESS, Account, CredentialState, renewed
from gateway.domain.audit import WORKER, AuditEvent
from gateway.domain.change import Change
from gateway.domain.organisation import Errand
from gateway.domain.refusal import Reason, Refused
from gateway.storage.vault import Moves
from gateway.world import Who, World

REVOKE = "revoke"
HELD = frozenset({CredentialState.CURRENT, CredentialState.EXPIRED})


@tells("credential.revoke", "account")
def ask_revocation(world: World, who: Who, account_id: str) -> Errand:
    """Ask the worker to end the credential of an account of one's own team, with a fresh factor.

    Raises Refused: ACCOUNT_UNCONNECTED where there is none, WRONG_STATE while it is asked for already.
    """
    with world.storage.unit() as unit:
        me = acting(unit, who, "account.connect", world.policy.roles, unit.now)
        account = own_account(unit, me, account_id)
        if account.credential_state not in HELD:
            raise Refused(Reason.ACCOUNT_UNCONNECTED, account=account.id)
        if any(one.kind == REVOKE and one.account == account.id for one in unit.errands.waiting()):
            raise Refused(Reason.WRONG_STATE, state="revoking")
        errand = Errand(
            id=world.chance.id(),
            kind=REVOKE,
            account=account.id,
            delivery=None,
            asked_by=me.id,
            asked_at=at(unit.now),
        )
        spent = spend_step_up(unit, who, unit.now, REVOKE, account.id)
        told = AuditEvent("errand.revoke", me.id, "account", account.id)
        unit.commit(with_records(Change((told,), (errand,)), spent))
        return errand


def forget_credential(
    world: World, account_id: str, *, by: str, at_platform: bool, seal: Callable[[Account], Moves]
) -> None:
    """The worker's half: the vault's rows go and the account has none, in one commit.

    `by`: who asked. `at_platform`: it was ended there too; otherwise the account's people must end it there. The
    account stays that of its subject: only that one can be connected again.
    """
    with world.storage.unit() as unit:
        account = unit.accounts.get(account_id)
        ended = replace(renewed(account, ENDLESS), credential_state=CredentialState.NONE, connected_by=None)
        event = AuditEvent(
            "credential.revoked", WORKER, "account", account.id, {"asked_by": by, "at_platform": at_platform}
        )
        sealed = seal(account)
        unit.commit(Change((event, *sealed.events), (ended,)), sealed.write)
