"""What every test stands on: loopback only, an odd time zone, a real PostgreSQL, hypothesis without deadlines."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.loopback import keep_to_loopback
from tests.servers.postgres import Postgres

# Whatever reads local time shows at once: 12:45 or 13:45 ahead of UTC, with summer time.
os.environ["TZ"] = "Pacific/Chatham"
time.tzset()

keep_to_loopback()

# What a shell starts in the background ignores Ctrl-C, and so would all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Two busy cores make deadlines lie. `make test` tries the same examples each time, so that it is red for what was
# changed; `make acceptance` asks for the second profile and searches anew.
settings.register_profile("gateway", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("acceptance", settings.get_profile("gateway"), derandomize=False, max_examples=5_000)
settings.load_profile("gateway")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow files first, in the order they were drawn in: a process that is given one last keeps all others waiting."""
    items.sort(key=lambda item: "slow" not in item.keywords)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL for this test process, without fsync; gone with the process even when it is killed."""
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_durable() -> Iterator[Postgres]:
    """A PostgreSQL that keeps its promises over a crash: fsync is on. `crash()` kills and restarts it."""
    server = Postgres(durable=True)
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The SQLAlchemy URL of a fresh, empty PostgreSQL database of this test alone."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def durable_url(postgres_durable: Postgres) -> Iterator[str]:
    """As `postgres_url`, on the server with fsync on."""
    name = postgres_durable.create()
    yield postgres_durable.url(name)
    postgres_durable.drop(name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The SQLAlchemy URL of an empty database, once for each of the two databases we run on."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/gateway.db"
    url: str = request.getfixturevalue("postgres_url")
    return url
