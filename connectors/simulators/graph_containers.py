"""Containers of the pretend Instagram and Threads: what is made first and published once; and the pictures in them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from connectors.simulators.fetching import Fetched
from connectors.simulators.forms import sniff
from connectors.simulators.images import measure


class State(StrEnum):
    """What a container's status says (instagram §2, threads §2)."""

    IN_PROGRESS = "IN_PROGRESS"
    FINISHED = "FINISHED"
    PUBLISHED = "PUBLISHED"
    ERROR = "ERROR"
    EXPIRED = "EXPIRED"


class Flaw(StrEnum):
    """What may be wrong with a picture that was to be fetched."""

    UNREACHABLE = "unreachable"
    SLOW = "slow"
    SIZE = "size"
    FORMAT = "format"
    WIDTH = "width"
    RATIO = "ratio"


@dataclass(frozen=True)
class Picture:
    """A picture as it was fetched."""

    data: bytes
    media_type: str
    sha256: str
    alt: str


@dataclass
class Container:
    """What is to be published. Times are monotonic seconds; `published` is the id of what it became.

    `trouble` is why it failed; `details` are the platform's own parameters.
    """

    id: str
    account: str
    kind: str
    text: str
    pictures: tuple[Picture, ...]
    ready_at: float
    expires_at: float
    is_item: bool = False
    trouble: str = ""
    published: str = ""
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def state(self) -> State:
        """Where it stands now."""
        now = time.monotonic()
        for state, holds in (
            (State.PUBLISHED, bool(self.published)),
            (State.EXPIRED, now >= self.expires_at),
            (State.IN_PROGRESS, now < self.ready_at),
            (State.ERROR, bool(self.trouble)),
        ):
            if holds:
                return state
        return State.FINISHED


@dataclass(frozen=True)
class ContainerRules:
    """Limits and habits that Instagram and Threads have alike. Lives and waits are in seconds.

    `versions`, `types` and `picture_hosts` (see Errand) are parted by blanks. `processing_s`: how long one stays in
    progress. `flaws_show_late`: a picture that is no good shows in the container's state, not at once. `spoil`: why
    containers fail that are made from now on, empty where they do not. `second_publish`: code and subcode told of a
    container that is out already (unconfirmed: the one that reads most like "it is not there"). `scales_widths`:
    pictures too narrow or wide are scaled, not refused (unconfirmed: refused). `max_alt` counts characters. Of
    `calls_per_day` others made `calls_already`.
    """

    versions: str
    types: str
    least_ratio: float
    most_ratio: float
    second_publish: str
    processing_s: float
    long_life_s: float
    container_life_s: float = 86_400.0
    picture_bytes: int = 8_000_000
    least_width: int = 320
    most_width: int = 1_440
    scales_widths: bool = False
    max_alt: int = 1_000
    flaws_show_late: bool = False
    spoil: str = ""
    fetch_s: float = 10.0
    picture_hosts: str = ""
    proof_required: bool = False
    calls_per_day: int = 48_000
    calls_already: int = 0
    code_life_s: float = 3_600.0
    short_life_s: float = 3_600.0
    refresh_after_s: float = 86_400.0


@dataclass(frozen=True)
class Frame:
    """The pictures a platform takes: media types, bytes, and the least and greatest width and ratio (width / height).

    Where `scales`, a picture too narrow or too wide is scaled and not refused.
    """

    types: tuple[str, ...]
    most_bytes: int
    widths: tuple[int, int]
    ratios: tuple[float, float]
    scales: bool


def flaw_of(fetched: Fetched, frame: Frame) -> Flaw | None:
    """What is wrong with what came, the first thing only."""
    if fetched.is_late:
        return Flaw.SLOW
    if fetched.status != 200 or not fetched.data:
        return Flaw.UNREACHABLE
    if len(fetched.data) > frame.most_bytes:
        return Flaw.SIZE
    shape = measure(fetched.data)
    if shape is None or shape.media_type not in frame.types or fetched.media_type != shape.media_type:
        return Flaw.FORMAT
    if not frame.ratios[0] <= shape.width / shape.height <= frame.ratios[1]:
        return Flaw.RATIO
    if not frame.scales and not frame.widths[0] <= shape.width <= frame.widths[1]:
        return Flaw.WIDTH
    return None


def as_picture(fetched: Fetched, alt: str) -> Picture:
    """What came, to be kept."""
    kind = sniff(fetched.data) or "application/octet-stream"
    return Picture(fetched.data, kind, hashlib.sha256(fetched.data).hexdigest(), alt)
