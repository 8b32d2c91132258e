"""A stranger's tool (schemathesis) makes requests from the description alone: nothing it thinks of breaks the house."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from gateway.domain.grant import Kind
from gateway.web.app import create_app
from gateway.web.routes import PREFIX, ROUTES
from gateway.world import World
from tests.cast import ROLES, an_account, cookie, grant, make_world
from tests.web.callers import Office, a_delivery, a_release, a_submission, client_of

EXAMPLES = 8
OPERATIONS = [(row.method, row.path) for row in ROUTES]
REAL: dict[str, str] = {}  # ids of what is there, by the names that paths give them
MAY = {(row.method, row.path): row.permission for row in ROUTES}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A world that has things in it."""
    world = make_world(f"sqlite:///{tmp_path_factory.mktemp('described')}/gateway.db")
    account, release = an_account(world), a_release(world)
    submission, delivery = a_submission(world, "ada", account), a_delivery(world, "ada", account, release=release)
    REAL.update(account_id=account, submission_id=submission.id, post_id=submission.post, delivery_id=delivery.id)
    REAL.update(member_id="dev", grant_id=grant(world, "bea", account, Kind.WATCH), index="3")
    yield Office(world, client_of(create_app(world)))
    world.storage.close()


@pytest.fixture(scope="module")
def schema(api: Office) -> Any:
    """The description as schemathesis reads it."""
    return schemathesis.openapi.from_dict(api.client.app.openapi())  # type: ignore[attr-defined]


def speakers(world: World, method: str, path: str) -> list[str | None]:
    """Those who may come in, and some who may not."""
    able: list[str | None] = [name for name, roles in ROLES.items() if world.policy.roles.may(roles, MAY[method, path])]
    return [*able, "ada", "eve", None]


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_nothing_a_stranger_sends_breaks_it(api: Office, schema: Any, method: str, path: str) -> None:
    operation = schema[PREFIX + path][method]

    @settings(max_examples=EXAMPLES, database=None)
    @given(cases_of(operation), st.sampled_from(speakers(api.world, method, path)), st.booleans())
    def sent(case: Any, name: str | None, is_real: bool) -> None:
        if is_real:
            case.path_parameters = {key: REAL.get(key, value) for key, value in (case.path_parameters or {}).items()}
        answer = api.client.request(**request_of(case, api, name))
        assert answer.status_code < 500, (answer.text, case)
        described(operation.definition.raw["responses"], answer)

    sent()


def cases_of(operation: Any) -> st.SearchStrategy[Any]:
    """Requests as described, and, where something comes in, requests that break the description."""
    good = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if not (operation.body or operation.query):
        return cast("st.SearchStrategy[Any]", good)
    return st.one_of(good, operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))


def request_of(case: Any, api: Office, name: str | None) -> dict[str, Any]:
    """The request that a case describes, by this person."""
    kwargs = case.as_transport_kwargs(base_url="https://gateway.example")
    kept = {
        name: value for name, value in kwargs.items() if name in {"method", "url", "params", "json", "data", "content"}
    }
    headers = {str(key): value for key, value in (kwargs.get("headers") or {}).items() if key.lower() == "content-type"}
    if name:
        headers["Authorization"] = f"Bearer {cookie(api.world, name)}"
    if "data" in kept:
        kept["content"] = kept.pop("data")
    return kept | {"headers": headers}


def described(responses: Mapping[str, Any], answer: Any) -> None:
    """The answer is one that the description knows, of the kind and shape it says."""
    said = responses.get(str(answer.status_code)) or responses.get(f"{answer.status_code // 100}XX")
    assert said is not None, (answer.status_code, answer.text)
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if answer.status_code >= 400:
        assert kind == "application/problem+json"
        known = said["content"][kind]["schema"]
        assert set(known["required"]) <= set(answer.json()) <= set(known["properties"])
