"""Limits, inputs and error words of the pretend Bluesky server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.simulators.bluesky_repo import Kept, Repo
from connectors.simulators.bluesky_sessions import refuse
from connectors.simulators.pretend import Call


@dataclass(frozen=True)
class BlueskyRules:
    """Limits as the contract gives them (§2, §5, §9). `requests_per_5min` is per address: 0 is off, for on loopback all
    callers share one address.
    """

    points_per_hour: int = 5_000
    points_per_day: int = 35_000
    sessions_per_5min: int = 30
    sessions_per_day: int = 300
    blobs_per_day: int = 1_000
    requests_per_5min: int = 0
    access_life_s: float = 7_200.0
    refresh_life_s: float = 90 * 86_400.0
    refresh_grace_s: float = 7_200.0
    blob_limit: int = 52_428_800
    write_limit: int = 1_000_000


_Types = tuple[type, ...]
_STR: _Types = (str,)
_BOOL: _Types = (bool,)
_WRITE: dict[str, _Types] = {"repo": _STR, "collection": _STR, "rkey": _STR}
INPUTS: Mapping[str, tuple[dict[str, _Types], dict[str, _Types]]] = {
    "createSession": (
        {"identifier": _STR, "password": _STR},
        {"authFactorToken": _STR, "allowTakendown": _BOOL},
    ),
    "createRecord": (
        {"repo": _STR, "collection": _STR, "record": (dict,)},
        {"rkey": _STR, "validate": _BOOL, "swapCommit": _STR},
    ),
    "putRecord": (
        {**_WRITE, "record": (dict,)},
        {"validate": _BOOL, "swapRecord": (str, type(None)), "swapCommit": _STR},
    ),
    "deleteRecord": (_WRITE, {"swapRecord": _STR, "swapCommit": _STR}),
}
WORDS = {
    429: ("RateLimitExceeded", "Rate Limit Exceeded"),
    500: ("InternalServerError", "Internal Server Error"),
    502: ("UpstreamFailure", "Upstream Failure"),
    503: ("NotEnoughResources", "Not Enough Resources"),
    504: ("UpstreamTimeout", "Upstream Timeout"),
}


def error(name: str, message: str) -> dict[str, str]:
    """The body of an error (contract §10)."""
    return {"error": name, "message": message}


def query(call: Call, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, str]:
    """The query with these names and no others. Raises Refusal."""
    given = call.query([*required, *optional], lambda name: refuse(400, "InvalidRequest", f"Error: unknown {name}"))
    for name in required:
        if not given.get(name):
            raise refuse(400, "InvalidRequest", f'Error: Params must have the property "{name}"')
    return given


def without_body(call: Call) -> None:
    """Raise Refusal where a body came with a call that has none."""
    if call.body:
        raise refuse(400, "InvalidRequest", "A request body was provided when none was expected")


def check_swaps(given: Mapping[str, Any], repo: Repo, there: Kept | None) -> None:
    """Raise Refusal (InvalidSwap) where the record or the head is not what the caller thinks it is (contract §6)."""
    if given.get("swapCommit", repo.commit) != repo.commit:
        raise refuse(400, "InvalidSwap", f"Commit was at {repo.commit}")
    found = there.cid if there else None
    if "swapRecord" in given and given["swapRecord"] != found:
        raise refuse(400, "InvalidSwap", f"Record was at {found or 'null'}")
