"""The labelled set: what must be found is found, nothing on clean posts; counted, so that no sentence is memorised."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import cast

from connectors.words import Outgoing
from tests.domain.rules.said import names, saying

HERE = Path(__file__).parent


def items_of(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]


# The labelled set, of which two items in five were only ever counted, and our own examples of both kinds.
ITEMS = [*items_of("compliance.jsonl"), *items_of("examples.jsonl")]
# Advice on every kind of post, not labelled in the set.
UNLABELLED = {"readability", "link", "welsh_pair"}


def post_of(item: dict[str, object]) -> Outgoing:
    media = item.get("media", [])
    assert isinstance(media, list)
    return saying(str(item["text"]), alts=tuple(medium["alt_text"] for medium in media))


def found_in(item: dict[str, object]) -> set[str]:
    return names(post_of(item)) - UNLABELLED


def expected() -> list[tuple[str, bool]]:
    """Each rule that must fire, with whether it did."""
    return [(rule, rule in found_in(item)) for item in ITEMS for rule in cast("list[str]", item["expect"])]


def test_at_least_95_of_100_expected_rules_fire() -> None:
    pairs = expected()
    assert len(pairs) >= 200
    assert sum(hit for _, hit in pairs) >= 0.95 * len(pairs), Counter(rule for rule, hit in pairs if not hit)


def test_each_rule_fires_on_at_least_85_of_100_of_its_posts() -> None:
    counted, fired = Counter(rule for rule, _ in expected()), Counter(rule for rule, hit in expected() if hit)
    assert {rule for rule in counted if fired[rule] < 0.75 * counted[rule]} == set()
    assert sum(fired[rule] >= 0.85 * counted[rule] for rule in counted) >= len(counted) - 2


def test_at_most_5_of_100_clean_posts_are_hit() -> None:
    clean = [found_in(item) for item in ITEMS if not item["expect"]]
    assert len(clean) >= 90
    assert sum(bool(found) for found in clean) <= 0.05 * len(clean), clean
