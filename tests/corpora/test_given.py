"""The corpora as given: their posts were looked at while the rules were made, so these are floors, not figures."""

from __future__ import annotations

import json
import time
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gateway.calendar import ons
from gateway.domain.statistics import Diary, Judgement, Said, judge_statistics
from gateway.embargo_policy import read_embargo_policy

GIVEN = Path(__file__).parent / "given"
FLOORS = {("statistical_confirm", "bind"): 0.90, ("announcement_ok", "clear"): 0.75, ("non_statistical", "clear"): 0.70}


@cache
def judged() -> tuple[tuple[dict[str, Any], Judgement, float], ...]:
    """Each post of the embargo set with its judgement and the seconds that took."""
    policy = read_embargo_policy()
    diary = Diary(ons.read((GIVEN / "calendar.json").read_bytes()), policy.series, datetime(2026, 10, 5, 8, tzinfo=UTC))
    found = []
    for line in (GIVEN / "embargo.jsonl").read_text(encoding="utf-8").splitlines():
        post = json.loads(line)
        alts = (post["alt_text"],) if post.get("alt_text") else ()
        said = Said((post["text"],), alts, tuple(post.get("poll_options") or ()))
        began = time.perf_counter()
        found.append((post, judge_statistics(said, diary, policy.rules), time.perf_counter() - began))
    return tuple(found)


def test_no_statistical_post_is_clear() -> None:
    leaks = [post["id"] for post, seen, _ in judged() if post["label"].startswith("stat") and seen.verdict == "clear"]
    assert leaks == []


@pytest.mark.parametrize(("wanted", "floor"), FLOORS.items(), ids=lambda one: str(one))
def test_posts_come_out_as_they_should(wanted: tuple[str, str], floor: float) -> None:
    label, verdict = wanted
    counts = Counter(str(seen.verdict) for post, seen, _ in judged() if post["label"] == label)
    assert counts[verdict] / counts.total() >= floor, counts


def test_a_post_is_judged_in_milliseconds() -> None:
    taken = sorted(seconds for _, _, seconds in judged())
    assert taken[len(taken) // 2] < 0.005
