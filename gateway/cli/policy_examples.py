"""A policy's own tests: examples beside its files, each a post, the calendar of its day and how it must be judged."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.cli.check import BadPost, Post, read_post
from gateway.cli.speaking import Stop
from gateway.domain.instant import parse_rfc3339
from gateway.domain.policy import Policy
from gateway.domain.release import Entry, ReleaseState
from gateway.domain.rules import rules_of
from gateway.domain.rules.profiles import apply, rules_in
from gateway.domain.statistics import Diary, judge_statistics
from gateway.embargo_policy import EmbargoPolicy
from gateway.settings import EXAMPLES


@dataclass(frozen=True)
class Example:
    """One line: a post with `as_of`, `calendar` (id, title, instant, state, published), `profile`, and `expect`.

    `expect` may hold `embargo`, `release`, and `findings`: each rule wanted with its severity, and no other that blocks
    or needs a reason.
    """

    post: Post
    raw: Mapping[str, object]

    @property
    def expect(self) -> Mapping[str, object]:
        """What it must come to."""
        found = self.raw.get("expect")
        return found if isinstance(found, Mapping) else {}


def examples_in(folder: Path) -> list[Example]:
    """Every example of a policy folder. Raises Stop with the file and line of one that is not right."""
    found = []
    for path in sorted((folder / EXAMPLES).glob("*.jsonl")):
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            try:
                example = Example(read_post(line), json.loads(line))
                if not example.expect:
                    raise BadPost("it does not say what to expect")
            except BadPost as fault:
                raise Stop("An example is not right", f"{path.name}, line {number}: {fault}") from fault
            found.append(example)
    return found


def failures(
    examples: Iterable[Example], policy: Policy, embargo: EmbargoPolicy
) -> Iterator[tuple[str, object, object]]:
    """(id, wanted, judged) for everything that is judged otherwise than its example says."""
    for example in examples:
        judged = _judged(example, policy, embargo)
        for name, wanted in example.expect.items():
            if judged.get(name) != wanted:
                yield example.post.id, f"{name}: {wanted}", f"{name}: {judged.get(name)}"


def _judged(example: Example, policy: Policy, embargo: EmbargoPolicy) -> dict[str, object]:
    diary = Diary(_entries(example), embargo.series, parse_rfc3339(str(example.raw.get("as_of"))))
    judgement = judge_statistics(example.post.said, diary, embargo.rules)
    profiles = [one for one in policy.profiles if one.name == example.raw.get("profile")]
    severities = apply(policy.severities_for(str(example.raw.get("tier", ""))), *profiles)
    hits = [hit.rule for rule in rules_in(rules_of(policy.lists), *profiles) for hit in rule(example.post.outgoing)]
    meant = {rule: severities.get(rule, "block") for rule in sorted(set(hits))}
    return {
        "embargo": str(judgement.verdict),
        "release": judgement.release,
        "findings": {rule: severity for rule, severity in meant.items() if severity != "advise"},
    }


def _entries(example: Example) -> Iterator[Entry]:
    listed = example.raw.get("calendar", [])
    for one in listed if isinstance(listed, list) else []:
        state = ReleaseState(one.get("state", "final"))
        published = one.get("published", False) is True
        yield Entry(one["id"], one["title"], parse_rfc3339(one["instant"]), state, published)
