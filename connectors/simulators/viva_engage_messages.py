"""Messages and files of the pretend Viva Engage: what is kept, in what order, and how it is shown (contract §§2-4)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Any

from connectors.simulators.viva_engage_entra import Person
from connectors.simulators.viva_engage_words import number, refuse

MOST_ON_A_PAGE = 20
LISTING = ("older_than", "newer_than", "threaded", "limit")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Kept:
    """Bytes that were uploaded to a community (0: to all of the company)."""

    id: int
    owner: int
    group: int
    filename: str
    media_type: str
    sha256: str
    data: bytes

    def shown(self) -> dict[str, Any]:
        """As an attachment. There is no place for alternative text."""
        image = self.media_type.startswith("image/")
        return {
            "id": self.id,
            "type": "image" if image else "file",
            "name": self.filename,
            "original_name": self.filename,
            "content_type": self.media_type,
            "size": len(self.data),
        }


@dataclass
class Message:
    """One message. `since` is monotonic seconds, `at` seconds since 1970. `group` 0 is All Company."""

    id: int
    person: Person
    text: str
    group: int
    reply_to: int | None
    thread: int
    client: str
    by: str
    rich: str = ""
    title: str = ""
    link: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Kept, ...] = ()
    at: float = field(default_factory=time.time)
    since: float = field(default_factory=time.monotonic)

    def shown(self, origin: str, network: int, tenant: str) -> dict[str, Any]:
        """The message as every list and the answer to a post hold it."""
        card = {"type": "ymodule", "web_url": self.link.get("og_url"), "name": self.link.get("og_title")}
        plain = escape(self.text, quote=False)
        return {
            "id": self.id,
            "sender_id": self.person.id,
            "delegate_id": None,
            "replied_to_id": self.reply_to,
            "created_at": time.strftime("%Y/%m/%d %H:%M:%S +0000", time.gmtime(self.at)),
            "network_id": network,
            "message_type": "announcement" if self.title else "update",
            "sender_type": "user",
            "url": f"{origin}/api/v1/messages/{self.id}",
            "web_url": f"https://www.yammer.com/{tenant}/messages/{self.id}",
            "group_id": self.group or None,
            "body": {"parsed": self.text, "plain": self.text, "rich": self.rich or plain.replace("\n", "<br>")},
            "thread_id": self.thread,
            "client_type": self.client,
            "client_url": "https://www.yammer.com/",
            "system_message": False,
            "direct_message": False,
            "language": None,
            "privacy": "public",
            "attachments": [kept.shown() for kept in self.files] + ([card] if self.link else []),
            "liked_by": {"count": 0, "names": []},
            "content_excerpt": self.text[:160],
            **({"title": self.title} if self.title else {}),
        }


class Messages:
    """All messages; ids grow with time and exceed 2^53."""

    def __init__(self) -> None:
        self.by_id: dict[int, Message] = {}
        self.files: dict[int, Kept] = {}
        self._last = 0

    def next_id(self) -> int:
        """A new id."""
        self._last = max(time.time_ns() // 100, self._last + 1)
        return self._last

    def page(
        self, wanted: Callable[[Message], bool], given: Mapping[str, str], lag: float
    ) -> tuple[list[Message], bool, dict[str, list[Message]]]:
        """One page, newest first; whether there is more behind it; with `threaded=extended` the newest two replies."""
        above, below = number(given, "newer_than") or 0, number(given, "older_than") or 2**63
        limit, threaded = number(given, "limit"), given.get("threaded", "false")
        if limit is not None and not 1 <= limit <= MOST_ON_A_PAGE:
            raise refuse(400, f"The parameter limit goes from 1 to {MOST_ON_A_PAGE}.")
        if threaded not in ("true", "extended", "false"):
            raise refuse(400, "The parameter threaded is true or extended.")
        latest = time.monotonic() - lag
        listed = [one for one in self._newest_first() if wanted(one) and (not lag or one.since <= latest)]
        starters = [one for one in listed if threaded == "false" or one.id == one.thread]
        found = [one for one in starters if above < one.id < below]
        page = found[: limit or MOST_ON_A_PAGE]
        extended = {str(one.id): _replies(one, listed)[:2] for one in page} if threaded == "extended" else {}
        return page, len(found) > len(page), extended

    def outlines(self, outline: Callable[[Message], dict[str, Any]]) -> list[dict[str, Any]]:
        """Every message, newest first."""
        return [outline(one) for one in self._newest_first()]

    def _newest_first(self) -> list[Message]:
        return sorted(self.by_id.values(), key=lambda one: one.id, reverse=True)


def _replies(starter: Message, among: Sequence[Message]) -> list[Message]:
    return [one for one in among if one.thread == starter.id and one is not starter]


def plain_of(html: str) -> str:
    """The words of an HTML body."""
    return unescape(_TAG.sub("", html.replace("<br>", "\n").replace("</p><p>", "\n\n"))).strip()
