"""The `app.bsky.feed.post` lexicon as a table, and a strict reading of records against it.

Stricter than the real server in one way, on purpose: unknown fields and unknown embed types are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from connectors.simulators.graphemes import count_graphemes


class Invalid(Exception):
    """A record breaks its lexicon; `name` is the error name the platform answers with."""

    def __init__(self, message: str, name: str = "InvalidRequest") -> None:
        super().__init__(message)
        self.name = name


_DID = r"did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]"
_HANDLE = r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_NSID = r"[a-zA-Z](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)+\.[a-zA-Z][a-zA-Z0-9]*"
FORMATS: Mapping[str, re.Pattern[str]] = {
    "did": re.compile(_DID),
    "handle": re.compile(_HANDLE),
    "at-uri": re.compile(rf"at://(?:{_DID}|{_HANDLE})/{_NSID}/[A-Za-z0-9_~.:-]{{1,512}}"),
    "cid": re.compile(r"baf[a-z2-7]{50,110}"),
    "uri": re.compile(r"[a-z][a-z0-9+.-]{0,80}:[^\s]{1,8000}"),
    "language": re.compile(r"(?:i|[a-z]{2,3})(?:-[a-zA-Z0-9]+)*"),
    "tid": re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}"),
    "datetime": re.compile(
        r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](?:\.[0-9]{1,20})?(?:Z|[+-][0-2][0-9]:[0-5][0-9])"
    ),
}


class Schema(Protocol):
    """What a value must be."""

    def check(self, value: Any, where: str) -> None:
        """Raise Invalid, saying where, if it is not."""


@dataclass(frozen=True)
class Text:
    """A string: at most so many UTF-8 bytes and graphemes, of a format."""

    max_bytes: int = 0
    max_graphemes: int = 0
    form: str = ""

    def check(self, value: Any, where: str) -> None:
        """See Schema."""
        if not isinstance(value, str):
            raise Invalid(f"{where} must be a string")
        size = len(_utf8(value, where))
        if self.max_bytes and size > self.max_bytes:
            raise Invalid(f"{where} must not be longer than {self.max_bytes} characters")
        if self.max_graphemes and count_graphemes(value) > self.max_graphemes:
            raise Invalid(f"{where} must not be longer than {self.max_graphemes} graphemes")
        if self.form and not _has_form(value, self.form):
            raise Invalid(f"{where} must be a valid {self.form}")


@dataclass(frozen=True)
class Whole:
    """An integer not below `least`."""

    least: int = 0

    def check(self, value: Any, where: str) -> None:
        """See Schema."""
        if not isinstance(value, int) or isinstance(value, bool):
            raise Invalid(f"{where} must be an integer")
        if not self.least <= value < 2**63:
            raise Invalid(f"{where} can not be less than {self.least} or beyond 64 bits")


@dataclass(frozen=True)
class Many:
    """An array of at most `most` items (0: any number)."""

    item: Schema
    most: int = 0

    def check(self, value: Any, where: str) -> None:
        """See Schema."""
        if not isinstance(value, list):
            raise Invalid(f"{where} must be an array")
        if self.most and len(value) > self.most:
            raise Invalid(f"{where} must not have more than {self.most} elements")
        for number, item in enumerate(value):
            self.item.check(item, f"{where}/{number}")


@dataclass(frozen=True)
class Thing:
    """An object with these fields and no others; its `$type` may be given and must then be `name`."""

    name: str
    required: Mapping[str, Schema]
    optional: Mapping[str, Schema] = field(default_factory=dict)

    def check(self, value: Any, where: str) -> None:
        """See Schema."""
        if not isinstance(value, dict):
            raise Invalid(f"{where} must be an object")
        if value.get("$type", self.name) != self.name:
            raise Invalid(f"{where} must be of type {self.name}")
        for missing in self.required.keys() - value.keys():
            raise Invalid(f'{where} must have the property "{missing}"')
        for name, inner in value.items():
            self._check_field(name, inner, where)

    def _check_field(self, name: str, value: Any, where: str) -> None:
        if name == "$type":
            return
        schema = self.required.get(name) or self.optional.get(name)
        if schema is None:
            raise Invalid(f'{where} has the unknown property "{name}"')
        schema.check(value, f"{where}/{name}")


@dataclass(frozen=True)
class OneOf:
    """One of several things, told apart by `$type`."""

    things: tuple[Thing, ...]

    def check(self, value: Any, where: str) -> None:
        """See Schema."""
        kind = value.get("$type") if isinstance(value, dict) else None
        for thing in self.things:
            if thing.name == kind:
                return thing.check(value, where)
        raise Invalid(f"{where} $type must be one of {', '.join(t.name for t in self.things)}")


@dataclass(frozen=True)
class BlobRef:
    """A reference to an uploaded blob: accepted media types (a prefix) and most bytes."""

    accept: str
    most: int

    def check(self, value: Any, where: str) -> None:
        """See Schema."""
        if not is_blob(value):
            raise Invalid(f"{where} should be a blob ref")
        if not value["mimeType"].startswith(self.accept):
            raise Invalid(f"{where}: expected {self.accept}, got {value['mimeType']}", "InvalidMimeType")
        if value["size"] > self.most:
            raise Invalid(f"This file is too large: {value['size']} bytes of at most {self.most}.", "BlobTooLarge")


def is_blob(value: Any) -> bool:
    """Whether a value has exactly the shape of a blob reference."""
    return (
        isinstance(value, dict)
        and set(value) == {"$type", "ref", "mimeType", "size"}
        and value["$type"] == "blob"
        and isinstance(value["ref"], dict)
        and set(value["ref"]) == {"$link"}
        and isinstance(value["ref"]["$link"], str)
        and isinstance(value["mimeType"], str)
        and type(value["size"]) is int
    )


def _utf8(text: str, where: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Invalid(f"{where} is not valid Unicode") from None


def _has_form(value: str, form: str) -> bool:
    if FORMATS[form].fullmatch(value) is None:
        return False
    if form != "datetime":
        return True
    try:
        datetime.fromisoformat(value[:19])
    except ValueError:
        return False
    return not value.endswith("-00:00")


_STRONG = Thing("com.atproto.repo.strongRef", {"uri": Text(form="at-uri"), "cid": Text(form="cid")})
_RATIO = Thing("app.bsky.embed.defs#aspectRatio", {"width": Whole(1), "height": Whole(1)})
_IMAGE = BlobRef("image/", 2_000_000)
_IMAGES_IMAGE = Thing("app.bsky.embed.images#image", {"image": _IMAGE, "alt": Text()}, {"aspectRatio": _RATIO})
_IMAGES = Thing("app.bsky.embed.images", {"images": Many(_IMAGES_IMAGE, 4)})
_GALLERY_IMAGE = Thing("app.bsky.embed.gallery#image", {"image": _IMAGE, "alt": Text(), "aspectRatio": _RATIO})
_GALLERY = Thing("app.bsky.embed.gallery", {"items": Many(OneOf((_GALLERY_IMAGE,)), 20)})
_CARD = Thing(
    "app.bsky.embed.external#external",
    {"uri": Text(form="uri"), "title": Text(), "description": Text()},
    {"thumb": BlobRef("image/", 1_000_000), "associatedRefs": Many(_STRONG)},
)
_EXTERNAL = Thing("app.bsky.embed.external", {"external": _CARD})
_CAPTION = Thing("app.bsky.embed.video#caption", {"lang": Text(form="language"), "file": BlobRef("text/vtt", 20_000)})
_VIDEO = Thing(
    "app.bsky.embed.video",
    {"video": BlobRef("video/mp4", 300_000_000)},
    {"captions": Many(_CAPTION, 20), "alt": Text(), "aspectRatio": _RATIO, "presentation": Text()},
)
_RECORD = Thing("app.bsky.embed.record", {"record": _STRONG})
_WITH_MEDIA = Thing(
    "app.bsky.embed.recordWithMedia",
    {"record": _RECORD, "media": OneOf((_IMAGES, _VIDEO, _GALLERY, _EXTERNAL))},
)
_SLICE = Thing("app.bsky.richtext.facet#byteSlice", {"byteStart": Whole(), "byteEnd": Whole()})
_FEATURES = (
    Thing("app.bsky.richtext.facet#mention", {"did": Text(form="did")}),
    Thing("app.bsky.richtext.facet#link", {"uri": Text(form="uri")}),
    Thing("app.bsky.richtext.facet#tag", {"tag": Text(640, 64)}),
)
_FACET = Thing("app.bsky.richtext.facet", {"index": _SLICE, "features": Many(OneOf(_FEATURES))})
_LABEL = Thing("com.atproto.label.defs#selfLabel", {"val": Text(128)})
_LABELS = Thing("com.atproto.label.defs#selfLabels", {"values": Many(_LABEL, 10)})
POST = Thing(
    "app.bsky.feed.post",
    {"text": Text(3000, 300), "createdAt": Text(form="datetime")},
    {
        "facets": Many(_FACET),
        "reply": Thing("app.bsky.feed.post#replyRef", {"root": _STRONG, "parent": _STRONG}),
        "embed": OneOf((_IMAGES, _VIDEO, _GALLERY, _EXTERNAL, _RECORD, _WITH_MEDIA)),
        "langs": Many(Text(form="language"), 3),
        "labels": OneOf((_LABELS,)),
        "tags": Many(Text(640, 64), 8),
    },
)


def check_post(record: Any) -> None:
    """Raise Invalid unless `record` is a whole and valid `app.bsky.feed.post`."""
    if not isinstance(record, dict) or record.get("$type") != POST.name:
        raise Invalid(f"Record/$type must be {POST.name}")
    POST.check(record, "Record")
    _check_facets(record["text"].encode(), record.get("facets", []))


def _check_facets(text: bytes, facets: list[dict[str, Any]]) -> None:
    """Byte slices that lie inside the text, on whole characters, and do not overlap."""
    end_before = 0
    for index in sorted((f["index"] for f in facets), key=lambda i: int(i["byteStart"])):
        begin, end = index["byteStart"], index["byteEnd"]
        if not begin < end <= len(text):
            raise Invalid(f"Record/facets: bytes {begin} to {end} are not inside the text")
        if begin < end_before:
            raise Invalid(f"Record/facets: bytes {begin} to {end} overlap another facet")
        if any(at < len(text) and text[at] & 0xC0 == 0x80 for at in (begin, end)):
            raise Invalid(f"Record/facets: bytes {begin} to {end} cut a character")
        end_before = end
    for tag in (f["tag"] for facet in facets for f in facet["features"] if "tag" in f):
        if tag.startswith("#") or not tag:
            raise Invalid("Record/facets: a tag is given without its #")


def blobs_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every blob reference inside a checked record, in order."""
    if is_blob(value):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from blobs_in(inner)
