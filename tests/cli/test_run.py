"""The supervisor: one command from an empty folder to a ready gateway, and a clear word where it cannot be."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from connectors.simulators.running import PLATFORMS
from gateway.wiring import KEPT_FLOORS
from tests.cli.house import Process, Said, cli, write_config

MEGABYTE = 1 << 20
AMONG_THE_FIRST = re.compile(r"\| +(typer\.\w+|sqlalchemy\.\w+)\n")  # loaded once Ctrl-C is the end, with much to come
pytestmark = pytest.mark.slow


@contextmanager
def started(*arguments: str, unread: int = -1) -> Iterator[subprocess.Popen[str]]:
    """A Python of its own, asked to end at the end and waited for; held up by so many bytes that nobody has read."""
    with subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        pipesize=unread,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.communicate(timeout=20)


def refuses_to_start(config: Path) -> Said:
    """It ends by itself with 2 and one panel; nothing is started over and over."""
    with Process("run", "--config", str(config)) as process:
        said = process.ended(within=60)
    assert said.code == 2, said
    assert "started again" not in said.err
    assert "Traceback" not in said.err
    return said


def test_an_empty_folder_becomes_a_ready_gateway_which_ends_in_order(tmp_path: Path) -> None:
    config = write_config(tmp_path, organisation="")
    with Process("run", "--organisation", "Office for Tests", "--config", str(config)) as process:
        found = process.until_ready("web", "worker")
        assert httpx.get(found["web"]["address"] + "/api/v1/status").json()["ready"] is True
        for name in ("web", "worker"):
            assert found[name]["seconds"] < 15  # the figure is 3 s on a machine that does nothing else
            assert psutil.Process(found[name]["pid"]).memory_info().rss < 150 * MEGABYTE  # web 111, worker 119
        said = process.end()
        assert said.code == 0, said
        assert not any(psutil.pid_exists(found[name]["pid"]) for name in found)
        assert os.stat(tmp_path / "data").st_mode & 0o077 == 0


def test_what_crashes_is_started_again_and_the_other_goes_on(config: Path) -> None:
    with Process("run", "--config", str(config)) as process:
        first = process.until_ready("web", "worker")
        os.kill(first["web"]["pid"], signal.SIGKILL)
        web = process.until_ready("web")["web"]
        os.kill(first["worker"]["pid"], signal.SIGKILL)
        worker = process.until_ready("worker")["worker"]
        assert web["pid"] != first["web"]["pid"]
        assert worker["pid"] != first["worker"]["pid"]
        said = process.end(signal.SIGINT)
        assert said.code == 0
        assert "The web process ended (-9); it is started again." in said.err


def test_a_killed_supervisor_leaves_nobody_behind(config: Path) -> None:
    with Process("run", "--config", str(config)) as process:
        found = process.until_ready("web", "worker")
        children = [psutil.Process(found[name]["pid"]) for name in found]
        process.end(signal.SIGKILL)
        _, left = psutil.wait_procs(children, timeout=20)
        assert left == []


@pytest.mark.parametrize("command", [("gateway.cli", "run"), ("gateway.cli", "web"), ("scheduler", "run")])
def test_ctrl_c_while_it_loads_is_the_end_without_a_trace_back(command: tuple[str, str]) -> None:
    with started("-X", "importtime", "-m", *command, unread=4096) as loading:
        assert loading.stderr is not None
        while not AMONG_THE_FIRST.search(loading.stderr.readline()):
            assert loading.poll() is None
        loading.send_signal(signal.SIGINT)
        assert "Traceback" not in loading.stderr.read()
    assert loading.returncode == -signal.SIGINT


def test_ctrl_c_in_a_terminal_is_heard_by_the_supervisor_which_ends_its_children_in_order(config: Path) -> None:
    with Process("run", "--config", str(config)) as process:
        process.until_ready("worker")
        os.killpg(process.process.pid, signal.SIGINT)
        said = process.ended()
    assert said.code == 0, said
    assert "Traceback" not in said.err


def test_a_second_worker_on_one_sqlite_is_refused(config: Path) -> None:
    with Process("run", "--config", str(config)) as process:
        process.until_ready("worker")
        again = refuses_to_start(config)
        assert "A worker runs already" in again.err
        assert process.end().code == 0


def test_a_key_that_is_wrong_or_missing_is_said_once(config: Path) -> None:
    key = config.parent / "data" / "vault.key"
    key.write_bytes(bytes(32))
    assert "does not open key" in refuses_to_start(config).err
    key.unlink()
    assert "is not there. Put its saved copy back" in refuses_to_start(config).err


def test_a_log_that_was_cut_behind_its_checkpoint_keeps_the_worker_out(config: Path) -> None:
    data = config.parent / "data"
    before = (data / "gateway.db").read_bytes()
    with started("-m", "scheduler", "run", "--config", str(config)) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline()
    for name in ("gateway.db-wal", "gateway.db-shm", KEPT_FLOORS):  # with the floors the vault refuses before
        (data / name).unlink(missing_ok=True)
    (data / "gateway.db").write_bytes(before)
    assert "the kept checkpoint" in refuses_to_start(config).err


def test_a_passphrase_is_typed_once_and_reaches_the_worker_alone(tmp_path: Path) -> None:
    config = write_config(tmp_path, vault={"key_source": "passphrase"})
    phrase = "violet anchor under thirteen maples"
    with Process("run", "--config", str(config), typed=f"{phrase}\n{phrase}\n") as process:
        worker = process.until_ready("web", "worker")["worker"]
        shown = Path(f"/proc/{worker['pid']}/cmdline").read_bytes()
        assert phrase.encode() not in shown
        assert process.end().code == 0
        assert not (tmp_path / "data" / "vault.key").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, not a folder")
    said = refuses_to_start(write_config(tmp_path))
    assert str(tmp_path / "data") in said.err.replace(" ", "")


def test_a_port_that_is_taken_is_named(config: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refuses_to_start(write_config(tmp_path, web={"port": port}))
    assert f"127.0.0.1:{port} cannot be had" in said.err


def test_the_first_start_needs_a_name(tmp_path: Path) -> None:
    said = refuses_to_start(write_config(tmp_path, organisation=""))
    assert "gateway run --organisation" in said.err
    assert not (tmp_path / "data").exists()


def test_init_twice_makes_nothing_twice_and_gives_a_new_link_until_one_was_used(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    first = cli("init", "--config", str(config))
    assert "Made" in first.out
    keys = {path.name: path.read_bytes() for path in (tmp_path / "data").iterdir() if path.suffix in {".key", ".pub"}}
    again = cli("init", "--config", str(config))
    assert (first.code, again.code) == (0, 0)
    assert "Made" not in again.out
    assert "one-time link token" in again.out
    assert {name: (tmp_path / "data" / name).read_bytes() for name in keys} == keys


def test_the_sandbox_says_how_to_reach_it(tmp_path: Path) -> None:
    with started("-m", "gateway.cli", "sandbox", "--truth", str(tmp_path)) as child:
        assert child.stdout is not None
        lines = []
        while not lines or "Ctrl-C" not in lines[-1]:
            lines.append(child.stdout.readline())
            assert lines[-1], lines
        timelines = [line.split("timeline: ")[1].strip() for line in lines if "timeline: " in line]
        assert [httpx.get(address).status_code for address in timelines] == [200] * len(PLATFORMS)
    assert child.returncode == 0
    config = tmp_path / "gateway.toml"
    config.write_text("".join(line for line in lines if not line.startswith("#")))
    assert cli("db", "check", "--config", str(config)).err.startswith("╭─ There is no database")
