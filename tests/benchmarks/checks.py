"""The checks: the classifier alone and the whole judging of a post, beside a named baseline; start and memory.

The baseline is a plain scan: the same text searched once with `re` for every word and phrase of the policy's lists, as
the simplest check anybody would write. Times are CPU time on one core.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from connectors.words import NOW, Outgoing
from gateway.domain.rules import rules_of
from gateway.domain.rules.forms import compile_phrases
from gateway.domain.statistics import Diary, Said, judge_statistics
from gateway.embargo_policy import FOLDER, WORDS, read_embargo_policy
from gateway.settings import Settings, read_policy
from tests.benchmarks.figures import Figure, show
from tests.domain.statistics.bench import ENTRIES

AS_OF = datetime(2026, 10, 5, 8, tzinfo=UTC)
ROUNDS = 3
POSTS = Path(__file__).parents[1] / "corpora"
LOADS = """
import resource, time
from gateway.world import World
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.process_time()
from gateway.embargo_policy import read_embargo_policy
from gateway.judge import Judge
assert Judge(read_embargo_policy).embargo
print(time.process_time() - began, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def texts() -> list[str]:
    """Every post of the corpora in the repository."""
    found = []
    for path in sorted(POSTS.rglob("*.jsonl")):
        found += [
            str(json.loads(line)["text"]) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()
        ]
    return found


def seconds(each: Callable[[str], object], posts: Sequence[str]) -> list[float]:
    """CPU seconds of each post, the least of some rounds: others use the same cores."""
    best = [float("inf")] * len(posts)
    for _ in range(ROUNDS):
        for at, text in enumerate(posts):
            began = time.process_time()
            each(text)
            best[at] = min(best[at], time.process_time() - began)
    return sorted(best)


def scan() -> Callable[[str], object]:
    """The baseline: one expression with every word of the lists."""
    lines = [line for name in WORDS for line in (FOLDER / f"words/{name}.txt").read_text(encoding="utf-8").splitlines()]
    words = sorted({word for line in lines if not line.startswith("#") for word in line.split()}, key=len, reverse=True)
    listed = re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)
    return lambda text: listed.findall(text)


def start() -> tuple[float, float]:
    """CPU seconds and MB that the classifier adds to a process that holds everything else."""
    done = subprocess.run([sys.executable, "-c", LOADS], check=True, capture_output=True, text=True)
    used, grown = done.stdout.split()
    return float(used), float(grown)


def main() -> None:
    """Measure and print."""
    posts, policy = texts(), read_embargo_policy()
    compile_phrases()
    diary, rules = Diary(ENTRIES, policy.series, AS_OF), rules_of(read_policy(Settings()).lists)

    def whole(text: str) -> object:
        outgoing = Outgoing("office", text, NOW)
        return judge_statistics(Said((text,)), diary, policy.rules), [hit for rule in rules for hit in rule(outgoing)]

    last = int(len(posts) * 0.99)
    classifier = seconds(lambda text: judge_statistics(Said((text,)), diary, policy.rules), posts)
    judged, baseline = seconds(whole, posts), seconds(scan(), posts)
    used, grown = start()
    show(
        "checks of one post",
        [
            Figure("posts", len(posts)),
            Figure("classifier_p50_ms", round(classifier[len(posts) // 2] * 1e3, 3), "ms"),
            Figure("classifier_p99_ms", round(classifier[last] * 1e3, 3), "ms", at_most=5),
            Figure("with_every_rule_p99_ms", round(judged[last] * 1e3, 3), "ms", at_most=5),
            Figure("scan_of_the_lists_p99_ms", round(baseline[last] * 1e3, 3), "ms"),
            Figure("classifier_to_scan_p99", round(classifier[last] / baseline[last], 1), "x"),
            Figure("start_s", round(used, 2), "s", at_most=1),
            Figure("memory_mb", round(grown, 1), "MB", at_most=100),
        ],
        seconds_of="CPU time, one core",
    )


if __name__ == "__main__":
    main()
