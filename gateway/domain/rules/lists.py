"""Lists: what policy adds to the rules as data (config/policy/rules/*.toml): hosts, shorteners, names, limits,
options.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from gateway.domain.rules.heard import Heard


class BadLists(ValueError):
    """A list in config/policy/rules does not say what it must; the message names the entry and what to change."""


@dataclass(frozen=True)
class Lists:
    """Policy's own entries; without any, the rules know what they know by themselves.

    `hosts` may be linked to, with everything under them; where there are none, the host of a link is not compared.
    `heard` are the readers learnt from posts, if any.
    `sentence_words` is the longest sentence in words; `welsh_accounts` are the ids of accounts that owe Welsh.
    """

    hosts: tuple[str, ...] = ()
    shorteners: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    politicians: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()
    single_words: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    most_emoji: int = 3
    most_repeated_emoji: int = 2
    sentence_words: int = 25
    welsh: bool = False
    welsh_accounts: tuple[str, ...] = ()
    heard: Heard | None = None


def read_lists(documents: Mapping[str, Mapping[str, object]]) -> Lists:
    """The files of config/policy/rules, by name, as one value. Raises BadLists."""
    lists = Lists()
    seen: set[str] = set()
    for name, document in sorted(documents.items()):
        if twice := seen & set(document):
            raise BadLists(f"rules/{name}.toml says again: {', '.join(sorted(twice))}")
        seen |= set(document)
        entries: dict[str, Any] = {key: _entry(name, key, value) for key, value in document.items()}
        lists = replace(lists, **entries)
    return lists


def _entry(file: str, key: str, value: object) -> object:
    default = next((field.default for field in fields(Lists) if field.name == key), None)
    if default is None:
        raise BadLists(f"rules/{file}.toml: {key} is not an entry any rule reads")
    if isinstance(default, tuple):
        return _words(file, key, value)
    if type(value) is not type(default) or (isinstance(value, int) and not isinstance(value, bool) and value < 1):
        raise BadLists(f"rules/{file}.toml: {key} must be like {default!r}")
    return value


def _words(file: str, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
        raise BadLists(f"rules/{file}.toml: {key} must be a list of words")
    return tuple(word.strip() for word in value)
