"""Where a secret belongs: the bytes that its key is derived from, so that it opens nowhere else.

Parts are length-prefixed and never joined raw: ("ab", "c") and ("a", "bc") are different places (security.md §1.3).
"""

from __future__ import annotations

from dataclasses import dataclass

ROW_FORMAT = "vault-row-1"
BOX_FORMAT = "vault-box-1"
_VERSIONS = range(2**63)  # what a signed 64-bit column can hold


def framed(*parts: bytes) -> bytes:
    """All parts behind their count and each behind its length (4 bytes, big-endian): injective by construction."""
    head = len(parts).to_bytes(4, "big")
    return head + b"".join(len(part).to_bytes(4, "big") + part for part in parts)


@dataclass(frozen=True, slots=True)
class Place:
    """The whole place of one sealed value. `version` counts from 0; ValueError outside a signed 64-bit column."""

    format: str
    organisation: str
    account: str
    platform: str
    origin: str
    subject: str
    field: str
    version: int
    key_id: str

    def __post_init__(self) -> None:
        _check_version(self.version)

    def encode(self) -> bytes:
        """Length-prefixed bytes; two different places never encode alike. ValueError for text that is not UTF-8."""
        before = (self.format, self.organisation, self.account, self.platform, self.origin, self.subject, self.field)
        return framed(*(part.encode() for part in before), self.version.to_bytes(8, "big"), self.key_id.encode())


@dataclass(frozen=True, slots=True)
class Address:
    """What a caller knows without looking at any sealed row: whose credential, which field of it, which version.

    organisation, account: our ids; platform: connector name; origin: the server (scheme and host); subject: the
    platform's own id of the account; field: e.g. "access", "refresh", "deposit".
    """

    organisation: str
    account: str
    platform: str
    origin: str
    subject: str
    field: str
    version: int

    def __post_init__(self) -> None:
        _check_version(self.version)

    def place(self, format: str, key_id: str) -> Place:
        """This address under one key, in one format."""
        return Place(
            format=format,
            organisation=self.organisation,
            account=self.account,
            platform=self.platform,
            origin=self.origin,
            subject=self.subject,
            field=self.field,
            version=self.version,
            key_id=key_id,
        )


def _check_version(version: int) -> None:
    if version not in _VERSIONS:
        raise ValueError("a version counts from 0 and fits a signed 64-bit column")
