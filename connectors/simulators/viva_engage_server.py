"""The pretend Viva Engage around its messages: the wire with its three hosts, sign-in, who calls."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from connectors.simulators.meters import Allowance, Meter
from connectors.simulators.pretend import Answer, Call, Refusal
from connectors.simulators.routing import Routed
from connectors.simulators.truth import Truth
from connectors.simulators.viva_engage_entra import AUTHORISE, Directory, Person
from connectors.simulators.viva_engage_words import VivaEngageRules, entra, error, read_grant, refuse

_WINDOW_S = 30
_API, _FILES, _SIGN_IN = "www.yammer.com", "filesng.yammer.com", "login.microsoftonline.com"
_HOSTS = (("/api/v1/", _API), ("/v4/", _FILES), ("/", _SIGN_IN))
_LOOPBACK = ("127.0.0.1", "localhost")
_TROUBLE = {403: "Forbidden.", 500: "Internal Server Error.", 502: "Bad Gateway.", 503: "Service Unavailable."}
_RATE_WORDS = "Rate limited due to excessive requests."


class VivaEngageServer(Routed):
    """Everything but messages and files; abstract."""

    name: ClassVar[str] = "viva_engage"

    def __init__(self, truth: Truth, rules: VivaEngageRules | None = None) -> None:
        super().__init__(truth)
        self.rules: VivaEngageRules = rules or VivaEngageRules()
        self.directory = Directory()
        self._meters: dict[tuple[int, str], Meter] = {}
        self.exact = {}
        self.numbered = [
            ("GET", re.compile(r"/([\w.-]+)/oauth2/v2\.0/authorize"), self._ask_person),
            ("POST", re.compile(r"/([\w.-]+)/oauth2/v2\.0/authorize"), self._allow),
            ("POST", re.compile(r"/([\w.-]+)/oauth2/v2\.0/token"), self._grant),
            ("GET", re.compile(r"/api/v1/users/(current)\.json"), self._current),
        ]

    # --- the wire -----------------------------------------------------------------------------------------------------

    def apply(self, call: Call) -> Answer:
        """See Pretend; three hosts live here, and each answers for its own places only."""
        host = call.headers.get("Host", "").partition(":")[0]
        own = next(host_of for prefix, host_of in _HOSTS if call.path.startswith(prefix))
        return super().apply(call) if host in (*_LOOPBACK, own) else self.nowhere(call)

    def nowhere(self, call: Call) -> Answer:
        """See Pretend: a page for people, as such places answer."""
        return Answer(404, "<html><body>Page not found</body></html>", {}, "text/html")

    def expired(self) -> Answer:
        """See Pretend."""
        return Answer(401, error("Token not found.", 16))

    def trouble(self, status: int, seconds: float) -> Answer:
        """See Pretend. Neither quotas nor when to come back are told (contract §7)."""
        if status in (429, self.rules.throttle_status):
            return Answer(self.rules.throttle_status, error(_RATE_WORDS, 33))
        return Answer(status, f"<html><body>{_TROUBLE.get(status, 'Sorry.')}</body></html>", {}, "text/html")

    def too_large(self) -> Answer:
        """See Pretend."""
        return Answer(413, "Request Entity Too Large", {}, "text/plain")

    def rate_headers(self, meters: Sequence[Meter]) -> Mapping[str, str]:
        """None."""
        return {}

    # --- sign-in ------------------------------------------------------------------------------------------------------

    def _ask_person(self, call: Call, tenant: str) -> Answer:
        self._check_tenant(tenant)
        return self.directory.ask_person(call.query(AUTHORISE, strange))

    def _allow(self, call: Call, tenant: str) -> Answer:
        self._check_tenant(tenant)
        return self.directory.allow(read_grant(call), self.rules.code_life_s)

    def _grant(self, call: Call, tenant: str) -> Answer:
        self._check_tenant(tenant)
        return Answer(200, self.directory.grant(read_grant(call), self.rules), {"Cache-Control": "no-store"})

    def _check_tenant(self, tenant: str) -> None:
        if tenant not in (self.rules.tenant, "organizations"):
            raise entra("invalid_tenant", 90002, f"Tenant '{tenant}' not found.")

    def person(self, call: Call, what: str = "else") -> Person:
        """Who calls, counted: messages on their own, everything else together. Raises Refusal."""
        person = self.directory.holder(call.bearer)
        allowance = Allowance(self.rules.calls_per_30s, _WINDOW_S)
        meter = self._meters.get((person.id, what))
        if meter is None or meter.allowance != allowance:
            meter = self._meters[(person.id, what)] = Meter(allowance)
        self.spend(call, [meter])
        return person

    def _current(self, call: Call, _: str) -> Answer:
        person = self.person(call)
        call.query((), strange)
        picture = f"https://mugshots.yammer.com/mugshot/images/48x48/{person.shown.get('picture', 'no_photo')}.png"
        return Answer(
            200,
            {
                "type": "user",
                "id": person.id,
                "network_id": self.rules.network_id,
                "state": "active",
                "full_name": person.shown.get("name", person.name),
                "name": person.name,
                "email": person.email,
                "summary": person.shown.get("bio", ""),
                "mugshot_url": picture,
                "web_url": f"https://www.yammer.com/{self.rules.tenant}/users/{person.id}",
                "admin": "false",
                "verified_admin": "false",
            },
        )


def strange(name: str) -> Refusal:
    """What an unknown parameter is told."""
    return refuse(400, f"The parameter {name} is not known here.")
