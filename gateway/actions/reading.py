"""Reading posts, submissions and deliveries: one's own team's, those on accounts one holds a grant on, those one must
answer. What is bound to a release that is not out is for its team, those who must answer it and auditors alone, and
reading it is told (house §11).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.actions.guard import acting, told_read
from gateway.actions.telling import tells
from gateway.domain.approval import Approval
from gateway.domain.clearance import Clearance
from gateway.domain.delivery import Delivery, State
from gateway.domain.embargo import is_published
from gateway.domain.grant import Grant, Kind
from gateway.domain.instant import Now
from gateway.domain.member import Member
from gateway.domain.policy import Roles
from gateway.domain.post import Post, Revision
from gateway.domain.publication import Publication
from gateway.domain.refusal import Reason, Refused
from gateway.domain.release import Release
from gateway.domain.submission import Submission, SubmissionState
from gateway.storage import tables
from gateway.storage.unit import Readers
from gateway.world import Who, World

READ_ALL = frozenset({"auditor", "security_officer"})
READ_EMBARGOED = frozenset({"auditor"})
NEWEST = 2_000


@dataclass(frozen=True)
class PostRead:
    """A post with its wordings, oldest first, and what was put forward of it."""

    post: Post
    revisions: tuple[Revision, ...]
    submissions: tuple[Submission, ...]


@dataclass(frozen=True)
class SubmissionRead:
    """A submission with every answer to it and what became of it."""

    submission: Submission
    approvals: tuple[Approval, ...]
    clearances: tuple[Clearance, ...]
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True)
class _Eyes:
    """Whose eyes these are: what may be seen is decided from these values alone."""

    me: Member
    accounts: Mapping[str, frozenset[Kind]]
    roles: Roles
    now: Now

    def may_see(self, submission: Submission, post: Post, release: Release | None) -> bool:
        """Own team, all-seeing roles, those with a grant, those who must answer; fewer while it is embargoed."""
        if self._is_own(post) or self._must_answer(submission):
            return True
        seeing = READ_EMBARGOED if is_embargoed(submission, release, self.now) else READ_ALL
        if seeing & set(self.me.roles):
            return True
        return seeing is READ_ALL and any(account in self.accounts for account in submission.wish.accounts)

    def may_see_draft(self, post: Post) -> bool:
        """What was never put forward is bound to nothing yet: for its team and auditors alone."""
        return self._is_own(post) or bool(READ_EMBARGOED & set(self.me.roles))

    def _is_own(self, post: Post) -> bool:
        return post.author == self.me.id or post.team == self.me.team

    def _must_answer(self, submission: Submission) -> bool:
        wanted = submission.wish.accounts
        approves = all(Kind.APPROVE in self.accounts.get(account, ()) for account in wanted)
        if approves and self._may("submission.approve"):
            return True
        return submission.needs_clearance and self._may("submission.clear")

    def _may(self, permission: str) -> bool:
        return self.roles.may(self.me.roles, permission)


def is_embargoed(submission: Submission, release: Release | None, now: Now) -> bool:
    """Bound to a release that is not surely out: no known entry, before its instant, or not seen as published."""
    if submission.wish.release is None:
        return False
    return release is None or not now.surely_past(release.instant) or not is_published(release)


def _eyes(readers: Readers, who: Who, world: World, now: Now) -> _Eyes:
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
        eyes = _eyes(unit, who, world, unit.now)
        post = unit.posts.get(post_id)
        submissions = unit.submissions.of_post(post_id)
        releases = _releases(unit, submissions)
        hidden = [s for s in submissions if not eyes.may_see(s, post, releases.get(s.wish.release or ""))]
        if hidden or not (submissions or eyes.may_see_draft(post)):
            raise Refused(Reason.NOT_FOUND, kind="post")
        revisions = unit.revisions.where(tables.revisions.c.post == post_id, order=(tables.revisions.c.number,))
        if bound := _embargoed(submissions, releases, unit.now):
            unit.commit(told_read(who, "draft.read", "post", post_id, release=bound))
        return PostRead(post, tuple(revisions), tuple(submissions))


def _releases(readers: Readers, submissions: Iterable[Submission]) -> dict[str, Release]:
    return readers.releases.many(s.wish.release for s in submissions if s.wish.release)


def _embargoed(submissions: Iterable[Submission], releases: Mapping[str, Release], now: Now) -> str | None:
    bound = (s for s in submissions if is_embargoed(s, releases.get(s.wish.release or ""), now))
    return next((s.wish.release for s in bound), None)


@tells("post.read", "post")
def list_posts(world: World, who: Who, limit: int = 100) -> list[Post]:
    """The newest posts of one's own team, or of everyone for auditors: names only, no wording."""
    with world.storage.reading() as readers:
        eyes = _eyes(readers, who, world, world.clock.now())
        newest = readers.posts.where(order=(tables.posts.c.created_at.desc(), tables.posts.c.id), limit=NEWEST)
        return [post for post in newest if eyes.may_see_draft(post)][:limit]


