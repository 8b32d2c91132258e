"""`python -m gateway.storage.migrations.make "what it does"`: writes a new migration for what the tables now say."""

from __future__ import annotations

import sys
import tempfile

from alembic import command

from gateway.storage.engine import make_engine
from gateway.storage.migrations import _config, upgrade


def main(message: str) -> None:
    """Compares the tables with a fresh database at head; the file is to be read before it is kept."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/now.db")
        upgrade(engine)
        command.revision(_config(engine), message=message, autogenerate=True)
        engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1])
