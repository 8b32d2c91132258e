"""`python -m tests.browser.serve`: a gateway with the cast in it, to look at by hand until Ctrl-C."""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path

from tests import cast
from tests.browser.gate import gate


def main() -> None:
    """Serve, and say who can sign in."""
    with tempfile.TemporaryDirectory() as folder, gate(Path(folder)) as made:
        sys.stdout.write(f"{made.address}\npassword of everyone: {cast.PASSWORD}\n")
        for name, roles in cast.ROLES.items():
            sys.stdout.write(f"  {name:6} {' '.join(roles):18} key {cast.secret_of(name)}\n")
        sys.stdout.flush()
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    main()
