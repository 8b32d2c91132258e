"""Reading posts, submissions and deliveries: one's own team's, those on accounts one holds a grant on, those one must
answer. What is bound to a release that is not out is read by the people on its list alone, and that is told (house
§11); everyone else who may know of it sees that it exists, and nothing it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from gateway.actions.access import bindings_of, embargoed, told_drafts
from gateway.actions.guard import acting
from gateway.actions.telling import tells
from gateway.domain import withheld
from gateway.domain.access import not_listed, require_listed
from gateway.domain.approval import Approval
from gateway.domain.clearance import Clearance
from gateway.domain.delivery import Delivery, State
from gateway.domain.grant import Grant, Kind
from gateway.domain.instant import Now
from gateway.domain.member import Member
from gateway.domain.policy import Roles
from gateway.domain.post import Media, Post, Revision
from gateway.domain.publication import Publication
from gateway.domain.refusal import Reason, Refused
from gateway.domain.submission import Submission, SubmissionState, Wish
from gateway.storage import tables
from gateway.storage.cut import Cut
from gateway.storage.sketches import Sketch
from gateway.storage.unit import Readers
from gateway.world import Who, World

READ_ALL = frozenset({"auditor", "security_officer"})
READ_DRAFTS = frozenset({"auditor"})
NEWEST = 2_000
T = TypeVar("T")


@dataclass(frozen=True)
class PostRead:
    """A post with its wordings, oldest first, and what was put forward of it; `withheld` where it says nothing."""

    post: Post
    revisions: tuple[Revision, ...]
    submissions: tuple[Submission, ...]
    withheld: bool = False


@dataclass(frozen=True)
class SubmissionRead:
    """A submission with every answer to it and what became of it; `withheld` where it says nothing."""

    submission: Submission
    approvals: tuple[Approval, ...]
    clearances: tuple[Clearance, ...]
    deliveries: tuple[Delivery, ...]
    withheld: bool = False


@dataclass(frozen=True)
class DeliveryRead:
    """A delivery, and the submissions that put it right; `withheld` where it says nothing."""

    delivery: Delivery
    withheld: bool = False
    corrected_by: tuple[str, ...] = ()


class Owned(Protocol):
    """Whose a post is."""

    @property
    def author(self) -> str:
        """Who began it."""

    @property
    def team(self) -> str:
        """Of which team."""


class Asking(Protocol):
    """What a submission asks for."""

    @property
    def wish(self) -> Wish:
        """For which accounts, when, at which release."""

    @property
    def needs_clearance(self) -> bool:
        """Whether a clearer must answer."""


@dataclass(frozen=True)
class _Eyes:
    """Whose eyes these are: what may be known of is decided from these values alone."""

    me: Member
    accounts: Mapping[str, frozenset[Kind]]
    roles: Roles
    now: Now

    def may_see(self, submission: Asking, post: Owned) -> bool:
        """Own team, all-seeing roles, those with a grant, those who must answer."""
        if self._is_own(post) or READ_ALL & set(self.me.roles) or self._must_answer(submission):
            return True
        return any(account in self.accounts for account in submission.wish.accounts)

    def may_see_draft(self, post: Owned) -> bool:
        """What was never put forward is for its team and auditors alone."""
        return self._is_own(post) or self.reads_drafts

    @property
    def reads_drafts(self) -> bool:
        """Whether everybody's may be known of."""
        return bool(READ_DRAFTS & set(self.me.roles))

    def _is_own(self, post: Owned) -> bool:
        return post.author == self.me.id or post.team == self.me.team

    def _must_answer(self, submission: Asking) -> bool:
        wanted = submission.wish.accounts
        approves = all(Kind.APPROVE in self.accounts.get(account, ()) for account in wanted)
        if approves and self._may("submission.approve"):
            return True
        return submission.needs_clearance and self._may("submission.clear")

    def _may(self, permission: str) -> bool:
        return self.roles.may(self.me.roles, permission)


