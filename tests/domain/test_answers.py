"""Approval, clearance and quorum: four eyes on one digest, upwards only, and never one's own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.words import Outgoing, Picture, Visibility
from gateway.domain.approval import Approval, answer, standing, void
from gateway.domain.check import Finding
from gateway.domain.clearance import Clearance, clear
from gateway.domain.clearance import void as void_clearance
from gateway.domain.digest import digest_of
from gateway.domain.refusal import Reason, Refused
from gateway.domain.submission import Submission, SubmissionState, needed_approvals
from tests.cast import DAY, NOON, SECOND, policy
from tests.domain.made import SALT, a_clearance, a_member, a_submission, an_account, an_approval, now_at

BOLA, ADA = a_member("bola", "approver"), a_member("ada", "author", "clearer")
CLEO = a_member("cleo", "clearer")
WAITING = replace(a_submission(), state=SubmissionState.WAITING)


def said(approval: Approval, submission: Submission = WAITING, *earlier: Approval) -> Submission:
    change = answer(approval, submission, earlier, by=a_member(approval.by, "approver"), policy=policy())
    assert change.events[0].facts["digest"] == submission.digest
    return next(record for record in change.records if isinstance(record, Submission))


def refusal(approval: Approval, submission: Submission = WAITING, *earlier: Approval) -> Reason:
    with pytest.raises(Refused) as refused:
        said(approval, submission, *earlier)
    return refused.value.reason


def test_a_yes_is_bound_to_the_digest_that_was_shown() -> None:
    assert said(an_approval(WAITING)) == WAITING
    assert refusal(replace(an_approval(WAITING), digest="0" * 64)) is Reason.DIGEST_DIFFERS


def test_nobody_approves_or_rejects_their_own() -> None:
    assert refusal(an_approval(WAITING, by="ada")) is Reason.OWN_WORK
    assert refusal(replace(an_approval(WAITING, by="ada"), given=False, reason="no")) is Reason.OWN_WORK


def test_nobody_clears_their_own_whatever_their_roles() -> None:
    with pytest.raises(Refused) as refused:
        clear(a_clearance(WAITING, by="ada"), WAITING, by=ADA)
    assert refused.value.reason is Reason.OWN_WORK


@pytest.mark.parametrize("state", [s for s in SubmissionState if s is not SubmissionState.WAITING])
def test_only_what_waits_is_answered(state: SubmissionState) -> None:
    other = replace(WAITING, state=state)
    assert refusal(an_approval(WAITING), other) is Reason.WRONG_STATE
    with pytest.raises(Refused):
        clear(a_clearance(WAITING), other, by=CLEO)


def test_a_no_ends_it_and_needs_a_reason() -> None:
    no = replace(an_approval(WAITING), given=False)
    assert refusal(no) is Reason.REASON_MISSING
    assert said(replace(no, reason="wrong figure")).state is SubmissionState.REFUSED


def test_nobody_answers_twice_until_the_first_answer_is_stale_or_void() -> None:
    first = an_approval(WAITING, at=NOON)
    again = replace(first, id="again", at=NOON + SECOND)
    assert refusal(again, WAITING, first) is Reason.ALREADY_ANSWERED
    assert said(replace(again, at=NOON + 3 * DAY), WAITING, first) == WAITING
    assert said(again, WAITING, replace(first, voided_at=NOON)) == WAITING


def test_the_class_is_raised_only_and_earlier_answers_were_to_another_class() -> None:
    first = an_approval(WAITING)
    higher = replace(an_approval(WAITING, by="bea"), content_class="policy")
    raised = said(higher, WAITING, first)
    assert raised.content_class == "policy"
    assert standing([first, higher], raised, policy(), now_at(NOON)) == {"bea"}
    assert refusal(replace(an_approval(WAITING), content_class="routine"), raised) is Reason.CLASS_LOWERED
    assert said(replace(first, id="again", content_class="policy"), raised, first, higher) == raised


def test_a_class_that_policy_does_not_know_is_refused() -> None:
    assert refusal(replace(an_approval(WAITING), content_class="gossip")) is Reason.CLASS_UNKNOWN
    gone = replace(WAITING, content_class="abolished")
    assert refusal(replace(an_approval(gone), content_class="crisis"), gone) is Reason.CLASS_UNKNOWN


@pytest.mark.parametrize(
    "doubtful",
    [
        replace(WAITING, wish=replace(WAITING.wish, doubt="is this figure out yet?")),
        replace(WAITING, findings=(Finding("sign_off_missing", "reason", "office", 1, "Add it."),)),
    ],
    ids=["the author's doubt", "a finding that asks for a reason"],
)
def test_what_is_in_doubt_is_approved_only_with_the_reason_written_down(doubtful: Submission) -> None:
    assert refusal(an_approval(doubtful), doubtful) is Reason.REASON_MISSING
    assert refusal(replace(an_approval(doubtful), reason="  "), doubtful) is Reason.REASON_MISSING
    assert said(replace(an_approval(doubtful), reason="checked with the team"), doubtful) == doubtful


def test_a_yes_is_stale_as_soon_as_it_may_be() -> None:
    given_at = NOON - policy().timing.approval_life
    approval = an_approval(WAITING, at=given_at)
    assert not approval.stands_for(WAITING, policy(), now_at(NOON))
    assert not approval.stands_for(WAITING, policy(), now_at(NOON - SECOND, SECOND))
    assert approval.stands_for(WAITING, policy(), now_at(NOON - 2 * SECOND, SECOND))


def test_voiding_takes_an_answer_away_and_says_so() -> None:
    for change in (
        void(an_approval(WAITING), by="sam", at=NOON, why="left"),
        void_clearance(a_clearance(WAITING), by="sam", at=NOON, why="left"),
    ):
        (after,) = change.records
        assert isinstance(after, Approval | Clearance)
        assert after.voided_at == NOON
        assert change.events[0].facts["giver"] == after.by


def test_clearing_is_bound_to_the_digest_with_its_reason_and_only_where_a_claim_was_made() -> None:
    word = a_clearance(WAITING)
    assert clear(word, WAITING, by=CLEO).records == (word,)
    bound = replace(a_submission(release="/releases/cpi"), state=SubmissionState.WAITING)
    for spoilt, submission, reason in (
        (replace(word, digest="0" * 64), WAITING, Reason.DIGEST_DIFFERS),
        (replace(word, reason=" "), WAITING, Reason.REASON_MISSING),
        (a_clearance(bound), bound, Reason.WRONG_STATE),
    ):
        with pytest.raises(Refused) as refused:
            clear(spoilt, submission, by=CLEO)
        assert refused.value.reason is reason
    refused_change = clear(replace(word, granted=False), WAITING, by=CLEO)
    assert any(getattr(r, "state", None) is SubmissionState.REFUSED for r in refused_change.records)


@pytest.mark.parametrize(
    ("content_class", "tiers", "needed"),
    [
        ("routine", ["standard"], 1),
        ("statistical", ["standard"], 1),
        ("statistical", ["standard", "flagship"], 2),
        ("crisis", ["standard"], 2),
        ("crisis", ["flagship"], 3),
        ("routine", ["unheard-of"], 3),
        ("unheard-of", ["standard"], 3),
    ],
)
def test_the_strictest_quorum_holds_and_what_policy_does_not_know_needs_the_most(
    content_class: str, tiers: list[str], needed: int
) -> None:
    submission = replace(WAITING, content_class=content_class)
    assert needed_approvals(submission, [an_account(tier, tier) for tier in tiers], policy()) == needed


PICTURE = Picture("ab" * 32, "image/png", 10, 1, 1, "A chart")
SAID = Outgoing("office", "Prices rose 3 %", "now", (PICTURE,), "https://example.org", release="/r", part=1, parts=2)
CHANGES: list[dict[str, object]] = [
    {"account": "other"}, {"text": "Prices rose, 3 %"}, {"wanted": "at-release"}, {"pictures": ()},
    {"pictures": (replace(PICTURE, alt_text="A graph"),)}, {"pictures": (replace(PICTURE, sha256="cd" * 32),)},
    {"link": None}, {"visibility": Visibility.UNLISTED}, {"language": "cy"}, {"release": None},
    {"part": 2}, {"parts": 3},
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_whatever_changes_in_what_is_said_changes_the_digest(change: dict[str, object]) -> None:
    assert digest_of([replace(SAID, **change)], SALT) != digest_of([SAID], SALT)  # type: ignore[arg-type]


@given(st.permutations([replace(SAID, account=a, part=p) for a in "abc" for p in (1, 2)]))
def test_the_order_in_which_accounts_stand_does_not_matter(outgoings: list[Outgoing]) -> None:
    assert digest_of(outgoings, SALT) == digest_of(reversed(outgoings), SALT)


def test_the_same_words_under_another_salt_have_another_digest_and_none_is_made_without_one() -> None:
    assert digest_of([SAID], SALT) != digest_of([SAID], b"t" * 32)
    with pytest.raises(ValueError, match="salt"):
        digest_of([SAID], b"")
