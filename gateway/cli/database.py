"""`gateway db`: upgrade, check, back up, restore. An operator's acts on files, told in the log."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gateway.actions.restoring import TakenUp
from gateway.audit.checkpoint import BadNote, Checkpoint, KnownKey, open_checkpoint
from gateway.audit.tree import Frontier, leaf_hash
from gateway.chance import Chance
from gateway.cli.backup import CHECKPOINT, make_backup, sqlite_file
from gateway.cli.restore import missing_keys, put_floors_aside, restore, take_up_at
from gateway.cli.speaking import Config, Stop, say
from gateway.cli.upgrading import upgrading
from gateway.domain.audit import ANYONE, AuditEvent
from gateway.domain.change import Change
from gateway.settings import Settings, read_settings
from gateway.storage.engine import make_engine
from gateway.storage.log import Log
from gateway.storage.migrations import upgrade as upgraded
from gateway.storage.unit import Storage
from gateway.wiring import CONTENT_KEY, LOG_KEY, clock_of

APP = typer.Typer(no_args_is_help=True, help="The database: upgrade, check, back up, restore.")
RUN = 4_096  # entries hashed at a time


def _storage(settings: Settings) -> Storage:
    """The database that is there; an SQLite file that is missing is not made by looking for it. Raises Stop."""
    engine = make_engine(settings.database_url)
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists():
        raise Stop("There is no database", f"{engine.url.database} is not there. Set up with: gateway init")
    return Storage(engine, clock_of(settings).now)


@APP.command()
def upgrade(config: Config = None) -> None:
    """Bring the database's tables up to this version of the gateway."""
    storage = _storage(read_settings(config))
    with upgrading():
        upgraded(storage.engine)
    storage.close()
    say("The tables are up to date.")


@APP.command()
def check(config: Config = None) -> None:
    """Check the database: its file, and every entry of the audit log against head and checkpoint."""
    settings = read_settings(config)
    storage = _storage(settings)
    try:
        kept = _kept(settings)  # before the log is read: a running worker signs on
        with storage.reading() as readers:
            if storage.engine.dialect.name == "sqlite":
                _require_whole(readers.connection.exec_driver_sql("PRAGMA integrity_check").scalar())
            entries = _require_log(readers.log, kept)
    finally:
        storage.close()
    say(f"The database is whole; its log of {entries} entries is unbroken.")


def _require_whole(said: object) -> None:
    if said != "ok":
        raise Stop(
            "The database is damaged", f"SQLite says: {said}. Stop the gateway and restore the last good backup."
        )


def _require_log(log: Log, kept: Checkpoint | None) -> int:
    """Hash every entry again: the root must be the head's, and at the kept checkpoint's size what was signed."""
    head, frontier = log.head().frontier, Frontier()
    if kept is not None and kept.size > head.size:
        raise _broken(f"it has {head.size} entries, the kept checkpoint {kept.size}")
    marks = sorted({kept.size if kept else 0, head.size})
    for mark in marks:
        while frontier.size < mark:
            upto = min(frontier.size + RUN, mark)
            bodies = list(log.bodies(frontier.size, upto))
            if len(bodies) != upto - frontier.size:
                raise _broken(f"entries are missing after {frontier.size}")
            frontier = frontier.extend([leaf_hash(body) for body in bodies])
        if kept is not None and mark == kept.size and frontier.root() != kept.root:
            raise _broken(f"its first {mark} entries are not those that were signed")
    if frontier.root() != head.root():
        raise _broken("its entries are not those of its head")
    return head.size


def _kept(settings: Settings) -> Checkpoint | None:
    note, key = settings.in_data(CHECKPOINT), settings.in_data(LOG_KEY)
    if not note.exists() or not key.exists():
        return None
    try:
        return open_checkpoint(note.read_text(encoding="utf-8"), [KnownKey.from_vkey(key.read_text(encoding="utf-8"))])
    except (BadNote, ValueError) as fault:
        raise _broken(f"the kept checkpoint is not signed by this log's key ({fault})") from fault


def _broken(why: str) -> Stop:
    return Stop(
        "The audit log is broken", f"The log is not what it was: {why}. Keep this database for whoever looks.", 1
    )


@APP.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to make; it must not be there yet.")], config: Config = None
) -> None:
    """Save the database, at one moment and while it runs, into one file without any secret key."""
    settings = read_settings(config)
    database = sqlite_file(settings.database_url)
    storage = _storage(settings)
    try:
        with storage.unit() as unit:
            at = unit.now.earliest.isoformat()
            unit.commit(Change((AuditEvent("db.backup", ANYONE, "database", "-"),)))
        digests = make_backup(settings.data, database, file, {"made_at": at, "id": Chance().id()})
    finally:
        storage.close()
    secret = (
        settings.in_data(settings.vault.key_file) if settings.vault.key_source == "file" else "the vault's passphrase"
    )
    say(f"Wrote {file}:", *(f"  {digest}  {name}" for name, digest in digests.items()))
    say(f"Not in it, and needed to restore: {secret} and {settings.in_data(CONTENT_KEY)}. Keep them apart from it.")
    say("Names, times and the log can be read in it: guard it like the database.")


@APP.command("restore")
def restore_file(
    file: Annotated[Path, typer.Argument(help="A file that `gateway db backup` made.")],
    after_disaster: Annotated[
        bool, typer.Option("--after-disaster", help="Accept that signed log entries newer than the backup are lost.")
    ] = False,
    config: Config = None,
) -> None:
    """Put a backup into a data folder without database; everything starts frozen and nothing is sent twice."""
    settings = read_settings(config)
    done = restore(settings, sqlite_file(settings.database_url), file, after_disaster=after_disaster)
    say(f"Restored {file}.", *_next(done))
    names = (CONTENT_KEY, settings.vault.key_file) if settings.vault.key_source == "file" else (CONTENT_KEY,)
    if left := missing_keys(settings, names):
        say("Put these back from where you keep them, mode 0600: " + ", ".join(map(str, left)))


@APP.command()
def restored(config: Config = None) -> None:
    """Say that the database was restored by other means (pg_restore); run it before the worker starts."""
    settings = read_settings(config)
    _storage(settings).close()
    done = take_up_at(settings, settings.database_url, by="other-means")
    put_floors_aside(settings.data)
    say("Taken up.", *_next(done))


def _next(done: TakenUp) -> list[str]:
    return [
        f"On their way at the backup, now unknown and settled by looking: {len(done.unknown)}",
        f"May have gone out since the backup, now held for a person: {len(done.held)}",
        f"Sessions ended: {done.sessions}",
        f"Everything is frozen ({done.freeze}). What happened after the backup is not in it: repeat leavings, ended",
        "grants, withdrawals and freezes of that time, then: gateway freeze off " + done.freeze,
    ]
