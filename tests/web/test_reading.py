"""Who may read what: own team, accounts one has a grant on, what one must answer; what is embargoed, its list alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from gateway.domain.delivery import Delivery
from gateway.domain.grant import Kind
from gateway.domain.release import Release
from gateway.domain.submission import Submission
from gateway.world import World
from tests.cast import HOUR, NOON, an_account, enrol, entries, grant, on_list
from tests.web.callers import Office, a_delivery, a_post, a_release, a_submission, elsewhere, reason

# Everyone here is of another team than the author, so that only roles and grants count.
READERS: Mapping[str, tuple[str, tuple[Kind, ...]]] = {
    "watcher": ("author", (Kind.WATCH,)),
    "writer": ("author", (Kind.WRITE,)),
    "ungranted": ("author", ()),
    "approving": ("approver", (Kind.APPROVE,)),
    "unapproving": ("approver", (Kind.WATCH,)),
    "clearing": ("clearer", ()),
    "managing": ("account_owner", (Kind.MANAGE,)),
    "auditing": ("auditor", ()),
    "securing": ("security_officer", ()),
    "directing": ("director", ()),
}
ORDINARY = {"watcher", "writer", "approving", "unapproving", "clearing", "managing", "auditing", "securing"}
LISTED = ("approving", "directing")
DRAFTS = {"auditing"}


@dataclass(frozen=True)
class Arranged:
    """Readers of another team, and what ada's team put forward."""

    api: Office
    account: str
    release: Release
    open: Submission
    bound: Submission
    delivery: Delivery


@pytest.fixture
def arranged(world: World, api: Office) -> Arranged:
    account = an_account(world)
    for name, (role, kinds) in READERS.items():
        elsewhere(world, enrol(world, name, role))
        if kinds:
            grant(world, name, account, *kinds)
    release = a_release(world)
    on_list(world, release.id, *LISTED)
    return Arranged(
        api,
        account,
        release,
        a_submission(world, "ada", account),
        a_submission(world, "ada", account, release=release),
        a_delivery(world, "ada", account, release=release),
    )


def readers_of(arranged: Arranged, path: str) -> set[str]:
    told = {name: reason(arranged.api.ask(name, "GET", path)) for name in READERS}
    assert set(told.values()) <= {"ok", "not-found"}
    return {name for name, said in told.items() if said == "ok"}


def words_for(arranged: Arranged, path: str) -> set[str]:
    return {name for name in READERS if "A new page is out" in arranged.api.ask(name, "GET", path).text}


def listed_for(arranged: Arranged, path: str, id: str) -> set[str]:
    return {name for name in READERS if any(each["id"] == id for each in arranged.api.ask(name, "GET", path).json())}


def test_an_ordinary_submission_is_for_those_with_a_grant_and_those_who_answer(arranged: Arranged) -> None:
    assert readers_of(arranged, f"/submissions/{arranged.open.id}") == ORDINARY
    assert readers_of(arranged, f"/posts/{arranged.open.post}") == ORDINARY
    assert listed_for(arranged, "/submissions", arranged.open.id) == ORDINARY


def test_an_embargoed_one_is_known_to_those_who_know_ordinary_ones_and_read_by_its_list_alone(
    arranged: Arranged,
) -> None:
    known = ORDINARY - {"clearing"} | set(LISTED)
    for path in (f"/submissions/{arranged.bound.id}", f"/posts/{arranged.bound.post}"):
        assert readers_of(arranged, path) == known
        assert words_for(arranged, path) == set(LISTED)
    delivery = f"/deliveries/{arranged.delivery.id}"
    assert readers_of(arranged, delivery) == known
    assert words_for(arranged, delivery) == set(LISTED)
    assert listed_for(arranged, "/submissions", arranged.bound.id) == known
    assert listed_for(arranged, "/deliveries", arranged.delivery.id) == known
    own_team = arranged.api.ask("dev", "GET", f"/submissions/{arranged.bound.id}").json()
    assert (own_team["withheld"], own_team["submission"]["outgoings"]) == (True, [])


def test_once_the_release_is_out_it_is_ordinary(arranged: Arranged, world: World) -> None:
    out = a_release(world, NOON - HOUR, seen=True)
    submission = a_submission(world, "ada", arranged.account, release=out)
    assert readers_of(arranged, f"/submissions/{submission.id}") == ORDINARY - {"clearing"}


def test_past_its_instant_but_unseen_it_is_still_embargoed(arranged: Arranged, world: World) -> None:
    unseen = a_release(world, NOON - HOUR)
    submission = a_submission(world, "ada", arranged.account, release=unseen)
    assert words_for(arranged, f"/submissions/{submission.id}") == set()
    on_list(world, unseen.id, "watcher")
    assert words_for(arranged, f"/submissions/{submission.id}") == {"watcher"}


def test_what_was_never_put_forward_is_for_its_team_and_auditors(arranged: Arranged, world: World) -> None:
    draft = a_post(world, "ada")
    assert readers_of(arranged, f"/posts/{draft.post}") == DRAFTS
    assert listed_for(arranged, "/posts", draft.post) == DRAFTS


def test_a_grant_that_is_over_opens_nothing(arranged: Arranged, world: World) -> None:
    name = elsewhere(world, enrol(world, "late", "author"))
    grant(world, name, arranged.account, Kind.WATCH, ends=NOON)
    assert reason(arranged.api.ask(name, "GET", f"/submissions/{arranged.open.id}")) == "not-found"


def test_reading_an_embargoed_draft_is_told_and_an_ordinary_one_is_not(arranged: Arranged, world: World) -> None:
    arranged.api.ask("auditing", "GET", f"/submissions/{arranged.open.id}")
    assert entries(world, "draft.read") == []
    for path in (f"/submissions/{arranged.bound.id}", f"/posts/{arranged.bound.post}"):
        arranged.api.ask("auditing", "GET", path)
    assert entries(world, "draft.read") == [], "nothing was read: it was withheld"
    arranged.api.ask("directing", "GET", f"/submissions/{arranged.bound.id}")
    arranged.api.ask("approving", "GET", f"/posts/{arranged.bound.post}")
    arranged.api.ask("approving", "GET", f"/deliveries/{arranged.delivery.id}")
    told = [
        (entry.actor, entry.subject_kind, entry.facts["release"]) for entry in reversed(entries(world, "draft.read"))
    ]
    released = arranged.release.id
    assert told == [
        ("directing", "submission", released),
        ("approving", "post", released),
        ("approving", "delivery", released),
    ]


def test_lists_hold_no_wording(arranged: Arranged) -> None:
    for path in ("/submissions", "/posts", "/deliveries"):
        answer = arranged.api.ask("auditing", "GET", path)
        assert answer.json()
        assert "A new page is out" not in answer.text


def test_a_refused_reading_is_told(arranged: Arranged, world: World) -> None:
    arranged.api.ask("ungranted", "GET", f"/submissions/{arranged.bound.id}")
    (told,) = entries(world, "refused")
    assert (told.actor, told.subject_id, told.facts["act"]) == ("ungranted", arranged.bound.id, "submission.read")


def test_the_status_is_for_anyone_and_holds_no_secret(api: Office) -> None:
    said: Any = api.ask(None, "GET", "/status").json()
    assert said == {
        "ready": False,
        "clock_sure": True,
        "clock_bound_seconds": 0.0,
        "clock_assumed": True,
        "worker_silent_seconds": None,
        "worker_alive": False,
        "calendar_age_seconds": None,
        "calendar_fresh": False,
        "vault": "shut",
    }
