"""Connecting an account: the web process boxes what a person brought; only the worker can open it (house §9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from gateway.actions.guard import acting, at, spend_step_up, with_records
from gateway.actions.telling import tells
from gateway.domain.account import ENDLESS, Account, CredentialState, Ends, renewed
from gateway.domain.audit import WORKER, AuditEvent
from gateway.domain.change import Change
from gateway.domain.delivery import State
from gateway.domain.grant import Kind, has
from gateway.domain.member import Member
from gateway.domain.organisation import Deposit, Errand
from gateway.domain.policy import Roles
from gateway.domain.refusal import Reason, Refused
from gateway.storage.unit import Readers, Unit
from gateway.storage.vault import Moves, newest_box_key
from gateway.world import Who, World
from vault.box import BoxKey, BoxRefused, put
from vault.place import Address
from vault.secret import Secret

FIELD = "deposit"


def deposit_address(organisation: str, account: Account) -> Address:
    """Where a boxed credential is for: recomputed from the register by web and worker alike."""
    return Address(
        organisation=organisation,
        account=account.id,
        platform=account.platform,
        origin=account.origin,
        subject=account.subject,
        field=FIELD,
        version=0,
    )


@tells("connect", "account")
def connect(world: World, who: Who, account_id: str, fields: Mapping[str, str]) -> Deposit:
    """Put a credential into the box for the worker, which verifies whose it is before it becomes current.

    A fresh factor is needed. The values leave this process sealed and are in no log. Raises Refused.
    """
    with world.storage.unit() as unit:
        me = acting(unit, who, "account.connect", world.policy.roles, unit.now)
        account = own_account(unit, me, account_id)
        if account.platform not in world.platforms:
            raise Refused(Reason.PLATFORM_UNKNOWN, platform=account.platform)
        if not world.platforms[account.platform].fields:
            raise Refused(Reason.CONSENT_NEEDED, platform=account.platform)
        event, deposit = deposited(world, unit, account, fields, me)
        # What works goes on working, and stays its connector's to rotate, until the worker has verified the new one.
        works = account.credential_state is CredentialState.CURRENT
        after = account if works else replace(account, credential_state=CredentialState.DEPOSITED)
        spent = spend_step_up(unit, who, unit.now, "connect", account.id)
        unit.commit(with_records(Change((event,), (deposit, after)), spent))
        return deposit


def deposited(
    world: World, unit: Unit, account: Account, fields: Mapping[str, str], me: Member
) -> tuple[AuditEvent, Deposit]:
    """What `me` brings for this account, in the box for the worker alone; the log keeps the fields' names. Raises
    Refused.
    """
    secrets = _brought(fields, world.platforms[account.platform].fields)
    key_id, sealed = boxed(world, unit, account, secrets)
    deposit = Deposit(
        id=world.chance.id(), account=account.id, member=me.id, box_key=key_id, sealed=sealed, put_at=at(unit.now)
    )
    names = {"fields": "+".join(sorted(secrets))}
    return AuditEvent("credential.deposit", me.id, "account", account.id, names), deposit


def _brought(fields: Mapping[str, str], wanted: Iterable[str]) -> dict[str, Secret]:
    """The wanted fields, and no other. Raises Refused for one that is missing or no text."""
    found = {name: fields.get(name, "").strip() for name in wanted}
    for name, value in found.items():
        if not value or not value.isprintable():
            raise Refused(Reason.EMPTY, field=name)
    return {name: Secret(value) for name, value in found.items()}


def boxed(world: World, unit: Unit, account: Account, secrets: Mapping[str, Secret]) -> tuple[str, bytes]:
    """The id of the worker's present box key, and the secrets locked with it. Raises Refused."""
    if not unit.now.bounded:
        raise Refused(Reason.CLOCK_UNSURE)
    found = newest_box_key(unit.connection)
    key = BoxKey(found.public_key, found.id, found.not_after, found.signature)
    address = deposit_address(world.organisation, account)
    try:
        return key.id, put(key, world.box_signer, address, secrets, unit.now.latest)
    except (BoxRefused, ValueError) as fault:  # ValueError: no key is pinned, or what is stored is none
        raise Refused(Reason.VAULT_SHUT) from fault


def own_account(unit: Readers, me: Member, account_id: str) -> Account:
    """An account of one's own team. Raises Refused."""
    account = unit.accounts.get(account_id)
    if account.owner_team != me.team:
        raise Refused(Reason.NO_GRANT, account=account.id, kind="owner-team")
    return account


def may_connect(member: Member, account: Account, roles: Roles) -> bool:
    """Whether this member's roles and team allow them to bring the account's credential."""
    return account.owner_team == member.team and roles.may(member.roles, "account.connect")


@tells("publication.remove", "delivery")
def ask_removal(world: World, who: Who, delivery_id: str) -> Errand:
    """Ask the worker to take a publication down at the platform (P7, P26). Raises Refused."""
    return _errand(world, who, "remove", "publication.remove", delivery_id)


@tells("settle", "delivery")
def ask_look(world: World, who: Who, delivery_id: str) -> Errand:
    """Ask the worker to look at the platform now for an unknown delivery. Raises Refused."""
    return _errand(world, who, "look", "delivery.settle", delivery_id)


