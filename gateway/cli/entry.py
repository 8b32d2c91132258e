"""The tree of commands. Groups are loaded when they are asked for, so that `gateway run` is up quickly and small."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

import typer
from typer.core import TyperGroup

from gateway.cli.init import init
from gateway.cli.run import run
from gateway.cli.speaking import FAULTS, complain
from gateway.cli.web import web

# A group's module has its APP; a single command's has a function of its name.
LATE: Mapping[str, str] = {
    "sandbox": "gateway.cli.sandbox",
    "demo": "gateway.cli.demo",
    "member": "gateway.cli.member",
    "account": "gateway.cli.account",
    "freeze": "gateway.cli.freeze",
    "release": "gateway.cli.release",
    "audit": "gateway.cli.audit",
    "vault": "gateway.cli.vault",
    "db": "gateway.cli.database",
    "check": "gateway.cli.check",
    "connector": "gateway.cli.connector",
    "policy": "gateway.cli.policy",
}


class Front(TyperGroup):
    """The root of the tree: loads a group by its name, and turns whatever is wrong into one panel and an exit code."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every command, those that are loaded late last."""
        return [*super().list_commands(ctx), *LATE]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name."""
        if cmd_name not in LATE:
            return super().get_command(ctx, cmd_name)
        module = importlib.import_module(LATE[cmd_name])
        found = typer.main.get_command(module.APP if hasattr(module, "APP") else _alone(getattr(module, cmd_name)))
        found.name = cmd_name
        return found

    def invoke(self, ctx: Any) -> Any:
        """Run what was asked for."""
        try:
            return super().invoke(ctx)
        except FAULTS as fault:
            raise typer.Exit(complain(fault)) from fault


def _alone(function: Callable[..., Any]) -> typer.Typer:
    app = typer.Typer(add_completion=False)
    app.command()(function)
    return app


APP = typer.Typer(cls=Front, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
APP.command()(init)
APP.command()(run)
APP.command(hidden=True)(web)


@APP.callback()
def gateway() -> None:
    """Govern and publish what an organisation says on its social accounts."""
