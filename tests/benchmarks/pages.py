"""The pages' lists with 100,000 posts and 1,000,000 audit entries behind them: server time, and to a bare page."""

from __future__ import annotations

import hashlib
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient

from connectors.words import Receipt
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Record
from gateway.domain.delivery import State
from gateway.domain.notice import Notice, NoticeKind
from gateway.domain.post import Content, Post, Revision
from gateway.domain.publication import Publication
from gateway.domain.submission import SubmissionState
from gateway.storage.log import append, read_head
from gateway.world import World
from tests import cast
from tests.benchmarks.arrange import delivery
from tests.benchmarks.figures import Figure, show
from tests.web.pages.visitors import Visitor

POSTS, ENTRIES, ACCOUNTS, PIECE = 100_000, 1_000_000, 50, 5_000
ASKED, WARM = 60, 3
MOST_MS, MOST_RATIO = 60, 8
WAITING = 200
# Whose list it is, and its address.
LISTS = (
    ("eve", "/audit"),
    ("eve", "/audit?person=ada"),
    ("eve", "/audit?person=bea"),
    ("eve", "/audit?account=account-00007"),
    ("eve", "/audit?act=delivery.publish"),
    ("eve", "/audit?word=rare"),
    ("eve", "/audit?post=post-0000500"),
    ("eve", "/audit?person=ada&act=approval.give&since=2026-03-02T12:00"),
    ("eve", "/audit?before=500000"),
    ("eve", "/audit/drafts"),
    ("eve", "/audit/posts/post-0000500"),
    ("ada", "/"),
    ("ada", "/notices"),
    ("ada", "/posts"),
    ("ada", "/queue"),
    ("ada", "/publications"),
    ("olu", "/accounts"),
)


def main() -> None:
    """Arrange, measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        world = cast.make_world(f"sqlite:///{folder}/gateway.db")
        fill_records(world)
        fill_log(world, ENTRIES)
        arranged = time.perf_counter() - began
        bare = p95(bare_page())
        figures = [Figure("bare_ms", round(bare, 2), "ms")]
        for name, path in LISTS:
            visitor = Visitor.of(world, name)
            took = p95(asking(visitor, path))
            figures.append(Figure(f"{path} ms", round(took, 1), "ms", at_most=MOST_MS))
            figures.append(Figure(f"{path} ratio", round(took / bare, 1), "×", at_most=MOST_RATIO))
        show("pages", figures, posts=POSTS, entries=ENTRIES, arranged_s=round(arranged))
        world.storage.close()


def p95(ask: Callable[[], None]) -> float:
    """Milliseconds that 95 of 100 answers stay within, after warming up."""
    for _ in range(WARM):
        ask()
    times = []
    for _ in range(ASKED):
        began = time.perf_counter()
        ask()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.quantiles(times, n=20)[-1]


def asking(visitor: Visitor, path: str) -> Callable[[], None]:
    """One request, which must be answered with a page."""

    def ask() -> None:
        answer = visitor.get(path)
        assert answer.status_code == 200, (path, answer.status_code)

    return ask


def bare_page() -> Callable[[], None]:
    """A FastAPI page that does nothing, over the same client."""
    app = FastAPI()

    @app.get("/", response_class=HTMLResponse)
    def page() -> str:
        return "<!DOCTYPE html><title>Bare</title><h1>Bare</h1>"

    client = TestClient(app)

    def ask() -> None:
        assert client.get("/").status_code == 200

    return ask


def fill_records(world: World) -> None:
    """100,000 posts of Ada's on fifty accounts: most went out, some wait, some are due."""
    at = world.clock.now().earliest - timedelta(days=100)
    accounts = [cast.an_account(world, f"account-{n:05}") for n in range(ACCOUNTS)]
    piece: list[Record] = []
    for number in range(POSTS):
        piece += _post(world, accounts[number % ACCOUNTS], number, at + timedelta(seconds=number))
        if len(piece) >= PIECE:
            cast.write(world, *piece)
            piece = []
    cast.write(world, *piece)


def _post(world: World, account: str, number: int, at: datetime) -> Iterator[Record]:
    submission, approval, clearance, made = delivery(world, account, cast.PRETEND, number, at + timedelta(hours=1))
    post, text = f"post-{number:07}", Content((f"Our offices are open. Notice {number}.",))
    yield Post(id=post, author="ada", team="Digital", created_at=at)
    yield Revision(
        id=f"revision-{number:07}", post=post, number=1, author="ada", content=text, salt=b"s" * 16, created_at=at
    )
    is_open = number >= POSTS - WAITING
    state = SubmissionState.WAITING if is_open else SubmissionState.HELD
    yield replace(submission, state=state, submitted_at=at)  # type: ignore[call-arg]
    if is_open:
        yield Notice(
            id=f"notice-{number}",
            member="ada",
            kind=NoticeKind.COMMENTED,
            subject_kind="submission",
            subject_id=submission.id,
            at=at,
        )
        return
    yield from (approval, clearance)
    if number >= POSTS - 2 * WAITING:
        yield replace(made, due_at=at + timedelta(days=200))  # type: ignore[call-arg]
        return
    receipt = Receipt(str(number), f"https://pretend.example/{number}")
    yield replace(made, state=State.PUBLISHED, ended_at=at, receipt=receipt)  # type: ignore[call-arg]
    yield Publication(
        id=made.id, account=account, platform_id=str(number), url=receipt.url, at=at, lateness_ms=80, how="answered"
    )


ACTS = ("post.write", "submission.submit", "approval.give", "delivery.intent", "delivery.publish", "audit.read")
PEOPLE = ("ada", "bola", "cleo", "worker", "worker", "eve")


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
    subject = f"delivery-{submission:07}" if kind > 2 else f"submission-{submission:07}"
    return AuditEvent(ACTS[kind], PEOPLE[kind], subject.partition("-")[0], subject, {**facts, "digest": digest})


if __name__ == "__main__":
    main()
