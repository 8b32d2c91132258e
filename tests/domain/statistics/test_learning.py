"""What was learnt was learnt by code in this repository from posts in this repository, and only makes stricter."""

from __future__ import annotations

from dataclasses import replace

from gateway.domain.statistics import Said, Verdict, judge_statistics
from gateway.domain.statistics.model import Model
from gateway.embargo_policy import FOLDER
from gateway.learning.__main__ import learn, posts_of
from tests.domain.statistics.bench import diary, policy


def test_learning_again_gives_what_is_shipped() -> None:
    model, words = learn()
    assert model == (FOLDER / "learnt.json").read_text(encoding="utf-8")
    assert words == (FOLDER / "words" / "learnt.txt").read_text(encoding="utf-8")


def test_a_model_that_calls_everything_harmless_frees_no_statistical_post() -> None:
    blind = replace(policy().rules, model=Model({}, -1_000_000))
    shipped = policy().rules
    for post in posts_of("statistical"):
        seen = judge_statistics(Said((post,)), diary(), blind)
        if seen.verdict is Verdict.CLEAR:
            assert judge_statistics(Said((post,)), diary(), shipped).why == "learnt"
