"""The pretend Mastodon server around its statuses: the wire, sign-in, instance, allowances, accounts."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from connectors.simulators import mastodon_oauth as oauth
from connectors.simulators.mastodon_oauth import Person, Registry, Token
from connectors.simulators.mastodon_statuses import describe_person
from connectors.simulators.mastodon_words import (
    APPLICATION,
    AUTHORISE,
    AUTHORISE_NAMES,
    IDEMPOTENCY_MODES,
    IMAGE_TYPES,
    REVOKE,
    TOKEN,
    MastodonRules,
    invalid,
    iso,
    read_input,
    refuse,
)
from connectors.simulators.meters import Allowance, Meter
from connectors.simulators.pretend import Answer, Call
from connectors.simulators.routing import Routed
from connectors.simulators.truth import Truth

_ERRORS = {429: "Too many requests", 500: "500", 502: "Bad Gateway", 503: "Remote data could not be fetched"}


class MastodonServer(Routed):
    """Everything but statuses and media; abstract."""

    name: ClassVar[str] = "mastodon"
    typed: ClassVar[Mapping[str, str]] = {"access_token": "access_token"}
    called: ClassVar[str] = "acct"

    def __init__(self, truth: Truth, rules: MastodonRules | None = None) -> None:
        super().__init__(truth)
        self.rules: MastodonRules = rules or MastodonRules()
        _check_mode(self.rules.idempotency)
        self.registry = Registry()
        self._meters: dict[tuple[str, str], Meter] = {}
        self._gateway = self.registry.register("Gateway", (oauth.OUT_OF_BAND,), oauth.GATEWAY_SCOPES.split(), None)
        self.numbered = []
        self.exact = {
            ("POST", "/api/v1/apps"): self._register,
            ("GET", "/oauth/authorize"): self._ask_person,
            ("POST", "/oauth/authorize"): self._allow,
            ("POST", "/oauth/token"): self._exchange,
            ("POST", "/oauth/revoke"): self._revoke,
            ("GET", "/.well-known/oauth-authorization-server"): self._discover,
            ("GET", "/api/v2/instance"): self._instance,
            ("GET", "/api/v1/accounts/verify_credentials"): self._verify,
        }

    # --- the wire -----------------------------------------------------------------------------------------------------

    def nowhere(self, call: Call) -> Answer:
        """See Pretend."""
        return Answer(404, {"error": "Not Found"})

    def expired(self) -> Answer:
        """See Pretend."""
        return Answer(401, {"error": "The access token expired"})

    def trouble(self, status: int, seconds: float) -> Answer:
        """See Pretend; the reset is ISO 8601 (contract §7)."""
        reset = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "0"}
        headers = {**reset, "X-RateLimit-Reset": iso(time.time() + seconds, "microseconds")} if status == 429 else {}
        return Answer(status, {"error": _ERRORS.get(status, "This action is not allowed")}, headers)

    def too_large(self) -> Answer:
        """See Pretend."""
        return Answer(413, {"error": "Payload too large"})

    def rate_headers(self, meters: Sequence[Meter]) -> Mapping[str, str]:
        """Of whichever limit is nearest (contract §7)."""
        now = time.monotonic()
        nearest = min(meters, key=lambda meter: meter.left(now))
        return {
            "X-RateLimit-Limit": str(nearest.allowance.points),
            "X-RateLimit-Remaining": str(nearest.left(now)),
            "X-RateLimit-Reset": iso(time.time() + nearest.resets(now) - now, "microseconds"),
        }

    def change_rules(self, changes: Mapping[str, Any]) -> None:
        """See Pretend."""
        _check_mode(changes.get("idempotency", self.rules.idempotency))
        super().change_rules(changes)

    # --- sign-in ------------------------------------------------------------------------------------------------------

    def _register(self, call: Call) -> Answer:
        given = read_input(call, APPLICATION)
        oauth.check_registration(given)
        scopes = given.get("scopes", "read").split()
        made = self.registry.register(given["client_name"], given["redirect_uris"], scopes, given.get("website"))
        return Answer(200, oauth.describe(made))

    def _ask_person(self, call: Call) -> Answer:
        return self.registry.ask_person(call.query(AUTHORISE_NAMES, lambda name: invalid(f"{name} is not known here")))

    def _allow(self, call: Call) -> Answer:
        return self.registry.allow(read_input(call, AUTHORISE), self.rules.code_life_s)

    def _exchange(self, call: Call) -> Answer:
        return Answer(200, self.registry.exchange(read_input(call, TOKEN)), {"Cache-Control": "no-store"})

    def _revoke(self, call: Call) -> Answer:
        self.registry.revoke(read_input(call, REVOKE))
        return Answer(200, {})

    def _discover(self, call: Call) -> Answer:
        names = {"authorize": "authorization", "token": "token", "revoke": "revocation"}
        return Answer(
            200,
            {
                "issuer": f"{call.origin}/",
                **{f"{word}_endpoint": f"{call.origin}/oauth/{path}" for path, word in names.items()},
                "app_registration_endpoint": f"{call.origin}/api/v1/apps",
                "scopes_supported": ["read", "profile", "write", *oauth.GATEWAY_SCOPES.split()],
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code", "client_credentials"],
                "code_challenge_methods_supported": ["S256"],
            },
        )

    def _verify(self, call: Call) -> Answer:
        return Answer(200, describe_person(self.person(call, "read:accounts"), call.origin))

    def _instance(self, call: Call) -> Answer:
        self._count_address(call)
        rules = self.rules
        described = {"description_limit": rules.description_limit} if rules.description_limit else {}
        statuses = ("max_characters", "max_media_attachments", "characters_reserved_per_url")
        return Answer(
            200,
            {
                "domain": call.origin.partition("://")[2],
                "title": "Pretend Mastodon",
                "version": rules.version,
                "configuration": {
                    "urls": {},
                    "statuses": {name: getattr(rules, name) for name in statuses},
                    "media_attachments": {
                        "supported_mime_types": list(IMAGE_TYPES),
                        **described,
                        "image_size_limit": rules.image_size_limit,
                        "image_matrix_limit": rules.image_matrix_limit,
                    },
                },
            },
        )

    # --- who asks -----------------------------------------------------------------------------------------------------

    def author(self, call: Call, scope: str) -> tuple[Token, Person]:
        """The token and person of a request, counted. Raises Refusal."""
        token = self.registry.token(call.bearer, scope)
        if token.person is None:
            raise refuse(422, "This method requires an authenticated user")
        self.spend(call, [self.meter(token.person.id, "requests", self.rules.requests_per_5min, 300)])
        return token, token.person

    def person(self, call: Call, scope: str) -> Person:
        """The person of a request, counted. Raises Refusal."""
        return self.author(call, scope)[1]

    def viewer(self, call: Call) -> Person | None:
        """Whoever reads: a person with a token, or anybody."""
        if "Authorization" in call.headers:
            return self.person(call, "read:statuses")
        self._count_address(call)
        return None

    def _count_address(self, call: Call) -> None:
        if self.rules.requests_per_address:
            self.spend(call, [self.meter("", "address", self.rules.requests_per_address, 300)])

    def meter(self, whose: str, what: str, points: int, seconds: int) -> Meter:
        """The meter of one person for one thing."""
        allowance = Allowance(points, seconds)
        meter = self._meters.get((whose, what))
        if meter is None or meter.allowance != allowance:
            meter = self._meters[(whose, what)] = Meter(allowance)
        return meter

    # --- behind the stage ---------------------------------------------------------------------------------------------

    def add_accounts(self, count: int, prefix: str) -> list[dict[str, str]]:
        """See Pretend: each with a token of the application "Gateway", as an admin may paste it (contract §1.4)."""
        return [self._add_account(prefix) for _ in range(count)]

    def _add_account(self, prefix: str) -> dict[str, str]:
        person = self.registry.open_account(f"{prefix}{len(self.registry.people) + 1}")
        application = self._gateway
        return {
            "id": person.id,
            "acct": person.name,
            "access_token": self.registry.issue(application, person, application.scopes),
            "client_id": application.client_id,
            "client_secret": application.client_secret,
        }

    def granted(self, account: str) -> Iterable[Token]:
        """See Pretend."""
        person = self.find_person(account)
        return [token for token in self.registry.tokens.values() if token.person is person]

    def expire(self, account: str | None, what: str) -> int:
        """`access` (expired), `revoked` (both 401), `suspended` (403)."""
        people = [self.find_person(account)] if account else list(self.registry.people.values())
        if what == "suspended":
            for person in people:
                person.suspended = True
            return len(people)
        if what not in ("access", "revoked"):
            raise ValueError("what is access, revoked or suspended")
        live = [token for token in self.registry.tokens.values() if token.person in people and token.state == "live"]
        for token in live:
            token.state = "expired" if what == "access" else "revoked"
        return len(live)

    def find_person(self, account: str) -> Person:
        """By id or name. Raises KeyError."""
        person = self.registry.people.get(account) or self.registry.by_name.get(account)
        if person is None:
            raise KeyError(f"no account {account}")
        return person


def _check_mode(mode: str) -> None:
    if mode not in IDEMPOTENCY_MODES:
        raise ValueError(f"idempotency is one of {', '.join(IDEMPOTENCY_MODES)}")
