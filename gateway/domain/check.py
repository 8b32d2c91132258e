"""Finding: what a check found, with the span, the rule and what to change; advice to the author, law at staging."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from connectors.words import Limits, Outgoing


@dataclass(frozen=True)
class Finding:
    """One finding: rule id, severity from policy ("block", "reason", "advise"), the account and part, the span.

    `evidence` is the text found, shown to author and approver alone; it never enters the log. `source` is the policy
    paragraph that the rule comes from.
    """

    rule: str
    severity: str
    account: str
    part: int
    advice: str
    start: int = 0
    end: int = 0
    evidence: str = ""
    source: str = ""

    @property
    def blocks(self) -> bool:
        """Whether it stops a submission."""
        return self.severity == "block"


@dataclass(frozen=True)
class Hit:
    """What a rule found in one Outgoing, before policy gives it a severity."""

    rule: str
    advice: str
    start: int = 0
    end: int = 0
    evidence: str = ""


Rule = Callable[[Outgoing], Iterable[Hit]]


def judge(
    outgoings: Iterable[Outgoing],
    rules: Iterable[Rule],
    limits: Mapping[str, Limits],
    severities: Mapping[str, str],
    sources: Mapping[str, str] | None = None,
) -> tuple[Finding, ...]:
    """Every finding on every Outgoing, in order. A rule that policy does not name blocks: default deny."""
    found: list[Finding] = []
    all_rules = tuple(rules)
    for outgoing in outgoings:
        hits = [hit for rule in all_rules for hit in rule(outgoing)]
        hits += _overruns(outgoing, limits[outgoing.account])
        found += [
            Finding(
                hit.rule,
                severities.get(hit.rule, "block"),
                outgoing.account,
                outgoing.part,
                hit.advice,
                hit.start,
                hit.end,
                hit.evidence,
                (sources or {}).get(hit.rule, ""),
            )
            for hit in hits
        ]
    return tuple(found)


def _overruns(outgoing: Outgoing, limits: Limits) -> list[Hit]:
    return [
        Hit("too_long", f"{over.what}: {over.actual} where {over.allowed} are allowed. Shorten it for this account.")
        for over in limits.overruns(outgoing)
    ]
