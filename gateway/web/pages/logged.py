"""Entries of the log in words: what each is about, and its facts. Lists hold fifty, so both do without a macro."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from markupsafe import Markup, escape

from gateway.actions import searching
from gateway.actions.searching import Names
from gateway.audit.entry import Entry, Fact

# Where a thing that the log speaks of can be looked at.
PLACES: Mapping[str, str] = {
    "post": "/audit/posts/{}",
    "submission": "/submissions/{}",
    "delivery": "/deliveries/{}",
    "account": "/accounts/{}",
    "release": "/releases/{}",
}
FINGERPRINT, SHOWN = re.compile("[0-9a-z]{52,64}"), 12
PLAIN: Mapping[Fact, str] = {None: "none", True: "yes", False: "no"}


def place_of(kind: str, id: str) -> str:
    """The page of a thing that an entry speaks of; empty where there is none, or it is one's own business."""
    if kind == "member":
        return f"/audit?{urlencode({'person': id})}"
    return PLACES.get(kind, "").format(id) if searching.is_id(id) and id != "-" and "/" not in id else ""


def called(id: str, names: Names) -> str:
    """How a person or an account is called; anything else by its id."""
    return names.people.get(id) or names.accounts.get(id) or id


def thing(entry: Entry, names: Names) -> Markup:
    """What an entry is about, with a link to it where it has a page."""
    kind, path = _words(entry.subject_kind), place_of(entry.subject_kind, entry.subject_id)
    if entry.subject_id == "-":
        return escape(kind)
    name = called(entry.subject_id, names)
    if not path:
        return escape(f"{kind} {name}")
    return Markup('{} <a class="govuk-link" href="{}">{}</a>').format(kind, path, name)


def fact(value: Fact, names: Names) -> str:
    """One fact in words."""
    if isinstance(value, str):
        return called(value, names)
    return PLAIN[value] if value is None or isinstance(value, bool) else str(value)


def facts(entry: Entry, names: Names) -> str:
    """All of them on one line, for lists."""
    return "; ".join(f"{_words(key).lower()}: {_short(fact(each, names))}" for key, each in sorted(entry.facts.items()))


def _short(text: str) -> str:
    """A fingerprint by its beginning: the entry's own page has the whole."""
    return f"{text[:SHOWN]}…" if FINGERPRINT.fullmatch(text) else text


def _words(key: str) -> str:
    return key.replace("_", " ").replace("-", " ").capitalize()


IN_WORDS: Mapping[str, Callable[..., str]] = {"thing": thing, "facts": facts, "fact_of": fact, "name": called}
