"""`python -m gateway.cli`: the same as `gateway`; the supervisor starts the web process so."""

from __future__ import annotations

from gateway.cli import main

if __name__ == "__main__":
    main()
