"""Post and Revision: what someone wants to say, and one immutable wording of it, with variants per account."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from connectors.words import Picture, Visibility
from gateway.domain.audit import AuditEvent, Fact
from gateway.domain.change import Change, Record
from gateway.domain.refusal import Reason, Refused


@dataclass(frozen=True)
class PictureUse:
    """One image of a wording: which stored media, its alt text, and the author's word on the rights (P8)."""

    sha256: str
    alt_text: str
    rights: str


@dataclass(frozen=True)
class Content:
    """One wording: thread parts (the first is the post), pictures on the first part, link, variants by account id."""

    parts: tuple[str, ...]
    pictures: tuple[PictureUse, ...] = ()
    link: str | None = None
    visibility: Visibility = Visibility.PUBLIC
    language: str = "en"
    variants: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def parts_for(self, account: str) -> tuple[str, ...]:
        """The thread parts said on `account`: its variant, else the common wording."""
        return dict(self.variants).get(account, self.parts)


@dataclass(frozen=True, kw_only=True)
class Post(Record):
    """What someone wants to say; its wordings are its revisions. `corrects` is the delivery of the published post that
    it was begun to put right: what is put forward says anew whether it does.
    """

    author: str
    team: str
    created_at: datetime
    corrects: str | None = None


@dataclass(frozen=True, kw_only=True)
class Revision(Record):
    """One immutable wording, counted from 1. `release` is the one it was written for, where its author said so.

    `salt` goes into every digest of it; erased with the wording, what the log holds of it is noise.
    """

    post: str
    number: int
    author: str
    content: Content
    created_at: datetime
    salt: bytes = field(repr=False)
    release: str | None = None


@dataclass(frozen=True, kw_only=True)
class Media(Record):
    """A re-encoded image; its id is the SHA-256 of its bytes. `body` travels only between storage and the courier.

    `words` are those read in it; None where nobody could read it. `told_as` is drawn by chance and names it in the log,
    where the fingerprint of a chart would let whoever has its template try out figures. `brought_by` are all who
    brought these very bytes: to know a fingerprint is not to have the picture.
    """

    media_type: str
    size: int
    width: int
    height: int
    added_by: str
    added_at: datetime
    told_as: str
    brought_by: tuple[str, ...] = ()
    words: str | None = field(default=None, repr=False)
    body: bytes = field(repr=False)

    def picture(self, alt_text: str) -> Picture:
        """This image in the connectors' words."""
        return Picture(self.id, self.media_type, self.size, self.width, self.height, alt_text)


def require_sayable(content: Content) -> None:
    """Something is said, every picture has its rights note. Alt text is the checks' business. Raises Refused."""
    for parts in (content.parts, *(variant for _, variant in content.variants)):
        _require_said(parts, with_pictures=bool(content.pictures))
    if not all(picture.rights.strip() for picture in content.pictures):
        raise Refused(Reason.RIGHTS_MISSING)


def _require_said(parts: tuple[str, ...], *, with_pictures: bool) -> None:
    """One wording says something on its account: a variant without parts would silently say nothing there."""
    if not parts or not (with_pictures or any(part.strip() for part in parts)):
        raise Refused(Reason.EMPTY, field="text")
    if len(parts) > 1 and not all(part.strip() for part in parts):
        raise Refused(Reason.EMPTY, field="thread part")


def write(post: Post, revision: Revision) -> Change:
    """A new wording of a new or existing post; the text itself stays out of the log."""
    require_sayable(revision.content)
    facts: dict[str, Fact] = {"post": post.id, "number": revision.number, "release": revision.release}
    event = AuditEvent("post.write", revision.author, "revision", revision.id, facts)
    records: tuple[Record, ...] = (post, revision) if post.version == 0 else (revision,)
    return Change((event,), records)
