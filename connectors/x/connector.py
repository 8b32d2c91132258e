"""X's conversations with api.x.com, as the platform page §§2-6 gives them. What is not confirmed is a fact of the home:

`characters` (280; Premium accounts may post more), `refresh_days` (180: how long a refresh token may rest).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import httpx

from connectors.addresses import INVALID, addresses
from connectors.contract import Authorisation, Budget, Conversation, Manifest, Rejected, Renewal, Request, Response
from connectors.listing import look_back, newest
from connectors.oauth import ClientAuth, Tokens, by_consent, end_token, sealed
from connectors.reading import ask, budget, commit, file_part, refuse_overruns, string, thing, things, upload
from connectors.text import alike, with_link
from connectors.uploading import each_picture, until_ready
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
    Visibility,
    Window,
)
from connectors.x import answers
from connectors.x.counting import LONGEST, weighted_length

Post = Mapping[str, Any]
API = "https://api.x.com/2"
TOKEN, REVOKE = f"{API}/oauth2/token", f"{API}/oauth2/revoke"
SCOPES = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")
FIELDS = ("tweet.fields", "created_at,author_id,conversation_id,entities,attachments,referenced_tweets,note_tweet")
_PAGE, _PAGES = 25, 12  # posts a look reads at once (each is billed), and how often
_LEAST, _MOST = 5, 100  # what a listing takes as max_results
_US = sealed("client_id")  # the secret, where there is one, stands in a header


def budgets(answer: Response) -> tuple[Budget, ...]:
    """What the account may still post in its quarter of an hour; the day's counts are seen and not documented (§9)."""
    quarter = budget(answer, "x-rate-limit-remaining", "x-rate-limit-reset")
    day = budget(answer, "x-user-limit-24hour-remaining", "x-user-limit-24hour-reset")
    spent = [one for one in day if one.remaining == 0]
    shared = budget(answer, "x-app-limit-24hour-remaining", "x-app-limit-24hour-reset", shared=True)
    return (*(spent or quarter), *shared)


def authorise(home: Home) -> Authorisation:
    """Where a person gives consent; the code that comes back lives 30 s."""
    return Authorisation("https://x.com/i/oauth2/authorize", code_seconds=30)


class X:
    """The connector; stateless, so one instance serves every account."""

    name: str = "x"
    manifest: Manifest = by_consent(frozenset({"api.x.com", "x.com"}), SCOPES, authorise, budgets=budgets)

    def limits(self, home: Home) -> Limits:
        """280 weighted, four pictures (platform page §§5, 8)."""
        return Limits(
            mention="@name",
            advice="X may refuse what mentions somebody who has not spoken to you.",
            characters=home.fact("characters", LONGEST),
            measure=weighted_length,
            media=4,
            media_bytes=5_000_000,
            media_types=frozenset({"image/jpeg", "image/png", "image/webp"}),
            alt_text=1_000,
            lag=timedelta(seconds=60),
            said=said,
            visibilities=frozenset({Visibility.PUBLIC}),
            not_taken=INVALID,
        )

    def publish(self, outgoing: Outgoing, passage: Passage) -> Conversation[Receipt]:
        """Upload the pictures, each with its alt text, then post once. X has no key for repeats."""
        refuse_overruns(self.limits(passage.home), outgoing)
        media = yield from each_picture(outgoing, _uploaded)
        post: dict[str, Any] = {"text": said(outgoing)} if said(outgoing) else {}
        if media:
            post["media"] = {"media_ids": media}
        if passage.parent:
            post["reply"] = {"in_reply_to_tweet_id": passage.parent.platform_id}
        sent = answers.data((yield from commit(Request("POST", f"{API}/tweets", json=post))), 201)
        return answers.receipt(sent, passage.home)

    def find(self, outgoing: Outgoing, passage: Passage, window: Window) -> Conversation[Found]:
        """Look through the account's own posts. A match by text and time is likely, its want only evidence."""
        turn, ours = partial(_listed, passage.home, _PAGE), partial(_says, outgoing, passage)
        return look_back(turn, partial(answers.receipt, home=passage.home), ours, window, most=_PAGES)

    def remove(self, receipt: Receipt, home: Home) -> Conversation[None]:
        """Delete the post; one that X does not have is removed already."""
        answer = yield from ask(Request("DELETE", f"{API}/tweets/{_id(receipt)}"))
        if not answers.is_gone(answer):
            answers.data(answer)

    def recent(self, home: Home, limit: int) -> Conversation[tuple[Seen, ...]]:
        """The newest own posts, replies included, reposts not."""
        return newest(partial(_listed, home, limit), partial(answers.seen, home=home), limit)

    def profile(self, home: Home) -> Conversation[Profile]:
        """The public profile. Which applications may post for the account, X does not tell."""
        return answers.profile((yield from _me("name,description,profile_image_url,entities")))

    def identify(self, home: Home) -> Conversation[Identity]:
        """The account that gave its consent. X does not tell a person's account from an organisation's."""
        me = yield from _me("username")
        return Identity(answers.post_id(me), string(me, "username"))

    def sign_in(self, home: Home) -> Conversation[Renewal]:
        """Exchange the code, which lives 30 s and serves once."""
        return _tokens(home).exchange()

    def refresh(self, home: Home) -> Conversation[Renewal]:
        """A new pair. The old refresh token is used up by it: a lost answer means that a person connects again."""
        return _tokens(home).refresh()

    def revoke(self, home: Home) -> Conversation[None]:
        """Both tokens: ending one does not end the other."""
        for name in ("refresh_token", "access_token"):
            yield from end_token(REVOKE, name, answers.refusal, client=_US, authorised=True)

    def auth(self, credential: Mapping[str, str], now: datetime, nonce: str) -> httpx.Auth:
        """The bearer token; at the token addresses the application's own name and secret, where it has one."""
        return ClientAuth(credential, TOKEN, REVOKE)