@dataclass(frozen=True)
class _Gate:
    """Which releases are not out, and on whose list of these the reader is not."""

    embargoed: frozenset[str]
    closed: frozenset[str]

    def withholds(self, *bound: str | None) -> bool:
        """Whether the reader may not read what is bound to these."""
        return any(release in self.closed for release in bound)

    def invites(self, *bound: str | None) -> bool:
        """Whether the reader is on the list for it: who is, knows of it whatever else they may."""
        return any(release in self.embargoed for release in bound) and not self.withholds(*bound)


def _gate(readers: Readers, eyes: _Eyes, bound: Iterable[str | None]) -> _Gate:
    kept = embargoed(readers, bound, eyes.now)
    return _Gate(frozenset(kept), frozenset(not_listed(kept, readers.access_lists.many(kept), eyes.me.id)))


def eyes_of(readers: Readers, who: Who, world: World, now: Now) -> _Eyes:
    """The eyes of whoever acts. Raises Refused where they may read no posts at all."""
    me = acting(readers, who, "post.read", world.policy.roles, now)
    return _Eyes(me, _granted(readers.grants.of_member(me.id), now), world.policy.roles, now)


def _granted(grants: Iterable[Grant], now: Now) -> dict[str, frozenset[Kind]]:
    found: dict[str, frozenset[Kind]] = {}
    for grant in grants:
        held = frozenset(kind for kind in grant.kinds if grant.holds(kind, now))
        if held:
            found[grant.account] = found.get(grant.account, frozenset()) | held
    return found


@tells("post.read", "post")
def read_post(world: World, who: Who, post_id: str) -> PostRead:
    """A post whole. Told where it is embargoed. Raises Refused(NOT_FOUND) for what is not yours, as for what is not."""
    with world.storage.unit() as unit:
        eyes = eyes_of(unit, who, world, unit.now)
        found, gate = _visible_post(unit, eyes, post_id)
        if gate.closed:
            return _withheld_post(found)
        if gate.embargoed:
            unit.commit(told_drafts(who, "post", post_id, sorted(gate.embargoed)))
        return found


def _visible_post(readers: Readers, eyes: _Eyes, post_id: str) -> tuple[PostRead, _Gate]:
    post = readers.posts.get(post_id)
    revisions, submissions = readers.revisions.of_post(post_id), readers.submissions.of_post(post_id)
    bound = [*(r.release for r in revisions), *(s.wish.release for s in submissions)]
    gate = _gate(readers, eyes, bound)
    seen = all(eyes.may_see(s, post) for s in submissions) if submissions else eyes.may_see_draft(post)
    if not (seen or gate.invites(*bound)):
        raise Refused(Reason.NOT_FOUND, kind="post")
    return PostRead(post, tuple(revisions), tuple(submissions)), gate


def _withheld_post(found: PostRead) -> PostRead:
    revisions = tuple(withheld.revision(each) for each in found.revisions)
    return PostRead(found.post, revisions, tuple(map(withheld.submission, found.submissions)), withheld=True)


@tells("media.read", "post")
def read_picture(world: World, who: Who, post_id: str, sha256: str) -> Media:
    """A picture of a post, with its bytes: for whoever may read that post. Told where it is embargoed. Raises Refused:
    NOT_FOUND where the post is not yours or has no such picture, NOT_ON_LIST where it is withheld.
    """
    with world.storage.unit() as unit:
        eyes = eyes_of(unit, who, world, unit.now)
        found, gate = _visible_post(unit, eyes, post_id)
        require_listed(gate.embargoed, unit.access_lists.many(gate.embargoed), eyes.me.id, world.policy.roles)
        if not any(use.sha256 == sha256 for revision in found.revisions for use in revision.content.pictures):
            raise Refused(Reason.NOT_FOUND, kind="media")
        media = unit.media.get(sha256)
        if gate.embargoed:
            unit.commit(told_drafts(who, "media", media.told_as, sorted(gate.embargoed)))
        return media


@tells("post.read", "post")
def list_posts(world: World, who: Who, limit: int = 100, cut: Cut | None = None) -> list[Post]:
    """The newest posts of one's own team, or of everyone for auditors: names only, no wording."""
    with world.storage.reading() as readers:
        eyes = eyes_of(readers, who, world, world.clock.now())
        if eyes.reads_drafts:
            return readers.posts.latest(limit, cut)
        found = readers.posts.latest_of(eyes.me.id, eyes.me.team, limit, cut)
        return [post for post in found if eyes.may_see_draft(post)]


