"""A credential goes into the box for one account, one worker and a few minutes, and only the worker takes it out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from gateway.actions import credential
from gateway.domain.account import Account, CredentialState
from gateway.domain.organisation import Deposit
from gateway.domain.refusal import Reason, Refused
from gateway.storage import tables
from gateway.storage.vault import Moves
from gateway.world import World
from tests.cast import an_account, clock_of, entries, refused, stepped_up
from tests.vault.shelves import Stored, signer_of, stored
from vault.box import LIFE
from vault.safe import CannotOpen, Errand
from vault.secret import Secret

WORD = "correct horse battery"


@pytest.fixture
def vault(database_url: str) -> Iterator[Stored]:
    with stored(database_url) as made:
        made.keeper.renew_box_key(clock_of(made.world).at)
        an_account(made.world, "office")
        yield made


def web(vault: Stored) -> World:
    """The world of the web process: the worker's public key is pinned."""
    return replace(vault.world, box_signer=signer_of(vault))


def connect(vault: Stored, account: str = "office", world: World | None = None, **fields: str) -> Deposit:
    world = world or web(vault)
    who = stepped_up(world, "olu", "connect", account)
    return credential.connect(world, who, account, fields or {"app_password": WORD})


def opened(vault: Stored, deposit: Deposit, account: str = "office") -> dict[str, str]:
    now = clock_of(vault.world).at
    found = vault.keeper.open_deposit(deposit, vault.account(account), now)
    return {name: secret.reveal() for name, secret in found.items()}


def cannot_open(vault: Stored, deposit: Deposit, account: str = "office") -> None:
    with pytest.raises(CannotOpen):
        opened(vault, deposit, account)


def accepted(vault: Stored, deposit: Deposit, fields: Mapping[str, str], subject: str = "subject-office") -> Account:
    def seal(account: Account) -> Moves:
        return vault.keeper.moves(account, {name: Secret(value) for name, value in fields.items()}, whole=True)

    return credential.accept_deposit(vault.world, deposit.id, subject=subject, facts=(), seal=seal)


def test_the_worker_opens_what_was_put_in_for_the_account(vault: Stored) -> None:
    deposit = connect(vault, app_password=f"  {WORD} ", unasked="is left out")
    assert opened(vault, deposit) == {"app_password": WORD}
    assert WORD.encode() not in deposit.sealed
    (entry,) = entries(vault.world, "credential.deposit")
    assert dict(entry.facts) == {"fields": "app_password"}


def test_a_box_opens_until_its_life_is_over(vault: Stored) -> None:
    deposit = connect(vault)
    clock_of(vault.world).advance(LIFE - timedelta(seconds=1))
    assert opened(vault, deposit)
    clock_of(vault.world).advance(timedelta(seconds=1))
    cannot_open(vault, deposit)


def test_a_box_does_not_open_for_another_account_subject_or_origin(vault: Stored) -> None:
    an_account(vault.world, "other")
    deposit = connect(vault)
    cannot_open(vault, deposit, "other")
    for column in ("subject", "origin"):
        with vault.behind() as connection:
            c = tables.accounts.c
            before = getattr(vault.account("office"), column)
            connection.execute(update(tables.accounts).where(c.id == "office").values({column: "https://elsewhere"}))
        cannot_open(vault, deposit)
        with vault.behind() as connection:
            connection.execute(update(tables.accounts).where(c.id == "office").values({column: before}))
    assert opened(vault, deposit)


def test_a_box_does_not_open_once_its_key_is_destroyed(vault: Stored) -> None:
    deposit = connect(vault)
    vault.shelf.destroy_box_key(deposit.box_key)
    cannot_open(vault, deposit)


def test_a_box_of_one_key_does_not_open_with_another(vault: Stored) -> None:
    deposit = connect(vault)
    vault.keeper.renew_box_key(clock_of(vault.world).at + timedelta(hours=13))
    (other,) = (key.id for key in vault.shelf.box_keys() if key.id != deposit.box_key)
    cannot_open(vault, replace(deposit, box_key=other))
    cannot_open(vault, replace(deposit, box_key="none"))


def test_nothing_is_boxed_for_a_foreign_worker(vault: Stored) -> None:
    """Whether the pinned key was swapped or the published one: what does not fit together is not used."""
    foreign = replace(web(vault), box_signer=bytes(range(32)))
    refused(Reason.VAULT_SHUT, connect, vault, "office", foreign)
    refused(Reason.VAULT_SHUT, connect, vault, "office", replace(foreign, box_signer=b""))
    for column in ("public_key", "not_after", "signature"):
        with vault.behind() as connection:
            good = connection.execute(tables.vault_box_keys.select()).mappings().one()
            wrong = {
                "public_key": bytes(32),
                "not_after": good["not_after"] + timedelta(days=1),
                "signature": bytes(64),
            }
            connection.execute(update(tables.vault_box_keys).values({column: wrong[column]}))
        refused(Reason.VAULT_SHUT, connect, vault)
        with vault.behind() as connection:
            connection.execute(update(tables.vault_box_keys).values({column: good[column]}))
    assert opened(vault, connect(vault))


