"""Members, organisations and tokens of the pretend LinkedIn (contract §2): a member acts by their role on a Page."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import urlencode

from connectors.simulators.linkedin_words import SCOPES, LinkedInRules, denied, fault, refuse_grant
from connectors.simulators.pretend import Answer, Refusal

ASKED = ("response_type", "client_id", "redirect_uri", "state", "scope")
STATES: Mapping[str, tuple[int, str, str]] = {
    "revoked": (65601, "REVOKED_ACCESS_TOKEN", "The token used in the request has been revoked by the user"),
    "expired": (65602, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired"),
    "unknown": (65600, "INVALID_ACCESS_TOKEN", "Invalid access token"),
}


@dataclass
class Page:
    """One organisation. `shown` is what it presents: `name`, `picture` and `bio`; `admins` are members' ids."""

    id: str
    vanity: str
    shown: dict[str, str] = field(default_factory=dict)
    admins: set[str] = field(default_factory=set)

    @property
    def urn(self) -> str:
        """Its URN."""
        return f"urn:li:organization:{self.id}"


@dataclass
class Token:
    """An access or refresh token; times are monotonic seconds."""

    member: str
    scopes: tuple[str, ...]
    since: float
    until: float
    revoked: bool = False

    @property
    def state(self) -> str:
        """`active`, `revoked` or `expired`."""
        if self.revoked:
            return "revoked"
        return "active" if time.monotonic() < self.until else "expired"


@dataclass(frozen=True)
class _Code:
    member: str
    redirect: str
    scopes: tuple[str, ...]
    until: float


