"""A pretend LinkedIn for organisations: posts, duplicates, finder, edits, comments (contract §§3, 5, 6, 7)."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote, urlsplit

from connectors.simulators.linkedin_media import Picture
from connectors.simulators.linkedin_oauth import Page
from connectors.simulators.linkedin_server import WRITE, LinkedInServer, elements
from connectors.simulators.linkedin_text import escaped, read_little, units
from connectors.simulators.linkedin_words import (
    ARTICLE,
    COMMENT,
    IMAGE,
    PATCH,
    POST,
    LinkedInRules,
    check,
    denied,
    not_found,
    read_object,
    wrong,
)
from connectors.simulators.pretend import Answer, Call, Refusal
from connectors.simulators.truth import Instant, Truth

_POST_PATH = re.compile(r"/rest/posts/(urn:li:(?:share|ugcPost):\d+)")
_COMMENTS = re.compile(r"/rest/socialActions/(urn:li:(?:share|ugcPost|activity):\d+)/comments")
_COMMENT = re.compile(_COMMENTS.pattern + r"/(\d+)")
_LIST = re.compile(r"List\(([^()]*)\)")


@dataclass(frozen=True)
class Post:
    """One post, or with `on` a comment on another. `at` is wall seconds, `since` monotonic seconds."""

    urn: str
    page: Page
    text: str
    stored: str
    content: Mapping[str, Any]
    pictures: tuple[tuple[Picture, str], ...]
    said: Mapping[str, Any]
    by: str
    on: str | None = None
    at: float = field(default_factory=time.time)
    since: float = field(default_factory=time.monotonic)
    changed: float = 0.0


class LinkedIn(LinkedInServer):
    """See the module."""

    def __init__(self, truth: Truth, rules: LinkedInRules | None = None) -> None:
        super().__init__(truth, rules)
        self._posts: dict[str, Post] = {}
        self._comments: dict[str, Post] = {}
        self._said: list[tuple[str, str, str, float]] = []
        self.exact |= {("POST", "/rest/posts"): self._publish, ("GET", "/rest/posts"): self._read_many}
        self.numbered += [
            ("GET", _POST_PATH, self._read_one),
            ("POST", _POST_PATH, self._edit),
            ("DELETE", _POST_PATH, self._delete),
            ("POST", _COMMENTS, self._comment),
            ("GET", _COMMENTS, self._list_comments),
            ("DELETE", _COMMENT, self._delete_comment),
        ]

    # --- writing ------------------------------------------------------------------------------------------------------

    def _publish(self, call: Call) -> Answer:
        member = self.member(call, WRITE, "posts", self.rules.posts_per_day)
        self.query(call)
        given = read_object(call, POST)
        post = self._drafted(self.page_of(given["author"], member), given)
        self._refuse_duplicate(post)
        self._keep(post, number=call.number)
        if call.twice:
            self._keep(replace(post, urn=self._urn(post.content), by="double"), number=call.number)
        return Answer(201, None, {"x-restli-id": post.urn, "x-linkedin-id": post.urn})

    def _drafted(self, page: Page, given: Mapping[str, Any], by: str = "api") -> Post:
        """A post that may be made. Raises Refusal."""
        little = read_little(given["commentary"])
        self._check_length(given["commentary"], little.shown)
        content = given.get("content", {})
        pictures = self._pictures(content, page)
        if not little.shown.strip() and not content and "reshareContext" not in given:
            raise wrong("/commentary :: a post has words or content", "MISSING_FIELD")
        said = {name: given[name] for name in ("visibility", "distribution", "lifecycleState") if name in given}
        return Post(self._urn(content), page, little.shown, little.stored, content, pictures, said, by)

    def _check_length(self, commentary: str, shown: str) -> None:
        if units(commentary if self.rules.count_escapes else shown) > self.rules.max_commentary:
            raise wrong(f"/commentary :: length exceeds {self.rules.max_commentary}", "FIELD_LENGTH_TOO_LONG")

    def _pictures(self, content: Mapping[str, Any], page: Page) -> tuple[tuple[Picture, str], ...]:
        """The pictures of a post's content, which is of one kind. Raises Refusal."""
        if not content:
            return ()
        if len(content) != 1:
            raise wrong("/content :: is a union of exactly one member")
        (kind,) = content
        if kind == "article":
            return self._card(content["article"], page)
        wanted = [content["media"]] if kind == "media" else content["multiImage"]["images"]
        if kind == "multiImage":
            for one in wanted:
                check(one, IMAGE, "/content/multiImage/images")
            if not 2 <= len(wanted) <= 20:
                raise wrong("/content/multiImage/images :: 2 to 20 are needed")
        return tuple((self.library.for_post(one["id"], page.urn), self._alt(one)) for one in wanted)

    def _alt(self, given: Mapping[str, Any]) -> str:
        alt = str(given.get("altText", ""))
        if len(alt) > self.rules.max_alt_text:
            raise wrong(f"altText :: length exceeds {self.rules.max_alt_text}", "FIELD_LENGTH_TOO_LONG")
        return alt

    def _card(self, article: Mapping[str, Any], page: Page) -> tuple[tuple[Picture, str], ...]:
        check(article, ARTICLE, "/content/article")
        source = urlsplit(article["source"])
        if source.scheme not in ("http", "https") or not source.hostname:
            raise wrong("/content/article/source :: is no web address", "INVALID_URL")
        if (
            len(article["title"]) > self.rules.max_title
            or len(article.get("description", "")) > self.rules.max_alt_text
        ):
            raise wrong("/content/article :: length exceeds the limit", "FIELD_LENGTH_TOO_LONG")
        thumbnail = article.get("thumbnail")
        return ((self.library.for_post(thumbnail, page.urn), ""),) if thumbnail else ()

    def _refuse_duplicate(self, post: Post) -> None:
        """The same author with the same words and card again soon: the refusal names the first (contract §6)."""
        since = time.monotonic() - self.rules.duplicate_window_s
        for urn, page, said, at in self._said:
            kept = urn in self._posts or self.rules.deleted_count
            if (page, said) == (post.page.urn, _sameness(post)) and at > since and kept:
                raise Refusal(_duplicate(urn))

    def _urn(self, content: Mapping[str, Any]) -> str:
        return f"urn:li:{'ugcPost' if 'multiImage' in content else 'share'}:{self.next_number()}"

    def _keep(self, post: Post, **facts: Any) -> None:
        self._posts[post.urn] = post
        self._said.append((post.urn, post.page.urn, _sameness(post), post.since))
        self._tell(post, **facts)

    def _tell(self, post: Post, **facts: Any) -> None:
        shown = self._outline(post)
        names = ("account", "handle", "id", "text", "media", "reply_to", "by")
        card = post.content.get("article", {}).get("source")
        self.truth.tell("accepted", **facts, link=card, **{name: shown[name] for name in names})

    def _edit(self, call: Call, urn: str) -> Answer:
        member = self.member(call, WRITE, "posts", self.rules.posts_per_day)
        self.method(call, "PARTIAL_UPDATE")
        commentary = read_object(call, PATCH)["patch"]["$set"]["commentary"]
        post = self._owned(urn, member)
        little = read_little(commentary)
        self._check_length(commentary, little.shown)
        self._posts[urn] = replace(post, text=little.shown, stored=little.stored, changed=time.time())
        return Answer(204)

    def _delete(self, call: Call, urn: str) -> Answer:
        member = self.member(call, WRITE, "posts", self.rules.posts_per_day)
        self.method(call, "DELETE")
        if urn in self._posts:
            self._owned(urn, member)
            del self._posts[urn]
            self.truth.tell("removed", number=call.number, id=urn)
        return Answer(204)

    def _owned(self, urn: str, member: str) -> Post:
        post = self._posts.get(urn)
        if post is None:
            raise not_found(urn)
        self.page_of(post.page.urn, member)
        return post

    # --- reading ------------------------------------------------------------------------------------------------------

    def _read_one(self, call: Call, urn: str) -> Answer:
        member = self.reader(call)
        view = self.query(call, "viewContext").get("viewContext", "READER")
        if view not in ("AUTHOR", "READER"):
            raise wrong("viewContext is AUTHOR or READER")
        return Answer(200, _shown(self._owned(urn, member)))

    def _read_many(self, call: Call) -> Answer:
        if call.headers.get("X-RestLi-Method", "").upper() == "BATCH_GET":
            return self._batch(call)
        member = self.reader(call)
        self.method(call, "FINDER")
        given = self.query(call, "author", "q", "count", "start", "sortBy", "viewContext")
        count, start = _count(given.get("count", "10")), _count(given.get("start", "0"))
        if given.get("q") != "author" or not 10 <= count <= 100:
            raise wrong("q=author, with a count of 10 to 100")
        if given.get("sortBy", "LAST_MODIFIED") not in ("CREATED", "LAST_MODIFIED"):
            raise wrong("sortBy is CREATED or LAST_MODIFIED")
        page = self.page_of(given.get("author", ""), member)
        fit = self._newest_first(page, call.lag, given.get("sortBy") != "CREATED")
        return Answer(200, elements([_shown(post) for post in fit[start : start + count]], start, count, len(fit)))

    def _newest_first(self, page: Page, lag: float, by_change: bool) -> list[Post]:
        latest = time.monotonic() - lag
        own = [post for post in self._posts.values() if post.page is page and (not lag or post.since <= latest)]
        return sorted(own, key=lambda post: (post.changed or post.at) if by_change else post.at, reverse=True)

    def _batch(self, call: Call) -> Answer:
        member = self.reader(call)
        found = _LIST.fullmatch(dict(part.partition("=")[::2] for part in call.query_string.split("&")).get("ids", ""))
        if found is None:
            raise wrong("ids=List(...) is needed, its members encoded")
        results, errors = {}, {}
        for urn in (unquote(one) for one in found[1].split(",")):
            try:
                results[urn] = _shown(self._owned(urn, member))
            except Refusal as refusal:
                errors[urn] = refusal.answer.body
        return Answer(200, {"results": results, "statuses": {}, "errors": errors})

    # --- comments -----------------------------------------------------------------------------------------------------

    def _comment(self, call: Call, urn: str) -> Answer:
        member = self.member(call, WRITE, "posts", self.rules.posts_per_day)
        given = read_object(call, COMMENT)
        page, words = self.page_of(given["actor"], member), given["message"]["text"]
        if not self.rules.comments:
            raise denied("Your application may not write comments")
        if urn not in self._posts:
            raise not_found(urn)
        if given["object"] != urn and not given["object"].startswith("urn:li:activity:"):
            raise wrong("/object :: is not what is commented on", "INVALID_URN_TYPE")
        if not words.strip() or units(words) > self.rules.max_comment:
            raise wrong(f"/message/text :: 1 to {self.rules.max_comment}", "FIELD_LENGTH_TOO_LONG")
        number = str(self.next_number())
        comment = Post(f"urn:li:comment:({urn},{number})", page, words, words, {}, (), {}, "api", urn)
        self._comments[number] = comment
        self._tell(comment, number=call.number)
        if call.twice:
            copy = replace(comment, urn=f"urn:li:comment:({urn},{self.next_number()})", by="double")
            self._comments[copy.urn.rpartition(",")[2].rstrip(")")] = copy
            self._tell(copy, number=call.number)
        return Answer(201, _comment_shown(number, comment), {"x-restli-id": number})

    def _list_comments(self, call: Call, urn: str) -> Answer:
        self.reader(call)
        given = self.query(call, "start", "count")
        count, start = _count(given.get("count", "10")), _count(given.get("start", "0"))
        if urn not in self._posts:
            raise not_found(urn)
        latest = time.monotonic() - call.lag
        own = [(n, c) for n, c in self._comments.items() if c.on == urn and (not call.lag or c.since <= latest)]
        shown = [_comment_shown(number, comment) for number, comment in own][start : start + count]
        return Answer(200, elements(shown, start, count, len(own)))

    def _delete_comment(self, call: Call, urn: str, number: str) -> Answer:
        member = self.member(call, WRITE, "posts", self.rules.posts_per_day)
        actor = self.query(call, "actor").get("actor", "")
        comment = self._comments.get(number)
        if comment is None or comment.on != urn:
            raise not_found(number)
        if comment.page is not self.page_of(actor, member):
            raise denied()
        del self._comments[number]
        self.truth.tell("removed", number=call.number, id=comment.urn)
        return Answer(204)

    # --- behind the stage ---------------------------------------------------------------------------------------------

    def foreign_post(self, account: str, text: str) -> dict[str, str]:
        """See Pretend: from the platform's own web page."""
        given = {"commentary": escaped(text), "visibility": "PUBLIC", "lifecycleState": "PUBLISHED"}
        post = self._drafted(self.registry.find(account), given, "foreign")
        self._keep(post)
        return {"id": post.urn}

    def edit_post(self, post: str, text: str) -> None:
        """See Pretend."""
        self._posts[post] = replace(self._posts[post], text=text, stored=escaped(text), changed=time.time())

    def remove_post(self, post: str) -> None:
        """See Pretend."""
        del self._posts[post]

    def posts(self) -> list[dict[str, Any]]:
        """See Pretend; comments stand among the posts."""
        every = [*self._posts.values(), *self._comments.values()]
        return [self._outline(post) for post in sorted(every, key=lambda post: post.since, reverse=True)]

    def media(self, sha256: str) -> tuple[str, bytes] | None:
        """See Pretend."""
        found = (one for one in self.library.pictures.values() if one.data and one.sha256 == sha256)
        return next((("image/png", one.data) for one in found), None)

    def _outline(self, post: Post) -> dict[str, Any]:
        return {
            "account": post.page.id,
            "handle": post.page.vanity,
            "id": post.urn,
            "at": Instant(int(post.at * 1e9), 0).utc,
            "text": post.text,
            "media": [{"sha256": picture.sha256, "alt": alt} for picture, alt in post.pictures],
            "reply_to": post.on,
            "by": post.by,
        }


