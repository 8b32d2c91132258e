"""Every action asks for a live session with both factors before it looks at anything else: one factor opens nothing."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator

import pytest

import gateway.actions
from gateway.actions.sessions import resolve, sign_out
from gateway.actions.signin import sign_in
from gateway.domain.refusal import Reason, Refused
from gateway.world import Who, World
from tests.cast import HOUR, PASSWORD, clock_of, cookie, who

HERE = "192.0.2.7"
ACTORS = ("ada", "bola", "cyd", "eve", "sam", "olu", "cleo")


def actions() -> Iterator[tuple[str, Callable[..., object]]]:
    """Every public function of gateway.actions that begins with world and who."""
    for found in pkgutil.iter_modules(gateway.actions.__path__):
        module = importlib.import_module(f"gateway.actions.{found.name}")
        for name, act in vars(module).items():
            own = inspect.isfunction(act) and act.__module__ == module.__name__ and not name.startswith("_")
            if own and list(inspect.signature(act).parameters)[:2] == ["world", "who"]:
                yield f"{found.name}.{name}", act


def call(act: Callable[..., object], world: World, acting: Who) -> str:
    """What the act says to ids of nothing and, elsewhere, to things no code can use: touching them too early shows."""
    rest = list(inspect.signature(act).parameters.values())[2:]
    given = {p.name: "nothing" if p.annotation == "str" else object() for p in rest}
    named = {p.name: given.pop(p.name) for p in rest if p.kind is inspect.Parameter.KEYWORD_ONLY}
    try:
        act(world, acting, *given.values(), **named)
    except Refused as refusal:
        return str(refusal.reason)
    except (TypeError, AttributeError, ValueError) as fault:
        return f"looked at its arguments first ({fault})"
    return "done"


def half(world: World, name: str) -> Who:
    return resolve(world, sign_in(world, name, PASSWORD, HERE).session_token)[0]


def signed_out(world: World, name: str) -> Who:
    token = cookie(world, name)
    acting = resolve(world, token)[0]
    sign_out(world, token)
    return acting


def too_old(world: World, name: str) -> Who:
    acting = who(world, name)
    clock_of(world).advance(12 * HOUR)
    return acting


def stolen(world: World, name: str) -> Who:
    return Who(name, who(world, "dev").session)


@pytest.mark.slow
@pytest.mark.parametrize("ill", [half, signed_out, too_old, stolen])
def test_no_action_is_done_in_a_session_that_is_none(world: World, ill: Callable[[World, str], Who]) -> None:
    answers = {
        f"{where} by {name}": call(act, world, acting)
        for name in ACTORS
        for acting in [ill(world, name)]
        for where, act in actions()
    }
    assert len(answers) > 30 * len(ACTORS)
    assert {where: answer for where, answer in answers.items() if answer != str(Reason.NOT_SIGNED_IN)} == {}
