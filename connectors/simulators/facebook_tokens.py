"""People, Pages' tokens and sign-in of the pretend Graph API (contract §1)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import urlencode

from connectors.simulators.facebook_words import FacebookRules
from connectors.simulators.graph_words import DEATHS as PEOPLES_DEATHS
from connectors.simulators.graph_words import Given, dead_token, forbidden, needed, only, refuse
from connectors.simulators.pretend import Answer

PERMISSIONS = (
    *("pages_show_list", "pages_read_engagement", "pages_manage_posts", "pages_read_user_content"),
    *("pages_manage_engagement", "pages_manage_metadata", "business_management", "public_profile"),
)
TASKS = ("ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE")
DEATHS: Mapping[str, tuple[int | None, str]] = {
    **PEOPLES_DEATHS,
    "role": (492, "The user is no longer an administrator of the page."),
    "revoked": (None, "The access token could not be decrypted"),
}


@dataclass
class Person:
    """Somebody who may sign in, or a system user; `pages` are the Pages they have tasks on."""

    id: str
    name: str
    is_system: bool = False
    pages: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass
class Token:
    """One access token. `page` is empty for a person's own; `expires` is monotonic seconds, None for never.

    `died` is a key of DEATHS. A Page token's `source` is the token it was made with.
    """

    word: str
    person: Person
    scopes: frozenset[str]
    expires: float | None
    page: str = ""
    is_long: bool = False
    died: str = ""
    source: str = ""

    @property
    def kind(self) -> str:
        """As debug_token calls it."""
        return "PAGE" if self.page else "SYSTEM_USER" if self.person.is_system else "USER"


@dataclass(frozen=True)
class _Code:
    person: Person
    redirect: str
    scopes: frozenset[str]
    until: float


class Registry:
    """One app, its people and every token it was given."""

    def __init__(self) -> None:
        self.app_id, self.app_secret, self.app_name = "600000000000001", secrets.token_hex(16), "Gateway"
        self.people: dict[str, Person] = {}
        self.tokens: dict[str, Token] = {}
        self._codes: dict[str, _Code] = {}

    # --- tokens -------------------------------------------------------------------------------------------------------

    def enrol(self, name: str, *, is_system: bool = False) -> Person:
        """A new person or system user."""
        person = Person(str(100_000_000_000_000 + len(self.people)), name, is_system)
        self.people[person.id] = person
        return person

    def issue(self, person: Person, scopes: Iterable[str], life_s: float | None, **more: Any) -> Token:
        """A new token."""
        expires = None if life_s is None else time.monotonic() + life_s
        token = Token(f"EAA{secrets.token_urlsafe(40)}", person, frozenset(scopes), expires, **more)
        self.tokens[token.word] = token
        return token

    def page_token(self, source: Token, page: str) -> Token:
        """A Page token: without expiry where it was made with a long-lived token, else it dies with that one."""
        for token in self.tokens.values():
            if token.page == page and token.source == source.word and not token.died:
                return token
        made = self.issue(source.person, source.scopes, None, page=page, source=source.word)
        made.expires = None if source.is_long or source.person.is_system else source.expires
        return made

    def find(self, word: str | None) -> Token:
        """A live token. Raises Refusal (190, or 104 where none was brought)."""
        if not word:
            raise refuse(104, "An access token is required to request this resource.", status=401)
        token = self.tokens.get(word)
        if token is None:
            raise dead_token("Malformed access token")
        if token.expires is not None and token.expires <= time.monotonic():
            token.died = token.died or "access"
        if token.died:
            subcode, words = DEATHS[token.died]
            raise dead_token(words, subcode)
        return token

    def check_proof(self, word: str, proof: str, *, required: bool) -> None:
        """Raise Refusal where `appsecret_proof` is missing or not HMAC-SHA256(app secret, token)."""
        if not proof and required:
            raise refuse(100, "API calls from the server require an appsecret_proof argument")
        right = hmac.new(self.app_secret.encode(), word.encode(), hashlib.sha256).hexdigest()
        if proof and not hmac.compare_digest(right, proof):
            raise refuse(100, "Invalid appsecret_proof provided in the API argument")

    def kill(self, tokens: Iterable[Token], death: str) -> int:
        """Let tokens die of something; how many were alive."""
        found = [token for token in tokens if not token.died]
        for token in found:
            token.died = death
        return len(found)

    def withdraw(self, person: Person, permission: str | None) -> None:
        """A person takes one permission back, or the whole app out; Page tokens made by them follow."""
        own = [token for token in self.tokens.values() if token.person is person]
        if permission is None:
            self.kill(own, "removed")
        for token in own:
            token.scopes -= {permission or ""}

    # --- sign-in ------------------------------------------------------------------------------------------------------

    def check_dialog(self, given: Given) -> None:
        """Raise Refusal unless this is an authorisation request of our app."""
        only(given, "client_id", "redirect_uri", "state", "scope", "response_type", "config_id", "auth_type", "account")
        if needed(given, "client_id") != self.app_id:
            raise refuse(101, "Error validating application. Invalid application ID.")
        if not needed(given, "redirect_uri").startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise refuse(191, "The domain of this URL isn't included in the app's domains.")
        if given.get("response_type", "code") != "code":
            raise refuse(100, "response_type must be code")
        strange = set(_scopes(given)) - set(PERMISSIONS)
        if strange:
            raise refuse(100, f"Invalid Scopes: {', '.join(sorted(strange))}")

    def ask_person(self, given: Given) -> Answer:
        """The page on which somebody allows the app."""
        self.check_dialog(given)
        kept = "".join(f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">' for k, v in given.items())
        doors = "".join(
            f'<p><button name="account" value="{person.id}">Continue as {escape(person.name)}</button>'
            for person in self.people.values()
            if not person.is_system
        )
        ask = f"<h1>{self.app_name} wants: {escape(', '.join(_scopes(given)))}</h1>"
        return Answer(200, f'<!doctype html>{ask}<form method="post">{kept}{doors}</form>', {}, "text/html")

    def allow(self, given: Given, life_s: float) -> Answer:
        """Somebody pressed the button: back to the redirect with a code."""
        self.check_dialog(given)
        person = self.people.get(str(given.get("account")))
        if person is None or person.is_system:
            raise refuse(100, "There is nobody of that name")
        word = secrets.token_urlsafe(32)
        redirect, scopes = str(given["redirect_uri"]), frozenset(_scopes(given)) | {"public_profile"}
        self._codes[word] = _Code(person, redirect, scopes, time.monotonic() + life_s)
        back = {"code": word, **({"state": given["state"]} if "state" in given else {})}
        return Answer(
            302, "", {"Location": f"{redirect}{'&' if '?' in redirect else '?'}{urlencode(back)}"}, "text/html"
        )

    def exchange(self, given: Given, rules: FacebookRules) -> dict[str, Any]:
        """`oauth/access_token`: a token for a code, or a long-lived one for a live one. Raises Refusal."""
        names = ("client_id", "client_secret", "redirect_uri", "code", "grant_type", "fb_exchange_token")
        only(given, *names, "set_token_expires_in_60_days")
        self.check_app(given)
        if given.get("grant_type") == "fb_exchange_token":
            return self._extend(given, rules)
        if "grant_type" in given and given["grant_type"] != "authorization_code":
            raise refuse(100, "Unsupported grant_type")
        code = self._codes.pop(needed(given, "code"), None)
        if code is None or code.until <= time.monotonic():
            raise refuse(100, "This authorization code has expired or has been used.")
        if code.redirect != needed(given, "redirect_uri"):
            raise refuse(100, "Error validating verification code. Please make sure your redirect_uri is identical")
        return _told(self.issue(code.person, code.scopes, rules.short_life_s), rules.short_life_s)

    def _extend(self, given: Given, rules: FacebookRules) -> dict[str, Any]:
        old = self.find(needed(given, "fb_exchange_token"))
        if old.page:
            raise refuse(100, "A Page token cannot be exchanged")
        if old.person.is_system and given.get("set_token_expires_in_60_days") != "true":
            raise refuse(100, "set_token_expires_in_60_days is required for a system user's token")
        return _told(self.issue(old.person, old.scopes, rules.long_life_s, is_long=True), rules.long_life_s)

    def check_app(self, given: Given) -> None:
        """Raise Refusal unless client id and secret are the app's."""
        if needed(given, "client_id") != self.app_id:
            raise refuse(101, "Error validating application. Cannot get application info due to a system error.")
        if not hmac.compare_digest(needed(given, "client_secret"), self.app_secret):
            raise refuse(1, "Error validating client secret.")

    def inspect(self, given: Given) -> dict[str, Any]:
        """`debug_token`, asked with the app's own token `id|secret`."""
        only(given, "input_token", "access_token")
        if given.get("access_token") != f"{self.app_id}|{self.app_secret}":
            raise dead_token("Invalid OAuth access token signature.")
        token = self.tokens.get(needed(given, "input_token"))
        if token is None:
            return {"is_valid": False, "scopes": [], "error": {"code": 190, "message": "Malformed access token"}}
        if token.expires is not None and token.expires <= time.monotonic():
            token.died = token.died or "access"
        return _inspected(token, self.app_id, self.app_name)


