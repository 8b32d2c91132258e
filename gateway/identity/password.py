"""Passwords: what may be one (NIST SP 800-63B-4 section 3.1.1), how it is hashed (Argon2id, RFC 9106) and how it is
verified.
"""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from gateway.identity import blocklist
from gateway.identity.wrong import WrongPassword

SHORTEST = 15
LONGEST = 128
LONGEST_TYPED = 4 * LONGEST  # NFKC may shorten what was typed; beyond this it is not even normalised
SALT_BYTES = 16
HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class Profile:
    """What one hash costs: memory in KiB, passes over it, lanes."""

    memory_kib: int
    passes: int
    lanes: int


OWASP_MINIMUM = Profile(memory_kib=19 * 1024, passes=2, lanes=1)  # OWASP Password Storage Cheat Sheet; about 27 ms
CHEAPEST = Profile(memory_kib=8, passes=1, lanes=1)  # protects nothing: only for tests


class Flaw(StrEnum):
    """Why a password cannot be used."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"
    TOO_COMMON = "too_common"
    ABOUT_YOU = "about_you"


WORDS = {
    Flaw.TOO_SHORT: f"Use at least {SHORTEST} characters. Three or four unrelated words are easy to remember.",
    Flaw.TOO_LONG: f"Use at most {LONGEST} characters.",
    Flaw.UNREADABLE: "This password holds a broken character. Type it again.",
    Flaw.TOO_COMMON: "This password is too easy to guess: it is built of common words, years or neighbouring keys. "
    "Use three or four unrelated words instead.",
    Flaw.ABOUT_YOU: "This password leans on your name, your organisation or this service. "
    "Use three or four unrelated words instead.",
}


class PasswordRefused(ValueError):
    """This text may not become a password; its words say what to do. Never raised at sign-in."""

    def __init__(self, reason: Flaw) -> None:
        super().__init__(WORDS[reason])
        self.reason = reason


def check_acceptable(text: str, context_words: Iterable[str] = ()) -> None:
    """Raises PasswordRefused unless the text has 15 to 128 characters and is hard to guess.

    `context_words`: names of the member, organisation, offices, teams, accounts and product (ASVS 5.0 6.2.11). There
    are no rules of composition (6.2.5): what counts is how much is left when the guessable parts are taken away.
    """
    normal = _normal(text)
    if blocklist.is_guessable(normal):
        raise PasswordRefused(Flaw.TOO_COMMON)
    if blocklist.is_guessable(normal, context_words):
        raise PasswordRefused(Flaw.ABOUT_YOU)


def hash_password(text: str, *, profile: Profile = OWASP_MINIMUM) -> str:
    """The encoded Argon2id hash to store; the salt is the library's own, from the system generator.

    Raises PasswordRefused for a wrong length or broken characters; ask `check_acceptable` first for the rest.
    """
    return _hasher(profile).hash(_normal(text))


def verify(stored: str | None, text: str, *, profile: Profile = OWASP_MINIMUM) -> None:
    """Raises WrongPassword unless this is the password; hand in None for an unknown name or a member without a
    password.

    None costs the same as a real hash of `profile` and always fails, so that time does not tell who has a sign-in
    (ASVS 5.0 6.3.8). A stored text that is no Argon2 hash raises argon2's InvalidHashError: the row is broken, not
    the password.
    """
    try:
        normal = _normal(text)
    except PasswordRefused:
        raise WrongPassword from None
    try:
        _hasher(profile).verify(hash_to_try(stored, profile=profile), normal)
    except VerifyMismatchError:
        raise WrongPassword from None


def needs_rehash(stored: str, *, profile: Profile = OWASP_MINIMUM) -> bool:
    """Whether the hash was made with another profile: after a right password, hash it anew."""
    return _hasher(profile).check_needs_rehash(stored)


def hash_to_try(stored: str | None, *, profile: Profile = OWASP_MINIMUM) -> str:
    """What a typed password is verified against: the member's hash, or a dummy of the same cost."""
    return dummy_hash(profile) if stored is None else stored


@cache
def dummy_hash(profile: Profile) -> str:
    """A well-formed hash of the profile's cost that nobody knows a password for: its digest is all zeros, not
    computed from a text.
    """
    salt, digest = (_unpadded(bytes(length)) for length in (SALT_BYTES, HASH_BYTES))
    return f"$argon2id$v=19$m={profile.memory_kib},t={profile.passes},p={profile.lanes}${salt}${digest}"


@cache
def _hasher(profile: Profile) -> PasswordHasher:
    return PasswordHasher(
        time_cost=profile.passes,
        memory_cost=profile.memory_kib,
        parallelism=profile.lanes,
        hash_len=HASH_BYTES,
        salt_len=SALT_BYTES,
    )


def _normal(text: str) -> str:
    """The text in NFKC, otherwise exactly as typed: never cut or stripped. Raises PasswordRefused for its length or a
    lone surrogate.

    Both the typed and the normal form need 15 characters, because NFKC may unfold one character into eighteen.
    """
    if len(text) < SHORTEST:
        raise PasswordRefused(Flaw.TOO_SHORT)
    if len(text) > LONGEST_TYPED:
        raise PasswordRefused(Flaw.TOO_LONG)
    if any(unicodedata.category(character) == "Cs" for character in text):
        raise PasswordRefused(Flaw.UNREADABLE)
    normal = unicodedata.normalize("NFKC", text)
    if not SHORTEST <= len(normal) <= LONGEST:
        raise PasswordRefused(Flaw.TOO_SHORT if len(normal) < SHORTEST else Flaw.TOO_LONG)
    return normal


def _unpadded(raw: bytes) -> str:
    return base64.b64encode(raw).rstrip(b"=").decode("ascii")
