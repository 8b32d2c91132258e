"""Every picture is described; a blank, a file name or a placeholder describes nothing."""

from __future__ import annotations

import pytest

from connectors.words import Outgoing
from gateway.domain.check import Hit
from tests.domain.rules.said import SEEN, hits_of, saying

RULE = "missing_alt_text"


def hits(outgoing: Outgoing) -> list[Hit]:
    return hits_of(RULE, outgoing)


def names(outgoing: Outgoing) -> set[str]:
    return {hit.rule for hit in hits(outgoing)}


NONE = [
    "", " ", "\u200b\u200d", "\u3164", "...", "😀", "IMG_1234.JPG", "chart-final v3 (2).png", "IMG_1234", "DSC01234",
    "Screenshot 2026-10-05 at 09.30.12", "WhatsApp Image 2026-10-05 at 09.30", "image", "Image.", "CHART", "image1",
    "Image 1", "alt text", "Alt text here", "photo of chart", "n/a", "TBC", "Graffiti",
]  # fmt: skip
DESCRIBED = [
    SEEN,
    "Snow-covered entrance of a modern glass office building",
    "Screenshot of a Teams conversation",
    "Our office",
    "Chart: deaths fell",
    "Logo of the Office for National Statistics",
    "冬の朝に雪が積もったガラス張りの建物の入口",
]


@pytest.mark.parametrize("alt", NONE)
def test_what_describes_nothing_counts_as_missing(alt: str) -> None:
    assert names(saying("Look", alts=(alt,))) == {"missing_alt_text"}


@pytest.mark.parametrize("alt", DESCRIBED)
def test_a_description_passes(alt: str) -> None:
    assert hits(saying("Look", alts=(alt,))) == []


def test_each_picture_is_named_and_a_post_without_pictures_needs_none() -> None:
    found = hits(saying("Look", alts=("", SEEN, "image")))
    assert [hit.advice[:10] for hit in found] == ["Picture 1 ", "Picture 3 "]
    assert hits(saying("Look")) == []
