"""`gateway release`: the calendar of statistical releases."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Group
from rich.live import Live
from rich.text import Text

from gateway.actions import release as releasing
from gateway.calendar.fetch import fetcher_of
from gateway.calendar.refused import CalendarRefused
from gateway.calendar.source import Address, Folder, Look, Source
from gateway.cli import access
from gateway.cli.signing import Desk, signed_in
from gateway.cli.speaking import OUT, Config, SessionToken, Stop, drawn, say, table
from gateway.domain.instant import Now
from gateway.domain.release import CONFIRMATIONS, Release, ReleaseState
from gateway.settings import read_settings
from gateway.web.walltime import instant_of

APP = typer.Typer(no_args_is_help=True, help="Releases: what may not be said before when.")
APP.add_typer(access.APP, name="access")
LONDON = ZoneInfo("Europe/London")
AHEAD, BACK = timedelta(days=7), timedelta(days=1)
COLUMNS = ("instant (UTC)", "London", "state", "out", "title", "id")
ReleaseId = Annotated[str, typer.Argument(help="The release's id.")]


@APP.command("import")
def import_from(
    place: Annotated[
        str, typer.Argument(help="A file, a folder of files, or an https address on a host of [calendar] hosts.")
    ],
    source: Annotated[
        str | None, typer.Option(help="What to call this calendar; the file's name or the address where not given.")
    ] = None,
    config: Config = None,
    session: SessionToken = None,
) -> None:
    """Read a calendar into the gateway, all of it or nothing; a second person has to agree to what it changes."""
    look = _look(place, config)
    name = source or (place if place.startswith("https://") else Path(place).name)
    with signed_in(config, session) as desk:
        done = desk.act(releasing.import_look, name, look)
    say(f"Read {done.calendar.entries} releases from {done.calendar.id}.")
    if done.waiting:
        say(f"{done.waiting} of them say something else than before: a second person has to import or change the same.")


def _look(place: str, config: Path | None) -> Look:
    """Read before anybody signs in: a wrong path is told at once. Raises Stop."""
    try:
        if place.startswith(("https:", "http:")):
            fetcher = fetcher_of(read_settings(config))
            return Address(place, place, fetcher, lambda pause: time.sleep(pause.total_seconds())).look()
        path = Path(place)
        path.stat()
        return (Folder if path.is_dir() else Source)(path.name, path).look()
    except CalendarRefused as fault:
        raise Stop("Calendar not usable", f"{fault} Nothing was imported.", 1) from fault


@APP.command("list")
def list_all(config: Config = None, session: SessionToken = None) -> None:
    """List the calendar as it stands, by instant."""
    with signed_in(config, session) as desk:
        found = desk.act(releasing.releases)
    table(COLUMNS, map(_row, found))


def _row(release: Release) -> tuple[object, ...]:
    london = release.instant.astimezone(LONDON)
    return (
        release.instant.strftime("%Y-%m-%d %H:%M"),
        london.strftime("%H:%M"),
        release.state,
        _out(release),
        release.title,
        release.id,
    )


def _out(release: Release) -> str:
    if release.seen_at is not None:
        return "seen"
    return f"{len(release.confirmed_by)} of {CONFIRMATIONS}" if release.confirmed_by else "-"


@APP.command()
def show(release: ReleaseId, config: Config = None, session: SessionToken = None) -> None:
    """Show one release: its instant, whether it was seen, how fresh its calendar is, and what people want changed."""
    with signed_in(config, session) as desk:
        found = desk.act(releasing.read_release, release)
    say(*_told(found))


def _told(found: releasing.ReleaseRead) -> Iterable[str]:
    one = found.release
    london = one.instant.astimezone(LONDON)
    yield f"{one.title} ({one.id})"
    yield f"instant:   {one.instant:%Y-%m-%d %H:%M:%S} UTC, {london:%H:%M} in London"
    yield f"state:     {one.state}"
    yield f"out:       {f'seen at {one.seen_at:%Y-%m-%d %H:%M:%S} UTC' if one.seen_at else 'not seen'}"
    yield f"confirmed: {', '.join(one.confirmed_by) or 'by nobody'} ({CONFIRMATIONS} people are needed)"
    read = f"read {found.calendar.read_at:%Y-%m-%d %H:%M:%S} UTC" if found.calendar else "never read"
    yield f"calendar:  {one.source}, {read}"
    if one.said_instant is not None:
        yield f"corrected: by two people; the calendar says {one.said_instant:%Y-%m-%d %H:%M} UTC, {one.said_state}"
    for word in found.words:
        yield f"asked for: {word.instant:%Y-%m-%d %H:%M} UTC, {word.state}, by {word.by}; a second person is missing"
    yield f"bound:     {found.bound} deliveries wait for it"


@APP.command()
def confirm(release: ReleaseId, config: Config = None, session: SessionToken = None) -> None:
    """Confirm that a release is out; a second person's word opens the gate."""
    with signed_in(config, session) as desk:
        found = desk.act(releasing.confirm_publication, release)
    people = len(found.confirmed_by)
    say(f"{found.title}: confirmed by {people}." + ("" if people > 1 else " A second person has to confirm it too."))


