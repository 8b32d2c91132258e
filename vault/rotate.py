"""Renewing the vault key: row by row, under load, and resumable after a kill at any write.

`begin` makes the new key current; `finish` re-seals what is under older keys and is also what a worker runs at start.
Where it was killed does not matter: what is done is read from the rows, never from a note about progress.

    killed before the new key is stored     nothing has happened
    … between two rows                      both keys are stored; the rest is re-sealed
    … before the old key is destroyed       no row is under it; it is read back again, then destroyed
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from enum import StrEnum

from vault.envelope import KEY_BYTES, Chance
from vault.keys import Keyring, KeySource, unlock, unwrap, wrap
from vault.safe import Announce, CannotOpen, Safe
from vault.secret import SecretBytes
from vault.store import Floor, KeyInUse, Purpose, RowMoved, SealedRow, VaultStore, WrappedKey

_PAGE = 100  # rows read at a time; each is written in its own transaction


class Done(StrEnum):
    """What one step did."""

    RESEALED = "resealed"
    THERE = "there"  # it was under the current key already
    OVERTAKEN = "overtaken"  # somebody wrote the row meanwhile: it is read again
    REFUSED = "refused"  # it does not open where it stands: somebody has to look; the old key is kept for it
    READ_BACK = "read back"
    KEY_DESTROYED = "key destroyed"
    KEY_KEPT = "key kept"  # a row is still under it or one was refused; run `finish` again


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what was done to which row or key."""

    done: Done
    subject: str


def first_key(store: VaultStore, source: KeySource, key_id: str, chance: Chance) -> Keyring:
    """Set up a vault that has no key: store its first one, wrapped. RowMoved if it has one."""
    store.put_key(wrap(source, key_id, Purpose.VAULT, 1, SecretBytes(chance(KEY_BYTES)), chance))
    return unlock(source, store.wrapped_keys())


def begin(store: VaultStore, keyring: Keyring, source: KeySource, key_id: str, chance: Chance) -> None:
    """Make a new vault key current: one write, after which `finish` has work. RowMoved if somebody was faster.

    The source must open the keys there are (KeyUnavailable): one key under a foreign source would be lost later.
    """
    held = _vault_keys(store)
    unlock(source, held)
    new = wrap(
        source, key_id, Purpose.VAULT, 1 + max(key.number for key in held), SecretBytes(chance(KEY_BYTES)), chance
    )
    store.put_key(new)  # durable first: a row under a key that was never stored is lost
    keyring.add_current(key_id, unwrap(source, new))


def finish(
    store: VaultStore, keyring: Keyring, source: KeySource, announce: Announce, chance: Chance
) -> Iterator[Step]:
    """Move every row to the current key, read all back, destroy the older keys. At most one write between two steps."""
    catch_up(store, keyring, source)
    older = [key.id for key in _vault_keys(store) if key.id != keyring.current]
    if not older:
        return
    safe, current = Safe(keyring, chance), keyring.current
    refused = yield from _each(store, lambda row: _resealed(store, safe, current, row, announce))
    left = Safe(_kept_after(store, source, older), chance)
    refused += yield from _each(store, lambda row: _read_back(store, left, row, announce))
    for key_id in older:
        yield Step(Done.KEY_KEPT, key_id) if refused else _destroyed(store, keyring, key_id)


def catch_up(store: VaultStore, keyring: Keyring, source: KeySource) -> None:
    """Take in the vault keys that others stored and forget those they destroyed; the newest stored one is current.

    Without it a worker would take another's new key for an old one, and destroy it. KeyUnavailable.
    """
    stored = sorted(_vault_keys(store), key=lambda key: key.number)
    for key in stored:
        if key.id not in keyring.ids or (key is stored[-1] and key.id != keyring.current):
            keyring.add_current(key.id, unwrap(source, key))
    for key_id in keyring.ids - {key.id for key in stored} - {keyring.current}:
        keyring.forget(key_id)


def _vault_keys(store: VaultStore) -> list[WrappedKey]:
    return [key for key in store.wrapped_keys() if key.purpose is Purpose.VAULT]


def _kept_after(store: VaultStore, source: KeySource, older: list[str]) -> Keyring:
    """What a fresh worker would hold once the older keys are gone: unwrapped from the store, not from our memory."""
    return unlock(source, [key for key in _vault_keys(store) if key.id not in older])


def _each(store: VaultStore, act: Callable[[SealedRow], Done]) -> Generator[Step, None, int]:
    """Do `act` to every row, and again where somebody wrote it meanwhile. Returns how many rows were refused."""
    refused = 0
    for first in _every(store):
        row: SealedRow | None = first
        while row is not None:
            done = act(row)
            yield Step(done, row.id)
            refused += done is Done.REFUSED
            row = _again(store, row) if done is Done.OVERTAKEN else None
    return refused


def _resealed(store: VaultStore, safe: Safe, current: str, row: SealedRow, announce: Announce) -> Done:
    if row.key_id == current:
        return Done.THERE
    floor = _floor(store, row)
    try:
        if floor is not None:
            store.replace(row, safe.reseal(row, floor, announce))
            return Done.RESEALED
    except RowMoved:
        return Done.OVERTAKEN
    except CannotOpen:
        pass
    return _refused_or_overtaken(store, row)


def _read_back(store: VaultStore, safe: Safe, row: SealedRow, announce: Announce) -> Done:
    floor = _floor(store, row)
    try:
        if floor is not None:
            safe.read_back(row, floor, announce)
            return Done.READ_BACK
    except CannotOpen:
        pass
    return _refused_or_overtaken(store, row)


def _refused_or_overtaken(store: VaultStore, row: SealedRow) -> Done:
    """A row written between our reading it and its floor is not damaged, only newer."""
    return Done.REFUSED if _again(store, row) == row else Done.OVERTAKEN


def _destroyed(store: VaultStore, keyring: Keyring, key_id: str) -> Step:
    try:
        store.destroy_key(key_id)
    except KeyInUse:  # a row was put under it after we had passed
        return Step(Done.KEY_KEPT, key_id)
    if key_id in keyring.ids:
        keyring.forget(key_id)
    return Step(Done.KEY_DESTROYED, key_id)


def _every(store: VaultStore) -> Iterator[SealedRow]:
    page = store.page("", _PAGE)
    while page:
        yield from page
        page = store.page(page[-1].id, _PAGE)


def _again(store: VaultStore, row: SealedRow) -> SealedRow | None:
    return next((found for found in store.rows(row.account) if found.id == row.id), None)


def _floor(store: VaultStore, row: SealedRow) -> Floor | None:
    asked = (row.field, row.version)
    return next((floor for floor in store.floors(row.account) if (floor.field, floor.version) == asked), None)
