"""A house that was lived in for years: 100,000 posts and 1,000,000 audit entries, made once and kept for the next run.

    with lived_in() as world: …    # a copy of the kept file; what a run writes does not stay

The file lies in var/bench under a fingerprint of what it is made by: another table or arrangement makes another file.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import Engine, event

from connectors.words import Receipt
from gateway.domain.access import AccessList, Listed
from gateway.domain.approval import Approval
from gateway.domain.audit import AuditEvent
from gateway.domain.breach import Breach, BreachKind, BreachState
from gateway.domain.change import Record
from gateway.domain.clearance import Clearance
from gateway.domain.delivery import Delivery, State
from gateway.domain.notice import Notice, NoticeKind
from gateway.domain.post import Content, Post, Revision
from gateway.domain.publication import Publication
from gateway.domain.release import Release, ReleaseState
from gateway.domain.submission import Submission, SubmissionState
from gateway.storage import tables
from gateway.storage.log import append, read_head
from gateway.world import World
from tests import cast
from tests.benchmarks.arrange import delivery

POSTS, ENTRIES, ACCOUNTS, PEOPLE, PIECE = 100_000, 1_000_000, 50, 300, 20_000
# The newest posts wait for answers; those before them are under way or went wrong lately; all others are out.
WAITING, COMING, WRONG = 200, 200, 60
RELEASES, BOUND_EVERY, NOTICES, BREACHES = 2_000, 10, 2_000, 5_000
BADLY = (State.UNKNOWN, State.LAPSED, State.REJECTED)
ACTS = (
    *("post.write", "submission.submit", "approval.give", "delivery.intent", "delivery.publish", "audit.read"),
    *("signin.code", "session.end", "refused"),
)
ACTORS = ("ada", "bola", "cleo", "worker", "worker", "eve", "ada", "bola", "anyone")
ROOT = Path(__file__).parents[2]
KEPT = ROOT / "var" / "bench"
MADE_BY = ("gateway/storage", "gateway/domain", "tests/benchmarks/house.py", "tests/benchmarks/arrange.py")


@contextmanager
def lived_in() -> Iterator[World]:
    """The house, to be measured: a copy, which goes when it is left."""
    kept = _kept()
    with tempfile.TemporaryDirectory(dir=KEPT) as folder:
        own = shutil.copyfile(kept, Path(folder, "gateway.db"))
        world = cast.bare_world(f"sqlite:///{own}")
        try:
            yield world
        finally:
            world.storage.close()


def _kept() -> Path:
    path = KEPT / f"house-{_fingerprint()}.db"
    if not path.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        for old in KEPT.glob("house-*"):
            old.unlink()
        began, making = time.perf_counter(), path.with_suffix(".making")
        furnish(cast.make_world(f"sqlite:///{making}"))
        making.rename(path)
        Path(f"{making}.write-lock").unlink(missing_ok=True)
        sys.stderr.write(f"the house was built in {time.perf_counter() - began:.0f} s; it is kept in {KEPT}\n")
    return path


def _fingerprint() -> str:
    made = hashlib.sha256()
    for place in MADE_BY:
        path = ROOT / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            made.update(file.read_bytes())
    return made.hexdigest()[:16]


def furnish(world: World) -> None:
    """Everything, in an empty house; indexes are made when the tables are full."""
    engine = world.storage.engine
    event.listen(engine, "connect", _carelessly)
    engine.dispose()
    indexes = [index for table in tables.METADATA.sorted_tables for index in table.indexes]
    with engine.begin() as connection:
        for index in indexes:
            index.drop(connection)
    accounts = [cast.an_account(world, f"account-{n:05}") for n in range(ACCOUNTS)]
    _write(world, _people(world))
    _write(world, _releases(world))
    _write(world, _posts(world, accounts))
    _write(world, _found(world, accounts))
    fill_log(world, ENTRIES)
    with engine.begin() as connection:
        for index in indexes:
            index.create(connection)
    _settle(engine)
    world.storage.close()


def _carelessly(connection: object, _record: object) -> None:
    """What is lost here is built again: no waiting for the disk."""
    if (run := getattr(connection, "execute", None)) and type(connection).__module__.startswith("sqlite3"):
        run("PRAGMA synchronous=OFF")


def _settle(engine: Engine) -> None:
    """What the database would have done by itself over the years: PostgreSQL its statistics, SQLite no journal."""
    with engine.connect() as connection:
        is_file = engine.dialect.name == "sqlite"
        if is_file:
            connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)" if is_file else "ANALYZE")
        connection.commit()


def _write(world: World, records: Iterator[Record]) -> None:
    while piece := list(islice(records, PIECE)):
        cast.write(world, *piece)


def _people(world: World) -> Iterator[Record]:
    """Three hundred people, most of other teams."""
    ada = cast.member(world, "ada")
    for n in range(PEOPLE):
        name = f"person-{n:03}"
        team, shown = ("Digital", "Surveys", "Census")[n % 3], f"Person {n}"
        yield replace(ada, id=name, name=name, name_key=name, display_name=shown, team=team, version=0)


def _releases(world: World) -> Iterator[Record]:
    """Two thousand, a few hours apart, half of them out; bola and ada may read what is bound to the next ones."""
    now = world.clock.now().earliest
    for n in range(RELEASES):
        instant = now + timedelta(hours=4 * (n - RELEASES // 2) + 2)
        seen = instant + timedelta(seconds=5) if instant < now else None
        title = f"Figures of series {n}"
        yield Release(
            id=f"release-{n:04}",
            title=title,
            instant=instant,
            state=ReleaseState.FINAL,
            seen_at=seen,
            source="test",
            imported_at=now,
        )
    listed = tuple(Listed(name, now, "olive") for name in ("ada", "bola"))
    for n in range(RELEASES // 2, RELEASES // 2 + 200):
        yield AccessList(id=f"release-{n:04}", people=listed)


def _posts(world: World, accounts: list[str]) -> Iterator[Record]:
    now = world.clock.now().earliest
    for number in range(POSTS):
        yield from _post(world, accounts[number % len(accounts)], number, now)


def _post(world: World, account: str, number: int, now: datetime) -> Iterator[Record]:
    """One post as far as it came; one in seven is another team's, the oldest thousand are of a team of old."""
    at = now - timedelta(days=700) + timedelta(minutes=10 * number)
    to_end = POSTS - number
    made = Made(world, account, number, now + timedelta(hours=max(1, to_end % 720)))
    team, author = (
        ("Census", "person-002")
        if number < 1000
        else ("Surveys", "person-001")
        if number % 7 == 0
        else ("Digital", "ada")
    )
    text = Content((f"Our offices are open. Notice {number}.",))
    yield Post(id=f"post-{number:07}", author=author, team=team, created_at=at)
    yield Revision(
        id=f"revision-{number:07}",
        post=f"post-{number:07}",
        number=1,
        author=author,
        content=text,
        salt=b"s" * 16,
        created_at=at,
    )
    if to_end <= WAITING:
        yield from made.waiting(author, at, _binding(number))
    elif to_end <= WAITING + COMING:
        yield from made.coming(author, at, _binding(number))
    elif to_end <= WAITING + COMING + WRONG:
        yield from made.gone_wrong(author, at, BADLY[number % 3], now - timedelta(hours=number % 200))
    else:
        yield from made.out(author, at)


