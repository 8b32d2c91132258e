"""Members: inviting, roles, leaving, and what two people do for a factor that is lost or locked."""

from __future__ import annotations

import dataclasses
import time
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from gateway.actions import enrol, leave, member, underway
from gateway.domain.member import Member
from gateway.web.answers import Answer, WentAnswer
from gateway.web.forms import Form, Line, PathId, Word
from gateway.web.guards import Acting, InWorld

Roles = Annotated[list[Word], Field(max_length=20)]


class Newcomer(Form):
    """Who is invited."""

    name: Line
    display_name: Line
    team: Line
    roles: Roles
    email: Line = ""


class RolesForm(Form):
    """Exactly these roles."""

    roles: Roles


class InvitedAnswer(Answer):
    """What the one-time link carries: shown once, good for a day."""

    member_id: str
    link_token: str


class ReportAnswer(Answer):
    """What leaving ended, held and listed."""

    member: str
    at: datetime
    grants_ended: int
    approvals_voided: int
    clearances_voided: int
    deliveries_held: tuple[str, ...]
    submissions_stopped: tuple[str, ...]
    went: tuple[WentAnswer, ...]
    credentials_to_rotate: tuple[str, ...]


def list_members(world: InWorld, who: Acting) -> list[Member]:
    """Everyone, those who left included."""
    return member.list_members(world, who)


def invite_member(world: InWorld, who: Acting, form: Newcomer) -> enrol.Invited:
    """A new member and their one-time link."""
    return enrol.invite(world, who, form.name, form.display_name, form.team, tuple(form.roles), form.email)


def invite_again(world: InWorld, who: Acting, member_id: PathId) -> enrol.Invited:
    """A new link for someone who has not enrolled."""
    return enrol.invite_again(world, who, member_id)


def set_roles(world: InWorld, who: Acting, member_id: PathId, form: RolesForm) -> None:
    """Give a member exactly these roles."""
    member.set_roles(world, who, member_id, form.roles)


def leave_member(world: InWorld, who: Acting, member_id: PathId) -> dict[str, Any]:
    """Take a member out, at once and for good; answers once what had passed its intent has outcomes."""
    report = leave.leave(world, who, member_id)
    went = underway.outcomes_of(world, report.on_their_way, time.sleep)
    return {**dataclasses.asdict(report), "went": went}


def unlock_factor(world: InWorld, who: Acting, member_id: PathId) -> None:
    """The second of two people unlocks a factor."""
    member.unlock_factor(world, who, member_id)


def reset_factor(world: InWorld, who: Acting, member_id: PathId) -> enrol.Invited:
    """The second of two people lets a member come in anew."""
    return member.reset_factor(world, who, member_id)
