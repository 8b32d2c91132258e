"""What may come in: strict shapes without room for anything unasked, plain text without control characters.

Nobody sends a state, an author or an approver: no shape here has such a field, and an unknown one is refused.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from connectors.words import AT_RELEASE, NOW
from gateway.domain.instant import rfc3339
from gateway.web.walltime import instant_of, instant_of_wall

ID = r"^[A-Za-z0-9_-]{1,64}$"
PRINTABLE = r"^[!-~]{1,200}$"
TIME = r"^20\d\d-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?$"
WALL = r"^20\d\d-\d\d-\d\dT\d\d:\d\d(:\d\d)?$"
SPACES = frozenset("\n\t")


class Form(BaseModel):
    """A body: exact types, no unknown field."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _plain(text: str) -> str:
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in SPACES for sign in text):
        raise ValueError("Leave out control characters.")
    return text


def _one_line(text: str) -> str:
    if SPACES & set(text):
        raise ValueError("Write this on one line.")
    return _plain(text)


def _is_time(text: str) -> str:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("There is no such time.") from None
    return text


Id = Annotated[str, StringConstraints(pattern=ID)]
PathId = Annotated[str, Path(pattern=ID)]
Word = Annotated[str, StringConstraints(pattern=PRINTABLE)]
Line = Annotated[str, StringConstraints(max_length=200), AfterValidator(_one_line)]
Text = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(_plain)]
Secret = Annotated[str, StringConstraints(max_length=2_000), AfterValidator(_one_line)]
Code = Annotated[str, StringConstraints(max_length=64)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-z]{0,64}$")]
Time = Annotated[str, StringConstraints(pattern=TIME), AfterValidator(_is_time)]
Limit = Annotated[int, Query(ge=1, le=500)]


class WallTime(Form):
    """UK time as a clock on the wall shows it."""

    wall: Annotated[str, StringConstraints(pattern=WALL), AfterValidator(_is_time)] = Field(
        examples=["2026-03-02T09:30"]
    )


Symbol = Literal["now", "at-release"]
SYMBOLS = {AT_RELEASE, NOW}


def when(given: Time | WallTime) -> datetime:
    """The instant meant. Raises Refused where the time has no zone, comes twice or never."""
    return instant_of_wall(given.wall) if isinstance(given, WallTime) else instant_of(given)


def wanted_of(given: Symbol | Time | WallTime) -> str:
    """The wanted time as it is approved: a symbol as it is, an instant in its one spelling. Raises Refused."""
    if isinstance(given, str) and given in SYMBOLS:
        return given
    return rfc3339(when(given))
