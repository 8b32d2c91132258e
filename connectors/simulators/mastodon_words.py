"""Limits, habits, inputs and error words of the pretend Mastodon server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors.simulators.forms import Fields, File, read_form, read_json, read_multipart
from connectors.simulators.pretend import Answer, Call, Refusal

IDEMPOTENCY_MODES = ("honour", "error", "ignore")
IMAGE_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif")


@dataclass(frozen=True)
class MastodonRules:
    """Defaults of the contract (§3, §5, §7). `description_limit` 0: an older server, which does not publish it.

    `idempotency`: "honour" returns the first status, "error" answers a repeat with 500 (issue 40399), "ignore" posts
    again. `media_seconds`: how long media is processed (0: at once); `media_fails`: it then fails.
    `requests_per_address` is 0 (off), for on loopback all callers share one address.
    """

    max_characters: int = 500
    max_media_attachments: int = 4
    characters_reserved_per_url: int = 23
    description_limit: int = 1_500
    image_size_limit: int = 16_777_216
    image_matrix_limit: int = 33_177_600
    version: str = "4.5.2"
    idempotency: str = "honour"
    key_life_s: float = 3_600.0
    code_life_s: float = 600.0
    media_seconds: float = 0.0
    media_fails: bool = False
    requests_per_5min: int = 300
    media_per_30min: int = 30
    deletes_per_30min: int = 30
    statuses_per_3h: int = 300
    requests_per_address: int = 0


def refuse(status: int, error: str, description: str | None = None) -> Refusal:
    """An error as the platform shapes it (contract §8)."""
    more = {"error_description": description} if description else {}
    return Refusal(Answer(status, {"error": error, **more}))


def invalid(reason: str) -> Refusal:
    """422 with the reason."""
    return refuse(422, f"Validation failed: {reason}")


def not_found() -> Refusal:
    """404."""
    return refuse(404, "Record not found")


def iso(wall_seconds: float, digits: str = "milliseconds") -> str:
    """RFC 3339 in UTC, as the platform writes it."""
    return datetime.fromtimestamp(wall_seconds, UTC).isoformat(timespec=digits).replace("+00:00", "Z")


# --- inputs ---------------------------------------------------------------------------------------------------------


def read_text(value: Any) -> str:
    """A string."""
    if not isinstance(value, str):
        raise ValueError("must be a string")
    value.encode()  # half a surrogate pair is a ValueError too
    return value


def read_flag(value: Any) -> bool:
    """A boolean, or in a form one of its spellings."""
    flags = {"true": True, "1": True, "false": False, "0": False}
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value not in flags:
        raise ValueError("must be a boolean")
    return flags[value]


def read_texts(value: Any) -> list[str]:
    """A list of strings; ids are strings."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("must be a list of strings")
    return value


def read_one_or_more(value: Any) -> list[str]:
    """A string or a list of strings."""
    return [value] if isinstance(value, str) else read_texts(value)


def read_upload(value: Any) -> File:
    """A file."""
    if not isinstance(value, File):
        raise ValueError("must be a file")
    return value


Readers = Mapping[str, Callable[[Any], Any]]

STATUS: Readers = {
    "status": read_text,
    "media_ids": read_texts,
    "in_reply_to_id": read_text,
    "spoiler_text": read_text,
    "sensitive": read_flag,
    "visibility": read_text,
    "language": read_text,
    "quoted_status_id": read_text,
    "quote_approval_policy": read_text,
}
UPLOAD: Readers = {"file": read_upload, "description": read_text, "focus": read_text, "thumbnail": read_upload}
DESCRIBE: Readers = {"description": read_text, "focus": read_text}
APPLICATION: Readers = {
    "client_name": read_text,
    "redirect_uris": read_one_or_more,
    "scopes": read_text,
    "website": read_text,
}
TOKEN: Readers = dict.fromkeys(
    ("grant_type", "code", "client_id", "client_secret", "redirect_uri", "code_verifier", "scope"), read_text
)
REVOKE: Readers = dict.fromkeys(("client_id", "client_secret", "token"), read_text)
AUTHORISE_NAMES = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "force_login",
    "lang",
)
AUTHORISE: Readers = dict.fromkeys((*AUTHORISE_NAMES, "account"), read_text)

_BODIES: Mapping[str, Callable[[Call], dict[str, Any]]] = {
    "application/json": lambda call: read_json(call.body),
    "application/x-www-form-urlencoded": lambda call: _gather(read_form(call.body)),
    "multipart/form-data": lambda call: _gather(read_multipart(call.headers["Content-Type"], call.body)),
}


def read_input(call: Call, readers: Readers, *, multipart: bool = False) -> dict[str, Any]:
    """The body as named values. Raises Refusal: 415 for a type it cannot be, 422 for a field unknown or wrong.

    With `multipart` nothing but a multipart form will do. JSON nulls count as absent, as they do in Rails.
    """
    reader = _BODIES.get(call.media_type)
    if reader is None or (multipart and call.media_type != "multipart/form-data"):
        raise refuse(415, f"Unsupported content type: {call.media_type or 'none'}")
    try:
        given = {name: value for name, value in reader(call).items() if value is not None}
    except ValueError as wrong:
        raise refuse(400, f"Error occurred while parsing request parameters: {wrong}") from None
    for name, value in given.items():
        if name not in readers:
            raise invalid(f"{name} is not known here")
        try:
            given[name] = readers[name](value)
        except ValueError as wrong:
            raise invalid(f"{name} {wrong}") from None
    return given


def _gather(pairs: Fields) -> dict[str, Any]:
    """Pairs as a form means them: `name[]` may come often and makes a list, any other name comes once."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name.endswith("[]"):
            found.setdefault(name[:-2], []).append(value)
        elif name in found:
            raise ValueError(f"{name} is given twice")
        else:
            found[name] = value
    return found
