"""Profiles: dated tightenings of policy: pre-election period, national mourning, polling day (P6; embargo.md 4).

A profile only ever tightens: a severity it names is raised, never lowered, and rules of its own run while it is active.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from connectors.words import Outgoing
from gateway.domain.check import Rule
from gateway.domain.instant import Now, parse_rfc3339
from gateway.domain.rules.occasions import OCCASIONS

ORDER = {"advise": 0, "reason": 1, "block": 2}


class BadProfile(ValueError):
    """profiles.toml does not say what it must; the message names the profile and what to change."""


@dataclass(frozen=True)
class Profile:
    """A span [begins, ends) in which policy is stricter.

    `severities` raise rules; `rules` are occasions' own rules to run; `held_classes` are content classes of which
    nothing goes; `holds_releases` holds what is bound to a release (polling day: no releases).
    """

    name: str
    title: str
    source: str
    begins: datetime
    ends: datetime
    severities: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    held_classes: frozenset[str] = frozenset()
    holds_releases: bool = False


@dataclass(frozen=True)
class Forecast:
    """A submission to preview: its id, content class, exact Outgoings, and when it is to go (None: not yet known)."""

    id: str
    content_class: str
    outgoings: tuple[Outgoing, ...]
    at: datetime | None = None


@dataclass(frozen=True)
class Held:
    """What a profile would do to one submission: `why` in words, the rules among them by id."""

    submission: str
    profile: str
    why: tuple[str, ...]


def read_profiles(document: Mapping[str, object]) -> tuple[Profile, ...]:
    """profiles.toml: [[profile]] tables, instants in RFC 3339 with their offset. Raises BadProfile."""
    tables = document.get("profile", [])
    if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
        raise BadProfile("profiles.toml must hold [[profile]] tables")
    profiles = tuple(_profile(table) for table in tables)
    names = [profile.name for profile in profiles]
    if len(set(names)) != len(names):
        raise BadProfile("two profiles have one name: give each its own, with its year")
    return profiles


def _profile(table: Mapping[str, object]) -> Profile:
    name = _text(table, "name", "a profile")
    begins, ends = _instant(table, "begins", name), _instant(table, "ends", name)
    if begins >= ends:
        raise BadProfile(f"profile {name} ends before it begins")
    unknown = set(table) - {*Profile.__dataclass_fields__, "severity"}
    if unknown:
        raise BadProfile(f"profile {name}: no such entry: {', '.join(sorted(unknown))}")
    return Profile(
        name,
        _text(table, "title", name),
        _text(table, "source", name),
        begins,
        ends,
        _severities(table.get("severity", {}), name),
        _rules(table.get("rules", []), name),
        frozenset(_words(table.get("held_classes", []), f"profile {name} held_classes")),
        table.get("holds_releases", False) is True,
    )


def _text(table: Mapping[str, object], key: str, name: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise BadProfile(f"{name} lacks {key}")
    return value


def _instant(table: Mapping[str, object], key: str, name: str) -> datetime:
    try:
        return parse_rfc3339(_text(table, key, name))
    except ValueError as fault:
        raise BadProfile(f"profile {name} {key} must be an instant with its offset: {fault}") from fault


def _severities(value: object, name: str) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or any(word not in ORDER for word in value.values()):
        raise BadProfile(f"profile {name}: a severity must be one of: {', '.join(ORDER)}")
    return {str(rule): str(word) for rule, word in value.items()}


def _words(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise BadProfile(f"{where} must be a list of words")
    return tuple(value)


def _rules(value: object, name: str) -> tuple[str, ...]:
    names = _words(value, f"profile {name} rules")
    if unknown := [one for one in names if one not in OCCASIONS]:
        raise BadProfile(f"profile {name}: no such occasion's rule: {', '.join(unknown)}")
    return names


def active(profiles: Iterable[Profile], now: Now) -> tuple[Profile, ...]:
    """The profiles that may be in force: a wrong clock begins one early and ends it late, never the other way."""
    return tuple(p for p in profiles if now.maybe_past(p.begins) and not now.surely_past(p.ends))


def holding(profiles: Iterable[Profile], content_class: str, *, bound: bool) -> Profile | None:
    """The first profile under which nothing of this class goes, or nothing bound to a release; else None."""
    return next((p for p in profiles if content_class in p.held_classes or (bound and p.holds_releases)), None)


def apply(severities: Mapping[str, str], *profiles: Profile) -> dict[str, str]:
    """The severities with each profile's on top; of two, the stricter. What policy does not name keeps blocking."""
    tightened = dict(severities)
    for profile in profiles:
        for rule, word in profile.severities.items():
            before = tightened.get(rule, "advise" if rule in profile.rules else "block")
            tightened[rule] = max(before, word, key=ORDER.__getitem__)
    return tightened


def rules_in(rules: Iterable[Rule], *profiles: Profile) -> tuple[Rule, ...]:
    """The rules with those of the occasions, each once."""
    names = dict.fromkeys(name for profile in profiles for name in profile.rules)
    return (*rules, *(OCCASIONS[name] for name in names))


def preview(
    forecasts: Iterable[Forecast], profile: Profile, rules: Iterable[Rule], severities: Mapping[str, str]
) -> tuple[Held, ...]:
    """What a profile would hold that policy alone would let go: what is to go within its span, or at no known time."""
    tightened, all_rules, usual = apply(severities, profile), rules_in(rules, profile), tuple(rules)
    held = []
    for forecast in forecasts:
        if forecast.at is not None and not profile.begins <= forecast.at < profile.ends:
            continue
        why = (*_held_whole(forecast, profile), *_held_by(forecast, all_rules, tightened, usual, severities))
        if why:
            held.append(Held(forecast.id, profile.name, why))
    return tuple(held)


def _held_whole(forecast: Forecast, profile: Profile) -> Iterable[str]:
    if profile.holds_releases and any(outgoing.release for outgoing in forecast.outgoings):
        yield "it is bound to a release"
    if forecast.content_class in profile.held_classes:
        yield f"nothing of class {forecast.content_class} goes"


def _held_by(
    forecast: Forecast,
    rules: tuple[Rule, ...],
    severities: Mapping[str, str],
    usual: tuple[Rule, ...],
    usually: Mapping[str, str],
) -> Iterable[str]:
    now, before = strictest(forecast.outgoings, rules, severities), strictest(forecast.outgoings, usual, usually)
    for rule in sorted(now):
        if ORDER[now[rule]] > ORDER[before.get(rule, "advise")]:
            yield rule


def strictest(outgoings: Iterable[Outgoing], rules: Iterable[Rule], severities: Mapping[str, str]) -> dict[str, str]:
    """The severity of every rule that hits any of the Outgoings; a rule policy does not name blocks."""
    all_rules = tuple(rules)
    hit = {hit.rule for outgoing in outgoings for rule in all_rules for hit in rule(outgoing)}
    return {rule: severities.get(rule, "block") for rule in hit}
