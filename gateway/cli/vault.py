"""`gateway vault`: which keys there are, and a new one. The vault itself is the worker's alone."""

from __future__ import annotations

import typer

from gateway.actions import vaulting
from gateway.cli.signing import signed_in
from gateway.cli.speaking import Config, SessionToken, say, table

APP = typer.Typer(no_args_is_help=True, help="The vault: its keys, never what they open.")


@APP.command()
def status(config: Config = None, session: SessionToken = None) -> None:
    """Show the vault's keys and how many credentials are sealed under each."""
    with signed_in(config, session) as desk:
        found = desk.act(vaulting.keys)
    table(
        ("key", "number", "locked by", "sealed under it", "current"),
        [(key.id, key.number, key.source, key.rows, "yes" if key.current else "") for key in found],
    )


@APP.command()
def rotate(config: Config = None, session: SessionToken = None) -> None:
    """Ask the worker for a new vault key; it re-seals every credential and destroys the older key."""
    with signed_in(config, session) as desk:
        errand = desk.act(vaulting.ask_rotation)
    say(f"Asked (errand {errand.id}). The worker begins within seconds and re-seals everything within a minute or so.")
    say("See: gateway vault status")
