"""The table of pages is all there is, and no page is seen, and nothing is done, by whom it is not for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from gateway.actions.guard import ABSOLUTE, FRESH
from gateway.actions.stepup import ACTS
from gateway.storage.tables import audit_entries
from gateway.web.guards import SAFE
from gateway.web.mount import ANYONE, HALF, SIGNED_IN
from gateway.web.pages import words
from gateway.web.pages.page import PageRoute
from gateway.web.pages.routes import PAGES
from gateway.world import World
from tests.cast import POLICY_FOLDER, ROLES, make_world
from tests.web.pages.visitors import BROWSER, Visitor

MAY = {
    name: set(role["may"])
    for name, role in tomllib.loads((POLICY_FOLDER / "roles.toml").read_text(encoding="utf-8"))["roles"].items()
}
UNSAFE = tuple(row for row in PAGES if row.method not in SAFE)
BEHIND = tuple(row for row in UNSAFE if row.permission != ANYONE)
# Pages anyone may see without signing in; each is here on purpose.
OPEN = {
    "/sign-in",
    "/signed-out",
    "/status",
    "/accessibility",
    "/.well-known/security.txt",
    "/assets/{name:path}",
    "/join",
    "/media-once/{token}",
}


def title(row: PageRoute) -> str:
    return f"{row.method} {row.path}"


def address(row: PageRoute) -> str:
    path = row.path.replace("{name:path}", "own.css")
    while "{" in path:
        path = path[: path.index("{")] + "nothing-like-it" + path[path.index("}") + 1 :]
    return path


@pytest.fixture(scope="module")
def one_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One for all of these: none of them changes anything."""
    built = make_world(f"sqlite:///{tmp_path_factory.mktemp('pages')}/gateway.db")
    yield built
    built.storage.close()


def entries(world: World, act: str = "") -> int:
    """How many entries the log has, or has of one act."""
    counted = select(func.count()).select_from(audit_entries)
    with world.storage.reading() as readers:
        return int(
            readers.connection.execute(counted.where(audit_entries.c.act == act) if act else counted).scalar_one()
        )


@pytest.mark.parametrize("row", PAGES, ids=title)
def test_each_row_has_a_permission_that_policy_knows_and_an_age_for_the_second_factor(row: PageRoute) -> None:
    known = {word for role in MAY.values() for word in role}
    assert row.permission in known | {ANYONE, HALF, SIGNED_IN}
    if row.permission in known | {SIGNED_IN}:
        assert row.factor.within in {ABSOLUTE, FRESH}
    assert (row.factor.within == FRESH) == (row.factor.act in ACTS)


def test_only_what_must_be_open_is() -> None:
    assert {row.path for row in PAGES if row.permission == ANYONE} <= OPEN


def test_every_act_has_a_name_that_the_page_which_asks_for_a_code_can_say() -> None:
    assert set(words.ACTS) >= ACTS


def test_every_form_can_be_shown_again_with_what_was_typed() -> None:
    """A row whose form holds something must have a page to give it back on."""
    assert [title(row) for row in UNSAFE if row.holds and row.again is None] == []


@pytest.mark.parametrize("row", PAGES, ids=title)
def test_nobody_comes_in_without_a_session(one_world: World, row: PageRoute) -> None:
    answer = Visitor.of(one_world).client.request(row.method, address(row), headers=BROWSER, follow_redirects=False)
    if row.permission == ANYONE:
        assert answer.status_code != 500
        return
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("row", BEHIND, ids=title)
@pytest.mark.parametrize("ill", ["no token", "another's token", "from elsewhere", "says nothing"])
def test_no_form_is_taken_that_is_not_ours(one_world: World, row: PageRoute, ill: str) -> None:
    ada, bola = Visitor.of(one_world, "ada"), Visitor.of(one_world, "bola")
    token = {"no token": "", "another's token": bola.token}.get(ill, ada.token)
    headers = {"Accept": "text/html"}
    if ill == "from elsewhere":
        headers |= {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    elif ill != "says nothing":
        headers = BROWSER
    before = entries(one_world)
    sent = ada.client.post(address(row), data={"csrf_token": token}, headers=headers, follow_redirects=False)
    assert sent.status_code == 403
    assert entries(one_world) == before


@pytest.mark.parametrize("path", ["/sign-in", "/join"])
def test_a_form_for_coming_in_is_taken_from_the_browser_it_was_shown_to_alone(one_world: World, path: str) -> None:
    visitor, other = Visitor.of(one_world), Visitor.of(one_world)
    shown = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get(path).text)
    assert shown is not None
    before = entries(one_world)
    for token in ("", shown[1]):  # none at all; one that another browser was given
        sent = other.client.post(path, data={"csrf_token": token, "name": "ada", "password": "x"}, headers=BROWSER)
        assert (sent.status_code, "too old" in sent.text) == (403, True)
    assert entries(one_world) == before
    own = visitor.client.post(path, data={"csrf_token": shown[1], "name": "ada", "password": "x"}, headers=BROWSER)
    assert "too old" not in own.text


@pytest.mark.parametrize(
    "row", [row for row in PAGES if row.permission in {w for r in MAY.values() for w in r}], ids=title
)
def test_a_page_is_for_those_whose_role_allows_it_and_a_refusal_is_told(one_world: World, row: PageRoute) -> None:
    for name, roles in ROLES.items():
        visitor, before = Visitor.of(one_world, name), entries(one_world, "refused")
        send = visitor.get if row.method == "GET" else visitor.post
        answer = send(address(row), follow_redirects=False)
        if any(row.permission in MAY[role] for role in roles):
            assert "None of your roles allows this" not in answer.text, (name, title(row))
        else:
            assert answer.status_code == 403, (name, title(row))
            assert entries(one_world, "refused") == before + 1, (name, title(row))


@pytest.mark.parametrize(
    "path", ["/nowhere", "/sign-in/", "/assets/../own.css", "/assets/%2e%2e/gateway.toml", "/sessions/x"]
)
def test_what_is_not_there_is_a_page_that_says_so(one_world: World, path: str) -> None:
    answer = Visitor.of(one_world, "ada").get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is no such address" in answer.text


def test_every_page_is_under_its_own_policy_without_anything_unsafe(one_world: World) -> None:
    visitor = Visitor.of(one_world, "cyd")
    nonces = set()
    for path in ("/", "/status", "/sign-in", "/nowhere", "/sessions"):
        answer = visitor.get(path)
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert all(f"{name} 'none'" in policy for name in ("default-src", "base-uri", "frame-ancestors", "object-src"))
        nonces.add(policy.partition("'nonce-")[2].partition("'")[0])
        assert " style=" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
    assert len(nonces) == 5
