"""The ground the tests stand on holds: databases are fresh, servers die with the run, nothing leaves the machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import httpx
import psutil  # type: ignore[import-untyped]
import pytest
from sqlalchemy import create_engine, text

from tests.loopback import LeavesTheMachine
from tests.servers.postgres import Postgres


def test_each_test_gets_an_empty_database(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE only_here (n INTEGER)"))  # fails where another test left one
        connection.execute(text("INSERT INTO only_here VALUES (1)"))
    engine.dispose()


def test_a_second_test_gets_another_one(database_url: str) -> None:
    test_each_test_gets_an_empty_database(database_url)


@pytest.mark.postgres
@pytest.mark.slow
def test_what_was_committed_survives_kill_nine_of_the_durable_server(
    postgres_durable: Postgres, durable_url: str
) -> None:
    engine = create_engine(durable_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept (n INTEGER)"))
        connection.execute(text("INSERT INTO kept VALUES (42)"))
    engine.dispose()
    postgres_durable.crash()
    with engine.begin() as connection:
        assert connection.execute(text("SELECT n FROM kept")).scalar_one() == 42
        assert connection.execute(text("SHOW fsync")).scalar_one() == "on"
    engine.dispose()


@pytest.mark.postgres
@pytest.mark.slow
def test_a_killed_test_run_leaves_no_server_behind() -> None:
    root = Path(__file__).parent.parent
    program = (
        "from tests.servers.postgres import Postgres; import time; s = Postgres();"
        "print(s._kept.pid, s.folder, flush=True); time.sleep(60)"
    )
    run = subprocess.Popen([sys.executable, "-c", program], cwd=root, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    pid, folder = run.stdout.readline().split()
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and (psutil.pid_exists(int(pid)) or Path(folder).exists()):
        time.sleep(0.05)
    assert not psutil.pid_exists(int(pid))
    assert not Path(folder).exists()


@pytest.mark.parametrize("address", ["203.0.113.9", "2001:db8::9"])
def test_a_connection_that_would_leave_the_machine_is_an_error(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as one, pytest.raises(LeavesTheMachine):
        one.connect((address, 443))


def test_an_http_client_does_not_take_it_for_a_network_fault() -> None:
    with pytest.raises(LeavesTheMachine):
        httpx.get("http://social.example/")


def test_a_name_that_cannot_exist_fails_as_unknown() -> None:
    with pytest.raises(httpx.ConnectError):
        httpx.get("http://nowhere.invalid/")


def test_local_time_is_far_from_utc_so_that_reading_it_shows() -> None:
    offset = datetime.fromtimestamp(1_700_000_000).astimezone().utcoffset()
    assert os.environ["TZ"] == "Pacific/Chatham"
    assert offset is not None
    assert offset.total_seconds() > 12 * 3600
