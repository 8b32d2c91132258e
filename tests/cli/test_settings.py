"""The example settings hold every setting, its default and its meaning, and nothing else."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pydantic import BaseModel

from gateway.settings import ROOT, BadSettings, Settings, read_settings

EXAMPLE = ROOT / "config" / "gateway.example.toml"
DOCUMENT = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))


def of_model(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from of_model(field.annotation, f"{prefix}{name}.")
        else:
            yield f"{prefix}{field.alias or name}"


def of_file(document: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in document.items():
        if isinstance(value, dict) and value:
            yield from of_file(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def test_every_setting_stands_in_the_example_and_no_other() -> None:
    assert sorted(of_file(DOCUMENT)) == sorted(of_model(Settings))


def test_the_example_says_the_defaults() -> None:
    assert read_settings(EXAMPLE) == Settings()


def test_every_setting_is_explained_in_the_line_above_it() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    settings = [number for number, line in enumerate(lines) if line and line[0].isalpha()]
    assert len(settings) == len(list(of_model(Settings)))
    for number in settings:
        assert lines[number - 1].startswith("# "), lines[number]


def test_a_setting_that_does_not_exist_is_named(tmp_path: Any) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text("[web]\nprot = 80\n")
    with pytest.raises(BadSettings, match=r"web\.prot"):
        read_settings(file)
