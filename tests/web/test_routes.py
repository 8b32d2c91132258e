"""The table of routes is all there is: each row has a permission and an age for the second factor."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import pytest
from starlette.routing import Route as Mounted

from gateway.actions.guard import ABSOLUTE, FRESH
from gateway.actions.stepup import ACTS
from gateway.web.app import HEADERS, create_app
from gateway.web.mount import ANYONE, HALF, SIGNED_IN, Route
from gateway.web.pages.routes import PAGES
from gateway.web.routes import PREFIX, ROUTES
from gateway.world import World
from tests.cast import POLICY_FOLDER, make_world
from tests.web.callers import Office, office

PERMISSIONS = {
    word
    for role in tomllib.loads((POLICY_FOLDER / "roles.toml").read_text(encoding="utf-8"))["roles"].values()
    for word in role["may"]
}
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE"}
# Everyone who signs in must be able to come here; anything else that asks for no permission needs a reason here.
OPEN = {"/status", "/sign-in", "/invitations/accept"}
WITH_A_PASSWORD = {
    "/sign-in/code",
    "/sign-in/recovery",
    "/sign-in/passkey/begin",
    "/sign-in/passkey",
    "/enrolment",
    "/enrolment/confirm",
    "/session",
}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One API for all of these: none of them depends on what another did."""
    built = make_world(f"sqlite:///{tmp_path_factory.mktemp('api')}/gateway.db")
    yield office(built)
    built.storage.close()


def test_every_mounted_route_is_listed_and_every_listed_one_is_mounted(world: World) -> None:
    found = create_app(world).routes
    assert all(isinstance(route, Mounted) for route in found)
    mounted = sorted((method, r.path) for r in found if isinstance(r, Mounted) for method in r.methods or ())
    listed = [(row.method, PREFIX + row.path) for row in ROUTES] + [(row.method, row.path) for row in PAGES]
    assert mounted == sorted(listed)


@pytest.mark.parametrize("row", ROUTES, ids=lambda row: f"{row.method} {row.path}")
def test_each_row_has_a_permission_that_policy_knows_and_an_age_for_the_second_factor(row: Route) -> None:
    assert row.permission in PERMISSIONS | {ANYONE, HALF, SIGNED_IN}
    if row.permission in PERMISSIONS | {SIGNED_IN}:
        assert row.factor.within in {ABSOLUTE, FRESH}
    assert (row.factor.within == FRESH) == (row.factor.act in ACTS)


def test_only_signing_in_and_the_status_ask_for_nothing() -> None:
    assert {row.path for row in ROUTES if row.permission == ANYONE} == OPEN
    assert {row.path for row in ROUTES if row.permission == HALF} == WITH_A_PASSWORD


def test_every_act_that_needs_a_fresh_factor_has_its_route() -> None:
    assert {row.factor.act for row in ROUTES if row.factor.act} == ACTS


@pytest.mark.parametrize("row", ROUTES, ids=lambda row: f"{row.method} {row.path}")
def test_nobody_comes_in_without_a_session(api: Office, row: Route) -> None:
    if row.permission == ANYONE:
        assert api.ask(None, row.method, row.path, {}).status_code != 401
        return
    answer = api.ask(None, row.method, row.path.replace("{index}", "1"), None)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_only_declared_methods_are_taken(api: Office) -> None:
    shapes = [(row.method, re.compile(re.sub(r"\{\w+\}", "[^/]+", row.path))) for row in ROUTES]
    for path in sorted({row.path.replace("{index}", "1") for row in ROUTES}):
        for method in sorted(METHODS - {known for known, shape in shapes if shape.fullmatch(path)}):
            answer = api.client.request(method, PREFIX + path)
            assert answer.status_code == 405, (method, path)


@pytest.mark.parametrize(
    "path", ["/.git/config", "/docs", "/redoc", "/openapi.json", "/metrics", "/api/v1/session/x.css", "/api/v1/status/"]
)
def test_nothing_else_is_there(api: Office, path: str) -> None:
    answer = api.client.get(path)
    assert (answer.status_code, answer.json()["reason"]) == (404, "not-found")


@pytest.mark.parametrize("path", ["/api/v1/status", "/api/v1/members", "/nowhere"])
def test_every_answer_is_dressed_error_pages_too(api: Office, path: str) -> None:
    headers = api.client.get(path).headers
    for name, value in HEADERS.items():
        assert headers[name] == value
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert len(headers["x-request-id"]) == 26
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers


def test_no_foreign_origin_is_reflected(api: Office) -> None:
    answer = api.client.get("/api/v1/status", headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_the_description_is_for_members_and_names_permission_and_factor(api: Office) -> None:
    assert api.ask(None, "GET", "/openapi.json").status_code == 401
    described = api.ask("eve", "GET", "/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    export = described["paths"]["/api/v1/audit/export"]["post"]
    assert (export["x-permission"], export["x-second-factor"], export["x-second-factor-within-seconds"]) == (
        "audit.export",
        "export",
        300,
    )
