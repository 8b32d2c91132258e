"""G8 at full size: a million entries within a minute, flat memory, tree hashing within 12 times bare SHA-256."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.audit import checkpoint, tree, verifier
from gateway.audit.checkpoint import Checkpoint
from gateway.audit.export import checkpoint_line, header
from tests.audit.logs import ORIGIN, entries, signer

MILLION = 1_000_000
# The kernel's own high-water mark of the verifying process: ru_maxrss would count what the parent held before exec.
MEASURED = """
import re, runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    sys.stderr.write(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""
EACH = 1_000


def million() -> Iterator[list[bytes]]:
    """Batches of different lines of true size and shape, made quickly."""
    pattern = entries(EACH)
    for batch in range(MILLION // EACH):
        # The clock of a pattern line is moved on by whole days, so that time never runs backwards.
        day = f"{2026 + batch // 336:04d}-{batch // 28 % 12 + 1:02d}-{batch % 28 + 1:02d}".encode()
        yield [
            line.replace(b'"index":%d,' % at, b'"index":%d,' % (batch * EACH + at)).replace(b"2026-01-31", day)
            for at, line in enumerate(pattern)
        ]


def write(path: Path) -> None:
    frontier, key = tree.Frontier(), signer()
    with path.open("wb") as out:
        out.write(header(ORIGIN))
        for lines in million():
            frontier = frontier.extend(map(tree.leaf_hash, lines))
            out.write(b"\n".join(lines) + b"\n")
            point = Checkpoint(ORIGIN, frontier.size, frontier.root())
            out.write(checkpoint_line(checkpoint.sign(point, key)))


def hashing() -> tuple[float, float]:
    """Seconds for the tree, and for bare SHA-256 over the same bytes."""
    own, bare, trees = verifier.Tree(), 0.0, 0.0
    for lines in million():
        began = time.perf_counter()
        own.extend(lines)
        trees += time.perf_counter() - began
        whole = b"".join(lines)
        began = time.perf_counter()
        hashlib.sha256(whole).digest()
        bare += time.perf_counter() - began
    return trees, bare


@pytest.mark.acceptance
@pytest.mark.timeout(900)
def test_a_million_entries_are_verified_within_a_minute(tmp_path: Path) -> None:
    file = tmp_path / "million.jsonl"
    write(file)
    began = time.perf_counter()
    command = [sys.executable, "-c", MEASURED, verifier.__file__, str(file), "--key", signer().known_key().vkey()]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    memory = int(said.stderr) // 1024
    trees, bare = hashing()
    print(f"verify {took:.1f} s, peak {memory} MB, tree {trees:.2f} s, bare SHA-256 {bare:.2f} s, ×{trees / bare:.1f}")
    assert said.returncode == 0, said.stdout
    assert f"{MILLION} entries" in said.stdout
    assert took <= 60
    assert trees <= 12 * bare
    assert memory <= 64
