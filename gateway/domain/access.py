"""Access: who may read what is bound to a release that is not out. A list for each release, and nobody beside it.

Need to know, release by release (Pre-release Access to Official Statistics Order 2008; security.md T23): no role stands
above the list, administrators' neither, and nobody changes their own place on it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.audit import AuditEvent, Fact
from gateway.domain.change import Change, Record
from gateway.domain.embargo import is_published
from gateway.domain.instant import Now
from gateway.domain.member import Member, require
from gateway.domain.policy import Roles
from gateway.domain.refusal import Reason, Refused
from gateway.domain.release import Release, ReleaseState

READING, LISTING = "post.read", "access.write"


@dataclass(frozen=True)
class Listed:
    """One person on a list, since when and by whom."""

    member: str
    since: datetime
    by: str


@dataclass(frozen=True, kw_only=True)
class AccessList(Record):
    """Who may read what is bound to one release before it is out; its id is the release's."""

    people: tuple[Listed, ...] = ()

    def holds(self, member: str) -> bool:
        """Whether this person is on it."""
        return any(listed.member == member for listed in self.people)


def is_embargoed(release: Release | None, now: Now) -> bool:
    """Whether what is bound to this release is still for its list alone: no known entry, provisional or cancelled, not
    surely past its instant, or not seen as published. Whoever asks has made sure that something is bound.
    """
    if release is None or release.state is not ReleaseState.FINAL:
        return True
    return not now.surely_past(release.instant) or not is_published(release)


def embargoed_among(bound: Iterable[str | None], releases: Mapping[str, Release], now: Now) -> tuple[str, ...]:
    """The releases among `bound` that are not out, in order; None is bound to nothing."""
    return tuple(sorted({id for id in bound if id and is_embargoed(releases.get(id), now)}))


def require_listed(releases: Iterable[str], lists: Mapping[str, AccessList], member: str, roles: Roles) -> None:
    """This person is on the list of each of these releases. Raises Refused(NOT_ON_LIST), which says whom to ask."""
    if missing := not_listed(releases, lists, member):
        raise Refused(Reason.NOT_ON_LIST, release=missing[0], ask=whom_to_ask(roles))


def not_listed(releases: Iterable[str], lists: Mapping[str, AccessList], member: str) -> tuple[str, ...]:
    """Those of these releases on whose list this person is not; a release without a list is nobody's to read."""
    return tuple(id for id in releases if id not in lists or not lists[id].holds(member))


def whom_to_ask(roles: Roles) -> str:
    """The roles that may put someone on a list."""
    return "+".join(sorted(role for role, may in roles.permissions.items() if LISTING in may))


def digest_of_members(members: Iterable[str]) -> str:
    """SHA-256 (hex) over the ids in order: what the fresh factor that changes a list is bound to."""
    return hashlib.sha256("\n".join(sorted(set(members))).encode()).hexdigest()


def admit(
    known: AccessList, member: Member, *, by: Member, at: datetime, roles: Roles
) -> tuple[AccessList, AuditEvent]:
    """Put a member on a release's list. Nobody themselves; only who may read posts at all. Raises Refused."""
    require(by, LISTING, roles)
    _require_another(member, by)
    require(member, READING, roles)
    others = tuple(listed for listed in known.people if listed.member != member.id)
    after = replace(known, people=(*others, Listed(member.id, at, by.id)))
    return after, _told("access.give", known, by.id, member=member.id)


def strike(known: AccessList, member: Member, *, by: Member, roles: Roles) -> tuple[AccessList, AuditEvent]:
    """Take a member off a release's list; what they said yes to before stands. Raises Refused."""
    require(by, LISTING, roles)
    _require_another(member, by)
    if not known.holds(member.id):
        raise Refused(Reason.NOT_FOUND, kind="access")
    return _without(known, member.id, by=by.id, why="struck")


def dropped(lists: Iterable[AccessList], member: str, *, by: str) -> list[Change]:
    """A leaver drops off every list."""
    gone = [_without(known, member, by=by, why="left") for known in lists if known.holds(member)]
    return [Change((event,), (after,)) for after, event in gone]


def _require_another(member: Member, by: Member) -> None:
    if member.id == by.id:
        raise Refused(Reason.OWN_WORK, act="access")


def _without(known: AccessList, member: str, *, by: str, why: str) -> tuple[AccessList, AuditEvent]:
    after = replace(known, people=tuple(listed for listed in known.people if listed.member != member))
    return after, _told("access.end", known, by, member=member, why=why)


def _told(act: str, known: AccessList, actor: str, **facts: Fact) -> AuditEvent:
    return AuditEvent(act, actor, "release", known.id, facts)
