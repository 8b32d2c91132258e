"""One's own notices."""

from __future__ import annotations

from gateway.actions import notice
from gateway.domain.notice import Notice
from gateway.web.forms import Limit, PathId
from gateway.web.guards import Acting, InWorld


def list_notices(world: InWorld, who: Acting, unread: bool = False, limit: Limit = 100) -> list[Notice]:
    """One's own notices, newest first."""
    return notice.notices(world, who, unread=unread, limit=limit)


def read_notice(world: InWorld, who: Acting, notice_id: PathId) -> Notice:
    """Mark one's own notice as read."""
    return notice.read_notice(world, who, notice_id)
