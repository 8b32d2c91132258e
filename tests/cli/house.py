"""A gateway set up in a folder of its own, with the whole cast enrolled, and the command line on it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyotp
from typer.testing import CliRunner

from gateway.cli.entry import APP
from gateway.sealing import create_content_key
from gateway.settings import Settings, read_settings
from gateway.setup import set_up
from gateway.wiring import build_world
from gateway.world import World
from tests import cast

WIDE = {"COLUMNS": "200", "GATEWAY_SESSION": "", "GATEWAY_CONFIG": ""}


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class House:
    """The gateway, its settings file, and its world as this process sees it."""

    folder: Path
    config: Path
    settings: Settings
    world: World

    def cli(self, *arguments: str, by: str | None = None, typed: tuple[str, ...] = ()) -> Said:
        """Run one command; `by` gives a live session of that member, `typed` answers its questions."""
        session = ["--session", cast.cookie(self.world, by)] if by else []
        return cli(*arguments, "--config", str(self.config), *session, typed=typed)


def cli(*arguments: str, typed: tuple[str, ...] = ()) -> Said:
    """Run one command in this process."""
    done = CliRunner().invoke(APP, list(arguments), input="".join(f"{line}\n" for line in typed), env=WIDE)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Said(done.exit_code, done.stdout, " ".join(done.stderr.replace("│", " ").split()))


def write_config(folder: Path, **more: Any) -> Path:
    """A settings file on `folder`/data with any free port."""
    document: dict[str, Any] = {
        "organisation": "Office for Tests",
        "data": str(folder / "data"),
        "web": {"port": 0},
        **more,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in document.items() if not isinstance(value, dict)]
    for name, table in document.items():
        if isinstance(table, Mapping):
            lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
    config = folder / "gateway.toml"
    config.write_text("\n".join(lines) + "\n")
    return config


@contextmanager
def a_house(folder: Path) -> Iterator[House]:
    """Set up with the vault's keys, the cast enrolled; no process runs."""
    config = write_config(folder)
    settings = read_settings(config)
    settings.data.mkdir()
    create_content_key(settings.data / "content.key", cast.CONTENT_KEY.key)
    set_up(settings)
    subprocess.run([sys.executable, "-m", "scheduler", "setup", "--config", str(config)], check=True)
    world = build_world(settings)
    for name, roles in cast.ROLES.items():
        cast.write(world, *cast._enrolled(name, roles, datetime.now(UTC)))
    try:
        yield House(folder, config, settings, world)
    finally:
        world.storage.close()  # the last connection takes SQLite's own log in


def code_of(name: str, *, next_step: bool = False) -> str:
    """The code that the member's app shows, on real time; `next_step` waits until it shows another."""
    before = int(time.time()) // 30
    while next_step and int(time.time()) // 30 == before:
        time.sleep(0.2)
    return pyotp.TOTP(cast.secret_of(name)).now()


class Process:
    """A `gateway` command as a process of its own, without a terminal; at the end of a `with` it runs no longer."""

    def __init__(self, *arguments: str, typed: str = "", cwd: Path | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gateway.cli", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=cwd,
            env={**os.environ, **WIDE},
            start_new_session=True,
        )
        assert self.process.stdin is not None
        self.process.stdin.write(typed)
        self.process.stdin.close()
        self.process.stdin = None

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.returncode is None:  # the test failed before it asked
            self.end()

    def until_ready(self, *names: str) -> dict[str, dict[str, Any]]:
        """What these children said when they were ready."""
        assert self.process.stdout is not None
        waiting, found = set(names), {}
        while waiting:
            line = self.process.stdout.readline()
            assert line, self.process.stderr.read() if self.process.stderr else ""
            if line.startswith("{"):
                told = json.loads(line)
                found[told["ready"]] = told
                waiting.discard(told["ready"])
        return found

    def end(self, number: int = signal.SIGTERM) -> Said:
        """Ask it to end and wait for it."""
        self.process.send_signal(number)
        return self.ended()

    def ended(self, within: float = 60) -> Said:
        """Wait until it has ended by itself; one that does not is killed."""
        try:
            out, err = self.process.communicate(timeout=within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise
        return Said(self.process.returncode, out, " ".join(err.replace("│", " ").split()))