def said(outgoing: Outgoing) -> str:
    """The post's text: the link at its end, from which X builds the card."""
    return with_link(outgoing.text.replace("\r\n", "\n"), outgoing.link)


def _id(receipt: Receipt) -> str:
    if not re.fullmatch(r"[0-9]{1,19}", receipt.platform_id):
        raise Rejected("that is not the id of a post on X", not_applied=True)
    return receipt.platform_id


def _tokens(home: Home) -> Tokens:
    read = partial(answers.tokens, grant_days=home.fact("refresh_days", 180), scopes=SCOPES)
    return Tokens(TOKEN, read, client=_US, authorised=True)


def _me(fields: str) -> Conversation[Post]:
    return answers.data((yield from ask(Request("GET", f"{API}/users/me", query=(("user.fields", fields),)))))


def _uploaded(picture: Picture) -> Conversation[str]:
    """The media id of a picture that is ready and has its alt text. Raises Unavailable where it does not get ready."""
    file = file_part("media", picture)
    form = (("media_category", "tweet_image"),)
    sent = answers.data((yield from upload(Request("POST", f"{API}/media/upload", form=form, files=(file,)))))
    media = answers.post_id(sent)
    yield from until_ready(answers.working(sent), partial(_state, media))
    if picture.alt_text:
        described = {"id": media, "metadata": {"alt_text": {"text": picture.alt_text}}}
        answers.data((yield from upload(Request("POST", f"{API}/media/metadata", json=described))))
    return media


def _state(media: str) -> Conversation[float | None]:
    query = (("media_id", media), ("command", "STATUS"))
    return answers.working(answers.data((yield from ask(Request("GET", f"{API}/media/upload", query=query)))))


def _listed(home: Home, limit: int, token: str | None) -> Conversation[tuple[tuple[Post, ...], str | None]]:
    """One page of the account's own posts, newest first, and the word for the next, None where this is the last."""
    query = [FIELDS, ("max_results", str(min(max(limit, _LEAST), _MOST))), ("exclude", "retweets")]
    query += [("pagination_token", token)] if token else []
    body = answers.expect((yield from ask(Request("GET", f"{API}/users/{home.subject}/tweets", query=tuple(query)))))
    meta = thing(body.get("meta"))
    return things(body.get("data") or []), string(meta, "next_token") if meta.get("next_token") else None


def _says(outgoing: Outgoing, passage: Passage, post: Post) -> bool:
    answered, parent = answers.answers_to(post), passage.parent
    if parent and answered and answered != parent.platform_id:
        return False
    same = alike(_plain(answers.text_of(post)), _plain(said(outgoing)))
    return same and answers.pictures(post) == len(outgoing.pictures)


def _plain(text: str) -> str:
    """`text` with its addresses as one writes and X expands them alike: without scheme and last slash."""
    parts, at = [], 0
    for begin, end in addresses(text):
        parts += [text[at:begin], re.sub(r"^https?://", "", text[begin:end], flags=re.IGNORECASE).rstrip("/")]
        at = end
    return "".join([*parts, text[at:]])
