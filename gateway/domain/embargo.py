"""Embargo: what may not be said before when. Default deny; shut whenever anything is unsure (house §8)."""

from __future__ import annotations

from gateway.domain.instant import Now
from gateway.domain.policy import Timing
from gateway.domain.refusal import Reason, Refused
from gateway.domain.release import Calendar, Release, ReleaseState


def require_lifted(release: Release, calendar: Calendar | None, timing: Timing, now: Now) -> None:
    """The gate: final, not cancelled, instant surely past, publication seen or confirmed by two, calendar fresh.

    Raises Refused with the first thing that keeps it shut (P22; Code of Practice for Statistics, standard 3).
    """
    require_open_entry(release)
    if not now.bounded:
        raise Refused(Reason.CLOCK_UNSURE)
    if not now.surely_past(release.instant):
        raise Refused(Reason.EMBARGOED, release=release.id)
    if calendar is None or now.maybe_past(calendar.read_at + timing.calendar_life):
        raise Refused(Reason.CALENDAR_STALE, release=release.id)
    if not is_published(release):
        raise Refused(Reason.PUBLICATION_UNSEEN, release=release.id)


def require_open_entry(release: Release) -> None:
    """The calendar entry is final and not cancelled. Raises Refused."""
    if release.state is ReleaseState.CANCELLED:
        raise Refused(Reason.RELEASE_CANCELLED, release=release.id)
    if release.state is not ReleaseState.FINAL:
        raise Refused(Reason.RELEASE_NOT_FINAL, release=release.id)


def is_published(release: Release) -> bool:
    """Seen by the worker, or confirmed by the second of two people, at or after the instant that now holds.

    What was seen before a release moved does not count for its new instant.
    """
    return release.seen_at is not None and release.seen_at >= release.instant