def _sameness(post: Post) -> str:
    """What makes two posts one: words and card; pictures do not count (contract §6)."""
    return f"{' '.join(post.text.split())}\0{post.content.get('article', {}).get('source', '')}"


def _duplicate(urn: str) -> Answer:
    told = "com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of " + urn
    errors = [{"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}]
    kind = "com.linkedin.common.error.BadRequest"
    body = {"errorDetailType": kind, "message": told, "errorDetails": {"inputErrors": errors}, "status": 422}
    return Answer(422, body)


def _shown(post: Post) -> dict[str, Any]:
    """The post object, its words as little text."""
    made = int(post.at * 1000)
    content = {"content": dict(post.content)} if post.content else {}
    return {
        "id": post.urn,
        "author": post.page.urn,
        "commentary": post.stored,
        **content,
        **post.said,
        "createdAt": made,
        "publishedAt": made,
        "lastModifiedAt": int(post.changed * 1000) or made,
        "isReshareDisabledByAuthor": False,
        "lifecycleStateInfo": {"isEditedByAuthor": bool(post.changed)},
    }


def _comment_shown(number: str, comment: Post) -> dict[str, Any]:
    made = {"actor": comment.page.urn, "time": int(comment.at * 1000)}
    return {
        "id": number,
        "commentUrn": comment.urn,
        "actor": comment.page.urn,
        "object": comment.on,
        "message": {"attributes": [], "text": comment.text},
        "created": made,
        "lastModified": made,
    }


def _count(value: str) -> int:
    if not value.isdecimal() or len(value) > 6:
        raise wrong("a count is a number")
    return int(value)
