"""`gateway freeze`: stop everything, now."""

from __future__ import annotations

import time
from typing import Annotated, Literal

import typer

from gateway.actions import freezing, underway
from gateway.cli.signing import signed_in
from gateway.cli.speaking import Config, SessionToken, say, table
from gateway.cli.went import tell_outcomes

APP = typer.Typer(no_args_is_help=True, help="Freezes: nothing that one covers is sent until it is taken off.")
Scope = Annotated[Literal["all", "platform", "account"], typer.Argument(help="What it covers.")]


@APP.command()
def on(
    reason: Annotated[str, typer.Option(help="Why; it is kept.", prompt="Why")],
    scope: Scope = "all",
    target: Annotated[str, typer.Argument(help="The platform's name or the account's id.")] = "",
    config: Config = None,
    session: SessionToken = None,
) -> None:
    """Freeze everything, one platform or one account."""
    with signed_in(config, session) as desk:
        held = desk.act(freezing.freeze, scope, target, reason)
        went = underway.outcomes_of(desk.world, underway.under_freeze(desk.world, held), time.sleep)
    say(
        f"Frozen since {held.since.isoformat()}: {held.scope} {held.target}".rstrip(),
        f"Take it off with: gateway freeze off {held.id}",
    )
    tell_outcomes(went)


@APP.command()
def off(
    freeze: Annotated[str, typer.Argument(help="The freeze's id.")], config: Config = None, session: SessionToken = None
) -> None:
    """End a freeze; what fell due under it lapses and is never sent."""
    with signed_in(config, session) as desk:
        held = desk.act(freezing.thaw, freeze)
    say(f"Thawed: {held.scope} {held.target}".rstrip())


@APP.command("list")
def list_all(config: Config = None, session: SessionToken = None) -> None:
    """List the freezes in force."""
    with signed_in(config, session) as desk:
        found = desk.act(freezing.frozen)
    table(
        ("id", "covers", "since", "by", "reason"),
        [(f.id, f"{f.scope} {f.target}", f.since, f.by, f.reason) for f in found],
    )
