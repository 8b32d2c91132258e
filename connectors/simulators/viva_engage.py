"""A pretend Viva Engage (Yammer REST API v1): communities, replies, files; the rest is in `viva_engage_server`."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors.simulators.forms import File, sniff
from connectors.simulators.pretend import Answer, Call
from connectors.simulators.truth import Instant, Truth
from connectors.simulators.viva_engage_entra import Person, Token
from connectors.simulators.viva_engage_messages import LISTING, Kept, Message, Messages, plain_of
from connectors.simulators.viva_engage_server import VivaEngageServer, strange
from connectors.simulators.viva_engage_words import (
    VivaEngageRules,
    not_found,
    number,
    read_message,
    read_upload,
    refuse,
)

_OBJECT = re.compile(r"uploaded_file:(\d{1,19})")


class VivaEngage(VivaEngageServer):
    """See the module."""

    def __init__(self, truth: Truth, rules: VivaEngageRules | None = None) -> None:
        super().__init__(truth, rules)
        self._messages = Messages()
        self.numbered += [
            ("POST", re.compile(r"/api/v1/(messages)\.json"), self._post),
            ("GET", re.compile(r"/api/v1/(messages)\.json"), self._list_all),
            ("GET", re.compile(r"/api/v1/messages/(sent)\.json"), self._list_sent),
            ("GET", re.compile(r"/api/v1/messages/from_user/(\d+)\.json"), self._list_from),
            ("GET", re.compile(r"/api/v1/messages/in_group/(\d+)\.json"), self._list_group),
            ("GET", re.compile(r"/api/v1/messages/in_thread/(\d+)\.json"), self._list_thread),
            ("GET", re.compile(r"/api/v1/messages/(\d+)\.json"), self._show),
            ("DELETE", re.compile(r"/api/v1/messages/(\d+)(?:\.json)?"), self._delete),
            ("POST", re.compile(r"/v4/(uploadSmallFile)"), self._upload),
        ]

    # --- saying -------------------------------------------------------------------------------------------------------

    def _post(self, call: Call, _: str) -> Answer:
        person = self.person(call, "messages")
        call.query((), strange)
        given, objects, files = read_message(call, json_accepted=self.rules.json_accepted)
        group, reply_to, thread = self._target(given, person)
        kept = (*(self._attached(one, group) for one in objects), *(self._store(call, f, group, person) for f in files))
        if len(kept) > self.rules.max_files or len({one.id for one in kept}) != len(kept):
            raise refuse(422, "Too many attachments, or one of them twice.")
        text, rich = _words(given)
        if (not text and not kept) or len(text) > self.rules.max_characters:
            raise refuse(422, "Body can't be blank." if not text else "Body is too long.")
        if given.get("message_type", "update") != "update" or "title" in given:
            raise refuse(403, "Only admins of a community may announce.", 37)
        link = {name: str(value) for name, value in given.items() if name.startswith("og_")}
        new = self._messages.next_id()
        message = Message(
            new, person, text, group, reply_to, thread or new, "Gateway", "api", rich=rich, link=link, files=kept
        )
        self._keep(message, number=call.number)
        if call.twice:
            copy = self._messages.next_id()
            self._keep(replace(message, id=copy, thread=thread or copy, by="double"), number=call.number)
        return Answer(201, self._envelope(call, [message], person))

    def _target(self, given: Mapping[str, Any], person: Person) -> tuple[int, int | None, int]:
        """Community (0: All Company), the message replied to, its thread. Raises Refusal."""
        if number(given, "network_id") not in (None, self.rules.network_id):
            raise not_found("Network")
        group, replied = number(given, "group_id"), number(given, "replied_to_id")
        if replied is not None:
            first = self._visible(replied, person)
            if group not in (None, first.group):
                raise refuse(400, "A reply stays in the community of what it answers.")
            return first.group, first.id, first.thread
        if group is not None:
            self._check_member(group, person)
        return group or 0, None, 0

    def _check_member(self, group: int, person: Person) -> None:
        if group not in {one.group for one in self.directory.people.values()}:
            raise not_found("Group")
        if group != person.group or not person.is_member:
            raise refuse(403, "You are not a member of this group.", 35)

    def _attached(self, named: str, group: int) -> Kept:
        found = _OBJECT.fullmatch(named)
        kept = self._messages.files.get(int(found[1])) if found else None
        if kept is None or kept.group != group:
            raise refuse(422, f"The attached object {named} is no file of this community.")
        return kept

    def _upload(self, call: Call, _: str) -> Answer:
        person = self.person(call)
        call.query((), strange)
        given = read_upload(call)
        group, kind = number(given, "group_id") or 0, given["target_type"]
        if number(given, "network_id") != self.rules.network_id:
            raise not_found("Network")
        if kind not in ("GROUP", "ALL_COMPANY") or (kind == "GROUP") != bool(group):
            raise refuse(400, "target_type is GROUP with its group_id, or ALL_COMPANY without.")
        if group:
            self._check_member(group, person)
        file = given["file"]
        assert isinstance(file, File)
        if not file.data or len(file.data) > self.rules.small_file_limit:
            raise refuse(413, "The file is empty or too large to be uploaded in one call.")
        named = replace(file, filename=str(given["filename"]))
        return Answer(200, self._store(call, named, group, person).shown())

    def _store(self, call: Call, file: File, group: int, person: Person) -> Kept:
        digest, kind = hashlib.sha256(file.data).hexdigest(), sniff(file.data) or file.media_type
        kept = Kept(self._messages.next_id(), person.id, group, file.filename, kind, digest, file.data)
        self._messages.files[kept.id] = kept
        facts: dict[str, Any] = {"id": str(kept.id), "sha256": digest, "type": kind, "alt": None}
        self.truth.tell("media", number=call.number, account=str(person.id), size=len(file.data), **facts)
        return kept

    def _keep(self, message: Message, **facts: Any) -> None:
        self._messages.by_id[message.id] = message
        shown = self._outline(message)
        names = ("account", "handle", "id", "text", "media", "reply_to", "by", "application", "group")
        told = {name: shown[name] for name in names}
        self.truth.tell("accepted", **facts, link=message.link.get("og_url"), **told)

    # --- reading ------------------------------------------------------------------------------------------------------

    def _list_all(self, call: Call, _: str) -> Answer:
        return self._listed(call, lambda person, one: one.group in (0, person.group))

    def _list_sent(self, call: Call, _: str) -> Answer:
        return self._listed(call, lambda person, one: one.person is person)

    def _list_from(self, call: Call, user: str) -> Answer:
        return self._listed(call, lambda person, one: one.person.id == int(user) and one.group in (0, person.group))

    def _list_group(self, call: Call, group: str) -> Answer:
        """Does not work for All Company (contract §4)."""
        return self._listed(call, lambda person, one: one.group == int(group) == person.group, group=int(group))

    def _list_thread(self, call: Call, thread: str) -> Answer:
        return self._listed(call, lambda person, one: one.thread == int(thread), thread=int(thread))

    def _listed(
        self,
        call: Call,
        wanted: Callable[[Person, Message], bool],
        *,
        group: int | None = None,
        thread: int | None = None,
    ) -> Answer:
        person = self.person(call, "messages")
        given = call.query(LISTING, strange)
        if group is not None:
            self._check_member(group, person)
        if thread is not None:
            self._visible(thread, person)
        lag = max(call.lag, self.rules.lag_s)
        page, older, extended = self._messages.page(lambda one: wanted(person, one), given, lag)
        return Answer(200, self._envelope(call, page, person, older=older, extended=extended))

    def _show(self, call: Call, word: str) -> Answer:
        person = self.person(call, "messages")
        call.query((), strange)
        return Answer(200, self._shown(call, self._visible(int(word), person)))

    def _delete(self, call: Call, word: str) -> Answer:
        """200 and an empty body; replies stay."""
        person = self.person(call, "messages")
        message = self._visible(int(word), person)
        if message.person is not person:
            raise refuse(403, "You may delete your own messages only.", 36)
        del self._messages.by_id[message.id]
        self.truth.tell("removed", number=call.number, account=str(person.id), id=word)
        return Answer(200)

    def _visible(self, word: int, person: Person) -> Message:
        message = self._messages.by_id.get(word)
        if message is None or message.group not in (0, person.group):
            raise not_found("Message")
        return message

    def _envelope(
        self,
        call: Call,
        page: Sequence[Message],
        person: Person,
        *,
        older: bool = False,
        extended: Mapping[str, Sequence[Message]] | None = None,
    ) -> dict[str, Any]:
        groups = sorted({one.group for one in page if one.group})
        return {
            "messages": [self._shown(call, one) for one in page],
            "threaded_extended": {k: [self._shown(call, one) for one in v] for k, v in (extended or {}).items()},
            "meta": {"older_available": older, "requested_poll_interval": 60, "current_user_id": person.id},
            "references": [
                {"type": "user", "id": person.id, "name": person.name, "full_name": person.name},
                *({"type": "group", "id": group, "full_name": "Community"} for group in groups),
            ],
        }

    def _shown(self, call: Call, message: Message) -> dict[str, Any]:
        return message.shown(call.origin, self.rules.network_id, self.rules.tenant)

    # --- behind the stage ---------------------------------------------------------------------------------------------

    def add_accounts(self, count: int, prefix: str) -> list[dict[str, str]]:
        """See Pretend: licensed service accounts, each a member of one community, with tokens of the application."""
        return [self._add_account(f"{prefix}{len(self.directory.people) + 1}") for _ in range(count)]

    def _add_account(self, name: str) -> dict[str, str]:
        person = self.directory.enrol(name, self.rules.tenant)
        tokens = self.directory.issue(person, self.rules)
        return {
            "id": str(person.id),
            "handle": person.name,
            "email": person.email,
            "group_id": str(person.group),
            "network_id": str(self.rules.network_id),
            "tenant": self.rules.tenant,
            "client_id": self.directory.client_id,
            "client_secret": self.directory.client_secret,
            "access_token": tokens["access_token"],
            "refresh_token": tokens["refresh_token"],
        }

    def find_person(self, account: str) -> Person:
        """By id, name or mail address. Raises KeyError."""
        for person in self.directory.people.values():
            if account in (str(person.id), person.name, person.email):
                return person
        raise KeyError(f"no account {account}")

    def foreign_post(self, account: str, text: str) -> dict[str, str]:
        """See Pretend: the service account posts in its community, from a browser."""
        person, new = self.find_person(account), self._messages.next_id()
        self._keep(Message(new, person, text, person.group, None, new, "Web", "foreign"), number=None)
        return {"id": str(new)}

    def edit_post(self, post: str, text: str) -> None:
        """See Pretend: in the browser, for the API does not expose it."""
        self._messages.by_id[int(post)].text = text

    def remove_post(self, post: str) -> None:
        """See Pretend."""
        del self._messages.by_id[int(post)]

    def change_profile(self, account: str, changes: Mapping[str, str]) -> None:
        """See Pretend."""
        self.find_person(account).shown.update(changes)

    def granted(self, account: str) -> Iterable[Token]:
        """See Pretend."""
        person, directory = self.find_person(account), self.directory
        tokens = (*directory.access.values(), *directory.refresh.values())
        return [token for token in tokens if token.person is person]

    def expire(self, account: str | None, what: str) -> int:
        """`access` and `refresh` tokens run out; `access_policy` cuts both off; `membership` of the community ends."""
        people = [self.find_person(account)] if account else list(self.directory.people.values())
        if what in ("access", "refresh"):
            tokens = (self.directory.access if what == "access" else self.directory.refresh).values()
            live = [token for token in tokens if token.person in people and token.is_live]
            for token in live:
                token.expires = time.monotonic()
            return len(live)
        if what not in ("access_policy", "membership"):
            raise ValueError("what is access, refresh, access_policy or membership")
        for person in people:
            person.is_blocked, person.is_member = what == "access_policy", what != "membership"
        return len(people)

    def posts(self) -> list[dict[str, Any]]:
        """See Pretend."""
        return self._messages.outlines(self._outline)

    def media(self, sha256: str) -> tuple[str, bytes] | None:
        """See Pretend."""
        found = (kept for kept in self._messages.files.values() if kept.sha256 == sha256)
        return next(((kept.media_type, kept.data) for kept in found), None)

    def _outline(self, message: Message) -> dict[str, Any]:
        return {
            "account": str(message.person.id),
            "handle": message.person.name,
            "id": str(message.id),
            "at": Instant(int(message.at * 1e9), 0).utc,
            "text": message.text,
            "media": [{"sha256": kept.sha256, "alt": ""} for kept in message.files],
            "reply_to": str(message.reply_to) if message.reply_to else None,
            "application": message.client,
            "group": str(message.group) if message.group else None,
            "by": message.by,
        }


def _words(given: Mapping[str, Any]) -> tuple[str, str]:
    """The plain text of a body, and its HTML where it came as such. Raises Refusal."""
    body = str(given.get("body", ""))
    rich = given.get("is_rich_text", "false")
    if rich not in ("true", "false"):
        raise refuse(400, "is_rich_text is true or false.")
    return (plain_of(body), body) if rich == "true" else (body.strip(), "")
