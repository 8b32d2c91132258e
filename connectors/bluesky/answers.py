"""Bluesky's refusals in our words (platform page §10), and what is read from its answers."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
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
    Throttled,
    Unavailable,
)
from connectors.reading import string, thing, wait_until
from connectors.words import Profile

Word = type[SignInExpired] | type[SetupWrong] | type[Rejected]

# These are all documented as given before anything is written, so at the Commit they prove that nothing was.
CODES: dict[str, Word] = {
    "ExpiredToken": SignInExpired,
    "InvalidToken": SignInExpired,
    "invalid_token": SignInExpired,
    "AuthMissing": SignInExpired,
    "AuthenticationRequired": SignInExpired,
    "AuthFactorTokenRequired": SetupWrong,
    "AccountTakedown": SetupWrong,
    "AccountDeactivated": SetupWrong,
    "RepoTakendown": SetupWrong,
    "RepoDeactivated": SetupWrong,
    "RepoSuspended": SetupWrong,
    "InvalidRequest": Rejected,
    "RecordNotFound": Rejected,
    "BlobNotFound": Rejected,
    "PayloadTooLarge": Rejected,
}
STATUSES: dict[int, Word] = {401: SignInExpired, 403: SetupWrong, 413: Rejected}  # where the code says nothing


def expect(answer: Response) -> Mapping[str, Any]:
    """The answer's object where it is 200. Raises the PlatformError that its refusal means."""
    if answer.status != 200:
        raise refusal(answer)
    return thing(answer.json())


def code_of(answer: Response) -> str | None:
    """The error's name, None where the answer names none."""
    return _named(answer)[0]


def refusal(answer: Response) -> PlatformError:
    """What an answer other than 200 means for us."""
    code, detail = _named(answer)
    status = answer.status
    if status >= 500:
        return Unavailable(detail, status=status)
    if status == 429 or code == "RateLimitExceeded":
        until = wait_until(answer, "ratelimit-reset")
        return Throttled(detail, until=until, status=status, not_applied=True)
    if code == "InvalidSwap":
        return Duplicate(detail, status=status)
    if code in CODES:
        return CODES[code](detail, status=status, not_applied=True)
    if status in STATUSES:
        return STATUSES[status](detail, status=status)
    if code is not None and status >= 400:
        return Rejected(detail, status=status)
    return Nonsense(f"an answer {status} that Bluesky does not document", status=status)


def renewal(session: Mapping[str, Any]) -> Renewal:
    """The pair of tokens that createSession and refreshSession bring; it expires when the access token does."""
    access = string(session, "accessJwt")
    return Renewal((("access", access), ("refresh", string(session, "refreshJwt"))), _expiry(access))


def blob(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The blob object of uploadBlob, to be put into the record as it is. Raises Nonsense."""
    found = thing(answer.get("blob"))
    string(thing(found.get("ref")), "$link")
    return dict(found)


def profile(value: Mapping[str, Any]) -> Profile:
    """A profile record; its picture is named by its CID, which is a hash of its bytes. Raises Nonsense."""
    name, bio = (
        string(value, field, may_be_empty=True) if field in value else "" for field in ("displayName", "description")
    )
    picture = blob({"blob": value["avatar"]})["ref"]["$link"] if value.get("avatar") else None
    return Profile(name, picture, bio)


def _named(answer: Response) -> tuple[str | None, str]:
    try:
        body = thing(answer.json())
        code = string(body, "error")
    except Nonsense:
        return None, f"status {answer.status}"
    message = body.get("message")
    return code, f"{code}: {message}" if isinstance(message, str) else code


def _expiry(access: str) -> datetime | None:
    """The `exp` of a JWT (RFC 7519); None where it cannot be read. It is advice: the platform decides."""
    try:
        middle = access.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
        return datetime.fromtimestamp(int(claims["exp"]), UTC)
    except (IndexError, KeyError, TypeError, ValueError, OverflowError, OSError, RecursionError):
        return None
