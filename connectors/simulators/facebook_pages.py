"""Pages, posts, photos and comments of the pretend Graph API: what is kept, and how it is shown (contract §2, §3)."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from connectors.simulators.graph_lists import stamp
from connectors.simulators.graph_words import Tree, choose

USUAL_FIELDS: Tree = {"id": {}, "message": {}, "created_time": {}}


@dataclass
class Photo:
    """One photo object; `attached` is the id of its post, empty while it is unpublished and belongs to none."""

    id: str
    page: str
    data: bytes
    media_type: str
    sha256: str
    alt: str
    caption: str
    application: str
    attached: str = ""
    published: bool = False
    since: float = field(default_factory=time.monotonic)


@dataclass
class Post:
    """A post, or a comment on one (`parent` is then the post's id). `at` is seconds since 1970, `since` monotonic.

    `application` is the id of the app that made it, empty where it was made on the web page.
    """

    id: str
    page: str
    message: str
    link: str = ""
    photos: tuple[Photo, ...] = ()
    parent: str = ""
    application: str = ""
    maker: str = ""
    published: bool = True
    scheduled: float = 0.0
    by: str = "api"
    at: float = field(default_factory=time.time)
    changed: float = 0.0
    since: float = field(default_factory=time.monotonic)

    @property
    def is_out(self) -> bool:
        """Whether everyone may see it: published, or scheduled for a time that has come."""
        return self.published or bool(self.scheduled and self.scheduled <= time.time())

    @property
    def shown_message(self) -> str:
        """As it comes back: trimmed (contract §4)."""
        return self.message.strip()


@dataclass
class Page:
    """One Page; its posts and comments in order of making."""

    id: str
    name: str
    username: str
    posts: list[Post] = field(default_factory=list)
    about: str = "Figures, in words"
    picture: str = "picture"

    def present(self, changes: Mapping[str, str]) -> None:
        """Another name, picture or bio."""
        self.name = changes.get("name", self.name)
        self.picture = changes.get("picture", self.picture)
        self.about = changes.get("bio", self.about)

    def shown(self, token: str) -> dict[str, Any]:
        """The Page node; `token` is what `access_token` shows."""
        link = f"https://www.facebook.com/{self.username}"
        picture = {"data": {"url": f"{link}/{self.picture}.png?oh=expires", "is_silhouette": False}}
        return {
            "id": self.id,
            "name": self.name,
            "username": self.username,
            "link": link,
            "about": self.about,
            "category": "Government organisation",
            "picture": picture,
            "access_token": token or None,
        }


def shown_post(post: Post, app: Mapping[str, str], comments: Sequence[Post]) -> dict[str, Any]:
    """Every field of the PagePost node; None stands for a field that is not there."""
    page, _, own = post.id.partition("_")
    kind = "added_photos" if post.photos else "shared_story" if post.link else "mobile_status_update"
    return {
        "id": post.id,
        "message": post.shown_message or None,
        "created_time": stamp(post.at),
        "updated_time": stamp(post.changed or post.at),
        "permalink_url": f"https://www.facebook.com/{page}/posts/{own}",
        "is_published": post.is_out,
        "scheduled_publish_time": int(post.scheduled) if post.scheduled else None,
        "status_type": kind,
        "parent_id": None,
        "from": {"id": post.page},
        "application": dict(app) if post.application == app["id"] else None,
        "admin_creator": {"id": post.maker, "name": "Somebody"} if post.maker else None,
        "attachments": _attachments(post),
        "comments": {"data": [shown_comment(one, app) for one in comments]} if comments else None,
    }


def shown_comment(post: Post, app: Mapping[str, str]) -> dict[str, Any]:
    """Every field of the Comment node."""
    return {
        "id": post.id,
        "message": post.shown_message,
        "created_time": stamp(post.at),
        "permalink_url": f"https://www.facebook.com/{post.page}/posts/{post.id.partition('_')[0]}?comment_id={post.id}",
        "from": {"id": post.page},
        "parent": None,
        "object": {"id": post.parent},
        "application": dict(app) if post.application == app["id"] else None,
        "attachment": _attachment(post.photos[0]) if post.photos else None,
    }


def shown_photo(photo: Photo) -> dict[str, Any]:
    """Every field of the Photo node."""
    return {
        "id": photo.id,
        "alt_text_custom": photo.alt or None,
        "alt_text": photo.alt or None,
        "name": photo.caption or None,
        "link": f"https://www.facebook.com/photo/?fbid={photo.id}",
        "images": [{"source": f"/_sim/media/{photo.sha256}", "height": 1, "width": 1}],
        "page_story_id": photo.attached or None,
        "created_time": stamp(time.time() - time.monotonic() + photo.since),
    }


def _attachments(post: Post) -> dict[str, Any] | None:
    photos = [_attachment(photo) for photo in post.photos]
    if len(photos) > 1:
        album = {"media_type": "album", "type": "album", "title": "Photos", "subattachments": {"data": photos}}
        return {"data": [_whole(album)]}
    if photos:
        return {"data": photos}
    if not post.link:
        return None
    shim = f"https://l.facebook.com/l.php?{urlencode({'u': post.link})}"
    card = {"media_type": "link", "type": "share", "title": post.link, "url": shim, "unshimmed_url": post.link}
    return {"data": [_whole(card)]}


def _attachment(photo: Photo) -> dict[str, Any]:
    target = {"id": photo.id, "url": f"https://www.facebook.com/photo/?fbid={photo.id}"}
    return _whole({"media_type": "photo", "type": "photo", "target": target, "url": target["url"]})


def _whole(attachment: Mapping[str, Any]) -> dict[str, Any]:
    names = ("media_type", "type", "url", "unshimmed_url", "title", "description", "target", "subattachments", "media")
    return {name: attachment.get(name) for name in names}


def pick(whole: Mapping[str, Any], tree: Tree | None, kind: str) -> dict[str, Any]:
    """The asked fields of a node, or those shown when none is asked for."""
    usual: Tree = {name: {} for name in USUAL_FIELDS if name in whole}
    return choose(whole, usual if tree is None else tree, kind)
