"""The account register: who answers for it (P28), its second factor (P29), and only an origin that is one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.actions.account import accounts, check_factor, create_account
from gateway.domain.account import Account, CredentialState, FactorState
from gateway.domain.refusal import Reason
from gateway.world import World
from tests.actions.story import log, put_forward, refuses
from tests.cast import NOON, ORIGIN, PRETEND, an_account, who

ASKED = {
    "origin": ORIGIN,
    "handle": "office",
    "owner_team": "Digital",
    "responsible": "Olu",
    "accountable": "Head of Digital",
}


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """These are decided before anything is written: one database is enough."""
    return f"sqlite:///{tmp_path}/gateway.db"


def created(world: World, name: str = "cyd", platform: str = PRETEND, **over: Any) -> Account:
    return create_account(world, who(world, name), platform, **{**ASKED, **over})


def test_a_new_account_cannot_be_posted_to_before_it_is_connected_and_checked(world: World) -> None:
    made = created(world)
    assert (made.subject, made.credential_state, made.factor_state) == ("", CredentialState.NONE, FactorState.UNKNOWN)
    assert [each.id for each in accounts(world, who(world, "eve"))] == [made.id]
    assert log(world, "account.create")[0].subject_id == made.id


@pytest.mark.parametrize("field", ["handle", "owner_team", "responsible", "accountable"])
def test_somebody_answers_for_every_account(world: World, field: str) -> None:
    with refuses(world, Reason.EMPTY, "account.create"):
        created(world, **{field: " "})


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "pretend.example",
        "http://pretend.example",
        "https://pretend.example/path",
        "https://pretend.example:8443",
        "https://me@pretend.example",
        "https://me:pw@pretend.example",
        "https://pretend.example?q",
        "https://pretend.example#f",
        "https://[",
        "https://[::1]",
        "https://pre tend.example",
        "https://pretend.example\\@evil.example",
        "https://prétend.example",
        "javascript:alert(1)",
    ],
)
def test_an_origin_is_https_and_a_host_and_nothing_else(world: World, origin: str) -> None:
    with refuses(world, Reason.ORIGIN_REFUSED, "account.create"):
        created(world, origin=origin)


def test_an_origin_has_one_spelling(world: World) -> None:
    assert created(world, origin=" https://pretend.example/ ").origin == ORIGIN


def test_an_unknown_platform_or_tier_is_refused(world: World) -> None:
    with refuses(world, Reason.PLATFORM_UNKNOWN, "account.create"):
        created(world, platform="pigeons")
    with refuses(world, Reason.EMPTY, "account.create"):
        created(world, tier="gold")


def test_what_a_person_saw_of_the_second_factor_is_dated_and_opens_or_shuts_the_account(world: World) -> None:
    id = an_account(world)
    sam = who(world, "sam")
    off = check_factor(world, sam, id, FactorState.OFF, "Digital team")
    assert (off.factor_state, off.factor_checked_at) == (FactorState.OFF, NOON)
    with refuses(world, Reason.ACCOUNT_FACTOR, "submit"):
        put_forward(world)
    check_factor(world, sam, id, FactorState.ON, " ")
    with refuses(world, Reason.ACCOUNT_FACTOR, "submit"):
        put_forward(world)
    check_factor(world, sam, id, FactorState.ON, "Digital team")
    assert put_forward(world).state == "waiting"


def test_who_may_enter_accounts_and_who_may_check_them(world: World) -> None:
    for name in ("ada", "bola", "eve", "sam", "olu", "cleo"):
        with refuses(world, Reason.ROLE_MISSING, "account.create"):
            created(world, name)
    id = an_account(world)
    for name in ("ada", "bola", "eve", "cyd", "olu", "cleo"):
        with refuses(world, Reason.ROLE_MISSING, "account.factor"):
            check_factor(world, who(world, name), id, FactorState.ON, "me")


@pytest.mark.parametrize("origin", ["http://127.0.0.1:9001", "http://127.0.0.1"])
def test_plain_http_on_loopback_is_for_the_sandbox_alone(world: World, origin: str) -> None:
    with refuses(world, Reason.ORIGIN_REFUSED, "account.create"):
        created(world, origin=origin)
    assert created(replace(world, sandbox=True), origin=origin).origin == origin


@pytest.mark.parametrize(
    "origin",
    ["http://pretend.example", "http://localhost:9001", "http://10.0.0.1", "http://127.0.0.1.evil.example"],
)
def test_the_sandbox_takes_plain_http_from_nowhere_else(world: World, origin: str) -> None:
    with refuses(world, Reason.ORIGIN_REFUSED, "account.create"):
        created(replace(world, sandbox=True), origin=origin)
