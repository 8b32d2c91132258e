"""The worker put together: what must hold before anything is claimed, and how it says no."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from gateway.audit.tree import Frontier
from gateway.settings import PlatformPart, Settings
from gateway.storage.log import Search
from gateway.storage.tables import audit_entries, audit_head, heartbeats
from gateway.wiring import KEPT_FLOORS
from scheduler.starting import locks_of, main
from scheduler.worker import KEPT_CHECKPOINT, Worker
from tests import cast
from tests.flow.town import Town, town
from vault.sources import read_key_file

pytestmark = pytest.mark.slow


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Town]:
    """A town of its own; nobody works."""
    with town(tmp_path, platforms=(), working=False) as made:
        yield made


def worker_of(house: Town) -> Worker:
    """A worker that is not running yet."""
    return Worker(house.settings, read_key_file(house.settings.in_data("vault.key"), os.getuid()))


def refused(house: Town, capsys: pytest.CaptureFixture[str], code: int = 2) -> str:
    """What `python -m scheduler run` says when it does not start: its exit code and words, no traceback."""
    assert main(["run", "--config", str(house.folder / "gateway.toml")]) == code
    said = capsys.readouterr().err
    assert "Traceback" not in said
    return said


def test_it_runs_until_it_is_asked_to_stop_and_leaves_no_sign_of_life(house: Town) -> None:
    worker = worker_of(house)
    worker.prepare()

    async def run() -> None:
        await asyncio.wait_for(worker.run(worker.stop), 20)

    asyncio.run(run())
    assert house.settings.in_data(KEPT_CHECKPOINT).exists()
    assert house.settings.in_data(KEPT_FLOORS).exists()
    with house.world.storage.reading() as readers:
        assert readers.connection.execute(select(func.count()).select_from(heartbeats)).scalar() == 0
        assert readers.log.notes()[-1][0] > 0


def test_what_the_operator_says_of_a_platform_reaches_its_connected_accounts_as_it_starts(house: Town) -> None:
    connected, other = house.register("x", "office"), house.register("x", "branch")
    known = (("characters", 280), ("refresh_days", 90))
    cast.write(house.world, replace(house.account(connected), subject="1", facts=known))
    part = PlatformPart(facts={"characters": 25_000})
    house.settings = house.settings.model_copy(update={"platforms": {"x": part}})
    for _ in range(2):
        worker = worker_of(house)
        worker.prepare()
        worker.world.storage.close()
    assert dict(house.account(connected).facts) == {"characters": 25_000, "refresh_days": 90}
    assert house.account(other).facts == ()
    with house.world.storage.reading() as readers:
        told = readers.log.search(Search(act="account.facts"), 10)
    assert [(entry.subject_id, entry.facts) for entry in told] == [(connected, {"changed": "characters"})]


def test_floors_that_another_hand_wrote_keep_it_from_starting(house: Town, capsys: pytest.CaptureFixture[str]) -> None:
    worker = worker_of(house)
    worker.prepare()
    worker.world.storage.close()
    kept = house.settings.in_data(KEPT_FLOORS)
    kept.write_text(kept.read_text().replace("audit-", "audit_"))
    said = refused(house, capsys)
    assert "The vault stays shut" in said
    assert "gateway db restore" in said


def test_a_log_that_was_cut_keeps_it_from_starting(house: Town, capsys: pytest.CaptureFixture[str]) -> None:
    worker = worker_of(house)
    worker.prepare()
    worker.bookkeeper.sign()
    worker.world.storage.close()
    house.settings.in_data(KEPT_FLOORS).unlink()  # it would speak first
    with house.world.storage.housekeeping() as connection:
        connection.execute(delete(audit_entries))
        connection.execute(audit_head.update().values(size=0, frontier=Frontier().to_bytes()))
    assert "entries, the kept checkpoint" in refused(house, capsys)


@pytest.mark.parametrize("damage", ["missing", "another"])
def test_a_vault_key_that_is_missing_or_wrong_keeps_it_from_starting(
    house: Town, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    key = house.settings.in_data("vault.key")
    content = key.read_bytes()
    key.unlink()
    if damage == "another":
        key.touch(mode=0o600)
        key.write_bytes(bytes(reversed(content)))
    assert refused(house, capsys)


def test_a_worker_that_runs_already_is_named_by_its_lock(house: Town, capsys: pytest.CaptureFixture[str]) -> None:
    for path in locks_of(house.settings):
        with path.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            assert str(path) in refused(house, capsys)


def test_a_clock_that_is_behind_the_log_is_waited_for(house: Town, capsys: pytest.CaptureFixture[str]) -> None:
    with house.world.storage.housekeeping() as connection:
        connection.execute(audit_head.update().values(last_at=house.world.clock.now().latest + cast.HOUR))
    assert "clock-unsure" in refused(house, capsys, 1)  # the supervisor starts it again, and ends for 2 alone


def test_one_sqlite_file_has_one_lock_however_it_is_reached(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    first = Settings(data=tmp_path / "one", database=f"sqlite:///{tmp_path}/gateway.db")
    second = Settings(data=tmp_path / "two", database=f"sqlite:///{tmp_path}/link/gateway.db")
    assert set(locks_of(first)) & set(locks_of(second))
    shared = Settings(data=tmp_path / "three", database="postgresql+psycopg://postgres@/one")
    assert locks_of(shared) == [tmp_path / "three" / "worker.lock"]
