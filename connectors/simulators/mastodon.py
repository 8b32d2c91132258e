"""A pretend Mastodon server: statuses with Idempotency-Key, media, lists; the rest is in `mastodon_server`."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from connectors.simulators.mastodon_media import Library, Medium, check_description
from connectors.simulators.mastodon_oauth import Person, Token
from connectors.simulators.mastodon_server import MastodonServer
from connectors.simulators.mastodon_statuses import PAGE_NAMES, Status, Statuses, page_links
from connectors.simulators.mastodon_text import count_status
from connectors.simulators.mastodon_words import (
    DESCRIBE,
    STATUS,
    UPLOAD,
    MastodonRules,
    invalid,
    not_found,
    read_input,
    refuse,
)
from connectors.simulators.pretend import Answer, Call
from connectors.simulators.truth import Instant, Truth

_VISIBILITIES = ("public", "unlisted", "private", "direct")
_QUOTE_POLICIES = ("public", "followers", "nobody")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?")


class Mastodon(MastodonServer):
    """See the module."""

    def __init__(self, truth: Truth, rules: MastodonRules | None = None) -> None:
        super().__init__(truth, rules)
        self._library = Library()
        self._statuses = Statuses()
        self._keys: dict[tuple[str, str], tuple[str, float]] = {}
        self.exact |= {
            ("POST", "/api/v1/statuses"): self._post_status,
            ("POST", "/api/v2/media"): self._upload,
        }
        self.numbered += [
            ("GET", re.compile(r"/api/v1/statuses/(\d+)"), self._show_status),
            ("DELETE", re.compile(r"/api/v1/statuses/(\d+)"), self._delete_status),
            ("GET", re.compile(r"/api/v1/statuses/(\d+)/source"), self._source),
            ("GET", re.compile(r"/api/v1/statuses/(\d+)/context"), self._context),
            ("GET", re.compile(r"/api/v1/accounts/(\d+)/statuses"), self._list_statuses),
            ("GET", re.compile(r"/api/v1/media/(\d+)"), self._show_medium),
            ("PUT", re.compile(r"/api/v1/media/(\d+)"), self._describe_medium),
            ("DELETE", re.compile(r"/api/v1/media/(\d+)"), self._delete_medium),
        ]

    # --- statuses -----------------------------------------------------------------------------------------------------

    def _post_status(self, call: Call) -> Answer:
        token, person = self.author(call, "write:statuses")
        given = read_input(call, STATUS)
        key = (person.id, call.headers.get("Idempotency-Key", ""))
        first = self._keys.get(key) if key[1] and self.rules.idempotency != "ignore" else None
        if first and time.monotonic() < first[1] + self.rules.key_life_s:
            return self._repeat(call, person, first[0])
        status = self._draft(person, token, given)
        self.spend(call, [self.meter(person.id, "statuses", self.rules.statuses_per_3h, 10_800)])
        self._keep(status, number=call.number, key=key[1] or None)
        if key[1]:
            self._keys[key] = (status.id, time.monotonic())
        if call.twice:
            copy = replace(status, id=self._statuses.next_id(), by="double")
            self._keep(copy, number=call.number, key=None)
        return Answer(200, self._shown(call, status, person))

    def _repeat(self, call: Call, person: Person, number: str) -> Answer:
        """The key was used: the body is not compared (contract §5d)."""
        self.truth.tell("repeated", number=call.number, account=person.id, id=number)
        if self.rules.idempotency == "error":
            return self.trouble(500, 0)
        return Answer(200, self._shown(call, self._visible(number, person), person))

    def _draft(self, person: Person, token: Token, given: Mapping[str, Any]) -> Status:
        rules, warning = self.rules, given.get("spoiler_text", "")
        text = given.get("status", "").strip()
        _check_words(given)
        if not text and not given.get("media_ids"):
            raise invalid("Text can't be blank")
        if count_status(text, warning, rules.characters_reserved_per_url) > rules.max_characters:
            raise invalid(f"Text character limit of {rules.max_characters} exceeded")
        for name in ("in_reply_to_id", "quoted_status_id"):
            if given.get(name):
                self._visible(given[name], person)
        media = self._library.for_status(given.get("media_ids", []), person.id, rules)
        return Status(
            id=self._statuses.next_id(),
            person=person,
            application=token.application,
            text=text,
            warning=warning,
            sensitive=given.get("sensitive", False) or bool(warning),
            visibility=given.get("visibility", "public"),
            language=given.get("language"),
            reply_to=given.get("in_reply_to_id") or None,
            quoted=given.get("quoted_status_id") or None,
            media=tuple(media),
            by="api",
        )

    def _keep(self, status: Status, **facts: Any) -> None:
        self._statuses.keep(status)
        for medium in status.media:
            medium.attached = status.id
        shown = self._outline(status)
        names = ("account", "handle", "id", "text", "media", "reply_to", "by", "application")
        self.truth.tell("accepted", **facts, warning=status.warning, **{name: shown[name] for name in names})

    def _show_status(self, call: Call, number: str) -> Answer:
        viewer = self.viewer(call)
        return Answer(200, self._shown(call, self._visible(number, viewer), viewer))

    def _source(self, call: Call, number: str) -> Answer:
        status = self._own(number, self.person(call, "read:statuses"))
        return Answer(200, {"id": status.id, "text": status.text, "spoiler_text": status.warning})

    def _context(self, call: Call, number: str) -> Answer:
        viewer = self.viewer(call)
        before: list[Status] = []
        at = self._visible(number, viewer).reply_to
        while at in self._statuses.by_id:
            before.insert(0, self._statuses.by_id[at])
            at = before[0].reply_to
        after, known = [], {number}
        for status in reversed(self._statuses.newest_first()):
            if status.reply_to in known and status.seen_by(viewer):
                known.add(status.id)
                after.append(status)
        shown = {"ancestors": before, "descendants": after}
        return Answer(200, {k: [self._shown(call, status, viewer) for status in v] for k, v in shown.items()})

    def _delete_status(self, call: Call, number: str) -> Answer:
        person = self.person(call, "write:statuses")
        given = call.query(("delete_media",), lambda name: invalid(f"{name} is not known here"))
        status = self._own(number, person)
        self.spend(call, [self.meter(person.id, "deletes", self.rules.deletes_per_30min, 1_800)])
        shown = {**self._shown(call, status, person), "text": status.text}
        self._statuses.remove(status)
        for medium in status.media:
            medium.attached = None
            if given.get("delete_media") in ("true", "1"):
                del self._library.media[medium.id]
        self.truth.tell("removed", number=call.number, account=person.id, id=status.id)
        return Answer(200, shown)

    def _list_statuses(self, call: Call, number: str) -> Answer:
        viewer, person = self.viewer(call), self.registry.people.get(number)
        if person is None:
            raise not_found()
        given = call.query(PAGE_NAMES, lambda name: invalid(f"{name} is not known here"))
        found = self._statuses.page(person, viewer, given, call.lag)
        shown = [self._shown(call, status, viewer) for status in found]
        return Answer(200, shown, page_links(call.origin + call.path, given, found))

    def _shown(self, call: Call, status: Status, viewer: Person | None) -> dict[str, Any]:
        return status.shown(call.origin, viewer, self._statuses.by_id.get(status.reply_to or ""))

    def _visible(self, number: str, viewer: Person | None) -> Status:
        status = self._statuses.by_id.get(number)
        if status is None or not status.seen_by(viewer):
            raise not_found()
        return status

    def _own(self, number: str, person: Person) -> Status:
        status = self._visible(number, person)
        if status.person is not person:
            raise not_found()
        return status

    # --- media --------------------------------------------------------------------------------------------------------

    def _upload(self, call: Call) -> Answer:
        person = self.person(call, "write:media")
        self.spend(call, [self.meter(person.id, "media", self.rules.media_per_30min, 1_800)])
        given = read_input(call, UPLOAD, multipart=True)
        medium = self._library.upload(self._statuses.next_id(), person.id, given, self.rules)
        self._tell_medium(call, medium)
        return Answer(202 if medium.processing else 200, medium.shown(call.origin))

    def _tell_medium(self, call: Call, medium: Medium) -> None:
        names = {"id": medium.id, "sha256": medium.sha256, "type": medium.media_type, "alt": medium.alt}
        facts: dict[str, Any] = {**names, "size": len(medium.data)}
        self.truth.tell("media", number=call.number, account=medium.owner, **facts)

    def _show_medium(self, call: Call, number: str) -> Answer:
        medium = self._library.own(number, self.person(call, "write:media").id)
        if medium.fails and not medium.processing:
            raise refuse(422, "Error processing thumbnail for uploaded media")
        return Answer(206 if medium.processing else 200, medium.shown(call.origin))

    def _describe_medium(self, call: Call, number: str) -> Answer:
        person = self.person(call, "write:media")
        given = read_input(call, DESCRIBE)
        medium = self._library.own(number, person.id)
        check_description(given, self.rules)
        medium.alt = given.get("description", medium.alt)
        self._tell_medium(call, medium)
        return Answer(200, medium.shown(call.origin))

    def _delete_medium(self, call: Call, number: str) -> Answer:
        medium = self._library.own(number, self.person(call, "write:media").id)
        del self._library.media[medium.id]
        return Answer(200, {})

    # --- behind the stage ---------------------------------------------------------------------------------------------

    def foreign_post(self, account: str, text: str) -> dict[str, str]:
        """See Pretend: from the platform's own web page."""
        person = self.find_person(account)
        token = Token(self.registry.web, person, ("read", "write"))
        status = replace(self._draft(person, token, {"status": text}), by="foreign")
        self._keep(status, key=None)
        return {"id": status.id}

    def edit_post(self, post: str, text: str) -> None:
        """See Pretend."""
        self._statuses.replace(replace(self._statuses.by_id[post], text=text))

    def remove_post(self, post: str) -> None:
        """See Pretend."""
        self._statuses.remove(self._statuses.by_id[post])

    def change_profile(self, account: str, changes: Mapping[str, str]) -> None:
        """See Pretend."""
        self.find_person(account).shown.update(changes)

    def posts(self) -> list[dict[str, Any]]:
        """See Pretend."""
        return [self._outline(status) for status in self._statuses.newest_first()]

    def media(self, sha256: str) -> tuple[str, bytes] | None:
        """See Pretend."""
        found = (medium for medium in self._library.media.values() if medium.sha256 == sha256)
        return next(((medium.media_type, medium.data) for medium in found), None)

    def _outline(self, status: Status) -> dict[str, Any]:
        return {
            "account": status.person.id,
            "handle": status.person.name,
            "id": status.id,
            "at": Instant(int(status.at * 1e9), 0).utc,
            "text": status.text,
            "media": [{"sha256": medium.sha256, "alt": medium.alt or ""} for medium in status.media],
            "reply_to": status.reply_to,
            "application": status.application.name,
            "by": status.by,
        }


def _check_words(given: Mapping[str, Any]) -> None:
    if given.get("visibility", "public") not in _VISIBILITIES:
        raise invalid("Visibility is not included in the list")
    if given.get("quote_approval_policy", "public") not in _QUOTE_POLICIES:
        raise invalid("Quote approval policy is not included in the list")
    if not _LANGUAGE.fullmatch(given.get("language", "en")):
        raise invalid("Language is not an ISO 639 code")
