"""`python -m scheduler setup|run`: the worker process."""

from __future__ import annotations

import signal
import sys

if __name__ == "__main__":
    # Ctrl-C ends what is still loading as SIGTERM does, without a trace-back; a worker that runs hears both itself.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from scheduler.starting import main

    sys.exit(main())
