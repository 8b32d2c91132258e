"""Where the courier may go: the hosts of the manifest and the account's own origin, over https, and nowhere else.

In the sandbox profile every host is mapped to a loopback address, and nothing but loopback is ever contacted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import httpx

from connectors.contract import Manifest
from gateway.domain.loopback import is_loopback
from scheduler.outcome import Faulty

Origin = tuple[str, str, int]  # scheme, host, port
_PORTS = {"https": 443, "http": 80}


class Blocked(Faulty):
    """A request to somewhere it may not go. Nothing was contacted."""


@dataclass(frozen=True)
class Sandbox:
    """`[sandbox] hosts`: platform host -> `http://127.0.0.1:port`. Raises ValueError for anything but loopback."""

    hosts: Mapping[str, str]

    def __post_init__(self) -> None:
        for host, address in self.hosts.items():
            if not _is_loopback_origin(address):
                raise ValueError(f"the sandbox maps {host} to something else than a loopback origin")

    def require(self, host: str) -> None:
        """Raise Blocked where `host` is neither mapped nor loopback."""
        if host not in self.hosts and not is_loopback(host):
            raise Blocked(f"the sandbox has no address for {host}")

    def place(self, url: httpx.URL) -> httpx.URL:
        """The url at its loopback address."""
        mapped = self.hosts.get(url.host)
        if mapped is None:
            return url
        there = _origin_url(mapped)
        return url.copy_with(scheme=there.scheme, host=there.host, port=there.port)


@dataclass(frozen=True)
class Bounds:
    """The origins one errand may speak to, and the sandbox where there is one."""

    origins: frozenset[Origin]
    sandbox: Sandbox | None

    def require(self, url: str) -> None:
        """Raise Blocked where `url` may not be asked."""
        self._require(_origin(_parsed(url)))

    def route(self, url: httpx.URL) -> httpx.URL:
        """Where the request really goes. Raises Blocked where it may not go at all."""
        self._require(_origin(url))
        return url if self.sandbox is None else self.sandbox.place(url)

    def _require(self, origin: Origin) -> None:
        scheme, host, _ = origin
        if origin not in self.origins:
            raise Blocked(f"{host} is not on the connector's list")
        if self.sandbox is not None:
            self.sandbox.require(host)
        elif scheme != "https":
            raise Blocked(f"{host} is not asked over https")


def bounds_of(manifest: Manifest, home_origin: str, sandbox: Sandbox | None) -> Bounds:
    """The origins of a manifest, with the account's own where the manifest says so. Raises Blocked."""
    origins = {_origin(_origin_url(f"https://{host}")) for host in manifest.hosts}
    if manifest.own_origin:
        origins.add(_origin(_origin_url(home_origin)))
    return Bounds(frozenset(origins), sandbox)


def _is_loopback_origin(address: str) -> bool:
    try:
        url = _parsed(address)
        return is_loopback(_origin(url)[1]) and url.path in ("", "/") and not url.query
    except Blocked:
        return False


@lru_cache(maxsize=4096)
def _origin_url(text: str) -> httpx.URL:
    """Parsing is what routing costs, and a worker knows few origins."""
    return _parsed(text)


def _parsed(text: str) -> httpx.URL:
    try:
        return httpx.URL(text)
    except httpx.InvalidURL:
        raise Blocked("an origin that cannot be read") from None


def _origin(url: httpx.URL) -> Origin:
    """Raises Blocked for a url that two readers could read differently: with a user in it, or of another scheme."""
    if url.scheme not in _PORTS or not url.host or url.userinfo:
        raise Blocked("an address of another kind than https://host")
    return url.scheme, url.host, url.port or _PORTS[url.scheme]
