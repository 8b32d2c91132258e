"""The auditor's search of the log, with the names of people and accounts beside the ids. It is read first and told
then: a search never keeps the write lock, and nothing is shown before its telling is durable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.actions.guard import acting, told_read
from gateway.actions.telling import tells
from gateway.audit.entry import Entry
from gateway.identity.name import InvalidName, canonical_name
from gateway.storage.log import Search
from gateway.storage.unit import Readers
from gateway.world import Who, World

TOLD = ("person", "account", "post", "act", "word", "since", "until")


@dataclass(frozen=True)
class Asked:
    """What was typed. `person` is a sign-in name or an id, `post` the id of a post, `word` any word of an entry."""

    person: str = ""
    account: str = ""
    post: str = ""
    act: str = ""
    word: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@dataclass(frozen=True)
class Names:
    """How the people and accounts of some entries are called, by id."""

    people: Mapping[str, str]
    accounts: Mapping[str, str]


@dataclass(frozen=True)
class Looked:
    """What a search found, newest first; `acts` are all that stand in the log, `accounts` (id, handle) the register.
    `further` is the number before which to look on, where the log was not looked through.
    """

    entries: tuple[Entry, ...]
    names: Names
    acts: tuple[str, ...]
    accounts: tuple[tuple[str, str], ...]
    further: int | None = None


@tells("audit.read", "audit")
def look_up(world: World, who: Who, asked: Asked, limit: int) -> Looked:
    """Entries that meet all that was asked for. The reading is told. Raises Refused."""
    with world.storage.reading() as readers:
        acting(readers, who, "audit.read", world.policy.roles, world.clock.now())
        what = search_of(readers, asked)
        found, further = readers.log.look(what, limit)
        accounts = tuple(readers.accounts.column("handle").items())
        looked = Looked(tuple(found), names_in(readers, found), tuple(readers.log.acts()), accounts, further)
    _tell(world, who, asked, what, len(found))
    return looked


def _tell(world: World, who: Who, asked: Asked, what: Search, found: int) -> None:
    """That the log was searched, by what, and about whom or which thing; never the word that was typed."""
    by = "+".join(name for name in TOLD if getattr(asked, name))
    about = next((id for id in (what.person, what.account, asked.post) if id and is_id(id)), "-")
    with world.storage.unit() as unit:
        acting(unit, who, "audit.read", world.policy.roles, unit.now)
        unit.commit(told_read(who, "audit.read", "audit", about, found=found, by=by or "-"))


def search_of(readers: Readers, asked: Asked) -> Search:
    """What was typed, as the log can be asked."""
    return Search(
        person=_person(readers, asked.person) if asked.person else None,
        account=asked.account or None,
        things=things_of(readers, asked.post) if asked.post else None,
        act=asked.act or None,
        word=asked.word or None,
        since=asked.since,
        until=asked.until,
        before=asked.before,
    )


def things_of(readers: Readers, post: str) -> tuple[str, ...]:
    """The ids under which the log speaks of a post: its own, its wordings', what was put forward, what was sent."""
    revisions, submissions = readers.revisions.of_post(post), readers.submissions.of_post(post)
    deliveries = [id for submission in submissions for id in readers.deliveries.ids_of(submission.id)]
    return (post, *(each.id for each in revisions), *(each.id for each in submissions), *deliveries)


def _person(readers: Readers, typed: str) -> str:
    """The id of whoever is meant; what was typed itself where nobody has that name (`worker`, `anyone`)."""
    try:
        named = readers.members.by_name(canonical_name(typed))
    except InvalidName:
        return typed
    return named.id if named else typed


def names_in(readers: Readers, entries: Iterable[Entry]) -> Names:
    """The names of everyone and every account that these entries speak of, read set-wise."""
    listed = list(entries)
    said = [text for entry in listed for text in (entry.actor, entry.subject_id, *entry.facts.values())]
    ids = {text for text in said if isinstance(text, str)}
    return Names(readers.members.column("display_name", ids), readers.accounts.column("handle", ids))


def is_id(text: str) -> bool:
    """Whether this can stand in the log as the id of something."""
    return text.isascii() and text.isprintable() and " " not in text and 0 < len(text) <= 200
