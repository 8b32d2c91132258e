"""Our application at a platform: read by the worker alone, from files that nobody else may read."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.settings import BadSettings, PlatformPart, Settings
from scheduler.applications import read_applications


def settings(folder: Path) -> Settings:
    part = PlatformPart(application={"client_id": "us"}, secrets={"client_secret": "x.secret"}, facts={"characters": 7})
    return Settings(data=folder, platforms={"x": part})


def secret(folder: Path, text: str = "canary-secret\n", mode: int = 0o600) -> None:
    path = folder / "x.secret"
    path.write_text(text)
    path.chmod(mode)


def test_name_secret_and_facts_are_read_and_shown_nowhere(tmp_path: Path) -> None:
    secret(tmp_path)
    found = read_applications(settings(tmp_path))["x"]
    assert {name: value.reveal() for name, value in found.fields.items()} == {
        "client_id": "us",
        "client_secret": "canary-secret",
    }
    assert "canary" not in repr(found)
    assert found.with_facts((("characters", 280), ("media", 4))) == (("characters", 7), ("media", 4))


def test_a_secret_that_others_may_read_is_refused(tmp_path: Path) -> None:
    secret(tmp_path, mode=0o640)
    with pytest.raises(BadSettings, match="chmod 600"):
        read_applications(settings(tmp_path))


@pytest.mark.parametrize("text", [None, "", "\n"])
def test_a_secret_that_is_not_there_is_named(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        secret(tmp_path, text)
    with pytest.raises(BadSettings, match=r"x\.secret"):
        read_applications(settings(tmp_path))
