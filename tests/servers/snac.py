"""A real snac2, which speaks Mastodon's API but ignores its idempotency keys: the hard case for never twice."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

import httpx

from tests.servers.install_real import SNAC_PROGRAM
from tests.servers.keeper import Kept, Order
from tests.servers.ports import await_answer, free_port


class Snac:
    """The server, empty; accounts are made by `make_account`."""

    def __init__(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="gateway-snac-"))
        port = free_port()
        self.origin = f"http://127.0.0.1:{port}"
        self._data = folder / "data"
        # It asks for its network address, port, host name, path prefix and administrator.
        _run(f"127.0.0.1\n{port}\n127.0.0.1:{port}\n\n\n", "init", str(self._data))
        self._configure()
        self._kept = Kept(
            Order(
                command=(str(SNAC_PROGRAM), "httpd", str(self._data)),
                environment={"PATH": os.environ["PATH"], "TZ": "UTC"},
                cwd=str(folder),
                log=str(folder / "log"),
                remove=str(folder),
            )
        )
        await_answer(f"{self.origin}/api/v1/instance", self._kept.is_alive, self._kept.words)

    def make_account(self, name: str) -> dict[str, str]:
        """A new account `name`: the credential a person brings, `access_token`."""
        said = _run("", "adduser", str(self._data), name)
        found = re.search(r"^User password is (\S+)", said, re.MULTILINE)
        assert found, said
        form = {"login": name, "passwd": found.group(1)}
        answer = httpx.post(f"{self.origin}/oauth/x-snac-get-token", data=form, timeout=30).raise_for_status()
        return {"access_token": answer.text.strip()}

    def stop(self) -> None:
        """End it and remove what it wrote."""
        self._kept.stop()

    def _configure(self) -> None:
        """Plain HTTP, spare threads, and no deliveries to its own shared inbox, for which it would wait."""
        file = self._data / "server.json"
        wanted = {
            "protocol": "http",
            "disable_block_notifications": True,
            "shared_inboxes": False,
            "num_threads": 16,
        }
        file.write_text(json.dumps({**json.loads(file.read_text()), **wanted}))


def _run(answers: str, *arguments: str) -> str:
    done = subprocess.run([str(SNAC_PROGRAM), *arguments], input=answers, check=True, capture_output=True, text=True)
    return done.stdout + done.stderr
