"""The door behind the stage, `/_sim/...`: faults, rules, accounts, foreign posts; loopback only, never a platform's."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from connectors.simulators.knobs import Fault
from connectors.simulators.pretend import Answer, Pretend
from connectors.simulators.timeline import TIMELINE, page
from connectors.simulators.truth import read_truth

PREFIX = "/_sim/"
MOST_ACCOUNTS = 100_000
PROFILE = ("name", "picture", "bio")


def is_control(path: str) -> bool:
    """Whether a request is meant for us and not for the platform: it is answered at once and not told as traffic."""
    return path.startswith(PREFIX) or path == "/"


def control(platform: Pretend, method: str, path: str, body: bytes) -> Answer:
    """Answer one control request; 400 with the reason where it cannot be understood."""
    if path == "/":
        return page(platform.name, platform.posts())
    if path.startswith(TIMELINE):
        return page(platform.name, platform.posts(), path.removeprefix(TIMELINE))
    if path.startswith(PREFIX + "media/"):
        return _media(platform, path.rpartition("/")[2])
    action = _ACTIONS.get((method, path.removeprefix(PREFIX)))
    if action is None:
        return Answer(404, {"error": f"no such control; there are {sorted(' '.join(a) for a in _ACTIONS)}"})
    try:
        data = json.loads(body) if body else {}
        if not isinstance(data, dict):
            raise ValueError("the body is not a JSON object")
        return Answer(200, action(platform, data))
    except (ValueError, KeyError) as error:
        return Answer(400, {"error": str(error)})


def _media(platform: Pretend, sha256: str) -> Answer:
    found = platform.media(sha256)
    if found is None:
        return Answer(404, {"error": "no such media"})
    return Answer(200, found[1], {"X-Content-Type-Options": "nosniff"}, found[0])


def _set_knobs(platform: Pretend, data: Mapping[str, Any]) -> Any:
    _only(data, "faults", "clear", "latency_ms", "rules")
    faults = [Fault.parse(fault) for fault in data.get("faults", [])]
    platform.change_rules(data.get("rules", {}))
    if data.get("clear"):
        platform.knobs.clear()
        platform.knobs.latency_ms = 0
    platform.knobs.latency_ms = int(data.get("latency_ms", platform.knobs.latency_ms))
    for fault in faults:
        platform.knobs.add(fault)
    return _show_knobs(platform, {})


def _show_knobs(platform: Pretend, data: Mapping[str, Any]) -> Any:
    _only(data)
    knobs = platform.knobs
    return {"latency_ms": knobs.latency_ms, "faults": knobs.waiting(), "rules": asdict(platform.rules)}


def _show_truth(platform: Pretend, data: Mapping[str, Any]) -> Any:
    _only(data)
    return {"events": read_truth(platform.truth.path)}


def _show_posts(platform: Pretend, data: Mapping[str, Any]) -> Any:
    _only(data)
    return {"posts": platform.posts()}


def _post_foreign(platform: Pretend, data: Mapping[str, Any]) -> Any:
    _only(data, "account", "text")
    return platform.foreign_post(str(data["account"]), str(data["text"]))


def _edit_post(platform: Pretend, data: Mapping[str, Any]) -> Any:
    _only(data, "id", "text")
    platform.edit_post(str(data["id"]), str(data["text"]))
    return {}


def _remove_post(platform: Pretend, data: Mapping[str, Any]) -> Any:
    _only(data, "id")
    platform.remove_post(str(data["id"]))
    return {}


def _change_profile(platform: Pretend, data: Mapping[str, Any]) -> Any:
    _only(data, "account", *PROFILE)
    platform.change_profile(str(data["account"]), {name: str(data[name]) for name in PROFILE if name in data})
    return {}


def _expire(platform: Pretend, data: Mapping[str, Any]) -> Any:
    _only(data, "account", "what")
    return {"expired": platform.expire(data.get("account"), str(data.get("what", "access")))}


def _narrow(platform: Pretend, data: Mapping[str, Any]) -> Any:
    _only(data, "account", "scope")
    return {"narrowed": platform.narrow(str(data["account"]), str(data["scope"]))}


def _add_accounts(platform: Pretend, data: Mapping[str, Any]) -> Any:
    _only(data, "count", "prefix")
    count, prefix = int(data.get("count", 1)), str(data.get("prefix", "account"))
    if not 1 <= count <= MOST_ACCOUNTS or not prefix.isalnum():
        raise ValueError("count or prefix is not possible")
    return {"accounts": platform.add_accounts(count, prefix.lower())}


def _open_account(platform: Pretend, data: Mapping[str, Any]) -> Any:
    """One account that can be connected at once: its handle and what a person would type to connect it."""
    _only(data)
    if not platform.typed:
        raise ValueError(f"{platform.name} connects no account by what is typed")
    (made,) = platform.add_accounts(1, "pretend")
    fields = {field: made[name] for field, name in platform.typed.items()}
    return {"platform": platform.name, "handle": made[platform.called], "fields": fields}


def _only(data: Mapping[str, Any], *known: str) -> None:
    strange = sorted(set(data) - set(known))
    if strange:
        raise ValueError(f"unknown: {', '.join(strange)}")


_Action = Callable[[Pretend, Mapping[str, Any]], Any]
_ACTIONS: Mapping[tuple[str, str], _Action] = {
    ("POST", "knobs"): _set_knobs,
    ("GET", "knobs"): _show_knobs,
    ("GET", "truth"): _show_truth,
    ("GET", "posts"): _show_posts,
    ("POST", "foreign_post"): _post_foreign,
    ("POST", "edit_post"): _edit_post,
    ("POST", "remove_post"): _remove_post,
    ("POST", "profile"): _change_profile,
    ("POST", "expire"): _expire,
    ("POST", "narrow"): _narrow,
    ("POST", "accounts"): _add_accounts,
    ("POST", "account"): _open_account,
}
