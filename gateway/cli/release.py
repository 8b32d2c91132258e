"""`gateway release`: the calendar of statistical releases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gateway.actions import release as releasing
from gateway.cli.signing import signed_in
from gateway.cli.speaking import Config, SessionToken, say, table

APP = typer.Typer(no_args_is_help=True, help="Releases: what may not be said before when.")


@APP.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A file in the ONS search/releases shape.")],
    source: Annotated[
        str | None, typer.Option(help="What to call this calendar; the file's name where not given.")
    ] = None,
    config: Config = None,
    session: SessionToken = None,
) -> None:
    """Read a calendar into the gateway, all of it or nothing."""
    body = file.read_bytes()
    with signed_in(config, session) as desk:
        read = desk.act(releasing.import_calendar, source or file.name, body)
    say(f"Read {read.entries} releases from {read.id}.")


@APP.command("list")
def list_all(config: Config = None, session: SessionToken = None) -> None:
    """List the calendar as it stands, by instant."""
    with signed_in(config, session) as desk:
        found = desk.act(releasing.releases)
    rows = [
        (r.instant.isoformat(), r.state, "seen" if r.seen_at else len(r.confirmed_by), r.title, r.id) for r in found
    ]
    table(("instant (UTC)", "state", "out", "title", "id"), rows)


@APP.command()
def confirm(
    release: Annotated[str, typer.Argument(help="The release's id.")],
    config: Config = None,
    session: SessionToken = None,
) -> None:
    """Confirm that a release is out; a second person's word opens the gate."""
    with signed_in(config, session) as desk:
        found = desk.act(releasing.confirm_publication, release)
    people = len(found.confirmed_by)
    say(f"{found.title}: confirmed by {people}." + ("" if people > 1 else " A second person has to confirm it too."))
