"""Judging at submission: a safe form is clear, what is doubtful is cleared by a person, what is to come is bound."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.actions.submit import check
from gateway.actions.write import write_post
from gateway.domain.post import Content
from gateway.domain.refusal import Reason
from gateway.domain.statistics import STATISTICS_VERSION, Verdict
from gateway.storage.log import Search
from gateway.world import World
from tests.actions.story import CPI, calendar, put_forward, read_calendar, refuses, state_of, wish, yes
from tests.cast import HOUR, NOON, an_account, who

NOTICE = "Our offices are closed on Monday."
FIGURE = "Consumer prices rose by 2.4% in the 12 months to February."
GREETING = "Byddwn ni yn y swyddfa ddydd Llun."


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Verdicts are values: one database is enough."""
    return f"sqlite:///{tmp_path}/gateway.db"


@pytest.fixture(autouse=True)
def _account(world: World) -> None:
    an_account(world)
    read_calendar(world, calendar(NOON + HOUR))


def test_a_harmless_notice_needs_no_clearer(world: World) -> None:
    submission = put_forward(world, NOTICE)
    assert submission.judgement.verdict is Verdict.CLEAR
    assert not submission.needs_clearance
    assert yes(world, submission).state == "held"


def test_where_policy_says_so_a_clearer_decides_every_claim_whatever_the_classifier_says(world: World) -> None:
    an_account(world, "first", tier="flagship")
    quorum = replace(world.policy.quorum, cleared=frozenset({"flagship"}))
    strict = replace(world, policy=replace(world.policy, quorum=quorum))
    assert put_forward(strict, NOTICE, asked=wish("first")).needs_clearance
    assert not put_forward(strict, NOTICE).needs_clearance, "the other account is of another tier"


def test_what_is_no_recognised_safe_form_waits_for_a_clearer(world: World) -> None:
    submission = put_forward(world, GREETING)
    assert submission.judgement.verdict is Verdict.NEEDS_CLEARANCE
    assert yes(world, submission).state == "waiting"


@pytest.mark.parametrize(
    "content",
    [
        Content((FIGURE,)),
        Content((NOTICE, FIGURE)),
        Content((NOTICE,), link="https://example.org/consumer-prices-rose-by-2-4-percent"),
        Content((NOTICE,), variants=(("office-account", (FIGURE,)),)),
    ],
    ids=["text", "thread part", "link slug", "variant"],
)
def test_a_claim_about_a_release_to_come_is_refused_with_the_release_named(world: World, content: Content) -> None:
    with refuses(world, Reason.MUST_BIND, "submit"):
        put_forward(world, content=content)
    with world.storage.reading() as readers:
        (told,) = readers.log.search(Search(act="refused"))
    assert told.facts["reason"] == "must-bind"


def test_bound_to_the_release_it_speaks_of_it_needs_no_clearer(world: World) -> None:
    submission = put_forward(world, FIGURE, asked=wish(release=CPI))
    assert (submission.judgement.verdict, submission.judgement.release) == (Verdict.BIND, CPI)
    assert not submission.needs_clearance


def test_bound_to_another_release_than_it_speaks_of_a_clearer_decides(world: World) -> None:
    read_calendar(world, calendar(NOON - HOUR, uri="/releases/older", published=True))
    read_calendar(world, calendar(NOON + HOUR))
    submission = put_forward(world, FIGURE, asked=wish(release="/releases/older"))
    assert submission.judgement.release == CPI
    assert submission.needs_clearance
    assert yes(world, submission).state == "waiting"


def test_binding_does_not_make_a_coded_hint_cheaper(world: World) -> None:
    submission = put_forward(world, "Keep an eye on us next week, wink wink.", asked=wish(release=CPI))
    assert submission.judgement.verdict is not Verdict.CLEAR
    assert submission.needs_clearance


def test_the_author_sees_the_evidence_before_submitting_and_it_is_stored_with_the_submission(world: World) -> None:
    revision = write_post(world, who(world, "ada"), Content((FIGURE,)))
    judgement = check(world, who(world, "ada"), revision.id, wish()).judged.judgement
    assert (judgement.verdict, judgement.release, judgement.version) == (Verdict.BIND, CPI, STATISTICS_VERSION)
    (figure,) = (one for one in judgement.evidence if one.rule == "figure")
    assert FIGURE[figure.start : figure.end] == figure.words == "2.4%"
    submission = put_forward(world, FIGURE, asked=wish(release=CPI))
    with world.storage.reading() as readers:
        assert readers.submissions.get(submission.id).judgement == judgement


def test_no_content_enters_the_log(world: World) -> None:
    put_forward(world, FIGURE, asked=wish(release=CPI))
    with world.storage.reading() as readers:
        told = str([entry.facts for entry in readers.log.search(Search(), 1000)])
    assert "2.4" not in told
    assert "rose" not in told


def test_disguised_letters_are_never_clear_and_are_shown_as_they_were_read(world: World) -> None:
    submission = put_forward(world, "Our оffices are closed on Mondаy.")
    assert submission.needs_clearance
    assert submission.judgement.folded == ("Our offices are closed on Monday.",)


def test_the_strictest_account_counts(world: World) -> None:
    an_account(world, "second")
    content = Content((NOTICE,), variants=(("second", (GREETING,)),))
    submission = put_forward(world, content=content, asked=wish("office-account", "second"))
    assert submission.needs_clearance
    assert state_of(world, submission) == "waiting"
