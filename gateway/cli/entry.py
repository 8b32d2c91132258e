"""The tree of commands. Groups are loaded when they are asked for, so that `gateway run` is up quickly and small."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import typer
from typer.core import TyperGroup

from gateway.cli.demo import demo
from gateway.cli.init import init
from gateway.cli.run import run
from gateway.cli.sandbox import sandbox
from gateway.cli.speaking import FAULTS, complain
from gateway.cli.web import web

GROUPS: Mapping[str, str] = {
    "member": "gateway.cli.member",
    "freeze": "gateway.cli.freeze",
    "release": "gateway.cli.release",
    "audit": "gateway.cli.audit",
    "vault": "gateway.cli.vault",
    "db": "gateway.cli.database",
}


class Front(TyperGroup):
    """The root of the tree: loads a group by its name, and turns whatever is wrong into one panel and an exit code."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every command, those of GROUPS last."""
        return [*super().list_commands(ctx), *GROUPS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name."""
        if cmd_name not in GROUPS:
            return super().get_command(ctx, cmd_name)
        group = typer.main.get_group(importlib.import_module(GROUPS[cmd_name]).APP)
        group.name = cmd_name
        return group

    def invoke(self, ctx: Any) -> Any:
        """Run what was asked for."""
        try:
            return super().invoke(ctx)
        except FAULTS as fault:
            raise typer.Exit(complain(fault)) from fault


APP = typer.Typer(cls=Front, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
APP.command()(init)
APP.command()(demo)
APP.command()(run)
APP.command()(sandbox)
APP.command(hidden=True)(web)


@APP.callback()
def gateway() -> None:
    """Govern and publish what an organisation says on its social accounts."""
