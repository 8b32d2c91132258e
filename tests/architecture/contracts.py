"""Runs import-linter over a house: the real one, or a copy in which one wall was broken on purpose."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.source import PACKAGES, ROOT

LINT = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as c; c()"


@dataclass(frozen=True)
class Report:
    """What the linter said, and the names of the contracts it found broken."""

    kept: bool
    words: str
    broken: tuple[str, ...]


def contracts() -> dict[str, str]:
    """The name of every contract by its id."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return {one["id"]: one["name"] for one in tomllib.load(file)["tool"]["importlinter"]["contracts"]}


def copy_of_the_house(to: Path) -> Path:
    """The four packages and their contracts in an empty folder."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, to / package, ignore=_all_but_source)
    shutil.copy(ROOT / "pyproject.toml", to)
    return to


def lint(root: Path) -> Report:
    """Check the contracts of the house in `root`."""
    command = [sys.executable, "-c", LINT, "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    words = re.sub(r"\s+", " ", done.stdout + done.stderr)
    broken = tuple(key for key, name in contracts().items() if f"{name} BROKEN" in words)
    return Report(done.returncode == 0, done.stdout + done.stderr, broken)


def _all_but_source(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not (name.endswith(".py") or (Path(folder) / name).is_dir())]
