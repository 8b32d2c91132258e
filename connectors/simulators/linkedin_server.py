"""The pretend LinkedIn around its posts: headers, sign-in, organisations, pictures (contract §§1, 2, 4)."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote

from connectors.simulators.linkedin_media import UPLOADS, Library
from connectors.simulators.linkedin_oauth import ASKED, Page, Registry, Token
from connectors.simulators.linkedin_words import (
    DAY,
    SCOPES,
    UPLOAD,
    LinkedInRules,
    denied,
    fault,
    not_found,
    read_grant,
    read_object,
    refuse_grant,
    wrong,
)
from connectors.simulators.meters import Allowance, Meter
from connectors.simulators.pretend import Answer, Call, Refusal
from connectors.simulators.routing import Routed
from connectors.simulators.truth import Truth

_CODES = {429: ("TOO_MANY_REQUESTS", DAY, 101), 500: ("INTERNAL_SERVER_ERROR", "Internal Server Error", 0)}
_WEB = ("/oauth/", UPLOADS)
WRITE, READ, ADMIN = SCOPES


class LinkedInServer(Routed):
    """Everything but posts and comments; abstract."""

    name: ClassVar[str] = "linkedin"

    def __init__(self, truth: Truth, rules: LinkedInRules | None = None) -> None:
        super().__init__(truth)
        self.rules: LinkedInRules = rules or LinkedInRules()
        self.registry = Registry()
        self.library = Library()
        self._meters: dict[tuple[str, str], Meter] = {}
        self._last = 0
        self.numbered = [
            ("PUT", re.compile(UPLOADS + r"([\w-]+)/uploaded-image/0"), self._put),
            ("GET", re.compile(r"/rest/images/([^/]+)"), self._show_image),
            ("GET", re.compile(r"/rest/organizations/(\d+)"), self._show_page),
        ]
        self.exact = {
            ("GET", "/oauth/v2/authorization"): self._ask_member,
            ("POST", "/oauth/v2/authorization"): self._allow,
            ("POST", "/oauth/v2/accessToken"): self._token,
            ("POST", "/oauth/v2/revoke"): self._revoke,
            ("POST", "/oauth/v2/introspectToken"): self._introspect,
            ("GET", "/rest/organizationAcls"): self._acls,
            ("GET", "/rest/organizations"): self._find_page,
            ("POST", "/rest/images"): self._announce,
        }

    # --- the wire -----------------------------------------------------------------------------------------------------

    def apply(self, call: Call) -> Answer:
        """See Pretend; the headers are looked at first, and every answer has its own."""
        if call.path.startswith(_WEB):
            answer = super().apply(call)
        else:
            try:
                self._check_headers(call)
                answer = super().apply(call)
            except Refusal as refusal:
                answer = refusal.answer
        own = {"x-li-uuid": secrets.token_urlsafe(16), "x-li-request-id": str(call.number), "x-li-fabric": "prod-lva1"}
        return replace(answer, headers={**own, **answer.headers})

    def _check_headers(self, call: Call) -> None:
        """Version, protocol and encoded URNs (contract §1). Raises Refusal."""
        version = call.headers.get("LinkedIn-Version", "")
        if not version:
            raise wrong(
                "A version must be present. Please specify a version by adding the LinkedIn-Version header.",
                "VERSION_MISSING",
            )
        if not self._is_active(version):
            raise Refusal(fault(426, "NONEXISTENT_VERSION", f"Requested version {version} is not active"))
        if call.headers.get("X-Restli-Protocol-Version") != "2.0.0":
            raise wrong("Invalid Rest.li protocol version")
        if ":" in call.raw_path or ":" in call.query_string:
            raise wrong("Syntax exception in path or query: URNs must be percent-encoded")

    def _is_active(self, version: str) -> bool:
        if not re.fullmatch(r"20\d\d(0[1-9]|1[0-2])", version):
            return False
        months = [int(one[:4]) * 12 + int(one[4:]) for one in (str(self.rules.newest_version), version)]
        return 0 <= months[0] - months[1] < self.rules.version_months

    def nowhere(self, call: Call) -> Answer:
        """See Pretend."""
        return fault(404, "RESOURCE_NOT_FOUND", f"No virtual resource found for {call.path}")

    def expired(self) -> Answer:
        """See Pretend."""
        return fault(401, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired", 65602)

    def trouble(self, status: int, seconds: float) -> Answer:
        """See Pretend; a 429 names no time and has no header (contract §8)."""
        code, message, service = _CODES.get(status, (f"ERROR_{status}", "The service is not available", 0))
        return fault(status, code, message, service)

    def too_large(self) -> Answer:
        """See Pretend."""
        return fault(413, "REQUEST_ENTITY_TOO_LARGE", "Request entity too large")

    def rate_headers(self, meters: Sequence[Meter]) -> Mapping[str, str]:
        """None: how much is left is not told (contract §8)."""
        return {}

    # --- who asks -----------------------------------------------------------------------------------------------------

    def member(self, call: Call, scope: str, what: str, a_day: int) -> str:
        """The member of a request, counted. Raises Refusal."""
        member = self.registry.bearer(call.bearer, scope, self.rules)
        allowance = Allowance(a_day, 86_400)
        meter = self._meters.get((member, what))
        if meter is None or meter.allowance != allowance:
            meter = self._meters[member, what] = Meter(allowance)
        self.spend(call, [meter])
        return member

    def reader(self, call: Call, scope: str = READ) -> str:
        """The member who reads."""
        return self.member(call, scope, "reads", self.rules.reads_per_day)

    def page_of(self, urn: str, member: str) -> Page:
        """The organisation that the member may act for. Raises Refusal."""
        page = self.registry.pages.get(urn)
        if page is None or member not in page.admins:
            raise denied()
        return page

    def method(self, call: Call, word: str) -> None:
        """The Rest.li method that this place needs said. Raises Refusal."""
        if call.headers.get("X-RestLi-Method", "").upper() != word:
            raise wrong(f"X-RestLi-Method: {word} is needed here")

    def next_number(self) -> int:
        """A new number, growing with time."""
        self._last = max((time.time_ns() // 1_000_000) << 22, self._last + 1)
        return self._last

    # --- sign-in ------------------------------------------------------------------------------------------------------

    def _ask_member(self, call: Call) -> Answer:
        return self.registry.ask_member(call.query(ASKED, _unknown_asked))

    def _allow(self, call: Call) -> Answer:
        return self.registry.allow(read_grant(call, *ASKED, "account"), self.rules)

    def _token(self, call: Call) -> Answer:
        kind = dict(parse_qsl(call.body.decode("ascii", "replace"))).get("grant_type", "")
        client = ("client_id", "client_secret")
        if kind == "authorization_code":
            given = read_grant(call, "grant_type", "code", "redirect_uri", *client)
            self.registry.check_client(given)
            return Answer(200, self.registry.exchange(given, self.rules))
        if kind == "refresh_token":
            given = read_grant(call, "grant_type", "refresh_token", *client)
            self.registry.check_client(given)
            return Answer(200, self.registry.refreshed(given["refresh_token"], self.rules))
        raise refuse_grant("unsupported_grant_type", "The grant type is not supported")

    def _revoke(self, call: Call) -> Answer:
        given = read_grant(call, "client_id", "client_secret", "token")
        self.registry.check_client(given)
        self.registry.revoke(given["token"])
        return Answer(200)

    def _introspect(self, call: Call) -> Answer:
        given = read_grant(call, "client_id", "client_secret", "token")
        self.registry.check_client(given)
        return Answer(200, self.registry.introspect(given["token"]))

    # --- organisations ------------------------------------------------------------------------------------------------

    def _acls(self, call: Call) -> Answer:
        member = self.reader(call, ADMIN)
        given = self.query(call, "q", "role", "state", "start", "count")
        if given.get("q") != "roleAssignee":
            raise wrong("q=roleAssignee is the one finder here")
        if given.get("role", "ADMINISTRATOR") != "ADMINISTRATOR" or given.get("state", "APPROVED") != "APPROVED":
            return Answer(200, elements([]))
        mine = [page for page in self.registry.pages.values() if member in page.admins]
        return Answer(200, elements([_acl(page, member) for page in mine]))

    def _show_page(self, call: Call, number: str) -> Answer:
        member = self.reader(call, ADMIN)
        self.query(call, "projection", "fields")
        page = self.registry.pages.get(f"urn:li:organization:{number}")
        if page is None:
            raise not_found(number)
        return Answer(200, _shown(self.page_of(page.urn, member)))

    def _find_page(self, call: Call) -> Answer:
        self.reader(call, ADMIN)
        given = self.query(call, "q", "vanityName")
        if given.get("q") != "vanityName":
            raise wrong("q=vanityName is the one finder here")
        found = [page for page in self.registry.pages.values() if page.vanity == given.get("vanityName")]
        return Answer(200, elements([_shown(page) for page in found]))

    def query(self, call: Call, *known: str) -> dict[str, str]:
        """The query's pairs, each known and once. Raises Refusal."""
        return call.query(known, lambda name: wrong(f"Query parameter {name} is not known here"))

    # --- pictures -----------------------------------------------------------------------------------------------------

    def _announce(self, call: Call) -> Answer:
        member = self.member(call, WRITE, "uploads", self.rules.reads_per_day)
        if self.query(call, "action").get("action") != "initializeUpload":
            raise wrong("action=initializeUpload is the one action here")
        owner = read_object(call, UPLOAD)["initializeUploadRequest"]["owner"]
        return Answer(200, self.library.announce(self.page_of(owner, member).urn, self.rules))

    def _put(self, call: Call, word: str) -> Answer:
        self.registry.bearer(call.bearer, WRITE, self.rules)
        picture = self.library.put(call, word, self.rules)
        facts: dict[str, Any] = {
            "account": picture.owner,
            "id": picture.urn,
            "sha256": picture.sha256,
            "size": len(picture.data),
        }
        self.truth.tell("media", number=call.number, **facts)
        return Answer(201)

    def _show_image(self, call: Call, urn: str) -> Answer:
        member = self.registry.bearer(call.bearer, WRITE, self.rules)
        owns = {one.urn: member in one.admins for one in self.registry.pages.values()}
        picture = self.library.own(unquote(urn), owns)
        shown = {"id": picture.urn, "owner": picture.owner, "status": picture.status}
        return Answer(200, shown | {"downloadUrl": f"{call.origin}/_sim/media/{picture.sha256}"})

    # --- behind the stage ---------------------------------------------------------------------------------------------

    def add_accounts(self, count: int, prefix: str) -> list[dict[str, str]]:
        """See Pretend: an organisation each, with tokens of its administrator."""
        return [self._add_account(prefix) for _ in range(count)]

    def _add_account(self, prefix: str) -> dict[str, str]:
        page = self.registry.open_page(f"{prefix}{len(self.registry.pages) + 1}")
        (admin,) = page.admins
        told = self.registry.issue(admin, SCOPES, self.rules)
        return {
            "id": page.id,
            "urn": page.urn,
            "handle": page.vanity,
            "member": admin,
            "client_id": self.registry.client_id,
            "client_secret": self.registry.client_secret,
            "access_token": told["access_token"],
            "refresh_token": told.get("refresh_token", ""),
        }

    def change_profile(self, account: str, changes: Mapping[str, str]) -> None:
        """See Pretend."""
        self.registry.find(account).shown.update(changes)

    def granted(self, account: str) -> Iterable[Token]:
        """See Pretend: those of the members who run the Page."""
        page, registry = self.registry.find(account), self.registry
        return [one for one in (*registry.access.values(), *registry.refresh.values()) if one.member in page.admins]

    def expire(self, account: str | None, what: str) -> int:
        """`access`, `refresh`, `revoked`, or the member's `role` on the Page."""
        if what not in ("access", "refresh", "revoked", "role"):
            raise ValueError("what is access, refresh, revoked or role")
        return self.registry.expire([self.registry.find(account)] if account else [*self.registry.pages.values()], what)


