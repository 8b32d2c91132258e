"""Chance, asked for in one place, so that tests can hand in their own."""

from __future__ import annotations

import secrets


class Chance:
    """The system's own generator. Ids carry 130 bits: unguessable, and still checked (security.md §6)."""

    _ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"

    def id(self) -> str:
        """26 characters of base32, 130 bits."""
        return "".join(self._ALPHABET[byte & 31] for byte in secrets.token_bytes(26))

    def token(self, size: int = 32) -> bytes:
        """`size` random bytes."""
        return secrets.token_bytes(size)
