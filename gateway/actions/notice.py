"""Notices: what a member should know, read and marked by that member alone; those that a release gives rise to, and
those about how a member signs in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from gateway.actions.guard import live_session
from gateway.actions.telling import tells
from gateway.chance import Chance
from gateway.domain.change import Change, together
from gateway.domain.notice import Notice, NoticeKind, give, read
from gateway.domain.refusal import Reason, Refused
from gateway.domain.release import Release
from gateway.domain.submission import Submission
from gateway.storage.cut import Cut
from gateway.storage.unit import Readers
from gateway.world import Who, World


@tells("notice.list", "notice")
def notices(world: World, who: Who, *, unread: bool = False, limit: int = 100, cut: Cut | None = None) -> list[Notice]:
    """One's own notices, newest first. Raises Refused."""
    with world.storage.reading() as readers:
        live_session(readers, who, world.clock.now())
        _require_active(readers, who)
        return readers.notices.of_member(who.member, limit, unread=unread, cut=cut)


@tells("notice.list", "notice")
def count_unread(world: World, who: Who, most: int) -> int:
    """How many of one's own are not read, counted up to `most`. Raises Refused."""
    with world.storage.reading() as readers:
        live_session(readers, who, world.clock.now())
        _require_active(readers, who)
        return readers.notices.count_unread(who.member, most)


@tells("notice.list", "notice")
def one_notice(world: World, who: Who, notice_id: str) -> Notice:
    """One of one's own. Raises Refused(NOT_FOUND) for anybody else's, as for one that is not there."""
    with world.storage.reading() as readers:
        live_session(readers, who, world.clock.now())
        _require_active(readers, who)
        found = readers.notices.get(notice_id)
        if found.member != who.member:
            raise Refused(Reason.NOT_FOUND, kind="notice")
        return found


@tells("notice.read", "notice")
def read_notice(world: World, who: Who, notice_id: str) -> Notice:
    """Mark one's own notice as read. Raises Refused."""
    with world.storage.unit() as unit:
        live_session(unit, who, unit.now)
        _require_active(unit, who)
        change = read(unit.notices.get(notice_id), by=who.member, at=unit.now.earliest)
        unit.commit(change)
    (after,) = change.records
    assert isinstance(after, Notice)
    return after


def _require_active(readers: Readers, who: Who) -> None:
    member = readers.members.find(who.member)
    if member is None or not member.is_active:
        raise Refused(Reason.MEMBER_LEFT)


def about_release(
    readers: Readers, chance: Chance, release: Release, kind: NoticeKind, at: datetime, also: Iterable[str] = ()
) -> Change | None:
    """Notices to author, approvers and clearers of everything that is bound to a release and has not left; and one
    about the release itself to the members in `also`. None where nothing is bound.
    """
    bound = bound_submissions(readers, release.id)
    if not bound:
        return None
    people = concerned(readers, bound)
    given = [
        Notice(
            id=chance.id(),
            member=member,
            kind=kind,
            subject_kind=subject_kind,
            subject_id=subject,
            at=at,
            release=release.id,
            name=release.title,
        )
        for member, subject_kind, subject in (
            *((member, "submission", submission) for submission in sorted(people) for member in people[submission]),
            *((member, "release", release.id) for member in sorted(set(also))),
        )
    ]
    return together(*(give(notice) for notice in given))


def about_member(chance: Chance, member: str, kind: NoticeKind, at: datetime) -> Change:
    """A notice to a member about how they themselves sign in: whoever did not do it speaks up."""
    return give(Notice(id=chance.id(), member=member, kind=kind, subject_kind="member", subject_id=member, at=at))


def bound_submissions(readers: Readers, release: str) -> list[Submission]:
    """What is bound to a release and has not left: deliveries before their intent, submissions that wait."""
    bound = readers.submissions.many(delivery.submission for delivery in readers.deliveries.bound_to(release))
    waiting = {submission.id: submission for submission in readers.submissions.waiting_for(release)}
    return list((bound | waiting).values())


def concerned(readers: Readers, submissions: Iterable[Submission]) -> dict[str, list[str]]:
    """By submission, the ids of its author and of everyone who said yes to it."""
    people = {submission.id: {submission.author} for submission in submissions}
    for approval in readers.approvals.of_submissions(people):
        if approval.given and approval.voided_at is None:
            people[approval.submission].add(approval.by)
    for clearance in readers.clearances.of_submissions(people):
        if clearance.granted and clearance.voided_at is None:
            people[clearance.submission].add(clearance.by)
    return {submission: sorted(members) for submission, members in people.items()}
