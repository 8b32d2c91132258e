"""Content at rest: what a post says is stored sealed under the content key, each value for its own row and column.

A draft is written before anyone says which release it is bound to; so every wording is sealed, from its first byte.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Column, LargeBinary, Table

from gateway.sealing import NONCE, ContentKey, ContentKeyUnavailable
from gateway.storage.types import shaped_text, shaped_value

SEALED = "sealed"


def sealed(name: str, kind: Any) -> Column[Any]:
    """A column that holds content: `kind` is bytes, or anything that a Shaped column takes."""
    return Column(name, LargeBinary, nullable=False, info={SEALED: kind})


@cache
def sealed_columns(table: Table) -> tuple[tuple[str, Any], ...]:
    """The table's columns that hold content, with what each holds."""
    return tuple((column.name, column.info[SEALED]) for column in table.columns if SEALED in column.info)


@dataclass(frozen=True)
class Seal:
    """Seals content on its way into the database and opens it on its way out. Without a key it does neither.

    `token` gives fresh random bytes; a value is bound to its table, row and column, so that none can be put elsewhere.
    """

    key: ContentKey | None
    token: Callable[[int], bytes]

    def close_row(self, table: Table, row: dict[str, Any]) -> dict[str, Any]:
        """The row as it is stored. Raises ContentKeyUnavailable where it holds content and there is no key."""
        for name, kind in sealed_columns(table):
            value = row[name]
            clear = value if kind is bytes else shaped_text(kind, value).encode()
            row[name] = self._required().seal(_place(table, row["id"], name), clear, self.token(NONCE))
        return row

    def open_row(self, table: Table, row: dict[str, Any]) -> dict[str, Any]:
        """The row as it was given. Raises CannotUnseal where it is not what was sealed for this row."""
        for name, kind in sealed_columns(table):
            row[name] = self._opened(table, row["id"], name, kind, row[name])
        return row

    def open_one(self, table: Table, id: str, name: str, stored: bytes) -> Any:
        """One value of a row, without the rest of it. Raises CannotUnseal."""
        return self._opened(table, id, name, dict(sealed_columns(table))[name], stored)

    def _opened(self, table: Table, id: str, name: str, kind: Any, stored: bytes) -> Any:
        clear = self._required().unseal(_place(table, id, name), stored)
        return clear if kind is bytes else shaped_value(kind, clear.decode())

    def _required(self) -> ContentKey:
        if self.key is None:
            raise ContentKeyUnavailable(
                "What was written is sealed under the content key, and that is not here: put content.key back into "
                "the data folder from where you keep it, mode 0600, then repeat this."
            )
        return self.key


def no_seal(_size: int) -> bytes:
    """Nothing is ever sealed without a key, so no chance is asked for."""
    raise ContentKeyUnavailable("there is no content key here")


NO_KEY = Seal(None, no_seal)


def _place(table: Table, id: str, column: str) -> str:
    return f"{table.name}/{id}/{column}"