class Registry:
    """One application, the members who may consent, their Pages."""

    def __init__(self) -> None:
        self.client_id, self.client_secret = "86pretend" + secrets.token_hex(4), secrets.token_urlsafe(12)
        self.pages: dict[str, Page] = {}
        self.access: dict[str, Token] = {}
        self.refresh: dict[str, Token] = {}
        self._codes: dict[str, _Code] = {}

    def open_page(self, vanity: str) -> Page:
        """A new Page with one administrator, a member of its own."""
        number = str(5_515_000 + len(self.pages))
        page = Page(number, vanity, {"name": vanity.title()}, {f"member-{number}"})
        self.pages[page.urn] = page
        return page

    def find(self, account: str) -> Page:
        """By id, URN or vanity name. Raises KeyError."""
        for page in self.pages.values():
            if account in (page.id, page.urn, page.vanity):
                return page
        raise KeyError(f"no organisation {account}")

    # --- consent ------------------------------------------------------------------------------------------------------

    def ask_member(self, given: Mapping[str, str]) -> Answer:
        """The page on which a member allows the application."""
        self._check_request(given)
        kept = "".join(f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">' for k, v in given.items())
        members = sorted({member for page in self.pages.values() for member in page.admins})
        doors = "".join(f"<p><button name=account value={escape(one)}>{escape(one)}</button>" for one in members)
        asks = f"<h1>Allow the app?</h1><p>It asks for: {escape(given['scope'])}"
        page = f'<!doctype html><title>Allow?</title>{asks}<form method="post" action="/oauth/v2/authorization">{kept}'
        return Answer(200, page + doors + "</form>", {}, "text/html")

    def allow(self, given: Mapping[str, str], rules: LinkedInRules) -> Answer:
        """A member pressed the button: back to the redirect with a code that lives half an hour."""
        self._check_request(given)
        member, redirect = given.get("account", ""), given["redirect_uri"]
        if not any(member in page.admins for page in self.pages.values()):
            raise refuse_grant("user_cancelled_login", "Nobody is signed in with that name")
        word, until = secrets.token_urlsafe(60), time.monotonic() + rules.code_life_s
        self._codes[word] = _Code(member, redirect, tuple(given["scope"].split()), until)
        joint = "&" if "?" in redirect else "?"
        back = urlencode({"code": word, "state": given["state"]})
        return Answer(302, "", {"Location": f"{redirect}{joint}{back}"}, "text/html")

    def _check_request(self, given: Mapping[str, str]) -> None:
        missing = [name for name in ASKED if not given.get(name)]
        if missing or given["response_type"] != "code":
            raise refuse_grant("invalid_request", f"Missing or wrong: {', '.join(missing) or 'response_type'}")
        if given["client_id"] != self.client_id:
            raise refuse_grant("invalid_client_id", "The passed in client_id is invalid")
        if not given["redirect_uri"].startswith(("https://", "http://127.0.0.1")):
            raise refuse_grant("invalid_redirect_uri", "The redirect_uri does not match the registered value")
        if not set(given["scope"].split()) <= set(SCOPES):
            raise refuse_grant("unauthorized_scope_error", "Scope is not authorized for your application")

    # --- tokens -------------------------------------------------------------------------------------------------------

    def check_client(self, given: Mapping[str, str]) -> None:
        """Raise Refusal (401) unless it is our application."""
        same = hmac.compare_digest(given.get("client_secret", ""), self.client_secret)
        if given.get("client_id") != self.client_id or not same:
            raise refuse_grant("invalid_client", "Client authentication failed", 401)

    def exchange(self, given: Mapping[str, str], rules: LinkedInRules) -> dict[str, Any]:
        """Tokens for a code, once. Raises Refusal."""
        code = self._codes.pop(given["code"], None)
        if code is None or time.monotonic() >= code.until:
            raise refuse_grant("invalid_request", "Unable to retrieve access token: authorization code not found")
        if code.redirect != given["redirect_uri"]:
            raise refuse_grant("invalid_redirect_uri", "Unable to retrieve access token: redirect uri does not match")
        return self.issue(code.member, code.scopes, rules)

    def refreshed(self, word: str, rules: LinkedInRules) -> dict[str, Any]:
        """A new access token; the refresh token's own end is not moved. Raises Refusal."""
        token = self.refresh.get(word)
        if token is None or token.state != "active":
            raise refuse_grant("invalid_grant", "The provided authorization grant or refresh token is invalid, expired")
        left = int(token.until - time.monotonic())
        told = self._access(token.member, token.scopes, rules)
        return told | {"refresh_token": word, "refresh_token_expires_in": left, "scope": ",".join(token.scopes)}

    def issue(self, member: str, scopes: tuple[str, ...], rules: LinkedInRules) -> dict[str, Any]:
        """What the token endpoint answers: a refresh token for approved partners alone."""
        told = self._access(member, scopes, rules)
        if rules.partner:
            word, now = secrets.token_urlsafe(360), time.monotonic()
            self.refresh[word] = Token(member, scopes, now, now + rules.refresh_life_s)
            told |= {"refresh_token": word, "refresh_token_expires_in": int(rules.refresh_life_s)}
        return told | {"scope": ",".join(scopes)}

    def _access(self, member: str, scopes: tuple[str, ...], rules: LinkedInRules) -> dict[str, Any]:
        word, now = secrets.token_urlsafe(370), time.monotonic()
        self.access[word] = Token(member, scopes, now, now + rules.access_life_s)
        return {"access_token": word, "expires_in": int(rules.access_life_s)}

    def revoke(self, word: str) -> None:
        """End a token, whichever kind; one that nobody knows is no error."""
        token = self.access.get(word) or self.refresh.get(word)
        if token is not None:
            token.revoked = True

    def introspect(self, word: str) -> dict[str, Any]:
        """How a token stands."""
        token = self.access.get(word) or self.refresh.get(word)
        if token is None:
            return {"active": False}
        now, wall = time.monotonic(), int(time.time())
        return {
            "active": token.state == "active",
            "status": token.state,
            "scope": ",".join(token.scopes),
            "created_at": wall - int(now - token.since),
            "expires_at": wall + int(token.until - now),
            "client_id": self.client_id,
            "auth_type": "3L",
        }

    def bearer(self, word: str | None, scope: str, rules: LinkedInRules) -> str:
        """The member behind a live token with that scope. Raises Refusal (401, 403)."""
        token = self.access.get(word or "")
        state = "unknown" if token is None else token.state
        if token is not None and state == "active" and time.monotonic() < token.since + rules.fresh_seconds:
            state = "unknown"  # a fresh token is not known everywhere at once (contract §2)
        if token is None or state != "active":
            service, code, message = STATES[state]
            raise Refusal(fault(401, code, message, service))
        if scope not in token.scopes:
            raise denied()
        return token.member

    def expire(self, pages: list[Page], what: str) -> int:
        """Let tokens of these Pages' members run out (`access`, `refresh`), be `revoked`, or the `role` go."""
        members = {member for page in pages for member in page.admins}
        if what == "role":
            for page in pages:
                page.admins.clear()
            return len(members)
        kept = [self.refresh] if what == "refresh" else [self.access]
        hit = [token for tokens in kept for token in tokens.values() if token.member in members]
        for token in hit:
            token.revoked, token.until = (what == "revoked"), (token.until if what == "revoked" else 0.0)
        return len(hit)
