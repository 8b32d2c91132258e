"""The command line: one file for each group of commands, over the same actions as everybody; there is no back door."""

from __future__ import annotations


def main() -> None:
    """The `gateway` command. Exit 0: done. 1: refused or failed. 2: something must be put right first."""
    from gateway.cli.entry import APP

    APP()
