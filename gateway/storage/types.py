"""Column types that refuse what storage would lose: naive times, unknown words, values of the wrong shape."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from gateway.domain.instant import require_aware
from gateway.storage.shape import decoder, encode


class UtcDateTime(TypeDecorator[datetime]):
    """An instant in UTC with microseconds. Naive input raises NaiveTime on every database (dependencies.md §4).

    SQLite would drop the zone silently, so there it is stored as microseconds since 1970.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Microseconds on SQLite, timestamptz elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """UTC or a refusal."""
        if value is None:
            return None
        instant = require_aware(value)
        return to_micros(instant) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Always aware, always UTC."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return from_micros(value)
        instant: datetime = value
        return instant.astimezone(UTC)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(instant: datetime) -> int:
    """Whole microseconds since 1970, without passing through a float."""
    since = instant - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_micros(micros: int) -> datetime:
    """The instant that `to_micros` counted."""
    return _EPOCH + timedelta(microseconds=micros)


class Word(TypeDecorator[StrEnum]):
    """One word of a fixed list."""

    impl = String(40)
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind
        self._words = {str(word): word for word in kind}

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        """Raises ValueError for a word that is not on the list."""
        return None if value is None else str(self.kind(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """The word as its enum."""
        return None if value is None else self._words.get(value) or self.kind(value)


class Shaped(TypeDecorator[Any]):
    """A frozen value (dataclasses, tuples, enums, instants) as JSON text; `kind` is its type."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind
        decoder(kind)  # a kind that cannot be brought back is refused when the table is made

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Compact JSON, keys in field order."""
        return None if value is None else shaped_text(self.kind, value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The value again, of exactly the type that went in."""
        return None if value is None else shaped_value(self.kind, value)


# Stored values are frozen, so one text may stand for one value: the same wording is read and written many times on its
# way from submission to publication.
@lru_cache(4096)
def shaped_text(_kind: Any, value: Any) -> str:
    """A frozen value as compact JSON, keys in field order."""
    return json.dumps(encode(value), separators=(",", ":"), ensure_ascii=False)


@lru_cache(4096)
def shaped_value(kind: Any, text: str) -> Any:
    """The value that `shaped_text` wrote, of exactly the type that went in."""
    return decoder(kind)(json.loads(text))


Id = String(200)
__all__ = ["BigInteger", "Id", "Integer", "LargeBinary", "Shaped", "String", "Text", "UtcDateTime", "Word"]