@tells("submission.read", "submission")
def read_submission(world: World, who: Who, submission_id: str) -> SubmissionRead:
    """A submission with its exact Outgoings, findings and answers. Told where embargoed. Raises Refused(NOT_FOUND)."""
    with world.storage.unit() as unit:
        eyes = eyes_of(unit, who, world, unit.now)
        found, gate = visible(unit, eyes, submission_id, "submission")
        read = SubmissionRead(
            found,
            tuple(unit.approvals.of_submissions([found.id])),
            tuple(unit.clearances.of_submissions([found.id])),
            tuple(unit.deliveries.of_submission(found.id)),
        )
        if gate.closed:
            return withheld_submission(read)
        if gate.embargoed:
            unit.commit(told_drafts(who, "submission", found.id, sorted(gate.embargoed)))
        return read


def withheld_submission(read: SubmissionRead) -> SubmissionRead:
    """The same with nothing of what was said, for whoever may not read it."""
    return SubmissionRead(
        withheld.submission(read.submission),
        withheld.approvals(read.approvals),
        withheld.clearances(read.clearances),
        tuple(map(withheld.delivery, read.deliveries)),
        withheld=True,
    )


def visible(readers: Readers, eyes: _Eyes, submission_id: str, kind: str) -> tuple[Submission, _Gate]:
    """A submission these eyes may know of, and whether they may read it. Raises Refused(NOT_FOUND)."""
    found = readers.submissions.find(submission_id)
    if found is None:
        raise Refused(Reason.NOT_FOUND, kind=kind)
    bound = bindings_of(readers, [found.post])[found.post]
    gate = _gate(readers, eyes, bound)
    if not (eyes.may_see(found, readers.posts.get(found.post)) or gate.invites(*bound)):
        raise Refused(Reason.NOT_FOUND, kind=kind)
    return found, gate


@tells("submission.read", "submission")
def list_submissions(world: World, who: Who, state: SubmissionState, limit: int = 100) -> list[Submission]:
    """The newest submissions in one state that `who` may know of. For lists that show no wording: it is not told."""
    with world.storage.reading() as readers:
        eyes = eyes_of(readers, who, world, world.clock.now())
        c = tables.submissions.c
        newest = readers.submissions.where(c.state == state, order=(c.submitted_at.desc(), c.id), limit=NEWEST)
        seen, gate = seen_among(readers, eyes, newest)
        known = [submission for submission in newest if submission.id in seen][:limit]
        return _shown(known, lambda s: gate.withholds(s.wish.release), withheld.submission)


def seen_among(readers: Readers, eyes: _Eyes, submissions: Iterable[Submission]) -> tuple[set[str], _Gate]:
    """Which of these submissions may be known of, read set-wise."""
    listed = list(submissions)
    posts, gate = readers.posts.many(s.post for s in listed), _gate(readers, eyes, [s.wish.release for s in listed])
    return {s.id for s in listed if eyes.may_see(s, posts[s.post]) or gate.invites(s.wish.release)}, gate


def seen_among_sketches(readers: Readers, eyes: _Eyes, bound: Sequence[tuple[Sketch, str | None]]) -> frozenset[str]:
    """Which of these submissions, each with the release that it is bound to, may be known of."""
    gate = _gate(readers, eyes, {release for _, release in bound})
    return frozenset(one.id for one, release in bound if eyes.may_see(one, one.owner) or gate.invites(release))


def _shown(found: Iterable[T], withholds: Callable[[T], bool], emptied: Callable[[T], T]) -> list[T]:
    return [emptied(each) if withholds(each) else each for each in found]


@tells("delivery.read", "delivery")
def read_delivery(world: World, who: Who, delivery_id: str) -> DeliveryRead:
    """One delivery with what it says. Told where embargoed. Raises Refused(NOT_FOUND)."""
    with world.storage.unit() as unit:
        eyes = eyes_of(unit, who, world, unit.now)
        delivery = unit.deliveries.get(delivery_id)
        _, gate = visible(unit, eyes, delivery.submission, "delivery")
        corrected_by = tuple(one.id for one in unit.submissions.correcting(delivery.id))
        if gate.closed:
            return DeliveryRead(withheld.delivery(delivery), withheld=True, corrected_by=corrected_by)
        if gate.embargoed:
            unit.commit(told_drafts(who, "delivery", delivery.id, sorted(gate.embargoed)))
        return DeliveryRead(delivery, corrected_by=corrected_by)


