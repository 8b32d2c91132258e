"""Limits, counting and refusals of the pretend Threads (contract §2, §5, §6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import regex  # type: ignore[import-untyped,unused-ignore]

from connectors.simulators.graph_consent import Dialect
from connectors.simulators.graph_containers import ContainerRules, Flaw, State
from connectors.simulators.graph_publisher import Spoiled, Words
from connectors.simulators.graph_words import refuse

BASIC, PUBLISH, DELETE = "threads_basic", "threads_content_publish", "threads_delete"
REPLY, READ_REPLIES = "threads_manage_replies", "threads_read_replies"
DIALECT = Dialect((BASIC, PUBLISH, REPLY, READ_REPLIES, DELETE), "th_exchange_token", "th_refresh_token")
AUDIENCES = frozenset(
    {
        *("everyone", "accounts_you_follow", "mentioned_only", "parent_post_author_only", "followers_only"),
    }
)
GONE = Words(24, 4279009, "The requested resource does not exist")
CAROUSEL = Words(100, None, "Invalid carousel: 2 to 20 items are needed")
POSTS_SPENT = Words(613, None, "The profile has published its posts of 24 hours")
REPLIES_SPENT = Words(613, None, "The profile has published its replies of 24 hours")
DELETES_SPENT = Words(613, None, "The profile has deleted its posts of 24 hours")
UNREADY: Mapping[State, Words] = dict.fromkeys((State.IN_PROGRESS, State.ERROR, State.EXPIRED), GONE)
_UNKNOWN = "UNKNOWN"
FLAWS: Mapping[Flaw, Spoiled] = {
    Flaw.UNREACHABLE: Spoiled(Words(1, 2207052, "An unknown error occurred"), _UNKNOWN),
    Flaw.SLOW: Spoiled(Words(1, 2207052, "An unknown error occurred"), _UNKNOWN),
    Flaw.SIZE: Spoiled(Words(100, None, "The image is too large"), _UNKNOWN),
    Flaw.FORMAT: Spoiled(Words(100, None, "The image format is not supported"), _UNKNOWN),
    Flaw.WIDTH: Spoiled(Words(100, None, "The image is too narrow or too wide"), _UNKNOWN),
    Flaw.RATIO: Spoiled(Words(100, None, "The aspect ratio is not supported"), "INVALID_ASPEC_RATIO", late=True),
}
# An emoji: a flag, a keycap, or a pictograph with what is joined to it (UTS #51, read widely: © and ™ too).
_PICTURED = r"\p{Extended_Pictographic}[\p{Emoji_Modifier}\uFE0F\u20E3\U000E0020-\U000E007F]*"
_EMOJI = regex.compile(rf"\p{{Regional_Indicator}}+|[0-9#*]\uFE0F?\u20E3|{_PICTURED}(?:\u200D{_PICTURED})*")
_LINK = regex.compile(r"https?://[^\s<>\"]+", regex.I)


@dataclass(frozen=True)
class ThreadsRules(ContainerRules):
    """Defaults of the contract (§5). Posts, replies and deletions are counted over 24 hours."""

    versions: str = "v1.0"
    types: str = "image/jpeg image/png"
    least_ratio: float = 0.1
    most_ratio: float = 10.0
    second_publish: str = "24/4279009"
    processing_s: float = 0.2
    long_life_s: float = 5_184_000.0
    max_characters: int = 500
    counts_utf16: bool = True
    max_links: int = 5
    max_items: int = 20
    posts_per_day: int = 250
    replies_per_day: int = 1_000
    deletes_per_day: int = 100


def count(words: str, *, utf16: bool) -> int:
    """The length: an emoji counts as its UTF-8 bytes, whatever else as one (or as its UTF-16 units)."""
    plain, emoji = _EMOJI.sub("", words), "".join(_EMOJI.findall(words))
    units = len(plain.encode("utf-16-le", "surrogatepass")) // 2 if utf16 else len(plain)
    return units + len(emoji.encode())


def check_words(words: str, card: str, rules: ThreadsRules) -> None:
    """Raise Refusal for a text too long, for too many distinct links, and for a card's address that is none."""
    if count(words, utf16=rules.counts_utf16) > rules.max_characters:
        raise refuse(100, f"Param text must be at most {rules.max_characters} characters long.")
    parts = urlsplit(card)
    if card and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise refuse(100, "Param link_attachment must be a valid URL")
    if len({*_LINK.findall(words), *([card] if card else [])}) > rules.max_links:
        raise refuse(100, "THREADS_API__LINK_LIMIT_EXCEEDED")


def check_tag(tag: str) -> None:
    """Raise Refusal for a topic tag that cannot be one."""
    if tag and (len(tag) > 50 or set(tag) & set(".&")):
        raise refuse(100, "Param topic_tag must have 1 to 50 characters, none of them . or &")


def first_link(words: str) -> str:
    """The address whose card is shown where none was attached; empty where there is none."""
    found = _LINK.search(words)
    return str(found[0]) if found else ""