@APP.command()
def change(
    release: ReleaseId,
    instant: Annotated[str, typer.Option(help="Its instant with a zone, such as 2026-10-20T06:00:00Z.")],
    state: Annotated[ReleaseState, typer.Option(help="How firm it is.")] = ReleaseState.FINAL,
    config: Config = None,
    session: SessionToken = None,
) -> None:
    """Say that a release is at another instant or in another state; a second person has to say exactly the same."""
    try:
        wanted = instant_of(instant)
    except ValueError as fault:
        raise Stop("When?", f"Give an instant with its zone, such as 2026-10-20T06:00:00Z: {fault}", 1) from fault
    with signed_in(config, session) as desk:
        found, changed = desk.act(releasing.change_release, release, wanted, state)
    if changed:
        say(f"{found.title}: now {found.instant:%Y-%m-%d %H:%M} UTC, {found.state}.")
    else:
        say(f"{found.title}: nothing is changed yet. A second person has to say exactly the same within a day.")


@APP.command()
def watch(
    once: Annotated[bool, typer.Option("--once", help="Print the list once and end.")] = False,
    seconds: Annotated[float, typer.Option(min=0.5, max=60, help="How often to look again.")] = 1.0,
    config: Config = None,
    session: SessionToken = None,
) -> None:
    """Watch the releases of the day before and the week ahead, with the time left to each, until Ctrl-C."""
    with signed_in(config, session) as desk:
        if once or not OUT.is_terminal:
            rows = _watched(desk)
            table(("left", *COLUMNS), rows)
            return
        with Live(_screen(desk), console=OUT, auto_refresh=False) as live:
            while True:
                time.sleep(seconds)
                live.update(_screen(desk), refresh=True)


def _screen(desk: Desk) -> Group:
    """The list as it is now, under the time it was read at."""
    now = desk.world.clock.now()
    read = f"{now.middle:%Y-%m-%d %H:%M:%S} UTC" if now.bounded else "The clock is unsure: every gate is shut."
    return Group(Text(read), drawn(("left", *COLUMNS), _watched(desk)))


def _watched(desk: Desk) -> list[tuple[object, ...]]:
    now = desk.world.clock.now()
    near = [one for one in desk.act(releasing.releases) if now.earliest - BACK <= one.instant <= now.latest + AHEAD]
    return [(_left(one.instant, now), *_row(one)) for one in near]


def _left(instant: datetime, now: Now) -> str:
    """Hours, minutes and seconds until it is surely past; then how long since."""
    span = round((instant - now.earliest).total_seconds())
    hours, rest = divmod(abs(span), 3600)
    return f"{'' if span > 0 else '+'}{hours}:{rest // 60:02}:{rest % 60:02}"
