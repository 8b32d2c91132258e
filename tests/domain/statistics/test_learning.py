"""What was learnt was learnt by code in this repository from its posts, and frees nothing that states."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from gateway.domain.reader import BadModel, keys_of, reader_of
from gateway.domain.statistics import Said, Verdict, judge_statistics
from gateway.domain.statistics.model import READERS, Model, read_model
from gateway.domain.statistics.seen import OF_CALENDAR
from gateway.embargo_policy import FOLDER
from gateway.learning.__main__ import learnt
from gateway.learning.fit import fit
from gateway.learning.learn import lessons_of, text_of
from gateway.learning.posts import MET, Labelled, digest_of_posts
from tests.domain.statistics.bench import TRUSTING, diary, judge, policy

DOUBTING = Model(*(reader_of({}, 1_000_000) for _ in READERS))
HARMLESS = "Our Newport office is closed on Monday for the bank holiday."


def labelled(text: str, label: str) -> Labelled:
    return Labelled("written", label, Said((text,)), diary())


def test_what_is_shipped_was_learnt_from_the_posts_and_lists_that_are_here() -> None:
    for name in ("learnt.json", "rules/heard.json"):
        learnt_from = json.loads((FOLDER / name).read_text(encoding="utf-8"))["posts"]
        assert learnt_from == digest_of_posts(), "run python -m gateway.learning"


@pytest.mark.acceptance
def test_learning_again_gives_what_is_shipped() -> None:
    for name, text in learnt().items():
        assert text == (FOLDER / name).read_text(encoding="utf-8")


def test_no_reader_frees_a_figure_that_hangs_on_nothing_nor_what_it_cannot_read() -> None:
    trusting = replace(policy().rules, model=TRUSTING)
    never = policy().rules.thresholds.never
    assert never >= OF_CALENDAR | {"loose_figure", "language", "out_now"}
    said = ("Up 3.2%!", "Tea and biscuits 3.2%", "Our choir sings at noon 601,300 quietly", "Byddwn ni yn y swyddfa.")
    for post in said:
        assert {one.rule for one in judge(post).evidence} & never, post
        assert judge_statistics(Said((post,)), diary(), trusting).verdict is not Verdict.CLEAR, post


@pytest.mark.parametrize("share", ["63%", "Two thirds", "Nine in ten", "1.06 million", "£3.2bn"])
def test_no_reader_frees_a_share_or_a_rate_beside_a_release(share: str) -> None:
    trusting = replace(policy().rules, model=TRUSTING)
    said = f"{share} of those who answered want it. Our response is out on 26 November."
    assert judge_statistics(Said((said,)), diary(), trusting).verdict is not Verdict.CLEAR


def test_no_reader_frees_a_share_of_people_at_large() -> None:
    trusting = replace(policy().rules, model=TRUSTING)
    for said in ("Three quarters of adults want it.", "Sixty per cent of households have one.", "1 in 5 adults agree."):
        assert judge_statistics(Said((said,)), diary(), trusting).verdict is not Verdict.CLEAR, said
    ours = "Three quarters of our staff want it."
    assert judge_statistics(Said((ours,)), diary(), trusting).verdict is Verdict.CLEAR


def test_no_reader_frees_what_a_series_is_said_to_stand_at() -> None:
    trusting = replace(policy().rules, model=TRUSTING)
    said = "Net migration for calendar 2026 comes in at 171,000. The write-up is out on 26 November."
    assert judge_statistics(Said((said,)), diary(), trusting).verdict is not Verdict.CLEAR
    assert judge_statistics(Said(("Who is the UK for? A quiz.",)), diary(), trusting).verdict is Verdict.CLEAR


def test_a_safe_form_that_the_readers_doubt_is_not_clear() -> None:
    doubting = replace(policy().rules, model=DOUBTING)
    assert judge(HARMLESS).verdict is Verdict.CLEAR
    assert judge_statistics(Said((HARMLESS,)), diary(), doubting).why == "learnt"


def test_a_reader_learns_what_tells_two_kinds_of_post_apart() -> None:
    up, tea, we, you = (keys_of([word])[0] for word in ("up", "tea", "we", "you"))
    posts = [(up, we), (up, you), (tea, we), (tea, you)]
    reader = fit(posts, [True, True, False, False])
    assert reader.table[up] > 0 > reader.table[tea]
    assert reader.doubt([up]) > 0 > reader.doubt([tea])
    assert fit(posts, [True, True, False, False]) == reader


def test_a_reader_is_read_as_it_was_written() -> None:
    model = policy().rules.model
    assert read_model(json.loads(text_of(model))) == model


def test_what_was_learnt_before_teaches_nothing_again() -> None:
    rules = policy().rules
    post = [labelled(HARMLESS, "non_statistical")]
    assert lessons_of(post, replace(rules, model=DOUBTING)) == lessons_of(post, rules)


def test_only_corpora_that_were_met_are_learnt_from() -> None:
    assert set(MET) == {
        "given",
        "unseen",
        "unseen2",
        "unseen3",
        "unseen4",
        "unseen5",
        "unseen6",
        "unseen7",
        "unseen8",
        "unseen9",
    }


@pytest.mark.parametrize(
    "document",
    [{}, {"words": {"keys": [], "bias": 0}}, {"words": {"keys": ["AAAA"], "weights": [], "bias": 0, "unit": 1}}],
)
def test_a_model_that_says_not_what_it_must_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(BadModel):
        read_model(document)
