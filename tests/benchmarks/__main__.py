"""`python -m tests.benchmarks [NAME ...]`: every figure, or some, each in a process of its own: none warms another."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

BENCHES: Mapping[str, tuple[str, ...]] = {
    "door": ("door",),
    "checks": ("checks",),
    "conversation": ("conversation",),
    "rest": ("rest",),
    "burst-50": ("burst", "50"),
    "burst-1000": ("burst", "1000"),
    "tick": ("tick",),
    "tick-postgresql": ("tick", "postgresql"),
    "audit": ("audit",),
    "pages": ("pages",),
}


def main(names: list[str]) -> int:
    """Run the named benches, or all; 0 when each could be measured, whatever it measured."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        sys.stderr.write(f"No such bench: {', '.join(unknown)}. There are: {', '.join(BENCHES)}\n")
        return 2
    wanted = names or list(BENCHES)
    failed = 0
    for number, name in enumerate(wanted, start=1):
        sys.stderr.write(f"[{number}/{len(wanted)}] {name} ...\n")
        module, *arguments = BENCHES[name]
        done = subprocess.run([sys.executable, "-m", f"tests.benchmarks.{module}", *arguments], check=False)
        failed += done.returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
