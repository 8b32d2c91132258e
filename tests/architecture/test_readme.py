"""The README is true: every command it names exists, and every path it points to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from gateway.cli.entry import APP
from gateway.web.routes import PREFIX, ROUTES

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKE = sorted(set(re.findall(r"\bmake ([a-z][a-z-]+)", README)) - {"is"})
GATEWAY = sorted(set(re.findall(r"`gateway ((?:[a-z][a-z-]+)(?: [a-z][a-z-]+)?)", README)))
PATHS = sorted(set(re.findall(r"`((?:gateway|connectors|vault|scheduler|config|tests)/[A-Za-z0-9_./-]*)`", README)))
ASKED = sorted(
    set(
        re.findall(
            r"`(?:(?:GET|POST|PUT) )?(/(?:posts|media|submissions|members|freezes|accounts|audit)[^`?]*)", README
        )
    )
)


@pytest.mark.parametrize("target", MAKE)
def test_every_make_target_named_in_the_readme_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("words", GATEWAY)
def test_every_gateway_command_named_in_the_readme_exists(words: str) -> None:
    command = typer.main.get_command(APP)
    for word in words.split():
        context = typer.Context(command)
        found = command.get_command(context, word) if hasattr(command, "get_command") else None
        if found is None and not hasattr(command, "get_command"):
            return  # the rest is an argument
        assert found is not None, words
        command = found


@pytest.mark.parametrize("path", PATHS)
def test_every_path_named_in_the_readme_is_there(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("path", ASKED)
def test_every_api_path_named_in_the_readme_is_mounted(path: str) -> None:
    shapes = {re.sub(r"\{[^}]*\}", "{id}", row.path) for row in ROUTES}
    ends = {shape for shape in shapes if shape.endswith(path) or shape.split("}")[-1] == path}
    assert path in shapes or ends, f"{PREFIX}{path}"
