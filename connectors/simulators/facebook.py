"""A pretend Graph API for Facebook Pages: feed, photos, comments, lists; sign-in is in `facebook_tokens`."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from connectors.simulators.facebook_pages import Page, Photo, Post, pick, shown_comment, shown_photo, shown_post
from connectors.simulators.facebook_server import FacebookServer
from connectors.simulators.facebook_tokens import Token, require
from connectors.simulators.facebook_words import IMAGE_TYPES, FacebookRules, media_ids
from connectors.simulators.forms import File, sniff
from connectors.simulators.graph_lists import LISTING, listing
from connectors.simulators.graph_server import Turn
from connectors.simulators.graph_words import Given, flag, missing, needed, number, only, parse_fields, refuse, text
from connectors.simulators.pretend import Answer, Call
from connectors.simulators.truth import Instant, Truth

_FEED = ("message", "link", "published", "scheduled_publish_time", "attached_media", "unpublished_content_type")
_PHOTO = ("source", "url", "message", "caption", "alt_text_custom", "published", "temporary", "no_story")
_SOON, _LATE = 600, 30 * 86_400  # how far ahead a post may be scheduled, in seconds


class Facebook(FacebookServer):
    """See the module."""

    def __init__(self, truth: Truth, rules: FacebookRules | None = None) -> None:
        super().__init__(truth, rules)
        self._posts: dict[str, Post] = {}
        self._photos: dict[str, Photo] = {}
        self._last = int(time.time() * 1000)
        self.offer(
            ("POST", r"(\d+)/feed", self._feed),
            ("POST", r"(\d+)/photos", self._photo),
            ("GET", r"(\d+)/(?:published_posts|posts|feed)", self._list_posts),
            ("GET", r"(\d+)/scheduled_posts", self._list_scheduled),
            ("POST", r"(\d+_\d+)/comments", self._comment),
            ("GET", r"(\d+_\d+)/comments", self._list_comments),
            ("GET", r"(\d+(?:_\d+)?)", self._show),
            ("POST", r"(\d+_\d+)", self._edit),
            ("DELETE", r"(\d+(?:_\d+)?)", self._delete),
        )

    # --- saying -------------------------------------------------------------------------------------------------------

    def _feed(self, turn: Turn[Token], page_id: str) -> Answer:
        page = self._own_page(turn, page_id, "pages_manage_posts", "CREATE_CONTENT")
        given = only(turn.given, *_FEED)
        photos = tuple(self._attachable(one, page.id) for one in media_ids(given))
        message, link = text(given, "message"), text(given, "link")
        if not message.strip() and not link and not photos:
            raise refuse(100, "You must provide a message, a link or attached media")
        if len(photos) > self.rules.max_photos or len(set(map(id, photos))) != len(photos):
            raise refuse(100, "Too many attached photos, or one of them twice")
        self._check_words(page, message)
        self._check_link(link)
        post = self._made(turn, page, message, link=link, photos=photos)
        post.published, post.scheduled = _timing(given)
        self._keep(turn.call, page, post)
        return Answer(200, {"id": post.id})

    def _photo(self, turn: Turn[Token], page_id: str) -> Answer:
        page = self._own_page(turn, page_id, "pages_manage_posts", "CREATE_CONTENT")
        given = only(turn.given, *_PHOTO)
        caption = text(given, "message") or text(given, "caption")
        is_out = flag(given, "published", True)
        if is_out:
            self._check_words(page, caption, 1366051)
        photo = self._taken(turn, page, given, caption)
        if not is_out or flag(given, "no_story", False):
            return Answer(200, {"id": photo.id})
        post = self._made(turn, page, caption, photos=(photo,))
        self._keep(turn.call, page, post)
        return Answer(200, {"id": photo.id, "post_id": post.id})

    def _comment(self, turn: Turn[Token], post_id: str) -> Answer:
        on = self._there(turn, post_id)
        page = self._own_page(turn, on.page, "pages_manage_engagement", "MODERATE")
        given = only(turn.given, "message", "attachment_url")
        if text(given, "attachment_url"):
            raise refuse(100, "The attachment_url could not be fetched: nothing is fetched from here")
        self._check_length(needed(given, "message"))
        post = self._made(turn, page, needed(given, "message"), parent=on.id)
        self._keep(turn.call, page, post)
        return Answer(200, {"id": post.id})

    def _made(self, turn: Turn[Token], page: Page, message: str, *, parent: str = "", **more: Any) -> Post:
        head = parent.partition("_")[2] or page.id
        post = Post(f"{head}_{self._next_id()}", page.id, message, parent=parent, **more)
        return replace(post, application=self.registry.app_id, maker=turn.token.person.id)

    def _keep(self, call: Call | None, page: Page, post: Post) -> None:
        copies = [post]
        if call is not None and call.twice:
            copies.append(replace(post, id=f"{post.id.partition('_')[0]}_{self._next_id()}", by="double"))
        for one in copies:
            self._posts[one.id] = one
            page.posts.append(one)
            for photo in one.photos:
                photo.attached, photo.published = one.id, one.published
            names = ("account", "handle", "id", "text", "media", "reply_to", "by", "application")
            shown = self._outline(one)
            told = {name: shown[name] for name in names}
            self.truth.tell("accepted", number=call.number if call else None, link=one.link, **told)

    def _taken(self, turn: Turn[Token], page: Page, given: Given, caption: str) -> Photo:
        """The uploaded photo. Raises Refusal; `url` is refused as one that the platform cannot reach."""
        file = given.get("source")
        if text({"url": given.get("url", "")}, "url"):
            raise refuse(100, "The url could not be fetched: nothing is fetched from here", 2069032)
        if not isinstance(file, File) or not file.data:
            raise refuse(324, "Requires upload file")
        if file.media_type not in IMAGE_TYPES or sniff(file.data) not in (file.media_type, None):
            raise refuse(100, "Invalid image file", 33302)
        if len(file.data) > self.rules.photo_limit:
            raise refuse(100, "Your photos should be smaller than 4 MB", 1366046)
        digest = hashlib.sha256(file.data).hexdigest()
        alt, app = text(given, "alt_text_custom"), self.registry.app_id
        photo = Photo(self._next_id(), page.id, file.data, file.media_type, digest, alt, caption, app)
        self._photos[photo.id] = photo
        facts: dict[str, Any] = {"id": photo.id, "sha256": digest, "type": photo.media_type, "alt": alt}
        self.truth.tell("media", number=turn.call.number, account=page.id, size=len(file.data), **facts)
        return photo

    def _attachable(self, number: str, page: str) -> Photo:
        photo = self._photos.get(number)
        if photo is None or photo.page != page or photo.attached or photo.published:
            raise refuse(100, f"Invalid attached_media: {number} is not an unpublished photo of this Page")
        if time.monotonic() > photo.since + self.rules.unattached_life_s:
            raise refuse(100, f"Invalid attached_media: {number} has expired")
        return photo

    def _check_words(self, page: Page, message: str, subcode: int | None = None) -> None:
        self._check_length(message)
        before = next((p for p in reversed(page.posts) if not p.parent and p.is_out), None)
        same = before is not None and message.strip() and before.shown_message == message.strip()
        if same and self.rules.refuse_duplicates:
            raise refuse(506, "Duplicate status message", subcode)

    def _check_length(self, message: str) -> None:
        if len(message.encode("utf-16-le", "surrogatepass")) // 2 > self.rules.max_characters:
            raise refuse(100, "Param message is too long")

    def _check_link(self, link: str) -> None:
        parts = urlsplit(link)
        if link and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise refuse(1500, "The url you supplied is invalid")
        if link and parts.hostname == self.rules.unscrapable:
            raise refuse(1609005, "Link Post Error: the page could not be scraped")

    # --- reading ------------------------------------------------------------------------------------------------------

    def _list_posts(self, turn: Turn[Token], page_id: str) -> Answer:
        return self._listed(turn, page_id, lambda post: post.is_out and not post.parent)

    def _list_scheduled(self, turn: Turn[Token], page_id: str) -> Answer:
        return self._listed(turn, page_id, lambda post: bool(post.scheduled) and not post.is_out)

    def _listed(self, turn: Turn[Token], page_id: str, wanted: Callable[[Post], bool]) -> Answer:
        page = self._own_page(turn, page_id, "pages_read_engagement")
        given = only(turn.given, *LISTING)
        posts = [post for post in reversed(page.posts) if wanted(post)]
        return self._paged(turn, given, posts, "PagePost")

    def _list_comments(self, turn: Turn[Token], post_id: str) -> Answer:
        on = self._there(turn, post_id)
        page = self._own_page(turn, on.page, "pages_read_engagement")
        require(turn.token, page.id, "pages_read_user_content")  # below a post anybody writes
        given = only(turn.given, *LISTING, "order", "filter")
        if text(given, "order") not in ("", "chronological", "reverse_chronological"):
            raise refuse(100, "Param order must be chronological or reverse_chronological")
        posts = [post for post in page.posts if post.parent == on.id]
        ordered = posts if text(given, "order") != "reverse_chronological" else posts[::-1]
        return self._paged(turn, given, ordered, "Comment")

    def _paged(self, turn: Turn[Token], given: Given, posts: list[Post], kind: str) -> Answer:
        found, paging = listing(turn.call.origin + turn.call.path, given, posts, turn.call.lag)
        tree = parse_fields(text(given, "fields")) if given.get("fields") else None
        return Answer(200, {"data": [pick(self._node(post), tree, kind) for post in found], **paging})

    def _show(self, turn: Turn[Token], number: str) -> Answer:
        given = only(turn.given, "fields")
        tree = parse_fields(text(given, "fields")) if given.get("fields") else None
        if number in self.pages:
            may_speak = "pages_manage_posts" in turn.token.scopes or "pages_show_list" in turn.token.scopes
            known = may_speak and number in turn.token.person.pages
            word = self.registry.page_token(turn.token, number).word if known and not turn.token.page else ""
            shown = self.pages[number].shown(word or (turn.token.word if turn.token.page == number else ""))
            return Answer(200, pick(shown, tree or {"id": {}, "name": {}}, "Page"))
        if number in self._photos:
            require(turn.token, self._photos[number].page, "pages_read_engagement")
            return Answer(200, pick(shown_photo(self._photos[number]), tree, "Photo"))
        post = self._there(turn, number)
        require(turn.token, post.page, "pages_read_engagement")
        return Answer(200, pick(self._node(post), tree, "Comment" if post.parent else "PagePost"))

    def _node(self, post: Post) -> dict[str, Any]:
        app = {"id": self.registry.app_id, "name": self.registry.app_name}
        comments = [one for one in self.pages[post.page].posts if one.parent == post.id]
        return shown_comment(post, app) if post.parent else shown_post(post, app, comments)

    # --- changing -----------------------------------------------------------------------------------------------------

    def _edit(self, turn: Turn[Token], number: str) -> Answer:
        post = self._there(turn, number)
        self._own_page(turn, post.page, "pages_manage_posts", "CREATE_CONTENT")
        if post.application != self.registry.app_id:
            raise refuse(200, "Posts of another app cannot be edited", status=403)
        message = needed(only(turn.given, "message"), "message")
        self._check_length(message)
        post.message, post.changed = message, time.time()
        self.truth.tell("edited", number=turn.call.number, account=post.page, id=post.id, text=message)
        return Answer(200, {"success": True})

    def _delete(self, turn: Turn[Token], number: str) -> Answer:
        only(turn.given)
        photo = self._photos.get(number)
        post = None if photo else self._there(turn, number)
        page_id = photo.page if photo else post.page if post else ""
        scope = "pages_manage_engagement" if post and post.parent else "pages_manage_posts"
        page = self._own_page(turn, page_id, scope, "MODERATE")
        if photo:
            del self._photos[number]
        if post:
            page.posts.remove(post)
            del self._posts[number]
        self.truth.tell("removed", number=turn.call.number, account=page_id, id=number)
        return Answer(200, {"success": True})

    def _own_page(self, turn: Turn[Token], page_id: str, scope: str, task: str = "") -> Page:
        """The Page, whose token this must be. Raises Refusal."""
        page = self.pages.get(page_id)
        if page is None:
            raise missing(page_id, turn.call.method)
        require(turn.token, page_id, scope, task)
        return page

    def _there(self, turn: Turn[Token], number: str) -> Post:
        post = self._posts.get(number)
        if post is None or (not turn.token.page and post.page not in turn.token.person.pages):
            raise missing(number, turn.call.method)
        return post

    def _next_id(self) -> str:
        self._last += 1
        return str(self._last)

    # --- behind the stage ---------------------------------------------------------------------------------------------

    def foreign_post(self, account: str, text: str) -> dict[str, str]:
        """See Pretend: from the Page's own web page, so no application of ours is named."""
        page = self.find_page(account)
        post = Post(f"{page.id}_{self._next_id()}", page.id, text, by="foreign")
        self._keep(None, page, post)
        return {"id": post.id}

    def edit_post(self, post: str, text: str) -> None:
        """See Pretend."""
        self._posts[post].message, self._posts[post].changed = text, time.time()

    def remove_post(self, post: str) -> None:
        """See Pretend."""
        gone = self._posts.pop(post)
        self.pages[gone.page].posts.remove(gone)

    def posts(self) -> list[dict[str, Any]]:
        """See Pretend."""
        out = (post for post in self._posts.values() if post.is_out)
        return [self._outline(post) for post in sorted(out, key=lambda post: post.since, reverse=True)]

    def pictures(self) -> Iterator[Photo]:
        """See GraphServer."""
        return iter(self._photos.values())

    def _outline(self, post: Post) -> dict[str, Any]:
        return {
            "account": post.page,
            "handle": self.pages[post.page].username,
            "id": post.id,
            "at": Instant(int(post.at * 1e9), 0).utc,
            "text": post.shown_message,
            "media": [{"sha256": photo.sha256, "alt": photo.alt} for photo in post.photos],
            "reply_to": post.parent or None,
            "application": self.registry.app_name if post.application else None,
            "by": post.by,
        }


def _timing(given: Given) -> tuple[bool, float]:
    """Whether a post is out at once, and for when it is scheduled (0: for no time). Raises Refusal."""
    is_out = flag(given, "published", True)
    if "scheduled_publish_time" not in given:
        return is_out, 0.0
    at = float(number(given, "scheduled_publish_time", 0))
    if is_out or not _SOON <= at - time.time() <= _LATE:
        raise refuse(100, "scheduled_publish_time must be 10 minutes to 30 days ahead, with published=false")
    return False, at
