"""How the worker process starts and ends. The supervisor hands the vault's outer key through a pipe."""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import fcntl
import gc
import json
import logging
import os
import sys
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy.engine import make_url

from gateway.chance import Chance
from gateway.domain.refusal import Reason, Refused
from gateway.sealing import ContentKeyUnavailable
from gateway.settings import BadSettings, Settings, read_settings
from gateway.storage.vault import VaultShelf
from gateway.supervised import end_with_supervisor
from gateway.wiring import BOX_SIGNER, LOG_KEY, build_world
from scheduler.bookkeeper import LogDoesNotExtend
from scheduler.ground import VaultShut
from scheduler.keeper import publish_identities, set_up_vault
from scheduler.worker import Worker, origin_of
from vault.keys import KeySource, KeyUnavailable
from vault.secret import Secret, SecretBytes
from vault.sources import FileSource, PassphraseSource, create_key_file, read_key_file

PR_SET_DUMPABLE = 4
COLLECT_AFTER = (10_000, 10, 10)
PASSES = frozenset({Reason.CLOCK_UNSURE})  # what goes by itself: whoever starts the worker starts it again


def main(arguments: list[str] | None = None) -> int:
    """Exit 0 when it ended in order, 2 where something must be put right first, 1 where time does that; the message
    says what.
    """
    options = _options(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    try:
        settings = read_settings(options.config)
        if options.act == "setup":
            return set_up(settings, _source(settings, options.key_fd, create=True))
        return run(settings, _source(settings, options.key_fd, create=False))
    except (BadSettings, ContentKeyUnavailable, KeyUnavailable, LogDoesNotExtend, Refused, VaultShut) as fault:
        sys.stderr.write(f"{fault}\n")
        return code_of(fault)


def code_of(fault: Exception) -> int:
    """With what the process ends for this fault."""
    return 1 if isinstance(fault, Refused) and fault.reason in PASSES else 2


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scheduler")
    parser.add_argument("act", choices=("setup", "run"))
    parser.add_argument("--config", type=Path, default=None)
    parser.add_argument("--key-fd", type=int, default=None, help="read the vault's outer key from this descriptor")
    return parser.parse_args(arguments)


def _source(settings: Settings, key_fd: int | None, *, create: bool) -> KeySource:
    """Where the outer key comes from: a pipe, a file, or a passphrase typed into the pipe. Raises KeyUnavailable."""
    handed = _read_all(key_fd) if key_fd is not None else None
    if settings.vault.key_source == "passphrase":
        if handed is None:
            raise BadSettings("The vault's passphrase is handed over by `gateway run`: start the worker with it")
        return PassphraseSource(Secret(handed.decode()))
    if handed is not None:
        return FileSource(SecretBytes(handed))
    path = settings.in_data(settings.vault.key_file)
    if create and not path.exists():
        create_key_file(path, Chance().token)
    return read_key_file(path, os.getuid())


def _read_all(descriptor: int) -> bytes:
    with os.fdopen(descriptor, "rb") as pipe:
        return pipe.read(4096)


def set_up(settings: Settings, source: KeySource) -> int:
    """Make the vault's keys and pin the public ones in the data folder; safe to run again."""
    world = build_world(settings)
    shelf = VaultShelf(world.storage)
    set_up_vault(shelf, source, world.chance.token, world.chance.id())
    publish_identities(shelf, source, settings.data, origin_of(world), (BOX_SIGNER, LOG_KEY))
    world.storage.close()
    return 0


def run(settings: Settings, source: KeySource) -> int:
    """Run until SIGTERM. A second worker on one SQLite file is refused."""
    undumpable()
    end_with_supervisor()
    with ExitStack() as held:
        for path in locks_of(settings):
            lock = held.enter_context(path.open("w"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BadSettings(f"A worker runs already ({path} is held): stop it first") from None
        return asyncio.run(_run(settings, source))


def locks_of(settings: Settings) -> list[Path]:
    """What one worker alone may hold: its data folder and, wherever it lies, its SQLite file."""
    database = make_url(settings.database_url)
    locks = [settings.data / "worker.lock"]
    if database.get_backend_name() == "sqlite" and database.database:
        locks.append(Path(f"{Path(database.database).resolve()}.worker-lock"))
    return locks


async def _run(settings: Settings, source: KeySource) -> int:
    worker = Worker(settings, source)
    await asyncio.to_thread(worker.prepare)
    calm_collector()
    await worker.run(lambda: _say_ready(worker.id))
    return 0


def calm_collector() -> None:
    """What was loaded at start is not searched for garbage again, and searches are rarer.

    A full search over it stops every thread for 0.15 s, most likely just when a thousand flights come due at once.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def _say_ready(worker: str) -> None:
    sys.stdout.write(json.dumps({"ready": "worker", "id": worker, "pid": os.getpid()}) + "\n")
    sys.stdout.flush()


def undumpable() -> None:
    """No core dumps and no reading of this process by others of the same user (prctl(2), PR_SET_DUMPABLE)."""
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
