"""ONS's release calendar in JSON: `GET /v1/search/releases` (pages of many) and `/releases/NAME/data` (one release).

Shapes: ONSdigital/dp-search-api, swagger.yaml; ONSdigital/dp-release-calendar-api, releases/legacy. Cancelled wins over
published; an entry that is not finalised is provisional and its instant a placeholder, whatever else it says.
`postponed` and `date_changes` decide nothing here (a release brought forward is "postponed" too): the core compares
instants with what it knew. Of the text only the title is taken: summaries, notices and markdown may hold figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.calendar.fields import (
    each_once,
    flag_of,
    instant_of,
    json_of,
    mapping_of,
    path_of,
    require_some,
    title_of,
)
from gateway.calendar.refused import CalendarRefused
from gateway.domain.release import Entry, ReleaseState


@dataclass(frozen=True)
class Page:
    """One answer of the search: its entries, and how many the whole search has (None where it does not say)."""

    entries: tuple[Entry, ...]
    total: int | None


def read(body: bytes) -> tuple[Entry, ...]:
    """The entries in their order, each path once. Raises CalendarRefused: one bad entry refuses the whole calendar.

    A calendar that cannot be read whole is no ground for opening an embargo, so nothing is skipped or guessed.
    """
    return of_search(json_of(body))


def of_search(document: object) -> tuple[Entry, ...]:
    """As `read`, of the JSON value."""
    releases = _releases(document)
    require_some(releases)
    return each_once(_entry(raw, index) for index, raw in enumerate(releases))


def read_page(body: bytes) -> Page:
    """One page of a search, which may be empty. Raises CalendarRefused."""
    document = json_of(body)
    releases = _releases(document)
    if releases:
        require_some(releases)
    entries = each_once(_entry(raw, index) for index, raw in enumerate(releases))
    return Page(entries, _total(document))


def of_release(document: object) -> tuple[Entry, ...]:
    """The one entry of a release page's data. Raises CalendarRefused."""
    described = mapping_of(mapping_of(document, "the release", 0).get("description"), "its description", 0)
    notice = described.get("cancellation_notice")
    entry = _entry(document, 0)
    if notice and entry.state is not ReleaseState.CANCELLED:
        raise CalendarRefused(
            "the release contradicts itself: it has a notice of cancellation and is not cancelled. Fetch it again.", 0
        )
    return (entry,)


def _releases(document: object) -> list[object]:
    releases = document.get("releases") if isinstance(document, Mapping) else None
    if not isinstance(releases, list):
        raise CalendarRefused("This is not an ONS release calendar: it has no list of releases. Check its address.")
    return releases


def _total(document: object) -> int | None:
    breakdown = document.get("breakdown") if isinstance(document, Mapping) else None
    total = breakdown.get("total", 0) if isinstance(breakdown, Mapping) else None  # zero counts are left out
    if total is not None and (not isinstance(total, int) or isinstance(total, bool) or total < 0):
        raise CalendarRefused("The calendar's total is no count. Fetch it again.")
    return total


def _entry(raw: object, index: int) -> Entry:
    release = mapping_of(raw, "the entry", index)
    described = mapping_of(release.get("description"), "its description", index)
    _require_changes(release.get("date_changes"), index)
    cancelled = flag_of(described, "cancelled", index)
    return Entry(
        id=path_of(release.get("uri"), index),
        title=title_of(described.get("title"), index),
        instant=instant_of(described.get("release_date"), index),
        state=_state(cancelled, flag_of(described, "finalised", index)),
        published=flag_of(described, "published", index) and not cancelled,
    )


def _state(cancelled: bool, finalised: bool) -> ReleaseState:
    if cancelled:
        return ReleaseState.CANCELLED
    return ReleaseState.FINAL if finalised else ReleaseState.PROVISIONAL


def _require_changes(value: object, index: int) -> None:
    """null, absent and [] all say that no date was changed."""
    if value is not None and not (isinstance(value, list) and all(isinstance(change, Mapping) for change in value)):
        raise CalendarRefused("date_changes is not a list of changes. Fetch the calendar again.", index)
