"""A pretend Instagram: content publishing by the API with Instagram login, on three hosts of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from connectors.simulators.graph_consent import Dialect, Token
from connectors.simulators.graph_containers import Container, Flaw, State
from connectors.simulators.graph_lists import stamp
from connectors.simulators.graph_publisher import GraphPublisher, Post, Profile, Spoiled, Words
from connectors.simulators.graph_server import Turn
from connectors.simulators.graph_words import Given, flag, forbidden, missing, needed, only, refuse, text
from connectors.simulators.instagram_words import (
    BASIC,
    CAROUSEL,
    COMMENT,
    CROWDED,
    DIALECT,
    FLAWS,
    GONE,
    PUBLISH,
    SPENT,
    UNREADY,
    InstagramRules,
    check_words,
)
from connectors.simulators.pretend import Answer
from connectors.simulators.truth import Truth

_CREATE = ("image_url", "caption", "alt_text", "media_type", "is_carousel_item", "children")
_VIDEOS = ("REELS", "STORIES", "VIDEO")
_FINISHED = "Finished: Media has been uploaded and it is ready to be published."
_STATUS = {State.FINISHED: _FINISHED, State.PUBLISHED: "Published: Media has been successfully published."}


class Instagram(GraphPublisher):
    """See the module. A video, a story, a place or somebody tagged is refused as a parameter not known here."""

    name: ClassVar[str] = "instagram"
    kind: ClassVar[str] = "instagram"
    spent: ClassVar[tuple[int, str]] = (80002, "There have been too many calls to this Instagram account")
    dialect: ClassVar[Dialect] = DIALECT
    hosts: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "/oauth/authorize": ("www.instagram.com",),
        "/oauth/": ("api.instagram.com",),
        "/": ("graph.instagram.com",),
    }
    flaws: ClassVar[Mapping[Flaw, Spoiled]] = FLAWS
    unready: ClassVar[Mapping[State, Words]] = UNREADY
    gone: ClassVar[Words] = GONE
    first_id: ClassVar[int] = 17_900_000_000_000_000

    def __init__(self, truth: Truth, rules: InstagramRules | None = None) -> None:
        super().__init__(truth)
        self.rules: InstagramRules = rules or InstagramRules()
        self.offer(
            ("POST", r"(me|\d+)/media", self._create),
            ("GET", r"(me|\d+)/media", self._list),
            ("POST", r"(me|\d+)/media_publish", self._publish),
            ("GET", r"(me|\d+)/content_publishing_limit", self._limit),
            ("POST", r"(\d+)/comments", self._comment),
            ("GET", r"(\d+)/comments", self._list_comments),
            ("GET", r"(me|\d+)", self._show),
            ("DELETE", r"(\d+)", self._delete),
        )

    # --- saying -------------------------------------------------------------------------------------------------------

    def _create(self, turn: Turn[Token], who: str) -> Answer:
        profile = self.own(turn, who, BASIC, PUBLISH)
        given = only(turn.given, *_CREATE)
        check_words(text(given, "caption"), self.rules)
        made = self._carousel(profile, given) if "media_type" in given else self._image(profile, given)
        self.use(profile.id, "containers", self.rules.containers_per_day, CROWDED)
        return self.contain(turn, made, text(given, "image_url"), text(given, "alt_text"))

    def _image(self, profile: Profile, given: Given) -> Container:
        needed(given, "image_url")
        if "children" in given:
            raise refuse(100, "children needs media_type CAROUSEL")
        if len(text(given, "alt_text")) > self.rules.max_alt:
            raise refuse(100, f"alt_text must be at most {self.rules.max_alt} characters")
        is_item = flag(given, "is_carousel_item", False)
        if is_item and "caption" in given:
            raise refuse(100, "The caption belongs to the carousel, not to its items")
        return self.draft(profile, "IMAGE", text(given, "caption"), is_item=is_item)

    def _carousel(self, profile: Profile, given: Given) -> Container:
        if text(given, "media_type") in _VIDEOS:
            raise refuse(352, "The video format is not supported", 2207026)
        if text(given, "media_type") != "CAROUSEL":
            raise refuse(100, "Unknown media type: CAROUSEL, REELS, STORIES or none", 2207023)
        strange = [name for name in ("image_url", "alt_text", "is_carousel_item") if name in given]
        if strange:
            raise refuse(100, f"{strange[0]} belongs to the items of a carousel")
        items = self.children(given, profile.id, self.rules.max_items, CAROUSEL)
        made = self.draft(profile, "CAROUSEL_ALBUM", text(given, "caption"))
        made.pictures = tuple(picture for item in items for picture in item.pictures)
        return made

    def _publish(self, turn: Turn[Token], who: str) -> Answer:
        profile = self.own(turn, who, BASIC, PUBLISH)
        container = self.publishable(turn, profile)
        self.use(profile.id, "posts", self.rules.quota_total, SPENT)
        return self.publish(turn.call, container)

    def _comment(self, turn: Turn[Token], number: str) -> Answer:
        on = self._media(turn, number, BASIC, COMMENT)
        words = needed(only(turn.given, "message"), "message")
        check_words(words, self.rules)
        made = Post(self.next_id(), on.account, words, "COMMENT", parent=on.id)
        self.keep(turn.call, made)
        return Answer(200, {"id": made.id})

    # --- reading ------------------------------------------------------------------------------------------------------

    def _list(self, turn: Turn[Token], who: str) -> Answer:
        profile = self.own(turn, who, BASIC)
        return self.list_posts(turn, lambda post: post.account == profile.id and not post.parent, "ShadowIGMedia")

    def _list_comments(self, turn: Turn[Token], number: str) -> Answer:
        on = self._media(turn, number, BASIC, COMMENT)
        only(turn.given, "fields", "limit", "after", "before")
        return self.list_posts(turn, lambda post: post.parent == on.id, "IGComment")

    def _limit(self, turn: Turn[Token], who: str) -> Answer:
        profile = self.own(turn, who, BASIC, PUBLISH)
        used, config = self.used(profile.id, "posts", self.rules.quota_total)
        given = only(turn.given, "fields")
        whole = {"quota_usage": used, "config": config}
        asked = given if text(given, "fields") else {"fields": "quota_usage"}
        return Answer(200, {"data": [self.picked(asked, whole, "ContentPublishingLimitResponse")]})

    def _show(self, turn: Turn[Token], number: str) -> Answer:
        given = only(turn.given, "fields")
        if number in ("me", turn.token.account):
            return Answer(200, self.picked(given, self._face(self.own(turn, number, BASIC), number), "IGUser"))
        container = self.containers.get(number)
        if container is not None and container.account == turn.token.account:
            self.own(turn, "me", BASIC)
            return Answer(200, self.picked(given, _status(container), "ShadowIGMediaBuilder"))
        post = self._media(turn, number, BASIC)
        return Answer(200, self.picked(given, self.shown(post), "IGComment" if post.parent else "ShadowIGMedia"))

    def shown(self, post: Post) -> dict[str, Any]:
        """See GraphPublisher."""
        username = self.profiles[post.account].username
        shared = {"id": post.id, "timestamp": stamp(post.at), "username": username}
        if post.parent:
            return {**shared, "text": post.text, "from": {"id": post.account, "username": username}, "hidden": False}
        pictures = [f"/_sim/media/{one.sha256}" for one in post.pictures]
        items = [
            {"id": f"{post.id}{place}", "media_type": "IMAGE", "media_url": source, "alt_text": picture.alt or None}
            for place, (source, picture) in enumerate(zip(pictures, post.pictures, strict=True))
        ]
        is_album = post.kind == "CAROUSEL_ALBUM"
        return {
            **shared,
            "caption": post.text or None,
            "media_type": post.kind,
            "media_product_type": "FEED",
            "media_url": pictures[0] if pictures and not is_album else None,
            "permalink": f"https://www.instagram.com/p/{post.shortcode}/",
            "shortcode": post.shortcode,
            "alt_text": items[0]["alt_text"] if items and not is_album else None,
            "comments_count": sum(one.parent == post.id for one in self.all_posts.values()),
            "children": {"data": items} if is_album else None,
            "owner": {"id": post.account},
        }

    def _face(self, profile: Profile, asked: str) -> dict[str, Any]:
        """The account's node: as `me` its `id` is the app's own for it, and `user_id` the account's (contract §1)."""
        return {
            "id": profile.consent_id if asked == "me" else profile.id,
            "user_id": profile.id,
            "username": profile.username,
            "name": profile.name,
            "account_type": "BUSINESS",
            "biography": profile.bio,
            "profile_picture_url": f"https://scontent.cdninstagram.com/{profile.picture}.jpg?oh=expires",
            "website": None,
            "media_count": sum(p.account == profile.id and not p.parent for p in self.all_posts.values()),
        }

    # --- changing -----------------------------------------------------------------------------------------------------

    def _delete(self, turn: Turn[Token], number: str) -> Answer:
        only(turn.given)
        post = self._media(turn, number, BASIC)
        if not post.parent and not self.rules.deletes:
            raise missing(number, "DELETE")
        if post.parent and COMMENT not in turn.token.scopes:
            raise forbidden(COMMENT, 10)
        del self.all_posts[number]
        self.truth.tell("removed", number=turn.call.number, account=post.account, id=number)
        return Answer(200, {"success": True})

    def _media(self, turn: Turn[Token], number: str, *permissions: str) -> Post:
        """A post or comment of one's own. Raises Refusal."""
        self.own(turn, "me", *permissions)
        post = self.all_posts.get(number)
        if post is None or post.account != turn.token.account:
            raise missing(number, turn.call.method)
        return post

    # --- behind the stage ---------------------------------------------------------------------------------------------

    def open_profile(self, number: int, username: str, name: str) -> Profile:
        """See GraphPublisher."""
        return Profile(str(17_841_400_000_000_000 + number), str(26_000_000_000_000_000 + number), username, name)

    def foreign_post(self, account: str, text: str) -> dict[str, str]:
        """See Pretend: from the telephone, with whatever picture."""
        made = Post(self.next_id(), self.find_profile(account).id, text, "IMAGE", by="foreign")
        self.keep(None, made)
        return {"id": made.id}


def _status(container: Container) -> dict[str, Any]:
    state = container.state
    told = container.trouble if state is State.ERROR else _STATUS.get(state, f"{state.replace('_', ' ').capitalize()}")
    return {"id": container.id, "status_code": str(state), "status": told}
