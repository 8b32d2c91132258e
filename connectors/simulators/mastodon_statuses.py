"""Statuses of the pretend Mastodon server: what is kept, in what order, and how a page of them is cut (contract §4)."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from connectors.simulators.mastodon_media import Medium
from connectors.simulators.mastodon_oauth import Application, Person
from connectors.simulators.mastodon_text import as_html, tags_in
from connectors.simulators.mastodon_words import invalid, iso

MOST_ON_A_PAGE, USUAL_ON_A_PAGE = 40, 20
PAGE_FLAGS = ("exclude_replies", "exclude_reblogs", "only_media", "pinned")
PAGE_NAMES = ("limit", "since_id", "min_id", "max_id", *PAGE_FLAGS)
VISIBLE_TO_ALL = frozenset({"public", "unlisted"})


@dataclass(frozen=True)
class Status:
    """One status. `since` is monotonic seconds, `at` seconds since 1970."""

    id: str
    person: Person
    application: Application
    text: str
    warning: str
    sensitive: bool
    visibility: str
    language: str | None
    reply_to: str | None
    quoted: str | None
    media: tuple[Medium, ...]
    by: str
    at: float = field(default_factory=time.time)
    since: float = field(default_factory=time.monotonic)

    def seen_by(self, person: Person | None) -> bool:
        """Whether somebody (None: anybody) may see it."""
        return self.visibility in VISIBLE_TO_ALL or person is self.person

    def shown(self, origin: str, viewer: Person | None, replies_to: Status | None) -> dict[str, Any]:
        """The Status entity; `application` only for the author's own eyes. The card comes later, from a scraper."""
        name = self.person.name
        host = origin.partition("://")[2]
        own = {"application": self.application.shown()} if viewer is self.person else {}
        return {
            "id": self.id,
            "created_at": iso(self.at),
            "in_reply_to_id": self.reply_to,
            "in_reply_to_account_id": replies_to.person.id if replies_to else None,
            "sensitive": self.sensitive,
            "spoiler_text": self.warning,
            "visibility": self.visibility,
            "language": self.language,
            "uri": f"{origin}/users/{name}/statuses/{self.id}",
            "url": f"{origin}/@{name}/{self.id}",
            "content": as_html(self.text),
            "edited_at": None,
            **own,
            "account": describe_person(self.person, origin),
            "media_attachments": [medium.shown(origin) for medium in self.media],
            "mentions": [],
            "tags": [{"name": tag, "url": f"https://{host}/tags/{tag}"} for tag in tags_in(self.text)],
            "emojis": [],
            "reblog": None,
            "quote": {"state": "accepted", "quoted_status_id": self.quoted} if self.quoted else None,
            "card": None,
            "poll": None,
            "replies_count": 0,
            "reblogs_count": 0,
            "favourites_count": 0,
        }


def describe_person(person: Person, origin: str) -> dict[str, Any]:
    """The Account entity."""
    return {
        "id": person.id,
        "username": person.name,
        "acct": person.name,
        "display_name": person.shown.get("name", person.name),
        "note": as_html(person.shown.get("bio", "")),
        "avatar": f"{origin}/accounts/avatars/{person.id}/{person.shown.get('picture', 'missing')}.png",
        "url": f"{origin}/@{person.name}",
        "uri": f"{origin}/users/{person.name}",
        "bot": False,
        "locked": False,
    }


class Statuses:
    """All statuses by id; ids grow with time and are strings."""

    def __init__(self) -> None:
        self.by_id: dict[str, Status] = {}
        self._by_person: dict[str, list[Status]] = {}
        self._last_id = 0

    def next_id(self) -> str:
        """A new id: milliseconds and a count, as the platform's snowflakes."""
        self._last_id = max(time.time_ns() // 1_000_000 << 16, self._last_id + 1)
        return str(self._last_id)

    def keep(self, status: Status) -> None:
        """Store a new status."""
        self.by_id[status.id] = status
        self._by_person.setdefault(status.person.id, []).append(status)

    def replace(self, status: Status) -> None:
        """Put another wording in the place of one that is there."""
        mine = self._by_person[status.person.id]
        mine[mine.index(self.by_id[status.id])] = status
        self.by_id[status.id] = status

    def remove(self, status: Status) -> None:
        """Delete a status that is there."""
        del self.by_id[status.id]
        self._by_person[status.person.id].remove(status)

    def page(self, person: Person, viewer: Person | None, given: Mapping[str, str], lag: float) -> list[Status]:
        """One page of a person's statuses, newest first; `min_id` gives the page next to it, without gaps."""
        latest = time.monotonic() - lag
        above = max(_number(given, "since_id", 0), _number(given, "min_id", 0))
        below = _number(given, "max_id", 2**64)
        limit = max(1, min(_number(given, "limit", USUAL_ON_A_PAGE), MOST_ON_A_PAGE))
        found = [
            status
            for status in self._by_person.get(person.id, ())
            if above < int(status.id) < below
            and (not lag or status.since <= latest)
            and status.seen_by(viewer)
            and _passes(status, given)
        ]
        return (found[:limit] if "min_id" in given else found[-limit:])[::-1]

    def newest_first(self) -> list[Status]:
        """Everything."""
        return sorted(self.by_id.values(), key=lambda status: int(status.id), reverse=True)


def page_links(url: str, given: Mapping[str, str], found: Sequence[Status]) -> dict[str, str]:
    """The `Link` header of a page; an empty page has none."""
    if not found:
        return {}
    kept = {name: value for name, value in given.items() if name not in ("since_id", "min_id", "max_id")}
    older, newer = urlencode({**kept, "max_id": found[-1].id}), urlencode({**kept, "min_id": found[0].id})
    return {"Link": f'<{url}?{older}>; rel="next", <{url}?{newer}>; rel="prev"'}


def _passes(status: Status, given: Mapping[str, str]) -> bool:
    """The filters of a list; nothing is ever pinned here, and there are no reblogs."""
    on = {name for name in PAGE_FLAGS if given.get(name) in ("true", "1")}
    if "pinned" in on or ("only_media" in on and not status.media):
        return False
    return not ("exclude_replies" in on and status.reply_to)


def _number(given: Mapping[str, str], name: str, usual: int) -> int:
    value = given.get(name, "")
    if name in given and not value.isdecimal():
        raise invalid(f"{name} is not a number")
    return int(value) if value else usual
