"""Pigeon Post (https://pigeon.example): JSON over HTTP with a bearer token; up to 280 characters and one picture."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx

from connectors.bearer import BearerAuth
from connectors.contract import (
    Conversation,
    Manifest,
    PlatformError,
    Rejected,
    Renewal,
    Request,
    Response,
    SetupWrong,
    SignInExpired,
)
from connectors.listing import look_back, newest
from connectors.reading import (
    ask,
    commit,
    file_part,
    instant,
    refuse_overruns,
    refused,
    segment,
    string,
    thing,
    things,
    upload,
    wait_until,
    words,
)
from connectors.text import alike, graphemes, with_link
from connectors.words import Found, Home, Identity, Limits, Outgoing, Passage, Profile, Receipt, Seen, Window

API = "https://api.pigeon.example/v1"
# By status, as the platform documents them; all are said before anything is published.
MEANINGS: Mapping[int, type[PlatformError]] = {400: Rejected, 401: SignInExpired, 403: SetupWrong, 404: Rejected}


class PigeonPost:
    """The connector; stateless, so one instance serves every account."""

    name: str = "pigeon_post"
    manifest: Manifest = Manifest(
        hosts=frozenset({"api.pigeon.example"}), own_origin=False, fields=("access_token",), scopes=("letters",)
    )

    def limits(self, home: Home) -> Limits:
        """The documented limits, counted as the platform counts."""
        return Limits(characters=280, measure=graphemes, media=1, media_bytes=1_000_000, said=said)

    def publish(self, outgoing: Outgoing, passage: Passage) -> Conversation[Receipt]:
        """Upload the picture, then post once: `commit` is the step that cannot be taken back."""
        refuse_overruns(self.limits(passage.home), outgoing)
        letter: dict[str, Any] = {"text": said(outgoing), "answers": passage.parent and passage.parent.platform_id}
        for picture in outgoing.pictures:
            form = (("alt", picture.alt_text),)
            sent = yield from upload(Request("POST", f"{API}/pictures", form=form, files=(file_part("file", picture),)))
            letter["picture"] = string(read(sent), "id")
        return receipt(read((yield from commit(Request("POST", f"{API}/letters", json=letter)))))

    def find(self, outgoing: Outgoing, passage: Passage, window: Window) -> Conversation[Found]:
        """Look through the newest letters. The platform has no key, so a match is likely and its want is evidence."""
        return look_back(listed, receipt, lambda one: alike(string(one, "text"), said(outgoing)), window)

    def remove(self, receipt: Receipt, home: Home) -> Conversation[None]:
        """Delete it; what is not there is removed already."""
        answer = yield from ask(Request("DELETE", f"{API}/letters/{segment(receipt.platform_id)}"))
        if answer.status not in (200, 204, 404):
            read(answer)

    def recent(self, home: Home, limit: int) -> Conversation[tuple[Seen, ...]]:
        """The newest letters."""
        return newest(listed, seen, limit)

    def profile(self, home: Home) -> Conversation[Profile]:
        """How the account presents itself."""
        me = yield from whoami()
        return Profile(string(me, "name"), None, string(me, "about", may_be_empty=True))

    def identify(self, home: Home) -> Conversation[Identity]:
        """Whom the token belongs to."""
        me = yield from whoami()
        return Identity(string(me, "id"), string(me, "name"))

    def sign_in(self, home: Home) -> Conversation[Renewal]:
        """Nothing to do: the token is what was brought."""
        yield from ()
        return Renewal(())

    refresh = sign_in

    def revoke(self, home: Home) -> Conversation[None]:
        """End the token."""
        read((yield from ask(Request("POST", f"{API}/tokens/end"))))

    def auth(self, credential: Mapping[str, str], now: datetime, nonce: str) -> httpx.Auth:
        """The bearer token."""
        return BearerAuth(credential)


def said(outgoing: Outgoing) -> str:
    """The text with its link at the end: there is no other place for it."""
    return with_link(outgoing.text, outgoing.link)


def read(answer: Response) -> Mapping[str, Any]:
    """The answer's object, or the error that its refusal means."""
    if answer.status == 200:
        return thing(answer.json())
    until = wait_until(answer, "x-ratelimit-reset")
    raise refused(MEANINGS.get(answer.status), answer, words(answer, "error") or "", until)


def whoami() -> Conversation[Mapping[str, Any]]:
    """The account of the token."""
    return read((yield from ask(Request("GET", f"{API}/me"))))


def listed(cursor: str | None) -> Conversation[tuple[tuple[Mapping[str, Any], ...], str | None]]:
    """One list of letters, newest first, and where the next begins."""
    page = read((yield from ask(Request("GET", f"{API}/letters", query=(("before", cursor),) if cursor else ()))))
    return things(page.get("letters")), string(page, "next") if page.get("next") else None


def receipt(letter: Mapping[str, Any]) -> Receipt:
    """The platform's word that it holds a letter."""
    return Receipt(string(letter, "id"), string(letter, "url"), at=instant(string(letter, "at")))


def seen(letter: Mapping[str, Any]) -> Seen:
    """A letter as the watcher sees it."""
    made = receipt(letter)
    assert made.at is not None
    return Seen(made, string(letter, "text"), made.at)


connector = PigeonPost()
