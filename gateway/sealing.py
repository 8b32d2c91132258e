"""The content key: what the web process seals and opens itself (one-time-code secrets, drafts). It opens no credential.

A key of 32 bytes in a file that only its owner may read; AES-256-GCM with the place of each value as associated data.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


class ContentKeyUnavailable(Exception):
    """The content key is missing or readable by others; the message says what to do."""


class CannotUnseal(Exception):
    """The sealed value is not what was sealed for this place. One error for every cause."""


@dataclass(frozen=True)
class ContentKey:
    """Seals and unseals values for a place such as `factor/<member>/<id>`."""

    key: bytes = field(repr=False)

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self.key)

    def seal(self, place: str, value: bytes, nonce: bytes) -> bytes:
        """Nonce and ciphertext. `nonce` is 12 fresh random bytes."""
        if len(nonce) != NONCE:
            raise ValueError("a nonce has 12 bytes")
        return nonce + self._cipher.encrypt(nonce, value, place.encode())

    def unseal(self, place: str, sealed: bytes) -> bytes:
        """The value. Raises CannotUnseal."""
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], place.encode())
        except (InvalidTag, ValueError):
            raise CannotUnseal from None


def create_content_key(path: Path, key: bytes) -> None:
    """Write a new key file, mode 0600; never over an existing one."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())


def read_content_key(path: Path) -> ContentKey:
    """The key in a file. Raises ContentKeyUnavailable with what to do."""
    try:
        mode = path.stat().st_mode
        key = path.read_bytes()
    except OSError as fault:
        raise ContentKeyUnavailable(
            f"The content key {path} cannot be read ({fault.strerror}): restore it from the backup."
        ) from fault
    if stat.S_IMODE(mode) & 0o077:
        raise ContentKeyUnavailable(f"The content key {path} can be read by others: chmod 600 it, then change it.")
    if len(key) != 32:
        raise ContentKeyUnavailable(f"The content key {path} is damaged: restore it from the backup.")
    return ContentKey(key)
