"""`gateway policy`: shown, compared, tested by its own examples, and tried on posts before it is switched on."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.domain.submission import Submission
from gateway.settings import Settings, read_policy
from tests import cast
from tests.actions.story import cleared, put_forward, wish, yes
from tests.cli.house import House, a_house, cli

NOTICE = "Our offices are closed on Monday."
SHOUT = "OUR OFFICES ARE CLOSED ON MONDAY FOR THE HOLIDAY."


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with a_house(tmp_path_factory.mktemp("policy")) as made:
        yield made


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A copy of the policy in which shouting blocks and an everyday word is a warning."""
    folder = tmp_path / "policy"
    shutil.copytree(cast.POLICY_FOLDER, folder)
    checks = folder / "checks.toml"
    checks.write_text(re.sub(r'^shouting = "advise"', 'shouting = "block"', checks.read_text(), flags=re.M))
    return folder


def test_it_shows_what_is_in_force_with_its_id_and_where_each_finding_comes_from() -> None:
    said = cli("policy", "show")
    assert said.code == 0
    assert f"policy {read_policy(Settings()).id}" in said.out
    assert re.search(r"shouting +advise +reason +GCS accessibility guidance", said.out)
    assert re.search(r"polling-day-2024 .* over ", said.out)


def test_two_folders_are_compared_line_by_line(other: Path) -> None:
    said = cli("policy", "diff", str(cast.POLICY_FOLDER), str(other))
    changed = [line for line in said.out.splitlines() if re.match(r"[-+][^-+]", line)]
    assert changed == ['-shouting = "advise"', '+shouting = "block"']
    assert cli("policy", "diff", str(other), str(other)).out.count(read_policy(Settings(policy=str(other))).id) == 2


def test_its_own_examples_hold_and_one_that_does_not_is_told(other: Path) -> None:
    assert cli("policy", "test").code == 0
    said = cli("policy", "test", str(other))
    assert said.code == 1
    assert "shouting on a usual account" in said.out
    (other / "tests" / "posts.jsonl").write_text('{"id": "x", "text": "y"}\n')
    said = cli("policy", "test", str(other))
    assert said.code == 2
    assert "line 1: it does not say what to expect" in said.err


def test_examples_do_not_govern(other: Path) -> None:
    before = read_policy(Settings(policy=str(other))).id
    (other / "tests" / "more.jsonl").write_text("")
    assert read_policy(Settings(policy=str(other))).id == before


def waiting(house: House, account: str, *texts: str) -> list[Submission]:
    """Posts that wait to go in two hours."""
    world = replace(house.world, platforms={cast.PRETEND: cast.pretend_platform()})
    cast.an_account(world, account)
    due = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    return [put_forward(world, text, asked=wish(account, wanted=due)) for text in texts]


def test_a_new_policy_is_tried_on_the_last_posts_and_shows_no_wording(house: House, other: Path) -> None:
    loud, quiet = waiting(house, "shadowed", SHOUT, NOTICE)
    said = house.cli("policy", "shadow", str(other), by="bola")
    assert said.code == 0, said.err
    assert re.search(rf"{loud.id} +shadowed +shouting advise -> block +stricter", said.out)
    assert quiet.id not in said.out
    assert re.search(r"^\d of \d submissions", said.out, re.M)
    assert "OFFICES" not in said.out
    assert house.cli("policy", "shadow", str(other), by="ada").code == 1


def test_what_a_profile_would_hold_is_shown_before_it_begins(house: House) -> None:
    loud, notice = waiting(house, "foreseen", SHOUT, NOTICE)
    said = house.cli("policy", "show", "--preview", "national-mourning-2022", by="eve")
    assert re.search(rf"{loud.id} +shouting", said.out)  # nobody has approved it: its moment is not known
    assert notice.id not in said.out
    assert house.cli("policy", "show", "--preview", "no-such", by="eve").code == 1
    if loud.needs_clearance:
        cleared(house.world, loud)
    yes(house.world, loud)
    said = house.cli("policy", "show", "--preview", "national-mourning-2022", by="eve")
    assert loud.id not in said.out  # it goes on a day on which that profile is not in force
