"""G16, short form: every role on every route, on what is theirs, on another team's and on what is not there.

What must come out is written here, from config/policy/roles.toml and the grants of the cast; nothing is asked of the
code under test. A fresh factor is never brought along: "step-up-needed" says that everything else was allowed.
"""

from __future__ import annotations

import dataclasses
import shutil
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from connectors.words import Receipt
from gateway.domain.account import Freeze
from gateway.domain.breach import Breach, BreachKind, fingerprint
from gateway.domain.consent import Consent
from gateway.domain.delivery import State
from gateway.domain.grant import Kind
from gateway.domain.template import Template
from gateway.storage.unit import Storage
from gateway.web.app import create_app
from gateway.web.routes import ROUTES
from gateway.world import World
from tests.cast import (
    HOUR,
    NOON,
    POLICY_FOLDER,
    ROLES,
    SEAL,
    SECOND,
    StoppedClock,
    an_account,
    cookie,
    enrol,
    grant,
    make_world,
    write,
)
from tests.web.callers import (
    DECLARED,
    Office,
    a_delivery,
    a_post,
    a_release,
    a_submission,
    client_of,
    elsewhere,
    foreign_account,
    reason,
)

MAY = {
    name: set(role["may"]) for name, role in tomllib.loads((POLICY_FOLDER / "roles.toml").read_text())["roles"].items()
}
PEOPLE = {name: ROLES[name] for name in ("ada", "bola", "cyd", "dev", "eve", "sam", "olu", "cleo")} | {
    "dora": ("director",)
}
OWN, OTHER, ABSENT = "own", "other", "absent"
NOWHERE = "nothing-like-it"
AT = "2026-03-02T15:00:00Z"
WORDING = {"parts": ["Words"]}
Expected = str | Callable[[str], str]


def only(*people: str, then: str = "ok", otherwise: str) -> Callable[[str], str]:
    """`then` for these people, `otherwise` for everyone else who has the permission."""
    return lambda name: then if name in people else otherwise


@dataclass(frozen=True)
class Row:
    """A route, the permission that policy asks for, a body, and what must come out for each kind of object."""

    method: str
    path: str
    permission: str
    expected: Mapping[str, Expected]
    body: Any = None


TEAM_AND_ALL_SEEING: Mapping[str, Expected] = {
    OWN: "ok",
    OTHER: only("eve", "sam", "cleo", otherwise="not-found"),
    ABSENT: "not-found",
}
NEEDS_CODE = {OWN: "step-up-needed", ABSENT: "not-found"}
OWNERS = {OWN: "step-up-needed", OTHER: "no-grant", ABSENT: "not-found"}
FINE = {OWN: "ok"}
HANDLED: Mapping[str, Expected] = {OWN: "ok", OTHER: only("sam", otherwise="no-grant"), ABSENT: "not-found"}
WISH = {
    "accounts": ["{account}"],
    "wanted": AT,
    "content_class": "routine",
    "claims_no_statistics": True,
    "declared": list(DECLARED),
}
NEWCOMER = {"name": "new", "display_name": "New", "team": "Digital", "roles": ["author"]}
ACCOUNT = {
    "platform": "pretend",
    "origin": "https://pretend.example",
    "handle": "new",
    "owner_team": "Digital",
    "responsible": "Olu",
    "accountable": "Head",
}

