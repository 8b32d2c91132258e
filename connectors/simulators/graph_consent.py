"""Sign-in of the pretend Instagram and Threads: a person's consent, a short token, a long one, its extension.

Contracts: instagram §1 (Instagram login), threads §1. Each token is one account's; there are no Page tokens here.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Protocol
from urllib.parse import urlencode

from connectors.simulators.graph_words import DEATHS, Given, dead_token, needed, only, refuse, text
from connectors.simulators.pretend import Answer, Refusal

_DIALOG = ("client_id", "redirect_uri", "response_type", "scope", "state")
_HERE = ("https://", "http://127.0.0.1", "http://localhost")
_TAIL = "#_"  # stands behind the address a person is sent back to, and is no part of the code


@dataclass(frozen=True)
class Dialect:
    """What the two platforms call the same things. `permissions` begin with the one that no other goes without."""

    permissions: tuple[str, ...]
    exchange: str
    refresh: str


@dataclass(frozen=True)
class Lives:
    """How long things live, in seconds; `refresh_after` is how old a long token must be to be extended."""

    code: float
    short: float
    long: float
    refresh_after: float


class Known(Protocol):
    """An account as sign-in knows it."""

    id: str
    username: str

    @property
    def consent_id(self) -> Any:
        """What the exchange of a code tells as `user_id`: a text, or a number."""


@dataclass
class Token:
    """One access token of an account. `made` and `expires` are monotonic seconds; `died` is a key of DEATHS."""

    word: str
    account: str
    scopes: frozenset[str]
    made: float
    expires: float
    is_long: bool = False
    died: str = ""


@dataclass(frozen=True)
class _Code:
    account: Known
    redirect: str
    scopes: frozenset[str]
    until: float


class Consents:
    """One app, the accounts that may allow it, and every token it was given."""

    def __init__(self, dialect: Dialect, accounts: Mapping[str, Known]) -> None:
        self.dialect, self.accounts = dialect, accounts
        self.app_id, self.app_secret = "600000000000002", secrets.token_hex(16)
        self.tokens: dict[str, Token] = {}
        self._codes: dict[str, _Code] = {}

    # --- tokens -------------------------------------------------------------------------------------------------------

    def issue(self, account: str, scopes: Iterable[str], life_s: float, *, is_long: bool, age_s: float = 0) -> Token:
        """A new token, as if made so long ago."""
        now = time.monotonic()
        word = f"{'L' if is_long else 'S'}{secrets.token_urlsafe(40)}"
        token = Token(word, account, frozenset(scopes), now - age_s, now - age_s + life_s, is_long)
        self.tokens[word] = token
        return token

    def find(self, word: str | None) -> Token:
        """A live token. Raises Refusal (190)."""
        if not word:
            raise refuse(190, "An access token is required to request this resource.")
        token = self.tokens.get(word)
        if token is None:
            raise dead_token("Cannot parse access token")
        if token.expires <= time.monotonic():
            token.died = token.died or "access"
        if token.died:
            subcode, words = DEATHS[token.died]
            raise dead_token(words, subcode)
        return token

    def check_proof(self, word: str, proof: str, *, required: bool) -> None:
        """Raise Refusal where `appsecret_proof` is missing or not HMAC-SHA256(app secret, token)."""
        right = hmac.new(self.app_secret.encode(), word.encode(), hashlib.sha256).hexdigest()
        if (required or proof) and not hmac.compare_digest(right, proof):
            raise refuse(100, "Invalid appsecret_proof provided in the API argument")

    def kill(self, tokens: Iterable[Token], death: str) -> int:
        """Let tokens die of something; how many were alive."""
        found = [token for token in tokens if not token.died]
        for token in found:
            token.died = death
        return len(found)

    # --- the person ---------------------------------------------------------------------------------------------------

    def ask_person(self, given: Given) -> Answer:
        """The page on which somebody allows the app."""
        self._check_dialog(given)
        kept = "".join(f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">' for k, v in given.items())
        doors = "".join(
            f'<p><button name="account" value="{one.id}">Continue as {escape(one.username)}</button>'
            for one in self.accounts.values()
        )
        ask = f"<h1>Gateway wants: {escape(', '.join(_scopes(given)))}</h1>"
        return Answer(200, f'<!doctype html>{ask}<form method="post">{kept}{doors}</form>', {}, "text/html")

    def allow(self, given: Given, life_s: float) -> Answer:
        """Somebody pressed the button: back to the redirect with a code."""
        self._check_dialog(given)
        account = self.accounts.get(text(given, "account"))
        if account is None:
            raise refuse(100, "There is nobody of that name")
        word, redirect = secrets.token_urlsafe(48), text(given, "redirect_uri")
        self._codes[word] = _Code(account, redirect, frozenset(_scopes(given)), time.monotonic() + life_s)
        back = {"code": word, **({"state": given["state"]} if "state" in given else {})}
        place = f"{redirect}{'&' if '?' in redirect else '?'}{urlencode(back)}{_TAIL}"
        return Answer(302, "", {"Location": place}, "text/html")

    def _check_dialog(self, given: Given) -> None:
        only(given, *_DIALOG, "account")
        if needed(given, "client_id") != self.app_id:
            raise refuse(101, "Invalid platform app")
        if not needed(given, "redirect_uri").startswith(_HERE):
            raise refuse(191, "Invalid redirect_uri")
        if needed(given, "response_type") != "code":
            raise refuse(100, "response_type must be code")
        asked = _scopes(given)
        if self.dialect.permissions[0] not in asked or set(asked) - set(self.dialect.permissions):
            raise refuse(100, f"Invalid scopes: {', '.join(asked)}")

    # --- exchanges ----------------------------------------------------------------------------------------------------

    def redeem(self, given: Given, lives: Lives) -> dict[str, Any]:
        """`POST oauth/access_token`: a short token for a code. Raises Refusal, in the words of this place alone."""
        only(given, "client_id", "client_secret", "grant_type", "redirect_uri", "code")
        self._check_app(given, ("client_id", "client_secret"))
        if text(given, "grant_type") != "authorization_code":
            raise _wrong("Invalid grant_type")
        code = self._codes.pop(text(given, "code"), None)
        if code is None or code.until <= time.monotonic():
            raise _wrong("Invalid authorization code: it was not found or has been used")
        if code.redirect != text(given, "redirect_uri"):
            raise _wrong("redirect_uri is not the one of the authorization request")
        token = self.issue(code.account.id, code.scopes, lives.short, is_long=False)
        names = [one for one in self.dialect.permissions if one in code.scopes]
        return {"access_token": token.word, "user_id": code.account.consent_id, "permissions": ",".join(names)}

    def lengthen(self, given: Given, lives: Lives) -> dict[str, Any]:
        """`GET access_token`: a long token for a short one. Raises Refusal."""
        only(given, "grant_type", "client_secret", "access_token")
        _check_grant(given, self.dialect.exchange)
        self._check_app(given, ("client_secret",))
        old = self.find(needed(given, "access_token"))
        if old.is_long:
            raise refuse(452, "Session key invalid. This could be because the session key has an incorrect format")
        return _told(self.issue(old.account, old.scopes, lives.long, is_long=True), lives.long)

    def extend(self, given: Given, lives: Lives) -> dict[str, Any]:
        """`GET refresh_access_token`: a new long token for one that lives and is old enough. Raises Refusal."""
        only(given, "grant_type", "access_token")
        _check_grant(given, self.dialect.refresh)
        old = self.find(needed(given, "access_token"))
        if not old.is_long:
            raise refuse(452, "Session key invalid. Only a long-lived token can be refreshed")
        if time.monotonic() - old.made < lives.refresh_after:
            raise refuse(100, "The access token must be at least 24 hours old to be refreshed")
        return _told(self.issue(old.account, old.scopes, lives.long, is_long=True), lives.long)

    def _check_app(self, given: Given, names: Iterable[str]) -> None:
        right = {"client_id": self.app_id, "client_secret": self.app_secret}
        for name in names:
            if not hmac.compare_digest(text(given, name), right[name]):
                raise _wrong(f"Error validating {name.replace('_', ' ')}")


def _check_grant(given: Given, wanted: str) -> None:
    if needed(given, "grant_type") != wanted:
        raise refuse(100, "Unsupported grant_type")


def _scopes(given: Given) -> list[str]:
    return [one for one in text(given, "scope").replace(" ", ",").split(",") if one]


def _told(token: Token, life_s: float) -> dict[str, Any]:
    return {"access_token": token.word, "token_type": "bearer", "expires_in": int(life_s)}


def _wrong(words: str) -> Refusal:
    """How the exchange of a code says no: not in the Graph's envelope."""
    return Refusal(Answer(400, {"error_type": "OAuthException", "code": 400, "error_message": words}))
