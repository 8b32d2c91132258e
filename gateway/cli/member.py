"""`gateway member`: invite, enrol, list, roles, leave, sign in and out."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from gateway.actions import enrol as enrolling
from gateway.actions import leave as leaving
from gateway.actions import member as members
from gateway.actions import signin, underway
from gateway.cli.opening import opened
from gateway.cli.signing import HERE, Desk, asked, asked_for_code, begin_session, signed_in
from gateway.cli.speaking import Config, SessionToken, Stop, say, table
from gateway.cli.went import tell_outcomes
from gateway.domain.leaving import Report
from gateway.domain.member import Member
from gateway.identity.name import InvalidName, canonical_name
from gateway.world import World

APP = typer.Typer(no_args_is_help=True, help="Members: who can sign in, and what they may do.")
NameOrId = Annotated[str, typer.Argument(help="The member's name or id.")]


@APP.command()
def invite(
    name: Annotated[str, typer.Argument(help="What they will sign in with.")],
    role: Annotated[list[str], typer.Option(help="A role of policy; may be given several times.")],
    team: Annotated[str, typer.Option(help="Their team.")],
    display_name: Annotated[
        str | None, typer.Option(help="Their name as shown; the name itself where not given.")
    ] = None,
    config: Config = None,
    session: SessionToken = None,
) -> None:
    """Invite someone and print their one-time link token."""
    with signed_in(config, session) as desk:
        made = desk.act(enrolling.invite, name, display_name or name, team, tuple(role))
    say(f"Invited {name} as {made.member_id}. Their one-time token, good for 24 hours:", made.link_token)
    say("They use it with: gateway member enrol")


@APP.command()
def enrol(config: Config = None) -> None:
    """Use a one-time link token: choose a password and enrol a second factor."""
    with opened(config) as world:
        link = asked("One-time token", hidden=True)
        token = enrolling.accept_invitation(
            world, link.strip(), asked("A password of 15 characters or more", hidden=True, confirm=True), HERE
        )
        _enrol_factor(world, token)


def _enrol_factor(world: World, token: str) -> None:
    pending = enrolling.begin_enrolment(world, token)
    say(*_in_characters(pending.uri), "", f"Take this into a code app, or type its secret: {pending.secret}")
    done = asked_for_code("The code it shows", lambda code: enrolling.confirm_enrolment(world, token, code))
    signin.sign_out(world, done.session_token)
    say("", "Enrolled. Ten recovery codes, each good once; they are not shown again:", *done.recovery_codes)


def _in_characters(uri: str) -> list[str]:
    """The QR code of an otpauth address in half blocks."""
    import io

    import segno

    drawn = io.StringIO()
    segno.make(uri, micro=False).terminal(out=drawn, compact=True)
    return drawn.getvalue().splitlines()


@APP.command("list")
def list_all(config: Config = None, session: SessionToken = None) -> None:
    """List everyone, those who left included."""
    with signed_in(config, session) as desk:
        found = desk.act(members.list_members)
    rows = [(m.name, m.display_name, m.team, " ".join(m.roles), m.state, m.id) for m in found]
    table(("name", "shown as", "team", "roles", "state", "id"), rows)


@APP.command()
def roles(
    member: NameOrId,
    role: Annotated[list[str], typer.Argument(help="Every role they shall hold from now on.")],
    config: Config = None,
    session: SessionToken = None,
) -> None:
    """Give a member exactly these roles; their sessions end."""
    with signed_in(config, session) as desk:
        found = called(desk, member)
        desk.act(members.set_roles, found.id, tuple(role))
    say(f"{found.name} holds: {' '.join(sorted(set(role)))}. Their sessions have ended.")


def called(desk: Desk, member: str) -> Member:
    """The member of this name, in any spelling, or id. Raises Stop where there is none."""
    try:
        key = canonical_name(member)
    except InvalidName:
        key = ""
    for found in desk.act(members.list_members):
        if found.id == member or found.name_key == key:
            return found
    raise Stop("No such member", f"Nobody is called {member}. See: gateway member list", 1)


@APP.command()
def leave(member: NameOrId, config: Config = None, session: SessionToken = None) -> None:
    """Take a member out at once: sessions, factors, grants and answers end, their queue is held."""
    with signed_in(config, session) as desk:
        found = called(desk, member)
        report = desk.act(leaving.leave, found.id)
        say(*_told(found, report))
        tell_outcomes(underway.outcomes_of(desk.world, report.on_their_way, time.sleep))


def _told(member: Member, report: Report) -> list[str]:
    def those(ids: tuple[str, ...]) -> str:
        return ", ".join(ids) or "none"

    return [
        f"{member.name} left at {report.at.isoformat()}.",
        f"Grants ended: {report.grants_ended}",
        f"Approvals voided: {report.approvals_voided}",
        f"Clearances voided: {report.clearances_voided}",
        f"Deliveries held: {those(report.deliveries_held)}",
        f"Submissions stopped: {those(report.submissions_stopped)}",
        f"Already on their way: {those(report.on_their_way)}",
        f"Rotate at the platform the credentials of: {those(report.credentials_to_rotate)}",
    ]


@APP.command("sign-in")
def sign_in(config: Config = None) -> None:
    """Sign in and print the session's token, for GATEWAY_SESSION."""
    with opened(config) as world:
        say(begin_session(world))


@APP.command("sign-out")
def sign_out(
    config: Config = None,
    session: SessionToken = None,
) -> None:
    """End the session given."""
    if session is None:
        raise Stop("Which session?", "Give it with --session or in GATEWAY_SESSION.", 1)
    with opened(config) as world:
        signin.sign_out(world, session)
    say("Signed out.")
