"""What the pretend Instagram and Threads share: accounts, sign-in, containers that are published once, quotas."""

from __future__ import annotations

import base64
import time
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, ClassVar, NamedTuple

from connectors.simulators.fetching import Errand, Fetched
from connectors.simulators.graph_consent import Consents, Dialect, Lives, Token
from connectors.simulators.graph_containers import Container, Flaw, Frame, Picture, State, as_picture, flaw_of
from connectors.simulators.graph_lists import LISTING, listing
from connectors.simulators.graph_server import GraphServer, Turn
from connectors.simulators.graph_words import (
    DEATHS,
    Given,
    choose,
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
from connectors.simulators.meters import Allowance, Meter
from connectors.simulators.pretend import Answer, Call, Handler, MustFetch, Refusal
from connectors.simulators.truth import Instant, Truth

DAY_S = 86_400
_LOOPBACK = ("127.0.0.1", "localhost")
_AGE_S = 2.0 * DAY_S  # of the tokens that accounts are opened with: old enough to be extended


@dataclass
class Post:
    """A post, or what follows one (`parent`). `at` is seconds since 1970, `since` monotonic; `details` are its own."""

    id: str
    account: str
    text: str
    kind: str
    pictures: tuple[Picture, ...] = ()
    parent: str = ""
    by: str = "api"
    details: Mapping[str, str] = field(default_factory=dict)
    at: float = field(default_factory=time.time)
    since: float = field(default_factory=time.monotonic)

    @property
    def shortcode(self) -> str:
        """As it stands in the permalink: the id in base64."""
        number = int(self.id)
        return base64.urlsafe_b64encode(number.to_bytes(9, "big")).decode().lstrip("A")


@dataclass
class Profile:
    """One account. `consent_id` is what sign-in calls it."""

    id: str
    consent_id: Any
    username: str
    name: str
    bio: str = "Figures, in words"
    picture: str = "picture"


class Words(NamedTuple):
    """How something is refused: code, subcode, message."""

    code: int
    subcode: int | None
    message: str

    def refusal(self) -> Refusal:
        """To be raised."""
        return refuse(self.code, self.message, self.subcode)


class Spoiled(NamedTuple):
    """How a flaw in a picture shows: refused at once, or as `trouble` of the container where `late`."""

    words: Words
    trouble: str
    late: bool = False


class GraphPublisher(GraphServer[Token]):
    """A platform of containers; abstract. Its `rules` are a ContainerRules."""

    dialect: ClassVar[Dialect]
    hosts: ClassVar[Mapping[str, tuple[str, ...]]]  # by how a path begins, longest first
    flaws: ClassVar[Mapping[Flaw, Spoiled]]
    unready: ClassVar[Mapping[State, Words]]  # what a container that cannot be published is told
    gone: ClassVar[Words]  # of a container that is not there
    first_id: ClassVar[int]

    def __init__(self, truth: Truth) -> None:
        super().__init__(truth)
        self.profiles: dict[str, Profile] = {}
        self.all_posts: dict[str, Post] = {}
        self.containers: dict[str, Container] = {}
        self.consents = Consents(self.dialect, self.profiles)
        self._quotas: dict[tuple[str, str], Meter] = {}
        self._last = self.first_id + int(time.time() * 1000)
        ask = self.consents
        self.exact = {
            ("GET", "/oauth/authorize"): lambda call: ask.ask_person(read_input(call)),
            ("POST", "/oauth/authorize"): lambda call: ask.allow(read_input(call), self.rules.code_life_s),
            ("POST", "/oauth/access_token"): self._grant(ask.redeem),
            ("GET", "/access_token"): self._grant(ask.lengthen),
            ("GET", "/refresh_access_token"): self._grant(ask.extend),
        }

    # --- the wire -----------------------------------------------------------------------------------------------------

    def apply(self, call: Call) -> Answer:
        """See Pretend; several hosts live here, and each answers for its own places only."""
        host = call.headers.get("Host", "").partition(":")[0]
        own = next(hosts for begin, hosts in self.hosts.items() if call.path.startswith(begin))
        return super().apply(call) if host in (*_LOOPBACK, *own) else self.nowhere(call)

    def turn(self, call: Call) -> Turn[Token]:
        """See GraphServer."""
        given = read_input(call)
        token = self.consents.find(take_token(call, given))
        proof = str(given.pop("appsecret_proof", ""))
        self.consents.check_proof(token.word, proof, required=self.rules.proof_required)
        self.count(call, token.account)
        return Turn(call, token, given)

    def _grant(self, exchange: Callable[[Given, Lives], dict[str, Any]]) -> Handler:
        def answer(call: Call) -> Answer:
            rules = self.rules
            lives = Lives(rules.code_life_s, rules.short_life_s, rules.long_life_s, rules.refresh_after_s)
            return Answer(200, exchange(read_input(call), lives), {"Cache-Control": "no-store"})

        return answer

    def own(self, turn: Turn[Token], who: str, *permissions: str) -> Profile:
        """The token's own account, who may be called `me`, for what needs these permissions. Raises Refusal."""
        if who not in ("me", turn.token.account):
            raise missing(who, turn.call.method)
        for one in permissions:
            if one not in turn.token.scopes:
                raise forbidden(one, 10)
        return self.profiles[turn.token.account]

    def next_id(self) -> str:
        """A new id, of a container or of what it becomes."""
        self._last += 1
        return str(self._last)

    # --- containers ---------------------------------------------------------------------------------------------------

    def frame(self) -> Frame:
        """The pictures that are taken now."""
        rules = self.rules
        return Frame(
            tuple(rules.types.split()),
            rules.picture_bytes,
            (rules.least_width, rules.most_width),
            (rules.least_ratio, rules.most_ratio),
            rules.scales_widths,
        )

    def draft(self, profile: Profile, kind: str, words: str, **more: Any) -> Container:
        """A container that is not kept yet."""
        ready, ends = self.rules.processing_s, self.rules.container_life_s
        now = time.monotonic()
        return Container(self.next_id(), profile.id, kind, words, (), now + ready, now + ends, **more)

    def contain(self, turn: Turn[Token], made: Container, url: str, alt: str) -> Answer:
        """Keep a container; its picture is fetched first. Raises Refusal, and MustFetch."""
        if not url:
            return self.keep_container(made)
        errand = Errand(url, self.rules.picture_bytes, self.rules.fetch_s, self.rules.picture_hosts)
        raise MustFetch(errand, partial(self._fetched, turn.call, made, (url, alt)))

    def _fetched(self, call: Call, made: Container, asked: tuple[str, str], fetched: Fetched) -> Answer:
        flaw = flaw_of(fetched, self.frame())
        spoiled = self.flaws[flaw] if flaw else None
        if spoiled and not (spoiled.late or self.rules.flaws_show_late):
            raise spoiled.words.refusal()
        if spoiled:
            made.trouble = spoiled.trouble
            return self.keep_container(made)
        url, alt = asked
        picture = as_picture(fetched, alt)
        made.pictures = (picture,)
        facts: dict[str, Any] = {"id": made.id, "sha256": picture.sha256, "type": picture.media_type, "alt": alt}
        told = {"account": made.account, "size": len(picture.data), "fetched_from": url, **facts}
        self.truth.tell("media", number=call.number, **told)
        return self.keep_container(made)

    def keep_container(self, made: Container) -> Answer:
        """From now on it is there."""
        made.trouble = made.trouble or self.rules.spoil
        self.containers[made.id] = made
        return Answer(200, {"id": made.id})

    def children(self, given: Given, account: str, most: int, wrong: Words) -> tuple[Container, ...]:
        """The items of a carousel: 2 to `most` of one's own, each once and ready. Raises Refusal."""
        named = given.get("children", "")
        ids = [one.strip() for one in named.split(",")] if isinstance(named, str) else named
        if not isinstance(ids, list) or not 2 <= len(ids) <= most or len(set(map(str, ids))) != len(ids):
            raise wrong.refusal()
        found = [self.containers.get(str(one)) for one in ids]
        items = tuple(one for one in found if one and one.account == account and one.is_item)
        if len(items) != len(ids):
            raise self.gone.refusal()
        for item in items:
            if item.state is not State.FINISHED:
                raise self.unready[item.state].refusal()
        return items

    def publishable(self, turn: Turn[Token], profile: Profile) -> Container:
        """The container named in `creation_id`, where it may be published now. Raises Refusal."""
        given = only(turn.given, "creation_id")
        found = self.containers.get(needed(given, "creation_id"))
        if found is None or found.account != profile.id or found.is_item:
            raise self.gone.refusal()
        if found.state is State.PUBLISHED:
            code, _, subcode = self.rules.second_publish.partition("/")
            raise refuse(int(code), "The media could not be published", int(subcode or 0) or None)
        if found.state is not State.FINISHED:
            raise self.unready[found.state].refusal()
        return found

    def publish(self, call: Call, container: Container, **more: Any) -> Answer:
        """Publish it, once."""
        parts = container.text, container.kind, container.pictures
        post = Post(self.next_id(), container.account, *parts, details=container.details, **more)
        self.keep(call, post)
        container.published = post.id
        return Answer(200, {"id": post.id})

    def keep(self, call: Call | None, post: Post) -> None:
        """From now on it is out; and told."""
        copies = [post]
        if call is not None and call.twice:
            copies.append(replace(post, id=self.next_id(), by="double"))
        for one in copies:
            self.all_posts[one.id] = one
            told = {name: value for name, value in self._outline(one).items() if name != "at"}
            self.truth.tell("accepted", number=call.number if call else None, **told)

    # --- quotas -------------------------------------------------------------------------------------------------------

    def quota(self, account: str, what: str, total: int) -> Meter:
        """What an account has used in a day of something it may do `total` times."""
        meter = self._quotas.get((account, what))
        if meter is None or meter.allowance.points != total:
            meter = self._quotas[account, what] = Meter(Allowance(total, DAY_S))
        return meter

    def use(self, account: str, what: str, total: int, spent: Words) -> None:
        """Use it once. Raises Refusal where the day's are used up."""
        if not self.quota(account, what, total).spend(1, time.monotonic()):
            raise spent.refusal()

    def used(self, account: str, what: str, total: int) -> tuple[int, dict[str, int]]:
        """How much is used, and the configuration shown beside it."""
        left = self.quota(account, what, total).left(time.monotonic())
        return total - left, {"quota_total": total, "quota_duration": DAY_S}

    # --- reading ------------------------------------------------------------------------------------------------------

    def list_posts(self, turn: Turn[Token], wanted: Callable[[Post], bool], kind: str) -> Answer:
        """A page of posts, newest first."""
        given = only(turn.given, *LISTING)
        posts = [post for post in reversed(self.all_posts.values()) if wanted(post)]
        found, paging = listing(turn.call.origin + turn.call.path, given, posts, turn.call.lag)
        return Answer(200, {"data": [self.picked(given, self.shown(post), kind) for post in found], **paging})

    def picked(self, given: Given, whole: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """The fields asked for, the id alone where none is. Raises Refusal."""
        return choose(whole, parse_fields(text(given, "fields") or "id"), kind)

    @abstractmethod
    def shown(self, post: Post) -> dict[str, Any]:
        """Every field of a post's node; None stands for one that is not there."""

    # --- behind the stage ---------------------------------------------------------------------------------------------

    def add_accounts(self, count: int, prefix: str) -> list[dict[str, str]]:
        """See Pretend: each with a long token that may do everything and is two days old."""
        return [self._add_account(prefix) for _ in range(count)]

    def _add_account(self, prefix: str) -> dict[str, str]:
        number = len(self.profiles) + 1
        profile = self.open_profile(number, f"{prefix}{number}", f"{prefix.capitalize()} {number}")
        self.profiles[profile.id] = profile
        life = self.rules.long_life_s + _AGE_S
        token = self.consents.issue(profile.id, self.dialect.permissions, life, is_long=True, age_s=_AGE_S)
        return {
            "id": profile.id,
            "handle": profile.username,
            "name": profile.name,
            "access_token": token.word,
            "client_id": self.consents.app_id,
            "client_secret": self.consents.app_secret,
        }

    @abstractmethod
    def open_profile(self, number: int, username: str, name: str) -> Profile:
        """A new account."""

    def find_profile(self, account: str) -> Profile:
        """By id or user name. Raises KeyError."""
        known = self.profiles.get(account)
        found = known or next((one for one in self.profiles.values() if one.username == account), None)
        if found is None:
            raise KeyError(f"no account {account}")
        return found

    def change_profile(self, account: str, changes: Mapping[str, str]) -> None:
        """See Pretend."""
        found = self.find_profile(account)
        for name, value in changes.items():
            setattr(found, name, value)

    def granted(self, account: str) -> Iterable[Token]:
        """See Pretend."""
        whose = self.find_profile(account).id
        return [token for token in self.consents.tokens.values() if token.account == whose]

    def expire(self, account: str | None, what: str) -> int:
        """Tokens of an account (or all) die of `access`, `removed`, `checkpoint` or `password`."""
        if what not in DEATHS:
            raise ValueError(f"what is one of {', '.join(DEATHS)}")
        whose = self.find_profile(account).id if account else ""
        return self.consents.kill((t for t in self.consents.tokens.values() if whose in ("", t.account)), what)

    def edit_post(self, post: str, text: str) -> None:
        """See Pretend."""
        self.all_posts[post].text = text

    def remove_post(self, post: str) -> None:
        """See Pretend."""
        del self.all_posts[post]

    def posts(self) -> list[dict[str, Any]]:
        """See Pretend."""
        return [self._outline(post) for post in reversed(self.all_posts.values())]

    def pictures(self) -> Iterator[Picture]:
        """See GraphServer; those in containers, too."""
        kept: list[Post | Container] = [*self.all_posts.values(), *self.containers.values()]
        return (picture for one in kept for picture in one.pictures)

    def _outline(self, post: Post) -> dict[str, Any]:
        return {
            "account": post.account,
            "handle": self.profiles[post.account].username,
            "id": post.id,
            "at": Instant(int(post.at * 1e9), 0).utc,
            "text": post.text,
            "media": [{"sha256": one.sha256, "alt": one.alt} for one in post.pictures],
            "reply_to": post.parent or None,
            "application": None if post.by == "foreign" else "Gateway",
            "by": post.by,
        }
