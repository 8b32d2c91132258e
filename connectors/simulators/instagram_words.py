"""Limits and refusals of the pretend Instagram (contract §2, §5, §6)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from connectors.simulators.graph_consent import Dialect
from connectors.simulators.graph_containers import ContainerRules, Flaw, State
from connectors.simulators.graph_publisher import Spoiled, Words

BASIC, PUBLISH = "instagram_business_basic", "instagram_business_content_publish"
COMMENT = "instagram_business_manage_comments"
DIALECT = Dialect((BASIC, PUBLISH, COMMENT), "ig_exchange_token", "ig_refresh_token")
GONE = Words(24, 2207006, "The media with this id cannot be found")
SPENT = Words(9, 2207042, "You reached maximum number of posts that is allowed to be published")
CROWDED = Words(9, 2207042, "You reached maximum number of containers")
CAROUSEL = Words(100, 2207028, "Invalid carousel: 2 to 10 items are needed")
UNREADY: Mapping[State, Words] = {
    State.IN_PROGRESS: Words(9007, 2207027, "Media ID is not available"),
    State.ERROR: Words(-1, 2207032, "Create media fail, please try to re-create media"),
    State.EXPIRED: Words(-2, 2207020, "The media you are trying to access has expired. Please try to upload again."),
}
_HASHTAG = re.compile(r"(?<![\w&])#\w+")
_MENTION = re.compile(r"(?<![\w.])@[\w.]+")


def _spoiled(code: int, subcode: int, message: str) -> Spoiled:
    trouble = f"Error: Media upload has failed with error code {subcode}"
    return Spoiled(Words(code, subcode, message), trouble)


_NOT_FETCHED = "Only photo or video can be accepted as media type."
FLAWS: Mapping[Flaw, Spoiled] = {
    Flaw.UNREACHABLE: _spoiled(9004, 2207052, _NOT_FETCHED),
    Flaw.SLOW: _spoiled(-2, 2207003, "It takes too long to download the media."),
    Flaw.SIZE: _spoiled(36000, 2207004, "The image size is too large."),
    Flaw.FORMAT: _spoiled(36001, 2207005, "The image format is not supported."),
    Flaw.WIDTH: _spoiled(9004, 2207052, _NOT_FETCHED),
    Flaw.RATIO: _spoiled(36003, 2207009, "The aspect ratio is not supported."),
}


@dataclass(frozen=True)
class InstagramRules(ContainerRules):
    """Defaults of the contract, where it doubts the careful one (§5, §8).

    `quota_total` posts and `containers_per_day` in 24 hours. `deletes`: media can be deleted (documented as not).
    """

    versions: str = "v25.0 v26.0"
    types: str = "image/jpeg"
    least_ratio: float = 0.8
    most_ratio: float = 1.91
    second_publish: str = "24/2207006"
    processing_s: float = 0.0
    long_life_s: float = 5_183_944.0
    max_caption: int = 2_200
    max_hashtags: int = 30
    max_mentions: int = 20
    max_items: int = 10
    quota_total: int = 50
    containers_per_day: int = 400
    deletes: bool = False


def check_words(words: str, rules: InstagramRules) -> None:
    """Raise Refusal for a caption or comment that is too long (in UTF-16 units) or has too many tags."""
    if len(words.encode("utf-16-le", "surrogatepass")) // 2 > rules.max_caption:
        raise Words(36004, 2207010, f"The caption was too long: at most {rules.max_caption} characters").refusal()
    tags, people = len(_HASHTAG.findall(words)), len(_MENTION.findall(words))
    if tags > rules.max_hashtags or people > rules.max_mentions:
        raise Words(100, 2207040, "Cannot use more than so many tags").refusal()
