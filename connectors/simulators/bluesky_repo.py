"""Repositories and blobs of the pretend Bluesky server: what is kept, under which key, with which CID."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.simulators.cids import blob_cid, record_cid

COLLECTION = "app.bsky.feed.post"
PROFILE = "app.bsky.actor.profile"
_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Blob:
    """Bytes uploaded by an account."""

    cid: str
    sha256: str
    media_type: str
    data: bytes

    def reference(self) -> dict[str, Any]:
        """What is pasted into a record."""
        return {"$type": "blob", "ref": {"$link": self.cid}, "mimeType": self.media_type, "size": len(self.data)}


@dataclass(frozen=True)
class Kept:
    """One record as it lies in a repository; `since` is monotonic seconds, `at` the same instant in words."""

    did: str
    rkey: str
    cid: str
    value: dict[str, Any]
    since: float
    at: str
    by: str

    @property
    def uri(self) -> str:
        """The canonical id."""
        return f"at://{self.did}/{COLLECTION}/{self.rkey}"


@dataclass
class Repo:
    """One account's posts by record key, its blobs, and the head of its commits."""

    did: str
    posts: dict[str, Kept] = field(default_factory=dict)
    blobs: dict[str, Blob] = field(default_factory=dict)
    commit: str = ""
    rev: str = ""
    profile: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._move_head("")

    def keep_blob(self, data: bytes, media_type: str) -> Blob:
        """Store bytes; the same bytes have the same reference."""
        blob = Blob(blob_cid(data), hashlib.sha256(data).hexdigest(), media_type, data)
        self.blobs[blob.cid] = blob
        return blob

    def put(self, rkey: str, value: dict[str, Any], at: str, by: str) -> Kept:
        """Write a record and move the head."""
        kept = Kept(self.did, rkey, record_cid(value), value, time.monotonic(), at, by)
        self.posts[rkey] = kept
        self._move_head(kept.cid)
        return kept

    def present(self, changes: Mapping[str, str]) -> None:
        """Change the profile record; a picture is named by a word, and its bytes are made of it."""
        words = {"name": "displayName", "bio": "description"}
        self.profile |= {"$type": PROFILE, **{words[name]: text for name, text in changes.items() if name in words}}
        if "picture" in changes:
            self.profile["avatar"] = self.keep_blob(changes["picture"].encode(), "image/png").reference()

    def remove(self, rkey: str) -> None:
        """Delete a record that is there and move the head."""
        del self.posts[rkey]
        self._move_head(rkey)

    def head(self) -> dict[str, str]:
        """The `commit` of an answer."""
        return {"cid": self.commit, "rev": self.rev}

    def page(self, limit: int, cursor: str | None, reverse: bool, lag: float) -> list[Kept]:
        """Newest record key first (oldest with `reverse`), after the cursor, without items younger than `lag`."""
        latest = time.monotonic() - lag
        keys = sorted(self.posts, reverse=not reverse)
        if cursor:
            keys = [key for key in keys if (key > cursor if reverse else key < cursor)]
        shown = (self.posts[key] for key in keys if not lag or self.posts[key].since <= latest)
        return [kept for kept, _ in zip(shown, range(limit), strict=False)]

    def _move_head(self, change: str) -> None:
        self.rev = next_tid()
        self.commit = record_cid([self.commit, self.rev, change])


_last_tid = 0


def next_tid() -> str:
    """A TID of now: 53 bits of microseconds and 10 of clock id, base32-sortable; never the same twice."""
    global _last_tid
    _last_tid = max(time.time_ns() // 1000, _last_tid + 1)
    number = _last_tid << 10 | 7
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))
