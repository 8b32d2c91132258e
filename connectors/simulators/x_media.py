"""Media of the pretend X: uploaded, perhaps processed for a while, described, attached within a day (contract §5)."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.simulators.forms import File, sniff
from connectors.simulators.pretend import Answer, Call, Refusal
from connectors.simulators.x_words import (
    IMAGES,
    INITIALIZE,
    METADATA,
    UPLOAD,
    XRules,
    invalid,
    not_found,
    problem,
    read_object,
    read_parts,
)

CATEGORIES = ("tweet_image", "tweet_gif", "tweet_video", "dm_image", "dm_gif", "dm_video", "subtitles")


@dataclass
class Medium:
    """One upload. `ready` and `until` are monotonic seconds; `ready` None while its parts still come."""

    id: str
    owner: str
    category: str
    media_type: str
    data: bytes
    ready: float | None
    until: float
    fails: bool = False
    alt: str = ""
    total: int = 0

    @property
    def sha256(self) -> str:
        """Of its bytes."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def key(self) -> str:
        """The media key: kind and id."""
        return f"{3 if self.category.endswith('image') else 7}_{self.id}"

    @property
    def state(self) -> str:
        """`pending`, `in_progress`, `succeeded` or `failed`."""
        if self.ready is None:
            return "pending"
        if time.monotonic() < self.ready:
            return "in_progress"
        return "failed" if self.fails else "succeeded"

    def shown(self) -> dict[str, Any]:
        """The answer to an upload; `processing_info` where it was not ready at once."""
        told: dict[str, Any] = {
            "id": self.id,
            "media_key": self.key,
            "size": len(self.data),
            "expires_after_secs": max(0, int(self.until - time.monotonic())),
        }
        if self.media_type.startswith("image/"):
            told["image"] = {"w": 1, "h": 1, "image_type": self.media_type}
        if self.state != "succeeded" or not self.media_type.startswith("image/"):
            told["processing_info"] = {"state": self.state, "check_after_secs": 1, "progress_percent": 50}
        return told


class Library:
    """All uploads by id."""

    def __init__(self) -> None:
        self.media: dict[str, Medium] = {}

    def upload(self, call: Call, number: str, owner: str, rules: XRules) -> Medium:
        """One small image at once, as a multipart form or as JSON with base64. Raises Refusal."""
        if call.media_type == "multipart/form-data":
            given: Mapping[str, Any] = read_parts(call, *UPLOAD)
            file = given.get("media")
            if not isinstance(file, File):
                raise invalid("$.media: is missing but it is required")
            data = file.data
        else:
            given = read_object(call, UPLOAD)
            try:
                data = base64.b64decode(given.get("media", ""), validate=True)
            except ValueError:
                raise invalid("$.media: is not base64") from None
        category, kind = given.get("media_category"), sniff(data) or ""
        if category not in CATEGORIES:
            raise invalid("$.media_category: is missing or does not have a value in the enumeration")
        if category not in ("tweet_image", "dm_image", "subtitles") or kind not in IMAGES:
            raise invalid("Media type unrecognized or not supported in one request", media_category=category)
        if given.get("media_type", kind) != kind or not data:
            raise invalid("The media is not what media_type says")
        return self._keep(number, owner, str(category), kind, data, rules, ready=True)

    def _keep(
        self, number: str, owner: str, category: str, kind: str, data: bytes, rules: XRules, *, ready: bool
    ) -> Medium:
        if len(data) > rules.image_limit and kind != "video/mp4":
            raise Refusal(problem(413, "Request Entity Too Large", f"File size exceeds {rules.image_limit} bytes."))
        now = time.monotonic()
        at = now + rules.media_seconds if ready else None
        medium = Medium(number, owner, category, kind, data, at, now + rules.media_life_s, rules.media_fails)
        self.media[number] = medium
        return medium

    def initialize(self, call: Call, number: str, owner: str, rules: XRules) -> Medium:
        """The beginning of an upload in parts. Raises Refusal."""
        given = read_object(call, INITIALIZE)
        if given.get("media_category") not in CATEGORIES or not given.get("media_type") or not given.get("total_bytes"):
            raise invalid("media_type, media_category and total_bytes are required")
        medium = self._keep(number, owner, given["media_category"], given["media_type"], b"", rules, ready=False)
        medium.total = given["total_bytes"]
        return medium

    def append(self, call: Call, number: str, owner: str) -> Answer:
        """One part. Raises Refusal."""
        medium, given = self.own(number, owner), read_parts(call, "media", "segment_index")
        file, index = given.get("media"), given.get("segment_index")
        if not isinstance(file, File) or not isinstance(index, str) or not index.isdecimal() or int(index) > 999:
            raise invalid("media and segment_index (0 to 999) are required")
        if medium.ready is not None or len(file.data) > 5_242_880:
            raise invalid("The upload is finished, or the segment too large")
        medium.data += file.data
        return Answer(200, {"data": {"expires_at": int(time.time() + medium.until - time.monotonic())}})

    def finalize(self, number: str, owner: str, rules: XRules) -> Medium:
        """The end of an upload in parts. Raises Refusal."""
        medium = self.own(number, owner)
        if medium.ready is not None or len(medium.data) != medium.total:
            raise invalid("Segments do not add up to provided total file size.")
        medium.ready = time.monotonic() + rules.media_seconds
        return medium

    def describe(self, call: Call, owner: str, rules: XRules) -> tuple[Medium, Answer]:
        """Give alt text, before the post is made. Raises Refusal."""
        given = read_object(call, METADATA)
        words = given.get("metadata", {}).get("alt_text", {}).get("text")
        if "id" not in given or words is None:
            raise invalid("$.id and $.metadata.alt_text.text are required")
        if not 1 <= len(words) <= rules.alt_text_limit:
            raise invalid("alt_text.text is too long or empty", alt_text=len(words))
        medium = self.own(given["id"], owner)
        medium.alt = words
        return medium, Answer(200, {"data": {"id": medium.id, "associated_metadata": given["metadata"]}})

    def own(self, number: str, owner: str) -> Medium:
        """A live upload of the caller's. Raises Refusal (404)."""
        medium = self.media.get(number)
        if medium is None or medium.owner != owner or time.monotonic() >= medium.until:
            raise Refusal(Answer(404, {**not_found(number, "media"), "status": 404}))
        return medium

    def for_post(self, numbers: Sequence[str], owner: str) -> tuple[Medium, ...]:
        """What a post wants to attach: four photos, or one of anything else. Raises Refusal."""
        if not 1 <= len(numbers) <= 4 or len(set(numbers)) != len(numbers):
            raise invalid("$.media.media_ids: 1 to 4 different ids", **{"media.media_ids": numbers})
        found = [self.media.get(number) for number in numbers]
        now = time.monotonic()
        media = tuple(m for m in found if m and m.owner == owner and now < m.until and m.state == "succeeded")
        if len(media) != len(numbers) or any(m.category.startswith("dm_") for m in media):
            raise invalid("Your media IDs are invalid.", **{"media.media_ids": numbers})
        if len(media) > 1 and any(m.category != "tweet_image" for m in media):
            raise invalid("Media of different kinds cannot stand in one post", **{"media.media_ids": numbers})
        return media
