"""Reviewing: what waits for whoever asks, the most urgent first; and one submission with all that an answer needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.words import AT_RELEASE, NOW
from gateway.actions.access import bindings_of, embargoed, require_access_to, told_drafts
from gateway.actions.guard import acting
from gateway.actions.reading import NEWEST, SubmissionRead, eyes_of, read_submission, visible
from gateway.actions.telling import tells
from gateway.domain.access import not_listed
from gateway.domain.account import Account
from gateway.domain.approval import Approval, standing
from gateway.domain.clearance import Clearance
from gateway.domain.comment import Comment
from gateway.domain.grant import Kind
from gateway.domain.instant import END, Now, parse_rfc3339
from gateway.domain.member import Member
from gateway.domain.post import Media, Revision
from gateway.domain.refusal import Reason, Refused
from gateway.domain.release import Release
from gateway.domain.submission import Submission, SubmissionState, needed_approvals
from gateway.storage.sketches import Sketch
from gateway.storage.unit import Readers
from gateway.world import Who, World

APPROVE, CLEAR = "approve", "clear"


@dataclass(frozen=True)
class Waiting:
    """One line of the list: nothing it says. `due` None: as soon as every answer is in; `wants`: APPROVE, CLEAR.

    `given` of `needed` people have approved it.
    """

    submission: Sketch
    author: str
    accounts: tuple[Account, ...]
    release: Release | None
    due: datetime | None
    wants: tuple[str, ...]
    given: int
    needed: int


@tells("submission.read", "submission")
def waiting_for(world: World, who: Who) -> list[Waiting]:
    """What waits for an answer that this person may give and has not given, the most urgent first. It is not told."""
    with world.storage.reading() as readers:
        now = world.clock.now()
        me = acting(readers, who, "post.read", world.policy.roles, now)
        found = readers.sketches.waiting(NEWEST)
        answers = _Answers.read(world, readers, me, found, now)
        wanted = [(one, answers.wanted_of(one)) for one in found]
        lines = _lines(world, readers, [(one, wants) for one, wants in wanted if wants], answers)
    return sorted(lines, key=lambda line: (line.due or line.submission.submitted_at, line.submission.submitted_at))


def wanted_from(world: World, readers: Readers, one: Submission, people: Iterable[Member], now: Now) -> frozenset[str]:
    """The ids of those among these people who may still answer it: as their own lists would say."""
    granted = {grant.member for grant in readers.grants.on_accounts(one.wish.accounts) if Kind.APPROVE in grant.kinds}
    may = world.policy.roles.may
    asked = [each for each in people if each.id in granted or may(each.roles, "submission.clear")]
    return frozenset(each.id for each in asked if _Answers.read(world, readers, each, [one], now).wanted_of(one))


def _lines(
    world: World, readers: Readers, found: list[tuple[Sketch, tuple[str, ...]]], answers: _Answers
) -> list[Waiting]:
    accounts = readers.accounts.many(account for one, _ in found for account in one.wish.accounts)
    releases = readers.releases.many(one.wish.release for one, _ in found if one.wish.release)
    names = names_of(readers, (one.author for one, _ in found))
    lines = []
    for one, wants in found:
        own = tuple(accounts[account] for account in one.wish.accounts)
        release = releases.get(one.wish.release or "")
        line = Waiting(
            submission=one,
            author=names[one.author],
            accounts=own,
            release=release,
            due=due_of(one, release),
            wants=wants,
            given=len(answers.standing_for(one)),
            needed=needed_approvals(one, own, world.policy),
        )
        lines.append(line)
    return lines


def due_of(submission: Submission | Sketch, release: Release | None) -> datetime | None:
    """When it is wanted; None for "now". At an unknown release: at the end of time."""
    if submission.wish.wanted == NOW:
        return None
    if submission.wish.wanted == AT_RELEASE:
        return release.instant if release else END
    return parse_rfc3339(submission.wish.wanted)


@dataclass(frozen=True)
class _Answers:
    """What one person may still answer: their rights, and the answers there are."""

    world: World
    me: Member
    approvable: frozenset[str]
    closed: frozenset[str]
    approvals: Mapping[str, list[Approval]]
    clearances: Mapping[str, list[Clearance]]
    now: Now

    @classmethod
    def read(
        cls, world: World, readers: Readers, me: Member, found: Sequence[Submission | Sketch], now: Now
    ) -> _Answers:
        """Read set-wise for these submissions."""
        ids = [one.id for one in found]
        bound = bindings_of(readers, (one.post for one in found), [one for one in found if isinstance(one, Sketch)])
        kept = embargoed(readers, {release for each in bound.values() for release in each}, now)
        shut = set(not_listed(kept, readers.access_lists.many(kept), me.id))
        closed = frozenset(post for post, releases in bound.items() if releases & shut)
        approvals: dict[str, list[Approval]] = {id: [] for id in ids}
        for approval in readers.approvals.of_submissions(ids):
            approvals[approval.submission].append(approval)
        clearances: dict[str, list[Clearance]] = {id: [] for id in ids}
        for clearance in readers.clearances.of_submissions(ids):
            clearances[clearance.submission].append(clearance)
        approvable = frozenset(
            grant.account for grant in readers.grants.of_member(me.id) if grant.holds(Kind.APPROVE, now)
        )
        return cls(world, me, approvable, closed, approvals, clearances, now)

    def standing_for(self, one: Submission | Sketch) -> frozenset[str]:
        """The people whose yes stands."""
        return standing(self.approvals[one.id], one, self.world.policy, self.now)

    def wanted_of(self, one: Submission | Sketch) -> tuple[str, ...]:
        """What this person may still say of it; the actions decide."""
        if one.state is not SubmissionState.WAITING or one.author == self.me.id or one.post in self.closed:
            return ()
        may = self.world.policy.roles.may
        approves = may(self.me.roles, "submission.approve") and self._is_granted(one)
        approves = approves and self.me.id not in self.standing_for(one)
        clears = one.needs_clearance and may(self.me.roles, "submission.clear") and not self._is_cleared(one)
        return tuple(word for word, wanted in ((APPROVE, approves), (CLEAR, clears)) if wanted)

    def _is_granted(self, one: Submission | Sketch) -> bool:
        return self.approvable.issuperset(one.wish.accounts)

    def _is_cleared(self, one: Submission | Sketch) -> bool:
        return any(each.stands_for(one.digest) for each in self.clearances[one.id])


def names_of(readers: Readers, ids: Iterable[str]) -> dict[str, str]:
    """Members' names as shown, by id."""
    return {member.id: member.display_name for member in readers.members.many(ids).values()}