TABLE = (
    Row("GET", "/members", "member.read", FINE),
    Row("POST", "/members", "member.invite", FINE, NEWCOMER),
    Row("POST", "/members/{invited}/invitation", "member.invite", {OWN: "ok", ABSENT: "not-found"}),
    Row("PUT", "/members/{member}/roles", "member.roles", NEEDS_CODE, {"roles": ["approver"]}),
    Row("POST", "/members/{member}/leave", "member.leave", NEEDS_CODE),
    Row("POST", "/members/{member}/unlock-factor", "member.factor", NEEDS_CODE),
    Row("POST", "/members/{member}/reset-factor", "member.factor", NEEDS_CODE),
    Row("GET", "/accounts", "account.read", FINE),
    Row("POST", "/accounts", "account.create", FINE, ACCOUNT),
    Row(
        "PUT",
        "/accounts/{account}/factor",
        "account.factor",
        {OWN: "ok", OTHER: "ok", ABSENT: "not-found"},
        {"state": "on", "recovery_owner": "Team"},
    ),
    Row(
        "POST",
        "/accounts/{account}/credential",
        "account.connect",
        {OWN: "vault-shut", OTHER: "no-grant", ABSENT: "not-found"},
        {"fields": {"app_password": "secret"}},
    ),
    Row("DELETE", "/accounts/{account}/credential", "account.connect", OWNERS),
    Row(
        "POST",
        "/accounts/{account}/authorisation",
        "account.connect",
        {OWN: "consent-not-offered", OTHER: "no-grant", ABSENT: "not-found"},
    ),
    Row(
        "GET",
        "/authorisations/{consent}",
        "account.connect",
        {OWN: only("olu", otherwise="not-found"), ABSENT: "not-found"},
    ),
    Row("POST", "/authorisations/answer", "account.connect", {OWN: "consent-refused"}, {"state": "no-such-state"}),
    Row("GET", "/accounts/{account}/grants", "grant.read", {OWN: "ok", OTHER: "ok", ABSENT: "ok"}),
    Row(
        "POST", "/accounts/{account}/grants", "grant.write", OWNERS, {"member": "dev", "kinds": ["write"], "begins": AT}
    ),
    Row(
        "POST",
        "/grants",
        "grant.write",
        OWNERS,
        {"grants": [{"account": "{account}", "member": "dev", "kinds": ["write"], "begins": AT}]},
    ),
    Row("DELETE", "/grants/{grant}", "grant.write", OWNERS),
    Row("GET", "/posts", "post.read", FINE),
    Row("POST", "/posts", "post.write", FINE, WORDING),
    Row("GET", "/posts/{post}", "post.read", TEAM_AND_ALL_SEEING),
    Row("POST", "/posts/{post}/revisions", "post.write", {OWN: "ok", OTHER: "not-found", ABSENT: "not-found"}, WORDING),
    Row("GET", "/templates", "post.write", FINE),
    Row("POST", "/templates", "post.write", FINE, {"title": "Closed", "text": "Our offices are closed."}),
    Row("DELETE", "/templates/{template}", "post.write", {OWN: "ok", OTHER: "not-found", ABSENT: "not-found"}),
    Row("GET", "/submissions", "post.read", FINE),
    Row(
        "GET",
        "/posts/{post}/media/" + "0" * 64,
        "post.read",
        {OWN: "not-found", OTHER: "not-found", ABSENT: "not-found"},
    ),
    Row(
        "POST",
        "/submissions/check",
        "post.write",
        {OWN: only("ada", otherwise="not-found"), OTHER: "not-found", ABSENT: "not-found"},
        WISH | {"revision": "{draft}"},
    ),
    Row(
        "POST",
        "/submissions",
        "submission.submit",
        {OWN: only("ada", otherwise="not-found"), OTHER: "not-found", ABSENT: "not-found"},
        WISH | {"revision": "{draft}"},
    ),
    Row("GET", "/submissions/{submission}", "post.read", TEAM_AND_ALL_SEEING),
    Row(
        "POST",
        "/submissions/{submission}/withdraw",
        "submission.withdraw",
        {
            OWN: only("dev", then="no-grant", otherwise="ok"),
            OTHER: only("sam", otherwise="no-grant"),
            ABSENT: "not-found",
        },
    ),
    Row(
        "POST",
        "/submissions/{submission}/take-over",
        "submission.submit",
        {OWN: "wrong-state", OTHER: "not-found", ABSENT: "not-found"},
        {"declared": list(DECLARED)},
    ),
    Row("POST", "/submissions/{submission}/approve", "submission.approve", OWNERS, {"digest": "{digest}"}),
    Row(
        "POST",
        "/submissions/{submission}/reject",
        "submission.approve",
        OWNERS,
        {"digest": "{digest}", "reason": "No."},
    ),
    Row(
        "POST",
        "/submissions/{submission}/clear",
        "submission.clear",
        {OWN: "step-up-needed", OTHER: "step-up-needed", ABSENT: "not-found"},
        {"digest": "{digest}", "granted": True, "reason": "No figures."},
    ),
    Row("GET", "/submissions/{submission}/comments", "post.read", TEAM_AND_ALL_SEEING),
    Row(
        "POST",
        "/submissions/{submission}/comments",
        "submission.comment",
        {OWN: "ok", OTHER: only("cleo", otherwise="not-found"), ABSENT: "not-found"},
        {"text": "Whose figure is that?"},
    ),
    Row("GET", "/releases", "account.read", FINE),
    Row("POST", "/releases/import", "release.import", {OWN: "calendar-refused"}, {"not": "a calendar"}),
    Row("GET", "/release?id={release}", "account.read", {OWN: "ok", ABSENT: "not-found"}),
    Row("POST", "/releases/confirm", "release.confirm", {OWN: "ok", ABSENT: "not-found"}, {"release": "{release}"}),
    Row(
        "POST",
        "/releases/change",
        "release.change",
        {OWN: "ok", ABSENT: "not-found"},
        {"release": "{release}", "instant": AT, "state": "cancelled"},
    ),
    Row("GET", "/releases/access?release={release}", "access.read", {OWN: "ok", ABSENT: "not-found"}),
    Row(
        "PUT",
        "/releases/access",
        "access.write",
        NEEDS_CODE,
        {"release": "{release}", "members": ["{member}"]},
    ),
    Row(
        "DELETE",
        "/releases/access?release={release}&member={member}",
        "access.write",
        {OWN: "not-found", ABSENT: "not-found"},
    ),
    Row("GET", "/deliveries", "post.read", FINE),
    Row("GET", "/deliveries/{delivery}", "post.read", TEAM_AND_ALL_SEEING),
    Row("POST", "/deliveries/{delivery}/settle", "delivery.settle", OWNERS, {"decision": "held"}),
    Row(
        "POST",
        "/deliveries/{delivery}/settle-by-link",
        "delivery.settle",
        OWNERS,
        {"link": "https://pretend.example/1"},
    ),
    Row(
        "POST",
        "/deliveries/{delivery}/lift",
        "delivery.lift",
        {OWN: "wrong-state", OTHER: "no-grant", ABSENT: "not-found"},
        {"reason": "The calendar says it is final again."},
    ),
    Row("POST", "/deliveries/{delivery}/look", "delivery.settle", {OWN: "ok", OTHER: "no-grant", ABSENT: "not-found"}),
    Row(
        "POST",
        "/deliveries/{delivery}/remove",
        "publication.remove",
        {OWN: only("ada", "olu", then="wrong-state", otherwise="no-grant"), OTHER: "no-grant", ABSENT: "not-found"},
    ),
    Row(
        "POST",
        "/submissions/{submission}/remove",
        "publication.remove",
        {OWN: only("ada", "olu", then="wrong-state", otherwise="no-grant"), OTHER: "no-grant", ABSENT: "not-found"},
    ),
    Row("GET", "/submissions/{submission}/removals", "post.read", TEAM_AND_ALL_SEEING),
    Row("GET", "/publications", "post.read", FINE),
    Row("GET", "/breaches", "breach.read", FINE),
    Row("GET", "/breaches/{breach}", "breach.read", {OWN: "ok", OTHER: "ok", ABSENT: "not-found"}),
    Row("POST", "/breaches/{breach}/acknowledge", "breach.handle", HANDLED, {"reason": "Seen."}),
    Row("POST", "/breaches/{breach}/close", "breach.handle", HANDLED, {"reason": "Taken down."}),
    Row(
        "POST",
        "/breaches/{breach}/remove",
        "publication.remove",
        {OWN: only("olu", otherwise="no-grant"), OTHER: "no-grant", ABSENT: "not-found"},
    ),
    Row("GET", "/freezes", "freeze.read", FINE),
    Row(
        "POST",
        "/freezes",
        "freeze.write",
        {OWN: "step-up-needed", OTHER: "step-up-needed", ABSENT: "not-found"},
        {"scope": "account", "target": "{account}", "reason": "Hijacked."},
    ),
    Row("POST", "/freezes/{freeze}/thaw", "freeze.write", NEEDS_CODE),
    Row("GET", "/vault/keys", "vault.read", FINE),
    Row("POST", "/vault/rotation", "vault.rotate", {OWN: "step-up-needed"}),
    Row("GET", "/audit/entries", "audit.read", FINE),
    Row("GET", "/audit/entries/9/proof", "audit.read", {OWN: "not-found"}),
    Row("GET", "/audit/publications", "audit.read", FINE),
    Row("GET", "/audit/checkpoint", "audit.read", FINE),
    Row("POST", "/audit/export", "audit.export", {OWN: "not-found"}),
    Row("POST", "/media", "post.write", {OWN: "picture-refused"}, b"no picture"),
)