ERRANDS = {"remove": State.PUBLISHED, "look": State.UNKNOWN}


def _errand(world: World, who: Who, kind: str, permission: str, delivery_id: str) -> Errand:
    with world.storage.unit() as unit:
        me = acting(unit, who, permission, world.policy.roles, unit.now)
        delivery = unit.deliveries.get(delivery_id)
        may = (Kind.WRITE, Kind.APPROVE, Kind.MANAGE)
        grants = unit.grants.of_member(me.id)
        if not any(has(grants, me.id, delivery.account, each, unit.now) for each in may):
            raise Refused(Reason.NO_GRANT, account=delivery.account, kind=kind)
        if delivery.state is not ERRANDS[kind]:
            raise Refused(Reason.WRONG_STATE, state=str(delivery.state))
        errand = Errand(
            id=world.chance.id(),
            kind=kind,
            account=delivery.account,
            delivery=delivery.id,
            asked_by=me.id,
            asked_at=at(unit.now),
        )
        event = AuditEvent(f"errand.{kind}", me.id, "delivery", delivery.id, {"account": delivery.account})
        unit.commit(Change((event,), (errand,)))
        return errand


# --- the worker's half ------------------------------------------------------------------------------------------------


def why_not_verified(world: World, deposit: Deposit) -> str:
    """Why a deposit is not even asked about at the platform, in one word; "" where it is: its platform is installed,
    and whoever brought it is still a member who may.
    """
    with world.storage.reading() as readers:
        account = readers.accounts.get(deposit.account)
        if account.platform not in world.platforms:
            return str(Reason.PLATFORM_UNKNOWN)
        return "" if _brings_still(readers, deposit, account, world.policy.roles) else "bringer-gone"


def _brings_still(readers: Readers, deposit: Deposit, account: Account, roles: Roles) -> bool:
    """What a leaver put into the box does not become the account's credential after them (G6)."""
    member = readers.members.get(deposit.member)
    return member.is_active and may_connect(member, account, roles)


def accept_deposit(
    world: World,
    deposit_id: str,
    *,
    subject: str,
    facts: tuple[tuple[str, int], ...],
    ends: Ends = ENDLESS,
    seal: Callable[[Account], Moves],
) -> Account:
    """The worker verified the credential at the platform: the account is connected, its subject fixed. Raises Refused
    where the platform names another subject than the account is registered with, or whoever brought it may no longer.

    `seal` gives the vault's rows for the account as it is then; they are written in the same commit, so that an account
    that is connected has a credential, whenever the worker dies.
    """
    with world.storage.unit() as unit:
        deposit = unit.deposits.get(deposit_id)
        if deposit.is_answered:
            raise Refused(Reason.WRONG_STATE, state=deposit.outcome)
        account = unit.accounts.get(deposit.account)
        if account.subject not in {"", subject}:
            raise Refused(Reason.ACCOUNT_MISMATCH, account=account.id)
        if not _brings_still(unit, deposit, account, world.policy.roles):
            raise Refused(Reason.MEMBER_LEFT, member=deposit.member)
        current, by = CredentialState.CURRENT, deposit.member
        after = renewed(account, ends)
        after = replace(after, subject=subject, facts=facts, credential_state=current, connected_by=by)
        event = AuditEvent("credential.current", WORKER, "account", account.id, {"platform": account.platform})
        answered = replace(deposit, outcome="current", sealed=b"")
        sealed = seal(after)
        unit.commit(Change((event, *sealed.events), (after, answered)), sealed.write)
        return after


def refuse_deposit(world: World, deposit_id: str, why: str) -> None:
    """The deposit does not open, or is not for this account: it is answered and its box destroyed."""
    with world.storage.unit() as unit:
        deposit = unit.deposits.get(deposit_id)
        account = unit.accounts.get(deposit.account)
        waits = account.credential_state is CredentialState.DEPOSITED
        after = replace(account, credential_state=CredentialState.NONE) if waits else account
        event = AuditEvent("credential.refuse", WORKER, "account", account.id, {"why": why})
        unit.commit(Change((event,), (after, replace(deposit, outcome=why, sealed=b""))))


def mark_credential(world: World, account_id: str, state: CredentialState, why: str) -> None:
    """The platform said that the credential has ended, or that it works again: the account says so from now on."""
    with world.storage.unit() as unit:
        account = unit.accounts.get(account_id)
        if account.credential_state is state:
            return
        event = AuditEvent("credential.state", WORKER, "account", account.id, {"state": str(state), "why": why})
        unit.commit(Change((event,), (replace(account, credential_state=state),)))


def finish_errand(world: World, errand_id: str, outcome: str, *changes: Change) -> None:
    """The worker did what was asked, or could not; what follows from it is written in the same commit."""
    with world.storage.unit() as unit:
        errand = unit.errands.get(errand_id)
        done = replace(errand, done_at=at(unit.now), outcome=outcome)
        about = ("breach", errand.breach) if errand.breach else ("delivery", errand.delivery or "-")
        event = AuditEvent("errand.done", WORKER, *about, {"outcome": outcome})
        change = Change((event,), (done,))
        for more in changes:
            change += more
        unit.commit(change)
