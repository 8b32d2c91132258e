"""Watching: what the worker saw is judged and written down; people take note of breaches, end them, take posts down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from connectors.words import Limits
from gateway.actions.guard import acting, at, told_read
from gateway.actions.judging import limits_of
from gateway.actions.removing import REMOVE
from gateway.actions.telling import tells
from gateway.domain.account import Account, CredentialState
from gateway.domain.audit import AuditEvent
from gateway.domain.breach import Breach, BreachKind, BreachState, breach_id, handle, require_removable
from gateway.domain.change import Change, together
from gateway.domain.delivery import Delivery, State
from gateway.domain.grant import Kind, require_grant
from gateway.domain.member import MemberState
from gateway.domain.notice import Notice, NoticeKind, give
from gateway.domain.organisation import Errand
from gateway.domain.publication import Publication
from gateway.domain.settling import SKEW
from gateway.domain.watching import Around, Doubt, Look, Ours, doubt_of, judge, missing, raised
from gateway.storage import tables
from gateway.storage.cut import Cut
from gateway.storage.unit import Readers, Unit
from gateway.world import Who, World

REMOVE_FOREIGN = "remove-foreign"
IN_DOUBT = (State.SENDING, State.UNKNOWN)
REACH = 500  # of our own newest publications: no list that is asked for goes further back


# --- the worker's half ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Missing:
    """One of ours that a list did not show, with its delivery: to be asked for by itself."""

    publication: Publication
    delivery: Delivery


def reaches_back(world: World, look: Look) -> bool:
    """Whether a list ends at something known: then nothing new stands behind its end."""
    with world.storage.reading() as readers:
        watch = readers.watches.find(look.account)
        if look.whole or watch is None or not look.seen:
            return True
        last, before = look.seen[-1], frozenset(watch.before)
        met = any(seen.receipt.platform_id in before for seen in look.seen)
        # A date alone tells nothing: whoever posts may give it. Below what was there at first it does.
        if last.receipt.platform_id in before or (watch.floor is not None and last.at < watch.floor and met):
            return True
        end = replace(look, seen=(last,))
        return bool(_listed(readers, end) or _raised(readers, end))


def missing_from(world: World, look: Look) -> list[Missing]:
    """Ours that the look should have shown and did not, newest first; those already known to be gone left out."""
    with world.storage.reading() as readers:
        account = readers.accounts.get(look.account)
        around = _around(world, readers, account, look)
        if around.watch is None:
            return []
        absent = missing(look, around, world.clock.now())
        ids = {breach_id(account.id, BreachKind.VANISHED_POST, one.platform_id): one for one in absent}
        known = readers.breaches.many(ids)
        left = [one for id, one in ids.items() if id not in known]
        deliveries = readers.deliveries.many(one.id for one in left)
    found = [Missing(one, deliveries[one.id]) for one in left if one.id in deliveries]
    return sorted(found, key=lambda each: each.publication.at, reverse=True)


def take_look(world: World, look: Look, gone: Mapping[str, bool]) -> tuple[Breach, ...]:
    """Judge one look and write what is new: the breaches it raised. Nothing is written where nothing is new.

    `gone`: platform ids of ours that a second question did not find, with whether that is certain. Everything else is
    read now, after the platform was asked: what is there was intended before it came, so none of ours is foreign.
    """
    with world.storage.unit() as unit:
        account = unit.accounts.get(look.account)
        around = _around(world, unit, account, look)
        watch, found = judge(look, around, gone, unit.now)
        known = unit.breaches.many(breach.id for breach in found)
        fresh = tuple(breach for breach in found if breach.id not in known)
        if fresh or watch != around.watch:
            unit.commit(together(raised(watch, fresh), *_told(world, unit, account, fresh)))
        return fresh


def _told(world: World, unit: Unit, account: Account, fresh: tuple[Breach, ...]) -> list[Change]:
    """One notice for each look that found something, to whoever can act on it: managers here and security officers."""
    if not fresh:
        return []
    managers = {grant.member for grant in unit.grants.on_accounts([account.id]) if grant.holds(Kind.MANAGE, unit.now)}
    people = [one for one in unit.members.all() if one.id in managers or "security_officer" in one.roles]
    return [
        give(
            Notice(
                id=world.chance.id(),
                member=one.id,
                kind=NoticeKind.BREACH_FOUND,
                subject_kind="breach",
                subject_id=fresh[0].id,
                at=at(unit.now),
            )
        )
        for one in people
        if one.state is MemberState.ACTIVE
    ]


def _around(world: World, readers: Readers, account: Account, look: Look) -> Around:
    limits = limits_of(world, [account])[account.id]
    ours = _ours(readers, limits, look)
    return Around(
        watch=readers.watches.find(account.id),
        ours=ours,
        doubts=_doubts(world, readers, account, limits),
        removing=_removing(readers, account.id),
        lag=limits.lag,
    )


def _listed(readers: Readers, look: Look) -> list[Publication]:
    c, ids = tables.publications.c, [seen.receipt.platform_id for seen in look.seen]
    return readers.publications.where(c.account == look.account, c.platform_id.in_(ids))


def publication_of(readers: Readers, breach: Breach) -> Publication | None:
    """Ours, where what a breach found as foreign is ours after all and was not taken down."""
    if breach.receipt is None:
        return None
    c = tables.publications.c
    where = (c.account == breach.account, c.platform_id == breach.receipt.platform_id, c.removed_at.is_(None))
    return next(iter(readers.publications.where(*where, limit=1)), None)


def _raised(readers: Readers, look: Look) -> dict[str, Breach]:
    ids = [seen.receipt.platform_id for seen in look.seen]
    return readers.breaches.many(breach_id(look.account, BreachKind.FOREIGN_POST, id) for id in ids)


def _ours(readers: Readers, limits: Limits, look: Look) -> dict[str, Ours]:
    """Ours that are listed, and those that should be: not removed, of late."""
    c = tables.publications.c
    due = readers.publications.where(
        c.account == look.account, c.removed_at.is_(None), order=(c.at.desc(),), limit=REACH
    )
    found = {one.platform_id: one for one in (*due, *_listed(readers, look))}
    said = readers.deliveries.many(one.id for one in found.values())
    return {id: Ours(one, limits.said(said[one.id].outgoing) if one.id in said else "") for id, one in found.items()}


def _doubts(world: World, readers: Readers, account: Account, limits: Limits) -> list[Doubt]:
    c, now = tables.deliveries.c, world.clock.now()
    open_ones = readers.deliveries.where(c.account == account.id, c.state.in_(IN_DOUBT))
    # However long the request of an unknown one was on its way, it lies within the platform's time-out and lag.
    lag = limits.lag + world.policy.timing.platform_timeout
    return [doubt_of(one, limits.said(one.outgoing), lag, SKEW, now) for one in open_ones]


def _removing(readers: Readers, account: str) -> frozenset[str]:
    c = tables.errands.c
    asked = readers.errands.where(c.account == account, c.kind == REMOVE, c.done_at.is_(None))
    return frozenset(errand.delivery for errand in asked if errand.delivery)


def watched(world: World) -> list[Account]:
    """Accounts that can be looked at: their credential is current and their platform known."""
    with world.storage.reading() as readers:
        accounts = readers.accounts.all()
    return [
        one for one in accounts if one.credential_state is CredentialState.CURRENT and one.platform in world.platforms
    ]


def begun(world: World) -> frozenset[str]:
    """Accounts that were looked at before."""
    with world.storage.reading() as readers:
        return frozenset(watch.id for watch in readers.watches.all())


# --- people's half ----------------------------------------------------------------------------------------------------


@tells("breach.read", "breach")
def list_breaches(
    world: World, who: Who, state: BreachState | None = None, limit: int = 100, cut: Cut | None = None
) -> list[Breach]:
    """The newest breaches, of one state or of all. Whoever may read them sees those of every account."""
    with world.storage.reading() as readers:
        acting(readers, who, "breach.read", world.policy.roles, world.clock.now())
        return readers.breaches.latest(limit, state, cut)


@tells("breach.read", "breach")
def read_breach(world: World, who: Who, id: str) -> Breach:
    """One breach with its evidence; that it was read is told. Raises Refused."""
    with world.storage.unit() as unit:
        acting(unit, who, "breach.read", world.policy.roles, unit.now)
        breach = unit.breaches.get(id)
        unit.commit(told_read(who, "breach.read", "breach", id, account=breach.account))
        return breach


@tells("breach.handle", "breach")
def handle_breach(world: World, who: Who, id: str, state: BreachState, reason: str) -> Breach:
    """Take note of a breach or end it, with the reason. Raises Refused."""
    with world.storage.unit() as unit:
        breach = _mine(world, unit, who, id, "breach.handle")
        unit.commit(handle(breach, state, reason, by=who.member, at=at(unit.now)))
        return unit.breaches.get(id)


@tells("breach.remove", "breach")
def ask_foreign_removal(world: World, who: Who, id: str) -> Errand:
    """Ask the worker to take a foreign post down at the platform: one act, told with the evidence. Raises Refused."""
    with world.storage.unit() as unit:
        breach = _mine(world, unit, who, id, "publication.remove")
        require_removable(breach)
        errand = Errand(
            id=world.chance.id(),
            kind=REMOVE_FOREIGN,
            account=breach.account,
            delivery=None,
            asked_by=who.member,
            asked_at=at(unit.now),
            breach=breach.id,
        )
        facts = {"account": breach.account, "fingerprint": breach.fingerprint}
        unit.commit(Change((AuditEvent("errand.remove-foreign", who.member, "breach", breach.id, facts),), (errand,)))
        return errand


def _mine(world: World, unit: Unit, who: Who, id: str, permission: str) -> Breach:
    """The breach, of an account that this person manages; a security officer handles every account's."""
    me = acting(unit, who, permission, world.policy.roles, unit.now)
    breach = unit.breaches.get(id)
    if permission == "publication.remove" or "security_officer" not in me.roles:
        require_grant(unit.grants.of_member(me.id), me.id, breach.account, Kind.MANAGE, unit.now)
    return breach
