"""The words shared by the core and the connectors: what is said, where, and what the platform answered.

Standard library only. It is the one module of `connectors` that `gateway.domain` may import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

AT_RELEASE = "at-release"
NOW = "now"


class Visibility(StrEnum):
    """Who sees a post at the platform."""

    PUBLIC = "public"
    UNLISTED = "unlisted"


@dataclass(frozen=True)
class Picture:
    """One image of an Outgoing, named by the SHA-256 (hex) of its re-encoded bytes; sizes in bytes and pixels."""

    sha256: str
    media_type: str
    size: int
    width: int
    height: int
    alt_text: str


@dataclass(frozen=True)
class Outgoing:
    """The exact thing said on one account; a thread is one Outgoing a part, `part` of `parts`, counted from 1.

    `wanted` is an RFC 3339 UTC instant or one of the symbols AT_RELEASE and NOW: a symbol is never replaced by a
    computed time (house §2), so that what was approved is what is compared.
    """

    account: str
    text: str
    wanted: str
    pictures: tuple[Picture, ...] = ()
    link: str | None = None
    visibility: Visibility = Visibility.PUBLIC
    language: str = "en"
    release: str | None = None
    part: int = 1
    parts: int = 1

    def to_json(self) -> dict[str, object]:
        """Every field, in a shape for canonical JSON: the digest is taken over this and nothing else."""
        return {
            "account": self.account,
            "language": self.language,
            "link": self.link,
            "part": self.part,
            "parts": self.parts,
            "pictures": [
                {
                    "alt_text": p.alt_text,
                    "height": p.height,
                    "media_type": p.media_type,
                    "sha256": p.sha256,
                    "size": p.size,
                    "width": p.width,
                }
                for p in self.pictures
            ],
            "release": self.release,
            "text": self.text,
            "visibility": str(self.visibility),
            "wanted": self.wanted,
        }


@dataclass(frozen=True)
class Home:
    """Where an account lives: platform, origin (`https://host`), the platform's own id for it, handle, server facts.

    `facts` are the numbers a server published about itself when the account was connected (Mastodon limits are per
    server), as sorted pairs.
    """

    platform: str
    origin: str
    subject: str
    handle: str
    facts: tuple[tuple[str, int], ...] = ()

    def fact(self, name: str, default: int) -> int:
        """The server's published number for `name`, or `default` where it published none."""
        return dict(self.facts).get(name, default)


@dataclass(frozen=True)
class Receipt:
    """The platform's word that it holds a post: its id, its address, further ids (Bluesky cid) and its own time."""

    platform_id: str
    url: str | None = None
    extra: tuple[tuple[str, str], ...] = ()
    at: datetime | None = None

    def get(self, name: str) -> str | None:
        """The further id called `name`, or None."""
        return dict(self.extra).get(name)


@dataclass(frozen=True)
class Passage:
    """What a delivery needs besides its Outgoing: where to, under which stable key, answering what.

    `key` derives from the delivery id and never changes; `stamp` is stored before the first sending, so that two
    sendings of one delivery are byte-identical. `root` and `parent` are the receipts of a thread's first and
    previous part. `named` is the id that the platform named when it refused this delivery as a duplicate; `made` what
    an earlier sending of it made at the platform and was about to make public (`Commit.made`).
    """

    key: str
    stamp: datetime
    home: Home
    root: Receipt | None = None
    parent: Receipt | None = None
    named: str | None = None
    made: str | None = None