def elements(found: list[Any], start: int = 0, count: int = 10, total: int | None = None) -> dict[str, Any]:
    """A collection as Rest.li answers it."""
    total = len(found) if total is None else total
    more = start + count < total
    links = (
        [{"rel": "next", "type": "application/json", "href": f"?start={start + count}&count={count}"}] if more else []
    )
    return {"elements": found, "paging": {"start": start, "count": count, "links": links, "total": total}}


def _unknown_asked(name: str) -> Refusal:
    return refuse_grant("invalid_request", f"{name} is not known here or is given twice")


def _acl(page: Page, member: str) -> dict[str, str]:
    assignee = f"urn:li:person:{member}"
    return {"role": "ADMINISTRATOR", "organization": page.urn, "roleAssignee": assignee, "state": "APPROVED"}


def _shown(page: Page) -> dict[str, Any]:
    name = page.shown.get("name", page.vanity)
    shown: dict[str, Any] = {
        "id": int(page.id),
        "$URN": page.urn,
        "vanityName": page.vanity,
        "localizedName": name,
        "name": {"localized": {"en_GB": name}, "preferredLocale": {"country": "GB", "language": "en"}},
    }
    if page.shown.get("bio"):
        shown["localizedDescription"] = page.shown["bio"]
    if page.shown.get("picture"):
        urn = f"urn:li:digitalmediaAsset:{page.shown['picture']}"
        shown["logoV2"] = {"original": urn, "cropped": urn, "cropInfo": {"x": 0, "y": 0, "width": 0, "height": 0}}
    return shown
