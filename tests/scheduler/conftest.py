"""A town without a worker process, for the tests of the worker's rooms."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.flow.town import BLUESKY, MASTODON, Town, town


@pytest.fixture(scope="session")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Both platforms; nobody works unless the test does."""
    with town(tmp_path_factory.mktemp("quiet"), platforms=(BLUESKY, MASTODON), working=False) as made:
        yield made
