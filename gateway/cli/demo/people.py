"""The people of the demo: each has a password, an authenticator app of their own, and speaks to the API over HTTP."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import httpx
import pyotp

from gateway.cli.demo.telling import Teller

API = "/api/v1"
STEP_SECONDS = 30
PASSWORD = "four quiet herons over the weir"  # noqa: S105 - made for a demo that ends with its folder


class Broken(Exception):
    """The demo's own claim did not hold, or a step did not do what it says."""


class No(Exception):
    """The gateway refused: its problem details."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(str(problem.get("detail", problem)))
        self.reason = str(problem.get("reason", ""))
        self.facts: dict[str, Any] = problem.get("facts", {})


@dataclass
class Person:
    """One member. A one-time code works once: whoever needs a second one waits for the next."""

    name: str
    role: str
    client: httpx.Client = field(repr=False)
    teller: Teller = field(repr=False)
    id: str = ""
    session: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    last_step: int = -1

    # --- enrolling ----------------------------------------------------------------------------------------------

    def enrol(self, link: str) -> int:
        """Choose a password by the one-time link and enrol a second factor, which signs in. How many recovery codes."""
        half = self.ask("POST", "/invitations/accept", link_token=link, password=PASSWORD)
        self.session = str(half["session_token"])
        self.secret = str(self.ask("POST", "/enrolment")["secret"])
        done = self.ask("POST", "/enrolment/confirm", code=self.code())
        self.session = str(done["session_token"])
        return len(done["recovery_codes"])

    def code(self) -> str:
        """The code the app shows; waits for the next one where the last is used up."""
        self.teller.wait(f"{self.name} waits for the next one-time code", 31, lambda: _step() > self.last_step)
        self.last_step = _step()
        return pyotp.TOTP(self.secret).generate_otp(self.last_step)

    # --- speaking to the API -------------------------------------------------------------------------------------

    def ask(self, method: str, path: str, *, content: bytes | None = None, kind: str = "", **body: Any) -> Any:
        """One request; the answer's JSON. Raises No for a refusal."""
        headers = {"authorization": f"Bearer {self.session}"} if self.session else {}
        if content is not None:
            headers["content-type"] = kind
            answer = self.client.request(method, API + path, content=content, headers=headers)
        else:
            sent = body if body or method in {"POST", "PUT"} else None
            answer = self.client.request(method, API + path, json=sent, headers=headers)
        return _read(answer)

    def act(self, method: str, path: str, **body: Any) -> Any:
        """A request that needs a fresh factor: asked for, given, asked again. The code is bound to act and digest."""
        try:
            return self.ask(method, path, **body)
        except No as no:
            if no.reason != "step-up-needed":
                raise
            facts = no.facts
        act, subject, digest = (str(facts.get(name, "")) for name in ("act", "subject", "digest"))
        self.ask("POST", "/step-up", code=self.code(), act=act, subject=subject, digest=digest)
        return self.ask(method, path, **body)

    def refused(self, method: str, path: str, **body: Any) -> No:
        """A request that must be refused. Raises Broken where it is not."""
        try:
            self.ask(method, path, **body)
        except No as no:
            return no
        raise Broken(f"{method} {path} by {self.name} was not refused")


def _step() -> int:
    # A code of a step that has just begun is safest: the gateway takes no future one.
    return int((time.time() - 0.3) // STEP_SECONDS)


def _read(answer: httpx.Response) -> Any:
    if answer.status_code >= 500:
        raise Broken(f"the gateway broke: {answer.status_code} {answer.text[:300]}")
    if answer.status_code >= 400:
        raise No(answer.json())
    if answer.status_code == httpx.codes.NO_CONTENT:
        return None
    if answer.headers.get("content-type", "").split(";")[0] == "application/json":
        return answer.json()
    return answer.content
