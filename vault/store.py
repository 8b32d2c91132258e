"""What storage keeps for the vault, and the few acts it must offer. No secret in clear ever reaches it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from vault.envelope import Envelope
from vault.place import Address


class RowMoved(Exception):
    """The row is no longer as it was read: read it again and decide again."""


class KeyInUse(Exception):
    """There are rows under this vault key, or new ones go under it: it may not be destroyed yet."""


class KeyGone(Exception):
    """The vault key this row is sealed under is not stored: take in the keys there are and seal it again."""


class Purpose(StrEnum):
    """What a wrapped key is for; part of its associated data, so that one cannot stand in for another."""

    VAULT = "vault"
    BOX = "box"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class SealedRow:
    """One version of one field of a credential. `current` is false until the platform has confirmed whose it is."""

    id: str
    organisation: str
    account: str
    platform: str
    origin: str
    subject: str
    field: str
    version: int
    key_id: str
    salt: bytes
    commitment: bytes
    nonce: bytes
    ciphertext: bytes
    current: bool

    @property
    def address(self) -> Address:
        """Where the row *says* it belongs. To open for an errand, take the address from the register instead."""
        return Address(
            self.organisation, self.account, self.platform, self.origin, self.subject, self.field, self.version
        )

    @property
    def envelope(self) -> Envelope:
        """The sealed parts."""
        return Envelope(self.salt, self.commitment, self.nonce, self.ciphertext)


@dataclass(frozen=True, slots=True)
class Floor:
    """What the audit log says was written last for this field: its version and the SHA-256 of its ciphertext."""

    account: str
    field: str
    version: int
    sha256: bytes

    @classmethod
    def under(cls, row: SealedRow) -> Floor:
        """The floor that writing this row lays."""
        return cls(row.account, row.field, row.version, hashlib.sha256(row.ciphertext).digest())


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How far a log was read, and what it had laid by then: the floors of the rows that live, by row id.

    log: which log it is; frontier: the bytes of its tree's frontier, so size and root of what was read.
    """

    log: str
    frontier: bytes
    floors: Mapping[str, Floor]


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A 32-byte key wrapped by the key outside the database. The vault key with the highest number is current.

    source: kind of that outer key ("file", "passphrase"); parameters: what it needs to be found again ("" for a file).
    """

    id: str
    purpose: Purpose
    number: int
    source: str
    parameters: str
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class BoxKeyRow:
    """A published box key with its private half wrapped, so that a worker that died can still empty its boxes."""

    id: str
    public_key: bytes
    not_after: datetime
    signature: bytes
    wrapped: WrappedKey


class VaultStore(Protocol):
    """Each act is one transaction. `put`, `replace` and `remove` move row, floor and audit entry in the same commit."""

    def rows(self, account: str) -> Sequence[SealedRow]:
        """All rows of an account."""

    def page(self, after: str, limit: int) -> Sequence[SealedRow]:
        """Up to `limit` rows whose id is greater than `after`, in order of id; "" starts."""

    def put(self, row: SealedRow) -> None:
        """Add a row; lays its floor. RowMoved where its id exists; KeyGone where its vault key is not stored."""

    def replace(self, old: SealedRow, new: SealedRow) -> None:
        """Put `new` where id, version and key id are still those of `old`, else RowMoved; moves the floor with it.

        KeyGone as for `put`.
        """

    def remove(self, row: SealedRow) -> None:
        """Take a row out where it is still so, else RowMoved; its floor goes: what is superseded must not stay."""

    def floors(self, account: str) -> Sequence[Floor]:
        """The floors of the rows that are alive: one for each, from the audit log and never from the rows."""

    def wrapped_keys(self) -> Sequence[WrappedKey]:
        """All wrapped keys, of every purpose."""

    def put_key(self, key: WrappedKey) -> None:
        """Add a wrapped key; RowMoved if its id, or its purpose and number, exist."""

    def destroy_key(self, key_id: str) -> None:
        """Destroy a wrapped vault key; nothing where it is gone. KeyInUse if, in this same transaction, a row is under
        it, it is the newest vault key, or it is no vault key.
        """

    def box_keys(self) -> Sequence[BoxKeyRow]:
        """All published box keys."""

    def put_box_key(self, key: BoxKeyRow) -> None:
        """Publish a box key; RowMoved if its id or number exists."""

    def destroy_box_key(self, key_id: str) -> None:
        """Destroy a box key, private half and all; nothing where it is gone."""
