"""The runner itself: it kills what a test notices; a survivor, a stale patch or a broken test fails it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.mutants.patch import BadPatch, read
from tests.mutants.run import main

PATCH = """# control: nobody spends more than there is
# test: {test}
diff --git a/purse.py b/purse.py
--- a/purse.py
+++ b/purse.py
@@ -1,2 +1,2 @@
 def may_spend(amount, there):
-    return {before}
+    return {after}
"""
TESTS = """from purse import may_spend
def test_notices(): assert not may_spend(3, 2)
def test_sleeps(): assert may_spend(1, 2)
def test_fails_anyway(): assert may_spend(3, 2)
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project of one function with a test that notices and one that sleeps."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "purse.py").write_text("def may_spend(amount, there):\n    return amount <= there\n")
    (tmp_path / "tests" / "test_purse.py").write_text(TESTS)
    (tmp_path / "patches").mkdir()
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    return tmp_path


def verdict(tree: Path, test: str, before: str = "amount <= there", after: str = "True") -> int:
    text = PATCH.format(test=f"tests/test_purse.py::{test}", before=before, after=after)
    (tree / "patches" / "01-spend.patch").write_text(text)
    return main(root=tree, folder=tree / "patches")


@pytest.mark.slow
def test_a_mutant_that_its_test_notices_is_killed(tree: Path) -> None:
    assert verdict(tree, "test_notices") == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("test", "before", "after", "fate"),
    [
        ("test_sleeps", "amount <= there", "True", "SURVIVED"),
        ("test_notices", "amount < there", "True", "DOES NOT APPLY"),
        ("test_fails_anyway", "amount <= there", "True", "TEST FAILS WITHOUT IT"),
        ("test_is_not_there", "amount <= there", "True", "TEST FAILS WITHOUT IT"),
        ("test_notices", "amount <= there", "amount <=", "TEST COULD NOT RUN"),
    ],
)
def test_anything_else_fails_the_command(
    test: str, before: str, after: str, fate: str, tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verdict(tree, test, before, after) == 1
    assert fate in capsys.readouterr().out


def test_a_patch_that_does_not_name_its_test_is_refused(tmp_path: Path) -> None:
    (tmp_path / "01-mute.patch").write_text("# control: something\ndiff --git a/x b/x\n")
    with pytest.raises(BadPatch):
        read(tmp_path / "01-mute.patch")


def test_every_mutant_here_names_a_test_that_exists() -> None:
    here = Path(__file__).parent
    for mutant in map(read, sorted(here.glob("*.patch"))):
        for test in mutant.tests:
            path, _, name = test.partition("::")
            assert f"def {name.split('::')[-1].partition('[')[0]}(" in (here.parent.parent / path).read_text(), (
                mutant.name
            )
