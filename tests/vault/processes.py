"""Real processes for the vault's tests: the web process over HTTP, and what lies in a process's memory."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from gateway.world import World
from tests import cast
from tests.vault.canary import text_traces

BLOCK = 1 << 24


@dataclass
class Web:
    """The running web process; `said` keeps every answer, headers and all."""

    address: str
    process: subprocess.Popen[str]
    world: World
    said: list[bytes] = field(default_factory=list)

    def ask(self, name: str, method: str, path: str, body: Any = None) -> int:
        """One request as a member of the cast; the status. A body that is bytes goes as it is."""
        headers = {"Authorization": f"Bearer {cast.cookie(self.world, name)}", "Content-Type": "application/json"}
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        wire = HTTPConnection(self.address.removeprefix("http://"), timeout=30)
        try:
            wire.request(method, f"/api/v1{path}", data, headers)
            answer = wire.getresponse()
            self.said += [str(answer.getheaders()).encode(), answer.read()]
            return answer.status
        finally:
            wire.close()


@contextmanager
def web_process(folder: Path, world: World, *, forgets: bool = True) -> Iterator[Web]:
    """`gateway web` on the settings in `folder`; what it writes to stderr goes to web.log there.

    Where it does not forget, the same server is started past the command that makes it.
    """
    serve = (
        "import sys, pathlib; from gateway.cli.web import serve; from gateway.settings import read_settings as read; "
    )
    program = (
        ["-m", "gateway.cli", "web", "--config"]
        if forgets
        else ["-c", serve + "serve(read(pathlib.Path(sys.argv[1])))"]
    )
    with (folder / "web.log").open("a") as log:
        command = [sys.executable, *program, str(folder / "gateway.toml")]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, (folder / "web.log").read_text()
    try:
        yield Web(json.loads(line)["address"], process, world)
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def memory(process: int) -> Iterator[bytes]:
    """What the process can write to, in blocks that overlap by enough for any secret of ours."""
    maps = Path(f"/proc/{process}/maps").read_text().splitlines()
    with Path(f"/proc/{process}/mem").open("rb", buffering=0) as mem:
        for line in maps:
            found = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if found is None or "[vvar" in line:
                continue
            at, end = (int(edge, 16) for edge in found.groups())
            while at < end:
                mem.seek(at)
                with contextlib.suppress(OSError):  # a page that went away meanwhile
                    yield mem.read(min(BLOCK, end - at))
                at += BLOCK - 4096


def in_memory(process: int, values: dict[str, bytes]) -> set[str]:
    """The names of those values whose bytes lie in the process's memory."""
    found: set[str] = set()
    for block in memory(process):
        found |= {name for name, value in values.items() if value in block}
    return found


def files_of(folder: Path, exempt: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Every file under `folder` but the exempt names, read from a copy that another process made.

    To open and close a SQLite file beside SQLite drops the locks this process holds on it (fcntl(2)): what is written
    afterwards can be lost to everybody else.
    """
    with tempfile.TemporaryDirectory() as copy:
        subprocess.run(["cp", "-R", f"{folder}/.", copy], check=True)
        for path in sorted(Path(copy).rglob("*")):
            if path.is_file() and not {*path.relative_to(copy).parts} & set(exempt):
                yield str(path.relative_to(copy)), path.read_bytes()


def hits(places: Iterable[tuple[str, bytes]], secrets: Iterable[str]) -> list[str]:
    """The places in which any secret shows, in any form in which values are written."""
    forms = {form for secret in secrets for form in text_traces(secret)}
    return [name for name, data in places if any(form in data for form in forms)]
