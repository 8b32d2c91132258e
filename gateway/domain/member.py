"""Member: a person who can sign in; roles from policy; leaving is one act and final."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change, Record
from gateway.domain.policy import Roles
from gateway.domain.refusal import Reason, Refused


class MemberState(StrEnum):
    """invited: no second factor yet; active; left: never comes back (a person who returns is a new member)."""

    INVITED = "invited"
    ACTIVE = "active"
    LEFT = "left"


@dataclass(frozen=True, kw_only=True)
class Member(Record):
    """A person. `name` is what they sign in with, `name_key` its one canonical spelling; ids are never re-used.

    `rests_until`: their factor was reset by two people, and nothing by their word is sent before then: whoever talked a
    help desk round gains a day in which the member can speak up. `email` is where notices go
    too; it never enters the log.
    """

    name: str
    name_key: str
    display_name: str
    team: str
    roles: tuple[str, ...]
    state: MemberState
    password_hash: str | None = None
    created_at: datetime
    left_at: datetime | None = None
    rests_until: datetime | None = None
    email: str = ""

    @property
    def is_active(self) -> bool:
        """Whether this person may act at all."""
        return self.state is MemberState.ACTIVE


def require(member: Member, permission: str, roles: Roles) -> None:
    """Raises Refused unless `member` is active and one of their roles carries `permission`."""
    if not member.is_active:
        raise Refused(Reason.MEMBER_LEFT, member=member.id)
    if not roles.may(member.roles, permission):
        raise Refused(Reason.ROLE_MISSING, permission=permission)


def require_compatible(wanted: tuple[str, ...], roles: Roles) -> None:
    """Raises Refused where a role does not exist or two may not be held together (roles.toml)."""
    for role in wanted:
        if role not in roles.permissions:
            raise Refused(Reason.ROLE_MISSING, role=role)
    if clash := roles.clash(wanted):
        raise Refused(Reason.ROLES_CLASH, roles="+".join(clash))


def set_roles(member: Member, wanted: tuple[str, ...], *, by: Member, roles: Roles, other_admins: int) -> Change:
    """Give `member` exactly these roles. Nobody changes their own; the last administrator cannot go silently."""
    require(by, "member.roles", roles)
    if member.id == by.id:
        raise Refused(Reason.OWN_WORK, act="roles")
    if member.state is MemberState.LEFT:
        raise Refused(Reason.MEMBER_LEFT, member=member.id)
    require_compatible(wanted, roles)
    if "administrator" in member.roles and "administrator" not in wanted and other_admins == 0:
        raise Refused(Reason.LAST_ADMINISTRATOR)
    facts = {"before": "+".join(member.roles), "after": "+".join(sorted(wanted))}
    event = AuditEvent("member.roles", by.id, "member", member.id, facts)
    return Change((event,), (replace(member, roles=tuple(sorted(wanted))),))


_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")


def set_address(member: Member, email: str) -> Change:
    """Where notices to this member go, "" for nowhere; the log keeps only whether there is one. Raises Refused."""
    require_address(email)
    event = AuditEvent("member.address", member.id, "member", member.id, {"given": bool(email)})
    return Change((event,), (replace(member, email=email),))


def require_address(email: str) -> str:
    """The address, or "" for none. ASCII and one line: it stands in a mail's header. Shape after the HTML standard's
    valid e-mail address. Raises Refused(ADDRESS_REFUSED).
    """
    if email and (len(email) > 254 or not _ADDRESS.fullmatch(email)):
        raise Refused(Reason.ADDRESS_REFUSED)
    return email