@tells("submission.read", "submission")
def read_submission(world: World, who: Who, submission_id: str) -> SubmissionRead:
    """A submission with its exact Outgoings, findings and answers. Told where embargoed. Raises Refused(NOT_FOUND)."""
    with world.storage.unit() as unit:
        eyes = _eyes(unit, who, world, unit.now)
        found, release = _visible(unit, eyes, submission_id, "submission")
        read = SubmissionRead(
            found,
            tuple(unit.approvals.of_submissions([found.id])),
            tuple(unit.clearances.of_submissions([found.id])),
            tuple(unit.deliveries.of_submission(found.id)),
        )
        if is_embargoed(found, release, unit.now):
            unit.commit(told_read(who, "draft.read", "submission", found.id, release=found.wish.release))
        return read


def _visible(readers: Readers, eyes: _Eyes, submission_id: str, kind: str) -> tuple[Submission, Release | None]:
    found = readers.submissions.find(submission_id)
    if found is None:
        raise Refused(Reason.NOT_FOUND, kind=kind)
    release = readers.releases.find(found.wish.release) if found.wish.release else None
    if not eyes.may_see(found, readers.posts.get(found.post), release):
        raise Refused(Reason.NOT_FOUND, kind=kind)
    return found, release


@tells("submission.read", "submission")
def list_submissions(world: World, who: Who, state: SubmissionState, limit: int = 100) -> list[Submission]:
    """The newest submissions in one state that `who` may see. For lists that show no wording: it is not told."""
    with world.storage.reading() as readers:
        eyes = _eyes(readers, who, world, world.clock.now())
        c = tables.submissions.c
        newest = readers.submissions.where(c.state == state, order=(c.submitted_at.desc(), c.id), limit=NEWEST)
        seen = _seen(readers, eyes, newest)
        return [submission for submission in newest if submission.id in seen][:limit]


def _seen(readers: Readers, eyes: _Eyes, submissions: Iterable[Submission]) -> set[str]:
    """Which of these submissions may be seen, read set-wise."""
    listed = list(submissions)
    posts, releases = readers.posts.many(s.post for s in listed), _releases(readers, listed)
    return {s.id for s in listed if eyes.may_see(s, posts[s.post], releases.get(s.wish.release or ""))}


@tells("delivery.read", "delivery")
def read_delivery(world: World, who: Who, delivery_id: str) -> Delivery:
    """One delivery with what it says. Told where embargoed. Raises Refused(NOT_FOUND)."""
    with world.storage.unit() as unit:
        eyes = _eyes(unit, who, world, unit.now)
        delivery = unit.deliveries.get(delivery_id)
        submission, release = _visible(unit, eyes, delivery.submission, "delivery")
        if is_embargoed(submission, release, unit.now):
            unit.commit(told_read(who, "draft.read", "delivery", delivery.id, release=delivery.release))
        return delivery


@tells("delivery.read", "delivery")
def list_deliveries(world: World, who: Who, state: State, limit: int = 100) -> list[Delivery]:
    """Deliveries in one state that `who` may see, earliest due first. For lists that show no wording."""
    with world.storage.reading() as readers:
        eyes = _eyes(readers, who, world, world.clock.now())
        found = readers.deliveries.in_state(state, NEWEST)
        submissions = readers.submissions.many(delivery.submission for delivery in found)
        seen = _seen(readers, eyes, submissions.values())
        return [delivery for delivery in found if delivery.submission in seen][:limit]


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
