"""The stage of the demo: processes, platforms with their truth files, the calendar's office, the people."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from gateway.cli.demo.people import Broken, No, Person
from gateway.cli.demo.telling import Teller

BLUESKY, MASTODON = "bluesky", "mastodon"
HOSTS = {BLUESKY: "pds.demo.example", MASTODON: "social.demo.example"}
RELEASE = "/releases/consumerpriceinflationukdemo"

__all__ = ["BLUESKY", "HOSTS", "MASTODON", "RELEASE", "Broken", "No", "Person", "Stage"]


class Stage:
    """Everything the story needs; leaving it ends every process."""

    def __init__(self, folder: Path, teller: Teller) -> None:
        self.folder = folder
        self.teller = teller
        self.people: dict[str, Person] = {}
        self.accounts: dict[str, str] = {}
        self.kept: dict[str, Any] = {}
        self.instant = datetime.now(UTC)
        self._ending = ExitStack()

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "data").mkdir(exist_ok=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, _: TracebackType | None) -> None:
        self._ending.close()

    # --- processes ----------------------------------------------------------------------------------------------

    def start(self, *command: str, log: str) -> subprocess.Popen[str]:
        """A process whose standard output is read line by line; ended with the stage."""
        errors = self._ending.enter_context((self.folder / log).open("w"))
        process = subprocess.Popen([sys.executable, "-m", *command], stdout=subprocess.PIPE, stderr=errors, text=True)  # noqa: S603
        self._ending.callback(_end, process)
        return process

    def start_platforms(self) -> None:
        """The pretend platforms, each with its own truth file."""
        process = self.start(
            "connectors.simulators",
            "--bluesky-port=0",
            "--mastodon-port=0",
            f"--truth={self.folder / 'truth'}",
            log="platforms.log",
        )
        self.platforms: dict[str, dict[str, Any]] = json.loads(_line(process, "the pretend platforms"))

    def control(self, platform: str, path: str, **body: Any) -> Any:
        """A simulator's own knobs, which no real platform has."""
        answer = httpx.post(f"{self.platforms[platform]['origin']}/_sim/{path}", json=body, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def truth(self, platform: str, event: str = "accepted") -> list[dict[str, Any]]:
        """What the platform itself wrote down."""
        lines = Path(self.platforms[platform]["truth"]).read_text(encoding="utf-8").splitlines()
        return [told for line in lines if (told := json.loads(line)).get("event") == event]

    def received(self, platform: str, text: str) -> list[dict[str, Any]]:
        """Posts a platform accepted that hold these words."""
        return [post for post in self.truth(platform) if text in str(post.get("text", ""))]

    def write_settings(self) -> Path:
        """The sandbox profile: platform hosts mapped to loopback, the calendar's file, everything in one folder."""
        hosts = "\n".join(f'"{HOSTS[name]}" = "{found["origin"]}"' for name, found in self.platforms.items())
        path = self.folder / "gateway.toml"
        path.write_text(
            f'profile = "sandbox"\norganisation = "Office for Demonstration"\ndata = "{self.folder / "data"}"\n'
            f'[web]\nport = 0\n[calendar]\nfile = "calendar.json"\npoll_seconds = 1\n[sandbox.hosts]\n{hosts}\n',
            encoding="utf-8",
        )
        return path

    def init(self, config: Path) -> str:
        """`gateway init`; the first administrator's one-time link, as it prints it."""
        command = [sys.executable, "-m", "gateway.cli", "init", "--config", str(config)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0:
            raise Broken(done.stderr or done.stdout)
        (self.folder / "init.log").write_text(done.stdout.split("one-time link")[0], encoding="utf-8")
        lines = done.stdout.splitlines()
        at = next((n for n, line in enumerate(lines) if "one-time link token" in line), None)
        if at is None:
            raise Broken("gateway init printed no one-time link")
        return lines[at + 1].strip()

    def start_gateway(self, config: Path) -> None:
        """`gateway run`; waits until both processes say that they are ready."""
        process = self.start("gateway.cli", "run", "--config", str(config), log="gateway.log")
        ready: dict[str, Any] = {}
        while {"web", "worker"} - set(ready):
            told = json.loads(_line(process, "the gateway"))
            ready[str(told.get("ready"))] = told
        self.client = self._ending.enter_context(httpx.Client(base_url=str(ready["web"]["address"]), timeout=30))
        self.ready = ready

    # --- people and accounts --------------------------------------------------------------------------------------

    def person(self, name: str, role: str) -> Person:
        """Someone who will speak to the gateway."""
        self.people[name] = Person(name, role, self.client, self.teller)
        return self.people[name]

    def __getitem__(self, name: str) -> Person:
        return self.people[name]

    # --- the calendar's office --------------------------------------------------------------------------------------

    def write_calendar(self, *, published: bool) -> bytes:
        """What the statistics office puts on its release calendar, in the ONS JSON shape; replaced whole."""
        description = {
            "title": "Consumer price inflation, UK: demonstration",
            "summary": "",
            "release_date": self.instant.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "published": published,
            "cancelled": False,
            "finalised": True,
            "postponed": False,
            "census": False,
        }
        later = {
            **description,
            "title": "Gross domestic product, UK: demonstration",
            "release_date": (self.instant + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "published": False,
        }
        releases = [
            {"uri": RELEASE, "date_changes": None, "description": description},
            {"uri": "/releases/grossdomesticproductukdemo", "date_changes": None, "description": later},
        ]
        body = json.dumps({"took": 1, "breakdown": {"total": 2}, "releases": releases}).encode()
        fresh = self.folder / "data" / "calendar.new"
        fresh.write_bytes(body)
        os.replace(fresh, self.folder / "data" / "calendar.json")
        return body

    # --- checking -------------------------------------------------------------------------------------------------

    def require(self, holds: bool, claim: str) -> None:
        """A claim is checked: told where it holds. Raises Broken where it does not."""
        if not holds:
            raise Broken(f"It does not hold that {claim}")
        self.teller.claim(claim)

    def until(self, why: str, seconds: float, is_so: Callable[[], bool]) -> None:
        """Wait for something to come true. Raises Broken where it does not in time."""
        if not self.teller.wait(why, seconds, is_so):
            raise Broken(f"It did not come true within {seconds:.0f} s: {why}")

    def states(self, submission: str) -> list[str]:
        """The states of a submission's deliveries, as its author sees them."""
        return [str(d["state"]) for d in self["Ada"].ask("GET", f"/submissions/{submission}")["deliveries"]]


def _line(process: subprocess.Popen[str], what: str) -> str:
    if process.stdout is None or not (line := process.stdout.readline()):
        raise Broken(f"{what} did not start")
    return line


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
    # Whoever reads the story does not wait for a pipe that nobody writes.
    if process.stdout is not None:
        process.stdout.close()


def seconds_until(instant: datetime) -> float:
    """Seconds from now."""
    return max(0.0, instant.timestamp() - time.time())
