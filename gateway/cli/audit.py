"""`gateway audit`: read, export, prove; and verify, which needs nothing but the file and the public key."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from gateway.audit import verifier
from gateway.cli.speaking import ERR, Config, SessionToken, Stop, say, table

APP = typer.Typer(no_args_is_help=True, help="The audit log: who did what, and the proof of it.")
NewFile = Annotated[Path, typer.Argument(help="A file that is not there yet.")]
Instant = Annotated[datetime | None, typer.Option(help="In UTC.", formats=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"])]


@APP.command("list")
def list_entries(
    actor: Annotated[str | None, typer.Option(help="A member's id, or: worker, anyone.")] = None,
    subject: Annotated[str | None, typer.Option(help="The id of what it was done to.")] = None,
    act: Annotated[str | None, typer.Option(help="The act's name, as it stands in the log.")] = None,
    since: Instant = None,
    until: Instant = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The most entries to show.")] = 100,
    config: Config = None,
    session: SessionToken = None,
) -> None:
    """List entries, newest first; that they were read is itself told."""
    from datetime import UTC

    from gateway.actions import auditing
    from gateway.cli.signing import signed_in
    from gateway.storage.log import Search

    began, ended = (moment.replace(tzinfo=UTC) if moment else None for moment in (since, until))
    what = Search(actor=actor, subject_id=subject, act=act, since=began, until=ended)
    with signed_in(config, session) as desk:
        found = desk.act(auditing.search, what, limit)
    facts = [" ".join(f"{name}={fact}" for name, fact in entry.facts.items()) for entry in found]
    rows = [
        (e.index, e.at_earliest, e.act, e.actor, f"{e.subject_kind} {e.subject_id}", fact)
        for e, fact in zip(found, facts, strict=True)
    ]
    table(("number", "not before", "act", "by", "what", "facts"), rows)


@APP.command()
def posted(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The most publications to show.")] = 100,
    config: Config = None,
    session: SessionToken = None,
) -> None:
    """List who posted what: each publication with its author and everyone who stood behind it."""
    from gateway.actions import auditing
    from gateway.cli.signing import signed_in

    with signed_in(config, session) as desk:
        found = desk.act(auditing.who_posted_what, limit)
    rows = [
        (
            p.publication.at,
            p.delivery.platform,
            p.author,
            " ".join(p.approvers),
            " ".join(p.clearers),
            p.publication.url,
        )
        for p in found
    ]
    table(("at", "platform", "author", "approved by", "cleared by", "where"), rows)


@APP.command()
def export(file: NewFile, config: Config = None, session: SessionToken = None) -> None:
    """Write the whole log to a file that can be verified without the gateway."""
    from gateway.actions import auditing
    from gateway.cli.signing import signed_in

    with signed_in(config, session) as desk:
        _require_new(file)
        part = file.with_name(file.name + ".part")
        with part.open("wb") as out:
            count = desk.act(auditing.export, out)
        part.replace(file)
        key = desk.world.log_key
    say(f"Wrote {count} entries to {file}.", f"Verify with: gateway audit verify {file} --key {key}")


@APP.command()
def prove(
    number: Annotated[int, typer.Argument(min=0, help="The entry's number.")],
    file: NewFile,
    config: Config = None,
    session: SessionToken = None,
) -> None:
    """Write the proof that one entry is in the signed log."""
    from gateway.actions import auditing
    from gateway.cli.signing import signed_in

    with signed_in(config, session) as desk:
        _require_new(file)
        text = desk.act(auditing.prove, number)
        file.write_text(text, encoding="utf-8")
        key = desk.world.log_key
    say(f"Wrote {file}.", f"Verify with: gateway audit verify {file} --key {key}")


def _require_new(file: Path) -> None:
    if file.exists():
        raise Stop("That file is there already", f"{file} stays as it is. Give another name.", 1)


@APP.command()
def verify(
    file: Annotated[Path, typer.Argument(help="An export, or the proof of one entry.")],
    key: Annotated[list[str], typer.Option(help="The log's public key (name+id+base64), or a file that holds it.")],
    checkpoint: Annotated[Path | None, typer.Option(help="The signed checkpoint you kept from last time.")] = None,
) -> None:
    """Verify an export or a proof offline: 0 proved, 1 tampered with, 2 unusable."""
    keys = [_key(one) for one in key]
    try:
        say(*_proved(file, keys, checkpoint))
    except verifier.Tampered as found:
        raise Stop("TAMPERED WITH", f"{found} Nothing after entry {found.since} is to be believed.", 1) from found
    except ValueError as fault:
        raise Stop("Cannot verify", f"{fault}. Check the key, the file and the checkpoint.") from fault


def _key(given: str) -> str:
    """A key's own text, or what the file of that name holds."""
    return (
        given
        if given.count("+") >= 2 and not Path(given).is_file()
        else Path(given).read_text(encoding="utf-8").strip()
    )


def _proved(file: Path, keys: list[str], checkpoint: Path | None) -> list[str]:
    mark = verifier.PROOF_FORMAT.encode()
    with file.open("rb") as opened:
        is_proof = opened.read(len(mark)) == mark
    if is_proof:
        entry = verifier.verify_proof(file, keys)
        return ["PROVED: this entry is in the signed log", *(f"  {name}: {value}" for name, value in entry.items())]
    pinned = checkpoint.read_text(encoding="utf-8") if checkpoint else None
    columns = (SpinnerColumn(), TextColumn("{task.completed:,.0f} entries"), TimeElapsedColumn())
    with Progress(*columns, console=ERR, transient=True) as progress:
        task = progress.add_task("entries", total=None)
        report = verifier.verify(
            file, keys, pinned_checkpoint=pinned, progress=lambda count: progress.update(task, completed=count)
        )
    return [
        f"PROVED: {report.entries} entries of {report.origin}, {report.first_at} to {report.last_at}",
        f"{report.checkpoints} checkpoints, root {report.root}",
        "Keep this checkpoint for next time:",
        report.last_note,
    ]
