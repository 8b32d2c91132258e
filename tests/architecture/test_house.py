"""The house as it stands keeps its import contracts and its rules, and no file holds what it must not."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.contracts import lint
from tests.architecture.rules import RULES, Rule
from tests.architecture.source import PACKAGES, ROOT, Module, modules

# Written apart, so that this file does not hold what it looks for.
PLACES = re.compile("/" + "work/|/" + "root/|/" + "home/[a-z]+/")
HOSTS = re.compile(
    "pypi" + r"\.org|pythonhosted" + r"\.org|registry\." + r"npmjs|deb\." + r"debian\.org|npmjs" + r"\.com"
)
SKIPS = re.compile(r"mark\.(skip|skipif|xfail)\b|pytest\.(skip|xfail|importorskip)\(|unittest\.skip")
MOCKS = re.compile(r"unittest\.mock|from mock |mocker\b|MagicMock")
BINARY = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".woff", ".woff2", ".gz", ".deb")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_its_rule(rule: Rule, house: tuple[Module, ...]) -> None:
    offences = [str(offence) for module in house for offence in rule(module)]
    assert offences == []


@pytest.mark.slow
def test_every_import_contract_is_kept() -> None:
    report = lint(ROOT)
    assert report.kept, report.words


def test_every_room_is_read(house: tuple[Module, ...]) -> None:
    assert {module.path.split("/")[0] for module in house} == set(PACKAGES)
    assert len(house) > 100


@pytest.mark.parametrize("forbidden", [PLACES, HOSTS], ids=["paths of one machine", "addresses of registries"])
def test_no_file_names_what_belongs_to_one_machine(forbidden: re.Pattern[str]) -> None:
    assert _lines_with(forbidden, _texts(("",))) == []


@pytest.mark.parametrize("forbidden", [SKIPS, MOCKS], ids=["skipped tests", "mocks"])
def test_no_test_is_skipped_or_mocks_our_own_code(forbidden: re.Pattern[str]) -> None:
    here = Path(__file__).relative_to(ROOT).as_posix()
    assert [line for line in _lines_with(forbidden, _texts(("tests/",))) if not line.startswith(here)] == []


def _texts(places: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Path and text of every file that is, or is about to be, under version control."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    for path in listed:
        if path.startswith(places) and not path.endswith(BINARY) and (ROOT / path).is_file():
            yield path, (ROOT / path).read_text(errors="replace")


def _lines_with(forbidden: re.Pattern[str], texts: Iterator[tuple[str, str]]) -> list[str]:
    return [
        f"{path}:{number} {line.strip()[:100]}"
        for path, text in texts
        if forbidden.search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if forbidden.search(line)
    ]


@pytest.fixture(scope="module")
def house() -> tuple[Module, ...]:
    """Every module of the four packages."""
    return modules()
