"""Recovery codes: ten of 80 random bits, shown once, stored hashed, each good for one sign-in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence

from gateway.identity.wrong import WrongCode

CODES = 10
# 80 bits are too many to guess even from a stolen hash, so one fast hash is enough (ASVS 5.0 6.5.2 to 6.5.4).
BYTES_EACH = 10
ENTROPY_BYTES = CODES * BYTES_EACH
DOMAIN = b"gateway recovery code 1\x00"
SEPARATORS = re.compile(r"[\s\u00ad\u200b\u2010-\u2015\u2212-]+")
CANONICAL = re.compile("[A-Z2-7]{16}")


def make_codes(entropy: bytes) -> tuple[str, ...]:
    """Ten codes such as ABCD-EFGH-IJKL-MNOP from 100 bytes of the system generator. Raises ValueError for another
    length.
    """
    if len(entropy) != ENTROPY_BYTES:
        raise ValueError(f"recovery codes need {ENTROPY_BYTES} random bytes")
    return tuple(_grouped(entropy[at : at + BYTES_EACH]) for at in range(0, ENTROPY_BYTES, BYTES_EACH))


def hash_codes(codes: Sequence[str]) -> tuple[bytes, ...]:
    """What is stored: 33 opaque bytes for each code (its number, then its digest), so that rows may be deleted or
    reordered.
    """
    return tuple(bytes([number]) + _digest(number, canonical_code(code)) for number, code in enumerate(codes))


def canonical_code(typed: str) -> str:
    """The sixteen letters and digits, whatever case, spaces and hyphens they were typed with. Raises WrongCode for
    anything else.
    """
    bare = SEPARATORS.sub("", typed) if isinstance(typed, str) and len(typed) <= 100 else ""
    # ASCII is asked before upper(): the long s and its like would otherwise turn into plain letters.
    if not bare.isascii() or not CANONICAL.fullmatch(bare.upper()):
        raise WrongCode
    return bare.upper()


def match(hashes: Sequence[bytes], typed: str) -> int:
    """The index in `hashes` of the code typed; the caller removes that row in the same transaction. Raises WrongCode.

    Every stored hash is compared, so that the time taken does not say which one matched.
    """
    code = canonical_code(typed)
    same = [hmac.compare_digest(stored[1:], _digest(stored[0], code)) for stored in hashes]
    if not any(same):
        raise WrongCode
    return same.index(True)


def _grouped(entropy: bytes) -> str:
    letters = base64.b32encode(entropy).decode("ascii")
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _digest(number: int, code: str) -> bytes:
    return hashlib.sha256(DOMAIN + bytes([number]) + code.encode("ascii")).digest()
