"""Threads' conversations about one profile, as the platform page §§1-5 gives them.

Text goes by a container too, never by `auto_publish_text`: a container tells whether it was made public.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import httpx

from connectors.bearer import BearerAuth
from connectors.containers import Form, budgets, face, is_missing, may_show, newest_of, require_success
from connectors.contract import ByHand, Conversation, Manifest, MediaAddress, Rejected, Renewal, Request, Sealed
from connectors.lasting import Login
from connectors.listing import look_back, newest
from connectors.oauth import by_consent
from connectors.reading import ask, maybe_string, refuse_overruns, require_granted, segment, string, thing
from connectors.text import alike
from connectors.threads.answers import GRAPH, HOST, expect
from connectors.threads.limits import limits, said
from connectors.words import Found, Home, Identity, Limits, Outgoing, Passage, Picture, Profile, Receipt, Seen, Window

Json = Mapping[str, Any]
ROOT = f"https://{HOST}"
SCOPES = (
    *("threads_basic", "threads_content_publish", "threads_manage_replies"),
    *("threads_read_replies", "threads_delete"),
)
LOGIN = Login(
    page="https://threads.net/oauth/authorize",
    codes=f"{ROOT}/oauth/access_token",
    root=ROOT,
    kind="th",
    scopes=SCOPES,
    expect=expect,
)
_PAGE = 100


class Threads:
    """The connector; stateless, so one instance serves every profile."""

    name: str = "threads"
    manifest: Manifest = by_consent(
        frozenset({HOST, "threads.net"}),
        SCOPES,
        LOGIN.authorise,
        refresh_repeats=True,  # a token is extended, not rotated
        budgets=budgets,
        each_answer_tells=True,
    )

    def limits(self, home: Home) -> Limits:
        """The documented limits, the account's own numbers above them."""
        return limits(home)

    def publish(self, outgoing: Outgoing, passage: Passage) -> Conversation[Receipt]:
        """Put it into a container, whose pictures Threads fetches, and make it public; a later part is a reply."""
        refuse_overruns(self.limits(passage.home), outgoing)
        made = yield from GRAPH.container(outgoing, passage, _picture, _whole(outgoing, passage))
        return (yield from GRAPH.publish(passage.home, made, again=made == passage.made))

    def find(self, outgoing: Outgoing, passage: Passage, window: Window) -> Conversation[Found]:
        """By the container's state, then among the profile's posts, or its replies."""
        turn = GRAPH.posts(passage.home, _PAGE, "replies" if outgoing.part > 1 else "threads")
        look = look_back(turn, GRAPH.receipt, partial(_may_be, outgoing), window)
        return GRAPH.settled(passage, look)

    def remove(self, receipt: Receipt, home: Home) -> Conversation[None]:
        """Delete a post or reply; what is not there is gone already."""
        answer = yield from ask(Request("DELETE", GRAPH.url(segment(receipt.platform_id))))
        if not is_missing(answer):
            require_success(expect(answer))

    def recent(self, home: Home, limit: int) -> Conversation[tuple[Seen, ...]]:
        """The newest posts and replies."""
        posts = yield from newest(GRAPH.posts(home, min(limit, _PAGE), "threads"), GRAPH.seen, limit)
        replies = yield from newest(GRAPH.posts(home, min(limit, _PAGE), "replies"), GRAPH.seen, limit)
        return newest_of(posts, replies, limit=limit)

    def profile(self, home: Home) -> Conversation[Profile]:
        """Name, picture and biography; no list of the applications is given to a program."""
        fields = ("fields", "id,username,name,threads_profile_picture_url,threads_biography")
        return face((yield from GRAPH.get("me", fields)), "threads_profile_picture_url", "threads_biography")

    def identify(self, home: Home) -> Conversation[Identity]:
        """The profile of the token. Whether it is an organisation's, Threads does not tell."""
        me = yield from GRAPH.get("me", ("fields", "id,username"))
        return Identity(string(me, "id"), string(me, "username"))

    def sign_in(self, home: Home) -> Conversation[Renewal]:
        """Exchange the token of an hour, which the code brought, for one of 60 days. Raises SetupWrong where something
        that is asked for was left out: only here the platform tells.
        """
        require_granted((yield from _inspected()), SCOPES, "scopes")
        return (yield from LOGIN.lengthen())

    def refresh(self, home: Home) -> Conversation[Renewal]:
        """Another 60 days."""
        return LOGIN.extend()

    def revoke(self, home: Home) -> Conversation[None]:
        """Threads ends no token for a program: it is asked whether a person has ended it, else ByHand is raised."""
        if (yield from _inspected()).get("is_valid") is not False:
            raise ByHand("remove the application in the profile's settings, under website permissions")

    def auth(self, credential: Mapping[str, str], now: datetime, nonce: str) -> httpx.Auth:
        """The bearer token. Raises SignInExpired where there is none."""
        return BearerAuth(credential)


def _inspected() -> Conversation[Json]:
    """What Threads says of the token."""
    token = (("input_token", Sealed("access_token")), ("access_token", Sealed("access_token")))
    answer = yield from ask(Request("GET", f"{ROOT}/debug_token", query=token, authorised=False))
    return thing(expect(answer).get("data"))


def _picture(picture: Picture) -> Form:
    words: Form = (("alt_text", picture.alt_text),) if picture.alt_text else ()
    return (("media_type", "IMAGE"), ("image_url", MediaAddress(picture.sha256)), *words)


def _whole(outgoing: Outgoing, passage: Passage) -> Form:
    """The words, what they answer and, where there are no pictures, the card of the link."""
    form: Form = () if outgoing.pictures else (("media_type", "TEXT"),)
    form += (("text", said(outgoing)),) if said(outgoing) else ()
    form += (("link_attachment", outgoing.link),) if outgoing.link and not outgoing.pictures else ()
    if outgoing.part > 1:
        if passage.parent is None:
            raise Rejected("a reply needs the post it is for", not_applied=True)
        form += (("reply_to_id", passage.parent.platform_id),)
    return form


def _may_be(outgoing: Outgoing, shown: Json) -> bool:
    return may_show(shown, len(outgoing.pictures)) and alike(maybe_string(shown, "text"), said(outgoing))
