"""Access lists: who may read what is bound to a release that is not out; and the guard of every such reading."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from gateway.actions.guard import acting, at, spend_step_up
from gateway.actions.telling import tells
from gateway.domain.access import AccessList, admit, digest_of_members, embargoed_among, require_listed, strike
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change
from gateway.domain.instant import Now
from gateway.domain.policy import Roles
from gateway.domain.refusal import Reason, Refused
from gateway.storage.sketches import Sketch
from gateway.storage.unit import Readers, Unit
from gateway.world import Who, World


@tells("access.read", "release")
def access_list(world: World, who: Who, release_id: str) -> AccessList:
    """Who is on a release's list; an empty one where nobody is yet. Raises Refused(NOT_FOUND) for no such release."""
    with world.storage.reading() as readers:
        acting(readers, who, "access.read", world.policy.roles, world.clock.now())
        return _list_of(readers, release_id)


@tells("access.give", "release")
def give_access(world: World, who: Who, release_id: str, member_ids: Collection[str]) -> AccessList:
    """Put members on a release's list, confirmed by one fresh factor for exactly this release and these members
    (`digest_of_members`). Who is on it stays on it. All are put on it or none. Raises Refused.
    """
    with world.storage.unit() as unit:
        me = acting(unit, who, "access.write", world.policy.roles, unit.now)
        after = _list_of(unit, release_id)
        if not member_ids:
            raise Refused(Reason.EMPTY, field="members")
        members = [unit.members.get(id) for id in sorted(set(member_ids)) if not after.holds(id)]
        events: list[AuditEvent] = []
        for member in members:
            after, event = admit(after, member, by=me, at=at(unit.now), roles=world.policy.roles)
            events.append(event)
        return _written(unit, who, after, events, digest_of_members(member_ids)) if events else after


@tells("access.end", "release")
def end_access(world: World, who: Who, release_id: str, member_id: str) -> AccessList:
    """Take a member off a release's list, with a fresh factor for exactly this release and member. Raises Refused."""
    with world.storage.unit() as unit:
        me = acting(unit, who, "access.write", world.policy.roles, unit.now)
        known, member = _list_of(unit, release_id), unit.members.get(member_id)
        after, event = strike(known, member, by=me, roles=world.policy.roles)
        return _written(unit, who, after, [event], digest_of_members([member_id]))


def _list_of(readers: Readers, release_id: str) -> AccessList:
    release = readers.releases.get(release_id)
    return readers.access_lists.find(release.id) or AccessList(id=release.id)


def _written(unit: Unit, who: Who, after: AccessList, events: Iterable[AuditEvent], digest: str) -> AccessList:
    spent = spend_step_up(unit, who, unit.now, "access", after.id, digest)
    unit.commit(Change(tuple(events), (after, spent)))
    return after


# --- the guard of every reading ---------------------------------------------------------------------------------------


def embargoed(readers: Readers, bound: Iterable[str | None], now: Now) -> tuple[str, ...]:
    """The releases among `bound` that are not out."""
    ids = {id for id in bound if id}
    return embargoed_among(ids, readers.releases.many(ids), now)


def bindings_of(readers: Readers, posts: Iterable[str], known: Iterable[Sketch] = ()) -> dict[str, set[str]]:
    """Every release that a wording of each of these posts was written or put forward for: what was said of one of them
    may stand in every other wording of the post. What is `known` of them is not read again.
    """
    wanted, own = set(posts), {each.id: each for each in known}
    found: dict[str, set[str]] = {post: set() for post in wanted}
    for post, release in readers.revisions.bindings(wanted) | readers.submissions.bindings(wanted, own):
        found[post].add(release)
    for each in own.values():
        found[each.post] |= {each.wish.release} if each.wish.release else set()
    return found


def require_access_to(readers: Readers, member: str, post: str, roles: Roles, now: Now) -> tuple[str, ...]:
    """As `require_access`, for everything that a post is bound to."""
    return require_access(readers, member, bindings_of(readers, [post])[post], roles, now)


def require_access(
    readers: Readers, member: str, bound: Iterable[str | None], roles: Roles, now: Now
) -> tuple[str, ...]:
    """The releases among `bound` that are not out; this person is on the list of each. Raises Refused(NOT_ON_LIST)."""
    kept = embargoed(readers, bound, now)
    require_listed(kept, readers.access_lists.many(kept), member, roles)
    return kept


def told_drafts(who: Who, kind: str, subject: str, releases: Iterable[str]) -> Change:
    """That embargoed content was read: the reader, what, and each release it is bound to (house §2, §11)."""
    return Change(tuple(AuditEvent("draft.read", who.member, kind, subject, {"release": id}) for id in releases))
