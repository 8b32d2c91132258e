"""The release calendar."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query

from gateway.actions import release
from gateway.domain.release import Calendar, Release
from gateway.web.answers import Answer
from gateway.web.bodies import RawBody
from gateway.web.forms import ID, Form, Word
from gateway.web.guards import Acting, InWorld


class Named(Form):
    """Which release."""

    release: Word


class CalendarAnswer(Answer):
    """A calendar source as it was read."""

    id: str
    read_at: datetime
    digest: str
    entries: int


def list_releases(world: InWorld, who: Acting) -> list[Release]:
    """The calendar as it stands, by instant."""
    return release.releases(world, who)


def import_calendar(
    world: InWorld, who: Acting, body: RawBody, source: Annotated[str, Query(pattern=ID)] = "file"
) -> Calendar:
    """Read a calendar in the shape of the ONS search for releases."""
    return release.import_calendar(world, who, source, body)


def confirm_release(world: InWorld, who: Acting, form: Named) -> Release:
    """One of two people's word that a release is out."""
    return release.confirm_publication(world, who, form.release)
