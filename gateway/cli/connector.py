"""`gateway connector`: what a platform's connector is held to, ours or a third party's, without network or database."""

from __future__ import annotations

from typing import Annotated

import typer

from connectors.checking import find_connector, find_rehearsal, findings
from connectors.registry import BadConnector
from gateway.cli.speaking import Stop, say

APP = typer.Typer(no_args_is_help=True, add_completion=False, help="Look at the connectors of platforms.")


@APP.callback()
def connector() -> None:
    """Look at the connectors of platforms."""


@APP.command()
def check(
    name: Annotated[str, typer.Argument(help="An installed connector's name, or module:attribute.")],
    rehearsal: Annotated[
        str | None, typer.Option(help="module:attribute of its Rehearsal, where it is not installed as one.")
    ] = None,
) -> None:
    """Hold a connector to every promise of the conformance suite; ends with 1 where one is broken."""
    try:
        held = find_connector(name)
        told = list(findings(held, find_rehearsal(held.name, rehearsal)))
    except BadConnector as fault:
        raise Stop("This connector cannot be checked", str(fault)) from fault
    for one in told:
        say(f"{'kept  ' if one.broken is None else 'BROKEN'}  {one.promise}")
        if one.broken is not None:
            say(f"        {one.broken}", f"        promised: {one.says}")
    broken = sum(one.broken is not None for one in told)
    say(f"{held.name}: {len(told) - broken} of {len(told)} promises kept")
    raise typer.Exit(1 if broken else 0)
