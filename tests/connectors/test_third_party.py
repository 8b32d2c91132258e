"""A third party's package, installed beside ours: found, checked, refused by name when wrong; and the guide is true."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
THIRD_PARTY = ROOT / "tests" / "thirdparty"
GUIDE = (ROOT / "connectors" / "README.md").read_text(encoding="utf-8")


def with_package(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command of ours in a process that sees the package as pip would have installed it."""
    path = os.pathsep.join([str(folder), str(ROOT)])
    order = [sys.executable, "-m", *command]
    return subprocess.run(
        order, env={**os.environ, "PYTHONPATH": path}, cwd=folder, text=True, capture_output=True, check=False
    )


def copy_of_the_package(folder: Path, name: str, old: str, new: str) -> Path:
    """The package with one thing wrong."""
    copy = folder / "site"
    shutil.copytree(THIRD_PARTY, copy)
    file = copy / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return copy


@pytest.mark.slow
def test_an_installed_package_is_found_and_keeps_every_promise() -> None:
    told = with_package(THIRD_PARTY, "gateway.cli", "connector", "check", "pigeon_post")
    assert told.returncode == 0, told.stderr
    assert "pigeon_post: 13 of 13 promises kept" in told.stdout


@pytest.mark.slow
def test_a_broken_promise_is_told_by_its_name_and_what_was_promised(tmp_path: Path) -> None:
    wrong = copy_of_the_package(tmp_path, "pigeon_post/connector.py", "(200, 204, 404)", "(200, 204)")
    told = with_package(wrong, "gateway.cli", "connector", "check", "pigeon_post")
    assert told.returncode == 1
    assert "BROKEN  removes_what_is_gone" in told.stdout
    assert "is not idempotent" in told.stdout
    assert "12 of 13 promises kept" in told.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("pigeon_post/connector.py", 'name: str = "pigeon_post"', 'name: str = "raven"', "its name is 'raven'"),
        ("pigeon_post/connector.py", "def revoke(", "def revoked(", "it cannot revoke"),
        ("pigeon_post-1.0.dist-info/entry_points.txt", "connector:connector", "connector:none", "AttributeError"),
    ],
)
def test_a_wrong_package_is_refused_with_its_name(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    wrong = copy_of_the_package(tmp_path, file, old, new)
    told = with_package(wrong, "gateway.cli", "connector", "check", "pigeon_post")
    words = " ".join(re.sub(r"[│╭╮╰╯─]", " ", told.stderr).split())
    assert told.returncode == 2
    assert "'pigeon_post'" in words
    assert "pigeon-post" in words
    assert said in words


@pytest.mark.slow
def test_one_that_is_not_installed_is_checked_by_its_place(tmp_path: Path) -> None:
    place = ("pigeon_post.connector:connector", "--rehearsal", "pigeon_post.rehearsal:REHEARSAL")
    told = with_package(THIRD_PARTY, "gateway.cli", "connector", "check", *place)
    assert told.returncode == 0, told.stderr
    for wrong in ("no_such.module:thing", "pigeon_post.connector:API"):
        assert with_package(THIRD_PARTY, "gateway.cli", "connector", "check", wrong).returncode == 2
    alone = copy_of_the_package(tmp_path, "pigeon_post/rehearsal.py", "REHEARSAL", "REHEARSAL")
    (alone / "pigeon_post" / "rehearsal.py").rename(alone / "elsewhere.py")
    nobody = with_package(alone, "gateway.cli", "connector", "check", "pigeon_post")
    assert "0 packages offer its rehearsal" in " ".join(nobody.stderr.split())
    with (alone / "pigeon_post-1.0.dist-info" / "entry_points.txt").open("a") as points:
        points.write("\n[gateway.rehearsals]\npigeon_post = elsewhere:REHEARSAL\n")
    assert with_package(alone, "gateway.cli", "connector", "check", "pigeon_post").returncode == 0


@pytest.mark.slow
def test_one_of_ours_is_checked_by_its_name_alone() -> None:
    told = with_package(THIRD_PARTY, "gateway.cli", "connector", "check", "threads")
    assert "threads: 13 of 13 promises kept" in told.stdout, told.stderr


@pytest.mark.slow
def test_the_pytest_plugin_runs_the_promises_of_a_connector_by_name(tmp_path: Path) -> None:
    site = copy_of_the_package(tmp_path, "pigeon_post/connector.py", "(200, 204, 404)", "(200, 204)")
    (site / "pytest.ini").write_text("[pytest]\ngateway_connectors = pigeon_post\n")
    told = with_package(site, "pytest", "-p", "connectors.pytest_plugin", "-p", "no:randomly", "-p", "no:cacheprovider")
    assert "1 failed, 12 passed" in told.stdout
    assert "pigeon_post::removes_what_is_gone: pigeon_post.remove is not idempotent" in told.stdout


@pytest.mark.slow
def test_the_plugin_gives_a_test_its_promises(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    site = copy_of_the_package(tmp_path, "pigeon_post/connector.py", "API", "API")
    (site / "own_check.py").rename(site / "test_pigeon_post.py")
    told = with_package(site, "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "test_pigeon_post.py")
    assert "13 passed" in told.stdout, told.stdout


def blocks() -> dict[str, str]:
    """The files that the guide shows, by the name in their first line."""
    found = re.findall(r"```(?:python|toml)\n# ([\w./-]+)\n(.*?)```", GUIDE, re.DOTALL)
    return dict(found)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("pigeon_post/connector.py", "pigeon_post/connector.py"),
        ("pigeon_post/rehearsal.py", "pigeon_post/rehearsal.py"),
        ("test_pigeon_post.py", "own_check.py"),
    ],
)
def test_the_code_of_the_guide_is_the_code_that_is_checked_here(name: str, file: str) -> None:
    assert blocks()[name].strip() == (THIRD_PARTY / file).read_text(encoding="utf-8").strip()


def test_the_guide_names_the_entry_points_that_are_found_here() -> None:
    told = re.findall(r'^(\w+) = "(.+)"$', blocks()["pyproject.toml"], re.MULTILINE)
    installed = (THIRD_PARTY / "pigeon_post-1.0.dist-info" / "entry_points.txt").read_text(encoding="utf-8")
    points = [(name, value) for name, value in told if ":" in value]
    assert [f"{name} = {value}" for name, value in points] == installed.splitlines()[1:]
