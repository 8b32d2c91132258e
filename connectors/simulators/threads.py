"""A pretend Threads: containers and their publishing, reply chains, quotas, deletion."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, ClassVar

from connectors.simulators.graph_consent import Dialect, Token
from connectors.simulators.graph_containers import Container, Flaw, State
from connectors.simulators.graph_lists import stamp
from connectors.simulators.graph_publisher import GraphPublisher, Post, Profile, Spoiled, Words
from connectors.simulators.graph_server import Turn
from connectors.simulators.graph_words import (
    DEATHS,
    Given,
    dead_token,
    flag,
    missing,
    needed,
    only,
    read_input,
    refuse,
    text,
)
from connectors.simulators.pretend import Answer, Call
from connectors.simulators.threads_words import (
    AUDIENCES,
    BASIC,
    CAROUSEL,
    DELETE,
    DELETES_SPENT,
    DIALECT,
    FLAWS,
    GONE,
    POSTS_SPENT,
    PUBLISH,
    READ_REPLIES,
    REPLIES_SPENT,
    REPLY,
    UNREADY,
    ThreadsRules,
    check_tag,
    check_words,
    first_link,
)
from connectors.simulators.truth import Truth

_GRAPH = ("graph.threads.net", "graph.threads.com")
_SIGN_IN = ("threads.net", "www.threads.net", "threads.com", "www.threads.com")
_SHARED = ("media_type", "text", "reply_to_id", "reply_control", "quote_post_id", "topic_tag")
# What each kind of container takes beside what all take.
_OWN: Mapping[str, tuple[str, ...]] = {
    "TEXT": (*_SHARED, "link_attachment", "auto_publish_text"),
    "IMAGE": (*_SHARED, "image_url", "alt_text", "is_carousel_item"),
    "CAROUSEL": (*_SHARED, "children"),
}
_ITEM = ("media_type", "image_url", "alt_text", "is_carousel_item")
_SHOWN = {"TEXT": "TEXT_POST", "IMAGE": "IMAGE", "CAROUSEL": "CAROUSEL_ALBUM"}


class Threads(GraphPublisher):
    """See the module. Videos, polls and the like are refused as parameters not known here."""

    name: ClassVar[str] = "threads"
    dialect: ClassVar[Dialect] = DIALECT
    hosts: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "/oauth/authorize": _SIGN_IN,
        "/": _GRAPH,
    }
    flaws: ClassVar[Mapping[Flaw, Spoiled]] = FLAWS
    unready: ClassVar[Mapping[State, Words]] = UNREADY
    gone: ClassVar[Words] = GONE
    first_id: ClassVar[int] = 18_000_000_000_000_000

    def __init__(self, truth: Truth, rules: ThreadsRules | None = None) -> None:
        super().__init__(truth)
        self.rules: ThreadsRules = rules or ThreadsRules()
        self.exact["GET", "/debug_token"] = self.exact["GET", "debug_token"] = self._inspect
        self.offer(
            ("POST", r"(me|\d+)/threads", self._create),
            ("GET", r"(me|\d+)/threads", self._list),
            ("GET", r"(me|\d+)/replies", self._list_replies),
            ("GET", r"(\d+)/conversation", self._converse),
            ("POST", r"(me|\d+)/threads_publish", self._publish),
            ("GET", r"(me|\d+)/threads_publishing_limit", self._limit),
            ("GET", r"(me|\d+)", self._show),
            ("DELETE", r"(\d+)", self._delete),
        )

    # --- saying -------------------------------------------------------------------------------------------------------

    def _create(self, turn: Turn[Token], who: str) -> Answer:
        profile = self.own(turn, who, BASIC, PUBLISH)
        kind = needed(turn.given, "media_type")
        if kind not in _OWN:
            raise refuse(100, "Param media_type must be one of TEXT, IMAGE, CAROUSEL: no videos are made here")
        is_item = flag(turn.given, "is_carousel_item", False)
        given = only(turn.given, *(_ITEM if is_item and kind == "IMAGE" else _OWN[kind]))
        self._check(turn, profile, given, kind)
        details = {name: text(given, name) for name in ("reply_to_id", "quote_post_id", "link_attachment", "topic_tag")}
        made = self.draft(profile, kind, text(given, "text"), is_item=is_item, details=details)
        if kind == "CAROUSEL":
            items = self.children(given, profile.id, self.rules.max_items, CAROUSEL)
            made.pictures = tuple(picture for item in items for picture in item.pictures)
        if kind == "TEXT" and flag(given, "auto_publish_text", False):
            return self._out(turn, made)
        return self.contain(turn, made, text(given, "image_url"), text(given, "alt_text"))

    def _check(self, turn: Turn[Token], profile: Profile, given: Given, kind: str) -> None:
        """Raise Refusal for what the parameters say wrong."""
        check_words(text(given, "text"), text(given, "link_attachment"), self.rules)
        check_tag(text(given, "topic_tag"))
        if kind != "CAROUSEL":
            needed(given, "text" if kind == "TEXT" else "image_url")
        if len(text(given, "alt_text")) > self.rules.max_alt:
            raise refuse(100, f"Param alt_text must be at most {self.rules.max_alt} characters long.")
        if text(given, "reply_control") not in ("", *AUDIENCES):
            raise refuse(100, f"Param reply_control must be one of {', '.join(sorted(AUDIENCES))}")
        if "reply_to_id" in given:
            self.own(turn, profile.id, REPLY)
        for name in ("reply_to_id", "quote_post_id"):
            if name in given and text(given, name) not in self.all_posts:
                raise GONE.refusal()

    def _publish(self, turn: Turn[Token], who: str) -> Answer:
        return self._out(turn, self.publishable(turn, self.own(turn, who, BASIC, PUBLISH)))

    def _out(self, turn: Turn[Token], container: Container) -> Answer:
        """Publish it, counted as a post or as a reply."""
        parent = container.details["reply_to_id"]
        if parent and parent not in self.all_posts:
            raise GONE.refusal()
        if parent:
            self.use(container.account, "replies", self.rules.replies_per_day, REPLIES_SPENT)
        else:
            self.use(container.account, "posts", self.rules.posts_per_day, POSTS_SPENT)
        return self.publish(turn.call, container, parent=parent)

    # --- reading ------------------------------------------------------------------------------------------------------

    def _list(self, turn: Turn[Token], who: str) -> Answer:
        own = self.own(turn, who, BASIC).id
        return self.list_posts(turn, lambda post: post.account == own and not post.parent, "THApiMedia")

    def _list_replies(self, turn: Turn[Token], who: str) -> Answer:
        """The account's own replies; under a post's number, the replies to it."""
        number = "" if who in ("me", turn.token.account) else self._there(turn, who).id
        own = self.own(turn, "me", BASIC, READ_REPLIES).id
        return self.list_posts(
            turn, lambda p: p.parent == number if number else bool(p.parent) and p.account == own, "THApiMedia"
        )

    def _converse(self, turn: Turn[Token], number: str) -> Answer:
        """Every reply below a post, however deep."""
        self.own(turn, "me", BASIC, READ_REPLIES)
        top = self._there(turn, number)
        return self.list_posts(turn, lambda post: top.id in self._line(post)[1:], "THApiMedia")

    def _line(self, post: Post) -> list[str]:
        """The ids of a post and of what it follows, up to the first."""
        line = [post.id]
        while post.parent:
            line.append(post.parent)
            if post.parent not in self.all_posts:
                break
            post = self.all_posts[post.parent]
        return line

    def _limit(self, turn: Turn[Token], who: str) -> Answer:
        own, given = self.own(turn, who, BASIC, PUBLISH).id, only(turn.given, "fields")
        whole: dict[str, Any] = {}
        for name, what, total in (
            ("", "posts", self.rules.posts_per_day),
            ("reply_", "replies", self.rules.replies_per_day),
            ("delete_", "deletes", self.rules.deletes_per_day),
        ):
            whole[f"{name}quota_usage"], whole[f"{name}config"] = self.used(own, what, total)
        asked = given if text(given, "fields") else {"fields": "quota_usage"}
        return Answer(200, {"data": [self.picked(asked, whole, "ThreadsPublishingLimit")]})

    def _show(self, turn: Turn[Token], number: str) -> Answer:
        given = only(turn.given, "fields")
        if number in ("me", turn.token.account):
            return Answer(200, self.picked(given, _face(self.own(turn, number, BASIC)), "ThreadsUser"))
        self.own(turn, "me", BASIC)
        container = self.containers.get(number)
        if container is not None and container.account == turn.token.account:
            failed = container.trouble if container.state is State.ERROR else None
            whole = {"id": container.id, "status": str(container.state), "error_message": failed}
            return Answer(200, self.picked(given, whole, "ThreadsMediaContainer"))
        return Answer(200, self.picked(given, self.shown(self._there(turn, number)), "THApiMedia"))

    def shown(self, post: Post) -> dict[str, Any]:
        """See GraphPublisher."""
        username, line = self.profiles[post.account].username, self._line(post)
        sources = [f"/_sim/media/{one.sha256}" for one in post.pictures]
        items = [
            {"id": f"{post.id}{place}", "media_type": "IMAGE", "media_url": source, "alt_text": picture.alt or None}
            for place, (source, picture) in enumerate(zip(sources, post.pictures, strict=True))
        ]
        is_album, quoted = post.kind == "CAROUSEL", post.details.get("quote_post_id")
        card = post.details.get("link_attachment") or (first_link(post.text) if post.kind == "TEXT" else "")
        return {
            "id": post.id,
            "text": post.text or None,
            "timestamp": stamp(post.at),
            "username": username,
            "owner": {"id": post.account},
            "media_type": _SHOWN[post.kind],
            "media_product_type": "THREADS",
            "media_url": sources[0] if sources and not is_album else None,
            "permalink": f"https://www.threads.net/@{username}/post/{post.shortcode}",
            "shortcode": post.shortcode,
            "alt_text": items[0]["alt_text"] if items and not is_album else None,
            "children": {"data": items} if is_album else None,
            "is_quote_post": bool(quoted),
            "quoted_post": {"id": quoted} if quoted else None,
            "is_reply": bool(post.parent),
            "replied_to": {"id": post.parent} if post.parent else None,
            "root_post": {"id": line[-1]} if post.parent else None,
            "has_replies": any(one.parent == post.id for one in self.all_posts.values()),
            "link_attachment_url": card or None,
            "topic_tag": post.details.get("topic_tag") or None,
        }

    def _there(self, turn: Turn[Token], number: str) -> Post:
        """A post of one's own. Raises Refusal."""
        post = self.all_posts.get(number)
        if post is None or post.account != turn.token.account:
            raise missing(number, turn.call.method)
        return post

    def _inspect(self, call: Call) -> Answer:
        """`debug_token`, asked with any live token of the app, or with its id and secret."""
        given, known = only(read_input(call), "input_token", "access_token"), self.consents
        asking = needed(given, "access_token")
        if asking not in (f"{known.app_id}|{known.app_secret}", f"TH|{known.app_id}|{known.app_secret}"):
            known.find(asking)
        token = known.tokens.get(needed(given, "input_token"))
        if token is None:
            raise dead_token("Cannot parse access token")
        left = token.expires - time.monotonic()
        subcode, words = DEATHS.get(token.died or ("access" if left <= 0 else ""), (None, ""))
        told = {
            "type": "USER",
            "application": "Gateway",
            "is_valid": not words,
            "issued_at": int(time.time() - time.monotonic() + token.made),
            "expires_at": int(time.time() + left),
            "scopes": sorted(token.scopes),
            "user_id": token.account,
            **({"error": {"code": 190, "subcode": subcode, "message": words}} if words else {}),
        }
        return Answer(200, {"data": told})

    # --- changing -----------------------------------------------------------------------------------------------------

    def _delete(self, turn: Turn[Token], number: str) -> Answer:
        only(turn.given)
        account = self.own(turn, "me", BASIC, DELETE).id
        self._there(turn, number)
        self.use(account, "deletes", self.rules.deletes_per_day, DELETES_SPENT)
        del self.all_posts[number]
        self.truth.tell("removed", number=turn.call.number, account=account, id=number)
        return Answer(200, {"success": True, "deleted_id": number})

    # --- behind the stage ---------------------------------------------------------------------------------------------

    def open_profile(self, number: int, username: str, name: str) -> Profile:
        """See GraphPublisher."""
        own = 24_000_000_000_000_000 + number
        return Profile(str(own), own, username, name)

    def foreign_post(self, account: str, text: str) -> dict[str, str]:
        """See Pretend."""
        made = Post(self.next_id(), self.find_profile(account).id, text, "TEXT", by="foreign")
        self.keep(None, made)
        return {"id": made.id}


def _face(profile: Profile) -> dict[str, Any]:
    return {
        "id": profile.id,
        "username": profile.username,
        "name": profile.name,
        "threads_profile_picture_url": f"https://scontent.cdninstagram.com/{profile.picture}.jpg?oh=expires",
        "threads_biography": profile.bio,
        "is_verified": False,
    }
