"""The release calendar."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Query

from gateway.actions import release
from gateway.domain.release import Release, ReleaseState
from gateway.web.answers import Answer, ReleaseAnswer
from gateway.web.bodies import RawBody
from gateway.web.forms import ID, PRINTABLE, Form, Time, WallTime, Word, when
from gateway.web.guards import Acting, InWorld


class Named(Form):
    """Which release."""

    release: Word


class Changed(Form):
    """What one person says a release should be: its instant and how firm it is."""

    release: Word
    instant: Time | WallTime
    state: Literal["final", "provisional", "cancelled"]


class CalendarAnswer(Answer):
    """A calendar source as it was read."""

    id: str
    read_at: datetime
    digest: str
    entries: int


class ImportedAnswer(CalendarAnswer):
    """... and how many of its entries wait for a second person's word."""

    waiting: int


class WordAnswer(Answer):
    """What one person wants a release changed to; a second one has to say the same."""

    instant: datetime
    state: ReleaseState
    by: str
    at: datetime


class ReleaseReadAnswer(Answer):
    """A release, its source as it was read last, and what people want it changed to."""

    release: ReleaseAnswer
    calendar: CalendarAnswer | None
    words: tuple[WordAnswer, ...]
    bound: int


class ChangedAnswer(Answer):
    """The release as it is now; `changed` is false while a second person's word is missing."""

    release: ReleaseAnswer
    changed: bool


def list_releases(world: InWorld, who: Acting) -> list[Release]:
    """The calendar as it stands, by instant."""
    return release.releases(world, who)


def import_calendar(
    world: InWorld, who: Acting, body: RawBody, source: Annotated[str, Query(pattern=ID)] = "file"
) -> ImportedAnswer:
    """Read a calendar: ONS in JSON, iCalendar or RSS, or GOV.UK announcements. What it says differently of a release
    that is known is one person's word.
    """
    done = release.import_calendar(world, who, source, body)
    return ImportedAnswer(**CalendarAnswer.model_validate(done.calendar).model_dump(), waiting=done.waiting)


def confirm_release(world: InWorld, who: Acting, form: Named) -> Release:
    """One of two people's word that a release is out."""
    return release.confirm_publication(world, who, form.release)


def read_release(world: InWorld, who: Acting, id: Annotated[str, Query(pattern=PRINTABLE)]) -> release.ReleaseRead:
    """One release and what is known of it."""
    return release.read_release(world, who, id)


def change_release(world: InWorld, who: Acting, form: Changed) -> Any:
    """One of two people's word that a release is at another instant, or in another state."""
    after, changed = release.change_release(world, who, form.release, when(form.instant), ReleaseState(form.state))
    return {"release": after, "changed": changed}
