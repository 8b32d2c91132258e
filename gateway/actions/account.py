"""The account register and grants on accounts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from gateway.actions.guard import acting, at, spend_step_up, with_records
from gateway.actions.telling import tells
from gateway.domain import account as core
from gateway.domain import grant as granting
from gateway.domain.account import Account, FactorState
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change
from gateway.domain.grant import Asked, Grant, Kind, digest_of_list
from gateway.domain.instant import NaiveTime, require_aware
from gateway.domain.loopback import is_loopback
from gateway.domain.refusal import Reason, Refused
from gateway.world import Who, World

HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


@tells("account.create", "account")
def create_account(
    world: World,
    who: Who,
    platform: str,
    *,
    origin: str,
    handle: str,
    owner_team: str,
    responsible: str,
    accountable: str,
    tier: str = "standard",
    sign_off: str = "",
) -> Account:
    """Enter an account into the register; it cannot be posted to before it is connected and its factor checked."""
    with world.storage.unit() as unit:
        me = acting(unit, who, "account.create", world.policy.roles, unit.now)
        if platform not in world.platforms:
            raise Refused(Reason.PLATFORM_UNKNOWN, platform=platform)
        if tier not in world.policy.quorum.needed:
            raise Refused(Reason.EMPTY, field="tier")
        account = Account(
            id=world.chance.id(),
            platform=platform,
            origin=_origin(origin, sandbox=world.sandbox),
            handle=handle.strip(),
            subject="",
            owner_team=owner_team.strip(),
            responsible=responsible.strip(),
            accountable=accountable.strip(),
            tier=tier,
            sign_off=sign_off.strip(),
            created_at=at(unit.now),
        )
        unit.commit(core.register(account, by=me.id))
        return account


def _origin(text: str, *, sandbox: bool) -> str:
    """`https://host` and nothing else: no path, port, user or query; in the sandbox also http on a loopback address,
    with its port. Raises Refused.
    """
    try:
        parts = urlsplit(text.strip().rstrip("/"))
        port = parts.port
    except ValueError:
        raise Refused(Reason.ORIGIN_REFUSED) from None
    if not parts.hostname or parts.path or parts.query or parts.fragment or parts.username is not None:
        raise Refused(Reason.ORIGIN_REFUSED)
    if sandbox and parts.scheme == "http" and ":" not in parts.hostname and is_loopback(parts.hostname):
        return f"http://{parts.hostname}" if port is None else f"http://{parts.hostname}:{port}"
    if parts.scheme != "https" or parts.netloc != parts.hostname or not HOST.fullmatch(parts.netloc):
        raise Refused(Reason.ORIGIN_REFUSED)
    return f"https://{parts.hostname}"


@tells("account.factor", "account")
def check_factor(world: World, who: Who, account_id: str, state: FactorState, recovery_owner: str) -> Account:
    """Write down the platform's second factor as a person saw it just now (P29)."""
    with world.storage.unit() as unit:
        me = acting(unit, who, "account.factor", world.policy.roles, unit.now)
        change = core.check_factor(unit.accounts.get(account_id), state, recovery_owner, by=me.id, at=at(unit.now))
        unit.commit(change)
        return unit.accounts.get(account_id)


@tells("account.read", "account")
def accounts(world: World, who: Who) -> list[Account]:
    """The register."""
    with world.storage.reading() as readers:
        acting(readers, who, "account.read", world.policy.roles, world.clock.now())
        return readers.accounts.all()


@tells("grant.give", "account")
def give_grant(
    world: World,
    who: Who,
    account_id: str,
    member_id: str,
    kinds: tuple[Kind, ...],
    begins: datetime,
    ends: datetime | None,
) -> Grant:
    """Give a member rights on an account of one's own team, for a span. A fresh factor is needed. Raises Refused."""
    with world.storage.unit() as unit:
        me = acting(unit, who, "grant.write", world.policy.roles, unit.now)
        account, member = unit.accounts.get(account_id), unit.members.get(member_id)
        if account.owner_team != me.team:
            raise Refused(Reason.NO_GRANT, account=account.id, kind="owner-team")
        grant = Grant(
            id=world.chance.id(),
            member=member.id,
            account=account.id,
            kinds=kinds,
            begins=_instant(begins),
            ends=_instant(ends) if ends else None,
            given_by=me.id,
        )
        spent = spend_step_up(unit, who, unit.now, "grant", account.id)
        unit.commit(with_records(granting.give(grant, by=me, to=member), spent))
        return grant


def _instant(moment: datetime) -> datetime:
    try:
        return require_aware(moment)
    except NaiveTime:
        raise Refused(Reason.TIME_NAIVE) from None


@tells("grant.give", "account")
def give_grants(world: World, who: Who, asked: tuple[Asked, ...]) -> tuple[Grant, ...]:
    """Give a whole list of grants, on several accounts and to several people, confirmed by one fresh factor that is
    bound to the list (`digest_of_list`). All are given or none. Raises Refused.
    """
    with world.storage.unit() as unit:
        me = acting(unit, who, "grant.write", world.policy.roles, unit.now)
        if not asked:
            raise Refused(Reason.EMPTY, field="grants")
        exact = tuple(replace(a, begins=_instant(a.begins), ends=_instant(a.ends) if a.ends else None) for a in asked)
        given: list[Grant] = []
        events: list[AuditEvent] = []
        for one in exact:
            account, member = unit.accounts.get(one.account), unit.members.get(one.member)
            if account.owner_team != me.team:
                raise Refused(Reason.NO_GRANT, account=account.id, kind="owner-team")
            grant = one.grant(world.chance.id(), me.id)
            events += granting.give(grant, by=me, to=member).events
            given.append(grant)
        spent = spend_step_up(unit, who, unit.now, "grant", "grants", digest_of_list(exact))
        unit.commit(Change(tuple(events), (*given, spent)))
        return tuple(given)


@tells("grant.end", "grant")
def end_grant(world: World, who: Who, grant_id: str) -> Grant:
    """End a grant at once; what was held by its authority is refused at the door from then on."""
    with world.storage.unit() as unit:
        me = acting(unit, who, "grant.write", world.policy.roles, unit.now)
        grant = unit.grants.get(grant_id)
        if unit.accounts.get(grant.account).owner_team != me.team:
            raise Refused(Reason.NO_GRANT, account=grant.account, kind="owner-team")
        spent = spend_step_up(unit, who, unit.now, "grant", grant.account)
        unit.commit(with_records(granting.end(grant, by=me.id, at=at(unit.now)), spent))
        return unit.grants.get(grant_id)


@tells("grant.read", "account")
def grants(world: World, who: Who, account_id: str) -> list[Grant]:
    """The grants on an account that were not ended."""
    with world.storage.reading() as readers:
        acting(readers, who, "grant.read", world.policy.roles, world.clock.now())
        return readers.grants.on_accounts([account_id])
