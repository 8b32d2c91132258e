"""The source of the house as values: modules of the four packages with their trees, and offences."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("gateway", "connectors", "vault", "scheduler")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One source file: its path from the root, with forward slashes, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text, self.path)

    @cached_property
    def name(self) -> str:
        """Its dotted name."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def lies_in(self, *places: str) -> bool:
        """Whether it is one of these files, or in one of these folders (ending in a slash)."""
        return any(self.path == place or (place.endswith("/") and self.path.startswith(place)) for place in places)

    def functions(self) -> Iterator[Function]:
        """Every function and method."""
        return (node for node in ast.walk(self.tree) if isinstance(node, FUNCTIONS))

    def imports(self) -> Iterator[tuple[int, str]]:
        """Line and dotted name of everything imported, function-level imports too; `from a import b` gives a.b."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                home = self._absolute(node)
                yield from ((node.lineno, f"{home}.{alias.name}") for alias in node.names)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        kept = parts[: len(parts) - node.level + self.path.endswith("/__init__.py")]
        return ".".join([*kept, *filter(None, [node.module])])


@dataclass(frozen=True)
class Offence:
    """A line that breaks a rule."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.what}"


def modules(root: Path = ROOT, packages: tuple[str, ...] = PACKAGES) -> tuple[Module, ...]:
    """Every module under the packages of `root`, in order."""
    files = sorted(file for package in packages for file in (root / package).rglob("*.py"))
    return tuple(Module(file.relative_to(root).as_posix(), file.read_text()) for file in files)


def docstrings(tree: ast.AST) -> frozenset[int]:
    """The ids of the string nodes that are docstrings."""
    holders = (
        node for node in ast.walk(tree) if isinstance(node, (ast.Module, ast.ClassDef, *FUNCTIONS)) and node.body
    )
    firsts = (holder.body[0] for holder in holders)
    return frozenset(id(first.value) for first in firsts if isinstance(first, ast.Expr))


def dotted(node: ast.expr) -> str:
    """`a.b.c` as written, or an empty string for what is no plain name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else node.attr
    return ""
