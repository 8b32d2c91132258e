"""The auditor's check of a million entries: seconds, memory of a fresh process, hashing against bare SHA-256 (G8)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gateway.audit import verifier
from tests.audit.logs import signer
from tests.audit.test_figures import MEASURED, hashing, write
from tests.benchmarks.figures import Figure, show

FLAT_MB = 64


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "million.jsonl"
        write(export)
        megabytes = export.stat().st_size / 1e6
        began = time.perf_counter()
        order = [sys.executable, "-c", MEASURED, verifier.__file__, str(export), "--key", signer().known_key().vkey()]
        said = subprocess.run(order, capture_output=True, text=True, check=False)
        took = time.perf_counter() - began
    assert said.returncode == 0, said.stdout
    trees, bare = hashing()
    show(
        "audit verify, 1,000,000 entries",
        [
            Figure("verify_s", round(took, 1), "s", at_most=60),
            Figure("tree_to_bare_sha256", round(trees / bare, 2), "×", at_most=12),
            Figure("peak_rss_mb", int(said.stderr) // 1024, "MB", at_most=FLAT_MB),
            Figure("tree_s", round(trees, 2), "s"),
            Figure("bare_sha256_s", round(bare, 2), "s"),
            Figure("export_mb", round(megabytes), "MB"),
        ],
    )


if __name__ == "__main__":
    main()
