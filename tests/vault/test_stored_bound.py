"""A stored row opens only where the log says it was written last; put back, swapped, moved or flipped it does not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from gateway.audit.entry import Entry
from gateway.audit.tree import Frontier, leaf_hash
from gateway.storage import tables
from gateway.storage.vault import VaultShelf
from tests.cast import entries
from tests.vault.shelves import Stored, stored
from vault.safe import Errand
from vault.secret import Secret

BYTES = ("salt", "commitment", "nonce", "ciphertext")


@pytest.fixture
def vault(database_url: str) -> Iterator[Stored]:
    with stored(database_url) as made:
        yield made


# --- what was put back by hand ----------------------------------------------------------------------------------------


def test_a_credential_opens_and_an_older_row_put_back_does_not(vault: Stored) -> None:
    vault.connected("office", access="first")
    older = [vault.row("office-access")]
    for word in ("second", "third"):
        vault.keeper.put(vault.account("office"), {"access": Secret(word)})
        older.append(vault.row("office-access"))
    newest = older.pop()
    for row in older:
        vault.put_back(row)
        assert vault.opened("office") == {}
    vault.put_back(newest)
    assert vault.opened("office") == {"office": {"access": "third"}}
    assert len(entries(vault.world, "credential.cannot-open")) == 2


def test_a_removed_row_put_back_does_not_open(vault: Stored) -> None:
    account = vault.connected("office", access="gone", refresh="too")
    rows = [vault.row("office-access"), vault.row("office-refresh")]
    vault.keeper.forget(account)
    for row in rows:
        vault.put_back(row)
    assert vault.opened("office") == {}


def test_a_credential_with_a_row_taken_out_or_planted_does_not_open(vault: Stored) -> None:
    vault.connected("office", access="one", refresh="two")
    taken = vault.row("office-refresh")
    with vault.behind() as connection:
        connection.execute(delete(tables.vault_rows).where(tables.vault_rows.c.id == "office-refresh"))
    assert vault.opened("office") == {}
    vault.put_back(taken)
    assert vault.opened("office") == {"office": {"access": "one", "refresh": "two"}}
    vault.put_back({**taken, "id": "planted"})
    assert vault.opened("office") == {}


@pytest.mark.parametrize("column", ["act", "subject_id", "subject_kind"])
def test_the_columns_beside_an_entry_are_not_believed(vault: Stored, column: str) -> None:
    """They are in no hash: an edit there that hid the newest floor would be seen by nobody."""
    vault.connected("office", access="old")
    old = vault.row("office-access")
    vault.keeper.put(vault.account("office"), {"access": Secret("new")})
    vault.put_back(old)
    with vault.behind() as connection:
        c = tables.audit_entries.c
        connection.execute(update(tables.audit_entries).where(c.act == "vault.replace").values({column: "hidden"}))
    assert vault.fresh().open_many([vault.account("office")], Errand.DELIVER) == {}


def test_an_edited_floor_shows_when_the_log_is_verified(vault: Stored) -> None:
    vault.connected("office", access="old")
    old = vault.row("office-access")
    vault.keeper.put(vault.account("office"), {"access": Secret("new")})
    assert vault.opened("office") == {"office": {"access": "new"}}
    vault.put_back(old)
    assert _root_of_entries(vault) == _root_of_head(vault)
    with vault.behind() as connection:
        c = tables.audit_entries.c
        (found,) = connection.execute(select(c.index, c.body).where(c.act == "vault.replace"))
        entry = Entry.from_bytes(found[1].encode())
        (put,) = connection.execute(select(c.body).where(c.act == "vault.put"))
        facts = {**entry.facts, **{k: Entry.from_bytes(put[0].encode()).facts[k] for k in ("sha256", "number")}}
        body = replace(entry, facts=facts).to_bytes().decode()
        connection.execute(update(tables.audit_entries).where(c.index == found[0]).values(body=body))
    assert _root_of_entries(vault) != _root_of_head(vault)
    assert vault.opened("office") == {}, "a worker that was running remembers what it read"


def test_a_log_with_a_hole_or_a_cut_tail_shuts_the_vault(vault: Stored) -> None:
    vault.connected("office", access="old")
    old = vault.row("office-access")
    vault.keeper.put(vault.account("office"), {"access": Secret("new")})
    vault.put_back(old)
    c = tables.audit_entries.c
    with vault.behind() as connection:
        connection.execute(delete(tables.audit_entries).where(c.act == "vault.replace"))
    assert vault.fresh().open_many([vault.account("office")], Errand.DELIVER) == {}
    shelf = VaultShelf(vault.world.storage)
    assert shelf.floors("office") == []
    vault.shelf.floors("office")
    with vault.behind() as connection:
        connection.execute(update(tables.audit_head).values(size=0, frontier=Frontier().to_bytes()))
    assert vault.shelf.floors("office") == []
    with vault.behind() as connection:
        connection.execute(delete(tables.audit_head))
    assert vault.shelf.floors("office") == []


def test_an_entry_copied_to_another_place_gives_no_floor(vault: Stored) -> None:
    vault.connected("office", access="old")
    with vault.behind() as connection:
        c, head = tables.audit_entries.c, tables.audit_head
        found = dict(
            connection.execute(select(tables.audit_entries).where(c.act == "vault.put").limit(1)).mappings().one()
        )
        frontier = Frontier.from_bytes(connection.execute(select(head.c.frontier)).scalar_one())
        connection.execute(insert(tables.audit_entries), {**found, "index": frontier.size})
        grown = frontier.append(leaf_hash(found["body"].encode()))
        connection.execute(update(head).values(size=grown.size, frontier=grown.to_bytes()))
    assert vault.shelf.floors("office") == []


def _root_of_entries(vault: Stored) -> bytes:
    with vault.behind() as connection:
        bodies = connection.execute(select(tables.audit_entries.c.body).order_by(tables.audit_entries.c.index))
        return Frontier().extend([leaf_hash(body.encode()) for (body,) in bodies]).root()


def _root_of_head(vault: Stored) -> bytes:
    with vault.behind() as connection:
        return Frontier.from_bytes(connection.execute(select(tables.audit_head.c.frontier)).scalar_one()).root()


# --- G2: bound to its place and version -------------------------------------------------------------------------------

ACCOUNTS, FIELDS, VERSIONS = ("north", "south", "west"), ("access", "refresh"), 3


@pytest.mark.slow
def test_every_swap_among_accounts_fields_and_versions_is_refused(vault: Stored) -> None:
    """Contents moved between rows, whole or with the columns that say where they belong."""
    lying: dict[tuple[str, str, int], dict[str, Any]] = {}
    for version in range(VERSIONS):
        for account in ACCOUNTS:
            fields = {field: f"{account} {field} {version}" for field in FIELDS}
            if version == 0:
                vault.connected(account, **fields)
            else:
                vault.keeper.put(vault.account(account), {name: Secret(value) for name, value in fields.items()})
            lying |= {(account, field, version): vault.row(f"{account}-{field}") for field in FIELDS}
    newest = {(a, f): lying[a, f, VERSIONS - 1] for a in ACCOUNTS for f in FIELDS}
    tried = 0
    for (account, field), good in newest.items():
        for (other, other_field, version), source in lying.items():
            if (account, field, VERSIONS - 1) == (other, other_field, version):
                continue
            for taken in (BYTES, (*BYTES, "version", "subject", "key_id")):
                vault.put_back({**good, **{name: source[name] for name in taken}})
                assert vault.opened(account) == {}, (account, field, other, other_field, version, taken)
                tried += 1
        vault.put_back(good)
    assert tried == 6 * 17 * 2
    assert len(vault.opened(*ACCOUNTS)) == 3


def test_a_credential_asked_for_at_another_place_does_not_open(vault: Stored) -> None:
    """The register says where; each part of the place alone is enough to refuse."""
    account = vault.connected("office", access="word")
    elsewhere = (
        replace(account, subject="another"),
        replace(account, origin="https://other.example"),
        replace(account, platform="pigeon"),
    )
    for other in elsewhere:
        assert vault.keeper.open_many([other], Errand.DELIVER) == {}
    for column, value in (("organisation", "x"), ("platform", "x"), ("origin", "x"), ("subject", "x")):
        good = vault.row("office-access")
        vault.alter("office-access", **{column: value})  # what the row says of itself is not asked
        assert vault.opened("office") == {"office": {"access": "word"}}
        vault.put_back(good)
    vault.alter("office-access", account="elsewhere")
    assert vault.opened("office") == {}


def test_flipped_bytes_are_refused(vault: Stored) -> None:
    vault.connected("office", access="a word that is sealed")
    good, luck = vault.row("office-access"), random.Random(2)
    places = [(name, at) for name in BYTES for at in range(len(good[name]))]
    for name, at in luck.sample(places, 40):
        flipped = bytearray(good[name])
        flipped[at] ^= 1 << luck.randrange(8)
        vault.put_back({**good, name: bytes(flipped)})
        assert vault.opened("office") == {}, (name, at)
    for name in BYTES:
        for cut in (b"", good[name][:-1], good[name] + b"\x00"):
            vault.put_back({**good, name: cut})
            assert vault.opened("office") == {}
    vault.put_back(good)
    assert vault.opened("office") == {"office": {"access": "a word that is sealed"}}