def _binding(number: int) -> str | None:
    return f"release-{RELEASES // 2 + number % 100:04}" if number % BOUND_EVERY == 0 else None


class Made:
    """One submission with its answers and its delivery, as far as it came."""

    def __init__(self, world: World, account: str, number: int, due: datetime) -> None:
        self.number, self.account = number, account
        self.submission: Submission
        self.approval: Approval
        self.clearance: Clearance
        self.delivery: Delivery
        made = delivery(world, account, cast.PRETEND, number, due)
        self.submission, self.approval, self.clearance, self.delivery = made  # type: ignore[assignment]

    def _submitted(self, author: str, at: datetime, release: str | None, **more: object) -> Submission:
        wish = replace(self.submission.wish, release=release)
        made = replace(self.submission, author=author, submitted_at=at, wish=wish, **more)  # type: ignore[arg-type]
        return made

    def waiting(self, author: str, at: datetime, release: str | None) -> Iterator[Record]:
        """Nobody has answered yet; some wait for a clearer too."""
        needs = self.number % 3 == 0
        yield self._submitted(author, at, release, state=SubmissionState.WAITING, needs_clearance=needs)

    def coming(self, author: str, at: datetime, release: str | None) -> Iterator[Record]:
        """Approved, and due in the next weeks."""
        yield self._submitted(author, at, release)
        yield self.approval
        yield self.clearance
        yield replace(self.delivery, release=release)

    def gone_wrong(self, author: str, at: datetime, state: State, due: datetime) -> Iterator[Record]:
        """Nobody knows, or it ended badly."""
        yield self._submitted(author, at, None)
        yield self.approval
        yield replace(self.delivery, state=state, due_at=due, stamp=due, outcome="Too long")

    def out(self, author: str, at: datetime) -> Iterator[Record]:
        """It went out an hour after it was begun."""
        out = at + timedelta(hours=1)
        receipt = Receipt(str(self.number), f"https://pretend.example/{self.number}")
        yield self._submitted(author, at, None)
        yield self.approval
        yield self.clearance
        yield replace(self.delivery, state=State.PUBLISHED, due_at=out, stamp=out, ended_at=out, receipt=receipt)
        yield Publication(
            id=self.delivery.id,
            account=self.account,
            platform_id=str(self.number),
            url=receipt.url,
            at=out,
            lateness_ms=80,
            how="answered",
        )


