"""People at the API: a client on a world, who speaks as a member of the cast; and things for them to act on."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from fastapi import FastAPI
from fastapi.testclient import TestClient

from connectors.words import AT_RELEASE
from gateway.actions.judging import findings_on, limits_of
from gateway.domain import submission as core
from gateway.domain.change import Record
from gateway.domain.delivery import Delivery, hold_all
from gateway.domain.instant import rfc3339
from gateway.domain.post import Content, Post, Revision
from gateway.domain.release import Release, ReleaseState
from gateway.domain.submission import Submission, SubmissionState, Wish
from gateway.web.app import create_app
from gateway.world import World
from tests.cast import HOUR, MINUTE, an_account, cookie, judged_under, member, stepped_up, write

API = "/api/v1"
HTTPS, HTTP = "https://gateway.example", "http://gateway.example"
HERE = "192.0.2.7"
DECLARED = ("common-sense", "civil-service-code", "no-doubt", "accurate", "permanent")
R = TypeVar("R", bound=Record)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Office:
    """A client on a world's API."""

    world: World
    client: TestClient

    def ask(self, name: str | None, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """One request as a member of the cast with a live session, or as nobody."""
        headers = {"Authorization": f"Bearer {cookie(self.world, name)}"} if name else {}
        headers |= more.pop("headers", {})
        return self.client.request(method, API + path, json=body, headers=headers, **more)

    def step_up(self, name: str, act: str, subject: str, digest: str = "") -> None:
        """A fresh factor for exactly this."""
        stepped_up(self.world, name, act, subject, digest)


def office(world: World, address: str = HTTPS, **more: Any) -> Office:
    """A client of the world's own application."""
    return Office(world, client_of(create_app(world, **more), address))


def client_of(app: FastAPI, address: str = HTTPS) -> TestClient:
    """A client from HERE, which sees faults as answers."""
    return TestClient(app, base_url=address, client=(HERE, 50_000), raise_server_exceptions=True)


def reason(answer: Any) -> str:
    """The problem's reason; "ok" for a 2xx."""
    if answer.status_code < 300:
        return "ok"
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return str(answer.json()["reason"])


def a_wish(account: str, wanted: str, **more: Any) -> Wish:
    """A wish for one account that claims no statistics."""
    asked: dict[str, Any] = {
        "accounts": (account,),
        "wanted": wanted,
        "content_class": "routine",
        "release": None,
        "claims_no_statistics": True,
        "declared": DECLARED,
    }
    return Wish(**(asked | more))


def a_post(world: World, author: str, text: str = "A new page is out.") -> Revision:
    """A post of one wording, not put forward."""
    number, at = next(_numbers), world.clock.now().earliest
    post = Post(id=f"post-{number}", author=author, team=member(world, author).team, created_at=at)
    content = Content(parts=(text,))
    revision = Revision(
        id=f"revision-{number}", post=post.id, number=1, author=author, content=content, created_at=at, salt=b"s" * 32
    )
    write(world, post, revision)
    return revision


def a_submission(world: World, author: str, account: str, *, release: Release | None = None) -> Submission:
    """A post put forward, waiting for answers: in an hour, or at its release."""
    revision = a_post(world, author)
    wanted = AT_RELEASE if release else rfc3339(world.clock.now().latest + HOUR)
    bound: dict[str, Any] = {"release": release.id, "claims_no_statistics": False} if release else {}
    wish = a_wish(account, wanted, **bound)
    outgoings = core.outgoings_of(revision.content, wish, {})
    with world.storage.reading() as readers:
        accounts = readers.accounts.many([account])
    found = findings_on(outgoings, accounts, limits_of(world, accounts.values()), world.policy, world.clock.now())
    number = next(_numbers)
    judged = core.Judged(found, core.UNJUDGED, release is None, "test-policy", judged_under(world))
    change = core.submit(f"submission-{number}", revision, wish, outgoings, judged, at=revision.created_at)
    write(world, *change.records)
    return one(Submission, change.records)


def a_delivery(world: World, author: str, account: str, *, release: Release | None = None) -> Delivery:
    """A delivery, held."""
    submission = a_submission(world, author, account, release=release)
    held = replace(submission, version=1, state=SubmissionState.HELD)
    made = hold_all(held, [f"delivery-{next(_numbers)}"], {account: "pretend"}, release, submission.submitted_at)
    write(world, held, *made.records)
    return one(Delivery, made.records)


def a_release(world: World, instant: datetime | None = None, *, seen: bool = False) -> Release:
    """A final release, in an hour unless an instant is given."""
    at = instant or world.clock.now().latest + HOUR
    release = Release(
        id=f"/releases/number{next(_numbers)}",
        title="Prices",
        instant=at,
        state=ReleaseState.FINAL,
        seen_at=at + MINUTE if seen else None,
        source="file",
        imported_at=world.clock.now().earliest,
    )
    write(world, release)
    return release


def one(kind: type[R], records: Iterable[Record]) -> R:
    """The one record of a kind, as it is stored now."""
    (found,) = (record for record in records if isinstance(record, kind))
    return replace(found, version=1)


def elsewhere(world: World, name: str) -> str:
    """Move a member to another team."""
    write(world, replace(member(world, name), team="Elsewhere"))
    return name


def foreign_account(world: World) -> str:
    """An account of another team, without grants."""
    account = an_account(world, "foreign-account", grants={})
    with world.storage.reading() as readers:
        found = readers.accounts.get(account)
    write(world, replace(found, owner_team="Elsewhere"))
    return account
