"""A mutant as it lies in its file: which control it takes out, and the tests that must then fail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

HEADER = re.compile(r"^# (control|test): (.+)$")


class BadPatch(Exception):
    """A patch file whose head does not say what it should."""


@dataclass(frozen=True)
class Mutant:
    """One patch: its file, the control it takes out, the pytest ids that must fail."""

    file: Path
    control: str
    tests: tuple[str, ...]

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.file.stem


def read(file: Path) -> Mutant:
    """Read a patch file. Raises BadPatch where it does not name its control and a test."""
    lines = file.read_text().splitlines()
    said = [found.groups() for found in map(HEADER.match, lines) if found]
    controls = [text.strip() for kind, text in said if kind == "control"]
    tests = tuple(text.strip() for kind, text in said if kind == "test")
    if len(controls) != 1 or not tests or not all(test.startswith("tests/") for test in tests):
        raise BadPatch(f"{file.name} must say `# control: ...` once and `# test: tests/...::...` at least once")
    return Mutant(file, controls[0], tests)
