"""What was learnt was learnt by code in this repository from its posts, and frees nothing that states."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.statistics import Said, Verdict, judge_statistics
from gateway.domain.statistics.model import BadModel, Model, Reader, read_model
from gateway.embargo_policy import FOLDER
from gateway.learning.__main__ import learnt
from gateway.learning.fit import fit
from gateway.learning.learn import learn, lessons_of
from gateway.learning.posts import MET, Labelled, posts_of
from tests.domain.statistics.bench import diary, judge, policy

TRUSTING = Model(Reader({}, -1_000_000), Reader({}, -1_000_000))
DOUBTING = Model(Reader({}, 1_000_000), Reader({}, 1_000_000))
HARMLESS = "Our Newport office is closed on Monday for the bank holiday."


def labelled(text: str, label: str) -> Labelled:
    return Labelled("written", label, Said((text,)), diary())


def test_learning_again_gives_what_is_shipped() -> None:
    for name, text in learnt().items():
        assert text == (FOLDER / name).read_text(encoding="utf-8")


def test_no_reader_frees_a_post_that_states_or_names_a_hint() -> None:
    trusting = replace(policy().rules, model=TRUSTING)
    assert not {"figure", "hint", "language", "out_now"} & policy().rules.thresholds.waivable
    seen = 0
    for post in posts_of("statistical"):
        if {one.rule for one in judge(post).evidence} & {"figure", "hint", "language"}:
            seen += 1
            assert judge_statistics(Said((post,)), diary(), trusting).verdict is not Verdict.CLEAR
    assert seen > 100


def test_a_safe_form_that_the_readers_doubt_is_not_clear() -> None:
    doubting = replace(policy().rules, model=DOUBTING)
    assert judge(HARMLESS).verdict is Verdict.CLEAR
    assert judge_statistics(Said((HARMLESS,)), diary(), doubting).why == "learnt"


def test_a_reader_learns_what_tells_two_kinds_of_post_apart() -> None:
    posts = [frozenset({"up", "we"}), frozenset({"up", "you"}), frozenset({"tea", "we"}), frozenset({"tea", "you"})]
    reader = fit(posts, [True, True, False, False])
    assert reader.weights["up"] > 0 > reader.weights["tea"]
    assert reader.doubt(frozenset({"up"})) > 0 > reader.doubt(frozenset({"tea"}))
    assert fit(posts, [True, True, False, False]) == reader


def test_words_are_met_in_harmless_posts_only_and_none_that_compares() -> None:
    posts = [
        labelled("Our gazebo has a zigzag path and is greyer.", "non_statistical"),
        labelled("The zigzag goes on tomorrow.", "statistical"),
        labelled("The quokka edition is out tomorrow.", "announcement_ok"),
    ]
    met = learn(lessons_of(posts, policy().rules)).met
    assert met == {"met_talking": ["gazebo"], "met_announcing": ["quokka"]}


def test_what_was_met_before_teaches_nothing_again() -> None:
    rules = policy().rules
    before = lessons_of([labelled(HARMLESS, "non_statistical")], rules)
    knowing = replace(rules, lexicon=rules.lexicon.having({"met_talking": ["bank", "holiday", "closed"]}))
    assert lessons_of([labelled(HARMLESS, "non_statistical")], knowing) == before


def test_only_corpora_that_were_met_are_learnt_from() -> None:
    assert set(MET) == {"given", "unseen", "unseen2"}


@pytest.mark.parametrize(
    "document", [{}, {"words": {"weights": [], "bias": 0}}, {"words": {"weights": {}, "bias": "0"}}]
)
def test_a_model_that_says_not_what_it_must_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(BadModel):
        read_model(document)
