"""LinkedIn's refusals in our words (platform page §9), and what is read from its answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from connectors.contract import (
    Duplicate,
    Nonsense,
    PlatformError,
    Rejected,
    Response,
    SetupWrong,
    SignInExpired,
    Throttled,
    Unavailable,
)
from connectors.linkedin.little import unescape
from connectors.reading import answered_at, milliseconds, string, thing, things, wait_until, words
from connectors.words import Profile, Receipt, Seen

POST = re.compile(r"urn:li:(?:share|ugcPost):\d+")
Word = type[Rejected] | type[SetupWrong] | type[SignInExpired] | type[Unavailable]

# LinkedIn's code -> our word, wherever the code stands in the answer; otherwise by status. All are documented as
# refusals, so at the Commit they prove that nothing was posted.
CODES: Mapping[str, Word] = {
    "MEDIA_ASSET_WAITING_UPLOAD": Unavailable,  # its pictures are not ready; a later try may be
    "MEDIA_ASSET_PROCESSING_FAILED": Rejected,
    "VERSION_MISSING": SetupWrong,
    "NONEXISTENT_VERSION": SetupWrong,
    "invalid_grant": SignInExpired,
    "invalid_client": SetupWrong,
    "unauthorized_client": SetupWrong,
}
STATUSES: Mapping[int, Word] = {
    400: Rejected,
    401: SignInExpired,
    403: SetupWrong,
    404: Rejected,
    413: Rejected,
    422: Rejected,
    426: SetupWrong,
}


def expect(answer: Response, *statuses: int) -> Mapping[str, Any]:
    """The answer's object where its status is one of `statuses` (200 if none). Raises what its refusal means."""
    if answer.status not in (statuses or (200,)):
        raise refusal(answer)
    return thing(answer.json())


def refusal(answer: Response) -> PlatformError:
    """What an answer other than the expected means for us."""
    status, codes = answer.status, _codes(answer)
    said = words(answer, "message", "error_description", "error")
    detail = said or f"status {status}"
    if status >= 500:
        return Unavailable(detail, status=status)
    if status == 429:
        return Throttled(detail, until=_until(answer), status=429, not_applied=True)
    if status == 409 or "DUPLICATE_POST" in codes:
        named = POST.search(detail)
        return Duplicate(detail, original=named.group() if named else None, status=status)
    word = next((CODES[code] for code in CODES if code in codes), STATUSES.get(status))
    if word is not None and status >= 400:
        return word(detail, status=status, not_applied=True)
    if said and status >= 400:
        return Rejected(detail, status=status)
    return Nonsense(f"an answer {status} that LinkedIn does not document", status=status)


def created(answer: Response) -> str:
    """The id of what was made: LinkedIn gives it in a header of a 201 without a body. Raises Nonsense."""
    if answer.status != 201:
        raise refusal(answer)
    found = answer.header("x-restli-id") or answer.header("x-linkedin-id")
    if not found:
        raise Nonsense("the answer does not say what was made", status=answer.status)
    return unquote(found)


def receipt(urn: str, at: datetime | None = None) -> Receipt:
    """The receipt of a post. Raises Nonsense where `urn` is no post's."""
    if not POST.fullmatch(urn):
        raise Nonsense("that is not the URN of a post")
    return Receipt(urn, f"https://www.linkedin.com/feed/update/{urn}/", at=at)


def seen(post: Mapping[str, Any]) -> Seen:
    """A post as the watcher sees it, un-escaped. No field names the application that made it."""
    at = milliseconds(post.get("createdAt"))
    return Seen(receipt(string(post, "id"), at), unescape(string(post, "commentary", may_be_empty=True)), at)


def profile(organisation: Mapping[str, Any]) -> Profile:
    """How an organisation's page presents itself; its logo is an asset with a URN of its own."""
    logo = organisation.get("logoV2")
    picture = str(logo["original"]) if isinstance(logo, dict) and logo.get("original") else None
    bio = string({"localizedDescription": ""} | dict(organisation), "localizedDescription", may_be_empty=True)
    return Profile(string(organisation, "localizedName"), picture, bio)


def pictures(post: Mapping[str, Any]) -> int:
    """How many pictures a post shows."""
    content = post.get("content")
    if not isinstance(content, dict):
        return 0
    several = content.get("multiImage")
    images = several.get("images") if isinstance(several, dict) else None
    return len(images) if isinstance(images, list) else int("media" in content)


def _until(answer: Response) -> datetime | None:
    """The daily limits begin anew at 00:00 UTC; a connector has no clock but the answer's own date (page §8)."""
    date = answered_at(answer)
    named = wait_until(answer, "retry-after")
    if named is not None or date is None:
        return named
    return date.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _codes(answer: Response) -> set[str]:
    """LinkedIn's own codes, which stand in three places."""
    codes: set[str] = set()
    try:
        said = thing(answer.json())
        codes |= {str(said.get("code")), str(said.get("error"))}
        inputs = things(thing(said.get("errorDetails")).get("inputErrors"))
        codes |= {str(one.get("code")) for one in inputs}
    except Nonsense:
        pass  # not every error has them all
    return codes
