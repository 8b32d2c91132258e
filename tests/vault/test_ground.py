"""The floors kept outside the database: the log must go on from them, or the worker's vault stays shut (house §9)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select, update

from gateway.audit.entry import Entry
from gateway.audit.tree import Frontier, leaf_hash
from gateway.storage import tables
from gateway.storage.vault import VaultShelf
from scheduler.ground import VaultShut
from scheduler.keeper import Keeper
from tests.vault.shelves import ORIGIN, SOURCE, Stored, stored
from vault.safe import Errand
from vault.secret import Secret, SecretBytes
from vault.snapshot import BrokenSnapshot, from_text, to_text
from vault.store import Floor, Snapshot

KEY = SecretBytes(bytes(range(32)))
WORDS = st.text(max_size=12)
FLOORS = st.builds(Floor, WORDS, WORDS, st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))


@pytest.fixture
def vault(database_url: str) -> Iterator[Stored]:
    with stored(database_url) as made:
        yield made


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "vault-floors"


def started(vault: Stored, kept: Path) -> Keeper:
    """The keeper of a worker that starts now in this folder."""
    return Keeper(vault.world, VaultShelf(vault.world.storage), SOURCE, ORIGIN, floors=kept)


def opens(vault: Stored, keeper: Keeper) -> dict[str, dict[str, str]]:
    found = keeper.open_many([vault.account("office")], Errand.DELIVER)
    return {id: opened.revealed() for id, opened in found.items()}


def edit_log(connection: Connection, old_row: dict[str, Any]) -> None:
    """What somebody who can write everything in the database does: the newest floor says what the old row is, and
    the tree is hashed anew so that it agrees."""
    c = tables.audit_entries.c
    put = Entry.from_bytes(connection.execute(select(c.body).where(c.act == "vault.put")).scalar_one().encode())
    index, body = connection.execute(select(c.index, c.body).where(c.act == "vault.replace")).one()
    entry = Entry.from_bytes(body.encode())
    forged = replace(entry, facts={**entry.facts, "sha256": put.facts["sha256"], "number": put.facts["number"]})
    connection.execute(update(tables.audit_entries).where(c.index == index).values(body=forged.to_bytes().decode()))
    connection.execute(delete(tables.vault_rows).where(tables.vault_rows.c.id == old_row["id"]))
    connection.execute(insert(tables.vault_rows), old_row)
    hash_anew(connection)


def hash_anew(connection: Connection) -> None:
    bodies = connection.execute(select(tables.audit_entries.c.body).order_by(tables.audit_entries.c.index))
    frontier = Frontier().extend([leaf_hash(body.encode()) for (body,) in bodies])
    connection.execute(update(tables.audit_head).values(size=frontier.size, frontier=frontier.to_bytes()))


def renewed(vault: Stored) -> dict[str, Any]:
    """A credential that was renewed, and its row as it was before."""
    vault.connected("office", access="old")
    old = vault.row("office-access")
    vault.keeper.put(vault.account("office"), {"access": Secret("new")})
    return old


def test_a_worker_goes_on_from_what_it_kept_and_from_what_came_after(vault: Stored, kept: Path) -> None:
    renewed(vault)
    started(vault, kept).keep_floors()
    vault.connected("press", access="later")
    vault.keeper.put(vault.account("office"), {"access": Secret("newest")})
    keeper = started(vault, kept)
    assert opens(vault, keeper) == {"office": {"access": "newest"}}
    assert keeper.open_many([vault.account("press")], Errand.DELIVER).keys() == {"press"}


def test_what_was_read_once_is_not_read_again(vault: Stored, kept: Path) -> None:
    """Where what was kept is believed, the entries before it need not even be there."""
    renewed(vault)
    started(vault, kept).keep_floors()
    with vault.behind() as connection:
        connection.execute(delete(tables.audit_entries).where(tables.audit_entries.c.index < vault.size() - 1))
    assert opens(vault, started(vault, kept)) == {"office": {"access": "new"}}


def test_an_old_row_does_not_open_though_the_whole_log_was_made_to_agree(vault: Stored, kept: Path) -> None:
    old = renewed(vault)
    started(vault, kept).keep_floors()
    with vault.behind() as connection:
        edit_log(connection, old)
    with pytest.raises(VaultShut, match="does not go on from it"):
        started(vault, kept)
    kept.unlink()
    assert opens(vault, started(vault, kept)) == {"office": {"access": "old"}}, "else this test shows nothing"


def test_an_edited_log_whose_head_was_left_gives_no_floors_even_without_the_file(vault: Stored, kept: Path) -> None:
    old = renewed(vault)
    with vault.behind() as connection:
        head = connection.execute(select(tables.audit_head.c.frontier)).scalar_one()
        edit_log(connection, old)
        connection.execute(update(tables.audit_head).values(frontier=head))
    with pytest.raises(VaultShut):
        started(vault, kept)


@pytest.mark.parametrize("harm", ["entries", "head", "tail"])
def test_a_log_that_is_missing_or_was_cut_shuts_the_vault(vault: Stored, kept: Path, harm: str) -> None:
    renewed(vault)
    started(vault, kept).keep_floors()
    with vault.behind() as connection:
        if harm == "head":
            connection.execute(delete(tables.audit_head))
        elif harm == "entries":
            connection.execute(delete(tables.audit_entries))
            hash_anew(connection)
        else:
            connection.execute(delete(tables.audit_entries).where(tables.audit_entries.c.index >= 2))
            hash_anew(connection)
    with pytest.raises(VaultShut, match="restore the newest backup"):
        started(vault, kept)


def test_nothing_is_kept_of_a_log_that_was_torn_while_the_worker_ran(vault: Stored, kept: Path) -> None:
    old = renewed(vault)
    keeper = started(vault, kept)
    keeper.keep_floors()
    before = kept.read_text()
    with vault.behind() as connection:
        edit_log(connection, old)
    keeper.keep_floors()
    assert kept.read_text() == before


@given(floors=st.dictionaries(WORDS, FLOORS, max_size=4), log=WORDS, where=st.randoms())
def test_the_text_comes_back_and_no_changed_byte_of_it_does(
    floors: dict[str, Floor], log: str, where: random.Random
) -> None:
    snapshot = Snapshot(log, Frontier().to_bytes(), floors)
    text = to_text(snapshot, KEY)
    assert from_text(text, log, KEY) == snapshot
    at = where.randrange(len(text) - 1)
    other = text[:at] + chr((ord(text[at]) ^ 1) or 2) + text[at + 1 :]
    for wrong in ((other, log, KEY), (text, log + "x", KEY), (text, log, SecretBytes(bytes(32))), ("", log, KEY)):
        with pytest.raises(BrokenSnapshot):
            from_text(*wrong)


def test_a_file_that_was_written_by_another_hand_shuts_the_vault(vault: Stored, kept: Path) -> None:
    renewed(vault)
    started(vault, kept).keep_floors()
    kept.write_text(kept.read_text().replace('"access"', '"excess"'))
    with pytest.raises(VaultShut, match="not one that this gateway wrote"):
        started(vault, kept)
