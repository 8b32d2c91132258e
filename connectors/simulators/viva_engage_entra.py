"""People and tokens of the pretend Viva Engage: Entra ID, delegated only (contract §1)."""

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
from urllib.parse import urlencode, urlsplit

from connectors.simulators.pretend import Answer
from connectors.simulators.viva_engage_words import ALL, OFFLINE, SCOPE, VivaEngageRules, entra, no_token

AUTHORISE = (
    *("client_id", "response_type", "redirect_uri", "response_mode", "scope", "state"),
    *("code_challenge", "code_challenge_method", "prompt", "login_hint"),
)
_GRANTS: Mapping[str, tuple[str, ...]] = {
    "authorization_code": ("code", "redirect_uri", "code_verifier"),
    "refresh_token": ("refresh_token",),
}


@dataclass
class Person:
    """A licensed user of the network; `group` is the community they are a member of, `shown` their face."""

    id: int
    name: str
    email: str
    group: int
    is_member: bool = True
    is_blocked: bool = False
    shown: dict[str, str] = field(default_factory=dict)


@dataclass
class Token:
    """An access or refresh token; `expires` is monotonic seconds."""

    person: Person
    expires: float
    scopes: tuple[str, ...]

    @property
    def is_live(self) -> bool:
        """Whether it opens anything now."""
        return time.monotonic() < self.expires and not self.person.is_blocked


@dataclass(frozen=True)
class _Code:
    person: Person
    redirect: str
    challenge: str
    scopes: tuple[str, ...]
    until: float


