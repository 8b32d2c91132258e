"""The web process forgets: what its memory gives back is overwritten at once (G1).

CPython cannot wipe a string, and every layer of a request copies it. So the allocator does: glibc fills what is freed
where it is told to, every piece where no thread keeps a cache of its own, and CPython asks glibc for every object.
"""

from __future__ import annotations

import logging
import os
import platform
import sys
from collections.abc import Mapping

TUNABLES = "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0"
FORGETTING = {"PYTHONMALLOC": "malloc", "GLIBC_TUNABLES": TUNABLES}


def forgetting(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment with which a process overwrites what it frees; other tunables that were set stay."""
    others = environment.get("GLIBC_TUNABLES", "")
    tunables = others if TUNABLES in others else ":".join(filter(None, (others, TUNABLES)))
    return {**environment, **FORGETTING, "GLIBC_TUNABLES": tunables}


def begin_forgetting() -> None:
    """Start this process over, once, with an allocator that overwrites; it is read before Python's first line.

    Elsewhere than on glibc nothing is done, and the log says so.
    """
    wanted = forgetting(os.environ)
    if platform.libc_ver()[0] != "glibc":
        logging.getLogger(__name__).warning("memory given back is not overwritten on this system: run it on glibc")
    elif wanted != dict(os.environ):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], wanted)  # noqa: S606 - ourselves, as we were
