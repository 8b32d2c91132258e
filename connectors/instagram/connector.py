"""Instagram's conversations about one professional account, as the platform page §§1-5 gives them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import httpx

from connectors.bearer import BearerAuth
from connectors.containers import Form, budgets, face, is_missing, may_show, require_success
from connectors.contract import ByHand, Conversation, Manifest, MediaAddress, Rejected, Renewal, Request, SetupWrong
from connectors.instagram.answers import HOST, expect, graph
from connectors.instagram.limits import limits, said
from connectors.lasting import Login
from connectors.listing import look_back, newest
from connectors.oauth import by_consent
from connectors.reading import ask, commit, instant, maybe_string, refuse_overruns, segment, string
from connectors.text import alike
from connectors.words import Found, Home, Identity, Limits, Outgoing, Passage, Picture, Profile, Receipt, Seen, Window

Json = Mapping[str, Any]
SCOPES = ("instagram_business_basic", "instagram_business_content_publish", "instagram_business_manage_comments")
LOGIN = Login(
    page="https://www.instagram.com/oauth/authorize",
    codes="https://api.instagram.com/oauth/access_token",
    root=f"https://{HOST}",
    kind="ig",
    scopes=SCOPES,
    expect=expect,
)
PROFESSIONAL = {"BUSINESS", "MEDIA_CREATOR", "CREATOR"}
_PAGE = 100


class Instagram:
    """The connector; stateless, so one instance serves every account."""

    name: str = "instagram"
    manifest: Manifest = by_consent(
        frozenset({HOST, "api.instagram.com", "www.instagram.com"}),
        SCOPES,
        LOGIN.authorise,
        refresh_repeats=True,  # a token is extended, not rotated
        budgets=budgets,
        each_answer_tells=True,
        removes=False,
    )

    def limits(self, home: Home) -> Limits:
        """The documented limits, the account's own numbers above them."""
        return limits(home)

    def publish(self, outgoing: Outgoing, passage: Passage) -> Conversation[Receipt]:
        """Put the pictures into a container, which Instagram fetches, and make it public; a later part is a comment."""
        refuse_overruns(self.limits(passage.home), outgoing)
        if outgoing.part > 1:
            return (yield from _commented(outgoing, passage))
        meta, caption = graph(passage.home), said(outgoing)
        whole: Form = (("caption", caption),) if caption else ()
        made = yield from meta.container(outgoing, passage, _picture, whole)
        return (yield from meta.publish(passage.home, made, again=made == passage.made))

    def find(self, outgoing: Outgoing, passage: Passage, window: Window) -> Conversation[Found]:
        """By the container's state, then among the account's posts; a comment among those on the first part."""
        meta, home = graph(passage.home), passage.home
        if outgoing.part > 1:
            turn = meta.listed(f"{_root(passage)}/comments", "id,text,timestamp,username", _PAGE)
            # All comments there are were made after the post, which is older than the window: the end is the end.
            ours, made = partial(_may_be_comment, outgoing, home), partial(_comment, _root(passage))
            return look_back(turn, made, ours, window, newest_first=False, ends=True)
        look = look_back(meta.posts(home, _PAGE, "media"), meta.receipt, partial(_may_be, outgoing), window)
        return meta.settled(passage, look)

    def remove(self, receipt: Receipt, home: Home) -> Conversation[None]:
        """Delete a comment. A post no program can delete: it is looked whether a person has, else ByHand is raised."""
        url = graph(home).url(segment(receipt.platform_id))
        if receipt.get("on"):
            answer = yield from ask(Request("DELETE", url))
            if not is_missing(answer):
                require_success(expect(answer))
            return
        answer = yield from ask(Request("GET", url, query=(("fields", "id"),)))
        if not is_missing(answer):
            string(expect(answer), "id")
            raise ByHand("Instagram lets no program delete a post: delete it in the app, then ask for removal again")

    def recent(self, home: Home, limit: int) -> Conversation[tuple[Seen, ...]]:
        """The newest posts; comments are not among them."""
        meta = graph(home)
        return newest(meta.posts(home, min(limit, _PAGE), "media"), meta.seen, limit)

    def profile(self, home: Home) -> Conversation[Profile]:
        """Name, picture and biography; no list of the applications is given to a program."""
        fields = ("fields", "username,name,biography,profile_picture_url")
        shown = yield from graph(home).get(segment(home.subject), fields)
        return face(shown, "profile_picture_url", "biography")

    def identify(self, home: Home) -> Conversation[Identity]:
        """The account of the token. Only professional ones can be connected; one that says otherwise is a person's."""
        me = yield from graph(home).get("me", ("fields", "user_id,username,account_type"))
        kind = maybe_string(me, "account_type").upper()
        return Identity(string(me, "user_id"), string(me, "username"), personal=bool(kind) and kind not in PROFESSIONAL)

    def sign_in(self, home: Home) -> Conversation[Renewal]:
        """Exchange the token of an hour, which the code brought, for one of 60 days."""
        return LOGIN.lengthen()

    def refresh(self, home: Home) -> Conversation[Renewal]:
        """Another 60 days."""
        return LOGIN.extend()

    def revoke(self, home: Home) -> Conversation[None]:
        """Give back what was granted (unconfirmed for this login). Raises ByHand where Instagram takes it not."""
        answer = yield from ask(Request("DELETE", graph(home).url(f"{segment(home.subject)}/permissions")))
        try:
            require_success(expect(answer))
        except (Rejected, SetupWrong):
            raise ByHand("remove the application in the account's settings, under apps and websites") from None

    def auth(self, credential: Mapping[str, str], now: datetime, nonce: str) -> httpx.Auth:
        """The bearer token. Raises SignInExpired where there is none."""
        return BearerAuth(credential)


def _picture(picture: Picture) -> Form:
    words: Form = (("alt_text", picture.alt_text),) if picture.alt_text else ()
    return (("image_url", MediaAddress(picture.sha256)), *words)


def _may_be(outgoing: Outgoing, shown: Json) -> bool:
    return may_show(shown, len(outgoing.pictures)) and alike(maybe_string(shown, "caption"), said(outgoing))


def _root(passage: Passage) -> str:
    if passage.root is None:
        raise Rejected("a comment needs the post it is for", not_applied=True)
    return segment(passage.root.platform_id)


def _commented(outgoing: Outgoing, passage: Passage) -> Conversation[Receipt]:
    on = _root(passage)
    request = Request("POST", graph(passage.home).url(f"{on}/comments"), form=(("message", said(outgoing)),))
    made = string(expect((yield from commit(request))), "id")
    return Receipt(made, passage.root.url if passage.root else None, (("on", on),))


def _comment(on: str, shown: Json) -> Receipt:
    return Receipt(string(shown, "id"), None, (("on", on),), instant(string(shown, "timestamp")))


def _may_be_comment(outgoing: Outgoing, home: Home, shown: Json) -> bool:
    by = maybe_string(shown, "username")
    ours = not by or by.casefold() == home.handle.strip().lstrip("@").casefold()
    return ours and alike(maybe_string(shown, "text"), said(outgoing))
