"""Accounts, applications, codes and rotating tokens of the pretend X (contract §2)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import unquote, urlencode

from connectors.simulators.pretend import Answer, Call
from connectors.simulators.x_words import SCOPES, XRules, forbidden, refuse_grant, unauthorised

ASKED = (
    *("response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"),
    "account",
)
DEAD = "Value passed for the token was invalid."


@dataclass
class Person:
    """One account; `shown` is what it presents: `name`, `picture` and `bio`."""

    id: str
    name: str
    shown: dict[str, str] = field(default_factory=dict)
    suspended: bool = False


@dataclass(frozen=True)
class Client:
    """One application; a confidential one has a secret."""

    client_id: str
    secret: str | None


@dataclass
class Grant:
    """One consent and the tokens that live by it. A used refresh token is never taken again."""

    client: Client
    person: Person
    scopes: tuple[str, ...]
    access: str = ""
    access_until: float = 0.0
    refresh: str = ""
    refresh_until: float = 0.0


@dataclass(frozen=True)
class _Code:
    client: Client
    person: Person
    redirect: str
    scopes: tuple[str, ...]
    challenge: str
    method: str
    until: float


class Registry:
    """Everyone and everything that may ask."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.gateway = Client("pretend-gateway", secrets.token_urlsafe(24))
        self.public = Client("pretend-public", None)
        self.grants: list[Grant] = []
        self._by_access: dict[str, Grant] = {}
        self._by_refresh: dict[str, Grant] = {}
        self._codes: dict[str, _Code] = {}

    def open_account(self, name: str) -> Person:
        """A new account."""
        person = Person(str(1_500_000_000_000_000_000 + len(self.people)), name)
        self.people[person.id] = person
        return person

    def find(self, account: str) -> Person:
        """By id or name. Raises KeyError."""
        for person in self.people.values():
            if account in (person.id, person.name):
                return person
        raise KeyError(f"no account {account}")

    # --- consent ------------------------------------------------------------------------------------------------------

    def ask_person(self, given: Mapping[str, str]) -> Answer:
        """The page on which somebody chooses the account and allows the client."""
        self._check_request(given)
        kept = "".join(f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">' for k, v in given.items())
        doors = "".join(
            f"<p><button name=account value={escape(person.name)}>{escape(person.name)}</button>"
            for person in self.people.values()
        )
        asks = f"<h1>Authorise the app?</h1><p>It asks for: {escape(given['scope'])}"
        page = f'<!doctype html><title>Allow?</title>{asks}<form method="post" action="/i/oauth2/authorize">{kept}'
        return Answer(200, page + doors + "</form>", {}, "text/html")

    def allow(self, given: Mapping[str, str], rules: XRules) -> Answer:
        """Somebody pressed the button: back to the redirect with a code that lives 30 s."""
        client = self._check_request(given)
        try:
            person = self.find(given.get("account", ""))
        except KeyError:
            raise refuse_grant("access_denied", "Nobody is signed in with that name") from None
        word, redirect = secrets.token_urlsafe(48), given["redirect_uri"]
        until = time.monotonic() + rules.code_life_s
        scopes, method = tuple(given["scope"].split()), given["code_challenge_method"]
        self._codes[word] = _Code(client, person, redirect, scopes, given["code_challenge"], method, until)
        joint = "&" if "?" in redirect else "?"
        back = urlencode({"state": given["state"], "code": word})
        return Answer(302, "", {"Location": f"{redirect}{joint}{back}"}, "text/html")

    def _check_request(self, given: Mapping[str, str]) -> Client:
        """Raise Refusal unless consent may be asked for so."""
        client = next((c for c in (self.gateway, self.public) if c.client_id == given.get("client_id")), None)
        if client is None:
            raise refuse_grant("invalid_request", "Value passed for the client was invalid.")
        needed = ("redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")
        missing = [name for name in needed if not given.get(name)]
        if given.get("response_type") != "code" or missing or len(given["state"]) > 500:
            raise refuse_grant("invalid_request", f"Missing or wrong: {', '.join(missing) or 'response_type or state'}")
        if given["code_challenge_method"] not in ("S256", "plain"):
            raise refuse_grant("invalid_request", "Value passed for the code_challenge_method was invalid.")
        if not given["redirect_uri"].startswith(("https://", "http://127.0.0.1")):
            raise refuse_grant("invalid_request", "Value passed for the redirect uri did not match the uri of the app.")
        if not set(given["scope"].split()) <= set(SCOPES):
            raise refuse_grant("invalid_scope", "Value passed for the scope was invalid.")
        return client

    # --- tokens -------------------------------------------------------------------------------------------------------

    def exchange(self, call: Call, given: Mapping[str, str], rules: XRules) -> dict[str, Any]:
        """Tokens for a code or for a refresh token, each taken once. Raises Refusal."""
        client = self._client(call, given)
        if given.get("grant_type") == "authorization_code":
            return self._from_code(client, given, rules)
        if given.get("grant_type") == "refresh_token":
            return self._refreshed(client, given, rules)
        raise refuse_grant("unsupported_grant_type", "Value passed for the grant_type was invalid.")

    def _from_code(self, client: Client, given: Mapping[str, str], rules: XRules) -> dict[str, Any]:
        code = self._codes.pop(given.get("code", ""), None)
        if code is None or code.client is not client or time.monotonic() >= code.until:
            raise refuse_grant("invalid_request", "Value passed for the authorization code was invalid.")
        if code.redirect != given.get("redirect_uri"):
            raise refuse_grant("invalid_request", "Value passed for the redirect uri was another one.")
        if not _proves(given.get("code_verifier", ""), code.challenge, code.method):
            raise refuse_grant("invalid_request", "Value passed for the code verifier was invalid.")
        return self.issue(client, code.person, code.scopes, rules)

    def _refreshed(self, client: Client, given: Mapping[str, str], rules: XRules) -> dict[str, Any]:
        grant = self._by_refresh.get(given.get("refresh_token", ""))
        alive = grant is not None and grant.client is client and time.monotonic() < grant.refresh_until
        alive = alive and grant is not None and "offline.access" in grant.scopes
        if grant is None or not alive or grant.refresh != given.get("refresh_token"):
            raise refuse_grant("invalid_request", DEAD)
        return self._renew(grant, rules)

    def issue(self, client: Client, person: Person, scopes: tuple[str, ...], rules: XRules) -> dict[str, Any]:
        """A new grant; a refresh token only with offline.access."""
        grant = Grant(client, person, scopes)
        self.grants.append(grant)
        return self._renew(grant, rules)

    def _renew(self, grant: Grant, rules: XRules) -> dict[str, Any]:
        now = time.monotonic()
        grant.access, grant.access_until = secrets.token_urlsafe(48), now + rules.access_life_s
        self._by_access[grant.access] = grant
        told = {"token_type": "bearer", "expires_in": int(rules.access_life_s), "access_token": grant.access}
        if "offline.access" in grant.scopes:
            grant.refresh, grant.refresh_until = secrets.token_urlsafe(48), now + rules.refresh_life_s
            self._by_refresh[grant.refresh] = grant
            told["refresh_token"] = grant.refresh
        return {**told, "scope": " ".join(grant.scopes)}

    def revoke(self, call: Call, given: Mapping[str, str]) -> None:
        """End one token of the client's own; one that nobody knows is no error."""
        client, word = self._client(call, given), given.get("token", "")
        grant = self._by_access.get(word) or self._by_refresh.get(word)
        if not word:
            raise refuse_grant("invalid_request", "Missing required parameter [token].")
        if grant is None or grant.client is not client:
            return
        if word == grant.access:
            grant.access_until = 0.0
        if word == grant.refresh:
            grant.refresh_until = 0.0

    def _client(self, call: Call, given: Mapping[str, str]) -> Client:
        """Basic for a confidential client, `client_id` in the form for a public one. Raises Refusal."""
        scheme, _, word = call.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                name, _, secret = base64.b64decode(word, validate=True).decode().partition(":")
            except ValueError:
                name, secret = "", ""
            known = unquote(name) == self.gateway.client_id
            if known and hmac.compare_digest(unquote(secret), self.gateway.secret or ""):
                return self.gateway
        elif not scheme and given.get("client_id") == self.public.client_id:
            return self.public
        raise refuse_grant("unauthorized_client", "Missing valid authorization header", 401)

    def bearer(self, word: str | None, *scopes: str) -> Person:
        """Whose live access token with those scopes this is. Raises Refusal (401, 403)."""
        grant = self._by_access.get(word or "")
        if grant is None or grant.access != word or time.monotonic() >= grant.access_until:
            raise unauthorised()
        if grant.person.suspended:
            raise forbidden("Your account is suspended and may not access this.", "client-forbidden")
        if not set(scopes) <= set(grant.scopes):
            raise forbidden("You are not permitted to perform this action.", "client-forbidden")
        return grant.person

    def expire(self, people: list[Person], what: str) -> int:
        """Let tokens of these people run out: `access`, or with `revoked` and `refresh` also what renews them."""
        hit = [grant for grant in self.grants if grant.person in people]
        for grant in hit:
            grant.access_until = 0.0 if what != "refresh" else grant.access_until
            grant.refresh_until = 0.0 if what != "access" else grant.refresh_until
        return len(hit)


def _proves(verifier: str, challenge: str, method: str) -> bool:
    if not 43 <= len(verifier) <= 128:  # RFC 7636 §4.1
        return False
    if method == "plain":
        return hmac.compare_digest(verifier, challenge)
    digest = hashlib.sha256(verifier.encode()).digest()
    return hmac.compare_digest(base64.urlsafe_b64encode(digest).decode().rstrip("="), challenge)
