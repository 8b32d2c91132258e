"""Mastodon's conversations with the account's own server, as the platform page §§1-5 gives them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx

from connectors.bearer import BearerAuth
from connectors.contract import Conversation, Manifest, Pause, Renewal, Request, Sealed, Unavailable
from connectors.listing import look_back, newest
from connectors.mastodon import answers
from connectors.mastodon.limits import limits, published, said, without_domains
from connectors.reading import ask, budget, commit, file_part, refuse_overruns, segment, string, thing, things, upload
from connectors.text import alike
from connectors.uploading import each_picture
from connectors.words import (
    Found,
    Home,
    Identity,
    Limits,
    Outgoing,
    Passage,
    Picture,
    Profile,
    Receipt,
    Seen,
    Window,
)

Status = Mapping[str, Any]
SCOPES = ("read:accounts", "read:statuses", "write:statuses", "write:media")
_PAGE = 40  # the listing gives no more at once
_LOOKS = 30  # at a picture that the server still works on
_BETWEEN_LOOKS = 1.0  # seconds


class Mastodon:
    """The connector; stateless, so one instance serves every account."""

    name: str = "mastodon"
    manifest: Manifest = Manifest(
        hosts=frozenset(),
        own_origin=True,
        fields=("access_token",),
        scopes=SCOPES,
        budgets=partial(budget, remaining="x-ratelimit-remaining", resets="x-ratelimit-reset"),
    )

    def limits(self, home: Home) -> Limits:
        """What the account's server published, or the defaults."""
        return limits(home)

    def publish(self, outgoing: Outgoing, passage: Passage) -> Conversation[Receipt]:
        """Upload the pictures, wait until they are ready, then post once. The key is sent and never trusted."""
        home = passage.home
        refuse_overruns(self.limits(home), outgoing)
        media = yield from each_picture(outgoing, lambda picture: _uploaded(picture, home))
        status = {
            "status": said(outgoing),
            "visibility": str(outgoing.visibility),
            "language": outgoing.language,
            "media_ids": media,
            "in_reply_to_id": passage.parent.platform_id if passage.parent else None,
        }
        request = Request(
            "POST",
            _url(home, "/api/v1/statuses"),
            headers=(("idempotency-key", passage.key),),
            json={name: value for name, value in status.items() if value},
        )
        return answers.receipt(thing(answers.expect((yield from commit(request)))))

    def find(self, outgoing: Outgoing, passage: Passage, window: Window) -> Conversation[Found]:
        """Look through the account's own posts. A match by text and time is likely, its want only evidence."""
        home, pictures = passage.home, len(outgoing.pictures)
        return look_back(
            partial(_listed, home, _PAGE),
            answers.receipt,
            lambda status: answers.pictures(status) == pictures,
            window,
            says=lambda status: _says(status, outgoing, home),
        )

    def remove(self, receipt: Receipt, home: Home) -> Conversation[None]:
        """Delete the status and its media; one that the server does not have is removed already."""
        url = _url(home, f"/api/v1/statuses/{segment(receipt.platform_id)}")
        answer = yield from ask(Request("DELETE", url, query=(("delete_media", "true"),)))
        if answer.status not in (200, 404, 410):
            raise answers.refusal(answer)

    def recent(self, home: Home, limit: int) -> Conversation[tuple[Seen, ...]]:
        """The newest own posts, replies included, boosts not."""
        return newest(partial(_listed, home, min(limit, _PAGE)), answers.seen, limit)

    def profile(self, home: Home) -> Conversation[Profile]:
        """The token's own account. Which applications may post for it, the platform does not tell."""
        account = answers.expect((yield from _get(home, "/api/v1/accounts/verify_credentials")))
        return answers.profile(thing(account))

    def identify(self, home: Home) -> Conversation[Identity]:
        """The account of the token, and what its server publishes; a server without that page has the defaults."""
        account = thing(answers.expect((yield from _get(home, "/api/v1/accounts/verify_credentials"))))
        instance = yield from _get(home, "/api/v2/instance")
        facts = () if instance.status in (404, 410) else published(thing(answers.expect(instance)))
        handle = string(account, "acct")
        whole = handle if "@" in handle else f"{handle}@{urlsplit(home.origin).hostname}"
        return Identity(string(account, "id"), whole, facts)

    def sign_in(self, home: Home) -> Conversation[Renewal]:
        """Nothing to do: the token is what was brought."""
        yield from ()
        return Renewal(())

    def refresh(self, home: Home) -> Conversation[Renewal]:
        """Nothing to do: tokens do not expire."""
        yield from ()
        return Renewal(())

    def revoke(self, home: Home) -> Conversation[None]:
        """End the token. Most servers want its application's `client_id` and `client_secret` as well (403 without)."""
        form: tuple[tuple[str, str | Sealed], ...] = (
            ("client_id", Sealed("client_id", optional=True)),
            ("client_secret", Sealed("client_secret", optional=True)),
            ("token", Sealed("access_token")),
        )
        answer = yield from ask(Request("POST", _url(home, "/oauth/revoke"), form=form, authorised=False))
        if answer.status != 200:
            raise answers.refusal(answer)

    def auth(self, credential: Mapping[str, str], now: datetime, nonce: str) -> httpx.Auth:
        """The account's bearer token. Raises SignInExpired where there is none."""
        return BearerAuth(credential)


def _url(home: Home, path: str) -> str:
    return home.origin.rstrip("/") + path


def _get(home: Home, path: str, *query: tuple[str, str]) -> Conversation[Any]:
    return ask(Request("GET", _url(home, path), query=query))


def _uploaded(picture: Picture, home: Home) -> Conversation[str]:
    """The media id of a picture that is ready to be attached. Raises Unavailable where it does not get ready."""
    request = Request(
        "POST",
        _url(home, "/api/v2/media"),
        form=(("description", picture.alt_text),) if picture.alt_text else (),
        files=(file_part("file", picture),),
    )
    answer = yield from upload(request)
    media = string(thing(answers.expect(answer, 200, 202)), "id")
    for _ in range(_LOOKS):
        if answer.status == 200:
            return media
        yield Pause(_BETWEEN_LOOKS)
        answer = yield from _get(home, f"/api/v1/media/{segment(media)}")
        answers.expect(answer, 200, 206)
    raise Unavailable("the server is still working on a picture", not_applied=True)


def _listed(home: Home, limit: int, before: str | None) -> Conversation[tuple[tuple[Status, ...], str | None]]:
    """One page of the account's own posts, newest first, those older than `before`; and where the next begins.

    Some servers list boosts although asked not to: they are others' words and are left out.
    """
    query = (("limit", str(limit)), ("exclude_reblogs", "true"), *((("max_id", before),) if before else ()))
    url = f"/api/v1/accounts/{segment(home.subject)}/statuses"
    page = things(answers.expect((yield from _get(home, url, *query))))
    own = tuple(status for status in page if not status.get("reblog"))
    return own, string(page[-1], "id") if page else None


def _says(status: Status, outgoing: Outgoing, home: Home) -> Conversation[bool]:
    """Whether a status says what was to be said: by its source, or by its HTML where the server keeps no source."""
    ours = said(outgoing)
    answer = yield from _get(home, f"/api/v1/statuses/{segment(string(status, 'id'))}/source")
    if answer.status in (404, 405, 410):
        return alike(without_domains(answers.seen(status).text), without_domains(ours))
    return alike(string(thing(answers.expect(answer)), "text", may_be_empty=True), ours)
