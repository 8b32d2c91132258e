"""`gateway account`: the register, and the end of a credential at its platform."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway.actions import account, revoking
from gateway.cli.signing import signed_in
from gateway.cli.speaking import Config, SessionToken, say, table

APP = typer.Typer(no_args_is_help=True, help="Accounts: the register, and the end of a credential at its platform.")


@APP.command("list")
def list_all(config: Config = None, session: SessionToken = None) -> None:
    """List the register."""
    with signed_in(config, session) as desk:
        found = desk.act(account.accounts)
    rows = [(one.id, one.platform, one.handle, one.owner_team, one.credential_state) for one in found]
    table(("id", "platform", "handle", "team", "credential"), rows)


@APP.command()
def revoke(
    account_id: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's id.")],
    config: Config = None,
    session: SessionToken = None,
) -> None:
    """Have the worker end an account's credential at its platform and forget it; with a fresh code."""
    with signed_in(config, session) as desk:
        asked = desk.act(revoking.ask_revocation, account_id)
    say(
        f"Asked for: the worker ends the credential of {asked.account} at its platform.",
        "See what came of it with: gateway account list",
    )
