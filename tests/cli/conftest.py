"""One house for each file of tests of the command line."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.house import House, a_house, write_config


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A gateway that is set up, with the cast; no process of it runs."""
    with a_house(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a gateway that is set up and stands still."""
    folder = tmp_path_factory.mktemp("prepared")
    with a_house(folder):
        return folder / "data"


@pytest.fixture
def config(prepared: Path, tmp_path: Path) -> Path:
    """The settings of a gateway that is set up, in a folder of this test alone."""
    shutil.copytree(prepared, tmp_path / "data")
    return write_config(tmp_path)
