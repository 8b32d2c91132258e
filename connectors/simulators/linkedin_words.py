"""Limits, habits, inputs and error words of the pretend LinkedIn (contract §§1, 3, 8, 9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.simulators.forms import read_form, read_json
from connectors.simulators.pretend import Answer, Call, Refusal

SCOPES = ("w_organization_social", "r_organization_social", "rw_organization_admin")
DAY = "Resource level throttle MEMBER DAY limit for calls to this resource is reached."


@dataclass(frozen=True)
class LinkedInRules:
    """Defaults of the contract (§§1-8). Lives and windows are in seconds.

    `newest_version`: the API version of this month; older ones live `version_months`. `count_escapes`: whether escapes
    count to the length of a post. `deleted_count`: whether a deleted post still makes its repetition a duplicate.
    `partner`: whether refresh tokens are given. `fresh_seconds`: how long a new token is not known everywhere.
    `media_seconds`: how long a picture is processed; `media_fails`: it then fails. `comments`: whether one may comment.
    """

    newest_version: int = 202607
    version_months: int = 12
    max_commentary: int = 3_000
    count_escapes: bool = True
    max_alt_text: int = 4_086
    max_title: int = 400
    max_comment: int = 1_250
    max_pixels: int = 36_152_320
    max_image_bytes: int = 10_000_000
    duplicate_window_s: float = 86_400.0
    deleted_count: bool = True
    partner: bool = True
    code_life_s: float = 1_800.0
    access_life_s: float = 5_184_000.0
    refresh_life_s: float = 31_536_000.0
    fresh_seconds: float = 0.0
    media_seconds: float = 0.0
    media_fails: bool = False
    upload_life_s: float = 3_600.0
    comments: bool = True
    posts_per_day: int = 150
    reads_per_day: int = 100_000


def fault(status: int, code: str, message: str, service: int = 100, **more: Any) -> Answer:
    """An error as the platform shapes it (contract §9)."""
    return Answer(status, {"status": status, "serviceErrorCode": service, "code": code, "message": message, **more})


def wrong(message: str, code: str = "ILLEGAL_ARGUMENT") -> Refusal:
    """400."""
    return Refusal(fault(400, code, message))


def denied(message: str = "Not enough permissions to access this resource.") -> Refusal:
    """403: role, scope or product."""
    return Refusal(fault(403, "ACCESS_DENIED", message))


def not_found(urn: str) -> Refusal:
    """404."""
    return Refusal(fault(404, "NOT_FOUND", f"Could not find entity {urn}"))


def refuse_grant(error: str, description: str, status: int = 400) -> Refusal:
    """An OAuth error."""
    return Refusal(Answer(status, {"error": error, "error_description": description}))


# --- inputs ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Field:
    """One field of a JSON object: what its value must be, and whether it must be there."""

    shape: Any
    required: bool = False


def text(value: Any) -> bool:
    """A string that can be written down."""
    try:
        return isinstance(value, str) and value.encode() is not None
    except UnicodeEncodeError:
        return False


def flag(value: Any) -> bool:
    """A boolean."""
    return isinstance(value, bool)


def one_of(*known: str) -> Callable[[Any], bool]:
    """One of these words."""
    return lambda value: isinstance(value, str) and value in known


def nothing(value: Any) -> bool:
    """An empty list: nothing of the kind is pretended."""
    return isinstance(value, list) and not value


def images(value: Any) -> bool:
    """A list of objects; each is looked at by itself."""
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


Shape = Mapping[str, Field]

IMAGE: Shape = {"id": Field(text, True), "altText": Field(text)}
ARTICLE: Shape = {
    "source": Field(text, True),
    "title": Field(text, True),
    "description": Field(text),
    "thumbnail": Field(text),
}
CONTENT: Shape = {
    "media": Field({**IMAGE, "title": Field(text)}),
    "multiImage": Field({"images": Field(images, True)}),
    "article": Field(ARTICLE),
}
POST: Shape = {
    "author": Field(text, True),
    "commentary": Field(text, True),
    "visibility": Field(one_of("PUBLIC"), True),
    "distribution": Field(
        {
            "feedDistribution": Field(one_of("MAIN_FEED", "NONE"), True),
            "targetEntities": Field(nothing),
            "thirdPartyDistributionChannels": Field(nothing),
        },
        True,
    ),
    "content": Field(CONTENT),
    "lifecycleState": Field(one_of("PUBLISHED", "DRAFT"), True),
    "isReshareDisabledByAuthor": Field(flag),
    "reshareContext": Field({"parent": Field(text, True)}),
}
COMMENT: Shape = {
    "actor": Field(text, True),
    "object": Field(text, True),
    "message": Field({"text": Field(text, True)}, True),
    "parentComment": Field(text),
}
UPLOAD: Shape = {"initializeUploadRequest": Field({"owner": Field(text, True)}, True)}
PATCH: Shape = {"patch": Field({"$set": Field({"commentary": Field(text)}, True)}, True)}


def read_object(call: Call, shape: Shape) -> dict[str, Any]:
    """The body as JSON of that shape: nothing missing and nothing more. Raises Refusal."""
    if call.media_type != "application/json":
        raise Refusal(fault(415, "UNSUPPORTED_MEDIA_TYPE", f"Content-Type: {call.media_type or 'none'}"))
    try:
        given = read_json(call.body)
    except (ValueError, RecursionError):
        raise wrong("Could not parse the entity as JSON") from None
    check(given, shape, "")
    return given


def check(given: Any, shape: Any, where: str) -> None:
    """Hold a value to its shape. Raises Refusal with the name of the field."""
    if callable(shape):
        if not shape(given):
            raise wrong(f"{where} :: wrong type or value")
        return
    if not isinstance(given, dict):
        raise wrong(f"{where} :: is not an object")
    for name in given.keys() - shape.keys():
        raise wrong(f"{where}/{name} :: unrecognized field found but not allowed")
    for name, field in shape.items():
        if name in given:
            check(given[name], field.shape, f"{where}/{name}")
        elif field.required:
            raise wrong(f"{where}/{name} :: field is required but not found and has no default value", "MISSING_FIELD")


def read_grant(call: Call, *known: str) -> dict[str, str]:
    """A URL-encoded form with exactly these fields, each once. Raises Refusal."""
    if call.media_type != "application/x-www-form-urlencoded":
        raise refuse_grant("invalid_request", "Content-Type must be application/x-www-form-urlencoded")
    try:
        pairs = read_form(call.body)
    except ValueError:
        raise refuse_grant("invalid_request", "The body is no form") from None
    found = {name: value for name, value in pairs if isinstance(value, str)}
    if len(found) != len(pairs) or not found.keys() <= set(known):
        raise refuse_grant("invalid_request", "A parameter is not known here or is given twice")
    missing = [name for name in known if not found.get(name)]
    if missing:
        raise refuse_grant("invalid_request", f'A required parameter "{missing[0]}" is missing')
    return found