def test_nothing_is_boxed_without_a_live_box_key(vault: Stored) -> None:
    who = stepped_up(vault.world, "olu", "connect", "office")
    (key,) = vault.shelf.box_keys()
    with vault.behind() as connection:
        connection.execute(update(tables.vault_box_keys).values(not_after=clock_of(vault.world).at))
    fields = {"app_password": WORD}
    refused(Reason.VAULT_SHUT, credential.connect, web(vault), who, "office", fields)
    vault.shelf.destroy_box_key(key.id)
    refused(Reason.VAULT_SHUT, credential.connect, web(vault), who, "office", fields)


@pytest.mark.parametrize("word", ["", "   ", "two\nlines", "nul\x00", "half \ud800"])
def test_a_field_that_is_missing_or_no_line_of_text_is_refused(vault: Stored, word: str) -> None:
    who = stepped_up(vault.world, "olu", "connect", "office")
    refused(Reason.EMPTY, credential.connect, web(vault), who, "office", {"app_password": word})
    refused(Reason.EMPTY, credential.connect, web(vault), who, "office", {})


def test_nothing_is_boxed_while_nobody_knows_the_time(vault: Stored) -> None:
    world, who = web(vault), stepped_up(vault.world, "olu", "connect", "office")
    clock_of(world).unsure()
    with pytest.raises(Refused):
        credential.connect(world, who, "office", {"app_password": WORD})
    clock_of(world).sure()
    with vault.world.storage.reading() as readers:
        assert readers.deposits.waiting() == []


def test_an_accepted_deposit_is_sealed_and_current_in_one_commit(vault: Stored) -> None:
    deposit = connect(vault)
    accepted(vault, deposit, {"app_password": WORD})
    assert vault.opened("office") == {"office": {"app_password": WORD}}
    with vault.world.storage.reading() as readers:
        answered = readers.deposits.get(deposit.id)
    assert (answered.outcome, answered.sealed) == ("current", b"")
    refused(Reason.WRONG_STATE, lambda: accepted(vault, deposit, {"app_password": "again"}))
    assert vault.opened("office") == {"office": {"app_password": WORD}}


def test_a_death_between_verifying_and_sealing_leaves_the_deposit_waiting(vault: Stored) -> None:
    deposit = connect(vault)

    def dying(account: Account) -> Moves:
        def write(connection: object) -> None:
            raise OSError("the worker dies here")

        return replace(vault.keeper.moves(account, {"app_password": Secret(WORD)}), write=write)

    before = vault.size()
    with pytest.raises(OSError, match="dies"):
        credential.accept_deposit(vault.world, deposit.id, subject="subject-office", facts=(), seal=dying)
    assert vault.size() == before
    with vault.world.storage.reading() as readers:
        assert [waiting.id for waiting in readers.deposits.waiting()] == [deposit.id]
    assert vault.opened("office") == {}


def test_a_credential_of_another_subject_never_becomes_current(vault: Stored) -> None:
    accepted(vault, connect(vault), {"app_password": WORD})
    second = connect(vault, app_password="of somebody else")
    refused(Reason.ACCOUNT_MISMATCH, lambda: accepted(vault, second, {"app_password": "of somebody else"}, "stranger"))
    assert vault.account("office").subject == "subject-office"
    assert vault.opened("office") == {"office": {"app_password": WORD}}
    credential.refuse_deposit(vault.world, second.id, "another-account")
    assert vault.account("office").credential_state is CredentialState.CURRENT
    with vault.world.storage.reading() as readers:
        assert readers.deposits.get(second.id).sealed == b""


def test_the_web_process_has_no_means_of_opening() -> None:
    """By types: what it imports can lock; the safe, the keys and the sources are not even loaded."""
    look = "import sys, gateway.wiring, gateway.web.app; print([m for m in sys.modules if m.startswith('vault')])"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    loaded = set(eval(done.stdout))
    assert "vault.box" in loaded
    assert not loaded & {"vault.safe", "vault.keys", "vault.rotate", "vault.sources"}


def test_an_opening_for_no_errand_is_no_opening(vault: Stored) -> None:
    accepted(vault, connect(vault), {"app_password": WORD})
    for errand in ("deliver", "look around", None):
        assert vault.keeper.open_many([vault.account("office")], errand) == {}  # type: ignore[arg-type]
    assert set(vault.opened("office", errand=Errand.REMOVE)) == {"office"}
