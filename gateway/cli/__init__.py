"""The command line: one file for each group of commands, over the same actions as everybody; there is no back door."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """The `gateway` command. Exit 0: done. 1: refused or failed. 2: something must be put right first."""
    asked = signal.getsignal(signal.SIGINT)
    if asked is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C while all this loads is the end, without a trace-back
    if sys.argv[1:2] == ["web"]:
        from gateway.cli.forgetting import begin_forgetting

        begin_forgetting()  # before all else is imported, since that is done over
    from gateway.cli.entry import APP

    signal.signal(signal.SIGINT, asked)
    APP()
