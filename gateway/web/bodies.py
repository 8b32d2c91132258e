"""Bodies: JSON without double names or bottomless nesting, and the two that are bytes (a picture, a calendar)."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import Depends, Request

DEPTH = 32


class StrictRequest(Request):
    """A request whose JSON means one thing only."""

    async def json(self) -> Any:
        """The body's value. Raises JSONDecodeError, which becomes a problem that does not repeat the body."""
        if not hasattr(self, "_json"):
            self._json = strict_json(await self.body())
        return self._json


def strict_json(body: bytes) -> Any:
    """UTF-8 JSON (RFC 8259) with names told apart, no NaN or Infinity, at most 32 levels. Raises JSONDecodeError."""
    try:
        text = body.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError:
        raise
    except RecursionError:
        raise json.JSONDecodeError("nested too deeply", "", 0) from None
    except ValueError as fault:
        words = "not UTF-8" if isinstance(fault, UnicodeDecodeError) else str(fault)
        raise json.JSONDecodeError(words, "", 0) from None
    if _is_deep(value):
        raise json.JSONDecodeError("nested too deeply", "", 0)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(_: str) -> Any:
    raise ValueError("not a number of JSON")


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEPTH):
        inside = [
            list(each.values()) if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)
        ]
        level = [each for group in inside for each in group]
        if not level:
            return False
    return True


async def _bytes(request: Request) -> bytes:
    return await request.body()


RawBody = Annotated[bytes, Depends(_bytes)]
