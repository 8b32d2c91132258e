"""Refusals of Yammer and Entra in our words (platform page §1, §8), and what is read from their answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.contract import (
    Nonsense,
    PlatformError,
    Rejected,
    Renewal,
    Response,
    SetupWrong,
    SignInExpired,
    Throttled,
    Unavailable,
)
from connectors.reading import answered_at, refused, renewal, string, thing, things, wait_until, words
from connectors.words import Receipt, Seen

WAIT = timedelta(seconds=30)  # the windows of the limits; no header tells of them (page §7)
GRANT = timedelta(days=90)  # of a refresh token that is not used (page §1)

# All of them are said before a message is made, so at the Commit they prove that none was.
STATUSES: Mapping[int, type[PlatformError]] = {
    401: SignInExpired,
    403: SetupWrong,
    **dict.fromkeys((400, 404, 413, 415, 422), Rejected),
}
# Entra's own words (RFC 6749 §5.2 and more); at the first of them a person must sign in anew.
_ANEW = ("invalid_grant", "interaction_required", "consent_required", "login_required")
_OURS = ("invalid_client", "unauthorized_client", "invalid_scope", "invalid_request", "unsupported_grant_type")
ENTRA: Mapping[str, type[PlatformError]] = {
    **dict.fromkeys(_ANEW, SignInExpired),
    **dict.fromkeys(_OURS, SetupWrong),
    "temporarily_unavailable": Unavailable,
}


def expect(answer: Response, *statuses: int) -> Any:
    """The answer's JSON where its status is one of these (200 if none). Raises what its refusal means."""
    if answer.status not in (statuses or (200,)):
        raise refusal(answer)
    return answer.json()


def refusal(answer: Response) -> PlatformError:
    """What an answer other than the expected means for us; too many requests are sometimes a 403 (page §7)."""
    detail, at = _said(answer), answered_at(answer)
    word = Throttled if "rate limit" in detail.lower() and answer.status == 403 else STATUSES.get(answer.status)
    until = wait_until(answer, "x-rate-limit-reset") or (at + WAIT if at else None)
    return refused(word, answer, detail if answer.status < 500 else f"status {answer.status}", until)


def tokens(answer: Response) -> Renewal:
    """The pair of tokens that Entra brings. Raises what its refusal means."""
    if answer.status == 200:
        body = thing(answer.json())
        string(body, "refresh_token"), number(body, "expires_in")
        return replace(renewal(body), grant_lasts=GRANT)
    name = words(answer, "error")
    if name is None or answer.status == 429:
        raise refusal(answer)
    codes = thing(answer.json()).get("error_codes", "")
    raise refused(ENTRA.get(name), answer, f"{name} {codes}")


def message(answer: Response) -> Mapping[str, Any]:
    """The message of the envelope that answers a posting (201; page §2). Raises what its refusal means."""
    found = things(thing(expect(answer, 200, 201)).get("messages"))
    if not found:
        raise Nonsense("the answer holds no message")
    return found[0]


def number(source: Mapping[str, Any], name: str) -> str:
    """An id, which is a number that may exceed 2^53. Raises Nonsense."""
    value = source.get(name)
    if type(value) is int and 0 < value < 1 << 64:
        return str(value)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 20:
        return value
    raise Nonsense(f"the answer's {name!r} is not an id")


def maybe(source: Mapping[str, Any], name: str) -> str | None:
    """An id, or None where there is none. Raises Nonsense."""
    return None if source.get(name) is None else number(source, name)


def instant(text: str) -> datetime:
    """`2022/11/11 21:00:20 +0000`. Raises Nonsense."""
    try:
        return datetime.strptime(text, "%Y/%m/%d %H:%M:%S %z").astimezone(UTC)
    except (ValueError, OverflowError):
        raise Nonsense("the answer's time is not a time") from None


def receipt(found: Mapping[str, Any]) -> Receipt:
    """The receipt of a message; its thread is what a reply answers to."""
    thread = (("thread", number(found, "thread_id")),) if found.get("thread_id") is not None else ()
    return Receipt(number(found, "id"), string(found, "web_url"), thread, instant(string(found, "created_at")))


def seen(found: Mapping[str, Any]) -> Seen:
    """A message as the watcher sees it; `client_type` is a hint at what posted it."""
    made, client = receipt(found), found.get("client_type")
    assert made.at is not None
    text = string(thing(found.get("body")), "plain", may_be_empty=True)
    return Seen(made, text, made.at, client if isinstance(client, str) and client else None)


def files(found: Mapping[str, Any]) -> int:
    """How many files a message carries; link cards (`ymodule`) are attachments too, and are not counted."""
    attached = found.get("attachments")
    listed = [one for one in attached if isinstance(one, dict)] if isinstance(attached, list) else []
    return sum(one.get("type") != "ymodule" for one in listed)


def email(user: Mapping[str, Any]) -> str:
    """The address a user signs in with. Raises SetupWrong where the network does not show it: then nobody is proven."""
    contact = user.get("contact")
    addresses = contact.get("email_addresses") if isinstance(contact, dict) else None
    first = things(addresses)[:1] if addresses else ()
    found = user.get("email") or next((one.get("address") for one in first), None)
    if not isinstance(found, str) or "@" not in found:
        raise SetupWrong("the network does not show the address of its service account", not_applied=True)
    return found.lower()


def _said(answer: Response) -> str:
    """What a refusal says: their envelope, or the beginning of a plain text."""
    try:
        body = thing(answer.json())
        told = thing(body.get("response", body))
        return f"{string(told, 'message')} (code {told.get('code')})"
    except Nonsense:
        return answer.body[:120].decode("utf-8", "replace").strip() or f"status {answer.status}"