@tells("delivery.read", "delivery")
def list_deliveries(world: World, who: Who, state: State, limit: int = 100) -> list[Delivery]:
    """Deliveries in one state that `who` may know of, earliest due first. For lists that show no wording."""
    with world.storage.reading() as readers:
        eyes = eyes_of(readers, who, world, world.clock.now())
        found = readers.deliveries.in_state(state, NEWEST)
        submissions = readers.submissions.many(delivery.submission for delivery in found)
        seen, gate = seen_among(readers, eyes, submissions.values())
        known = [delivery for delivery in found if delivery.submission in seen][:limit]
        return _shown(known, lambda d: gate.withholds(d.release), withheld.delivery)


@tells("publication.read", "publication")
def list_publications(world: World, who: Who, limit: int = 100) -> list[Publication]:
    """The newest publications: they are public, so everyone who reads posts sees all of them."""
    with world.storage.reading() as readers:
        acting(readers, who, "post.read", world.policy.roles, world.clock.now())
        return readers.publications.latest(limit)


# --- what the house says of itself ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LogState:
    """Which log this is, the public key that verifies it, and its newest signed checkpoint ("" before the first)."""

    origin: str
    key: str
    size: int
    note: str


@tells("audit.read", "audit")
def log_state(world: World, who: Who) -> LogState:
    """What an auditor keeps elsewhere, so that a cut tail shows."""
    with world.storage.reading() as readers:
        acting(readers, who, "audit.read", world.policy.roles, world.clock.now())
        rows = readers.connection.execute(tables.checkpoints.select().order_by(tables.checkpoints.c.size)).all()
    size, note = (rows[-1].size, rows[-1].note) if rows else (0, "")
    return LogState(world.log_key.split("+", 1)[0], world.log_key, size, note)


@dataclass(frozen=True)
class Status:
    """How the house is. Spans in seconds, None where there is nothing to measure or nothing is sure; no secrets."""

    ready: bool
    clock_sure: bool
    clock_bound_seconds: float | None
    clock_assumed: bool
    worker_silent_seconds: float | None
    worker_alive: bool
    calendar_age_seconds: float | None
    calendar_fresh: bool
    vault: str


def status(world: World) -> Status:
    """The house as anyone may ask for it: a load balancer, an alarm. Raises Refused(STORAGE_UNAVAILABLE)."""
    now = world.clock.now()
    with world.storage.reading() as readers:
        beats = [row.at for row in readers.connection.execute(tables.heartbeats.select())]
        calendars = [calendar.read_at for calendar in readers.calendars.all()]
        keys = [row.not_after for row in readers.connection.execute(tables.vault_box_keys.select())]
    silent, age = _since(beats, now), _since(calendars, now)
    takes = bool(world.box_signer) and any(not now.maybe_past(not_after) for not_after in keys)
    alive = _is_within(silent, world.policy.timing.lease)
    return Status(
        ready=now.bounded and alive,
        clock_sure=now.bounded,
        clock_bound_seconds=(now.latest - now.earliest).total_seconds() / 2 if now.bounded else None,
        clock_assumed=world.clock.assumed,
        worker_silent_seconds=silent,
        worker_alive=alive,
        calendar_age_seconds=age,
        calendar_fresh=_is_within(age, world.policy.timing.calendar_life),
        vault="takes" if takes else "shut",
    )


def _since(instants: Iterable[datetime], now: Now) -> float | None:
    """Seconds since the newest of these at the longest; None where there is none or nothing is sure."""
    newest = max(instants, default=None)
    return None if newest is None or not now.bounded else max(0.0, (now.latest - newest).total_seconds())


def _is_within(seconds: float | None, span: timedelta) -> bool:
    return seconds is not None and seconds < span.total_seconds()