@dataclass(frozen=True)
class Stage:
    """A world as arranged, kept to be copied; the ids of what is the cast's own and another team's."""

    path: Path
    world: World
    office: Office
    ids: Mapping[str, Mapping[str, str]]

    def anew(self, folder: Path) -> None:
        """Put the world back as it was arranged."""
        path = folder / "copy.db"
        for old in folder.glob("copy.db*"):
            old.unlink()
        shutil.copy(self.path, path)
        clock = StoppedClock(NOON + SECOND)
        fresh = dataclasses.replace(self.world, storage=Storage.at(f"sqlite:///{path}", clock.now, SEAL), clock=clock)
        self.office.client.app.state.world.storage.close()  # type: ignore[attr-defined]
        self.office.client.app.state.world = fresh  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The cast, their own things and another team's, everyone signed in."""
    folder = tmp_path_factory.mktemp("matrix")
    path = folder / "arranged.db"
    world = make_world(f"sqlite:///{path}")
    enrol(world, "dora", "director")
    elsewhere(world, enrol(world, "zed", "author"))
    own, other = an_account(world), foreign_account(world)
    ids = {OWN: arranged(world, "ada", own), OTHER: arranged(world, "zed", other)}
    ids[ABSENT] = dict.fromkeys(ids[OWN], NOWHERE) | {"digest": "0" * 64}
    for name in PEOPLE:
        cookie(world, name)
    world.storage.close()
    app = create_app(world)
    yield Stage(path, world, Office(world, client_of(app)), ids)
    app.state.world.storage.close()


