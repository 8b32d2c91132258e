"""Putting a backup back into a data folder, so that nothing of it is ever sent twice (decisions/0002)."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from gateway.actions.restoring import TakenUp, take_up
from gateway.chance import Chance
from gateway.cli.backup import CHECKPOINT, DATABASE, PUBLIC, digest_of, unpack
from gateway.cli.speaking import Stop
from gateway.cli.upgrading import upgrading
from gateway.domain.audit import Fact
from gateway.settings import Settings, read_policy
from gateway.storage.engine import make_engine
from gateway.storage.migrations import upgrade
from gateway.storage.unit import Storage
from gateway.wiring import KEPT_FLOORS, clock_of, seal_of

ASIDE = "checkpoint.before-restore.note"


def restore(settings: Settings, database: Path, backup: Path, *, after_disaster: bool) -> TakenUp:
    """Unpack, check, make safe, and only then put the database in its place. Raises Stop, Refused or OSError.

    The database comes last and by one rename: cut off anywhere before, there is none and the command is given again.
    """
    if database.exists():
        raise Stop(
            "There is a database already", f"{database} stays as it is. Move it away first, with its -wal and -shm."
        )
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=settings.data, prefix=".restore-") as folder:
        parts = Path(folder)
        unpack(backup, parts)
        lost = _entries_lost(settings.data, parts, after_disaster=after_disaster)
        _require_same_keys(settings.data, parts)
        facts: dict[str, Fact] = {"backup": digest_of(backup), "lost": lost}
        taken_up = take_up_at(settings, f"sqlite:///{parts / DATABASE}", **facts)
        _as_one_file(parts / DATABASE)
        _put(settings.data, parts)
        (parts / DATABASE).replace(database)
    return taken_up


def take_up_at(settings: Settings, url: str, **facts: Fact) -> TakenUp:
    """Bring a restored database to the newest tables and make it safe to run."""
    engine = make_engine(url)
    with upgrading():
        upgrade(engine)
    storage = Storage(engine, clock_of(settings).now, seal_of(settings))
    try:
        return take_up(storage, read_policy(settings).timing, Chance(), **facts)
    finally:
        storage.close()


def _entries_lost(data: Path, parts: Path, *, after_disaster: bool) -> int:
    """How many signed entries the folder's own checkpoint has beyond the backup's. Raises Stop unless that is meant.

    A log that ends before what was signed is what tampering looks like: going back there is a person's explicit word.
    """
    kept, saved = _size(data / CHECKPOINT), _size(parts / CHECKPOINT)
    if kept <= saved:
        return 0
    if not after_disaster:
        raise Stop(
            "The backup is older than the log here",
            f"The checkpoint kept in {data} covers {kept} entries, the backup's {saved}. Take a newer backup. If there "
            "is none, repeat with --after-disaster: the loss is told in the log, and the kept checkpoint is put aside.",
            1,
        )
    return kept - saved


def _size(note: Path) -> int:
    """The number of entries a checkpoint note speaks of (its second line); 0 where there is none. Raises Stop."""
    if not note.exists():
        return 0
    try:
        return int(note.read_text(encoding="utf-8").split("\n")[1])
    except (ValueError, IndexError):
        raise Stop("A checkpoint cannot be read", f"{note} is damaged. Move it away if it is not needed.") from None


def _require_same_keys(data: Path, parts: Path) -> None:
    """The folder's pinned public keys, where it has some, are the backup's: else this is another gateway's folder."""
    for name in PUBLIC:
        ours, theirs = data / name, parts / name
        if ours.exists() and theirs.exists() and ours.read_bytes() != theirs.read_bytes():
            raise Stop(
                "Another gateway's backup", f"{ours} is not the key in the backup. Restore into an empty folder."
            )


def _as_one_file(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")


def _put(data: Path, parts: Path) -> None:
    """The small files in their places; a newer checkpoint of this folder is put aside for whoever looks into it."""
    if (data / CHECKPOINT).exists():
        (data / CHECKPOINT).replace(data / ASIDE)
    put_floors_aside(data)
    for name in (CHECKPOINT, *PUBLIC):
        if (parts / name).exists():
            (parts / name).replace(data / name)


def put_floors_aside(data: Path) -> None:
    """The worker reads the restored log from its beginning: it goes on from the backup, not from what was kept here."""
    if (data / KEPT_FLOORS).exists():
        (data / KEPT_FLOORS).replace(data / f"{KEPT_FLOORS}.before-restore")


def missing_keys(settings: Settings, names: tuple[str, ...]) -> list[Path]:
    """The secret files that the operator has to put back by hand."""
    return [path for name in names if not (path := settings.in_data(name)).exists()]
