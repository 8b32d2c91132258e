"""`gateway run`: the supervisor. Web and worker as two processes, restarted when they crash, ended in order."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from gateway.cli.children import Asked, Child, Ended, News, Said
from gateway.cli.keys import handed, typed_key
from gateway.cli.speaking import ERR, Config, Stop, say
from gateway.settings import Settings, read_settings

PUT_RIGHT = 2  # the exit code with which a child says that starting it again is of no use
END_WITHIN = 45.0  # one conversation in hand is at most a platform's time-out long, and there is the web's beside it
STATUS = "/api/v1/status"


def run(
    organisation: Annotated[str | None, typer.Option(help="Whose gateway this is; needed on the first start.")] = None,
    config: Config = None,
) -> None:
    """Run web and worker until asked to end; the first start in an empty folder sets everything up."""
    settings = read_settings(config, organisation=organisation)
    fresh = is_empty(settings.data)
    key = typed_key(settings, new=fresh)
    arguments = ["--config", str(config)] if config else []
    if fresh:
        _set_up(settings, [*arguments, "--organisation", settings.organisation], key)
    raise typer.Exit(Supervisor(arguments, key).run())


def is_empty(folder: Path) -> bool:
    """Whether nothing was set up here yet: no such folder, or nothing in it."""
    return not folder.exists() or not any(folder.iterdir())


def _set_up(settings: Settings, arguments: Sequence[str], key: bytes | None) -> None:
    if not settings.organisation.strip():
        raise Stop("Whose gateway is this?", 'The first start needs a name: gateway run --organisation "…"')
    with handed(key) as (more, descriptors):
        command = [sys.executable, "-m", "gateway.cli", "init", *arguments, *more]
        done = subprocess.run(command, pass_fds=descriptors, check=False)  # noqa: S603 - our own
    if done.returncode != 0:
        raise typer.Exit(done.returncode)


class Supervisor:
    """Keeps both processes running. It holds no world: what it knows is what they say and how they end."""

    def __init__(self, arguments: Sequence[str], key: bytes | None) -> None:
        self.news: News = SimpleQueue()
        self.web = Child("web", ["-m", "gateway.cli", "web", *arguments], self.news)
        self.worker = Child("worker", ["-m", "scheduler", "run", *arguments], self.news, key)
        self._ending: Asked | Ended | None = None

    def run(self) -> int:
        """Until it is asked to end or a child says that something must be put right; the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, _frame: self.news.put(Asked(number)))
        self.worker.start()
        self.web.start()
        while self._ending is None:
            self._meet(self._next())
        return self._end(self._ending)

    @property
    def _children(self) -> tuple[Child, Child]:
        return self.web, self.worker

    def _next(self) -> Said | Ended | Asked | None:
        """The next piece of news; None when a child is to be started again first."""
        due = [child.restart_at for child in self._children if child.restart_at is not None]
        try:
            return self.news.get(timeout=max(0.0, min(due) - time.monotonic()) if due else None)
        except Empty:
            return None

    def _meet(self, news: Said | Ended | Asked | None) -> None:
        if isinstance(news, Said):
            self._listen(news)
        elif isinstance(news, Asked):
            self._ending = news
        elif isinstance(news, Ended):
            self._lost(news)
        for child in self._children:
            if child.restart_at is not None and child.restart_at <= time.monotonic():
                child.start()

    def _lost(self, news: Ended) -> None:
        news.child.gone()
        if news.code == PUT_RIGHT:
            self._ending = news
        else:
            ERR.print(f"The {news.child.name} process ended ({news.code}); it is started again.")

    def _listen(self, said: Said) -> None:
        told = _told(said.line)
        if told.get("ready") != said.child.name:
            say(said.line)
        elif said.child is self.worker or answers(str(told.get("address", ""))):
            say(json.dumps(told | {"seconds": round(said.child.seconds, 2)}))
        else:
            ERR.print("The web process listens but does not answer; see its words above.")

    def _end(self, why: Asked | Ended) -> int:
        """Ask both to end in order and wait; whatever is left after that is killed."""
        in_order = self._await_ends()
        if isinstance(why, Ended):
            raise Stop(f"The {why.child.name} process cannot run", _last_words(why.child), PUT_RIGHT)
        return 0 if in_order else 1

    def _await_ends(self) -> bool:
        for child in self._children:
            child.stop()
        until, in_order = time.monotonic() + END_WITHIN, True
        while any(child.is_running for child in self._children):
            try:
                news = self.news.get(timeout=max(0.01, until - time.monotonic()))
            except Empty:
                in_order = False
                for child in self._children:
                    child.stop(at_once=True)
                continue
            if isinstance(news, Ended):
                news.child.gone()
                in_order = in_order and news.code in {0, -signal.SIGTERM, -signal.SIGINT}
        return in_order


def _told(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _last_words(child: Child) -> str:
    """The child's own message, without what its log said before."""
    return "\n".join(list(child.last_words)[-8:]).strip() or "It gave no reason."


def answers(address: str) -> bool:
    """Whether the status page at this address answers 200 within five seconds."""
    parts = urlsplit(address)
    wire = HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    try:
        wire.request("GET", STATUS, headers={"Connection": "close"})
        return wire.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        wire.close()
