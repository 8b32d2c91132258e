"""Policy as values: roles, quorum, embargo and timing read from config/policy (governance as readable data)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from gateway.domain.rules.lists import Lists
from gateway.domain.rules.profiles import Profile

SEVERITIES = ("block", "reason", "advise")


class BadPolicy(ValueError):
    """A policy file does not say what it must; the message names the place and what to change."""


@dataclass(frozen=True)
class Roles:
    """What each role may do, which roles one person may not hold together, and which ask for a passkey."""

    permissions: Mapping[str, frozenset[str]]
    apart: tuple[frozenset[str], ...]
    passkey: frozenset[str] = frozenset()

    def may(self, roles: tuple[str, ...], permission: str) -> bool:
        """Whether any of `roles` carries `permission`."""
        return any(permission in self.permissions.get(role, frozenset()) for role in roles)

    def needs_passkey(self, roles: tuple[str, ...]) -> bool:
        """Whether any of `roles` is acted in by a passkey alone."""
        return not self.passkey.isdisjoint(roles)

    def clash(self, roles: tuple[str, ...]) -> tuple[str, ...]:
        """The roles among `roles` that one person may not hold together; empty when they go together."""
        held = set(roles)
        return next((tuple(sorted(pair)) for pair in self.apart if pair <= held), ())


@dataclass(frozen=True)
class Quorum:
    """How many approvals each tier of account asks for each content class; classes in rising order. Those in `passkey`
    are answered by a passkey alone; on tiers in `cleared` a clearer decides every claim of no unpublished statistics.
    """

    classes: tuple[str, ...]
    needed: Mapping[str, Mapping[str, int]]
    passkey: frozenset[str] = frozenset()
    cleared: frozenset[str] = frozenset()

    def of(self, tier: str, content_class: str) -> int:
        """Approvals needed. An unknown tier or class asks for the most that policy knows: never fewer."""
        most = max(count for counts in self.needed.values() for count in counts.values())
        return self.needed.get(tier, {}).get(content_class, most)

    def is_lower(self, one: str, other: str) -> bool:
        """Whether class `one` stands below `other` (P14: an approver may only raise it)."""
        return self.classes.index(one) < self.classes.index(other)


@dataclass(frozen=True)
class Timing:
    """The spans policy sets: how long things stay good, how late is too late."""

    approval_life: timedelta
    lapse_after: timedelta
    account_factor_life: timedelta
    calendar_life: timedelta
    publication_alarm: timedelta
    lease: timedelta
    stage_ahead: timedelta
    platform_timeout: timedelta
    reset_rest: timedelta
    evidence_gap: timedelta


@dataclass(frozen=True)
class Priority:
    """Who goes first where a platform takes less than falls due at one instant: by content class, then by tier."""

    classes: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()

    def rank(self, tier: str, content_class: str) -> tuple[int, int]:
        """The lower goes first; what policy does not name goes last."""
        return _place(content_class, self.classes), _place(tier, self.tiers)


def _place(word: str, order: tuple[str, ...]) -> int:
    return order.index(word) if word in order else len(order)


@dataclass(frozen=True)
class Policy:
    """Everything governance decides, with the id (digest) under which it judged."""

    id: str
    roles: Roles
    quorum: Quorum
    timing: Timing
    severities: Mapping[str, str]
    declaration: tuple[str, ...]
    required_sign_off: bool = False
    lists: Lists = field(default_factory=Lists)
    profiles: tuple[Profile, ...] = ()
    tiers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    priority: Priority = field(default_factory=Priority)

    def severities_for(self, tier: str) -> Mapping[str, str]:
        """What each finding means on an account of this tier: the usual, with the tier's own on top."""
        own = self.tiers.get(tier)
        return {**self.severities, **own} if own else self.severities


