"""The worker as it is, started by a hand that makes it readable again to its own user: only so can a test look inside.

The worker clears PR_SET_DUMPABLE for itself. What it was is written to `before` once it is so; then it is set again.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from pathlib import Path

from scheduler.starting import PR_SET_DUMPABLE, main

PR_GET_DUMPABLE = 3


def reopen(before: Path) -> None:
    """Wait until the worker has made itself unreadable, write that down, and make it readable."""
    libc = ctypes.CDLL(None)
    while libc.prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0:
        time.sleep(0.01)
    before.write_text("0")
    libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)


if __name__ == "__main__":
    threading.Thread(target=reopen, args=(Path(sys.argv[1]),), daemon=True).start()
    sys.exit(main(sys.argv[2:]))
