"""`gateway release access`: who may read what is bound to a release before it is out."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway.actions import access
from gateway.cli.signing import signed_in
from gateway.cli.speaking import Config, SessionToken, say, table
from gateway.domain.access import AccessList

APP = typer.Typer(no_args_is_help=True, help="Who may read what is bound to a release before it is out.")
ReleaseId = Annotated[str, typer.Argument(help="The release's id.")]
MemberId = Annotated[str, typer.Argument(help="The member's id.")]
MemberIds = Annotated[list[str], typer.Argument(help="The members' ids.")]


@APP.command("list")
def list_all(release: ReleaseId, config: Config = None, session: SessionToken = None) -> None:
    """List the people on a release's list."""
    with signed_in(config, session) as desk:
        found = desk.act(access.access_list, release)
    table(("member", "since", "by"), [(each.member, each.since.isoformat(), each.by) for each in found.people])


@APP.command()
def add(release: ReleaseId, members: MemberIds, config: Config = None, session: SessionToken = None) -> None:
    """Put members on a release's list, all with one code; not yourself."""
    with signed_in(config, session) as desk:
        _told(desk.act(access.give_access, release, members))


@APP.command()
def remove(release: ReleaseId, member: MemberId, config: Config = None, session: SessionToken = None) -> None:
    """Take a member off a release's list; not yourself."""
    with signed_in(config, session) as desk:
        _told(desk.act(access.end_access, release, member))


def _told(known: AccessList) -> None:
    say(f"On the list of {known.id} now: {', '.join(each.member for each in known.people) or 'nobody'}")
