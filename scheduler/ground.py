"""The ground the vault stands on: the floors' snapshot in the worker's folder, out of the database's reach (house §9).

Whoever can write to the database can put an old credential back and edit the log until it agrees. They cannot make
this file say so: it has a MAC, and the log must go on from it.
"""

from __future__ import annotations

from pathlib import Path

from gateway.storage.vault import VaultShelf
from scheduler.durable import write_durably
from vault.secret import SecretBytes
from vault.snapshot import BrokenSnapshot, from_text, to_text
from vault.store import Snapshot


class VaultShut(Exception):
    """The log in the database is not the one that this worker's snapshot was taken of; nothing is opened."""


class Ground:
    """Keeps the snapshot. path: its file; log: the log's origin; secret: what its MAC is derived from."""

    def __init__(self, shelf: VaultShelf, path: Path, log: str, secret: SecretBytes) -> None:
        self._shelf = shelf
        self._path = path
        self._log = log
        self._secret = secret
        self._kept: Snapshot | None = None

    def stand(self) -> None:
        """At start: go on from what was kept. Raises VaultShut where it is not ours, or the log is not its sequel."""
        if self._path.exists():
            try:
                self._kept = from_text(self._path.read_text(encoding="utf-8"), self._log, self._secret)
            except (BrokenSnapshot, UnicodeDecodeError):
                raise self._shut("it is not one that this gateway wrote") from None
            self._shelf.stand_on(self._kept)
        if not self._shelf.is_whole():
            raise self._shut("the audit log in the database does not go on from it")

    def keep(self) -> None:
        """Write down how far the log was read, if it went on. Nothing is written of a log that is torn."""
        if not self._shelf.is_whole():
            return
        found = self._shelf.snapshot(self._log)
        if found != self._kept:
            write_durably(self._path, to_text(found, self._secret))
            self._kept = found

    def _shut(self, why: str) -> VaultShut:
        return VaultShut(
            f"The vault stays shut: {self._path} says how far the audit log was written, and {why}. The log was cut or "
            "changed, or an older database was put in its place. Keep this database for whoever looks, and restore "
            "the newest backup (gateway db restore), or the newest dump and then: gateway db restored."
        )
