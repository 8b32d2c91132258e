"""Pictures of the pretend LinkedIn: announced, put, processed, and only then to be posted (contract §4)."""

from __future__ import annotations

import hashlib
import io
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image, UnidentifiedImageError

from connectors.simulators.forms import sniff
from connectors.simulators.linkedin_words import LinkedInRules, denied, not_found, wrong
from connectors.simulators.pretend import Call

UPLOADS = "/dms-uploads/"
KINDS = ("image/jpeg", "image/png", "image/gif")


@dataclass
class Picture:
    """One image. `until` is when its upload address ends, `ready` when it is processed; monotonic seconds."""

    urn: str
    owner: str
    word: str
    until: float
    data: bytes = b""
    ready: float | None = None
    fails: bool = False

    @property
    def sha256(self) -> str:
        """Of its bytes."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def status(self) -> str:
        """As the platform names it."""
        if self.ready is None:
            return "WAITING_UPLOAD"
        if time.monotonic() < self.ready:
            return "PROCESSING"
        return "PROCESSING_FAILED" if self.fails else "AVAILABLE"


class Library:
    """Every image by URN."""

    def __init__(self) -> None:
        self.pictures: dict[str, Picture] = {}
        self._by_word: dict[str, Picture] = {}

    def announce(self, owner: str, rules: LinkedInRules) -> dict[str, Any]:
        """The answer to initializeUpload."""
        word = secrets.token_urlsafe(24)
        picture = Picture(
            f"urn:li:image:C4E{secrets.token_hex(10)}", owner, word, time.monotonic() + rules.upload_life_s
        )
        self.pictures[picture.urn] = self._by_word[word] = picture
        ends = int((time.time() + rules.upload_life_s) * 1000)
        address = f"https://www.linkedin.com{UPLOADS}{word}/uploaded-image/0?ca=vector"
        return {"value": {"uploadUrlExpiresAt": ends, "uploadUrl": address, "image": picture.urn}}

    def put(self, call: Call, word: str, rules: LinkedInRules) -> Picture:
        """The bytes of an announced image, once. What cannot be used fails in processing. Raises Refusal."""
        picture = self._by_word.get(word)
        if picture is None or time.monotonic() >= picture.until or picture.ready is not None:
            raise not_found("upload")
        if not call.body:
            raise wrong("The upload is empty")
        picture.data, picture.ready = call.body, time.monotonic() + rules.media_seconds
        picture.fails = rules.media_fails or not _usable(call.body, rules)
        return picture

    def own(self, urn: str, member_owns: Mapping[str, bool]) -> Picture:
        """An image of an organisation that the caller may act for. Raises Refusal."""
        picture = self.pictures.get(urn)
        if picture is None:
            raise not_found(urn)
        if not member_owns.get(picture.owner):
            raise denied()
        return picture

    def for_post(self, urn: str, owner: str) -> Picture:
        """An image that may be posted. Raises Refusal."""
        picture = self.pictures.get(urn)
        if picture is None or picture.owner != owner:
            raise wrong(f"{urn} is not an image of this organization", "INVALID_URN_ID")
        if picture.status in ("WAITING_UPLOAD", "PROCESSING"):
            raise wrong(f"The image {urn} is not available", "MEDIA_ASSET_WAITING_UPLOAD")
        if picture.status == "PROCESSING_FAILED":
            raise wrong(f"The image {urn} could not be processed", "MEDIA_ASSET_PROCESSING_FAILED")
        return picture


def _usable(data: bytes, rules: LinkedInRules) -> bool:
    if sniff(data) not in KINDS or len(data) > rules.max_image_bytes:
        return False
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.width * image.height < rules.max_pixels
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return False