@dataclass(frozen=True)
class Window:
    """The span in which an unknown sending may have been accepted: [intent - skew, end + lag] (house §6)."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Exact:
    """`find` met the stable key itself: this is our post."""

    receipt: Receipt


@dataclass(frozen=True)
class Likely:
    """`find` met posts that look like ours, by text and time; the core decides whether one of them settles."""

    candidates: tuple[Receipt, ...]


@dataclass(frozen=True)
class Absent:
    """`find` did not meet it. `proof` is True only where the platform's answer proves it (a record key is free).

    Otherwise it is one piece of evidence; `complete` says that the look reached an item older than the window.
    """

    proof: bool
    complete: bool


Found = Exact | Likely | Absent


@dataclass(frozen=True)
class Seen:
    """One post as the platform shows it: for the watcher and for settling by hand."""

    receipt: Receipt
    text: str
    at: datetime
    application: str | None = None


@dataclass(frozen=True)
class Identity:
    """Whom a credential belongs to at the platform, and the server's published numbers.

    `personal`: the platform says that this is a person's own account and not an organisation's; it is not connected.
    """

    subject: str
    handle: str
    facts: tuple[tuple[str, int], ...] = ()
    personal: bool = False


@dataclass(frozen=True)
class Profile:
    """How an account presents itself to the public: display name, picture, bio.

    `picture` is whatever changes when and only when the picture does (a content hash, or its address without the parts
    that expire); None where there is none. `applications` may post for the account; None where the platform does not
    tell.
    """

    name: str
    picture: str | None
    bio: str
    applications: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Overrun:
    """A limit that an Outgoing passes: which, how much is allowed, how much there is."""

    what: str
    allowed: int
    actual: int


def _text(outgoing: Outgoing) -> str:
    return outgoing.text


@dataclass(frozen=True)
class Limits:
    """What a platform takes, in its own counting. `measure` is pure; `lag` is its documented listing delay.

    `said` is the text as the platform will get it (a link that has no other place stands at its end): that is what is
    counted. `visibilities` are those the platform has; none is ever widened to another. `not_taken` are characters that
    the platform refuses wherever they stand. `later` are the limits of a thread's later parts where they differ
    (comments). `mention` is an example of how an author mentions somebody; empty where no way is known. `advice` is
    what an author should know of mentions and hashtags there, in a sentence or two.
    `least_media` is how many pictures a post must have; a picture's width lies within `media_width`
    (pixels) and its width by its height within `media_shape`. `counts` are what else is counted in a post: a word for
    it, how many are allowed, and how they are counted (pure).
    """

    characters: int
    measure: Callable[[str], int] = len
    utf8_bytes: int | None = None
    media: int = 4
    media_bytes: int = 2_000_000
    media_pixels: int | None = None
    media_types: frozenset[str] = frozenset({"image/jpeg", "image/png"})
    alt_text: int = 1_500
    empty_text_with_media: bool = True
    lag: timedelta = field(default=timedelta(seconds=60))
    said: Callable[[Outgoing], str] = _text
    visibilities: frozenset[Visibility] = frozenset(Visibility)
    not_taken: frozenset[str] = frozenset()
    later: Limits | None = None
    mention: str = ""
    advice: str = ""
    least_media: int = 0
    media_width: tuple[int, int] | None = None
    media_shape: tuple[float, float] | None = None
    counts: tuple[tuple[str, int, Callable[[Outgoing], int]], ...] = ()

    def overruns(self, outgoing: Outgoing) -> tuple[Overrun, ...]:
        """Every limit that `outgoing` passes, empty when it fits. Counting is the platform's own (house §4)."""
        if outgoing.part > 1 and self.later is not None:
            return self.later.overruns(outgoing)
        said = self.said(outgoing)
        found = [Overrun(*one) for one in self._counted(outgoing, said) if one[2] > one[1]]
        if not outgoing.text.strip() and not (outgoing.pictures and self.empty_text_with_media):
            found.append(Overrun("empty text", 1, 0))
        if outgoing.visibility not in self.visibilities:
            found.append(Overrun(f"visibility {outgoing.visibility}", 0, 1))
        if not_taken := sum(map(said.count, self.not_taken)):
            found.append(Overrun("characters it does not take", 0, not_taken))
        if len(outgoing.pictures) < self.least_media:
            found.append(Overrun("pictures at least", self.least_media, len(outgoing.pictures)))
        return (*found, *(one for picture in outgoing.pictures for one in self._misfits(picture)))

    def _counted(self, outgoing: Outgoing, said: str) -> Iterator[tuple[str, int, int]]:
        """What is counted, how much is allowed, and how much there is."""
        yield "characters", self.characters, self.measure(said)
        yield "pictures", self.media, len(outgoing.pictures)
        if self.utf8_bytes is not None:
            yield "bytes", self.utf8_bytes, len(said.encode())
        for what, allowed, count in self.counts:
            yield what, allowed, count(outgoing)
        for picture in outgoing.pictures:
            yield "picture bytes", self.media_bytes, picture.size
            if self.media_pixels is not None:
                yield "picture pixels", self.media_pixels, picture.width * picture.height
            yield "alt text characters", self.alt_text, len(picture.alt_text)

    def _misfits(self, picture: Picture) -> Iterator[Overrun]:
        """How a picture is of a kind, width or shape that is not taken; the shape in hundredths, width by height."""
        if picture.media_type not in self.media_types:
            yield Overrun("picture type", 0, 1)
        least, most = self.media_width or (0, picture.width)
        if not least <= picture.width <= most:
            yield Overrun("picture width in pixels", least if picture.width < least else most, picture.width)
        shape = picture.width / max(picture.height, 1)
        narrow, wide = self.media_shape or (shape, shape)
        if not narrow <= shape <= wide:
            bound = narrow if shape < narrow else wide
            yield Overrun("picture width in hundredths of its height", round(bound * 100), round(shape * 100))
