"""Keys rotate on real databases, under load and across kill -9: nothing unreadable, nothing left under the old key."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gateway.domain.refusal import Refused
from gateway.settings import Settings
from gateway.setup import set_up
from gateway.storage.vault import VaultShelf
from scheduler import starting as process
from scheduler.keeper import Keeper
from scheduler.worker import Worker
from tests.cast import entries
from tests.flow.town import write_settings
from tests.vault.shelves import Stored, stored
from vault.rotate import Done
from vault.safe import Errand
from vault.secret import Secret
from vault.sources import read_key_file
from vault.store import KeyInUse, Purpose, RowMoved

ACCOUNTS = ("north", "south")


@pytest.fixture
def vault(database_url: str) -> Iterator[Stored]:
    with stored(database_url) as made:
        yield made


def words(account: str) -> dict[str, str]:
    return {"access": f"{account} opens"}


def vault_keys(vault: Stored) -> list[str]:
    return [key.id for key in vault.shelf.wrapped_keys() if key.purpose is Purpose.VAULT]


def assert_whole(vault: Stored, *accounts: str) -> None:
    """A worker that starts now opens everything, and all of it is under the one key there is."""
    keeper = vault.fresh()
    opened = keeper.open_many([vault.account(id) for id in accounts], Errand.DELIVER)
    assert {id: found.revealed() for id, found in opened.items()} == {id: words(id) for id in accounts}
    (key,) = vault_keys(vault)
    assert {row.key_id for row in vault.shelf.page("", 1000)} == {key}


# --- kill -9 ----------------------------------------------------------------------------------------------------------


@contextmanager
def rotating(url: str) -> Iterator[Callable[[int], str]]:
    """A process whose children rotate and die before their n-th write; call it with n."""
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.vault.rotating", url],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        asked, told = child.stdin, child.stdout

        def strike(at: int) -> str:
            asked.write(f"{at}\n")
            asked.flush()
            return told.readline().strip()

        yield strike
        asked.close()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_kill_at_every_write_of_a_rotation_is_resumed(
    database: str, seed: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """The two seeds take every other write each, in an order of their own; one kill's database is the next one's."""
    url = request.getfixturevalue("durable_url") if database == "postgresql" else f"sqlite:///{tmp_path}/vault.db"
    with stored(url) as vault, rotating(url) as strike:
        for account in ACCOUNTS:
            vault.connected(account, **words(account))
        writes = int(strike(0))
        assert writes >= 25
        points = list(range(1 + seed, writes + 1, 2))
        random.Random(seed).shuffle(points)
        for at in points:
            assert strike(at) == "killed", at
            assert len(vault.fresh().open_many([vault.account(id) for id in ACCOUNTS], Errand.DELIVER)) == len(ACCOUNTS)
            if at % 3 == 0:  # the one that resumes is killed as well
                strike(random.Random(at).randint(1, 9))
            strike(0)
            assert_whole(vault, *ACCOUNTS)


# --- under load -------------------------------------------------------------------------------------------------------


class Load:
    """Two workers that open and renew credentials all the time, and what went wrong."""

    def __init__(self, vault: Stored, accounts: list[str], other: Keeper) -> None:
        self.register = {id: vault.account(id) for id in accounts}
        self.faults: list[str] = []
        self.opened = self.renewed = 0
        self._over = threading.Event()
        tasks = [(act, keeper) for act in (self._open, self._renew) for keeper in (vault.keeper, other)]
        self._threads = [threading.Thread(target=self._watched, args=(*task, n)) for n, task in enumerate(tasks)]

    def _open(self, keeper: Keeper, id: str) -> None:
        found = keeper.open_many([self.register[id]], Errand.DELIVER)
        if id not in found or found[id].revealed() != words(id):
            self.faults.append(id)
        self.opened += 1

    def _renew(self, keeper: Keeper, id: str) -> None:
        keeper.put(self.register[id], {name: Secret(value) for name, value in words(id).items()})
        self.renewed += 1

    def _watched(self, act: Callable[[Keeper, str], None], keeper: Keeper, seed: int) -> None:
        luck = random.Random(seed)
        try:
            while not self._over.wait(0.01):
                act(keeper, luck.choice(list(self.register)))
        except Exception as fault:
            self.faults.append(repr(fault))

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *rest: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()


@pytest.mark.slow
def test_two_rotations_under_openings_and_renewals_of_two_workers_disturb_none(vault: Stored) -> None:
    accounts = [f"office-{n}" for n in range(8)]
    for account in accounts:
        vault.connected(account, **words(account))
    other = vault.fresh()
    with Load(vault, accounts, other) as load:
        for keeper in (vault.keeper, other):
            keeper.begin_rotation()
            while len(vault_keys(vault)) > 1:
                list(keeper.rotate())
    assert load.faults == []
    assert load.opened > 20
    assert load.renewed > 5
    assert_whole(vault, *accounts)
    assert entries(vault.world, "credential.cannot-open") == []


# --- two workers ------------------------------------------------------------------------------------------------------


def test_a_worker_that_did_not_begin_a_rotation_never_destroys_its_new_key(vault: Stored) -> None:
    """To it the new key is unknown; taken for an old one under which there is no row yet, it would be destroyed."""
    vault.connected("north", **words("north"))
    other = vault.fresh()
    vault.keeper.begin_rotation()
    new = vault_keys(vault)[-1]
    list(other.rotate())
    assert vault_keys(vault) == [new]
    vault.keeper.put(vault.account("north"), {"access": Secret("north opens")})
    assert_whole(vault, "north")


def test_a_worker_whose_key_was_destroyed_meanwhile_seals_under_the_new_one(vault: Stored) -> None:
    vault.connected("north", **words("north"))
    other = vault.fresh()
    vault.keeper.begin_rotation()
    list(vault.keeper.rotate())
    other.put(vault.account("north"), {"access": Secret("north opens")})
    found = other.open_many([vault.account("north")], Errand.DELIVER)
    assert found["north"].revealed() == words("north")
    assert_whole(vault, "north")


def test_a_worker_opens_what_another_moved_to_a_key_it_has_not_seen(vault: Stored) -> None:
    vault.connected("north", **words("north"))
    other = vault.fresh()
    vault.keeper.begin_rotation()
    list(vault.keeper.rotate())
    assert other.open_many([vault.account("north")], Errand.DELIVER)["north"].revealed() == words("north")


def test_two_workers_that_begin_at_once_make_one_key_each_in_turn(vault: Stored) -> None:
    vault.connected("north", **words("north"))
    other = vault.fresh()
    gate, faster = threading.Barrier(2), list[str]()

    def begin(keeper: Keeper) -> None:
        gate.wait()
        try:
            keeper.begin_rotation()
            faster.append("began")
        except RowMoved:
            faster.append("late")

    threads = [threading.Thread(target=begin, args=(keeper,)) for keeper in (vault.keeper, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "began" in faster
    list(other.rotate())
    assert_whole(vault, "north")


def test_the_newest_key_is_not_destroyed_even_when_nothing_is_under_it(vault: Stored) -> None:
    vault.keeper.begin_rotation()
    with pytest.raises(KeyInUse):
        vault.shelf.destroy_key(vault_keys(vault)[-1])


# --- damage, and the worker's own chore -------------------------------------------------------------------------------


def test_a_rotation_keeps_the_old_key_for_a_row_that_was_put_back(vault: Stored) -> None:
    for account in ACCOUNTS:
        vault.connected(account, **words(account))
    old = vault.row("south-access")
    vault.keeper.put(vault.account("south"), {"access": Secret("newer")})
    vault.put_back(old)
    vault.keeper.begin_rotation()
    steps = list(vault.keeper.rotate())
    assert [step.subject for step in steps if step.done is Done.REFUSED] == ["south-access"] * 2
    assert steps[-1].done is Done.KEY_KEPT
    assert vault.opened(*ACCOUNTS) == {"north": words("north")}


def test_a_rotation_that_cannot_be_told_does_not_happen(vault: Stored) -> None:
    vault.connected("north", **words("north"))
    vault.keeper.begin_rotation()
    clock: Any = vault.world.clock
    clock.unsure()
    with pytest.raises(Refused, match="clock-unsure"):
        vault.keeper.begin_rotation()
    steps = list(vault.keeper.rotate())
    assert {step.done for step in steps} == {Done.REFUSED, Done.KEY_KEPT}
    clock.sure()
    list(vault.keeper.rotate())
    assert_whole(vault, "north")


@pytest.mark.slow
def test_the_workers_chore_finishes_what_a_worker_before_it_began(database_url: str, tmp_path: Path) -> None:
    settings: Settings = write_settings(tmp_path, {}, database_url, {})
    set_up(settings)
    assert process.main(["setup", "--config", str(tmp_path / "gateway.toml")]) == 0
    source = read_key_file(settings.in_data(settings.vault.key_file), settings.in_data("vault.key").stat().st_uid)
    worker = Worker(settings, source)
    worker.keeper.begin_rotation()
    worker.world.storage.close()

    after = Worker(settings, source)
    shelf = VaultShelf(after.world.storage)
    assert sum(key.purpose is Purpose.VAULT for key in shelf.wrapped_keys()) == 2
    after._rotate()
    assert sum(key.purpose is Purpose.VAULT for key in shelf.wrapped_keys()) == 1
    assert {"identity-box", "identity-log"} <= {key.id for key in shelf.wrapped_keys()}
    after.world.storage.close()
