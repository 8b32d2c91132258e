"""What was not seen published in time: an alarm to whoever is bound to it and whoever may confirm it.

Late is a breach too; the limit is policy's (config/policy/timing.toml, publication_alarm).
"""

from __future__ import annotations

from datetime import timedelta

from gateway.actions.notice import about_release, bound_submissions
from gateway.domain.change import Change, together
from gateway.domain.instant import Now
from gateway.domain.notice import NoticeKind
from gateway.domain.release import Release, ReleaseState, alarm
from gateway.storage import tables
from gateway.storage.unit import Readers
from gateway.world import World

LOOK_BACK = timedelta(days=7)


def raise_alarms(world: World) -> int:
    """One alarm an instant for every release that something waits for and nobody has seen. How many.

    Closing errs early, so the alarm is raised when the limit may be past.
    """
    with world.storage.reading() as readers:
        if not _unseen(world, readers, world.clock.now()):
            return 0
    with world.storage.unit() as unit:
        changes = [_alarmed(world, unit, release, unit.now) for release in _unseen(world, unit, unit.now)]
        if changes:
            unit.commit(together(*changes))
        return len(changes)


def awaited(world: World, now: Now, back: timedelta) -> list[Release]:
    """Releases whose instant has surely passed within `back`, that nobody has seen and that something waits for."""
    c = tables.releases.c
    with world.storage.reading() as readers:
        unseen = readers.releases.where(
            c.instant <= now.earliest,
            c.instant > now.earliest - back,
            c.seen_at.is_(None),
            c.state == ReleaseState.FINAL,
            order=(c.instant,),
        )
        return [release for release in unseen if bound_submissions(readers, release.id)]


def _unseen(world: World, readers: Readers, now: Now) -> list[Release]:
    if not now.bounded:
        return []
    c = tables.releases.c
    limit = world.policy.timing.publication_alarm
    unseen = readers.releases.where(
        c.instant <= now.latest - limit,
        c.instant > now.earliest - LOOK_BACK,
        c.seen_at.is_(None),
        c.alarmed_at.is_(None),
        c.state == ReleaseState.FINAL,
        order=(c.instant,),
    )
    return [release for release in unseen if bound_submissions(readers, release.id)]


def _alarmed(world: World, readers: Readers, release: Release, now: Now) -> Change:
    may = world.policy.roles.may
    confirmers = [
        member.id for member in readers.members.all() if member.is_active and may(member.roles, "release.confirm")
    ]
    change = alarm(release, at=now.earliest)
    told = about_release(readers, world.chance, release, NoticeKind.PUBLICATION_UNSEEN, now.earliest, also=confirmers)
    return change if told is None else change + told
