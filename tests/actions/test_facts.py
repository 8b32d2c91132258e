"""What was read when a delivery was claimed is taken at its intent only where nothing of it has moved since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.words import AT_RELEASE, Receipt
from gateway.actions.account import check_factor, end_grant, grants
from gateway.actions.credential import mark_credential
from gateway.actions.deliver import Intended, conclude_many, intend_many, recover_silent, stage
from gateway.actions.facts import facts_now, facts_of
from gateway.actions.freezing import freeze
from gateway.actions.leave import leave
from gateway.actions.submit import withdraw_submission
from gateway.domain.account import CredentialState, FactorState
from gateway.domain.delivery import State
from gateway.domain.door import Facts
from gateway.domain.publication import published
from gateway.domain.refusal import Reason, Refused
from gateway.world import World
from tests.actions.story import CPI, WORKER, at, calendar, delivery, held, put_forward, read_calendar, wish
from tests.cast import HOUR, NOON, an_account, member, stepped_up, who, write

DUE = NOON + HOUR
ACCOUNT = "office-account"


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """The core decides; that one lock orders it on both databases is shown in tests/concurrency."""
    return f"sqlite:///{tmp_path}/gateway.db"


@pytest.fixture(autouse=True)
def _account(world: World) -> None:
    an_account(world)


def staged(world: World) -> dict[str, Facts]:
    return {each.delivery.id: each.facts for each in stage(world, WORKER)}


def asked(world: World, id: str, known: dict[str, Facts]) -> Intended | Refused:
    return intend_many(world, WORKER, [id], known)[id]


def ended(world: World, name: str) -> None:
    (theirs,) = (each for each in grants(world, who(world, "olu"), ACCOUNT) if each.member == name)
    end_grant(world, stepped_up(world, "olu", "grant", ACCOUNT), theirs.id)


def edited(world: World) -> None:
    with world.storage.reading() as readers:
        (submission,) = readers.submissions.all()
    put_forward(world, "Hello,", post_id=submission.post, asked=wish(wanted="2026-03-02T20:00:00Z"))


def withdrawn(world: World) -> None:
    with world.storage.reading() as readers:
        (submission,) = readers.submissions.all()
    withdraw_submission(world, who(world, "ada"), submission.id)


def out(world: World, name: str) -> None:
    leave(world, stepped_up(world, "sam", "leave", name), name)


def frozen(world: World) -> None:
    freeze(world, stepped_up(world, "sam", "freeze", "all"), "all", "", "why")


def without_role(world: World, name: str) -> None:
    write(world, replace(member(world, name), roles=("auditor",)))


def factor_off(world: World) -> None:
    check_factor(world, who(world, "sam"), ACCOUNT, FactorState.OFF, "Digital")


def expired(world: World) -> None:
    mark_credential(world, ACCOUNT, CredentialState.EXPIRED, "token")


def silent(world: World) -> None:
    recover_silent(world, alive=[])


MOVES: dict[str, tuple[Callable[[World], Any], Reason]] = {
    "the author left": (lambda w: out(w, "ada"), Reason.WRONG_STATE),
    "the approver left": (lambda w: out(w, "bola"), Reason.WRONG_STATE),
    "the clearer left": (lambda w: out(w, "cleo"), Reason.WRONG_STATE),
    "the author lost the role": (lambda w: without_role(w, "ada"), Reason.AUTHOR_GONE),
    "the approver lost the role": (lambda w: without_role(w, "bola"), Reason.APPROVER_GONE),
    "the clearer lost the role": (lambda w: without_role(w, "cleo"), Reason.CLEARER_GONE),
    "the author's grant ended": (lambda w: ended(w, "ada"), Reason.AUTHOR_UNGRANTED),
    "the approver's grant ended": (lambda w: ended(w, "bola"), Reason.APPROVER_GONE),
    "everything was frozen": (frozen, Reason.FROZEN),
    "the platform's factor was found off": (factor_off, Reason.ACCOUNT_FACTOR),
    "the credential expired": (expired, Reason.CREDENTIAL_EXPIRED),
    "it was edited": (edited, Reason.WRONG_STATE),
    "it was withdrawn": (withdrawn, Reason.WRONG_STATE),
    "the worker was thought silent": (silent, Reason.WRONG_STATE),
}


@pytest.mark.parametrize(("move", "reason"), MOVES.values(), ids=MOVES)
def test_whatever_moved_after_it_was_claimed_stops_it_at_its_intent(
    world: World, move: Callable[[World], Any], reason: Reason
) -> None:
    (one,) = held(world)
    at(world, DUE)
    known = staged(world)
    move(world)
    answer = asked(world, one.id, known)
    assert isinstance(answer, Refused)
    assert answer.reason is reason
    assert delivery(world, one.id).state is not State.SENDING


def test_where_nothing_moved_it_goes_by_what_was_read_and_that_is_what_is_there(world: World) -> None:
    (one,) = held(world)
    at(world, DUE)
    known = staged(world)
    with world.storage.reading() as readers:
        now = facts_now(world, readers, [one.id], known)
        anew = facts_of(world, readers, [delivery(world, one.id)])
    assert replace(now[one.id], grants=(), members={}) == replace(anew[one.id], grants=(), members={})
    assert isinstance(asked(world, one.id, known), Intended)
    second = asked(world, one.id, known)
    assert isinstance(second, Refused)
    assert second.reason is Reason.WRONG_STATE


def test_a_release_that_moved_or_was_seen_since_is_read_anew(world: World) -> None:
    read_calendar(world, calendar(DUE))
    (one,) = held(world, "Prices", asked=wish(wanted=AT_RELEASE, release=CPI))
    at(world, DUE)
    known = staged(world)
    waits = asked(world, one.id, known)
    assert isinstance(waits, Refused)
    assert waits.reason is Reason.PUBLICATION_UNSEEN
    read_calendar(world, calendar(DUE, published=True))
    read_calendar(world, calendar(DUE + HOUR))
    moved = asked(world, one.id, known)
    assert isinstance(moved, Refused)
    at(world, DUE + HOUR)
    known = staged(world)
    read_calendar(world, calendar(DUE + HOUR, published=True))
    assert isinstance(asked(world, one.id, known), Intended)


def test_the_part_before_it_is_read_anew(world: World) -> None:
    first, second = held(world, "one", "two")
    at(world, DUE)
    sent = asked(world, first.id, staged(world))
    assert isinstance(sent, Intended)
    change = published(sent.delivery, Receipt("1"), actor="worker", at=DUE, opened_at=DUE, how="answered")
    conclude_many(world, {first.id: change})
    assert isinstance(asked(world, second.id, staged(world)), Intended)
