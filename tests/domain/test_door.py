"""The door: with every fact in order it opens; each single fact out of order shuts it, and says which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.words import AT_RELEASE, NOW, Outgoing
from gateway.domain.account import CredentialState, FactorState, Freeze
from gateway.domain.delivery import State
from gateway.domain.digest import digest_of
from gateway.domain.door import Facts, Stage, door, opens_at
from gateway.domain.grant import Kind
from gateway.domain.instant import Now, rfc3339
from gateway.domain.member import MemberState
from gateway.domain.refusal import Reason, Refused
from gateway.domain.release import ReleaseState
from gateway.domain.submission import SubmissionState
from tests.domain.made import (
    AFTER,
    BEFORE,
    DAY,
    HOUR,
    MINUTE,
    NOON,
    SECOND,
    a_clearance,
    a_delivery,
    a_grant,
    a_release,
    an_account,
    an_approval,
    good_facts,
    now_at,
)

Spoil = Callable[[Facts], Facts]
TICK = timedelta(microseconds=1)


def answer(facts: Facts, now: Now = AFTER, stage: Stage = Stage.COMMIT) -> Reason | None:
    try:
        door(stage, facts, now)
    except Refused as refusal:
        return refusal.reason
    return None


def of_delivery(**over: object) -> Spoil:
    return lambda f: replace(f, delivery=replace(f.delivery, **over))  # type: ignore[arg-type]


def of_submission(**over: object) -> Spoil:
    def spoilt(facts: Facts) -> Facts:
        submission = replace(facts.submission, **over)  # type: ignore[arg-type]
        return replace(facts, submission=submission, said=digest_of(submission.outgoings, submission.salt))

    return spoilt


def of_account(**over: object) -> Spoil:
    return lambda f: replace(f, account=replace(f.account, **over))  # type: ignore[arg-type]


def of_member(name: str, **over: object) -> Spoil:
    return lambda f: replace(f, members={**f.members, name: replace(f.members[name], **over)})  # type: ignore[arg-type]


def of_release(**over: object) -> Spoil:
    return lambda f: replace(f, release=replace(a_release(), **over))  # type: ignore[arg-type]


def without_grant(name: str) -> Spoil:
    return lambda f: replace(f, grants=tuple(g for g in f.grants if g.member != name))


def frozen(scope: str, target: str) -> Spoil:
    held = Freeze(id="freeze", scope=scope, target=target, reason="crisis", by="sam", since=BEFORE)
    return lambda f: replace(f, freezes=(held,))


def of_approval(**over: object) -> Spoil:
    return lambda f: replace(f, approvals=(replace(f.approvals[0], **over),))  # type: ignore[arg-type]


def of_clearance(**over: object) -> Spoil:
    return lambda f: replace(f, clearances=(replace(f.clearances[0], **over),))  # type: ignore[arg-type]


def in_a_thread(state: State) -> Spoil:
    before = a_delivery(id="first", state=state, ended_at=NOON)
    return lambda f: replace(f, delivery=replace(f.delivery, previous="first"), predecessor=before)


ANOTHER = Outgoing(account="office", text="Hello,", wanted=rfc3339(NOON))
FACTS: list[tuple[str, Reason, Spoil]] = [
    ("a person's hold", Reason.HELD_BY_PERSON, of_delivery(hold="author-gone")),
    ("waiting for answers", Reason.WRONG_STATE, of_submission(state=SubmissionState.WAITING)),
    ("withdrawn", Reason.WRONG_STATE, of_submission(state=SubmissionState.WITHDRAWN)),
    ("replaced", Reason.WRONG_STATE, of_submission(state=SubmissionState.REPLACED)),
    ("a changed comma", Reason.DIGEST_DIFFERS, of_submission(outgoings=(ANOTHER,))),
    ("another digest on the delivery", Reason.DIGEST_DIFFERS, of_delivery(digest="0" * 64)),
    ("another outgoing on the delivery", Reason.DIGEST_DIFFERS, of_delivery(outgoing=ANOTHER)),
    ("another account on the delivery", Reason.DIGEST_DIFFERS, of_delivery(account="other")),
    ("another release on the delivery", Reason.DIGEST_DIFFERS, of_delivery(release="/releases/gdp")),
    ("the author left", Reason.AUTHOR_GONE, of_member("ada", state=MemberState.LEFT)),
    ("the author is nobody", Reason.AUTHOR_GONE, of_submission(author="nobody")),
    ("the author lost the role", Reason.AUTHOR_GONE, of_member("ada", roles=("approver",))),
    ("the author's factor was reset today", Reason.FACTOR_RESET, of_member("ada", rests_until=NOON + DAY)),
    ("the author lost the grant", Reason.AUTHOR_UNGRANTED, without_grant("ada")),
    ("nobody approved", Reason.UNAPPROVED, lambda f: replace(f, approvals=())),
    ("a no", Reason.UNAPPROVED, of_approval(given=False)),
    ("a voided yes", Reason.UNAPPROVED, of_approval(voided_at=NOON)),
    ("a yes to another digest", Reason.UNAPPROVED, of_approval(digest="0" * 64)),
    ("the author's own yes", Reason.APPROVAL_STALE, of_approval(by="ada")),
    ("a yes to a lower class", Reason.APPROVAL_STALE, of_submission(content_class="statistical")),
    ("a stale yes", Reason.APPROVAL_STALE, of_approval(at=NOON + SECOND - 3 * DAY)),
    ("the approver left", Reason.APPROVER_GONE, of_member("bola", state=MemberState.LEFT)),
    ("the approver's factor was reset today", Reason.APPROVER_GONE, of_member("bola", rests_until=NOON + DAY)),
    ("the approver lost the role", Reason.APPROVER_GONE, of_member("bola", roles=("author",))),
    ("the approver lost the grant", Reason.APPROVER_GONE, without_grant("bola")),
    ("a stricter account beside it", Reason.UNAPPROVED,
     lambda f: replace(of_submission(content_class="statistical")(f), approvals=(
         replace(f.approvals[0], content_class="statistical"),),
         accounts=(an_account(), an_account("flag", tier="flagship")))),
    ("nobody cleared", Reason.UNCLEARED, lambda f: replace(f, clearances=())),
    ("a clearance of another digest", Reason.UNCLEARED, of_clearance(digest="0" * 64)),
    ("a clearance refused", Reason.UNCLEARED, of_clearance(granted=False)),
    ("a clearance voided", Reason.UNCLEARED, of_clearance(voided_at=NOON)),
    ("the author's own clearance", Reason.UNCLEARED, of_clearance(by="ada")),
    ("the clearer left", Reason.CLEARER_GONE, of_member("cleo", state=MemberState.LEFT)),
    ("the clearer lost the role", Reason.CLEARER_GONE, of_member("cleo", roles=("author",))),
    ("everything frozen", Reason.FROZEN, frozen("all", "")),
    ("the platform frozen", Reason.FROZEN, frozen("platform", "pretend")),
    ("the account frozen", Reason.FROZEN, frozen("account", "office")),
    ("the platform's second factor off", Reason.ACCOUNT_FACTOR, of_account(factor_state=FactorState.OFF)),
    ("the platform's second factor unknown", Reason.ACCOUNT_FACTOR, of_account(factor_state=FactorState.UNKNOWN)),
    ("its factor checked long ago", Reason.ACCOUNT_FACTOR, of_account(factor_checked_at=NOON - 90 * DAY)),
    ("its factor never checked", Reason.ACCOUNT_FACTOR, of_account(factor_checked_at=None)),
    ("nobody to recover it", Reason.ACCOUNT_FACTOR, of_account(recovery_owner="")),
    ("an expired credential", Reason.CREDENTIAL_EXPIRED, of_account(credential_state=CredentialState.EXPIRED)),
    ("no credential", Reason.ACCOUNT_UNCONNECTED, of_account(credential_state=CredentialState.NONE)),
    ("a credential of nobody", Reason.ACCOUNT_UNCONNECTED, of_account(subject="")),
    ("judged under older rules", Reason.RULES_CHANGED, of_delivery(judged_under="older")),
]  # fmt: skip
TIMES: list[tuple[str, Reason, Spoil]] = [
    ("before it is due", Reason.NOT_DUE, of_delivery(due_at=AFTER.earliest + TICK)),
    ("the platform asked to wait", Reason.NOT_BEFORE, of_delivery(not_before=AFTER.earliest + TICK)),
    ("its window closed", Reason.TOO_LATE, of_delivery(due_at=AFTER.latest - 15 * MINUTE)),
    ("the part before is held", Reason.PREDECESSOR_WAITS, in_a_thread(State.HELD)),
    ("the part before is on its way", Reason.PREDECESSOR_WAITS, in_a_thread(State.SENDING)),
    ("the part before is unknown", Reason.PREDECESSOR_WAITS, in_a_thread(State.UNKNOWN)),
    ("the part before was rejected", Reason.PREDECESSOR_WAITS, in_a_thread(State.REJECTED)),
    ("the part before is not there", Reason.PREDECESSOR_WAITS, of_delivery(previous="first")),
]
ENTRIES: list[tuple[str, Reason, Spoil]] = [
    ("an unknown release", Reason.RELEASE_UNKNOWN, lambda f: replace(f, release=None)),
    ("another release", Reason.RELEASE_UNKNOWN, of_release(id="/releases/gdp")),
    ("a cancelled release", Reason.RELEASE_CANCELLED, of_release(state=ReleaseState.CANCELLED)),
    ("a provisional release", Reason.RELEASE_NOT_FINAL, of_release(state=ReleaseState.PROVISIONAL)),
]
EMBARGOES: list[tuple[str, Reason, Spoil]] = [
    ("before the release", Reason.EMBARGOED, of_release(instant=AFTER.earliest + TICK, seen_at=NOON)),
    ("publication unseen", Reason.PUBLICATION_UNSEEN, of_release(seen_at=None)),
    ("seen before it moved", Reason.PUBLICATION_UNSEEN, of_release(seen_at=NOON - TICK)),
    ("no calendar", Reason.CALENDAR_STALE, lambda f: replace(f, calendar=None)),
    ("a stale calendar", Reason.CALENDAR_STALE,
     lambda f: replace(f, calendar=replace(f.calendar, read_at=AFTER.latest - DAY))),  # type: ignore[type-var]
]  # fmt: skip


@pytest.mark.parametrize("bound", [False, True], ids=["cleared", "bound to a release"])
@pytest.mark.parametrize("stage", Stage)
def test_with_every_fact_in_order_the_door_opens(stage: Stage, bound: bool) -> None:
    assert answer(good_facts(bound=bound), stage=stage) is None


@pytest.mark.parametrize(("reason", "spoil"), [f[1:] for f in FACTS], ids=[f[0] for f in FACTS])
def test_each_fact_out_of_order_shuts_it_at_every_stage(reason: Reason, spoil: Spoil) -> None:
    for stage in Stage:
        assert answer(spoil(good_facts()), stage=stage) is reason


@pytest.mark.parametrize(("reason", "spoil"), [f[1:] for f in ENTRIES], ids=[f[0] for f in ENTRIES])
def test_each_doubt_about_the_calendar_entry_shuts_it_at_every_stage(reason: Reason, spoil: Spoil) -> None:
    for stage in Stage:
        assert answer(spoil(good_facts(bound=True)), stage=stage) is reason


@pytest.mark.parametrize(("reason", "spoil"), [f[1:] for f in TIMES], ids=[f[0] for f in TIMES])
def test_time_and_order_shut_it_before_content_and_at_the_commit_alone(reason: Reason, spoil: Spoil) -> None:
    facts = spoil(good_facts())
    assert [answer(facts, stage=stage) for stage in Stage] == [None, reason, reason]


@pytest.mark.parametrize(("reason", "spoil"), [f[1:] for f in EMBARGOES], ids=[f[0] for f in EMBARGOES])
def test_an_embargo_that_is_not_surely_lifted_shuts_it_before_the_first_byte(reason: Reason, spoil: Spoil) -> None:
    facts = spoil(good_facts(bound=True))
    assert [answer(facts, stage=stage) for stage in Stage] == [None, reason, reason]


def test_a_clock_that_is_sure_of_nothing_shuts_every_door() -> None:
    for stage in Stage:
        assert answer(good_facts(), Now.unknown(), stage) is Reason.CLOCK_UNSURE


def test_an_unsure_clock_opens_late_and_closes_early() -> None:
    facts = good_facts(bound=True)
    assert answer(facts, now_at(NOON + 2 * SECOND, 3 * SECOND)) is Reason.NOT_DUE
    assert answer(facts, now_at(NOON + 3 * SECOND, 3 * SECOND)) is None
    assert answer(facts, now_at(NOON + 15 * MINUTE - 3 * SECOND, 3 * SECOND)) is Reason.TOO_LATE


def test_sending_now_needs_the_right_to_publish_now_beside_the_right_to_write() -> None:
    facts = good_facts(wanted=NOW)
    assert answer(facts) is Reason.AUTHOR_UNGRANTED
    may = (*facts.grants, replace(a_grant("ada", Kind.PUBLISH_NOW), id="now"))
    assert answer(replace(facts, grants=may)) is None
    assert answer(replace(facts, grants=tuple(g for g in may if Kind.WRITE not in g.kinds))) is Reason.AUTHOR_UNGRANTED


@pytest.mark.parametrize("ended", [{"ends": NOON}, {"ended_at": NOON}, {"begins": NOON + HOUR}])
def test_a_grant_counts_only_between_its_ends(ended: dict[str, object]) -> None:
    facts = good_facts()
    other = [g for g in facts.grants if g.member != "ada"]
    mine = replace(a_grant("ada", Kind.WRITE), **ended)  # type: ignore[arg-type]
    assert answer(replace(facts, grants=(mine, *other))) is Reason.AUTHOR_UNGRANTED


def test_a_grant_on_another_account_does_not_count() -> None:
    facts = good_facts()
    elsewhere = tuple(replace(g, account="other") for g in facts.grants)
    assert answer(replace(facts, grants=elsewhere)) is Reason.AUTHOR_UNGRANTED


def test_one_of_two_clearers_who_stays_is_enough() -> None:
    facts = of_member("cleo", state=MemberState.LEFT)(good_facts())
    second = a_clearance(facts.submission, by="cara")
    members = {**facts.members, "cara": replace(facts.members["cleo"], id="cara", state=MemberState.ACTIVE)}
    assert answer(replace(facts, clearances=(*facts.clearances, second), members=members)) is None


def test_two_answers_of_one_person_are_one_approval() -> None:
    facts = of_submission(content_class="policy")(good_facts())
    mine = an_approval(facts.submission)
    assert answer(replace(facts, approvals=(mine, replace(mine, id="again")))) is Reason.UNAPPROVED
    assert answer(replace(facts, approvals=(mine, an_approval(facts.submission, by="bea")))) is None


def test_a_thread_part_is_late_counted_from_the_part_before_it() -> None:
    facts = in_a_thread(State.PUBLISHED)(good_facts())
    later = NOON + 20 * MINUTE
    assert answer(facts, now_at(later)) is Reason.TOO_LATE
    before = a_delivery(id="first", state=State.PUBLISHED, ended_at=later)
    assert answer(replace(facts, predecessor=before), now_at(later)) is None


def test_the_door_can_open_from_the_later_of_due_time_release_and_sight() -> None:
    facts = good_facts(bound=True)
    assert opens_at(facts) == NOON
    assert opens_at(of_release(seen_at=NOON + MINUTE)(facts)) == NOON + MINUTE
    assert opens_at(of_release(instant=NOON + HOUR, seen_at=None)(facts)) == NOON + HOUR
    assert opens_at(of_delivery(due_at=NOON + DAY)(facts)) == NOON + DAY


def test_a_symbol_is_never_taken_for_another_time() -> None:
    facts = good_facts(bound=True, wanted=AT_RELEASE)
    assert answer(facts) is None
    other = replace(facts.submission.wish, wanted=rfc3339(NOON))
    spoilt = replace(facts, submission=replace(facts.submission, wish=other))
    assert answer(spoilt) is None  # the outgoing holds what was approved
    timed = good_facts()
    assert answer(of_submission(wish=replace(timed.submission.wish, wanted="2026-03-02T11:00:00Z"))(timed)) is (
        Reason.DIGEST_DIFFERS
    )