def _found(world: World, accounts: list[str]) -> Iterator[Record]:
    """Notices to ada, and what the watcher found: most of it closed."""
    now = world.clock.now().earliest
    for n in range(NOTICES):
        about = f"submission-{POSTS - 1 - n:07}"
        yield Notice(
            id=f"notice-{n}",
            member="ada",
            kind=NoticeKind.COMMENTED,
            subject_kind="submission",
            subject_id=about,
            at=now - timedelta(minutes=n),
        )
    for n in range(BREACHES):
        yield Breach(
            id=f"breach-{n:05}",
            account=accounts[n % len(accounts)],
            kind=BreachKind.FOREIGN_POST,
            text=f"Something that we did not say {n}",
            fingerprint=hashlib.sha256(str(n).encode()).hexdigest(),
            before="",
            receipt=None,
            application=None,
            delivery=None,
            certain=True,
            found_at=now - timedelta(minutes=10 * n),
            state=BreachState.OPEN if n % 50 == 0 else BreachState.CLOSED,
        )


def fill_log(world: World, count: int) -> None:
    """Entries up to `count`, as the house appends them, in large pieces."""
    with world.storage.housekeeping() as connection:
        head, now = read_head(connection, lock=True), world.clock.now()
        while (size := head.frontier.size) < count:
            events = [_event(n) for n in range(size, min(size + PIECE, count))]
            head = append(connection, head, events, now)


def _event(number: int) -> AuditEvent:
    kind = number % len(ACTS)
    submission = number // len(ACTS) % POSTS
    facts = {"account": f"account-{number % ACCOUNTS:05}", "submission": f"submission-{submission:07}"}
    if number % 100_000 == 0:
        facts["why"] = "rare"
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    if kind > 5:
        return AuditEvent(
            ACTS[kind], ACTORS[kind], "member", ACTORS[kind], {"reason": "not-found"} if kind == 8 else {}
        )
    subject = f"delivery-{submission:07}" if kind > 2 else f"submission-{submission:07}"
    return AuditEvent(ACTS[kind], ACTORS[kind], subject.partition("-")[0], subject, {**facts, "digest": digest})