def arranged(world: World, author: str, account: str) -> dict[str, str]:
    """One of everything, by this author on this account."""
    submission, delivery = a_submission(world, author, account), a_delivery(world, author, account)
    write(world, dataclasses.replace(delivery, state=State.UNKNOWN, intent_at=NOON, ended_at=NOON))
    freeze = Freeze(id=f"freeze-{author}", scope="account", target="elsewhere", reason="Why", by="sam", since=NOON)
    invited = dataclasses.replace(_member(world, "bea"), id=f"ned-{author}", version=0, name_key=f"ned{author}")
    asked = Consent(id=f"consent-{author}", account=account, member="olu", asked_at=NOON)
    write(world, freeze, dataclasses.replace(invited, state="invited"), asked)
    return {
        "account": account,
        "member": "bea",
        "invited": invited.id,
        "consent": asked.id,
        "draft": a_post(world, author).id,
        "post": submission.post,
        "submission": submission.id,
        "digest": submission.digest,
        "delivery": delivery.id,
        "release": a_release(world, NOON - HOUR).id,
        "freeze": freeze.id,
        "template": _template(world, author),
        "grant": _grant(world, account),
        "breach": _breach(world, account),
    }


def _template(world: World, author: str) -> str:
    """A text of the author's team to start from."""
    team = _member(world, author).team
    write(
        world, Template(id=f"template-{author}", team=team, by=author, at=NOON, title="Closed", text="We are closed.")
    )
    return f"template-{author}"


