"""Posts, their wordings, pictures, submissions and the answers to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import case, func, select

from gateway.domain.access import AccessList
from gateway.domain.approval import Approval
from gateway.domain.clearance import Clearance
from gateway.domain.comment import Comment
from gateway.domain.correction import Correction
from gateway.domain.notice import Notice
from gateway.domain.post import Media, Post, Revision
from gateway.domain.release import Calendar, Coming, Release, ReleaseState
from gateway.domain.submission import Submission, SubmissionState
from gateway.domain.telling import Telling
from gateway.domain.template import Template
from gateway.storage import tables
from gateway.storage.cut import Cut
from gateway.storage.shelf import CHUNK, Shelf


class Posts(Shelf[Post]):
    """Posts."""

    kind, table = Post, tables.posts

    def latest(self, limit: int, cut: Cut | None = None) -> list[Post]:
        """Newest first."""
        return self.newest(by=self.table.c.created_at, limit=limit, cut=cut)

    def latest_of(self, member: str, team: str, limit: int, cut: Cut | None = None) -> list[Post]:
        """Those of a team and of a member, newest first: two walks down an index, merged."""
        c = self.table.c
        team_s = self.newest(c.team == team, by=c.created_at, limit=limit, cut=cut)
        own = self.newest(c.author == member, by=c.created_at, limit=limit, cut=cut)
        each = {post.id: post for post in (*team_s, *own)}.values()
        found = sorted(each, key=lambda post: (post.created_at, post.id), reverse=True)
        return found[-limit:] if cut is not None and cut.back else found[:limit]


class Revisions(Shelf[Revision]):
    """Wordings."""

    kind, table = Revision, tables.revisions

    def of_post(self, post: str) -> list[Revision]:
        """A post's wordings, oldest first."""
        return self.where(self.table.c.post == post, order=(self.table.c.number,))

    def bindings(self, posts: Iterable[str]) -> set[tuple[str, str]]:
        """Each of these posts with each release that a wording of it was written for."""
        c, wanted, found = self.table.c, sorted(set(posts)), set()
        for at in range(0, len(wanted), CHUNK):
            query = select(c.post, c.release).where(c.post.in_(wanted[at : at + CHUNK]), c.release.is_not(None))
            found |= {(post, release) for post, release in self._connection.execute(query.distinct())}
        return found


class MediaShelf(Shelf[Media]):
    """Pictures with their bytes: read few at a time."""

    kind, table = Media, tables.media

    def words(self, ids: Iterable[str]) -> dict[str, str | None]:
        """The words read in each picture, without its bytes; None where it was not read."""
        wanted = sorted(set(ids))
        found: dict[str, str | None] = {}
        table, seal = self.table, self._seal
        for at in range(0, len(wanted), CHUNK):
            query = select(table.c.id, table.c.words).where(table.c.id.in_(wanted[at : at + CHUNK]))
            found.update({id: seal.open_one(table, id, "words", kept) for id, kept in self._connection.execute(query)})
        return found

    def sizes(self, ids: Iterable[str], brought_by: str) -> dict[str, tuple[int, int]]:
        """Width and height of those of these pictures that this member brought, without their bytes."""
        c = self.table.c
        query = select(c.id, c.width, c.height, c.brought_by).where(c.id.in_(sorted(set(ids))[:CHUNK]))
        found = self._connection.execute(query)
        return {id: (width, height) for id, width, height, people in found if brought_by in people}


class Submissions(Shelf[Submission]):
    """Submissions."""

    kind, table = Submission, tables.submissions

    def of_post(self, post: str) -> list[Submission]:
        """A post's submissions, oldest first."""
        return self.where(self.table.c.post == post, order=(self.table.c.submitted_at,))

    def bindings(self, posts: Iterable[str], known: Collection[str] = ()) -> set[tuple[str, str]]:
        """Each of these posts with each release that it was put forward for, whatever became of that; those `known`
        are not opened again.
        """
        table, c, wanted, found = self.table, self.table.c, sorted(set(posts)), set()
        for at in range(0, len(wanted), CHUNK):
            query = select(c.id, c.post, c.wish).where(c.post.in_(wanted[at : at + CHUNK]))
            others = (row for row in self._connection.execute(query).all() if row[0] not in known)
            for id, post, kept in others:
                release = self._seal.open_one(table, id, "wish", kept).release
                found |= {(post, release)} if release else set()
        return found

    def correcting(self, *deliveries: str) -> list[Submission]:
        """Those that put these published posts right and were not refused, taken back or replaced, oldest first."""
        live = (SubmissionState.WAITING, SubmissionState.HELD)
        # Sorted and sifted here: asked for state and order too, SQLite would walk all that was ever held.
        found = [each for each in self.where(self.table.c.corrects.in_(deliveries)) if each.state in live]
        return sorted(found, key=lambda each: each.submitted_at)

    def waiting_for(self, release: str) -> list[Submission]:
        """Those that wait for answers and are bound to this release."""
        waiting = self.where(self.table.c.state == SubmissionState.WAITING, order=(self.table.c.submitted_at,))
        return [submission for submission in waiting if submission.wish.release == release]

    def waiting(self, limit: int) -> list[Submission]:
        """Those that wait for answers, oldest first."""
        return self.where(
            self.table.c.state == SubmissionState.WAITING, order=(self.table.c.submitted_at,), limit=limit
        )