def _table(document: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = document.get(name)
    if not isinstance(value, Mapping):
        raise BadPolicy(f"policy lacks the table [{name}]")
    return value


def _words(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise BadPolicy(f"{where} must be a list of words")
    return tuple(value)


def read_roles(document: Mapping[str, object]) -> Roles:
    """roles.toml: [roles.NAME] may = […]; apart = [[…]]; passkey = […]. Raises BadPolicy."""
    roles = {
        name: frozenset(_words(body.get("may"), f"[roles.{name}] may"))
        for name, body in _table(document, "roles").items()
        if isinstance(body, Mapping)
    }
    apart = document.get("apart", [])
    if not isinstance(apart, list):
        raise BadPolicy("apart must be a list of lists of roles")
    groups = tuple(frozenset(_words(group, "apart")) for group in apart)
    unknown = sorted({role for group in groups for role in group} - set(roles))
    if unknown:
        raise BadPolicy(f"apart names roles that are not defined: {', '.join(unknown)}")
    return Roles(roles, groups, _asking(document, roles, "roles"))


def _asking(document: Mapping[str, object], known: Iterable[str], what: str, name: str = "passkey") -> frozenset[str]:
    """Which of the roles, classes or tiers the list `name` holds. A misspelt one would ask nobody: BadPolicy."""
    asking = frozenset(_words(document.get(name, []), name))
    if strange := sorted(asking - set(known)):
        raise BadPolicy(f"{name} names {what} that are not defined: {', '.join(strange)}")
    return asking


def read_quorum(document: Mapping[str, object]) -> Quorum:
    """quorum.toml: classes = […]; passkey = […]; cleared = […]; [tiers.NAME] class = count >= 1. Raises BadPolicy."""
    classes = _words(document.get("classes"), "classes")
    needed: dict[str, dict[str, int]] = {}
    for tier, counts in _table(document, "tiers").items():
        if not isinstance(counts, Mapping) or set(counts) != set(classes):
            raise BadPolicy(f"[tiers.{tier}] must give a count for each of: {', '.join(classes)}")
        needed[tier] = {name: _count(value, f"[tiers.{tier}] {name}") for name, value in counts.items()}
    if not needed:
        raise BadPolicy("[tiers] is empty")
    passkey, cleared = _asking(document, classes, "classes"), _asking(document, needed, "tiers", "cleared")
    return Quorum(classes, needed, passkey, cleared)


def _count(value: object, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise BadPolicy(f"{where} must be a whole number, 1 or more: four eyes have no off-switch")
    return value


def read_priority(document: Mapping[str, object], quorum: Quorum) -> Priority:
    """priority.toml: classes and tiers of quorum.toml, each once, those that go first first. Raises BadPolicy."""
    orders = {name: _words(document.get(name), name) for name in ("classes", "tiers")}
    for name, known in (("classes", quorum.classes), ("tiers", tuple(quorum.needed))):
        if sorted(orders[name]) != sorted(known):
            raise BadPolicy(f"{name} must name each of these once: {', '.join(known)}")
    return Priority(**orders)


def read_severities(document: Mapping[str, object]) -> Mapping[str, str]:
    """checks.toml: [severity] rule = "block" | "reason" | "advise". Raises BadPolicy."""
    return _severities(_table(document, "severity"), "[severity]")


def _severities(table: Mapping[str, object], where: str) -> dict[str, str]:
    severities: dict[str, str] = {}
    for rule, word in table.items():
        if word not in SEVERITIES:  # a misspelt "block" would block nothing
            raise BadPolicy(f"{where} {rule} must be one of: {', '.join(SEVERITIES)}")
        severities[rule] = str(word)
    return severities


def read_tiers(document: Mapping[str, object]) -> Mapping[str, Mapping[str, str]]:
    """checks.toml: [tier.NAME] rule = severity, for rules that [severity] names. Raises BadPolicy."""
    known, tiers = set(_table(document, "severity")), document.get("tier", {})
    if not isinstance(tiers, Mapping):
        raise BadPolicy("tier must be tables: [tier.NAME]")
    found: dict[str, Mapping[str, str]] = {}
    for name, body in tiers.items():
        if not isinstance(body, Mapping) or (strange := sorted(set(body) - known)):
            raise BadPolicy(f"[tier.{name}] may only hold rules of [severity]: not {', '.join(strange)}")
        found[name] = _severities(body, f"[tier.{name}]")
    return found


def read_sources(document: Mapping[str, object]) -> Mapping[str, str]:
    """checks.toml: [source] rule = the policy paragraph it comes from; every rule of [severity]. Raises BadPolicy."""
    sources = {rule: str(text).strip() for rule, text in _table(document, "source").items()}
    if missing := sorted(rule for rule in _table(document, "severity") if not sources.get(rule)):
        raise BadPolicy(f"[source] must name the policy paragraph of: {', '.join(missing)}")
    return sources


def read_declaration(document: Mapping[str, object]) -> tuple[str, ...]:
    """checks.toml: [declaration] points = […]. Raises BadPolicy."""
    return _words(_table(document, "declaration").get("points"), "[declaration] points")


def read_timing(document: Mapping[str, object]) -> Timing:
    """timing.toml: seconds for each field of Timing, all above zero. Raises BadPolicy."""
    table = _table(document, "seconds")
    names = list(Timing.__dataclass_fields__)
    if set(table) != set(names):
        raise BadPolicy(f"[seconds] must hold exactly: {', '.join(names)}")
    for name, value in table.items():
        if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
            raise BadPolicy(f"[seconds] {name} must be a number above zero")
    return Timing(**{name: timedelta(seconds=float(str(table[name]))) for name in names})