def _inspected(token: Token, app_id: str, app_name: str) -> dict[str, Any]:
    left = None if token.expires is None else token.expires - time.monotonic()
    subcode, words = DEATHS.get(token.died, (None, ""))
    failed = {"error": {"code": 190, "message": words, **({"subcode": subcode} if subcode else {})}}
    return {
        "app_id": app_id,
        "application": app_name,
        "type": token.kind,
        "is_valid": not token.died,
        "expires_at": 0 if left is None else int(time.time() + left),
        "data_access_expires_at": int(time.time() + 90 * 86_400),
        "scopes": sorted(token.scopes),
        "granular_scopes": [{"scope": scope} for scope in sorted(token.scopes)],
        "user_id": token.person.id,
        **({"profile_id": token.page} if token.page else {}),
        **(failed if token.died else {}),
    }


def require(token: Token, page: str, scope: str, task: str = "") -> None:
    """Raise Refusal unless the token is this Page's and has the permission, and its maker the Page task."""
    if token.page != page:
        raise refuse(210, "A page access token is required to request this resource.", status=403)
    if scope not in token.scopes:
        raise forbidden(scope, 10 if "read" in scope else 200)
    if task and task not in token.person.pages.get(page, ()):
        raise forbidden(task)


def _scopes(given: Given) -> list[str]:
    return [one for one in str(given.get("scope", "")).replace(" ", ",").split(",") if one]


def _told(token: Token, life_s: float) -> dict[str, Any]:
    return {"access_token": token.word, "token_type": "bearer", "expires_in": int(life_s)}
