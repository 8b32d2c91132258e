"""Signing in at the command line: name, password and code, or the token of a session; and fresh codes for acts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import typer

from gateway.actions import signin
from gateway.actions.stepup import step_up
from gateway.cli.opening import opened
from gateway.cli.speaking import ERR, Stop
from gateway.domain.member import Member
from gateway.domain.refusal import Reason, Refused
from gateway.domain.signin import SessionKind
from gateway.world import Who, World

T = TypeVar("T")
HERE = "127.0.0.1"  # the address that tries are counted under
TRIES = 3
ANOTHER_CODE = {
    Reason.CODE_REFUSED: "That code is wrong. Type the code your app shows now.",
    Reason.CODE_REPLAYED: "That code has been used. Wait for the next one.",
}


@dataclass(frozen=True)
class Desk:
    """A member at the command line, in a live session."""

    world: World
    who: Who
    member: Member

    def act(self, action: Callable[..., T], *arguments: object, **named: object) -> T:
        """Do it as this member. Where it needs a fresh factor, the code is asked for and it is done then."""
        try:
            return action(self.world, self.who, *arguments, **named)
        except Refused as refusal:
            if refusal.reason is not Reason.STEP_UP_NEEDED:
                raise
            self._show_factor(str(refusal.facts["act"]), str(refusal.facts["subject"]), str(refusal.facts["digest"]))
        return action(self.world, self.who, *arguments, **named)

    def _show_factor(self, act: str, subject: str, digest: str) -> None:
        def shown(code: str) -> None:
            step_up(self.world, self.who, act, subject, digest, code)

        asked_for_code(f"A fresh code for: {act} {subject}", shown)


def asked(what: str, *, hidden: bool = False, confirm: bool = False) -> str:
    """What a person types; the question goes to stderr, so that stdout holds results alone."""
    typed: str = typer.prompt(what, hide_input=hidden, confirmation_prompt=confirm, err=True)
    return typed


def asked_for_code(what: str, use: Callable[[str], T]) -> T:
    """Ask for a one-time code and use it; one that is wrong or spent is asked for again, three times in all."""
    for _ in range(TRIES - 1):
        try:
            return use(asked(what, hidden=True))
        except Refused as refusal:
            if refusal.reason not in ANOTHER_CODE:
                raise
            ERR.print(ANOTHER_CODE[refusal.reason])
    return use(asked(what, hidden=True))


def begin_session(world: World) -> str:
    """The token of a new full session: name, password and code are asked for. Raises Refused."""
    half = signin.sign_in(world, asked("Name"), asked("Password", hidden=True), HERE)
    if half.needs == "enrol":
        raise Stop("No second factor yet", "Enrol one first, with your one-time link: gateway member enrol", 1)
    return asked_for_code("Code", lambda code: signin.prove_code(world, half.session_token, code, HERE))


@contextmanager
def signed_in(config: Path | None, session: str | None) -> Iterator[Desk]:
    """A member at the desk: by the session given, else by one begun now, which ends with the command."""
    with opened(config) as world:
        token = session or begin_session(world)
        try:
            who, row, member = signin.resolve(world, token)
            if row.kind is not SessionKind.FULL:
                raise Refused(Reason.NOT_SIGNED_IN)
            yield Desk(world, who, member)
        finally:
            if session is None:
                signin.sign_out(world, token)
