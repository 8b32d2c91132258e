"""What was learnt was learnt by code in this repository from posts in this repository, and only makes stricter."""

from __future__ import annotations

from dataclasses import replace

from gateway.domain.statistics import Said, Verdict, judge_statistics
from gateway.domain.statistics.model import Model
from gateway.embargo_policy import FOLDER
from gateway.learning.__main__ import learn, posts_of
from tests.domain.statistics.bench import diary, judge, policy


def test_learning_again_gives_what_is_shipped() -> None:
    model, words = learn()
    assert model == (FOLDER / "learnt.json").read_text(encoding="utf-8")
    assert words == (FOLDER / "words" / "learnt.txt").read_text(encoding="utf-8")


def test_no_model_frees_a_post_in_which_something_was_seen() -> None:
    blind = replace(policy().rules, model=Model({}, -1_000_000))
    seen = 0
    for post in posts_of("statistical"):
        if any(one.rule != "unknown_word" for one in judge(post).evidence):
            seen += 1
            assert judge_statistics(Said((post,)), diary(), blind).verdict is not Verdict.CLEAR
    assert seen > 100