def _breach(world: World, account: str) -> str:
    """A foreign post found on the account."""
    breach = Breach(
        id=f"breach-{account}",
        account=account,
        kind=BreachKind.FOREIGN_POST,
        text="Buy now",
        fingerprint=fingerprint("Buy now"),
        before="",
        receipt=Receipt("7"),
        application=None,
        delivery=None,
        certain=True,
        found_at=NOON,
    )
    write(world, breach)
    return breach.id


def _member(world: World, name: str) -> Any:
    with world.storage.reading() as readers:
        return readers.members.get(name)


def _grant(world: World, account: str) -> str:
    return grant(world, "zed" if account == "foreign-account" else "bea", account, Kind.WATCH)


def filled(value: Any, ids: Mapping[str, str]) -> Any:
    """The same shape with every {name} filled in."""
    if isinstance(value, str):
        return value.format(**ids)
    if isinstance(value, dict):
        return {name: filled(each, ids) for name, each in value.items()}
    return [filled(each, ids) for each in value] if isinstance(value, list) else value


def wanted(row: Row, name: str, thing: str) -> str:
    """What policy says must come out."""
    if not any(row.permission in MAY[role] for role in PEOPLE[name]):
        return "role-missing"
    said = row.expected[thing]
    return said if isinstance(said, str) else said(name)


def happened(stage: Stage, row: Row, name: str | None, thing: str) -> str:
    """What comes out."""
    ids = stage.ids[thing]
    headers = {"Authorization": f"Bearer cookie-{name}-1"} if name else {}
    body: dict[str, Any] = {} if row.body is None else {"json": filled(row.body, ids)}
    if isinstance(row.body, bytes):
        body, headers["Content-Type"] = {"content": row.body}, "image/png"
    return reason(stage.office.client.request(row.method, "/api/v1" + filled(row.path, ids), headers=headers, **body))


CHANGED_BY_SUCCESS = {
    "/submissions/{submission}/withdraw",
    "/submissions",
    "/members/{invited}/invitation",
    "/members",
    "/templates/{template}",
    "/breaches/{breach}/acknowledge",
    "/breaches/{breach}/close",
}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.method} {row.path}")
def test_nobody_reaches_what_is_not_theirs(row: Row, stage: Stage, tmp_path: Path) -> None:
    stage.anew(tmp_path)
    wrong = []
    for thing in row.expected:
        for name in PEOPLE:
            if row.path in CHANGED_BY_SUCCESS:
                stage.anew(tmp_path)
            told, meant = happened(stage, row, name, thing), wanted(row, name, thing)
            if told != meant:
                wrong.append(f"{name} on {thing}: {told}, not {meant}")
        assert happened(stage, row, None, thing) == "not-signed-in"
    assert wrong == []


def test_the_matrix_holds_every_route_that_asks_for_a_permission() -> None:
    def plain(path: str) -> str:
        return "/".join(
            "{}" if part.startswith("{") or part in {"9", "0" * 64} else part
            for part in path.partition("?")[0].split("/")
        )

    mounted = {(r.method, plain(r.path), r.permission) for r in ROUTES if "." in r.permission}
    assert {(row.method, plain(row.path), row.permission) for row in TABLE} == mounted


def test_somebody_may_do_each_thing() -> None:
    """A matrix of refusals alone would prove nothing."""
    for row in TABLE:
        assert any(wanted(row, name, OWN) != "role-missing" for name in PEOPLE), row
