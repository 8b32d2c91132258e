"""Access lists: who may read what is bound to a release before it is out. A release's id holds slashes, so that it is
named in the query or the body.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field

from gateway.actions import access
from gateway.domain.access import AccessList
from gateway.web.answers import Answer
from gateway.web.forms import ID, PRINTABLE, Form, Id, Word
from gateway.web.guards import Acting, InWorld

OfRelease = Annotated[str, Query(pattern=PRINTABLE)]
OfMember = Annotated[str, Query(pattern=ID)]


class Places(Form):
    """Members' places on a release's list."""

    release: Word
    members: Annotated[list[Id], Field(min_length=1, max_length=100)]


class ListedAnswer(Answer):
    """One person on the list."""

    member: str
    since: datetime
    by: str


class AccessAnswer(Answer):
    """A release's list; its id is the release's."""

    id: str
    people: tuple[ListedAnswer, ...]


def show_access(world: InWorld, who: Acting, release: OfRelease) -> AccessList:
    """Who is on a release's list."""
    return access.access_list(world, who, release)


def give_access(world: InWorld, who: Acting, form: Places) -> AccessList:
    """Put members on a release's list."""
    return access.give_access(world, who, form.release, form.members)


def end_access(world: InWorld, who: Acting, release: OfRelease, member: OfMember) -> AccessList:
    """Take a member off a release's list."""
    return access.end_access(world, who, release, member)
