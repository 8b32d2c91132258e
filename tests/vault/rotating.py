"""A process that rotates the vault's keys and dies of kill -9 just before its n-th write: `rotating URL`, n by stdin.

Each n is one child, forked so that nothing has to be imported anew; the answer is "killed", or how many writes it made.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from sqlalchemy import event

from gateway.storage.vault import VaultShelf
from scheduler.keeper import Keeper
from tests.cast import bare_world
from tests.vault.shelves import ORIGIN, SOURCE
from vault.store import Purpose

WRITES = ("INSERT", "UPDATE", "DELETE")


class Death:
    """Strikes before the n-th statement that writes, commits counted too; never for n = 0."""

    def __init__(self) -> None:
        self.at = self.seen = 0

    def __call__(self) -> None:
        self.seen += 1
        if self.seen == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def before_statement(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        """SQLAlchemy's before_cursor_execute."""
        if statement.startswith(WRITES):
            self()

    def before_commit(self, connection: Any) -> None:
        """SQLAlchemy's commit, before it is sent."""
        self()


def rotate(url: str, at: int) -> int:
    """Begin a rotation where none is under way, and finish it, unless death comes first; how many writes it took."""
    world, death = bare_world(url), Death()
    event.listen(world.storage.engine, "before_cursor_execute", death.before_statement)
    event.listen(world.storage.engine, "commit", death.before_commit)
    shelf = VaultShelf(world.storage)
    keeper = Keeper(world, shelf, SOURCE, ORIGIN)
    death.at, death.seen = at, 0
    if sum(key.purpose is Purpose.VAULT for key in shelf.wrapped_keys()) == 1:
        keeper.begin_rotation()
    for _ in keeper.rotate():
        pass
    return death.seen


def main(url: str) -> None:
    """One child a line."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(rotate(url, int(line)))
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        sys.stdout.write("killed\n" if killed else f"{os.WEXITSTATUS(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
