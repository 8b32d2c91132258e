"""Towns without a worker process, for the tests of the worker's rooms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.flow.town import BLUESKY, MASTODON, Town, town
from tests.scheduler.stages import STAGES
from tests.simulators.pictures import jpeg, shelf

# No test waits for a picture to be worked on, nor for the next half minute.
ROOMY: Mapping[str, Mapping[str, Any]] = {"threads": {"processing_s": 0.0}, "viva_engage": {"calls_per_30s": 1000}}


@pytest.fixture(scope="session")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Both platforms that need no application of ours; nobody works unless the test does."""
    with town(tmp_path_factory.mktemp("quiet"), platforms=(BLUESKY, MASTODON), working=False) as made:
        yield made


@pytest.fixture(scope="session")
def everywhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The same with every platform; whatever picture one of them fetches is a grey square."""
    with shelf() as web:
        web.elsewhere = (200, "image/jpeg", jpeg())
        pictures, folder = {"public_origin": f"http://127.0.0.1:{web.port}"}, tmp_path_factory.mktemp("everywhere")
        with town(folder, platforms=tuple(STAGES), working=False, pictures=pictures) as made:
            for name, rules in ROOMY.items():
                made.platforms[name].knobs(rules=dict(rules))
            yield made
