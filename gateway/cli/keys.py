"""The vault's outer key on its way to the worker. The command line never opens the vault: it only hands on.

A key file is opened by the worker itself, which checks whose it is and that nobody else may read it. A passphrase is
typed here once and goes to the worker through a pipe, never through arguments, environment or disk.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from gateway.settings import Settings

PIPE_HOLDS = 4096  # what the worker reads, and no more than any pipe takes without a reader (pipe(7))


def typed_key(settings: Settings, *, new: bool) -> bytes | None:
    """The passphrase where the vault is locked by one (twice for a new vault), else None."""
    if settings.vault.key_source != "passphrase":
        return None
    from gateway.cli.signing import asked  # here: signing in needs the whole house, and a supervisor does not

    return asked("The vault's passphrase", hidden=True, confirm=new).encode()[:PIPE_HOLDS]


@contextmanager
def handed(key: bytes | None) -> Iterator[tuple[list[str], tuple[int, ...]]]:
    """Arguments and descriptors for a child process that is to read the key; nothing where there is none."""
    if key is None:
        yield [], ()
        return
    reading, writing = os.pipe()
    try:
        os.write(writing, key)
        os.close(writing)
        yield ["--key-fd", str(reading)], (reading,)
    finally:
        os.close(reading)
