"""Shadow: a new rule set is judged against the last posts beside the one in force, before it is switched on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connectors.words import Outgoing
from gateway.domain.check import Rule
from gateway.domain.rules.profiles import ORDER, strictest


@dataclass(frozen=True)
class RuleSet:
    """Rules with the severities policy gives them, under the id of that policy."""

    id: str
    rules: tuple[Rule, ...]
    severities: Mapping[str, str]


@dataclass(frozen=True)
class Difference:
    """How one post is judged otherwise: rules found anew, found no more, and changed (rule, before, after).

    `tightened` and `loosened` say whether what becomes of the post changes: its strictest severity rises or falls.
    """

    post: str
    found: tuple[tuple[str, str], ...]
    lost: tuple[tuple[str, str], ...]
    changed: tuple[tuple[str, str, str], ...]
    tightened: bool
    loosened: bool


def shadow(
    posts: Iterable[tuple[str, tuple[Outgoing, ...]]], before: RuleSet, after: RuleSet
) -> tuple[Difference, ...]:
    """The posts (id, exact Outgoings) that the two rule sets judge differently, in the order given."""
    differences = (_difference(post, outgoings, before, after) for post, outgoings in posts)
    return tuple(one for one in differences if one.found or one.lost or one.changed)


def _difference(post: str, outgoings: tuple[Outgoing, ...], before: RuleSet, after: RuleSet) -> Difference:
    was = strictest(outgoings, before.rules, before.severities)
    now = strictest(outgoings, after.rules, after.severities)
    changed = tuple((rule, was[rule], now[rule]) for rule in sorted(was.keys() & now.keys()) if was[rule] != now[rule])
    rise = _level(now) - _level(was)
    return Difference(
        post,
        tuple((rule, now[rule]) for rule in sorted(now.keys() - was.keys())),
        tuple((rule, was[rule]) for rule in sorted(was.keys() - now.keys())),
        changed,
        tightened=rise > 0,
        loosened=rise < 0,
    )


def _level(judged: Mapping[str, str]) -> int:
    return max((ORDER[severity] + 1 for severity in judged.values()), default=0)
