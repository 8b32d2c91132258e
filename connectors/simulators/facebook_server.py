"""The pretend Graph API around its posts: versions, tokens and proofs, sign-in, allowances, accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from connectors.simulators.facebook_pages import Page
from connectors.simulators.facebook_tokens import DEATHS, PERMISSIONS, TASKS, Registry, Token, require
from connectors.simulators.facebook_words import FacebookRules
from connectors.simulators.graph_server import GraphServer, Turn
from connectors.simulators.graph_words import (
    choose,
    flag,
    forbidden,
    missing,
    needed,
    only,
    parse_fields,
    read_input,
    refuse,
    take_token,
    text,
)
from connectors.simulators.pretend import Answer, Call
from connectors.simulators.truth import Truth


class FacebookServer(GraphServer[Token]):
    """Everything but posts, photos and comments; abstract."""

    name: ClassVar[str] = "facebook"
    kind: ClassVar[str] = "pages"
    spent: ClassVar[tuple[int, str]] = (32, "Page request limit reached")

    def __init__(self, truth: Truth, rules: FacebookRules | None = None) -> None:
        super().__init__(truth)
        self.rules: FacebookRules = rules or FacebookRules()
        self.registry = Registry()
        self.pages: dict[str, Page] = {}
        self.exact = {
            ("GET", "dialog/oauth"): lambda call: self.registry.ask_person(read_input(call)),
            ("POST", "dialog/oauth"): lambda call: self.registry.allow(read_input(call), self.rules.code_life_s),
            ("GET", "oauth/access_token"): self._exchange,
            ("POST", "oauth/access_token"): self._exchange,
            ("GET", "debug_token"): lambda call: Answer(200, {"data": self.registry.inspect(read_input(call))}),
            ("GET", "oauth/revoke"): self._revoke,
        }
        self.offer(
            ("GET", "me", self._who),
            ("GET", r"(me|\d+)/accounts", self._accounts),
            ("GET", r"(me|\d+)/permissions", self._permissions),
            ("DELETE", r"(me|\d+)/permissions(?:/(\w+))?", self._withdraw),
            ("POST", r"(\d+)/access_tokens", self._system_token),
            ("GET", r"(\d+)/subscribed_apps", self._applications),
        )

    def turn(self, call: Call) -> Turn[Token]:
        """See GraphServer: the token of the header or of `access_token`, with its proof."""
        given = read_input(call)
        token = self.registry.find(take_token(call, given))
        proof = given.pop("appsecret_proof", "")
        self.registry.check_proof(token.word, str(proof), required=self.rules.proof_required)
        self.count(call, token.page or token.person.id)
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

    def _who(self, turn: Turn[Token]) -> Answer:
        given = only(turn.given, "fields")
        page = self.pages.get(turn.token.page)
        whole = page.shown(turn.token.word) if page else {"id": turn.token.person.id, "name": turn.token.person.name}
        tree = parse_fields(text(given, "fields") or "id,name")
        return Answer(200, choose(whole, tree, "Page" if page else "User"))

    def _accounts(self, turn: Turn[Token], who: str) -> Answer:
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

    def _permissions(self, turn: Turn[Token], who: str) -> Answer:
        self._self(turn, who)
        only(turn.given)
        told = [{"permission": one, "status": "granted"} for one in sorted(turn.token.scopes)]
        return Answer(200, {"data": told})

    def _applications(self, turn: Turn[Token], page: str) -> Answer:
        """The apps that listen to the Page."""
        only(turn.given, "fields")
        require(turn.token, page, "pages_manage_metadata")
        return Answer(200, {"data": [{"id": self.registry.app_id, "name": self.registry.app_name}]})

    def _withdraw(self, turn: Turn[Token], who: str, permission: str | None) -> Answer:
        only(turn.given)
        self.registry.withdraw(self._self(turn, who), permission)
        return Answer(200, {"success": True})

    def _system_token(self, turn: Turn[Token], who: str) -> Answer:
        given = only(turn.given, "business_app", "scope", "set_token_expires_in_60_days")
        person = self._self(turn, who)
        if not person.is_system or needed(given, "business_app") != self.registry.app_id:
            raise refuse(100, "This is not a system user that has this app")
        scopes = [one for one in needed(given, "scope").split(",") if one in PERMISSIONS]
        life = self.rules.long_life_s if flag(given, "set_token_expires_in_60_days", False) else None
        return Answer(200, {"access_token": self.registry.issue(person, scopes, life, is_long=True).word})

    def _self(self, turn: Turn[Token], who: str) -> Any:
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

    def granted(self, account: str) -> Iterable[Token]:
        """See Pretend: the Page's own, and those of whoever has a task on it."""
        page = self.find_page(account).id
        return [token for token in self.registry.tokens.values() if page in token.person.pages]

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
