"""A backup as one file: the database as it was at one moment, the public keys, the newest kept checkpoint, a manifest.

The keys stay out on purpose: a backup alone opens no credential and no second factor (G1), and what was
written stays sealed. Names, times and the log are readable in it.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from gateway.cli.speaking import Stop

FORMAT = "gateway-backup/1"
MANIFEST, DATABASE, CHECKPOINT = "manifest.json", "gateway.db", "checkpoint.note"
PUBLIC = ("worker.pub", "audit.vkey")
PARTS = (DATABASE, CHECKPOINT, *PUBLIC)
SMALL = 1_000_000  # a manifest, key or note is never larger
BLOCK = 1 << 20


def sqlite_file(url: str) -> Path:
    """The file of an SQLite URL. Raises Stop for PostgreSQL, whose own tools make better backups than we could."""
    from sqlalchemy.engine import make_url

    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        return Path(parsed.database)
    raise Stop(
        "PostgreSQL has its own backup",
        "Use pg_dump --format=custom for the database and copy checkpoint.note, worker.pub and audit.vkey from the "
        "data folder, the note first. After pg_restore, and before the worker runs: gateway db restored",
    )


def make_backup(data: Path, database: Path, to: Path, facts: Mapping[str, Any]) -> dict[str, str]:
    """Write the backup to `to`, which must not exist, readable by its owner alone; the digests of its parts.

    The checkpoint is copied before the database is: so the database always extends it. Raises Stop or OSError.
    """
    if to.exists():
        raise Stop("That file is there already", f"{to} stays as it is. Give another name.", 1)
    with tempfile.TemporaryDirectory(dir=to.parent, prefix=".backup-") as folder:
        parts = {name: (data / name).read_bytes() for name in (CHECKPOINT, *PUBLIC) if (data / name).exists()}
        for name, body in parts.items():
            Path(folder, name).write_bytes(body)
        _copy_database(database, Path(folder, DATABASE))
        digests = {name: digest_of(Path(folder, name)) for name in (DATABASE, *parts)}
        manifest = json.dumps({"format": FORMAT, "sha256": digests, **facts}, indent=1, sort_keys=True).encode()
        part = Path(folder, "backup.tar")
        _write(part, manifest, Path(folder), digests)
        part.replace(to)
    return digests


def _copy_database(source: Path, target: Path) -> None:
    """One moment's copy by SQLite's own online backup, while others write; as one file that needs no log beside it."""
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE")
        found = new.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        raise Stop("The database is damaged", f"No backup was made; SQLite says: {found}. Restore the last good one.")


def _write(part: Path, manifest: bytes, folder: Path, names: Mapping[str, str]) -> None:
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
            head = tarfile.TarInfo(MANIFEST)
            head.size, head.mode = len(manifest), 0o600
            tar.addfile(head, io.BytesIO(manifest))
            for name in names:
                tar.add(folder / name, arcname=name)
        file.flush()
        os.fsync(file.fileno())


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unpack(backup: Path, folder: Path) -> dict[str, Any]:
    """Write the parts of a backup into `folder` and check each against the manifest, which is returned. Raises Stop.

    Only the parts we know are written, under their own names, whatever else the file claims to hold.
    """
    try:
        with tarfile.open(backup, "r:") as tar:
            manifest = json.loads(_small(tar, MANIFEST))
            if manifest["format"] != FORMAT or not set(PARTS) >= set(manifest["sha256"]) >= {DATABASE}:
                raise ValueError("another format")
            for name in manifest["sha256"]:
                _unpack_one(tar, name, folder / name)
    except (tarfile.TarError, ValueError, KeyError, TypeError) as fault:
        raise Stop("Not a usable backup", f"{backup} is damaged or is no backup: {fault}. Take another one.") from fault
    for name, digest in manifest["sha256"].items():
        if digest_of(folder / name) != digest:
            raise Stop("The backup is damaged", f"{name} in {backup} is not what was saved. Take another one.")
    return dict(manifest)


def _member(tar: tarfile.TarFile, name: str) -> Any:
    found = tar.getmember(name)
    file = tar.extractfile(found) if found.isreg() else None
    if file is None:
        raise ValueError(f"{name} is no plain file")
    return file


def _small(tar: tarfile.TarFile, name: str) -> bytes:
    body: bytes = _member(tar, name).read(SMALL + 1)
    if len(body) > SMALL:
        raise ValueError(f"{name} is too large")
    return body


def _unpack_one(tar: tarfile.TarFile, name: str, to: Path) -> None:
    file = _member(tar, name)
    with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as out:
        while block := file.read(BLOCK):
            out.write(block)
        out.flush()
        os.fsync(out.fileno())
