"""What a passkey is for and what is kept of it: the party, the person, the key. What they are asked: `passkey`."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

CHALLENGE_BYTES = 32  # ASVS 5.0 6.7.2 asks for at least 64 bits, security.md row 66 for 128


class NoPartyName(ValueError):
    """The public origin has no name that a passkey can be bound to: it is an address in figures, or empty."""


@dataclass(frozen=True)
class Party:
    """Whose passkeys they are: the host's name, and the one origin from which they may be used."""

    rp_id: str
    origin: str


@dataclass(frozen=True)
class Person:
    """Whom a new passkey is for, as the authenticator will show them; `handle` is at most 64 bytes, no name."""

    handle: bytes
    name: str
    display_name: str


@dataclass(frozen=True)
class NewPasskey:
    """What is kept of a registration: the credential's id (base64url), its COSE public key and its count."""

    credential: str
    public_key: bytes
    sign_count: int


@dataclass(frozen=True)
class Known:
    """A passkey as it is stored, against which an assertion is judged."""

    credential: str
    public_key: bytes
    sign_count: int


def party_of(public_origin: str) -> Party:
    """The party of `[web] public_origin`. Raises NoPartyName: browsers bind no passkey to an IP address."""
    parts = urlsplit(public_origin)
    host = parts.hostname or ""
    if not host or _is_address(host):
        raise NoPartyName(public_origin)
    return Party(host, f"{parts.scheme}://{parts.netloc}")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
