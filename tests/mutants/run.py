"""Applies each mutant to a copy of the tree and sees its test fail. Exit status 1 where one survives or does not apply.

Usage: python -m tests.mutants.run [NAME ...]
"""

from __future__ import annotations

import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.mutants.patch import BadPatch, Mutant, read

ROOT = Path(__file__).parent.parent.parent
AT_ONCE = 3
SECONDS = 300
CONTEXT = ("-C1",)  # lines of context that must be as they were: code around a control may move on
PYTEST = ("-m", "pytest", "-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "--no-header", "--tb=line")


class Fate(StrEnum):
    """What became of a mutant; only KILLED is good."""

    KILLED = "killed"
    SURVIVED = "SURVIVED"
    NO_LONGER_APPLIES = "DOES NOT APPLY"
    TEST_FAILS_ANYWAY = "TEST FAILS WITHOUT IT"
    TEST_BROKEN = "TEST COULD NOT RUN"


@dataclass(frozen=True)
class Verdict:
    """A mutant's fate, how long it took in seconds, and the last words of the test."""

    mutant: Mutant
    fate: Fate
    seconds: float
    words: str = ""


def main(names: Sequence[str] = (), *, root: Path = ROOT, folder: Path | None = None) -> int:
    """Try the mutants called `names`, or all in `folder`; print a table and return the exit status."""
    console = Console()
    files = sorted((folder or root / "tests" / "mutants").glob("*.patch"))
    try:
        mutants = [mutant for mutant in map(read, files) if not names or mutant.name in names]
    except BadPatch as bad:
        console.print(f"[red]{bad}")
        return 1
    if not mutants:
        console.print("[red]There is no such mutant.")
        return 1
    verdicts = _try_all(mutants, root, console)
    _report(verdicts, console)
    return int(any(verdict.fate is not Fate.KILLED for verdict in verdicts))


def _try_all(mutants: list[Mutant], root: Path, console: Console) -> list[Verdict]:
    with tempfile.TemporaryDirectory(prefix="gateway-mutants-") as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        os.chmod(folder, 0o755)  # a server that drops its rights must be able to pass through
        copies: queue.Queue[Path] = queue.Queue()
        for number in range(AT_ONCE):
            copies.put(_copy(root, Path(folder) / str(number)))
        tests = sorted({test for mutant in mutants for test in mutant.tests})
        console.print(f"{len(mutants)} mutants, {len(tests)} tests; first each test as it is ...")
        sound = _sound(copies, tests, pool)
        done = pool.map(lambda mutant: _try(mutant, copies, sound, console), mutants)
        return list(done)


def _try(mutant: Mutant, copies: queue.Queue[Path], sound: dict[str, tuple[Fate, str]], console: Console) -> Verdict:
    started = time.monotonic()
    fate, words = Fate.KILLED, ""
    broken = [test for test in mutant.tests if sound[test][0] is not Fate.SURVIVED]
    if broken:
        fate, words = Fate.TEST_FAILS_ANYWAY, sound[broken[0]][1]
    else:
        with _lent(copies) as copy:
            fate, words = _mutated(mutant, copy)
    console.print(f"  {fate:<22} {mutant.name}")
    return Verdict(mutant, fate, time.monotonic() - started, words)


def _mutated(mutant: Mutant, copy: Path) -> tuple[Fate, str]:
    """Apply, run until a test does not fail, take the patch off again."""
    problem = _apply(mutant, copy)
    if problem:
        return Fate.NO_LONGER_APPLIES, problem
    try:
        results = (_pytest(copy, test) for test in mutant.tests)
        return next((result for result in results if result[0] is not Fate.KILLED), (Fate.KILLED, ""))
    finally:
        _apply(mutant, copy, "--reverse")


def _sound(copies: queue.Queue[Path], tests: Sequence[str], pool: ThreadPoolExecutor) -> dict[str, tuple[Fate, str]]:
    """How each test ends on the tree as it is: many in one process; one by one only where some of them do not pass."""
    shares = [tests[number::AT_ONCE] for number in range(AT_ONCE)]
    together = pool.map(lambda share: _run(copies, *share), filter(None, shares))
    found = {test: result for share, result in zip(filter(None, shares), together, strict=True) for test in share}
    doubtful = [test for test in tests if found[test][0] is not Fate.SURVIVED]
    return found | dict(zip(doubtful, pool.map(lambda test: _run(copies, test), doubtful), strict=True))


def _run(copies: queue.Queue[Path], *tests: str) -> tuple[Fate, str]:
    with _lent(copies) as copy:
        return _pytest(copy, *tests)


def _pytest(copy: Path, *tests: str) -> tuple[Fate, str]:
    """Run tests in a copy, until one fails. A mutant is killed by a failure, not by what cannot be collected."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *PYTEST, *tests]
    try:
        done = subprocess.run(
            command,
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS * len(tests),
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return Fate.TEST_BROKEN, f"{tests[0]} took longer than {SECONDS} s"
    words = (done.stdout + done.stderr).strip()[-1500:]
    if done.returncode == 0:
        return Fate.SURVIVED, words
    failed = done.returncode == 1 and re.search(r"^FAILED ", done.stdout, re.MULTILINE)
    return (Fate.KILLED if failed else Fate.TEST_BROKEN), words


def _apply(mutant: Mutant, copy: Path, *options: str) -> str:
    """Apply a patch to a copy; the reason where it does not apply, else nothing."""
    command = ["git", "apply", "-p1", *CONTEXT, *options, str(mutant.file)]
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(copy.parent)}
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)
    return done.stderr.strip() if done.returncode else ""


@contextmanager
def _lent(copies: queue.Queue[Path]) -> Iterator[Path]:
    copy = copies.get()
    try:
        yield copy
    finally:
        copies.put(copy)


def _copy(root: Path, to: Path) -> Path:
    """The tree as it stands now: what is under version control and what is about to be, links and all."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    for path in filter(None, listed.split("\0")):
        if (root / path).is_file():
            (to / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / path, to / path)
    return to


def _report(verdicts: list[Verdict], console: Console) -> None:
    table = Table("mutant", "control taken out", "fate", "s")
    for verdict in verdicts:
        colour = "green" if verdict.fate is Fate.KILLED else "red"
        fate = f"[{colour}]{verdict.fate}[/{colour}]"
        table.add_row(verdict.mutant.name, verdict.mutant.control, fate, f"{verdict.seconds:.1f}")
    console.print(table)
    for verdict in verdicts:
        if verdict.fate is not Fate.KILLED:
            console.print(f"\n{verdict.mutant.name}: {verdict.fate}\n{verdict.words}", markup=False)
    killed = sum(verdict.fate is Fate.KILLED for verdict in verdicts)
    console.print(f"{killed} of {len(verdicts)} mutants killed")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
