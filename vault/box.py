"""The box: how the web process hands a credential to the worker. What is here can lock and cannot unlock.

HPKE (RFC 9180) to a short-lived key of the worker, whose signature is checked against a pinned key first. The place the
secrets are for is the `info`; a life of at most ten minutes is stamped inside the sealed text (house §9).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from vault.place import BOX_FORMAT, Address, framed
from vault.secret import Secret

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
LONGEST_LIFE = timedelta(minutes=10)
LIFE = timedelta(minutes=5)  # half the longest, so that a web host's clock may run ahead of the worker's by the rest


class BoxRefused(Exception):
    """This box key must not be used: foreign, altered or expired. Ask the worker for its present one."""


@dataclass(frozen=True, slots=True)
class BoxKey:
    """The public half of a box key: X25519 (32 bytes), not usable from `not_after` on, signed by the worker."""

    public_key: bytes
    id: str
    not_after: datetime
    signature: bytes


def signed_part(public_key: bytes, key_id: str, not_after: datetime) -> bytes:
    """The bytes the worker's identity key signs (Ed25519): format, id, public key, end of life in UTC microseconds."""
    return framed(b"vault-box-key-1", key_id.encode(), public_key, str(microseconds(not_after)).encode())


def microseconds(instant: datetime) -> int:
    """Microseconds since 1970 UTC, exact. ValueError for a naive instant."""
    offset = instant.utcoffset()
    if offset is None:
        raise ValueError("an instant needs its time zone")
    return (instant.replace(tzinfo=None) - offset - datetime(1970, 1, 1)) // timedelta(microseconds=1)  # noqa: DTZ001


def put(
    box_key: BoxKey,
    pinned_signer: bytes,
    address: Address,
    fields: Mapping[str, Secret],
    now: datetime,
    life: timedelta = LIFE,
) -> bytes:
    """Lock `fields` for `address` until `now + life` (ten minutes at most). `now`: the latest it may be.

    pinned_signer: the worker's Ed25519 public key from the settings, 32 bytes. BoxRefused: not signed by it, or over.
    ValueError: no fields, or an impossible life.
    """
    if not fields or not timedelta(0) < life <= LONGEST_LIFE:
        raise ValueError("a box holds at least one secret and lives ten minutes at most")
    _check_signature(box_key, pinned_signer)
    if microseconds(now + life) > microseconds(box_key.not_after):
        raise BoxRefused("the box key ends too soon")
    info = address.place(BOX_FORMAT, box_key.id).encode()
    return SUITE.encrypt(_letter(fields, now, life), X25519PublicKey.from_public_bytes(box_key.public_key), info)


def _check_signature(box_key: BoxKey, pinned_signer: bytes) -> None:
    signer = Ed25519PublicKey.from_public_bytes(pinned_signer)
    try:
        signer.verify(box_key.signature, signed_part(box_key.public_key, box_key.id, box_key.not_after))
    except InvalidSignature:
        raise BoxRefused("the box key is not signed by this worker") from None


def _letter(fields: Mapping[str, Secret], now: datetime, life: timedelta) -> bytes:
    stamps = {"from": microseconds(now), "until": microseconds(now + life)}
    return json.dumps({**stamps, "fields": {name: secret.reveal() for name, secret in fields.items()}}).encode()
