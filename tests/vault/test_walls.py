"""The vault is a leaf: the standard library, `cryptography` and itself, nothing else (house §4)."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import vault

FILES = sorted(Path(vault.__file__).parent.glob("*.py"))
WEB_SIDE = {"box.py", "place.py", "secret.py", "store.py"}  # what a process without the opening key may import


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_imports_only_the_standard_library_cryptography_and_itself(path: Path) -> None:
    tops = {name.partition(".")[0] for name in imported(path)}
    assert tops <= sys.stdlib_module_names | {"cryptography", "vault"}
    assert not tops & {"random", "secrets", "time"}, "chance and clock are handed in"


@pytest.mark.parametrize("name", sorted(WEB_SIDE))
def test_the_web_side_does_not_reach_the_safe(name: str) -> None:
    path = next(path for path in FILES if path.name == name)
    assert not imported(path) & {"vault.safe", "vault.keys", "vault.rotate", "vault.sources"}
