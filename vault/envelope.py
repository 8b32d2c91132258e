"""One sealed value: HKDF-SHA256 with a fresh salt to an AES-256-GCM key and a key commitment (RFC 5869, SP 800-38D).

Every derived key is used once, so a nonce cannot repeat under it. AES-GCM does not commit to its key (one ciphertext
can be made to open under two), hence the commitment, compared before anything is decrypted (security.md §1.4).
All locals here are masked: a traceback that prints them shows nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vault.secret import SecretBytes

Chance = Callable[[int], bytes]  # n -> n bytes nobody can foresee
KEY_BYTES = 32
_SALT_BYTES, _NONCE_BYTES = 32, 12


class BrokenEnvelope(Exception):
    """It does not open with this key at this place; why is not said."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The stored parts: salt 32 bytes, commitment 32 bytes, nonce 12 bytes, ciphertext with its 16-byte tag."""

    salt: bytes
    commitment: bytes
    nonce: bytes
    ciphertext: bytes


def enclose(key: SecretBytes, place: bytes, plaintext: SecretBytes, chance: Chance) -> Envelope:
    """Seal `plaintext` under a key derived from `key` (32 bytes) for this place."""
    salt, nonce = chance(_SALT_BYTES), chance(_NONCE_BYTES)
    derived = _derive(key, salt, place)
    ciphertext = AESGCM(derived.reveal()[:KEY_BYTES]).encrypt(nonce, plaintext.reveal(), place)
    return Envelope(salt, derived.reveal()[KEY_BYTES:], nonce, ciphertext)


def disclose(key: SecretBytes, place: bytes, envelope: Envelope) -> SecretBytes:
    """The plaintext, or BrokenEnvelope for every cause alike."""
    if len(envelope.salt) != _SALT_BYTES:  # HMAC pads its key with zeros: a salt and the same with a zero are one
        raise BrokenEnvelope
    derived = _derive(key, envelope.salt, place)
    if hmac.compare_digest(derived.reveal()[KEY_BYTES:], envelope.commitment):
        try:
            return SecretBytes(AESGCM(derived.reveal()[:KEY_BYTES]).decrypt(envelope.nonce, envelope.ciphertext, place))
        except (InvalidTag, ValueError):  # ValueError: a nonce of an impossible length
            pass  # raised below, outside the handler, so that no cause hangs on to the error
    raise BrokenEnvelope


def _derive(key: SecretBytes, salt: bytes, place: bytes) -> SecretBytes:
    kdf = HKDF(algorithm=SHA256(), length=2 * KEY_BYTES, salt=salt, info=place)
    return SecretBytes(kdf.derive(key.reveal()))
