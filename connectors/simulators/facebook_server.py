"""The pretend Graph API around its posts: versions, tokens and proofs, sign-in, allowances, accounts."""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from connectors.simulators.facebook_pages import Page
from connectors.simulators.facebook_tokens import DEATHS, PERMISSIONS, TASKS, Registry, Token, require
from connectors.simulators.facebook_words import (
    FacebookRules,
    Given,
    choose,
    error,
    flag,
    forbidden,
    missing,
    needed,
    only,
    parse_fields,
    read_input,
    refuse,
    text,
)
from connectors.simulators.meters import Allowance, Meter
from connectors.simulators.pretend import Answer, Call, Handler, Pretend
from connectors.simulators.truth import Truth

_VERSIONED = re.compile(r"/(v\d+\.\d+)/(.+?)/?")
_BUSINESS = "700000000000007"
_TROUBLE = {
    500: ("An unexpected error has occurred. Please retry your request later.", 2),
    503: ("Service temporarily unavailable", 2),
}


@dataclass
class Turn:
    """One call whose token was looked at: who calls, with what."""

    call: Call
    token: Token
    given: Given


Place = Callable[[Turn, str], Answer]


class FacebookServer(Pretend):
    """Everything but posts, photos and comments; abstract."""

    name: ClassVar[str] = "facebook"

    def __init__(self, truth: Truth, rules: FacebookRules | None = None) -> None:
        super().__init__(truth)
        self.rules: FacebookRules = rules or FacebookRules()
        self.registry = Registry()
        self.pages: dict[str, Page] = {}
        self._meters: dict[str, Meter] = {}
        self._open: dict[tuple[str, str], Handler] = {
            ("GET", "dialog/oauth"): lambda call: self.registry.ask_person(read_input(call)),
            ("POST", "dialog/oauth"): lambda call: self.registry.allow(read_input(call), self.rules.code_life_s),
            ("GET", "oauth/access_token"): self._exchange,
            ("POST", "oauth/access_token"): self._exchange,
            ("GET", "debug_token"): lambda call: Answer(200, {"data": self.registry.inspect(read_input(call))}),
            ("GET", "oauth/revoke"): self._revoke,
        }
        self.places: list[tuple[str, re.Pattern[str], Place]] = [
            ("GET", re.compile(r"(me)"), self._who),
            ("GET", re.compile(r"(me|\d+)/accounts"), self._accounts),
            ("GET", re.compile(r"(me|\d+)/permissions"), self._permissions),
            ("DELETE", re.compile(r"((?:me|\d+)/permissions(?:/\w+)?)"), self._withdraw),
            ("POST", re.compile(r"(\d+)/access_tokens"), self._system_token),
            ("GET", re.compile(r"(\d+)/subscribed_apps"), self._applications),
        ]

    # --- the wire -----------------------------------------------------------------------------------------------------

    def handler(self, method: str, path: str) -> Handler | None:
        """See Pretend. A path without a version that the platform offers leads nowhere: always put it (contract §0)."""
        versioned = _VERSIONED.fullmatch(path)
        if versioned is None or versioned[1] not in self.rules.versions.split():
            return None
        place = versioned[2]
        if (method, place) in self._open:
            return self._open[method, place]
        for wanted, pattern, handle in self.places:
            found = pattern.fullmatch(place) if wanted == method else None
            if found:
                what = found[1]
                return lambda call: handle(self._turn(call), what)
        return None

    def nowhere(self, call: Call) -> Answer:
        """See Pretend."""
        versioned = _VERSIONED.fullmatch(call.path)
        if versioned and versioned[1] in self.rules.versions.split():
            return missing(versioned[2], call.method).answer
        return Answer(400, error(f"Unknown path components: {call.path}", 2500))

    def expired(self) -> Answer:
        """400 and code 190, 463 (contract §7)."""
        subcode, words = DEATHS["access"]
        return Answer(400, error(f"Error validating access token: {words}", 190, subcode))

    def trouble(self, status: int, seconds: float) -> Answer:
        """See Pretend; too many calls are a 400 here, and the wait is told in whole minutes (contract §6)."""
        if status == 429:
            words = "(#32) Page request limit reached"
            return Answer(400, error(words, 32), _usage(100, math.ceil(seconds / 60)))
        message, code = _TROUBLE.get(status, ("An unknown error occurred", 1))
        return Answer(status, error(message, code, transient=status >= 500))

    def too_large(self) -> Answer:
        """See Pretend."""
        return Answer(413, "<html><head><title>413 Request Entity Too Large</title></head></html>", {}, "text/html")

    def rate_headers(self, meters: Sequence[Meter]) -> Mapping[str, str]:
        """Per cent of what may be used (contract §6)."""
        now = time.monotonic()
        nearest = min(meters, key=lambda meter: meter.left(now))
        used = 100 - 100 * nearest.left(now) // max(1, nearest.allowance.points)
        wait = 0 if nearest.left(now) else math.ceil((nearest.resets(now) - now) / 60)
        return _usage(used, wait)

    def _turn(self, call: Call) -> Turn:
        """Who calls: the token of the header or of `access_token`, with its proof. Raises Refusal."""
        given = read_input(call)
        brought = given.pop("access_token", None)
        if brought is not None and call.bearer:
            raise refuse(100, "A token stands in the header and in the parameters")
        token = self.registry.find(call.bearer or (brought if isinstance(brought, str) else None))
        proof = given.pop("appsecret_proof", "")
        self.registry.check_proof(token.word, str(proof), required=self.rules.proof_required)
        whose = token.page or token.person.id
        allowance = Allowance(self.rules.calls_per_day, 86_400)
        meter = self._meters.get(whose)
        if meter is None or meter.allowance != allowance:
            meter = self._meters[whose] = Meter(allowance)
        self.spend(call, [meter])
        return Turn(call, token, given)

    # --- sign-in ------------------------------------------------------------------------------------------------------

    def _exchange(self, call: Call) -> Answer:
        return Answer(200, self.registry.exchange(read_input(call), self.rules), {"Cache-Control": "no-store"})

    def _revoke(self, call: Call) -> Answer:
        """A system user's token ends at once; both tokens and the client id are of one app."""
        given = only(read_input(call), "client_id", "client_secret", "revoke_token", "access_token")
        self.registry.check_app(given)
        self.registry.find(text(given, "access_token") or call.bearer)
        token = self.registry.find(needed(given, "revoke_token"))
        if not token.person.is_system:
            raise refuse(100, "Only a system user's token can be revoked here")
        family = [one for one in self.registry.tokens.values() if token.word in (one.word, one.source)]
        self.registry.kill(family, "revoked")
        return Answer(200, {"success": "true"})

    def _who(self, turn: Turn, what: str) -> Answer:
        given = only(turn.given, "fields")
        page = self.pages.get(turn.token.page)
        whole = page.shown(turn.token.word) if page else {"id": turn.token.person.id, "name": turn.token.person.name}
        tree = parse_fields(text(given, "fields") or "id,name")
        return Answer(200, choose(whole, tree, "Page" if page else "User"))

    def _accounts(self, turn: Turn, who: str) -> Answer:
        """The Pages of a person with a token for each (contract §1)."""
        given, person = only(turn.given, "fields", "limit", "after"), self._self(turn, who)
        if "pages_show_list" not in turn.token.scopes:
            raise forbidden("pages_show_list")
        tree = parse_fields(text(given, "fields") or "access_token,category,name,id,tasks")
        shown = []
        for page_id, tasks in person.pages.items():
            word = self.registry.page_token(turn.token, page_id).word
            whole = {**self.pages[page_id].shown(word), "tasks": list(tasks)}
            shown.append(choose(whole, tree, "Page"))
        cursors = {"before": shown[0]["id"], "after": shown[-1]["id"]} if shown else {}
        return Answer(200, {"data": shown, **({"paging": {"cursors": cursors}} if shown else {})})

    def _permissions(self, turn: Turn, who: str) -> Answer:
        self._self(turn, who)
        only(turn.given)
        told = [{"permission": one, "status": "granted"} for one in sorted(turn.token.scopes)]
        return Answer(200, {"data": told})

    def _applications(self, turn: Turn, page: str) -> Answer:
        """The apps that listen to the Page."""
        only(turn.given, "fields")
        require(turn.token, page, "pages_manage_metadata")
        return Answer(200, {"data": [{"id": self.registry.app_id, "name": self.registry.app_name}]})

    def _withdraw(self, turn: Turn, what: str) -> Answer:
        only(turn.given)
        who, _, rest = what.partition("/")
        permission = rest.removeprefix("permissions").removeprefix("/")
        self.registry.withdraw(self._self(turn, who), permission or None)
        return Answer(200, {"success": True})

    def _system_token(self, turn: Turn, who: str) -> Answer:
        given = only(turn.given, "business_app", "scope", "set_token_expires_in_60_days")
        person = self._self(turn, who)
        if not person.is_system or needed(given, "business_app") != self.registry.app_id:
            raise refuse(100, "This is not a system user that has this app")
        scopes = [one for one in needed(given, "scope").split(",") if one in PERMISSIONS]
        life = self.rules.long_life_s if flag(given, "set_token_expires_in_60_days", False) else None
        return Answer(200, {"access_token": self.registry.issue(person, scopes, life, is_long=True).word})

    def _self(self, turn: Turn, who: str) -> Any:
        """The person of the token, who may be called `me`. Raises Refusal."""
        if turn.token.page:
            raise refuse(100, "Tried accessing nonexisting field (accounts) on node type (Page)")
        if who not in ("me", turn.token.person.id):
            raise missing(who, turn.call.method)
        return turn.token.person

    # --- behind the stage ---------------------------------------------------------------------------------------------

    def add_accounts(self, count: int, prefix: str) -> list[dict[str, str]]:
        """See Pretend: Pages, each with a person and a system user who may do everything on it."""
        return [self._add_account(prefix) for _ in range(count)]

    def _add_account(self, prefix: str) -> dict[str, str]:
        number = len(self.pages) + 1
        page = Page(str(200_000_000_000_000 + number), f"{prefix.capitalize()} {number}", f"{prefix}{number}")
        self.pages[page.id] = page
        person = self.registry.enrol(f"{prefix} person {number}")
        system = self.registry.enrol(f"{prefix} system user {number}", is_system=True)
        for one in (person, system):
            one.pages[page.id] = TASKS
        user = self.registry.issue(person, PERMISSIONS, self.rules.long_life_s, is_long=True)
        own = self.registry.issue(system, PERMISSIONS, None, is_long=True)
        return {
            "id": page.id,
            "handle": page.username,
            "name": page.name,
            "page_token": self.registry.page_token(own, page.id).word,
            "user_id": person.id,
            "user_token": user.word,
            "system_user_id": system.id,
            "system_user_token": own.word,
            "app_id": self.registry.app_id,
            "app_secret": self.registry.app_secret,
        }

    def expire(self, account: str | None, what: str) -> int:
        """Tokens of a Page (or all) die of `access`, `removed`, `checkpoint`, `password`, `role` or `revoked`."""
        if what not in DEATHS:
            raise ValueError(f"what is one of {', '.join(DEATHS)}")
        page = self.find_page(account).id if account else ""
        tokens = [t for t in self.registry.tokens.values() if not page or page in t.person.pages]
        return self.registry.kill(tokens, what)

    def change_profile(self, account: str, changes: Mapping[str, str]) -> None:
        """See Pretend."""
        self.find_page(account).present(changes)

    def find_page(self, account: str) -> Page:
        """By id or user name. Raises KeyError."""
        found = self.pages.get(account) or next((p for p in self.pages.values() if p.username == account), None)
        if found is None:
            raise KeyError(f"no account {account}")
        return found


def _usage(per_cent: int, minutes: int) -> dict[str, str]:
    plain = {"call_count": per_cent, "total_cputime": per_cent // 2, "total_time": per_cent // 2}
    business = {"type": "pages", **plain, "estimated_time_to_regain_access": minutes}
    return {
        "X-App-Usage": json.dumps(plain),
        "X-Page-Usage": json.dumps(plain),
        "X-Business-Use-Case-Usage": json.dumps({_BUSINESS: [business]}),
    }
