"""Record keys and addresses: the stable key of a post, and back from a post's address to its key."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta

from connectors.contract import Rejected

COLLECTION = "app.bsky.feed.post"
TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
RECORD_KEY = re.compile(r"(?!\.\.?$)[A-Za-z0-9._:~-]{1,512}")

_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def tid(stamp: datetime, key: str) -> str:
    """The post's record key: a TID (13 characters, atproto `tid`) that follows from `stamp` and the delivery's `key`.

    A TID is 53 bits of microseconds and 10 bits of clock id. The key's hash gives the clock id and the microseconds
    below `stamp`'s millisecond, so that posts of one instant meet only once in a million.
    """
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])
    micros = (stamp - _EPOCH) // timedelta(milliseconds=1) * 1000 + number // 1024 % 1000
    if not 0 <= micros < 1 << 53:
        raise ValueError(f"no record key has the time {stamp.isoformat()}")
    value = micros << 10 | number % 1024
    return "".join(_ALPHABET[value >> shift & 31] for shift in range(60, -1, -5))


def created_at(stamp: datetime) -> str:
    """`stamp` as the record's `createdAt`: UTC, milliseconds."""
    return stamp.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def address(did: str, rkey: str) -> str:
    """The at-uri of a post."""
    return f"at://{did}/{COLLECTION}/{rkey}"


def rkey_of(uri: str, did: str) -> str:
    """The record key of the post at `uri`. Raises Rejected where it is not a post of the account `did`."""
    rkey = uri.removeprefix(address(did, ""))
    if rkey == uri or not RECORD_KEY.fullmatch(rkey):
        raise Rejected("that is not a post of this account", not_applied=True)
    return rkey


def permalink(did: str, rkey: str) -> str:
    """Where people read the post."""
    return f"https://bsky.app/profile/{did}/post/{rkey}"
