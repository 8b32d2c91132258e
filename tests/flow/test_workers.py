"""Two workers: on PostgreSQL nothing is sent twice and a silent one is recovered; on one SQLite a second is refused."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.domain.delivery import State
from tests.flow.town import BLUESKY, MASTODON, Town, soon, town, until

pytestmark = pytest.mark.slow


def another(house: Town, name: str) -> Path:
    """A second machine: its own data folder with the same keys, the same database; its settings file."""
    folder = house.folder / name
    shutil.copytree(house.settings.data, folder / "data", ignore=shutil.ignore_patterns("*.db*", "*.lock", "*.note"))
    text = (house.folder / "gateway.toml").read_text()
    data = json.dumps(str(house.settings.data))
    assert data in text
    text = text.replace(f"data = {data}", f"data = {json.dumps(str(folder / 'data'))}")
    text = text.replace('database = ""', f"database = {json.dumps(house.settings.database_url)}")
    (folder / "gateway.toml").write_text(text)
    return folder / "gateway.toml"


@contextmanager
def second_worker(house: Town) -> Iterator[subprocess.Popen[str]]:
    """A worker on the second machine, ready."""
    config = another(house, "second")
    with (house.folder / "second.log").open("a") as log:
        command = [sys.executable, "-m", "scheduler", "run", "--config", str(config)]
        worker = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    assert worker.stdout is not None
    try:
        assert json.loads(worker.stdout.readline())["ready"] == "worker"
        yield worker
    finally:
        worker.kill()
        worker.wait(10)
        worker.stdout.close()


@pytest.mark.postgres
def test_two_workers_on_one_database_send_everything_once_and_the_silent_ones_claims_are_recovered(
    tmp_path: Path, durable_url: str
) -> None:
    with town(tmp_path, database=durable_url, platforms=(BLUESKY, MASTODON), spans={"platform_timeout": 2}) as house:
        accounts = [*house.connect_many(BLUESKY, 6), *house.connect_many(MASTODON, 6)]
        with second_worker(house) as second:
            posts = [
                house.post(f"Round {n} of both workers.", *accounts, wanted=soon(house.world, 3)) for n in range(3)
            ]
            house.settled(*posts, seconds=40)
            left = house.post("Left behind by a worker that fell silent.", *accounts, wanted=soon(house.world, 7))
            until(lambda: set(house.states(left)) == {State.CLAIMED}, house)
            mine = {delivery.claimed_by for delivery in house.deliveries(left)}
            assert len(mine) == 1
            # Whichever holds the claims falls silent; the other one recovers and sends them.
            silent_is_first = mine == {house.worker_id}
            if silent_is_first:
                house.kill_worker()
            else:
                second.kill()
            house.settled(left, seconds=40)
        for post in [*posts, left]:
            for delivery in house.deliveries(post):
                assert house.acts(delivery.id).count("delivery.intent") == 1
        for text in [*(f"Round {n} of both workers." for n in range(3)), "Left behind by a worker that fell silent."]:
            taken = house.accepted(text)
            assert len(taken) == len({event["account"] for event in taken}) == len(accounts)
        if silent_is_first:
            house.start_worker()


@pytest.mark.parametrize("where", ["one data folder", "two data folders on one file"])
def test_a_second_worker_on_one_sqlite_is_refused(tmp_path: Path, where: str) -> None:
    with town(tmp_path, platforms=()) as house:
        config = house.folder / "gateway.toml" if where == "one data folder" else another(house, "second")
        command = [sys.executable, "-m", "scheduler", "run", "--config", str(config)]
        second = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert second.returncode == 2
        assert "A worker runs already" in second.stderr
        assert "Traceback" not in second.stderr
