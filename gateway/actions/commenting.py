"""Commenting on a submission: an approver asks, its author answers. Whoever may read it may; the others are told."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.actions.access import require_access_to, told_drafts
from gateway.actions.guard import acting, at
from gateway.actions.reading import eyes_of, visible
from gateway.actions.telling import tells
from gateway.domain.change import Change, together
from gateway.domain.comment import Comment, say
from gateway.domain.notice import Notice, NoticeKind, give
from gateway.domain.submission import Submission
from gateway.storage.unit import Readers
from gateway.world import Who, World


@tells("submission.comment", "submission")
def comment(world: World, who: Who, submission_id: str, text: str) -> Comment:
    """Say something about a submission one may read. Its author and everyone who spoke or answered is told. Raises
    Refused.
    """
    with world.storage.unit() as unit:
        me = acting(unit, who, "submission.comment", world.policy.roles, unit.now)
        found, _ = visible(unit, eyes_of(unit, who, world, unit.now), submission_id, "submission")
        require_access_to(unit, me.id, found.post, world.policy.roles, unit.now)
        said = Comment(id=world.chance.id(), submission=found.id, by=me.id, at=at(unit.now), text=text)
        unit.commit(told_to_all(world, unit, found, said))
        return said


def told_to_all(world: World, readers: Readers, submission: Submission, said: Comment) -> Change:
    """The comment beside its submission, and a notice of it to everyone concerned. Raises Refused where it is empty."""
    return together(say(said), *_told(world, readers, submission, said))


def _told(world: World, readers: Readers, submission: Submission, said: Comment) -> Iterable[Change]:
    for member in sorted(_party(readers, submission) - {said.by}):
        notice = Notice(
            id=world.chance.id(),
            member=member,
            kind=NoticeKind.COMMENTED,
            subject_kind="submission",
            subject_id=submission.id,
            at=said.at,
        )
        yield give(notice)


def _party(readers: Readers, submission: Submission) -> set[str]:
    """The author, and whoever commented or answered, where they have not left."""
    spoke = {each.by for each in readers.comments.of_submissions([submission.id])}
    approved = {each.by for each in readers.approvals.of_submissions([submission.id])}
    cleared = {each.by for each in readers.clearances.of_submissions([submission.id])}
    people = {submission.author} | spoke | approved | cleared
    return {member.id for member in readers.members.many(people).values() if member.is_active}


@tells("submission.read", "submission")
def list_comments(world: World, who: Who, submission_id: str) -> list[Comment]:
    """What was said about a submission, oldest first. Told where it is embargoed. Raises Refused."""
    with world.storage.unit() as unit:
        eyes = eyes_of(unit, who, world, unit.now)
        found, _ = visible(unit, eyes, submission_id, "submission")
        kept = require_access_to(unit, who.member, found.post, world.policy.roles, unit.now)
        comments = unit.comments.of_submissions([found.id])
        if kept:
            unit.commit(told_drafts(who, "submission", found.id, kept))
        return comments
