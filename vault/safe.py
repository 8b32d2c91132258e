"""The safe: opens boxes and credentials. The worker alone imports this module.

Nothing is opened before its audit entry has come back; every failure looks alike (`CannotOpen`); and no plaintext is
ever a plain local here, so that a traceback that prints locals shows masks.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from vault.box import LONGEST_LIFE, SUITE, BoxKey, microseconds, signed_part
from vault.envelope import KEY_BYTES, BrokenEnvelope, Chance, disclose, enclose
from vault.keys import Keyring, KeySource, KeyUnavailable, unwrap, wrap
from vault.place import BOX_FORMAT, ROW_FORMAT, Address, Place
from vault.secret import Secret, SecretBytes
from vault.store import BoxKeyRow, Floor, Purpose, SealedRow


class CannotOpen(Exception):
    """It does not open. The same for every cause: key, place, version, damage, audit, expiry."""

    def __init__(self) -> None:
        super().__init__("this cannot be opened")


class Errand(StrEnum):
    """What a credential may be opened for."""

    DELIVER = "deliver"
    SETTLE = "settle"
    REMOVE = "remove"
    WATCH = "watch"
    REFRESH = "refresh"
    CONNECT = "connect"
    REVOKE = "revoke"


class Upkeep(StrEnum):
    """What the vault itself opens a row for; nothing comes out of it, and it is told in the audit log all the same."""

    RESEAL = "reseal"
    READ_BACK = "read back"


@dataclass(frozen=True, slots=True)
class Opening:
    """What is about to be opened, and why: the content of the audit entry."""

    purpose: Errand | Upkeep
    place: Place
    row_id: str


Announce = Callable[[Opening], None]  # returns None, and only when the audit entry is durable; else raises


class Safe:
    """Seals and opens credentials with the keys of one keyring."""

    def __init__(self, keyring: Keyring, chance: Chance) -> None:
        self._keyring = keyring
        self._chance = chance

    def seal(self, address: Address, secret: Secret, row_id: str, *, current: bool) -> SealedRow:
        """A new row for this address under the current vault key."""
        return self._sealed(address, SecretBytes(secret.reveal().encode()), row_id, current)

    def open(self, address: Address, row: SealedRow, floor: Floor, errand: Errand, announce: Announce) -> Secret:
        """The credential that belongs to `address`, or CannotOpen.

        address: from the account register, never from the row; floor: from the audit log, for that very address. A row
        that is not current yet opens for CONNECT alone: to ask the platform whose it is (house §9).
        """
        if not isinstance(errand, Errand) or not (row.current or errand is Errand.CONNECT):
            raise CannotOpen
        return Secret.of(self._opened(address, row, floor, errand, announce))

    def reseal(self, row: SealedRow, floor: Floor, announce: Announce) -> SealedRow:
        """The same row under the current vault key, with a fresh salt, or CannotOpen. Nothing comes out."""
        inside = self._opened(row.address, row, floor, Upkeep.RESEAL, announce)
        return self._sealed(row.address, inside, row.id, row.current)

    def read_back(self, row: SealedRow, floor: Floor, announce: Announce) -> None:
        """CannotOpen unless the row opens where it stands. Nothing comes out."""
        self._opened(row.address, row, floor, Upkeep.READ_BACK, announce)

    def _sealed(self, address: Address, inside: SecretBytes, row_id: str, current: bool) -> SealedRow:
        key_id = self._keyring.current
        place = address.place(ROW_FORMAT, key_id).encode()
        parts = enclose(self._keyring.key(key_id), place, inside, self._chance)
        return SealedRow(
            id=row_id,
            organisation=address.organisation,
            account=address.account,
            platform=address.platform,
            origin=address.origin,
            subject=address.subject,
            field=address.field,
            version=address.version,
            key_id=key_id,
            salt=parts.salt,
            commitment=parts.commitment,
            nonce=parts.nonce,
            ciphertext=parts.ciphertext,
            current=current,
        )

    def _opened(
        self, address: Address, row: SealedRow, floor: Floor, purpose: Errand | Upkeep, announce: Announce
    ) -> SecretBytes:
        # The key id alone is the found row's: it picks the key, and a wrong one fails the commitment.
        place = address.place(ROW_FORMAT, row.key_id)
        if not _told(announce, Opening(purpose, place, row.id)) or not _stands_on(floor, address, row):
            raise CannotOpen
        try:
            return disclose(self._keyring.key(row.key_id), place.encode(), row.envelope)
        except (BrokenEnvelope, KeyUnavailable, ValueError):  # ValueError: a place that is not UTF-8
            pass
        raise CannotOpen  # outside the handler: the cause must not hang on to the error


def _told(announce: Announce, opening: Opening) -> bool:
    """Whether the audit entry is durable. Any failure of the log, whatever its class, is a no."""
    try:
        # An answer other than None is a no too: a coroutine nobody awaited has written nothing.
        return announce(opening) is None  # type: ignore[func-returns-value]
    except Exception:  # the vault knows no database, so it cannot name what may go wrong there
        return False


def _stands_on(floor: Floor, address: Address, row: SealedRow) -> bool:
    """Whether the row is the very one that was written last for this field; anything older or other is put back."""
    asked = (address.account, address.field, address.version)
    same_hash = hmac.compare_digest(hashlib.sha256(row.ciphertext).digest(), floor.sha256)
    return asked == (floor.account, floor.field, floor.version) and row.version == floor.version and same_hash


class BoxIdentity:
    """The worker's half of a box key: it opens what was put in for one place, while it is fresh."""

    def __init__(self, key: SecretBytes, key_id: str, not_after: datetime) -> None:
        """key: 32 fresh random bytes (X25519). ValueError for another length or a naive `not_after`."""
        if len(key.reveal()) != KEY_BYTES:
            raise ValueError(f"a box key is {KEY_BYTES} bytes")
        microseconds(not_after)
        self._key, self._id, self._not_after = key, key_id, not_after

    def published(self, signer: Ed25519PrivateKey) -> BoxKey:
        """The public half, signed by the worker's identity key: what the web process fetches and checks."""
        public = self._private().public_key().public_bytes_raw()
        return BoxKey(public, self._id, self._not_after, signer.sign(signed_part(public, self._id, self._not_after)))

    def kept(self, signer: Ed25519PrivateKey, source: KeySource, number: int, chance: Chance) -> BoxKeyRow:
        """What to store: the published half, and the private half wrapped by the key outside the database."""
        box_key = self.published(signer)
        wrapped = wrap(source, self._id, Purpose.BOX, number, self._key, chance)
        return BoxKeyRow(self._id, box_key.public_key, self._not_after, box_key.signature, wrapped)

    @classmethod
    def taken_up(cls, row: BoxKeyRow, source: KeySource) -> BoxIdentity:
        """The identity a worker before us stored. KeyUnavailable if the outer key does not fit."""
        return cls(unwrap(source, row.wrapped), row.id, row.not_after)

    def open(self, box: bytes, address: Address, now: datetime) -> dict[str, Secret]:
        """The secrets put in for `address`, or CannotOpen (foreign, altered, other place, expired). `now`: the latest.

        Who put them in is not proved: ask the platform whose they are before they become current (house §9).
        """
        info = address.place(BOX_FORMAT, self._id).encode()
        inside = _letter_in(box, self._private(), info)
        if inside is None or not inside.fresh(now) or microseconds(now) >= microseconds(self._not_after):
            raise CannotOpen
        return inside.fields

    def _private(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(self._key.reveal())


@dataclass(frozen=True, slots=True)
class _Letter:
    sealed_from: int  # microseconds since 1970
    until: int
    fields: dict[str, Secret]

    def fresh(self, now: datetime) -> bool:
        """Still within the life stamped inside, which no clock may stretch beyond the longest."""
        longest = LONGEST_LIFE // timedelta(microseconds=1)
        left = self.until - microseconds(now)
        return 0 < left <= longest and 0 < self.until - self.sealed_from <= longest


def _letter_in(box: bytes, key: X25519PrivateKey, info: bytes) -> _Letter | None:
    try:
        return _read(SecretBytes(SUITE.decrypt(box, key, info)))
    except (InvalidTag, ValueError, TypeError, KeyError, RecursionError):  # not for us, or what is inside is no letter
        return None


def _read(plaintext: SecretBytes) -> _Letter:
    said = json.loads(plaintext.reveal(), object_hook=_masked)
    letter = _Letter(said["from"], said["until"], said["fields"])
    whole = type(letter.sealed_from) is int and type(letter.until) is int and isinstance(letter.fields, dict)
    if not whole or not all(isinstance(value, Secret) for value in letter.fields.values()):
        raise ValueError("not a letter")
    return letter


def _masked(found: dict[str, object]) -> dict[str, object]:
    return {name: Secret(value) if isinstance(value, str) else value for name, value in found.items()}
