"""What a release that moved, was cancelled or is no longer final does to everything bound to it, at once."""

from __future__ import annotations

from datetime import datetime

from gateway.actions.notice import about_release
from gateway.chance import Chance
from gateway.domain.audit import WORKER
from gateway.domain.change import Change, together
from gateway.domain.delivery import Delivery, hold_for_person, move
from gateway.domain.notice import NoticeKind
from gateway.domain.refusal import Reason
from gateway.domain.release import Release, ReleaseState
from gateway.storage.unit import Readers

HOLDS = {
    ReleaseState.CANCELLED: (Reason.RELEASE_CANCELLED, NoticeKind.RELEASE_CANCELLED),
    ReleaseState.PROVISIONAL: (Reason.RELEASE_NOT_FINAL, NoticeKind.RELEASE_NOT_FINAL),
}


def follow(readers: Readers, chance: Chance, release: Release, before: Release | None, at: datetime) -> Change | None:
    """Deliveries moved or held, and a notice to author and approvers of all that is bound; None where nothing is."""
    if before is None or (before.instant, before.state) == (release.instant, release.state):
        return None
    changes = [_followed(delivery, release, before) for delivery in readers.deliveries.bound_to(release.id)]
    changes.append(about_release(readers, chance, release, _kind(release), at) if _matters(release, before) else None)
    found = [change for change in changes if change is not None]
    return together(*found) if found else None


def _matters(release: Release, before: Release) -> bool:
    """That a release becomes final where it was expected is no news to act on."""
    return release.state is not ReleaseState.FINAL or release.instant != before.instant


def _kind(release: Release) -> NoticeKind:
    return HOLDS[release.state][1] if release.state in HOLDS else NoticeKind.RELEASE_MOVED


def _followed(delivery: Delivery, release: Release, before: Release) -> Change | None:
    if release.state in HOLDS:
        return hold_for_person(delivery, why=HOLDS[release.state][0], actor=WORKER)
    if release.instant != before.instant:
        return move(delivery, release, actor=WORKER)
    return None
