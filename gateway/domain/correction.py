"""Correction: what one person wants a release changed to by hand. It counts when a second, different person agrees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.domain.audit import AuditEvent, Fact
from gateway.domain.change import Change, Record
from gateway.domain.instant import Now, rfc3339
from gateway.domain.refusal import Reason, Refused
from gateway.domain.release import Release, ReleaseState

LIFE = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Correction(Record):
    """One person's word. It stands for a day, and only while the release is what it was when the word was given."""

    release: str
    instant: datetime
    state: ReleaseState
    instant_before: datetime
    state_before: ReleaseState
    by: str
    at: datetime
    agreed_by: str | None = None
    ended_at: datetime | None = None

    def wants(self, instant: datetime, state: ReleaseState) -> bool:
        """Whether it asks for exactly this."""
        return (self.instant, self.state) == (instant, state)

    def stands(self, release: Release, now: Now) -> bool:
        """Still open, not a day old, and about the release as it is."""
        was = (self.instant_before, self.state_before)
        same = self.ended_at is None and was == (release.instant, release.state)
        return same and not now.maybe_past(self.at + LIFE)


def ask(id: str, release: Release, instant: datetime, state: ReleaseState, *, by: str, now: Now) -> Change:
    """One person's word, written down; nothing else changes."""
    asked = Correction(
        id=id,
        release=release.id,
        instant=instant,
        state=state,
        instant_before=release.instant,
        state_before=release.state,
        by=by,
        at=now.earliest,
    )
    return Change((_told("release.ask", by, release, instant, state),), (asked,))


def agreeable(
    open_ones: Iterable[Correction], release: Release, instant: datetime, state: ReleaseState, *, by: str, now: Now
) -> Correction | None:
    """Another person's standing word for exactly this; None where there is none.

    Raises Refused where only the same person has said it: two different people are needed.
    """
    same = [each for each in open_ones if each.stands(release, now) and each.wants(instant, state)]
    others = [each for each in same if each.by != by]
    if same and not others:
        raise Refused(Reason.ALREADY_ANSWERED)
    return others[0] if others else None


def agree(correction: Correction, release: Release, *, by: str, now: Now) -> tuple[Release, Change]:
    """The second person's word: the release as corrected, and what to write besides the release itself.

    What the calendar says is kept beside it, so that only a newer word of the calendar undoes what two people said.
    """
    said_instant, said_state = release.said_instant or release.instant, release.said_state or release.state
    after = replace(
        release,
        instant=correction.instant,
        state=correction.state,
        said_instant=said_instant,
        said_state=said_state,
        seen_at=None,
        confirmed_by=(),
        alarmed_at=None,
    )
    ended = replace(correction, agreed_by=by, ended_at=now.earliest)
    return after, Change((_told("release.correct", by, after, after.instant, after.state, correction.by),), (ended,))


def _told(
    act: str, by: str, release: Release, instant: datetime, state: ReleaseState, asked_by: str | None = None
) -> AuditEvent:
    facts: dict[str, Fact] = {"instant": rfc3339(instant), "state": str(state)}
    if asked_by is not None:
        facts["asked_by"] = asked_by
    return AuditEvent(act, by, "release", release.id, facts)
