"""What the vault's tests share: a store in memory with the contract of `VaultStore`, an address book, an audit log."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from vault.envelope import Chance
from vault.keys import Keyring
from vault.place import Address
from vault.safe import Opening, Safe
from vault.secret import Secret, SecretBytes
from vault.sources import FileSource
from vault.store import BoxKeyRow, Floor, KeyGone, KeyInUse, Purpose, RowMoved, SealedRow, WrappedKey

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ADDRESS = Address("ons", "acc-1", "pigeon", "https://pigeon.example", "did:plc:1", "access", 1)


def chance_of(seed: int) -> Chance:
    """Foreseeable bytes: a test that fails, fails again."""
    return random.Random(seed).randbytes


def file_source(seed: int = 1) -> FileSource:
    return FileSource(SecretBytes(chance_of(seed)(32)))


def keyring_of(*key_ids: str) -> Keyring:
    return Keyring({key_id: SecretBytes(chance_of(n)(32)) for n, key_id in enumerate(key_ids)}, key_ids[-1])


def safe_of(keyring: Keyring | None = None, seed: int = 7) -> Safe:
    return Safe(keyring or keyring_of("vk-1"), chance_of(seed))


def sealed(safe: Safe, address: Address = ADDRESS, text: str = "open sesame") -> SealedRow:
    return safe.seal(address, Secret(text), f"{address.account}-{address.field}-{address.version}", current=True)


class Log:
    """An audit log that remembers what it was told."""

    def __init__(self) -> None:
        self.entries: list[Opening] = []

    def __call__(self, opening: Opening) -> None:
        self.entries.append(opening)


class MemoryStore:
    """`VaultStore` in memory; each act is atomic. `at_write` is where a kill may strike, before and after."""

    def __init__(self) -> None:
        self._rows: dict[str, SealedRow] = {}
        self._floors: dict[str, Floor] = {}
        self._keys: dict[str, WrappedKey] = {}
        self._box_keys: dict[str, BoxKeyRow] = {}
        self.at_write: Callable[[], None] = lambda: None

    def rows(self, account: str) -> Sequence[SealedRow]:
        return [row for row in self._rows.values() if row.account == account]

    def page(self, after: str, limit: int) -> Sequence[SealedRow]:
        return [self._rows[row_id] for row_id in sorted(self._rows) if row_id > after][:limit]

    def put(self, row: SealedRow) -> None:
        self.at_write()
        if row.id in self._rows:
            raise RowMoved
        self._write(row)

    def replace(self, old: SealedRow, new: SealedRow) -> None:
        self.at_write()
        self._check_still(old)
        self._write(new)
        self.at_write()

    def remove(self, row: SealedRow) -> None:
        self.at_write()
        self._check_still(row)
        del self._rows[row.id], self._floors[row.id]

    def floors(self, account: str) -> Sequence[Floor]:
        return [floor for floor in self._floors.values() if floor.account == account]

    def wrapped_keys(self) -> Sequence[WrappedKey]:
        return [*self._keys.values(), *(key.wrapped for key in self._box_keys.values())]

    def put_key(self, key: WrappedKey) -> None:
        self.at_write()
        if key.id in self._keys or any((k.purpose, k.number) == (key.purpose, key.number) for k in self._keys.values()):
            raise RowMoved
        self._keys[key.id] = key
        self.at_write()

    def destroy_key(self, key_id: str) -> None:
        self.at_write()
        key = self._keys.get(key_id)
        if key is None:
            return
        newest = max(k.number for k in self._keys.values() if k.purpose is key.purpose)
        under = any(row.key_id == key_id for row in self._rows.values())
        if key.purpose is not Purpose.VAULT or under or key.number == newest:
            raise KeyInUse
        del self._keys[key_id]
        self.at_write()

    def box_keys(self) -> Sequence[BoxKeyRow]:
        return list(self._box_keys.values())

    def put_box_key(self, key: BoxKeyRow) -> None:
        if any(key.id == k.id or key.wrapped.number == k.wrapped.number for k in self._box_keys.values()):
            raise RowMoved
        self._box_keys[key.id] = key

    def destroy_box_key(self, key_id: str) -> None:
        self._box_keys.pop(key_id, None)

    def tamper(self, row_id: str, **columns: object) -> None:
        """Write past the log, as somebody with access to the database would: the floor stays where it was."""
        self._rows[row_id] = replace(self._rows[row_id], **columns)  # type: ignore[arg-type]

    def _write(self, row: SealedRow) -> None:
        if row.key_id not in self._keys:
            raise KeyGone
        self._rows[row.id] = row
        self._floors[row.id] = Floor.under(row)

    def _check_still(self, old: SealedRow) -> None:
        now = self._rows.get(old.id)
        if now is None or (now.version, now.key_id) != (old.version, old.key_id):
            raise RowMoved
