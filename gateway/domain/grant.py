"""Grant: a member's right to act on an account, with a beginning and an end (P2, P18)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change, Record
from gateway.domain.instant import Now, rfc3339
from gateway.domain.member import Member, MemberState
from gateway.domain.refusal import Reason, Refused


class Kind(StrEnum):
    """What a grant allows, the least first."""

    WATCH = "watch"
    WRITE = "write"
    APPROVE = "approve"
    PUBLISH_NOW = "publish-now"
    REPLY = "reply"
    MANAGE = "manage"


@dataclass(frozen=True, kw_only=True)
class Grant(Record):
    """Right of `member` to do `kinds` on `account` from `begins` (opening) to `ends` (closing; None is open-ended)."""

    member: str
    account: str
    kinds: tuple[Kind, ...]
    begins: datetime
    ends: datetime | None
    given_by: str
    ended_at: datetime | None = None
    ended_by: str | None = None

    def holds(self, kind: Kind, now: Now) -> bool:
        """Surely begun, not maybe over, not ended, and of this kind (house §7: never generous)."""
        if self.ended_at is not None or kind not in self.kinds:
            return False
        return now.surely_past(self.begins) and not (self.ends is not None and now.maybe_past(self.ends))


def has(grants: Iterable[Grant], member: str, account: str, kind: Kind, now: Now) -> bool:
    """Whether any of `grants` gives `member` this kind on `account` now."""
    return any(g.member == member and g.account == account and g.holds(kind, now) for g in grants)


def require_grant(grants: Iterable[Grant], member: str, account: str, kind: Kind, now: Now) -> None:
    """Raises Refused unless `member` holds `kind` on `account` now."""
    if not has(grants, member, account, kind, now):
        raise Refused(Reason.NO_GRANT, account=account, kind=str(kind))


@dataclass(frozen=True)
class Asked:
    """A grant that somebody asks for: it is given when the whole list it stands in is confirmed."""

    account: str
    member: str
    kinds: tuple[Kind, ...]
    begins: datetime
    ends: datetime | None

    def grant(self, id: str, given_by: str) -> Grant:
        """The grant itself."""
        return Grant(
            id=id,
            member=self.member,
            account=self.account,
            kinds=self.kinds,
            begins=self.begins,
            ends=self.ends,
            given_by=given_by,
        )


def digest_of_list(asked: Iterable[Asked]) -> str:
    """SHA-256 (hex) of a list of grants in its order: what a person confirms is the list that was shown."""
    lines = [
        [one.account, one.member, *sorted(one.kinds), rfc3339(one.begins), rfc3339(one.ends) if one.ends else ""]
        for one in asked
    ]
    return hashlib.sha256(json.dumps(lines, separators=(",", ":")).encode()).hexdigest()


def give(grant: Grant, *, by: Member, to: Member) -> Change:
    """Give a grant, to somebody invited too: they can use it once they are in. Nobody grants to themselves; an auditor
    changes nothing and so gets no more than watch.
    """
    if grant.member == by.id:
        raise Refused(Reason.OWN_WORK, act="grant")
    if to.state is MemberState.LEFT:
        raise Refused(Reason.MEMBER_LEFT, member=to.id)
    if not grant.kinds:
        raise Refused(Reason.EMPTY, field="kinds")
    if grant.ends is not None and grant.ends <= grant.begins:
        raise Refused(Reason.GRANT_SPAN)
    if "auditor" in to.roles and set(grant.kinds) != {Kind.WATCH}:
        raise Refused(Reason.ROLES_CLASH, roles="auditor+grant")
    facts = {
        "member": grant.member,
        "account": grant.account,
        "kinds": "+".join(sorted(grant.kinds)),
        "begins": rfc3339(grant.begins),
        "ends": rfc3339(grant.ends) if grant.ends else None,
    }
    return Change((AuditEvent("grant.give", by.id, "grant", grant.id, facts),), (grant,))


def end(grant: Grant, *, by: str, at: datetime) -> Change:
    """End a grant now. Raises Refused where it has ended already."""
    if grant.ended_at is not None:
        raise Refused(Reason.WRONG_STATE, state="ended")
    event = AuditEvent("grant.end", by, "grant", grant.id, {"member": grant.member, "account": grant.account})
    return Change((event,), (replace(grant, ended_at=at, ended_by=by),))
