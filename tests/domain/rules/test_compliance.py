"""The labelled set: every item that must be found is found, and nothing else is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.domain.rules.said import hits, names, saying

ITEMS = [json.loads(line) for line in (Path(__file__).parent / "compliance.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("item", ITEMS, ids=[item["id"] for item in ITEMS])
def test_finds_exactly_what_the_label_says(item: dict[str, object]) -> None:
    media = item.get("media", [])
    assert isinstance(media, list)
    post = saying(str(item["text"]), alts=tuple(medium["alt_text"] for medium in media))
    assert names(post) == set(item["expect"]), hits(post)  # type: ignore[call-overload]


def test_the_set_holds_both_kinds() -> None:
    assert sum(bool(item["expect"]) for item in ITEMS) >= 10
    assert sum(not item["expect"] for item in ITEMS) >= 30
