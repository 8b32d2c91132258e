"""Connecting by consent (OAuth 2): asked for here, begun and exchanged by the worker (house §9)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

from gateway.actions.credential import boxed, own_account
from gateway.actions.guard import acting, at, spend_step_up, with_records
from gateway.actions.telling import tells
from gateway.domain import consent as core
from gateway.domain.account import Account, CredentialState
from gateway.domain.audit import WORKER, AuditEvent
from gateway.domain.change import Change
from gateway.domain.consent import BROUGHT, DECLINED, LAPSED, Consent
from gateway.domain.organisation import EXCHANGING, Deposit
from gateway.domain.refusal import Reason, Refused
from gateway.storage.vault import Moves
from gateway.world import Who, World
from vault.secret import Secret

CODE = "code"
LONGEST = 4_000  # characters of a code


@tells("connect", "account")
def ask_consent(world: World, who: Who, account_id: str) -> Consent:
    """Ask for a person's consent at the platform. The worker makes the address to send them to. Raises Refused.

    A fresh factor is needed.
    """
    with world.storage.unit() as unit:
        me = acting(unit, who, "account.connect", world.policy.roles, unit.now)
        account = own_account(unit, me, account_id)
        platform = world.platforms.get(account.platform)
        if platform is None or not platform.asks_consent:
            raise Refused(Reason.CONSENT_NOT_OFFERED, platform=account.platform)
        consent = Consent(id=world.chance.id(), account=account.id, member=me.id, asked_at=at(unit.now))
        spent = spend_step_up(unit, who, unit.now, "connect", account.id)
        unit.commit(with_records(core.ask(consent), spent))
        return consent


@tells("connect", "consent")
def read_consent(world: World, who: Who, consent_id: str) -> Consent:
    """One's own consent: the address to go to, once the worker made it. Raises Refused."""
    with world.storage.reading() as readers:
        me = acting(readers, who, "account.connect", world.policy.roles, world.clock.now())
        consent = readers.consents.get(consent_id)
        if consent.member != me.id:
            raise Refused(Reason.NOT_FOUND, kind="consent")
        return consent


def state_digest(state: str) -> str:
    """How a state is stored: whoever reads the database cannot answer with it."""
    return hashlib.sha256(state.encode()).hexdigest()


@tells("connect", "consent")
def answer_consent(world: World, who: Who, *, state: str, code: str = "", issuer: str = "", error: str = "") -> Consent:
    """What came back with the person: the code is boxed for the worker, unread. Its state serves once, for the member
    it was made for. Raises Refused.
    """
    with world.storage.unit() as unit:
        me = acting(unit, who, "account.connect", world.policy.roles, unit.now)
        found = unit.consents.by_state(state_digest(state))
        consent = core.require_answerable(found, by=me.id, issuer=issuer, now=unit.now)
        account = own_account(unit, me, consent.account)
        if error or not code:
            change = core.close(consent, DECLINED, by=me.id)
        elif len(code) > LONGEST or not code.isprintable():
            raise Refused(Reason.CONSENT_REFUSED)
        else:
            key, sealed = boxed(world, unit, account, {CODE: Secret(code)})
            deposit = Deposit(
                id=world.chance.id(),
                account=account.id,
                member=me.id,
                box_key=key,
                sealed=sealed,
                put_at=at(unit.now),
                consent=consent.id,
            )
            change = with_records(core.close(consent, BROUGHT, by=me.id), deposit, _deposited(account))
        unit.commit(change)
        return unit.consents.get(consent.id)


def _deposited(account: Account) -> Account:
    """What works goes on working until the worker has verified the new one."""
    works = account.credential_state is CredentialState.CURRENT
    return account if works else replace(account, credential_state=CredentialState.DEPOSITED)


# --- the worker's half ------------------------------------------------------------------------------------------------


def make_consent(
    world: World, consent_id: str, *, address: str, state: str, issuer: str, seal: Callable[[], Moves]
) -> None:
    """The address is made and what proves that we asked is sealed by `seal`, in one commit. Raises Refused."""
    with world.storage.unit() as unit:
        consent = unit.consents.get(consent_id)
        change = core.make(consent, address=address, state=state_digest(state), issuer=issuer, now=unit.now)
        sealed = seal()
        unit.commit(Change(change.events + sealed.events, change.records), sealed.write)


def close_consent(world: World, consent_id: str, outcome: str = LAPSED) -> None:
    """It cannot be begun, or nobody came back in time."""
    with world.storage.unit() as unit:
        consent = unit.consents.get(consent_id)
        if not consent.outcome:
            unit.commit(core.close(consent, outcome, by=WORKER))


def take_deposit(world: World, deposit_id: str) -> Deposit:
    """This worker exchanges the code, and no other: a code serves once. Raises Refused where it was taken."""
    with world.storage.unit() as unit:
        deposit = unit.deposits.get(deposit_id)
        if deposit.outcome:
            raise Refused(Reason.WRONG_STATE, state=deposit.outcome)
        taken = replace(deposit, outcome=EXCHANGING)
        event = AuditEvent("consent.exchange", WORKER, "account", deposit.account, {"consent": deposit.consent or "-"})
        unit.commit(Change((event,), (taken,)))
        return unit.deposits.get(deposit_id)
