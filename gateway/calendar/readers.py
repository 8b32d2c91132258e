"""Which kind of calendar these bytes are, by their own shape, and its reader: bytes in, entries out, or a refusal."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.calendar import govuk, ons
from gateway.calendar.fields import json_of, require_size
from gateway.calendar.refused import CalendarRefused
from gateway.domain.release import Entry


def read(body: bytes) -> tuple[Entry, ...]:
    """The entries of a calendar of any kind this gateway reads. Raises CalendarRefused with what to do."""
    require_size(body)
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:64]
    if start.upper().startswith(b"BEGIN:VCALENDAR"):
        from gateway.calendar import ics  # here: its library takes 3 MB, and few processes are ever given one

        return ics.read(body)
    if start.lower().startswith((b"<?xml", b"<rss")):
        from gateway.calendar import rss  # here, as above

        return rss.read(body)
    return _of_json(json_of(body))


def _of_json(document: object) -> tuple[Entry, ...]:
    if not isinstance(document, Mapping):
        raise CalendarRefused("This is not a release calendar. Check its address.")
    if document.get("schema_name") == "statistics_announcement":
        return govuk.of_item(document)
    if "results" in document and "releases" not in document:
        return govuk.of_results(document)
    if "uri" in document and "releases" not in document:
        return ons.of_release(document)
    return ons.of_search(document)
