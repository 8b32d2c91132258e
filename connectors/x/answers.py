"""X's refusals in our words (platform page §9), and what is read from its answers."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.contract import (
    Duplicate,
    Nonsense,
    PlatformError,
    Rejected,
    Renewal,
    Response,
    SetupWrong,
    SignInExpired,
)
from connectors.reading import (
    expecting,
    instant,
    maybe_string,
    number,
    refused,
    renewal,
    require_granted,
    string,
    thing,
    things,
    told,
    wait_until,
)
from connectors.words import Home, Profile, Receipt, Seen

# Everything below 500 is said before anything is written, so at the Commit it proves that.
Word = type[PlatformError]

# First by what the answer says, since one status has many meanings; a phrase is looked for in small letters.
PHRASES: tuple[tuple[int, str, Word], ...] = (
    (403, "reply to this conversation is not allowed", Rejected),
    (403, "duplicate content", Duplicate),
    (403, "too long", Rejected),
    (403, "media", Rejected),
    (403, "reply", Rejected),
)
STATUSES: dict[int, Word] = {
    **dict.fromkeys((400, 404, 413), Rejected),
    401: SignInExpired,
    402: SetupWrong,  # credits are used up
    403: SetupWrong,  # scope, tier, locked account, usage cap
}
OAUTH: dict[str, Word] = {
    # A code or refresh token that is used up says no more than the first.
    **dict.fromkeys(("invalid_request", "invalid_grant"), SignInExpired),
    **dict.fromkeys(("invalid_client", "unauthorized_client", "invalid_scope"), SetupWrong),
}
WINDOWS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")
_EPOCH_MS = 1_288_834_974_657


def data(answer: Response, status: int = 200) -> Mapping[str, Any]:
    """What stands under `data`. Raises what the refusal means; Rejected where it only tells what is missing."""
    body = expect(answer, status)
    if "data" not in body and body.get("errors"):
        raise Rejected(said(answer), status=answer.status)
    return thing(body.get("data"))


def refusal(answer: Response) -> PlatformError:
    """What an answer other than the expected means for us."""
    status, detail = answer.status, said(answer)
    named = next((word for at, phrase, word in PHRASES if status == at and phrase in detail.lower()), None)
    word = named or OAUTH.get(detail.partition(":")[0]) or STATUSES.get(status)
    return refused(word, answer, detail, _reset(answer))


expect = expecting(refusal)


def said(answer: Response) -> str:
    """What a refusal says, in whichever of X's shapes it comes."""
    body = told(answer)
    first = _first(body)
    if isinstance(body.get("error"), str):
        return f"{body['error']}: {body.get('error_description')}"
    words = (body.get("detail"), first.get("detail"), first.get("message"), body.get("title"))
    return next((word for word in words if isinstance(word, str) and word), f"status {answer.status}")


def _first(body: Mapping[str, Any]) -> Mapping[str, Any]:
    found = body.get("errors")
    return found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else {}


def is_gone(answer: Response) -> bool:
    """Whether it says that there is no such post: 404, or 200 with nothing but errors."""
    if answer.status != 200:
        return answer.status == 404
    body = thing(answer.json())
    return "data" not in body and any(
        "resource-not-found" in str(one.get("type")) for one in things(body.get("errors") or [])
    )


def tokens(answer: Response, grant_days: int, scopes: tuple[str, ...]) -> Renewal:
    """The tokens of a token answer. Raises SetupWrong where less was granted than is needed."""
    body = expect(answer)
    require_granted({"scope": string(body, "scope")}, scopes)
    if not number(body, "expires_in") or not string(body, "refresh_token"):
        raise Nonsense("the answer does not say how long the access lasts")
    return replace(renewal(body), grant_lasts=timedelta(days=grant_days))


def working(sent: Mapping[str, Any]) -> float | None:
    """How many seconds X wants for a picture before it is asked again; None where it is ready. Raises Rejected."""
    state = thing(sent.get("processing_info") or {"state": "succeeded"})
    if state.get("state") == "failed":
        raise Rejected("X cannot use this picture", not_applied=True)
    after = state.get("check_after_secs")
    wait = float(after) if type(after) is int and 0 < after <= 60 else 1.0
    return None if state.get("state") == "succeeded" else wait


def post_id(post: Mapping[str, Any]) -> str:
    """The id of a post: up to 19 digits."""
    found = string(post, "id")
    if not (found.isascii() and found.isdigit() and len(found) <= 19):
        raise Nonsense("that is not the id of a post")
    return found


def receipt(post: Mapping[str, Any], home: Home) -> Receipt:
    """The receipt of a post; its time is in its id where the answer does not give it."""
    id, at = post_id(post), post.get("created_at")
    made = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=(int(id) >> 22) + _EPOCH_MS)
    url = f"https://x.com/{home.handle.lstrip('@') or 'i/web'}/status/{id}"
    return Receipt(id, url, at=instant(at) if isinstance(at, str) else made)


def seen(post: Mapping[str, Any], home: Home) -> Seen:
    """A post as the watcher sees it."""
    found = receipt(post, home)
    assert found.at is not None
    return Seen(found, text_of(post), found.at)


def text_of(post: Mapping[str, Any]) -> str:
    """What was said: unescaped, each t.co address as it was written, those of the pictures left out (page §6)."""
    long = post.get("note_tweet") or post.get("note_post")
    source = thing(long) if long else post
    text = html.unescape(string(source, "text", may_be_empty=True))
    for url in things(thing(source.get("entities") or {}).get("urls") or []):
        own = "" if "media_key" in url else string(url, "expanded_url")
        text = text.replace(string(url, "url"), own)
    return text.strip()


def pictures(post: Mapping[str, Any]) -> int:
    """How many pictures a post shows."""
    keys = thing(post.get("attachments") or {}).get("media_keys")
    return len(keys) if isinstance(keys, list) else 0


def answers_to(post: Mapping[str, Any]) -> str | None:
    """The id of the post that this one answers."""
    for one in things(post.get("referenced_tweets") or post.get("referenced_posts") or []):
        if one.get("type") == "replied_to":
            return string(one, "id")
    return None


def profile(user: Mapping[str, Any]) -> Profile:
    """The account as the public sees it. A new picture has a new address."""
    bio = maybe_string(user, "description")
    for url in things(thing(thing(user.get("entities") or {}).get("description") or {}).get("urls") or []):
        bio = bio.replace(string(url, "url"), string(url, "expanded_url"))
    return Profile(string(user, "name", may_be_empty=True), maybe_string(user, "profile_image_url") or None, bio)


def _reset(answer: Response) -> datetime | None:
    """The latest reset of the windows that are used up; of any where none says so."""
    spent = [name for name in WINDOWS if answer.header(f"{name}-remaining") == "0"] or list(WINDOWS)
    known = [at for at in (wait_until(answer, f"{name}-reset") for name in spent) if at is not None]
    return max(known, default=None)
