"""LinkedIn's refusals in our words (platform page §9), and what is read from its answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
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
from connectors.reading import (
    day_end,
    expecting,
    maybe_string,
    milliseconds,
    refused,
    string,
    thing,
    things,
    told,
    wait_until,
    words,
)
from connectors.words import Profile, Receipt, Seen

POST = re.compile(r"urn:li:(?:share|ugcPost):\d+")
Word = type[PlatformError]

# LinkedIn's code -> our word, wherever the code stands in the answer; otherwise by status, and for those of the second
# table always. All are documented as refusals, so at the Commit they prove that nothing was posted.
CODES: Mapping[str, Word] = {
    "DUPLICATE_POST": Duplicate,
    "MEDIA_ASSET_WAITING_UPLOAD": Unavailable,  # its pictures are not ready; a later try may be
    "MEDIA_ASSET_PROCESSING_FAILED": Rejected,
    "invalid_grant": SignInExpired,
    **dict.fromkeys(("VERSION_MISSING", "NONEXISTENT_VERSION", "invalid_client", "unauthorized_client"), SetupWrong),
}
ALWAYS: Mapping[int, Word] = {409: Duplicate, 429: Throttled}
STATUSES: Mapping[int, Word] = {
    **dict.fromkeys((400, 404, 413, 422), Rejected),
    401: SignInExpired,
    **dict.fromkeys((403, 426), SetupWrong),
}


def refusal(answer: Response) -> PlatformError:
    """What an answer other than the expected means for us; a duplicate's names the post that is there."""
    said = words(answer, "message", "error_description", "error") or ""
    status, codes, named = answer.status, _codes(answer), POST.search(said)
    coded = next((CODES[code] for code in CODES if code in codes and status >= 400), None)
    word = ALWAYS.get(status) or coded or STATUSES.get(status)
    # The daily limits begin anew at 00:00 UTC (page §8).
    until = wait_until(answer, "retry-after") or day_end(answer)
    return refused(word, answer, said, until, original=named and named.group(), sure=True)


expect = expecting(refusal)


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
    return Profile(string(organisation, "localizedName"), picture, maybe_string(organisation, "localizedDescription"))


def pictures(post: Mapping[str, Any]) -> int:
    """How many pictures a post shows."""
    content = post.get("content")
    if not isinstance(content, dict):
        return 0
    several = content.get("multiImage")
    images = several.get("images") if isinstance(several, dict) else None
    return len(images) if isinstance(images, list) else int("media" in content)


def _codes(answer: Response) -> set[str]:
    """LinkedIn's own codes, which stand in three places."""
    said = told(answer)
    codes = {str(said.get("code")), str(said.get("error"))}
    try:
        return codes | {str(one.get("code")) for one in things(thing(said.get("errorDetails")).get("inputErrors"))}
    except Nonsense:
        return codes  # not every error has them all
