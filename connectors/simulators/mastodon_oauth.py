"""Accounts, applications, codes and access tokens of the pretend Mastodon server (contract §1)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import urlencode

from connectors.simulators.mastodon_words import invalid, refuse
from connectors.simulators.pretend import Answer

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
GATEWAY_SCOPES = "read:accounts read:statuses write:statuses write:media"


@dataclass
class Person:
    """One account on the server; `shown` is what it presents: `name`, `picture` (a file's name) and `bio`."""

    id: str
    name: str
    suspended: bool = False
    shown: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Application:
    """One registered client."""

    id: str
    name: str
    website: str | None
    redirects: tuple[str, ...]
    scopes: tuple[str, ...]
    client_id: str
    client_secret: str

    def shown(self) -> dict[str, str | None]:
        """The `application` of a status."""
        return {"name": self.name, "website": self.website}


@dataclass
class Token:
    """One access token; `person` is None for an application's own. `state`: live, revoked or expired."""

    application: Application
    person: Person | None
    scopes: tuple[str, ...]
    state: str = "live"

    def covers(self, scope: str) -> bool:
        """Whether `scope` (as `write:media`) is granted, itself or by its family."""
        return scope in self.scopes or scope.partition(":")[0] in self.scopes


@dataclass
class _Code:
    application: Application
    person: Person
    redirect: str
    scopes: tuple[str, ...]
    challenge: str | None
    until: float


class Registry:
    """Everyone and everything that may ask."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.by_name: dict[str, Person] = {}
        self.tokens: dict[str, Token] = {}
        self._applications: dict[str, Application] = {}
        self._codes: dict[str, _Code] = {}
        self.web = self.register("Web", ("about:blank",), ("read", "write"), None)

    def open_account(self, name: str) -> Person:
        """A new account."""
        person = Person(str(110_000_000_000_000_000 + len(self.people)), name)
        self.people[person.id] = self.by_name[name] = person
        return person

    def register(self, name: str, redirects: Sequence[str], scopes: Sequence[str], website: str | None) -> Application:
        """A new client."""
        words = (secrets.token_urlsafe(32), secrets.token_urlsafe(32))
        number = str(len(self._applications) + 1)
        application = Application(number, name, website, tuple(redirects), tuple(scopes), *words)
        self._applications[application.client_id] = application
        return application

    def issue(self, application: Application, person: Person | None, scopes: Sequence[str]) -> str:
        """A new access token. It does not expire and is not refreshed."""
        word = secrets.token_urlsafe(32)
        self.tokens[word] = Token(application, person, tuple(scopes))
        return word

    def check_request(self, given: Mapping[str, str]) -> Application:
        """The client of a valid authorisation request. Raises Refusal."""
        application = self._applications.get(given.get("client_id", ""))
        if application is None:
            raise refuse(401, "invalid_client", "Client authentication failed due to unknown client.")
        if given.get("redirect_uri") not in application.redirects:
            raise refuse(400, "invalid_request", "The requested redirect uri is malformed or doesn't match.")
        if given.get("response_type") != "code":
            raise refuse(400, "unsupported_response_type", "The authorization server does not support this.")
        if not set(given.get("scope", "read").split()) <= set(application.scopes):
            raise refuse(400, "invalid_scope", "The requested scope is invalid, unknown, or malformed.")
        if "code_challenge" in given and given.get("code_challenge_method") != "S256":
            raise refuse(400, "invalid_code_challenge_method", "The code_challenge_method must be S256.")
        return application

    def allow(self, given: Mapping[str, str], life_s: float) -> Answer:
        """Somebody pressed the button: the code, shown (out of band) or sent back by a redirect."""
        application = self.check_request(given)
        person = self.by_name.get(given.get("account", ""))
        if person is None:
            raise refuse(403, "Your login is currently disabled")
        word, redirect = secrets.token_urlsafe(32), given["redirect_uri"]
        scopes = tuple(given.get("scope", "read").split())
        challenge = given.get("code_challenge")
        self._codes[word] = _Code(application, person, redirect, scopes, challenge, time.monotonic() + life_s)
        if redirect == OUT_OF_BAND:
            return Answer(200, f'<!doctype html><p>Copy this code: <input readonly value="{word}">', {}, "text/html")
        back = {"code": word, **({"state": given["state"]} if "state" in given else {})}
        joint = "&" if "?" in redirect else "?"
        return Answer(302, "", {"Location": f"{redirect}{joint}{urlencode(back)}"}, "text/html")

    def ask_person(self, given: Mapping[str, str]) -> Answer:
        """The page on which somebody chooses the account and allows the client."""
        application = self.check_request(given)
        kept = "".join(f'<input type="hidden" name="{k}" value="{escape(v)}">' for k, v in given.items())
        doors = "".join(
            f"<p><button name=account value={escape(name)}>{escape(name)}</button>" for name in self.by_name
        )
        ask = f"<h1>Allow {escape(application.name)}?</h1><p>It asks for: {escape(given.get('scope', 'read'))}"
        page = f'<!doctype html><title>Allow?</title>{ask}<form method="post" action="/oauth/authorize">{kept}{doors}'
        return Answer(200, page + "</form>", {}, "text/html")

    def exchange(self, given: Mapping[str, str]) -> dict[str, Any]:
        """An access token for a code (once) or for the application itself. Raises Refusal."""
        application = self._client(given, 401, "invalid_client")
        if given.get("grant_type") == "client_credentials":
            scopes, person = tuple(given.get("scope", "read").split()), None
            if not set(scopes) <= set(application.scopes):
                raise refuse(400, "invalid_scope", "The requested scope is invalid, unknown, or malformed.")
        elif given.get("grant_type") == "authorization_code":
            code = self._codes.pop(given.get("code", ""), None)
            if code is None or not _may_use(code, application, given):
                raise refuse(400, "invalid_grant", "The provided authorization grant is invalid, expired or revoked.")
            scopes, person = code.scopes, code.person
        else:
            raise refuse(400, "unsupported_grant_type", "The authorization grant type is not supported.")
        word = self.issue(application, person, scopes)
        return {
            "access_token": word,
            "token_type": "Bearer",
            "scope": " ".join(scopes),
            "created_at": int(time.time()),
        }

    def revoke(self, given: Mapping[str, str]) -> None:
        """Revoke a token of the client's own; a token nobody knows is no error. Raises Refusal."""
        application = self._client(given, 403, "unauthorized_client")
        token = self.tokens.get(given.get("token", ""))
        if token is None:
            return
        if token.application is not application:
            raise refuse(403, "unauthorized_client", "You are not authorized to revoke this token")
        token.state = "revoked"

    def _client(self, given: Mapping[str, str], status: int, error: str) -> Application:
        application = self._applications.get(given.get("client_id", ""))
        secret = given.get("client_secret", "")
        if application is None or not hmac.compare_digest(application.client_secret, secret):
            raise refuse(status, error, "Client authentication failed.")
        return application

    def token(self, word: str | None, scope: str) -> Token:
        """A live token that covers `scope`. Raises Refusal (401, 403)."""
        token = self.tokens.get(word or "")
        if token is None:
            raise refuse(401, "The access token is invalid")
        if token.state != "live":
            raise refuse(401, f"The access token {'was revoked' if token.state == 'revoked' else 'expired'}")
        if token.person and token.person.suspended:
            raise refuse(403, "Your login is currently disabled")
        if not token.covers(scope) and not (scope == "read:accounts" and "profile" in token.scopes):
            raise refuse(403, "This action is outside the authorized scopes")
        return token


def describe(application: Application) -> dict[str, Any]:
    """The answer to a registration."""
    return {
        "id": application.id,
        "name": application.name,
        "website": application.website,
        "scopes": list(application.scopes),
        "redirect_uris": list(application.redirects),
        "redirect_uri": "\n".join(application.redirects),
        "client_id": application.client_id,
        "client_secret": application.client_secret,
        "client_secret_expires_at": 0,
    }


def check_registration(given: Mapping[str, Any]) -> None:
    """Raise Refusal unless an application may be registered so."""
    if not given.get("client_name", "").strip():
        raise invalid("Name can't be blank")
    if not given.get("redirect_uris") or not all(":" in uri for uri in given["redirect_uris"]):
        raise invalid("Redirect URI must be an absolute URI.")


def _may_use(code: _Code, application: Application, given: Mapping[str, str]) -> bool:
    """A code is for one client, one redirect and one PKCE verifier, and not for long."""
    if code.application is not application or code.redirect != given.get("redirect_uri"):
        return False
    if time.monotonic() >= code.until:
        return False
    if code.challenge is None:
        return "code_verifier" not in given
    digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=") == code.challenge
