"""Bluesky's refusals in our words (platform page §10), and what is read from its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.contract import (
    Duplicate,
    PlatformError,
    Rejected,
    Response,
    SetupWrong,
    SignInExpired,
    Throttled,
)
from connectors.reading import refused, string, thing, wait_until, words
from connectors.words import Profile

# Those but the last are documented as given before anything is written, so at the Commit they prove that nothing was.
CODES: dict[str, type[PlatformError]] = {
    **dict.fromkeys(("ExpiredToken", "InvalidToken", "invalid_token"), SignInExpired),
    **dict.fromkeys(("AuthMissing", "AuthenticationRequired"), SignInExpired),
    **dict.fromkeys(("AuthFactorTokenRequired", "AccountTakedown", "AccountDeactivated"), SetupWrong),
    **dict.fromkeys(("RepoTakendown", "RepoDeactivated", "RepoSuspended"), SetupWrong),
    **dict.fromkeys(("InvalidRequest", "RecordNotFound", "BlobNotFound", "PayloadTooLarge"), Rejected),
    "RateLimitExceeded": Throttled,
    "InvalidSwap": Duplicate,
}
STATUSES: dict[int, type[PlatformError]] = {401: SignInExpired, 403: SetupWrong, 413: Rejected}  # without such a code


def expect(answer: Response) -> Mapping[str, Any]:
    """The answer's object where it is 200. Raises the PlatformError that its refusal means."""
    if answer.status != 200:
        raise refusal(answer)
    return thing(answer.json())


def refusal(answer: Response) -> PlatformError:
    """What an answer other than 200 means for us."""
    code, status = words(answer, "error"), answer.status
    detail = ": ".join(filter(None, (code, words(answer, "message"))))
    if 400 <= status < 500 and status != 429 and code not in CODES and status in STATUSES:
        return STATUSES[status](detail or f"status {status}", status=status)
    return refused(CODES.get(code or ""), answer, detail if code else "", wait_until(answer, "ratelimit-reset"))


def blob(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The blob object of uploadBlob, to be put into the record as it is. Raises Nonsense."""
    found = thing(answer.get("blob"))
    string(thing(found.get("ref")), "$link")
    return dict(found)


def profile(value: Mapping[str, Any]) -> Profile:
    """A profile record; its picture is named by its CID, which is a hash of its bytes. Raises Nonsense."""
    given = [string(value, name, may_be_empty=True) if name in value else "" for name in ("displayName", "description")]
    picture = blob({"blob": value["avatar"]})["ref"]["$link"] if value.get("avatar") else None
    return Profile(given[0], picture, given[1])
