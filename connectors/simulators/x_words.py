"""Limits, habits, inputs and error words of the pretend X."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors.simulators.forms import File, read_form, read_json, read_multipart
from connectors.simulators.pretend import Answer, Call, Refusal

PROBLEMS = "https://api.x.com/2/problems/"
SCOPES = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")
IMAGES = ("image/jpeg", "image/png", "image/gif", "image/webp")


@dataclass(frozen=True)
class XRules:
    """Defaults of the contract (§2-§9). Lives and windows are in seconds.

    `missing_status`: a deleted post is looked up with 200 and nothing but `errors`, or with 404. `own_replies`: whether
    an application may answer posts of its own account. `duplicate_window_s`: how long the same words are refused;
    `deleted_count`: also those of a deleted post. `media_seconds`: how long media is processed (0: at once);
    `media_fails`: it then fails. `credits`: 0 means that they are used up.
    """

    max_length: int = 280
    image_limit: int = 5_242_880
    alt_text_limit: int = 1_000
    missing_status: int = 200
    own_replies: bool = True
    duplicate_window_s: float = 86_400.0
    deleted_count: bool = False
    media_seconds: float = 0.0
    media_fails: bool = False
    media_life_s: float = 86_400.0
    code_life_s: float = 30.0
    access_life_s: float = 7_200.0
    refresh_life_s: float = 15_552_000.0
    credits: int = 1_000_000
    posts_per_15min: int = 100
    posts_per_day: int = 10_000
    deletes_per_15min: int = 50
    reads_per_15min: int = 900
    me_per_15min: int = 75
    media_per_15min: int = 500


def problem(status: int, title: str, detail: str, kind: str = "", **more: Any) -> Answer:
    """Problem JSON (contract §9)."""
    named = PROBLEMS + kind if kind else "about:blank"
    return Answer(status, {"title": title, "detail": detail, "type": named, "status": status, **more})


def forbidden(detail: str, kind: str = "") -> Refusal:
    """403."""
    return Refusal(problem(403, "Forbidden", detail, kind))


def unauthorised() -> Refusal:
    """401, which says nothing of the cause."""
    return Refusal(problem(401, "Unauthorized", "Unauthorized"))


def invalid(message: str, **parameters: Any) -> Refusal:
    """400 with one error."""
    detail = "One or more parameters to your request was invalid."
    errors = [{"message": message, "parameters": {name: [str(value)] for name, value in parameters.items()}}]
    body = {"errors": errors, "title": "Invalid Request", "detail": detail, "type": f"{PROBLEMS}invalid-request"}
    return Refusal(Answer(400, body))


def not_found(number: str, what: str = "tweet") -> dict[str, Any]:
    """The entry in `errors` of something that is not there."""
    return {
        "value": number,
        "detail": f"Could not find {what} with id: [{number}].",
        "title": "Not Found Error",
        "resource_type": what,
        "parameter": "id",
        "resource_id": number,
        "type": f"{PROBLEMS}resource-not-found",
    }


def refuse_grant(error: str, description: str, status: int = 400) -> Refusal:
    """An OAuth error."""
    return Refusal(Answer(status, {"error": error, "error_description": description}))


def iso(wall_seconds: float) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return datetime.fromtimestamp(wall_seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# --- inputs ----------------------------------------------------------------------------------------------------------


def of(*types: type) -> Callable[[Any], bool]:
    """A test of a JSON value's type; a boolean is no number."""
    return lambda value: isinstance(value, types) and (bool in types or not isinstance(value, bool))


def ids(value: Any) -> bool:
    """A list of decimal strings."""
    return isinstance(value, list) and all(isinstance(one, str) and one.isdecimal() and len(one) <= 19 for one in value)


def number(value: Any) -> bool:
    """A decimal string of at most 19 digits."""
    return isinstance(value, str) and value.isdecimal() and len(value) <= 19


Shape = Mapping[str, Any]

POST: Shape = {
    "text": of(str),
    "media": {"media_ids": ids, "tagged_user_ids": ids},
    "reply": {"in_reply_to_tweet_id": number, "exclude_reply_user_ids": ids},
    "quote_tweet_id": number,
    "poll": {"options": of(list), "duration_minutes": of(int), "reply_settings": of(str)},
    "reply_settings": lambda value: value in ("following", "mentionedUsers", "subscribers", "verified"),
    "geo": {"place_id": of(str)},
    "community_id": number,
    "nullcast": of(bool),
    "card_uri": of(str),
    "for_super_followers_only": of(bool),
    "share_with_followers": of(bool),
    "direct_message_deep_link": of(str),
    "paid_partnership": of(bool),
    "made_with_ai": of(bool),
    "edit_options": {"previous_post_id": number},
}
METADATA: Shape = {"id": number, "metadata": {"alt_text": {"text": of(str)}}}
UPLOAD: Shape = {
    "media": of(str),
    "media_category": of(str),
    "media_type": of(str),
    "shared": of(bool),
    "additional_owners": ids,
}
INITIALIZE: Shape = {
    "media_type": of(str),
    "media_category": of(str),
    "total_bytes": of(int),
    "shared": of(bool),
    "additional_owners": ids,
}


def read_object(call: Call, shape: Shape) -> dict[str, Any]:
    """The body as JSON of that shape: a property that is not in it is refused. Raises Refusal."""
    if call.media_type != "application/json":
        raise Refusal(problem(415, "Unsupported Media Type", f"Content-Type: {call.media_type or 'none'}"))
    try:
        given = read_json(call.body)
        call.body.decode()
        json.dumps(given, ensure_ascii=False).encode()
    except ValueError:
        raise invalid("Could not parse the request body as JSON") from None
    _check(given, shape, "$")
    return given


def _check(given: Any, shape: Any, where: str) -> None:
    if callable(shape):
        if not shape(given):
            raise invalid(f"{where}: is not of the right type")
        return
    if not isinstance(given, dict):
        raise invalid(f"{where}: object expected")
    for name, value in given.items():
        if name not in shape:
            raise invalid(f"{where}.{name}: is not defined in the schema and the schema does not allow additional")
        _check(value, shape[name], f"{where}.{name}")


def read_parts(call: Call, *known: str) -> dict[str, str | File]:
    """The fields of a multipart body, each once. Raises Refusal."""
    try:
        pairs = read_multipart(call.headers.get("Content-Type", ""), call.body)
    except ValueError as wrong:
        raise invalid(str(wrong)) from None
    found: dict[str, str | File] = {}
    for name, value in pairs:
        if name not in known or name in found:
            raise invalid(f"{name}: is not known here or is given twice")
        found[name] = value
    return found


def read_grant(call: Call, *known: str) -> dict[str, str]:
    """A URL-encoded form, each field once. Raises Refusal."""
    if call.media_type != "application/x-www-form-urlencoded":
        raise refuse_grant("invalid_request", "Content-Type must be application/x-www-form-urlencoded")
    found: dict[str, str] = {}
    try:
        pairs = read_form(call.body)
    except ValueError:
        raise refuse_grant("invalid_request", "The body is no form") from None
    for name, value in pairs:
        if name not in known or name in found or not isinstance(value, str):
            raise refuse_grant("invalid_request", f"{name} is not known here or is given twice")
        found[name] = value
    return found
