"""`gateway check`: anyone may run it on a file; it needs no database and passes over what is no post."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli.entry import APP

GIVEN = Path(__file__).parent / "given"
LINES = (
    '{"id": "a", "text": "Our Newport office is closed on Monday.", "platform": "x"}',
    "not json",
    '{"id": "b"}',
    "",
    '{"id": "c", "text": "Net migration halved.", "alt_text": null, "poll_options": [], "media": []}',
    '{"id": "d", "text": 7}',
    '{"id": "e", "text": "We are hiring! Apply now.", "media": [{"kind": "image", "alt_text": "A desk with a plant"}]}',
)


def run(posts: Path, *more: str) -> Result:
    asked = ["check", "--input", str(posts), "--calendar", str(GIVEN / "calendar.json")]
    return CliRunner().invoke(APP, [*asked, "--as-of", "2026-10-05T08:00:00Z", *more])


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    file = tmp_path / "posts.jsonl"
    file.write_text("\n".join(LINES), encoding="utf-8")
    return file


def test_each_post_gets_one_line_in_order(posts: Path) -> None:
    seen = run(posts)
    answers = [json.loads(line) for line in seen.stdout.splitlines()]
    assert seen.exit_code == 0
    assert [(one["id"], one["embargo"]) for one in answers] == [
        ("a", "clear"),
        ("c", "bind"),
        ("e", "needs_clearance"),
    ]
    assert answers[1]["release"].startswith("/releases/longterminternationalmigration")
    assert {"rule", "place", "start", "end", "words", "release"} == set(answers[1]["evidence"][0])
    assert all(isinstance(one["findings"], list) for one in answers)


def test_malformed_lines_are_told_by_their_number(posts: Path) -> None:
    assert [line.split(":")[0] for line in run(posts).stderr.splitlines()] == ["line 2", "line 3", "line 6"]


def test_an_unknown_profile_or_instant_is_told(posts: Path) -> None:
    assert run(posts, "--profile", "nobody").exit_code != 0
    assert run(posts, "--as-of", "yesterday").exit_code != 0


def test_a_profile_is_judged_under(posts: Path) -> None:
    assert run(posts, "--profile", "pre-election-2024").exit_code == 0
