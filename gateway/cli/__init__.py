"""The command line: one file for each group of commands, over the same actions as everybody; there is no back door."""

from __future__ import annotations

import sys

from gateway.cli.forgetting import begin_forgetting


def main() -> None:
    """The `gateway` command. Exit 0: done. 1: refused or failed. 2: something must be put right first."""
    if sys.argv[1:2] == ["web"]:
        begin_forgetting()  # before all else is imported, since that is done over
    from gateway.cli.entry import APP

    APP()
