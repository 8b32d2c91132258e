"""Finds connectors by the entry point group `gateway.connectors`, and names the offender where one is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Any, cast
from urllib.parse import urlsplit

from connectors.contract import Authorisation, Connector, Manifest
from connectors.words import Home, Limits

GROUP = "gateway.connectors"
CONVERSATIONS = ("publish", "find", "remove", "recent", "profile", "identify", "sign_in", "refresh", "revoke")
METHODS = ("limits", *CONVERSATIONS, "auth")

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
# What importing and calling someone else's module really raises. Not `Exception`: an interrupt or a failing machine
# is not the connector's fault and must not be reported as such.
LOADING = (ImportError, AttributeError, SyntaxError, NameError, TypeError, ValueError, LookupError, RuntimeError)


class BadConnector(Exception):
    """A connector that cannot be used: says which entry point of which distribution, and what is wrong with it."""


def load(names: Iterable[str] | None = None, *, entries: Iterable[EntryPoint] | None = None) -> Mapping[str, Connector]:
    """The installed connectors by name: those of `names`, or all. Nothing else is imported.

    `entries` stands in for the installed entry points. Raises BadConnector for the first that is missing, offered
    twice, or not what connectors/contract.py asks.
    """
    offered = _by_name(entry_points(group=GROUP) if entries is None else entries)
    wanted = sorted(offered) if names is None else list(dict.fromkeys(names))
    return MappingProxyType({name: _load_one(name, offered.get(name, [])) for name in wanted})


def _by_name(entries: Iterable[EntryPoint]) -> dict[str, list[EntryPoint]]:
    offered: dict[str, list[EntryPoint]] = {}
    for entry in entries:
        offered.setdefault(entry.name, []).append(entry)
    return offered


def _load_one(name: str, entries: list[EntryPoint]) -> Connector:
    if not entries:
        raise BadConnector(f"connector {name!r}: no installed package offers it in the group {GROUP!r}")
    if len(entries) > 1:
        raise BadConnector(f"connector {name!r} is offered twice: {'; '.join(_where(e) for e in entries)}")
    entry = entries[0]
    try:
        connector = entry.load()
        wrong = fault(connector, name)
    except LOADING as broken:
        raise BadConnector(f"connector {_where(entry)}: {type(broken).__name__}: {broken}") from broken
    if wrong:
        raise BadConnector(f"connector {_where(entry)}: {wrong}")
    return cast("Connector", connector)


def _where(entry: EntryPoint) -> str:
    distribution = entry.dist.name if entry.dist is not None else "an unnamed distribution"
    return f"{entry.name!r} ({entry.value}, of {distribution})"


def fault(connector: Any, name: str) -> str | None:
    """What keeps `connector` from being the connector called `name`, in words; None where nothing does."""
    if isinstance(connector, type):
        return "the entry point is a class; it must be an instance"
    if not _NAME.fullmatch(name) or getattr(connector, "name", None) != name:
        return f"its name is {getattr(connector, 'name', None)!r}, its entry point's {name!r}"
    missing = [method for method in METHODS if not callable(getattr(connector, method, None))]
    if missing:
        return f"it cannot {', '.join(missing)}"
    manifest: Any = getattr(connector, "manifest", None)
    return _manifest_fault(manifest) or _authorisation_fault(name, manifest) or _limits_fault(connector)


def _manifest_fault(manifest: Any) -> str | None:
    if not isinstance(manifest, Manifest):
        return "its manifest is not a connectors.contract.Manifest"
    fields = manifest.fields
    if (
        not (fields or manifest.authorise)
        or not all(isinstance(f, str) and f.strip() for f in fields)
        or len(set(fields)) != len(fields)
    ):
        return f"its manifest's fields must be different, non-empty names, not {fields!r}"
    strange = sorted(str(host) for host in manifest.hosts if not _HOST.fullmatch(str(host)))
    if strange:
        return f"its manifest's hosts must be plain host names, not {', '.join(strange)}"
    if not manifest.hosts and not manifest.own_origin:
        return "its manifest names no host and no own origin: it could speak to nobody"
    return None


def _authorisation_fault(name: str, manifest: Manifest) -> str | None:
    if manifest.authorise is None:
        return None
    asked = manifest.authorise(_home(name))
    if not isinstance(asked, Authorisation):
        return f"authorise() gave {type(asked).__name__}, not connectors.contract.Authorisation"
    url = urlsplit(asked.url)
    own = manifest.own_origin and url.netloc == "example.org"
    if url.scheme != "https" or url.query or not (own or url.netloc in manifest.hosts):
        return "its authorise() leads to another place than https at a host of its manifest, without a query"
    if not manifest.scopes or not {"client_id"} <= set(manifest.application) or asked.code_seconds < 1:
        return "it asks for consent without scopes, without an application's client_id or with a code that never lived"
    return None


def _home(name: str) -> Home:
    return Home(name, "https://example.org", "1", "someone")


def _limits_fault(connector: Any) -> str | None:
    limits = connector.limits(_home(connector.name))
    if not isinstance(limits, Limits):
        return f"limits() gave {type(limits).__name__}, not connectors.words.Limits"
    if not isinstance(limits.measure("a"), int) or limits.characters < 1:
        return "its limits leave no room for a single character"
    return None
