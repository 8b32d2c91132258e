"""What a browser sent: fields by name, as typed, and what was mistyped in them as {field: what to do}."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_origin

from pydantic import BaseModel, ValidationError

from gateway.web.problems import NotTaken

M = TypeVar("M", bound=BaseModel)
# Pydantic's kinds of error in the words of the person who typed; {…} are pydantic's own figures.
WORDS: Mapping[str, str] = {
    "missing": "Fill this in",
    "string_too_short": "Fill this in",
    "string_too_long": "Shorten this to at most {max_length} characters",
    "string_pattern_mismatch": "Use only the signs that are allowed here",
    "literal_error": "Choose one of the answers",
    "too_long": "Give at most {max_length} of these",
    "too_short": "Give at least {min_length} of these",
}


class Mistyped(Exception):
    """A form cannot be read: {field: what to do}. The page shows the form again with what was typed."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = dict(errors)


@dataclass(frozen=True)
class File:
    """A file as it was sent; its name is what the browser says and is never believed."""

    name: str
    kind: str
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Fields:
    """The fields of a form or of an address, in order; line ends are one sign, as everywhere inside."""

    pairs: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, File], ...] = ()

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]], files: Iterable[tuple[str, File]] = ()) -> Fields:
        """Fields as sent."""
        plain = tuple((name, value.replace("\r\n", "\n").replace("\r", "\n")) for name, value in pairs)
        return cls(plain, tuple(files))

    def __contains__(self, name: str) -> bool:
        return any(name == each for each, _ in self.pairs)

    def __bool__(self) -> bool:
        return bool(self.pairs or self.files)

    def one(self, name: str, default: str = "") -> str:
        """The one value of this name. Raises NotTaken(422) where it was said twice: it may mean two things."""
        found = self.many(name)
        if len(found) > 1:
            raise NotTaken(422, "A field was sent twice. Go back and send the form again.")
        return found[0] if found else default

    def many(self, name: str) -> tuple[str, ...]:
        """Every value of this name, as ticked."""
        return tuple(value for each, value in self.pairs if each == name)

    def file(self, name: str) -> File | None:
        """The file chosen for this name; None where none was."""
        return next((sent for each, sent in self.files if each == name and sent.body), None)

    def read_as(self, shape: type[M]) -> M:
        """The form as a value of this shape. Raises Mistyped."""
        values: dict[str, Any] = {}
        for name, about in shape.model_fields.items():
            if _is_list(about.annotation):
                values[name] = list(self.many(name))
            elif name in self:
                values[name] = self.one(name)
        try:
            return shape.model_validate(values)
        except ValidationError as fault:
            raise Mistyped({_place(each["loc"]): say(each) for each in reversed(fault.errors())}) from None


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) in (list, tuple)


def _place(where: tuple[int | str, ...]) -> str:
    return str(where[0]) if where else ""


def say(error: Any) -> str:
    """One of pydantic's errors in the words of the person who typed."""
    words = WORDS.get(error["type"], "")
    if words:
        return words.format(**error.get("ctx", {}))
    return str(error["msg"]).removeprefix("Value error, ").rstrip(".")
