"""The pretend X around its posts: the wire, consent and tokens, media, allowances, accounts."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from connectors.simulators.meters import Allowance, Meter
from connectors.simulators.pretend import Answer, Call
from connectors.simulators.routing import Routed
from connectors.simulators.truth import Truth
from connectors.simulators.x_media import Library, Medium
from connectors.simulators.x_oauth import ASKED, Grant, Person, Registry
from connectors.simulators.x_words import SCOPES, XRules, invalid, iso, problem, read_grant, refuse_grant

_QUARTER, _DAY = 900, 86_400
_TROUBLE = {
    429: ("Too Many Requests", "Too Many Requests"),
    500: ("Internal Server Error", "Something went wrong."),
    503: ("Service Unavailable", "Service Unavailable"),
}
_USER_FIELDS = (
    "id",
    "name",
    "username",
    "description",
    "profile_image_url",
    "created_at",
    "verified",
    "protected",
    "entities",
)


class XServer(Routed):
    """Everything but posts; abstract."""

    name: ClassVar[str] = "x"

    def __init__(self, truth: Truth, rules: XRules | None = None) -> None:
        super().__init__(truth)
        self.rules: XRules = rules or XRules()
        self.registry = Registry()
        self.library = Library()
        self._meters: dict[tuple[str, str], Meter] = {}
        self._last_id = 0
        self.exact = {
            ("GET", "/i/oauth2/authorize"): self._ask_person,
            ("POST", "/i/oauth2/authorize"): self._allow,
            ("POST", "/2/oauth2/token"): self._exchange,
            ("POST", "/2/oauth2/revoke"): self._revoke,
            ("GET", "/2/users/me"): self._me,
            ("POST", "/2/media/upload"): self._upload,
            ("GET", "/2/media/upload"): self._media_status,
            ("POST", "/2/media/metadata"): self._describe,
            ("POST", "/2/media/upload/initialize"): self._initialize,
        }
        self.numbered = [
            ("POST", re.compile(r"/2/media/upload/(\d{1,19})/append"), self._append),
            ("POST", re.compile(r"/2/media/upload/(\d{1,19})/finalize"), self._finalize),
        ]

    def next_id(self) -> str:
        """A new snowflake: its upper bits are milliseconds since X's own epoch (contract §1)."""
        self._last_id = max((time.time_ns() // 1_000_000 - 1_288_834_974_657) << 22, self._last_id + 1)
        return str(self._last_id)

    # --- the wire -----------------------------------------------------------------------------------------------------

    def nowhere(self, call: Call) -> Answer:
        """See Pretend."""
        return problem(404, "Not Found", "Not Found")

    def expired(self) -> Answer:
        """See Pretend."""
        return problem(401, "Unauthorized", "Unauthorized")

    def trouble(self, status: int, seconds: float) -> Answer:
        """See Pretend."""
        title, detail = _TROUBLE.get(status, ("Forbidden", "You are not permitted to perform this action."))
        reset = {"x-rate-limit-limit": "100", "x-rate-limit-remaining": "0"}
        headers = reset | {"x-rate-limit-reset": str(math.ceil(time.time() + seconds))} if status == 429 else {}
        return Answer(status, problem(status, title, detail).body, headers)

    def too_large(self) -> Answer:
        """See Pretend."""
        return problem(413, "Request Entity Too Large", "Request Entity Too Large")

    def rate_headers(self, meters: Sequence[Meter]) -> Mapping[str, str]:
        """The quarter of an hour under X's documented names, the day under those that are only seen (contract §9)."""
        now, found = time.monotonic(), {}
        for meter in meters:
            word = "x-rate-limit-" if meter.allowance.seconds == _QUARTER else "x-app-limit-24hour-"
            found[f"{word}limit"] = str(meter.allowance.points)
            found[f"{word}remaining"] = str(meter.left(now))
            found[f"{word}reset"] = str(math.ceil(time.time() + meter.resets(now) - now))
        return found

    def caller(self, call: Call, what: str, points: int, *scopes: str, a_day: int = 0) -> Person:
        """Whose request this is, counted on the allowance for `what`. Raises Refusal."""
        person = self.registry.bearer(call.bearer, *scopes)
        meters = [self._meter(person.id, what, Allowance(points, _QUARTER))]
        if a_day:
            meters.append(self._meter("app", what, Allowance(a_day, _DAY)))
        self.spend(call, meters)
        return person

    def _meter(self, whose: str, what: str, allowance: Allowance) -> Meter:
        meter = self._meters.get((whose, what))
        if meter is None or meter.allowance != allowance:
            meter = self._meters[(whose, what)] = Meter(allowance)
        return meter

    # --- sign-in ------------------------------------------------------------------------------------------------------

    def _ask_person(self, call: Call) -> Answer:
        return self.registry.ask_person(call.query(ASKED, lambda name: refuse_grant("invalid_request", name)))

    def _allow(self, call: Call) -> Answer:
        return self.registry.allow(read_grant(call, *ASKED), self.rules)

    def _exchange(self, call: Call) -> Answer:
        names = ("grant_type", "code", "redirect_uri", "code_verifier", "refresh_token", "client_id", "client_type")
        told = self.registry.exchange(call, read_grant(call, *names), self.rules)
        return Answer(200, told, {"Cache-Control": "no-store"})

    def _revoke(self, call: Call) -> Answer:
        self.registry.revoke(call, read_grant(call, "token", "token_type_hint", "client_id"))
        return Answer(200, {"revoked": True})

    def _me(self, call: Call) -> Answer:
        person = self.caller(call, "me", self.rules.me_per_15min, "users.read", "tweet.read")
        given = call.query(("user.fields", "tweet.fields", "expansions"), _unknown)
        wanted = {"id", "name", "username", *filter(None, given.get("user.fields", "").split(","))}
        strange = wanted - set(_USER_FIELDS)
        if strange:
            raise invalid("The `user.fields` query parameter value is not one of the known", **{"user.fields": strange})
        shown = described(person, call.origin)
        return Answer(200, {"data": {name: shown[name] for name in _USER_FIELDS if name in wanted}})

    # --- media --------------------------------------------------------------------------------------------------------

    def _owner(self, call: Call) -> str:
        return self.caller(call, "media", self.rules.media_per_15min, "media.write").id

    def _upload(self, call: Call) -> Answer:
        owner = self._owner(call)
        return self._kept(call, self.library.upload(call, self.next_id(), owner, self.rules))

    def _initialize(self, call: Call) -> Answer:
        medium = self.library.initialize(call, self.next_id(), self._owner(call), self.rules)
        return Answer(200, {"data": {"id": medium.id, "media_key": medium.key, "expires_after_secs": _DAY}})

    def _append(self, call: Call, number: str) -> Answer:
        return self.library.append(call, number, self._owner(call))

    def _finalize(self, call: Call, number: str) -> Answer:
        return self._kept(call, self.library.finalize(number, self._owner(call), self.rules))

    def _media_status(self, call: Call) -> Answer:
        owner, given = self._owner(call), call.query(("media_id", "command"), _unknown)
        if given.get("command") != "STATUS":
            raise invalid("The `command` query parameter must be STATUS")
        return Answer(200, {"data": self.library.own(given.get("media_id", ""), owner).shown()})

    def _describe(self, call: Call) -> Answer:
        medium, answer = self.library.describe(call, self._owner(call), self.rules)
        self._tell(call, medium)
        return answer

    def _kept(self, call: Call, medium: Medium) -> Answer:
        self._tell(call, medium)
        return Answer(200, {"data": medium.shown()})

    def _tell(self, call: Call, medium: Medium) -> None:
        names: dict[str, Any] = {"id": medium.id, "sha256": medium.sha256, "type": medium.media_type}
        self.truth.tell(
            "media", number=call.number, account=medium.owner, **names, alt=medium.alt or None, size=len(medium.data)
        )

    # --- behind the stage ---------------------------------------------------------------------------------------------

    def add_accounts(self, count: int, prefix: str) -> list[dict[str, str]]:
        """See Pretend: each with the tokens of a consent given to the confidential application."""
        return [self._add_account(prefix) for _ in range(count)]

    def _add_account(self, prefix: str) -> dict[str, str]:
        person, client = self.registry.open_account(f"{prefix}{len(self.registry.people) + 1}"), self.registry.gateway
        told = self.registry.issue(client, person, SCOPES, self.rules)
        tokens = {name: told[name] for name in ("access_token", "refresh_token")}
        own = {"id": person.id, "username": person.name, "client_id": client.client_id}
        return {**own, "client_secret": client.secret or "", **tokens}

    def granted(self, account: str) -> Iterable[Grant]:
        """See Pretend."""
        person = self.registry.find(account)
        return [grant for grant in self.registry.grants if grant.person is person]

    def expire(self, account: str | None, what: str) -> int:
        """`access` (run out), `refresh`, `revoked` (both), `suspended` (403)."""
        people = [self.registry.find(account)] if account else list(self.registry.people.values())
        if what == "suspended":
            for person in people:
                person.suspended = True
            return len(people)
        if what not in ("access", "refresh", "revoked"):
            raise ValueError("what is access, refresh, revoked or suspended")
        return self.registry.expire(people, what)

    def change_profile(self, account: str, changes: Mapping[str, str]) -> None:
        """See Pretend."""
        self.registry.find(account).shown.update(changes)


def described(person: Person, origin: str) -> dict[str, Any]:
    """The user object, every field of it."""
    picture = person.shown.get("picture", "default")
    return {
        "id": person.id,
        "name": person.shown.get("name", person.name),
        "username": person.name,
        "description": person.shown.get("bio", ""),
        "profile_image_url": f"{origin}/profile_images/{person.id}/{picture}_normal.png",
        "created_at": iso(1_600_000_000),
        "verified": False,
        "protected": False,
        "entities": {},
    }


def _unknown(name: str) -> Any:
    return invalid(f"The query parameter [{name}] is not one of the known", **{name: ""})
