"""Limits, inputs and error words of the pretend Viva Engage (Yammer REST API v1)."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.simulators.forms import Fields, File, read_form, read_json, read_multipart
from connectors.simulators.pretend import Answer, Call, Refusal

SCOPE = "https://www.yammer.com/access_as_user"
OFFLINE = "offline_access"
ALL = (SCOPE, OFFLINE)
Given = dict[str, "str | File"]


@dataclass(frozen=True)
class VivaEngageRules:
    """Defaults of the contract (§1, §3, §6, §7). Lives are in seconds.

    `calls_per_30s` holds for messages, and once more for everything else, for each user of one application. `lag_s`:
    how old a message must be to be listed. `throttle_status` is 429, or 403 as it occasionally is. `json_accepted`:
    whether a message may come as JSON (unconfirmed; usually not).
    """

    max_characters: int = 10_000
    max_files: int = 100
    small_file_limit: int = 4_194_304
    calls_per_30s: int = 10
    lag_s: float = 0.0
    access_life_s: float = 3_600.0
    refresh_life_s: float = 90 * 86_400.0
    code_life_s: float = 600.0
    throttle_status: int = 429
    json_accepted: bool = False
    tenant: str = "contoso.onmicrosoft.com"
    network_id: int = 5_897_756_673


def error(message: str, code: int) -> dict[str, Any]:
    """The body of an API error (contract §8)."""
    return {"response": {"message": message, "code": code, "stat": "fail"}}


def refuse(status: int, message: str, code: int = 0) -> Refusal:
    """A refusal of the API."""
    return Refusal(Answer(status, error(message, code)))


def no_token() -> Refusal:
    """401 with code 16: what a token that opens nothing is told."""
    return refuse(401, "Token not found.", 16)


def not_found(what: str) -> Refusal:
    """404: deleted, or invisible."""
    return refuse(404, f"{what} not found.", 31)


def entra(word: str, number: int, message: str, *, status: int = 400, suberror: str = "") -> Refusal:
    """A refusal of Entra ID's token endpoint (contract §1)."""
    told = {
        "error": word,
        "error_description": f"AADSTS{number}: {message}",
        "error_codes": [number],
        "timestamp": time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime()),
        "trace_id": "00000000-0000-0000-0000-000000000000",
        "correlation_id": "00000000-0000-0000-0000-000000000000",
    }
    return Refusal(Answer(status, told | ({"suberror": suberror} if suberror else {})))


# --- inputs ---------------------------------------------------------------------------------------------------------

_TOPIC = re.compile(r"topic([1-9]|1\d|20)")
_ATTACHMENT = re.compile(r"attachment([1-9]|1\d|20)")
_CARD = ("og_url", "og_title", "og_description", "og_image", "og_object_type", "og_site_name", "og_fetch")
_MESSAGE = ("body", "group_id", "replied_to_id", "network_id", "message_type", "title", "is_rich_text", *_CARD)
OBJECTS = "attached_objects[]"
UPLOAD = ("network_id", "target_type", "filename", "file", "group_id", "thread_id", "fileid")


def read_message(call: Call, *, json_accepted: bool) -> tuple[Given, list[str], list[File]]:
    """The fields of a message, its `attached_objects[]` and its multipart attachments. Raises Refusal (400)."""
    if call.media_type == "application/json" and json_accepted:
        return dict(call_json(call)), [], []
    given: Given = {}
    objects: list[str] = []
    files: list[File] = []
    for name, value in read_body(call):
        if name == OBJECTS and isinstance(value, str):
            objects.append(value)
        elif _ATTACHMENT.fullmatch(name) and isinstance(value, File):
            files.append(value)
        elif name in given or not isinstance(value, str) or not (name in _MESSAGE or _TOPIC.fullmatch(name)):
            raise refuse(400, f"The parameter {name} is not known here, of the wrong kind or given twice.")
        else:
            given[name] = value
    if any(name in given for name in _CARD) and "og_url" not in given:
        raise refuse(400, "The parameter og_url is missing.")
    return given, objects, files


def call_json(call: Call) -> Mapping[str, str]:
    """A JSON body of texts. Raises Refusal (400)."""
    try:
        found = read_json(call.body)
    except ValueError as wrong:
        raise refuse(400, f"The body cannot be read: {wrong}") from None
    if not all(isinstance(value, str) and name in _MESSAGE for name, value in found.items()):
        raise refuse(400, "A parameter is not known here or is no text.")
    return found


def read_body(call: Call) -> Fields:
    """The pairs of a form, URL-encoded or multipart. Raises Refusal (400) for any other body."""
    try:
        if call.media_type == "application/x-www-form-urlencoded":
            return read_form(call.body)
        if call.media_type == "multipart/form-data":
            return read_multipart(call.headers["Content-Type"], call.body)
    except ValueError as wrong:
        raise refuse(400, f"The body cannot be read: {wrong}") from None
    raise refuse(400, f"A body of type {call.media_type or 'none'} cannot be read here.")


def read_upload(call: Call) -> Given:
    """The fields of `uploadSmallFile`, which is always multipart. Raises Refusal (400)."""
    if call.media_type != "multipart/form-data":
        raise refuse(400, "A file comes as multipart/form-data.")
    given: Given = {}
    for name, value in read_body(call):
        if name in given or name not in UPLOAD or isinstance(value, File) != (name == "file"):
            raise refuse(400, f"The parameter {name} is not known here, of the wrong kind or given twice.")
        given[name] = value
    for name in ("network_id", "target_type", "filename", "file"):
        if name not in given:
            raise refuse(400, f"The parameter {name} is missing.")
    return given


def read_grant(call: Call) -> dict[str, str]:
    """The form of a token request. Raises Refusal."""
    if call.media_type != "application/x-www-form-urlencoded":
        raise entra("invalid_request", 900144, "The request body must be application/x-www-form-urlencoded.")
    try:
        pairs = read_form(call.body)
    except ValueError:
        raise entra("invalid_request", 900144, "The request body cannot be read.") from None
    found = {name: value for name, value in pairs if isinstance(value, str)}
    if len(found) != len(pairs):
        raise entra("invalid_request", 9000410, "A parameter is given twice.")
    return found


def number(given: Mapping[str, Any], name: str) -> int | None:
    """A whole number, None where it is absent. Raises Refusal (400)."""
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not (value.isascii() and value.isdigit()) or len(value) > 19:
        raise refuse(400, f"The parameter {name} must be a number.")
    return int(value)
