"""Inputs, fields and error words of the pretend Graph API, which more than one of Meta's platforms speaks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from connectors.simulators.forms import Fields, read_form, read_json, read_multipart
from connectors.simulators.pretend import Answer, Call, Refusal

Given = dict[str, Any]
# What a person's token may die of, and the subcode that says so (Facebook's contract §7).
DEATHS: Mapping[str, tuple[int | None, str]] = {
    "access": (463, "Session has expired."),
    "removed": (458, "The user has not authorized application."),
    "checkpoint": (459, "The user is checkpointed."),
    "password": (460, "The session has been invalidated because the user changed their password."),
}


def error(message: str, code: int, subcode: int | None = None, *, transient: bool = False) -> dict[str, Any]:
    """The body of an error (contract §7); its type is nearly always OAuthException."""
    told: dict[str, Any] = {"message": message, "type": "OAuthException", "code": code}
    told |= {"error_subcode": subcode} if subcode else {}
    return {"error": told | {"is_transient": transient, "fbtrace_id": "APretendTrace"}}


def refuse(code: int, message: str, subcode: int | None = None, *, status: int = 400) -> Refusal:
    """A refusal in the platform's own words."""
    return Refusal(Answer(status, error(f"(#{code}) {message}", code, subcode)))


def dead_token(message: str, subcode: int | None = None) -> Refusal:
    """Code 190: what a token that opens nothing is told."""
    return Refusal(Answer(400, error(f"Error validating access token: {message}", 190, subcode)))


def forbidden(permission: str, code: int = 200) -> Refusal:
    """A permission or Page task that the token has not."""
    return refuse(code, f"This endpoint requires '{permission}', which was not granted", status=403)


def missing(what: str, method: str) -> Refusal:
    """An object that is not there, or not for this token."""
    words = f"Unsupported {method.lower()} request. Object with ID '{what}' does not exist, cannot be loaded"
    return Refusal(Answer(400, error(f"{words} due to missing permissions, or does not support this", 100, 33)))


# --- inputs ---------------------------------------------------------------------------------------------------------

_BODIES: Mapping[str, Callable[[Call], Given]] = {
    "application/json": lambda call: read_json(call.body),
    "application/x-www-form-urlencoded": lambda call: _gather(read_form(call.body)),
    "multipart/form-data": lambda call: _gather(read_multipart(call.headers["Content-Type"], call.body)),
}
_INDEXED = re.compile(r"(\w+)\[(\d+)\]")


def read_input(call: Call) -> Given:
    """The query and the body as named values. Raises Refusal for what cannot be read or is given twice."""
    pairs = parse_qsl(call.query_string, keep_blank_values=True)
    found = dict(pairs)
    if len(found) != len(pairs):
        raise refuse(100, "A parameter is given twice")
    if not call.body:
        return {**found}
    reader = _BODIES.get(call.media_type)
    if reader is None or call.method in ("GET", "DELETE"):
        raise refuse(100, f"A body of type {call.media_type or 'none'} cannot be read here")
    try:
        body = reader(call)
    except ValueError as wrong:
        raise refuse(100, f"The body cannot be read: {wrong}") from None
    if body.keys() & found.keys():
        raise refuse(100, "A parameter stands in the query and in the body")
    return {**found, **body}


def take_token(call: Call, given: Given) -> str | None:
    """The token, from the header or out of the parameters. Raises Refusal where it stands in both."""
    brought = given.pop("access_token", None)
    if brought is not None and call.bearer:
        raise refuse(100, "A token stands in the header and in the parameters")
    return call.bearer or (brought if isinstance(brought, str) else None)


def only(given: Given, *known: str) -> Given:
    """`given` where it has no other names. Raises Refusal (100)."""
    strange = sorted(given.keys() - set(known))
    if strange:
        raise refuse(100, f"Param {strange[0]} is not known here")
    return given


def text(given: Given, name: str) -> str:
    """A text, empty where it is absent. Raises Refusal."""
    value = given.get(name, "")
    if not isinstance(value, str):
        raise refuse(100, f"Param {name} must be a string.")
    return value


def needed(given: Given, name: str) -> str:
    """A text that must be there. Raises Refusal."""
    if not text(given, name):
        raise refuse(100, f"The parameter {name} is required")
    return text(given, name)


def flag(given: Given, name: str, usual: bool) -> bool:
    """A boolean, in a form one of its spellings. Raises Refusal."""
    flags: Mapping[Any, bool] = {"true": True, "1": True, "false": False, "0": False}
    value = given.get(name, usual)
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value not in flags:
        raise refuse(100, f"Param {name} must be a boolean")
    return flags[value]


def number(given: Given, name: str, usual: int) -> int:
    """A whole number that is not negative. Raises Refusal."""
    value = str(given.get(name, usual))
    if not (value.isascii() and value.isdigit()) or len(value) > 15:
        raise refuse(100, f"Param {name} must be an integer")
    return int(value)


def _gather(pairs: Fields) -> Given:
    """Pairs as a form means them: `name[0]`, `name[1]` make a list in their order, any other name comes once."""
    found: Given = {}
    for name, value in pairs:
        indexed = _INDEXED.fullmatch(name)
        if indexed and int(indexed[2]) == len(found.setdefault(indexed[1], [])):
            found[indexed[1]].append(value)
        elif name in found or indexed:
            raise ValueError(f"{name} is given twice or out of order")
        else:
            found[name] = value
    return found


# --- fields ---------------------------------------------------------------------------------------------------------

Tree = dict[str, Any]


def parse_fields(asked: str) -> Tree:
    """`a,b{c,d}` as {"a": {}, "b": {"c": {}, "d": {}}}. Raises Refusal."""
    tree, rest = _branch(asked.replace(" ", ""))
    if rest:
        raise Refusal(Answer(400, error(f"Syntax error at '{rest[:10]}'", 2500)))
    return tree


def _branch(asked: str) -> tuple[Tree, str]:
    found: Tree = {}
    while True:
        name = re.match(r"[a-z_]+", asked)
        if name is None:
            raise Refusal(Answer(400, error(f"Syntax error \"Expected name\" at '{asked[:10]}'", 2500)))
        asked = asked[name.end() :]
        found[name[0]] = {}
        if asked.startswith("{"):
            found[name[0]], asked = _branch(asked[1:])
            if not asked.startswith("}"):
                raise Refusal(Answer(400, error('Syntax error "Expected }"', 2500)))
            asked = asked[1:]
        if not asked.startswith(","):
            return found, asked
        asked = asked[1:]


def choose(whole: Mapping[str, Any], tree: Tree, kind: str) -> dict[str, Any]:
    """The asked fields of an object; those that are None are left out, as the platform does. Raises Refusal."""
    strange = [name for name in tree if name not in whole]
    if strange:
        raise refuse(100, f"Tried accessing nonexisting field ({strange[0]}) on node type ({kind})")
    chosen = {name: _chosen(whole[name], inner, kind) for name, inner in tree.items() if whole[name] is not None}
    return {**chosen, **({"id": whole["id"]} if "id" in whole else {})}


def _chosen(value: Any, tree: Tree, kind: str) -> Any:
    if not tree:
        return value
    if isinstance(value, dict) and isinstance(value.get("data"), list):
        return {"data": [choose(one, tree, kind) for one in value["data"]]}
    if isinstance(value, dict) and isinstance(value.get("data"), dict):
        return {"data": choose(value["data"], tree, kind)}
    if not isinstance(value, dict):
        raise refuse(100, f"A field of node type ({kind}) has no fields of its own")
    return choose(value, tree, kind)
