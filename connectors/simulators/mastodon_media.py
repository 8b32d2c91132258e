"""Media of the pretend Mastodon server: uploaded, perhaps processed for a while, attached once (contract §3)."""

from __future__ import annotations

import hashlib
import re
import struct
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.simulators.forms import File, sniff
from connectors.simulators.mastodon_words import IMAGE_TYPES, MastodonRules, invalid, not_found, refuse

_FOCUS = re.compile(r"(-?[01](?:\.\d+)?),(-?[01](?:\.\d+)?)")


@dataclass
class Medium:
    """One upload. `ready` is monotonic seconds; `attached` the id of its status."""

    id: str
    owner: str
    data: bytes
    media_type: str
    sha256: str
    alt: str | None
    ready: float
    fails: bool
    attached: str | None = None

    @property
    def processing(self) -> bool:
        """Whether it is not finished yet."""
        return time.monotonic() < self.ready

    def shown(self, origin: str) -> dict[str, Any]:
        """The MediaAttachment; its `url` is null while it is processed."""
        url = None if self.processing else f"{origin}/_sim/media/{self.sha256}"
        return {
            "id": self.id,
            "type": "gifv" if self.media_type == "image/gif" else "image",
            "url": url,
            "preview_url": url,
            "remote_url": None,
            "preview_remote_url": None,
            "text_url": None,
            "meta": {},
            "description": self.alt,
            "blurhash": None,
        }


class Library:
    """All uploads by id."""

    def __init__(self) -> None:
        self.media: dict[str, Medium] = {}

    def upload(self, number: str, owner: str, given: Mapping[str, Any], rules: MastodonRules) -> Medium:
        """Take one image. Raises Refusal (422)."""
        file = given.get("file")
        if not isinstance(file, File) or not file.data:
            raise invalid("File can't be blank")
        _check_file(file, rules)
        check_description(given, rules)
        sha256, ready = hashlib.sha256(file.data).hexdigest(), time.monotonic() + rules.media_seconds
        alt = given.get("description")
        medium = Medium(number, owner, file.data, file.media_type, sha256, alt, ready, rules.media_fails)
        self.media[number] = medium
        return medium

    def own(self, number: str, owner: str) -> Medium:
        """An upload not yet attached. Raises Refusal (404)."""
        medium = self.media.get(number)
        if medium is None or medium.owner != owner or medium.attached:
            raise not_found()
        return medium

    def for_status(self, numbers: Sequence[str], owner: str, rules: MastodonRules) -> list[Medium]:
        """What a status wants to attach. Raises Refusal (422)."""
        if len(numbers) > rules.max_media_attachments:
            raise invalid(f"Cannot attach more than {rules.max_media_attachments} files")
        found = [self.media.get(number) for number in numbers]
        if len(set(numbers)) != len(numbers) or any(m is None or m.owner != owner or m.attached for m in found):
            raise invalid("Media attachments not found or already attached")
        media = [medium for medium in found if medium is not None]
        if any(medium.processing or medium.fails for medium in media):
            raise refuse(422, "Cannot attach files that have not finished processing. Try again in a moment!")
        return media


def check_description(given: Mapping[str, Any], rules: MastodonRules) -> None:
    """Raise Refusal for an alt text too long or a focus that is none."""
    limit = rules.description_limit or 1_500
    if len(given.get("description", "")) > limit:
        raise invalid(f"Description is too long (maximum is {limit} characters)")
    focus = _FOCUS.fullmatch(given.get("focus", "0,0"))
    if focus is None or any(abs(float(part)) > 1 for part in focus.groups()):
        raise invalid("Focus is not two numbers from -1 to 1")


def _check_file(file: File, rules: MastodonRules) -> None:
    if not file.media_type or not file.filename:
        raise invalid("File needs a name and a content type")
    if file.media_type not in IMAGE_TYPES or sniff(file.data) != file.media_type:
        raise invalid("File content type is invalid")
    if len(file.data) > rules.image_size_limit:
        raise invalid(f"File file size must be less than {rules.image_size_limit} bytes")
    if file.media_type == "image/png" and len(file.data) >= 24:
        width, height = struct.unpack(">II", file.data[16:24])
        if width * height > rules.image_matrix_limit:
            raise invalid(f"{width}x{height} images are not supported")
