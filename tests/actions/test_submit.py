"""Submitting: what is asked for is complete and possible on every account, or it is refused with what to mend."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.words import AT_RELEASE, NOW, Receipt
from gateway.actions.deliver import conclude_many
from gateway.actions.reading import read_delivery
from gateway.actions.submit import check, submit, withdraw_submission
from gateway.actions.write import write_post
from gateway.domain.account import Account, CredentialState, FactorState
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change
from gateway.domain.delivery import State, back_to_held
from gateway.domain.digest import digest_of
from gateway.domain.grant import Kind
from gateway.domain.instant import rfc3339
from gateway.domain.post import Content
from gateway.domain.publication import published
from gateway.domain.refusal import Reason, Refused
from gateway.domain.submission import Submission, Wish
from gateway.world import World
from tests.actions.story import (
    CPI,
    at,
    calendar,
    claimed,
    cleared,
    deliveries,
    delivery,
    held,
    intended,
    log,
    put_forward,
    read_calendar,
    refused_intent,
    refuses,
    sending,
    state_of,
    wish,
    yes,
)
from tests.cast import DAY, HOUR, NOON, SECOND, an_account, clock_of, grant, policy, stepped_up, who


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """These are decided before anything is written: one database is enough."""
    return f"sqlite:///{tmp_path}/gateway.db"


@pytest.fixture(autouse=True)
def _account(world: World) -> None:
    an_account(world)


def spoil(world: World, **over: Any) -> None:
    with world.storage.unit() as unit:
        after: Account = replace(unit.accounts.get("office-account"), **over)
        unit.commit(Change((AuditEvent("test.spoil", "worker", "test", "x"),), (after,)))


def test_what_is_submitted_holds_the_exact_outgoings_their_digest_and_the_rule_set(world: World) -> None:
    made = put_forward(world, "Hello", "and more")
    assert [(o.text, o.part, o.parts) for o in made.outgoings] == [("Hello", 1, 2), ("and more", 2, 2)]
    assert made.rule_set == policy().id
    assert log(world, "submission.submit")[0].facts["digest"] == made.digest


def test_an_accounts_own_wording_is_what_is_said_there(world: World) -> None:
    an_account(world, "other")
    said = Content(("Hello",), variants=(("other", ("Hi",)),))
    made = put_forward(world, asked=wish("office-account", "other"), content=said)
    assert [(o.account, o.text) for o in made.outgoings] == [("office-account", "Hello"), ("other", "Hi")]


def test_what_is_asked_beforehand_is_what_is_submitted_and_nothing_is_written(world: World) -> None:
    ada = who(world, "ada")
    revision = write_post(world, ada, Content(("Hello",)))
    found = check(world, ada, revision.id, wish())
    digest, outgoings, findings = found.digest, found.outgoings, found.judged.findings
    assert log(world, "submission.submit") == []
    made = submit(world, ada, revision.id, wish())
    assert (made.digest, made.outgoings, made.findings) == (digest, outgoings, findings)


REFUSED: list[tuple[str, Wish, Reason]] = [
    ("no account", replace(wish(), accounts=()), Reason.EMPTY),
    ("an unknown account", wish("nowhere"), Reason.ACCOUNT_UNKNOWN),
    ("an account twice", wish("office-account", "office-account"), Reason.ACCOUNT_UNKNOWN),
    ("an unknown class", wish(content_class="gossip"), Reason.CLASS_UNKNOWN),
    ("nothing declared", wish(declared=()), Reason.DECLARATION_INCOMPLETE),
    ("one point undeclared", wish(declared=policy().declaration[1:]), Reason.DECLARATION_INCOMPLETE),
    ("in doubt, the doubt unwritten", wish(declared=tuple(p for p in policy().declaration if p != "no-doubt")),
     Reason.DOUBT_UNWRITTEN),
    ("neither release nor claim", wish(claims=False), Reason.RELEASE_OR_CLAIM),
    ("release and claim", wish(release=CPI, claims=True), Reason.RELEASE_OR_CLAIM),
    ("an unknown release", wish(release=CPI), Reason.RELEASE_UNKNOWN),
    ("at release without one", wish(wanted=AT_RELEASE), Reason.RELEASE_OR_CLAIM),
    ("a past time", wish(wanted=rfc3339(NOON - SECOND)), Reason.TIME_PAST),
    ("this very instant", wish(wanted=rfc3339(NOON)), Reason.TIME_PAST),
    ("a naive time", wish(wanted="2026-03-02T13:00:00"), Reason.TIME_NAIVE),
    ("a day alone", wish(wanted="2026-03-03"), Reason.TIME_NAIVE),
    ("a day that does not exist", wish(wanted="2026-02-30T12:00:00Z"), Reason.TIME_DOES_NOT_EXIST),
    ("no time at all", wish(wanted="soon"), Reason.TIME_DOES_NOT_EXIST),
    ("a time before time", wish(wanted="0001-01-01T00:00:00+14:00"), Reason.TIME_DOES_NOT_EXIST),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "reason"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_is_incomplete_or_impossible_is_refused_and_told(world: World, asked: Wish, reason: Reason) -> None:
    revision = write_post(world, who(world, "ada"), Content(("Hello",)))
    with refuses(world, reason, "submit"):
        submit(world, who(world, "ada"), revision.id, asked)


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"factor_state": FactorState.OFF}, Reason.ACCOUNT_FACTOR),
        ({"factor_state": FactorState.UNKNOWN}, Reason.ACCOUNT_FACTOR),
        ({"factor_checked_at": NOON - 90 * DAY}, Reason.ACCOUNT_FACTOR),
        ({"factor_checked_at": None}, Reason.ACCOUNT_FACTOR),
        ({"recovery_owner": ""}, Reason.ACCOUNT_FACTOR),
        ({"credential_state": CredentialState.EXPIRED}, Reason.CREDENTIAL_EXPIRED),
        ({"credential_state": CredentialState.NONE}, Reason.ACCOUNT_UNCONNECTED),
        ({"platform": "gone"}, Reason.PLATFORM_UNKNOWN),
    ],
)
def test_an_account_that_is_not_in_order_takes_no_new_schedules(
    world: World, over: dict[str, Any], reason: Reason
) -> None:
    spoil(world, **over)
    revision = write_post(world, who(world, "ada"), Content(("Hello",)))
    with refuses(world, reason, "submit"):
        submit(world, who(world, "ada"), revision.id, wish())


def test_too_long_on_one_of_three_accounts_refuses_all_and_names_the_account(world: World) -> None:
    an_account(world, "second")
    an_account(world, "third")
    said = Content(("Hello",), variants=(("third", ("x" * 301,)),))
    revision = write_post(world, who(world, "ada"), said)
    with pytest.raises(Refused) as refused:
        submit(world, who(world, "ada"), revision.id, wish("office-account", "second", "third"))
    assert refused.value.reason is Reason.FINDING_BLOCKS
    assert refused.value.facts["account"] == "third"
    assert refused.value.facts["rule"] == "too_long"


@pytest.mark.parametrize(("text", "rule"), [("Write to jane.doe@example.com", "personal_data"),
                                            ("OFFICIAL-SENSITIVE: hello", "protective_marking")])  # fmt: skip
def test_what_a_check_blocks_is_refused(world: World, text: str, rule: str) -> None:
    revision = write_post(world, who(world, "ada"), Content((text,)))
    with pytest.raises(Refused) as refused:
        submit(world, who(world, "ada"), revision.id, wish())
    assert (refused.value.reason, refused.value.facts["rule"]) == (Reason.FINDING_BLOCKS, rule)


def test_a_missing_sign_off_line_asks_the_approver_for_a_reason(world: World) -> None:
    spoil(world, sign_off="ONS")
    made = put_forward(world)
    assert [finding.severity for finding in made.findings] == ["reason"]
    with refuses(world, Reason.REASON_MISSING, "approve"):
        yes(world, made)


def test_without_a_grant_on_every_account_nothing_is_put_forward(world: World) -> None:
    an_account(world, "other", grants={})
    revision = write_post(world, who(world, "ada"), Content(("Hello",)))
    with refuses(world, Reason.NO_GRANT, "submit"):
        submit(world, who(world, "ada"), revision.id, wish("office-account", "other"))
    grant(world, "ada", "other", Kind.WATCH, Kind.APPROVE)
    with refuses(world, Reason.NO_GRANT, "submit"):
        submit(world, who(world, "ada"), revision.id, wish("other"))
    grant(world, "ada", "other", Kind.WRITE, ends=NOON + SECOND)
    clock_of(world).advance(SECOND)
    with refuses(world, Reason.NO_GRANT, "submit"):
        submit(world, who(world, "ada"), revision.id, wish("other"))


def test_another_persons_wording_is_not_theirs_to_put_forward(world: World) -> None:
    revision = write_post(world, who(world, "ada"), Content(("Hello",)))
    grant(world, "dev", "office-account", Kind.WRITE)
    with refuses(world, Reason.NOT_FOUND, "submit"):
        submit(world, who(world, "dev"), revision.id, wish())


def test_now_needs_its_own_grant_and_a_fresh_factor_for_exactly_this_digest(world: World) -> None:
    ada = who(world, "ada")
    revision = write_post(world, ada, Content(("Hello",)))
    with refuses(world, Reason.NO_GRANT, "submit"):
        submit(world, ada, revision.id, wish(wanted=NOW))
    grant(world, "ada", "office-account", Kind.PUBLISH_NOW)
    with refuses(world, Reason.STEP_UP_NEEDED, "submit"):
        submit(world, ada, revision.id, wish(wanted=NOW))
    stepped_up(world, "ada", "publish-now", revision.id, "0" * 64)
    with refuses(world, Reason.STEP_UP_NEEDED, "submit"):
        submit(world, ada, revision.id, wish(wanted=NOW))
    digest = check(world, ada, revision.id, wish(wanted=NOW)).digest
    submit(world, stepped_up(world, "ada", "publish-now", revision.id, digest), revision.id, wish(wanted=NOW))
    with refuses(world, Reason.STEP_UP_NEEDED, "submit"):
        submit(world, ada, revision.id, wish(wanted=NOW))


def test_sending_now_what_is_bound_to_a_release_that_is_not_out_is_refused_with_the_reason(world: World) -> None:
    read_calendar(world, calendar(NOON + HOUR))
    grant(world, "ada", "office-account", Kind.PUBLISH_NOW)
    revision = write_post(world, who(world, "ada"), Content(("Prices rose 3 %",)))
    with refuses(world, Reason.EMBARGOED, "submit"):
        submit(world, who(world, "ada"), revision.id, wish(wanted=NOW, release=CPI))


def test_a_changed_comma_voids_the_approval_and_withdraws_what_was_queued(world: World) -> None:
    first = cleared(world, put_forward(world, "Hello all"))
    yes(world, first)
    (queued,) = deliveries(world, first.id)
    second = put_forward(world, "Hello, all", post_id=first.post)
    assert state_of(world, first) == "replaced"
    assert delivery(world, queued.id).state is State.WITHDRAWN
    assert second.digest != first.digest
    at(world, NOON + HOUR)
    assert claimed(world) == []
    stepped_up(world, "bola", "approve", second.id, first.digest)
    with refuses(world, Reason.DIGEST_DIFFERS, "approve"):
        yes(world, replace(second, digest=first.digest))


def test_a_claimed_delivery_is_withdrawn_under_its_workers_hands_and_its_intent_fails(world: World) -> None:
    (one,) = held(world)
    at(world, NOON + HOUR)
    assert [d.id for d in claimed(world)] == [one.id]
    with world.storage.reading() as readers:
        post = readers.submissions.get(one.submission).post
    put_forward(world, "Hello,", post_id=post, asked=wish(wanted=rfc3339(NOON + 2 * HOUR)))
    assert refused_intent(world, one) is Reason.WRONG_STATE


def test_what_is_on_its_way_cannot_be_replaced(world: World) -> None:
    (one,) = held(world)
    at(world, NOON + HOUR)
    claimed(world)
    intended(world, one)
    with world.storage.reading() as readers:
        post = readers.submissions.get(one.submission).post
    revision = write_post(world, who(world, "ada"), Content(("Hello,",)), post_id=post)
    with refuses(world, Reason.WRONG_STATE, "submit"):
        submit(world, who(world, "ada"), revision.id, wish(wanted=rfc3339(NOON + 2 * HOUR)))


def test_its_author_withdraws_and_nothing_of_it_goes(world: World) -> None:
    (one,) = held(world)
    assert withdraw_submission(world, who(world, "ada"), one.submission).state == "withdrawn"
    at(world, NOON + HOUR)
    assert claimed(world) == []
    with refuses(world, Reason.WRONG_STATE, "withdraw"):
        withdraw_submission(world, who(world, "ada"), one.submission)


@pytest.mark.parametrize(
    ("name", "may"), [("bola", True), ("sam", True), ("olu", True), ("dev", False), ("cyd", False), ("eve", False)]
)
def test_who_may_take_back_what_another_put_forward(world: World, name: str, may: bool) -> None:
    submission = put_forward(world)
    if may:
        assert withdraw_submission(world, who(world, name), submission.id).state == "withdrawn"
        return
    with pytest.raises(Refused) as refused:
        withdraw_submission(world, who(world, name), submission.id)
    assert refused.value.reason in {Reason.NO_GRANT, Reason.ROLE_MISSING}
    assert state_of(world, submission) == "waiting"


def test_what_came_back_from_its_sending_after_it_was_withdrawn_does_not_go_again(world: World) -> None:
    (one,) = held(world)
    at(world, NOON + HOUR)
    claimed(world)
    sent = intended(world, one).delivery
    withdraw_submission(world, who(world, "ada"), one.submission)
    conclude_many(world, {one.id: back_to_held(sent, actor="worker", why="not-sent")})
    assert delivery(world, one.id).state is State.HELD
    assert claimed(world) == []


def test_what_is_out_cannot_be_taken_back_by_withdrawing(world: World) -> None:
    (one,) = held(world)
    at(world, NOON + HOUR)
    claimed(world)
    sent = intended(world, one)
    change = published(sent.delivery, Receipt("1"), actor="worker", at=NOON + HOUR, opened_at=NOON, how="answered")
    conclude_many(world, {one.id: change})
    with refuses(world, Reason.WRONG_STATE, "withdraw"):
        withdraw_submission(world, who(world, "ada"), one.submission)


def test_a_session_that_idled_for_half_an_hour_puts_nothing_forward(world: World) -> None:
    ada = who(world, "ada")
    revision = write_post(world, ada, Content(("Hello",)))
    clock_of(world).advance(timedelta(minutes=30))
    with refuses(world, Reason.NOT_SIGNED_IN, "submit"):
        submit(world, ada, revision.id, wish())


def out(world: World) -> str:
    """A post that is at the platform: its delivery."""
    one = sending(world, "Prices rose by 3.1 per cent")
    change = published(one, Receipt("1"), actor="worker", at=NOON + HOUR, opened_at=NOON + HOUR, how="answered")
    conclude_many(world, {one.id: change})
    return one.id


def corrected(world: World, delivery_id: str, *, by: str = "ada") -> Submission:
    """A post that puts this one right, put forward."""
    revision = write_post(world, who(world, by), Content(("Prices rose by 3.0 per cent. We are sorry.",)))
    later = wish(wanted=rfc3339(NOON + DAY))
    return submit(world, who(world, by), revision.id, later, corrects=delivery_id)


def test_a_correction_is_linked_to_what_it_corrects_on_the_record_and_in_the_log(world: World) -> None:
    wrong = out(world)
    made = corrected(world, wrong)
    assert made.corrects == wrong
    assert log(world, "submission.submit")[0].facts["corrects"] == wrong
    assert read_delivery(world, who(world, "ada"), wrong).corrected_by == (made.id,)
    same = digest_of(made.outgoings, made.salt)
    assert made.digest == same  # what is sent is what was approved, whatever it puts right
    withdraw_submission(world, who(world, "ada"), made.id)
    assert read_delivery(world, who(world, "ada"), wrong).corrected_by == ()


def test_only_what_is_out_is_corrected(world: World) -> None:
    (waits,) = held(world, "Not out yet")
    with refuses(world, Reason.CORRECTS_NOTHING, "submit"):
        corrected(world, waits.id)
    with refuses(world, Reason.NOT_FOUND, "submit"):
        corrected(world, "nothing-like-it")
    revision = write_post(world, who(world, "ada"), Content(("Sorry",)))
    with refuses(world, Reason.CORRECTS_NOTHING, "check"):
        check(world, who(world, "ada"), revision.id, wish(), corrects=waits.id)


def test_only_who_may_write_on_the_account_corrects_what_is_on_it(world: World) -> None:
    wrong = out(world)
    other = an_account(world, "branch-account", grants={"dev": (Kind.WRITE,)})
    revision = write_post(world, who(world, "dev"), Content(("Not so",)))
    asked = wish(other, wanted=rfc3339(NOON + DAY))
    with refuses(world, Reason.NO_GRANT, "submit"):
        submit(world, who(world, "dev"), revision.id, asked, corrects=wrong)
