"""A real Bluesky PDS with its PLC directory on loopback, as `make test-real` installed it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import httpx

from tests.servers.install_real import PDS
from tests.servers.keeper import Kept, Order
from tests.servers.ports import await_answer, free_port

SECRET = "correct horse battery"


class Pds:
    """The server, empty; accounts are made by `make_account`."""

    def __init__(self) -> None:
        folder = tempfile.mkdtemp(prefix="gateway-pds-")
        port, directory = free_port(), free_port()
        self.origin = f"http://127.0.0.1:{port}"
        self._kept = Kept(
            Order(
                command=("node", "-r", "./loopback.cjs", "start.cjs", str(port), str(directory)),
                environment={"PATH": os.environ["PATH"], "HOME": folder, "TMPDIR": folder, "TZ": "UTC"},
                cwd=str(PDS),
                log=str(Path(folder) / "log"),
                remove=folder,
            )
        )
        await_answer(f"{self.origin}/xrpc/_health", self._kept.is_alive, self._kept.words)

    def make_account(self, name: str) -> dict[str, str]:
        """A new account `name`.test: the credential a person brings, `identifier` and `app_password`."""
        handle = f"{name}.test"
        account = {"handle": handle, "email": f"{name}@example.org", "password": SECRET}
        session = self._call("createAccount", account)
        made = self._call("createAppPassword", {"name": "gateway"}, bearer=session["accessJwt"])
        return {"identifier": handle, "app_password": made["password"]}

    def stop(self) -> None:
        """End it and remove what it wrote."""
        self._kept.stop()

    def _call(self, method: str, content: dict[str, str], bearer: str | None = None) -> Any:
        headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
        url = f"{self.origin}/xrpc/com.atproto.server.{method}"
        return httpx.post(url, json=content, headers=headers, timeout=30).raise_for_status().json()