@dataclass(frozen=True)
class Review:
    """A submission with all that an answer needs. `before` is the one it took the place of, where the reader may read
    that too. `wants`: what the reader may still say of it. Where `read.withheld` holds, nothing it says is here.
    """

    read: SubmissionRead
    before: Submission | None
    revision: Revision | None
    accounts: Mapping[str, Account]
    names: Mapping[str, str]
    release: Release | None
    due: datetime | None
    comments: tuple[Comment, ...]
    picture_words: Mapping[str, str | None]
    wants: tuple[str, ...]
    given: int
    needed: int


def review(world: World, who: Who, submission_id: str) -> Review:
    """One submission for whoever answers it, or wrote it. Told where it is embargoed. Raises Refused(NOT_FOUND)."""
    read = read_submission(world, who, submission_id)
    with world.storage.reading() as readers:
        now, found = world.clock.now(), read.submission
        me = readers.members.get(who.member)
        before = None if read.withheld else _before(world, readers, who, found, now)
        comments = () if read.withheld else tuple(readers.comments.of_submissions([found.id]))
        accounts = readers.accounts.many({*found.wish.accounts, *(before.wish.accounts if before else ())})
        release = readers.releases.find(found.wish.release) if found.wish.release else None
        answers = _Answers.read(world, readers, me, [found], now)
        people = {found.author, *(a.by for a in read.approvals), *(c.by for c in read.clearances)}
        return Review(
            read=read,
            before=before,
            revision=None if read.withheld else readers.revisions.find(found.revision),
            accounts=accounts,
            names=names_of(readers, people | {comment.by for comment in comments}),
            release=release,
            due=due_of(found, release),
            comments=comments,
            picture_words=readers.media.words(p.sha256 for o in found.outgoings for p in o.pictures),
            wants=answers.wanted_of(found),
            given=len(answers.standing_for(found)),
            needed=needed_approvals(found, (accounts[id] for id in found.wish.accounts), world.policy),
        )


def _before(world: World, readers: Readers, who: Who, found: Submission, now: Now) -> Submission | None:
    """The post's submission before this one, where the reader may read it as this one: its release is the same, or
    out; whatever else it is bound to is told by nobody here.
    """
    numbers = {revision.id: revision.number for revision in readers.revisions.of_post(found.post)}

    def place(one: Submission) -> tuple[int, datetime]:
        return numbers[one.revision], one.submitted_at

    earlier = [one for one in readers.submissions.of_post(found.post) if place(one) < place(found)]
    if not earlier:
        return None
    eyes, last = eyes_of(readers, who, world, now), max(earlier, key=place)
    try:
        visible(readers, eyes, last.id, "submission")
    except Refused:
        return None
    is_told = last.wish.release == found.wish.release or not embargoed(readers, [last.wish.release], now)
    return last if is_told else None


@tells("media.read", "submission")
def picture_of(world: World, who: Who, submission_id: str, sha256: str) -> Media:
    """A picture of a submission, with its bytes, for whoever may read that. Told where it is embargoed. Raises Refused:
    NOT_FOUND where it has no such picture, NOT_ON_LIST where it is withheld.
    """
    with world.storage.unit() as unit:
        found, _ = visible(unit, eyes_of(unit, who, world, unit.now), submission_id, "submission")
        kept = require_access_to(unit, who.member, found.post, world.policy.roles, unit.now)
        if not any(picture.sha256 == sha256 for said in found.outgoings for picture in said.pictures):
            raise Refused(Reason.NOT_FOUND, kind="media")
        media = unit.media.get(sha256)
        if kept:
            unit.commit(told_drafts(who, "media", media.told_as, kept))
        return media