class Approvals(Shelf[Approval]):
    """Answers to submissions."""

    kind, table = Approval, tables.approvals

    def of_submissions(self, ids: Iterable[str]) -> list[Approval]:
        """Every answer to these submissions."""
        return self.among(self.table.c.submission, ids)


class Clearances(Shelf[Clearance]):
    """Answers to claims of no unpublished statistics."""

    kind, table = Clearance, tables.clearances

    def of_submissions(self, ids: Iterable[str]) -> list[Clearance]:
        """Every clearance of these submissions."""
        return self.among(self.table.c.submission, ids)


class Comments(Shelf[Comment]):
    """What people say about submissions."""

    kind, table = Comment, tables.comments

    def of_submissions(self, ids: Iterable[str]) -> list[Comment]:
        """Every comment on these submissions, oldest first."""
        return sorted(self.among(self.table.c.submission, ids), key=lambda each: (each.at, each.id))


class Templates(Shelf[Template]):
    """Texts that a team starts its posts from."""

    kind, table = Template, tables.templates

    def of_team(self, team: str) -> list[Template]:
        """Those that were not removed."""
        c = self.table.c
        return self.where(c.team == team, c.removed_at.is_(None))


class Releases(Shelf[Release]):
    """Calendar entries."""

    kind, table = Release, tables.releases

    def coming(self, since: datetime, limit: int | None = None) -> list[Coming]:
        """Those from an instant on that are not cancelled, by instant; the first of them where there is a limit."""
        c = self.table.c
        wanted = select(c.id, c.title, c.instant).where(c.instant >= since, c.state != ReleaseState.CANCELLED)
        rows = self._connection.execute(wanted.order_by(c.instant, c.id).limit(limit)).all()
        return [Coming(*row) for row in rows]

    def between(self, begins: datetime, ends: datetime) -> list[tuple[Coming, ReleaseState]]:
        """Every one of a span with its state, by instant."""
        c = self.table.c
        wanted = select(c.state, c.id, c.title, c.instant).where(c.instant >= begins, c.instant < ends)
        rows = self._connection.execute(wanted.order_by(c.instant, c.id)).all()
        return [(Coming(*line), state) for state, *line in rows]

    def stamp(self) -> tuple[int, int]:
        """How many there are and the sum of their versions: another pair wherever one was entered or changed."""
        c = self.table.c
        count, versions = self._connection.execute(select(func.count(), func.coalesce(func.sum(c.version), 0))).one()
        return int(count), int(versions)


class AccessLists(Shelf[AccessList]):
    """Who may read what is bound to a release before it is out."""

    kind, table = AccessList, tables.access_lists


class Calendars(Shelf[Calendar]):
    """Calendar sources."""

    kind, table = Calendar, tables.calendars


class Tellings(Shelf[Telling]):
    """What each calendar said last of each release."""

    kind, table = Telling, tables.tellings

    def about(self, releases: Iterable[str]) -> list[Telling]:
        """What any calendar said of these."""
        return self.among(self.table.c.release, releases)

    def ahead(self, source: str, now: datetime) -> list[Telling]:
        """What this calendar still says is to come."""
        c = self.table.c
        return self.where(c.source == source, c.instant > now, c.gone_at.is_(None), order=(c.instant, c.id))


class Corrections(Shelf[Correction]):
    """What people want releases changed to by hand."""

    kind, table = Correction, tables.corrections

    def open_of(self, releases: Iterable[str]) -> list[Correction]:
        """Those of these releases that nobody has agreed to, oldest first."""
        found = [each for each in self.among(self.table.c.release, releases) if each.ended_at is None]
        return sorted(found, key=lambda each: (each.at, each.id))


class Notices(Shelf[Notice]):
    """Notices to members."""

    kind, table = Notice, tables.notices

    def of_member(self, member: str, limit: int, *, unread: bool = False, cut: Cut | None = None) -> list[Notice]:
        """A member's own, newest first."""
        c = self.table.c
        only_unread = [c.read_at.is_(None)] if unread else []
        return self.newest(c.member == member, *only_unread, by=c.at, limit=limit, cut=cut)

    def count_unread(self, member: str, most: int) -> int:
        """How many a member has not read, counted up to `most`."""
        c = self.table.c
        unread = select(c.id).where(c.member == member, c.read_at.is_(None)).limit(most).subquery()
        return int(self._connection.execute(select(func.count()).select_from(unread)).scalar_one())

    def mail_counts(self) -> tuple[int, int]:
        """How many have an e-mail that is not over, and how many of these were tried."""
        c = self.table.c
        tried = func.coalesce(func.sum(case((c.mail_tries > 0, 1), else_=0)), 0)
        count, again = self._connection.execute(select(func.count(), tried).where(c.mail_after.is_not(None))).one()
        return int(count), int(again)

    def to_mail(self, instant: datetime, limit: int) -> list[Notice]:
        """Those whose e-mail may be tried at an instant, the longest waiting first."""
        c = self.table.c
        return self.where(c.mail_after <= instant, order=(c.mail_after, c.id), limit=limit)
