"""Values that mask themselves wherever Python would write them down.

`Secret` holds text, `SecretBytes` holds keys and plaintexts. `.reveal()` is the only way out, so that every place where
a value leaves can be found by searching for one word. Only while a value is being taken in does a frame hold it plain.
"""

from __future__ import annotations

import hmac
from typing import Any, NoReturn, Self, final

MASK = "<masked>"


class _Masked:
    """What both kinds share. It has no length, no hash and no order: each would tell something of the value."""

    __slots__ = ("__held",)
    __held: bytes

    def _hold(self, value: bytes) -> None:
        object.__setattr__(self, "_Masked__held", value)

    def _held_bytes(self) -> bytes:
        return self.__held

    def __repr__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        """Equal in constant time, and only with its own kind: never with a plain value."""
        if not isinstance(other, _Masked) or type(self) is not type(other):
            return NotImplemented
        return hmac.compare_digest(self.__held, other.__held)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a secret cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a secret cannot be changed")

    def __copy__(self) -> Self:
        return self  # the same masked object: a copy would only be one more place in memory

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __getstate__(self) -> NoReturn:  # every pickle protocol asks this first (Python 3.11)
        raise TypeError("a secret is not pickled")


@final
class Secret(_Masked):
    """A secret text. Bytes are taken as UTF-8.

    Raises TypeError for anything but str or bytes, ValueError for an empty or non-UTF-8 value; neither quotes it.
    """

    __slots__ = ()

    def __init__(self, value: str | bytes) -> None:
        problem = _problem(value)
        if problem is not None:
            del value  # a traceback that prints locals must not find it here
            raise problem
        self._hold(value.encode() if isinstance(value, str) else bytes(value))

    @classmethod
    def of(cls, inside: SecretBytes) -> Secret:
        """The text that opened bytes are, without its ever standing plain in a frame."""
        return cls(inside.reveal())

    def reveal(self) -> str:
        """The text itself. Hand it straight to what needs it; do not keep it in a variable."""
        return self._held_bytes().decode()


@final
class SecretBytes(_Masked):
    """Secret bytes: a key, or a plaintext on its way. Raises TypeError for anything else, without quoting it."""

    __slots__ = ()

    def __init__(self, value: bytes) -> None:
        if not isinstance(value, bytes):
            del value
            raise TypeError("secret bytes are made of bytes")
        self._hold(value)

    def reveal(self) -> bytes:
        """The bytes themselves. Hand them straight to what needs them; do not keep them in a variable."""
        return self._held_bytes()


def _problem(value: object) -> Exception | None:
    if not isinstance(value, (str, bytes)):
        return TypeError("a secret is made of str or bytes")
    if not value:
        return ValueError("a secret may not be empty")
    try:
        value.encode() if isinstance(value, str) else value.decode()
    except UnicodeError:  # it carries the whole value, so it must not become anybody's context
        return ValueError("a secret text must be valid UTF-8")
    return None
