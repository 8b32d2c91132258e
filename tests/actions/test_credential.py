"""Connecting: what a person brings goes into the box; the worker says whose it is before it becomes current."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import insert

from connectors.words import Receipt
from gateway.actions.credential import (
    accept_deposit,
    ask_look,
    ask_removal,
    connect,
    finish_errand,
    mark_credential,
    refuse_deposit,
    why_not_verified,
)
from gateway.actions.deliver import conclude_many
from gateway.actions.leave import leave
from gateway.domain.account import Account, CredentialState
from gateway.domain.audit import AuditEvent
from gateway.domain.delivery import Delivery, State, lose
from gateway.domain.grant import Kind
from gateway.domain.member import MemberState
from gateway.domain.organisation import Deposit
from gateway.domain.publication import published, removed
from gateway.domain.refusal import Reason, Refused
from gateway.storage import tables
from gateway.storage.vault import Moves
from gateway.world import World
from tests.actions.story import delivery, log, refuses, sending
from tests.cast import DAY, HOUR, NOON, SECOND, an_account, clock_of, grant, member, stepped_up, who, write
from vault.box import signed_part

CANARY = "canary-app-password-2f81c"
FIELDS = {"app_password": CANARY}


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """The box and its races are tested where the vault is; here one database is enough."""
    return f"sqlite:///{tmp_path}/gateway.db"


@pytest.fixture
def boxed(world: World) -> World:
    """A world whose worker has published a box key, with an account in it."""
    an_account(world)
    return with_box_key(world)


def with_box_key(world: World) -> World:
    """The world with a box key that its worker has published."""
    signer, public = Ed25519PrivateKey.generate(), X25519PrivateKey.generate().public_key().public_bytes_raw()
    until = NOON + DAY
    row = {"id": "box-1", "public_key": public, "not_after": until}
    with world.storage.engine.begin() as connection:
        signature = signer.sign(signed_part(public, "box-1", until))
        connection.execute(insert(tables.vault_box_keys).values(**row, signature=signature))
    return replace(world, box_signer=signer.public_key().public_bytes_raw())


def account(world: World) -> Account:
    with world.storage.reading() as readers:
        return readers.accounts.get("office-account")


def spoil(world: World, state: CredentialState, subject: str = "subject-office-account") -> None:
    write(world, replace(account(world), credential_state=state, subject=subject))


def brought(world: World, name: str = "olu", fields: dict[str, str] | None = None) -> Deposit:
    acting = stepped_up(world, name, "connect", "office-account")
    return connect(world, acting, "office-account", FIELDS if fields is None else fields)


def accepted(world: World, deposit: Deposit, subject: str = "subject-office-account") -> Account:
    sealed = Moves((AuditEvent("test.sealed", "worker", "test", "x"),), lambda connection: None)
    return accept_deposit(world, deposit.id, subject=subject, facts=(("characters", 500),), seal=lambda _: sealed)


def test_what_is_brought_is_sealed_and_stands_nowhere_else(boxed: World) -> None:
    deposit = brought(boxed)
    assert CANARY.encode() not in deposit.sealed
    with boxed.storage.reading() as readers:
        assert CANARY.encode() not in b"".join(readers.log.bodies(0, 10_000))
    assert log(boxed, "credential.deposit")[0].facts["fields"] == "app_password"


def test_it_is_current_only_when_the_worker_has_verified_whose_it_is(boxed: World) -> None:
    spoil(boxed, CredentialState.NONE, subject="")
    deposit = brought(boxed)
    assert account(boxed).credential_state is CredentialState.DEPOSITED
    after = accepted(boxed, deposit)
    assert (after.credential_state, after.subject, after.connected_by) == (
        CredentialState.CURRENT,
        "subject-office-account",
        "olu",
    )
    with boxed.storage.reading() as readers:
        assert readers.deposits.get(deposit.id).sealed == b""
        assert readers.deposits.waiting() == []


def test_a_credential_of_another_account_is_refused_at_the_last_step_too(boxed: World) -> None:
    deposit = brought(boxed)
    with pytest.raises(Refused) as refused:
        accepted(boxed, deposit, subject="somebody-else")
    assert refused.value.reason is Reason.ACCOUNT_MISMATCH
    assert account(boxed).subject == "subject-office-account"


@pytest.mark.parametrize("after", [{"state": MemberState.LEFT}, {"roles": ("approver",)}, {"team": "Elsewhere"}])
def test_what_somebody_brought_who_may_no_longer_is_not_made_the_accounts(
    boxed: World, after: dict[str, object]
) -> None:
    spoil(boxed, CredentialState.NONE, subject="")
    deposit = brought(boxed)
    write(boxed, replace(member(boxed, "olu"), **after))  # type: ignore[arg-type]
    assert why_not_verified(boxed, deposit) == "bringer-gone"
    with pytest.raises(Refused) as refused:
        accepted(boxed, deposit)
    assert refused.value.reason is Reason.MEMBER_LEFT
    assert account(boxed).credential_state is CredentialState.DEPOSITED


def test_a_deposit_is_answered_once(boxed: World) -> None:
    deposit = brought(boxed)
    accepted(boxed, deposit)
    with pytest.raises(Refused) as refused:
        accepted(boxed, deposit)
    assert refused.value.reason is Reason.WRONG_STATE


def test_a_wrong_one_leaves_what_works_as_it_was_and_its_connector_the_one_to_rotate(boxed: World) -> None:
    deposit = brought(boxed, "olive")
    assert account(boxed).credential_state is CredentialState.CURRENT
    refuse_deposit(boxed, deposit.id, "sign-in-refused")
    after = account(boxed)
    assert (after.credential_state, after.connected_by) == (CredentialState.CURRENT, "olu")
    assert leave(boxed, stepped_up(boxed, "sam", "leave", "olu"), "olu").credentials_to_rotate == ("office-account",)


@pytest.mark.parametrize("before", [CredentialState.EXPIRED, CredentialState.REVOKED, CredentialState.NONE])
def test_a_wrong_one_never_makes_an_ended_credential_current(boxed: World, before: CredentialState) -> None:
    spoil(boxed, before)
    refuse_deposit(boxed, brought(boxed).id, "sign-in-refused")
    assert account(boxed).credential_state is CredentialState.NONE


@pytest.mark.parametrize("fields", [{}, {"app_password": ""}, {"app_password": " "}, {"password": CANARY}])
def test_every_field_the_platform_needs_is_brought(boxed: World, fields: dict[str, str]) -> None:
    with refuses(boxed, Reason.EMPTY, "connect"):
        brought(boxed, fields=fields)


def test_a_field_the_platform_does_not_need_is_not_taken_in_nor_told(boxed: World) -> None:
    brought(boxed, fields={**FIELDS, CANARY: "x"})
    with boxed.storage.reading() as readers:
        assert CANARY.encode() not in b"".join(readers.log.bodies(0, 10_000))


def test_without_a_box_key_that_the_pinned_worker_signed_nothing_is_taken(boxed: World) -> None:
    with refuses(boxed, Reason.VAULT_SHUT, "connect"):
        brought(replace(boxed, box_signer=Ed25519PrivateKey.generate().public_key().public_bytes_raw()))
    with refuses(boxed, Reason.VAULT_SHUT, "connect"):
        brought(replace(boxed, box_signer=b""))
    clock_of(boxed).advance(DAY)
    with refuses(boxed, Reason.VAULT_SHUT, "connect"):
        brought(boxed)


def test_only_the_owner_teams_account_owner_connects_with_a_fresh_factor(boxed: World) -> None:
    for name in ("ada", "bola", "cyd", "eve", "sam", "cleo"):
        with refuses(boxed, Reason.ROLE_MISSING, "connect"):
            brought(boxed, name)
    with refuses(boxed, Reason.STEP_UP_NEEDED, "connect"):
        connect(boxed, who(boxed, "olu"), "office-account", FIELDS)
    write(boxed, replace(member(boxed, "olu"), team="Health"))
    with refuses(boxed, Reason.NO_GRANT, "connect"):
        brought(boxed)


def test_what_the_platform_said_of_a_credential_is_written_once(boxed: World) -> None:
    for _ in range(2):
        mark_credential(boxed, "office-account", CredentialState.EXPIRED, "token-expired")
    assert account(boxed).credential_state is CredentialState.EXPIRED
    assert len(log(boxed, "credential.state")) == 1


def out(world: World) -> Delivery:
    sent = sending(world)
    change = published(sent, Receipt("1"), actor="worker", at=NOON + HOUR, opened_at=NOON + HOUR, how="answered")
    conclude_many(world, {sent.id: change})
    return delivery(world, sent.id)


def test_a_publication_is_taken_down_by_the_worker_when_a_person_asks(boxed: World) -> None:
    one = out(boxed)
    errand = ask_removal(boxed, who(boxed, "ada"), one.id)
    with boxed.storage.reading() as readers:
        assert [each.id for each in readers.errands.waiting()] == [errand.id]
        publication = readers.publications.get(one.id)
    finish_errand(boxed, errand.id, "removed", removed(publication, one, by="ada", at=NOON + HOUR))
    assert delivery(boxed, one.id).state is State.REMOVED
    with boxed.storage.reading() as readers:
        assert readers.errands.waiting() == []
        assert readers.publications.get(one.id).removed_by == "ada"


def test_who_may_ask_for_a_removal_and_only_of_what_is_out(boxed: World) -> None:
    sent = sending(boxed)
    with refuses(boxed, Reason.WRONG_STATE, "publication.remove"):
        ask_removal(boxed, who(boxed, "ada"), sent.id)
    for name in ("bola", "cyd", "eve", "sam", "cleo"):
        with refuses(boxed, Reason.ROLE_MISSING, "publication.remove"):
            ask_removal(boxed, who(boxed, name), sent.id)
    with refuses(boxed, Reason.NO_GRANT, "publication.remove"):
        ask_removal(boxed, who(boxed, "dev"), sent.id)


def test_a_right_that_is_over_or_only_to_watch_asks_for_nothing(boxed: World) -> None:
    grant(boxed, "dev", "office-account", Kind.WATCH)
    grant(boxed, "dev", "office-account", Kind.WRITE, ends=NOON + SECOND)
    one = out(boxed)
    with refuses(boxed, Reason.NO_GRANT, "publication.remove"):
        ask_removal(boxed, who(boxed, "dev"), one.id)


def test_a_look_is_asked_for_what_is_unknown(boxed: World) -> None:
    sent = sending(boxed)
    with refuses(boxed, Reason.WRONG_STATE, "settle"):
        ask_look(boxed, who(boxed, "bola"), sent.id)
    conclude_many(boxed, {sent.id: lose(sent, why="silence", at=NOON + HOUR)})
    assert ask_look(boxed, who(boxed, "bola"), sent.id).kind == "look"