class Directory:
    """One tenant, one application, everybody in it."""

    def __init__(self) -> None:
        self.client_id, self.client_secret = "11111111-2222-3333-4444-555555555555", secrets.token_urlsafe(30)
        self.people: dict[int, Person] = {}
        self.access: dict[str, Token] = {}
        self.refresh: dict[str, Token] = {}
        self._codes: dict[str, _Code] = {}

    def enrol(self, name: str, tenant: str) -> Person:
        """A new person, member of a community of their own."""
        number = len(self.people) + 1
        person = Person(36_425_097_216 + number, name, f"{name}@{tenant}", 31_158_067_200 + number)
        self.people[person.id] = person
        return person

    def issue(self, person: Person, rules: VivaEngageRules, scopes: tuple[str, ...] = ALL) -> dict[str, Any]:
        """A new pair of tokens, as the token endpoint answers; one that refreshes with `offline_access` alone."""
        now, access, refresh = time.monotonic(), secrets.token_urlsafe(60), secrets.token_urlsafe(60)
        self.access[access] = Token(person, now + rules.access_life_s, scopes)
        told: dict[str, Any] = {"token_type": "Bearer", "scope": SCOPE, "access_token": access}
        told |= {"expires_in": int(rules.access_life_s), "ext_expires_in": int(rules.access_life_s)}
        if OFFLINE in scopes:
            self.refresh[refresh] = Token(person, now + rules.refresh_life_s, scopes)
            told["refresh_token"] = refresh
        return told

    def holder(self, word: str | None) -> Person:
        """Whose access token that is. Raises Refusal (401)."""
        token = self.access.get(word or "")
        if token is None or not token.is_live or SCOPE not in token.scopes:
            raise no_token()
        return token.person

    # --- the token endpoint -------------------------------------------------------------------------------------------

    def grant(self, given: Mapping[str, str], rules: VivaEngageRules) -> dict[str, Any]:
        """Tokens for a code, or for a refresh token, which rotates while the old one stays usable. Raises Refusal."""
        kind = given.get("grant_type", "")
        if kind not in _GRANTS:
            raise entra("unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
        needed = ("grant_type", "client_id", "client_secret", *_GRANTS[kind])
        for name in needed:
            if not given.get(name):
                raise entra("invalid_request", 900144, f"The request body must contain the parameter: '{name}'.")
        strange = sorted(given.keys() - {*needed, "scope"})
        if strange:
            raise entra("invalid_request", 9000411, f"The parameter '{strange[0]}' is not known here.")
        self._check_client(given)
        _check_scope(given.get("scope", SCOPE))
        if kind == "refresh_token":
            return self._refreshed(given["refresh_token"], rules)
        return self._exchanged(given, rules)

    def _check_client(self, given: Mapping[str, str]) -> None:
        if given["client_id"] != self.client_id:
            raise entra("unauthorized_client", 700016, "Application was not found in the directory.")
        if not hmac.compare_digest(given["client_secret"], self.client_secret):
            raise entra("invalid_client", 7000215, "Invalid client secret provided.", status=401)

    def _refreshed(self, word: str, rules: VivaEngageRules) -> dict[str, Any]:
        token = self.refresh.get(word)
        if token is None or OFFLINE not in token.scopes:
            raise entra("invalid_grant", 9002313, "Invalid request. Request is malformed or invalid.")
        if token.person.is_blocked:
            told = "you must use multi-factor authentication to access the resource."
            raise entra("invalid_grant", 50076, told, suberror="basic_action")
        if not token.is_live:
            raise entra("invalid_grant", 700082, "The refresh token has expired due to inactivity.")
        return self.issue(token.person, rules, token.scopes)

    def _exchanged(self, given: Mapping[str, str], rules: VivaEngageRules) -> dict[str, Any]:
        code = self._codes.pop(given["code"], None)
        if code is None or time.monotonic() >= code.until:
            raise entra("invalid_grant", 70008, "The provided authorization code has expired or was used.")
        digest = base64.urlsafe_b64encode(hashlib.sha256(given["code_verifier"].encode()).digest()).decode().rstrip("=")
        if not hmac.compare_digest(digest, code.challenge):
            raise entra("invalid_grant", 501481, "The Code_Verifier does not match the code_challenge.")
        if given["redirect_uri"] != code.redirect:
            raise entra("invalid_grant", 500112, "The reply address does not match the one of the code.")
        return self.issue(code.person, rules, code.scopes)

    # --- the page of consent ------------------------------------------------------------------------------------------

    def ask_person(self, given: Mapping[str, str]) -> Answer:
        """The page on which somebody signs in and allows the application. Raises Refusal."""
        self._check_request(given)
        kept = "".join(f'<input type="hidden" name="{name}" value="{escape(v)}">' for name, v in given.items())
        doors = "".join(
            f"<p><button name=account value={one.id}>{escape(one.email)}</button>" for one in self.people.values()
        )
        page = f'<!doctype html><title>Sign in</title><h1>Pick an account</h1><form method="post">{kept}{doors}</form>'
        return Answer(200, page, {}, "text/html")

    def allow(self, given: Mapping[str, str], life_s: float) -> Answer:
        """Somebody signed in: the code goes back by a redirect. Raises Refusal."""
        self._check_request(given)
        person = self.people.get(int(given["account"])) if given.get("account", "").isdecimal() else None
        if person is None or person.is_blocked:
            raise entra("access_denied", 65004, "User declined to consent to access the app.")
        word = secrets.token_urlsafe(60)
        scopes, until = tuple(given["scope"].split()), time.monotonic() + life_s
        self._codes[word] = _Code(person, given["redirect_uri"], given["code_challenge"], scopes, until)
        back = {"code": word, "session_state": "pretend", **({"state": given["state"]} if "state" in given else {})}
        return Answer(302, "", {"Location": f"{given['redirect_uri']}?{urlencode(back)}"}, "text/html")

    def _check_request(self, given: Mapping[str, str]) -> None:
        """PKCE by S256 is asked for (contract §1)."""
        if given.get("client_id") != self.client_id:
            raise entra("unauthorized_client", 700016, "Application was not found in the directory.")
        if given.get("response_type") != "code" or given.get("response_mode", "query") != "query":
            raise entra("unsupported_response_type", 700054, "The response_type or response_mode is not enabled.")
        if not given.get("code_challenge") or given.get("code_challenge_method") != "S256":
            raise entra("invalid_request", 9002325, "Proof Key for Code Exchange is required, by S256.")
        where = urlsplit(given.get("redirect_uri", ""))
        if where.scheme != "https" and where.hostname not in ("localhost", "127.0.0.1"):
            raise entra("invalid_request", 50011, "The redirect URI does not match one of the application.")
        _check_scope(given.get("scope", ""))


def _check_scope(scope: str) -> None:
    asked = set(scope.split())
    if SCOPE not in asked or not asked <= {SCOPE, OFFLINE, "openid", "profile"}:
        raise entra("invalid_scope", 70011, "The provided value for the input parameter 'scope' is not valid.")
