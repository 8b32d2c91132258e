"""The vault's store on real databases: one contract for all stores, floors from the log, rows bound to their place."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import event

from gateway.domain.change import Change
from gateway.domain.instant import Now
from gateway.domain.refusal import Refused
from gateway.storage.vault import moves
from scheduler.keeper import set_up_vault
from tests.cast import entries
from tests.vault.kit import ADDRESS, NOON, MemoryStore, chance_of
from tests.vault.shelves import SOURCE, Stored, stored
from vault.keys import unlock, wrap
from vault.rotate import first_key
from vault.safe import BoxIdentity, Safe
from vault.secret import Secret, SecretBytes
from vault.store import BoxKeyRow, Floor, KeyGone, KeyInUse, Purpose, RowMoved, SealedRow, VaultStore


@pytest.fixture
def vault(database_url: str) -> Iterator[Stored]:
    with stored(database_url) as made:
        yield made


# --- one contract, three stores ---------------------------------------------------------------------------------------


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[VaultStore]:
    if request.param == "memory":
        kept = MemoryStore()
        first_key(kept, SOURCE, "vk-1", chance_of(1))
        yield kept
        return
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else f"sqlite:///{tmp_path}/vault.db"
    with stored(url) as made:
        yield made.shelf


def sealed(store: VaultStore, version: int = 1, field: str = "access", account: str = "acc-1") -> SealedRow:
    address = replace(ADDRESS, account=account, field=field, version=version)
    keyring = unlock(SOURCE, store.wrapped_keys())
    return Safe(keyring, chance_of(version)).seal(
        address, Secret(f"{field} {version}"), f"{account}-{field}", current=True
    )


def a_key(number: int, purpose: Purpose = Purpose.VAULT) -> Any:
    return wrap(SOURCE, f"{purpose}-{number}", purpose, number, SecretBytes(bytes(32)), chance_of(number))


def a_box_key(number: int) -> BoxKeyRow:
    identity = BoxIdentity(SecretBytes(chance_of(number)(32)), f"bk-{number}", NOON + timedelta(hours=number))
    return identity.kept(Ed25519PrivateKey.from_private_bytes(bytes(32)), SOURCE, number, chance_of(number))


def test_a_row_that_is_put_is_read_back_and_lays_its_floor(store: VaultStore) -> None:
    rows = [sealed(store, field=field, account=account) for account in ("acc-1", "acc-2") for field in ("a", "b")]
    for row in rows:
        store.put(row)
    assert list(store.rows("acc-1")) == rows[:2]
    assert list(store.floors("acc-2")) == [Floor.under(row) for row in rows[2:]]
    assert store.rows("acc-3") == []
    assert store.floors("acc-3") == []


def test_pages_go_through_all_rows_in_order_of_id(store: VaultStore) -> None:
    rows = [sealed(store, field=f"f{n}") for n in (3, 1, 4, 0, 2)]
    for row in rows:
        store.put(row)
    seen: list[str] = []
    while page := store.page(seen[-1] if seen else "", 2):
        seen += [row.id for row in page]
    assert seen == sorted(row.id for row in rows)


def test_a_row_is_put_once(store: VaultStore) -> None:
    row = sealed(store)
    store.put(row)
    with pytest.raises(RowMoved):
        store.put(sealed(store, 2))
    assert list(store.rows("acc-1")) == [row]
    assert list(store.floors("acc-1")) == [Floor.under(row)]


def test_a_replaced_row_moves_its_floor_and_the_old_one_is_replaced_once(store: VaultStore) -> None:
    old, new = sealed(store), sealed(store, 2)
    store.put(old)
    store.replace(old, new)
    assert list(store.rows("acc-1")) == [new]
    assert list(store.floors("acc-1")) == [Floor.under(new)]
    with pytest.raises(RowMoved):
        store.replace(old, sealed(store, 3))
    with pytest.raises(RowMoved):
        store.remove(old)
    assert list(store.floors("acc-1")) == [Floor.under(new)]


def test_a_row_that_was_never_there_is_neither_replaced_nor_removed(store: VaultStore) -> None:
    row = sealed(store)
    with pytest.raises(RowMoved):
        store.replace(row, sealed(store, 2))
    with pytest.raises(RowMoved):
        store.remove(row)
    assert store.rows("acc-1") == []


def test_a_removed_row_takes_its_floor_with_it(store: VaultStore) -> None:
    kept, row = sealed(store, field="kept"), sealed(store)
    store.put(kept)
    store.put(row)
    store.remove(row)
    assert list(store.rows("acc-1")) == [kept]
    assert list(store.floors("acc-1")) == [Floor.under(kept)]


def test_no_row_goes_under_a_key_that_is_not_stored(store: VaultStore) -> None:
    row = sealed(store)
    with pytest.raises(KeyGone):
        store.put(replace(row, key_id="vk-gone"))
    store.put(row)
    with pytest.raises(KeyGone):
        store.replace(row, replace(sealed(store, 2), key_id="vk-gone"))
    assert list(store.rows("acc-1")) == [row]


def test_keys_are_unique_by_id_and_by_purpose_and_number(store: VaultStore) -> None:
    store.put_key(a_key(2))
    for taken in (a_key(2), replace(a_key(3), number=2), replace(a_key(3), id="vault-2")):
        with pytest.raises(RowMoved):
            store.put_key(taken)
    store.put_key(a_key(22, Purpose.IDENTITY))
    assert {key.id for key in store.wrapped_keys()} >= {"vk-1", "vault-2", "identity-22"}


def test_a_key_is_destroyed_only_when_nothing_is_or_comes_under_it(store: VaultStore) -> None:
    with pytest.raises(KeyInUse):  # the newest: somebody may be about to seal under it
        store.destroy_key("vk-1")
    row = sealed(store)
    store.put(row)
    store.put_key(a_key(2))
    store.put_key(a_key(9, Purpose.IDENTITY))
    for kept in ("vk-1", "vault-2", "identity-9"):
        with pytest.raises(KeyInUse):
            store.destroy_key(kept)
    store.remove(row)
    store.destroy_key("vk-1")
    store.destroy_key("vk-1")
    assert "vk-1" not in {key.id for key in store.wrapped_keys()}


def test_box_keys_are_published_once_and_destroyed_with_their_private_half(store: VaultStore) -> None:
    one, two = a_box_key(1), a_box_key(2)
    store.put_box_key(one)
    store.put_box_key(two)
    with pytest.raises(RowMoved):
        store.put_box_key(one)
    assert sorted(store.box_keys(), key=lambda key: key.id) == [one, two]
    store.destroy_box_key("bk-1")
    store.destroy_box_key("bk-1")
    assert list(store.box_keys()) == [two]
    assert "bk-1" not in {key.id for key in store.wrapped_keys()}


# --- row, floor and audit entry are one commit ------------------------------------------------------------------------


def test_each_write_tells_the_log_the_hash_of_what_it_wrote(vault: Stored) -> None:
    old, new = sealed(vault.shelf), sealed(vault.shelf, 2)
    vault.shelf.put(old)
    vault.shelf.replace(old, new)
    vault.shelf.remove(new)
    for act, row in (("vault.put", old), ("vault.replace", new), ("vault.remove", new)):
        (entry,) = entries(vault.world, act)
        assert entry.facts["sha256"] == Floor.under(row).sha256.hex()
        assert (entry.facts["account"], entry.facts["number"]) == (row.account, row.version)


def test_a_write_that_fails_leaves_neither_row_nor_entry(vault: Stored) -> None:
    row = sealed(vault.shelf)
    vault.shelf.put(row)
    before = vault.size()
    late: list[Callable[[], None]] = [
        lambda: vault.shelf.put(row),
        lambda: vault.shelf.remove(sealed(vault.shelf, 5)),
        lambda: vault.shelf.put_key(a_key(1)),
        lambda: vault.shelf.move(moves([(None, sealed(vault.shelf, field="new")), (None, row)])),
    ]
    for act in late:
        with pytest.raises(RowMoved):
            act()
    assert vault.size() == before
    assert list(vault.shelf.rows("acc-1")) == [row]


@pytest.mark.parametrize("statement", ["INSERT INTO vault_rows", "INSERT INTO audit_entries", "UPDATE audit_head"])
def test_a_fault_at_any_statement_leaves_neither_row_nor_entry(vault: Stored, statement: str) -> None:
    before = vault.size()

    def strike(connection: Any, cursor: Any, said: str, *rest: Any) -> None:
        if said.startswith(statement):
            raise OSError("struck")

    event.listen(vault.world.storage.engine, "before_cursor_execute", strike)
    with pytest.raises(OSError, match="struck"):
        vault.shelf.put(sealed(vault.shelf))
    event.remove(vault.world.storage.engine, "before_cursor_execute", strike)
    assert vault.size() == before
    assert vault.shelf.rows("acc-1") == []


def test_a_row_is_not_replaced_by_another_row() -> None:
    kept = MemoryStore()
    first_key(kept, SOURCE, "vk-1", chance_of(1))
    with pytest.raises(ValueError, match="own next state"):
        moves([(sealed(kept), sealed(kept, field="other"))])


# --- one commit for what belongs together -----------------------------------------------------------------------------


def test_a_renewal_is_written_whole_or_not_at_all(vault: Stored) -> None:
    vault.connected("office", access="a1", refresh="r1")
    written = itertools.count(1)

    def second_row(connection: Any, cursor: Any, said: str, *rest: Any) -> None:
        if said.startswith("INSERT INTO vault_rows") and next(written) == 2:
            raise OSError("struck")

    event.listen(vault.world.storage.engine, "before_cursor_execute", second_row)
    with pytest.raises(OSError, match="struck"):
        vault.keeper.put(vault.account("office"), {"access": Secret("a2"), "refresh": Secret("r2")})
    event.remove(vault.world.storage.engine, "before_cursor_execute", second_row)
    assert vault.opened("office") == {"office": {"access": "a1", "refresh": "r1"}}


def test_what_a_whole_new_credential_leaves_out_goes(vault: Stored) -> None:
    account = vault.connected("office", access="a1", refresh="r1")
    vault.keeper.put(account, {"access": Secret("a2")})
    assert vault.opened("office") == {"office": {"access": "a2", "refresh": "r1"}}
    with vault.world.storage.unit() as unit:
        moved = vault.keeper.moves(account, {"password": Secret("p")}, whole=True)
        unit.commit(Change(moved.events), moved.write)
    assert vault.opened("office") == {"office": {"password": "p"}}


def test_a_vault_is_set_up_once_and_again_without_harm(vault: Stored) -> None:
    vault.connected("office", access="word")
    keys = vault.shelf.wrapped_keys()
    set_up_vault(vault.shelf, SOURCE, chance_of(9), "vk-9")
    assert vault.shelf.wrapped_keys() == keys
    assert vault.opened("office") == {"office": {"access": "word"}}


def test_an_unsure_clock_makes_no_box_key_and_destroys_none(vault: Stored) -> None:
    vault.keeper.renew_box_key(NOON)
    held = vault.shelf.box_keys()
    with pytest.raises(Refused, match="clock-unsure"):
        vault.keeper.renew_box_key(Now.unknown().latest)
    assert vault.shelf.box_keys() == held


def test_box_keys_are_renewed_at_half_their_life_and_destroyed_at_its_end(vault: Stored) -> None:
    counts = []
    for hours in (0, 1, 11, 13, 14, 25, 26, 50):
        vault.keeper.renew_box_key(NOON + timedelta(hours=hours))
        counts.append(len(vault.shelf.box_keys()))
    assert counts == [1, 1, 1, 2, 2, 2, 2, 1]
