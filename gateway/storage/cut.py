"""Where a long list is cut into pages: by the place of an entry in its order, never by counting from the top.

A page deep down costs what the first one costs, and nothing is shown twice or left out when something new comes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, UnaryExpression, literal, tuple_

from gateway.storage.types import from_micros, to_micros

SHAPE = re.compile(r"(\d{1,16})(?:-([\x20-\x7e]{1,200}))?", re.ASCII)


@dataclass(frozen=True)
class Cut:
    """Beside the entry of this number (an entry of the log, or microseconds since 1970) and id; both are from a link
    that anyone can change, so they are a place in the order and nothing more. `back`: before it instead of after it.
    """

    number: int
    id: str = ""
    back: bool = False

    @classmethod
    def read(cls, text: str, *, back: bool) -> Cut:
        """What `place` wrote. Raises ValueError."""
        found = SHAPE.fullmatch(text)
        if found is None:
            raise ValueError(text)
        return cls(int(found[1]), found[2] or "", back)

    @property
    def instant(self) -> datetime:
        """The number as an instant."""
        return from_micros(self.number)


def place(at: datetime, id: str) -> str:
    """The place of a record that stands in a list by its instant, newest first; ties by id."""
    return f"{to_micros(at)}-{id}"


def beside(cut: Cut, by: ColumnElement[Any], id: ColumnElement[Any]) -> ColumnElement[bool]:
    """The condition that a row stands behind the cut, or before it, newest first."""
    here, there = tuple_(by, id), tuple_(literal(cut.instant, by.type), literal(cut.id, id.type))
    return here > there if cut.back else here < there


def order(cut: Cut | None, by: ColumnElement[Any], id: ColumnElement[Any]) -> Sequence[UnaryExpression[Any]]:
    """Away from the cut: newest first, or from it back to what is newer."""
    return (by.asc(), id.asc()) if cut is not None and cut.back else (by.desc(), id.desc())
