"""One line of the audit log: who did what to which thing, and when, in ids, digests and short words.

An entry outlives its subject and can never be edited, so it holds no free text (house §11).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from types import MappingProxyType

from gateway.audit import canonical

Fact = str | int | bool | None

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_ACT = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
_ID = re.compile(r"[!-~]{1,200}")
# Printable ASCII without spaces: sentences, line breaks, terminal codes and look-alikes cannot get in.
_WORD = re.compile(r"[!-~]{0,200}")
_SHAPES = {"act": _ACT, "actor": _ID, "subject_kind": _ACT, "subject_id": _ID}
MAX_FACTS = 32
MIN_SALT = 16


class BadEntry(ValueError):
    """The entry breaks the shape that keeps the log readable, sortable and free of personal text."""


@dataclass(frozen=True)
class Entry:
    """One act. `index` counts from 0; times are RFC 3339 UTC with microseconds (`…T09:30:00.000000Z`).

    `act` and `subject_kind` are lower-case words joined by `.`, `_` or `-`; `actor` and `subject_id` are ids.
    Facts are at most 32; their text values hold up to 200 printable ASCII characters and no space.
    Raises BadEntry for any other shape, and when the time span ends before it begins.
    """

    index: int
    at_earliest: str
    at_latest: str
    act: str
    actor: str
    subject_kind: str
    subject_id: str
    facts: Mapping[str, Fact] = field(hash=False)

    def __post_init__(self) -> None:
        if type(self.index) is not int or not 0 <= self.index <= canonical.MAX_INTEGER:
            raise BadEntry("index must be a whole number from 0")
        _check_span(self.at_earliest, self.at_latest)
        for name, shape in _SHAPES.items():
            _check_text(name, getattr(self, name), shape)
        _check_facts(self.facts)
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    def to_bytes(self) -> bytes:
        """The canonical bytes that become the leaf."""
        return canonical.encode({name: getattr(self, name) for name in FIELDS})

    @classmethod
    def from_bytes(cls, data: bytes) -> Entry:
        """The entry whose `to_bytes` is exactly `data`; raises NotCanonical or BadEntry for anything else."""
        value = canonical.decode(data)
        if not isinstance(value, dict) or value.keys() != FIELDS:
            raise BadEntry("an entry has exactly these names: " + ", ".join(sorted(FIELDS)))
        return cls(**value)  # type: ignore[arg-type]  # __post_init__ checks every type at run time


FIELDS = frozenset(f.name for f in fields(Entry))


def salted_digest(salt: bytes, text: str) -> str:
    """HMAC-SHA-256 of `text` under `salt`, in hex: comparable while the salt lives, noise once it is erased.

    Raises ValueError for a salt under 16 bytes, which could be guessed together with the text.
    """
    if len(salt) < MIN_SALT:
        raise ValueError(f"a salt has at least {MIN_SALT} bytes")
    return hmac.new(salt, text.encode(), hashlib.sha256).hexdigest()


def rfc3339(instant: datetime) -> str:
    """`instant` (aware, any zone) as the log writes it; raises BadEntry for a naive time."""
    offset = instant.utcoffset()
    if offset is None:
        raise BadEntry("a time without a zone cannot enter the log")
    return (instant.replace(tzinfo=None) - offset).isoformat(timespec="microseconds") + "Z"


def _check_span(earliest: object, latest: object) -> None:
    for moment in (earliest, latest):
        if not isinstance(moment, str) or not _TIME.fullmatch(moment):
            raise BadEntry("times are RFC 3339 in UTC with microseconds, such as 2026-01-31T09:30:00.000000Z")
        try:
            datetime.fromisoformat(moment)
        except ValueError as error:
            raise BadEntry(f"no such time: {moment}") from error
    if str(earliest) > str(latest):
        raise BadEntry("the span of time ends before it begins")


def _check_text(name: str, text: object, shape: re.Pattern[str]) -> None:
    if not isinstance(text, str) or not shape.fullmatch(text):
        raise BadEntry(f"{name} must match {shape.pattern}: ids, digests and short words only")


def _check_facts(facts: object) -> None:
    if not isinstance(facts, Mapping) or len(facts) > MAX_FACTS:
        raise BadEntry(f"facts are a mapping of at most {MAX_FACTS} names")
    for key, value in facts.items():
        _check_text("a fact's name", key, _KEY)
        if isinstance(value, str):
            _check_text(f"fact {key}", value, _WORD)
        elif value is not None and (not isinstance(value, int) or abs(value) > canonical.MAX_INTEGER):
            raise BadEntry(f"fact {key} must be text, a whole number within 2^53, true, false or null")
