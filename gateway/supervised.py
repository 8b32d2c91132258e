"""A child of `gateway run` ends in order when its supervisor is gone (prctl(2), PR_SET_PDEATHSIG)."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Mapping

SUPERVISOR = "GATEWAY_SUPERVISOR"  # in a child's environment: the process that started it
PR_SET_PDEATHSIG = 1


def end_with_supervisor(environment: Mapping[str, str] = os.environ) -> None:
    """Be asked to end (SIGTERM) as soon as the supervisor is gone; nothing to do for a process started by hand.

    Linux alone has this; elsewhere a killed supervisor leaves its children, which its next start then names.
    """
    if SUPERVISOR not in environment or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != int(environment[SUPERVISOR]):  # it went before it could be asked for
        os.kill(os.getpid(), signal.SIGTERM)
