"""Checks a connector by the conformance suite, found with its rehearsal by entry point or by `module:attribute`.

A package offers its connector in the group `gateway.connectors`; the Rehearsal it is checked with lies beside it
(`rehearsal:REHEARSAL`), or is offered under the same name in `gateway.rehearsals`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec

from connectors.conformance import CHECKS, NotConformant, Rehearsal
from connectors.contract import Connector, PlatformError
from connectors.registry import GROUP, LOADING, BadConnector, load
from connectors.rehearsals import REHEARSALS as OURS

REHEARSALS = "gateway.rehearsals"
# What a faulty connector raises when it is rehearsed; anything else is not its fault.
_FAULTS = (AssertionError, ArithmeticError, PlatformError, *LOADING)


@dataclass(frozen=True)
class Finding:
    """One promise: its name, what it says, and how it is broken; None where it is kept."""

    promise: str
    says: str
    broken: str | None


def find_connector(name: str) -> Connector:
    """The connector of an entry point's name, or of `module:attribute`. Raises BadConnector."""
    if ":" not in name:
        return load([name])[name]
    own = getattr(_loaded(EntryPoint("connector", name, GROUP)), "name", None)
    called = own if isinstance(own, str) else name
    return load([called], entries=[EntryPoint(called, name, GROUP)])[called]


def find_rehearsal(name: str, where: str | None = None) -> Rehearsal:
    """The rehearsal at `where` (`module:attribute`), else ours, the one that is installed as `name`, or the one beside
    the connector.

    Raises BadConnector.
    """
    if not where and name in OURS:
        return OURS[name]
    offered = list(entry_points(group=REHEARSALS, name=name)) or _beside(name)
    found = [EntryPoint(name, where, REHEARSALS)] if where else offered
    if len(found) != 1:
        raise BadConnector(f"connector {name!r}: {len(found)} packages offer its rehearsal in the group {REHEARSALS!r}")
    rehearsal = _loaded(found[0])
    if not isinstance(rehearsal, Rehearsal):
        raise BadConnector(f"rehearsal {found[0].value} of {name!r} is not a connectors.conformance.Rehearsal")
    return rehearsal


def findings(connector: Connector, rehearsal: Rehearsal) -> Iterator[Finding]:
    """Every promise of the suite in turn, kept or broken; one that is broken stops no other."""
    for check in CHECKS:
        says = " ".join((check.__doc__ or "").split())
        try:
            check(connector, rehearsal)
        except _FAULTS as fault:
            words = str(fault) if isinstance(fault, NotConformant) else f"{type(fault).__name__}: {fault}"
            yield Finding(check.__name__, says, words)
        else:
            yield Finding(check.__name__, says, None)


def _beside(name: str) -> list[EntryPoint]:
    """Where the folder of an installed connector holds its rehearsal."""
    folders = {entry.module.removesuffix(".connector") for entry in entry_points(group=GROUP, name=name)}
    return [EntryPoint(name, f"{one}.rehearsal:REHEARSAL", REHEARSALS) for one in sorted(folders) if _rehearsed(one)]


def _rehearsed(folder: str) -> bool:
    try:
        return find_spec(f"{folder}.rehearsal") is not None
    except ModuleNotFoundError:  # no folder but a single module
        return False


def _loaded(entry: EntryPoint) -> object:
    try:
        found: object = entry.load()
    except LOADING as broken:
        raise BadConnector(f"{entry.name!r} ({entry.value}): {type(broken).__name__}: {broken}") from broken
    return found
