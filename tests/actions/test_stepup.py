"""Step-up: a fresh factor opens exactly one act, on one subject and digest, once, for five minutes, in one session."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import gateway.actions
from gateway.actions.guard import spend_step_up
from gateway.actions.sessions import resolve
from gateway.actions.signin import prove_code, sign_in
from gateway.actions.stepup import ACTS, step_up
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change
from gateway.domain.refusal import Reason, Refused
from gateway.domain.signin import StepUp
from gateway.world import Who, World
from tests.cast import MINUTE, PASSWORD, SECOND, clock_of, code_for, entries, raced, refused, who

HERE = "192.0.2.7"


def shown(world: World, act: str = "approve", subject: str = "post-1", digest: str = "d1") -> Who:
    bola = who(world, "bola")
    step_up(world, bola, act, subject, digest, code_for(world, "bola"))
    return bola


def spend(world: World, acting: Who, act: str = "approve", subject: str = "post-1", digest: str = "d1") -> StepUp:
    """Spend it as an action does: with the act, in one commit."""
    with world.storage.unit() as unit:
        spent = spend_step_up(unit, acting, unit.now, act, subject, digest)
        unit.commit(Change((AuditEvent("test.act", acting.member, "test", subject),), (spent,)))
    return spent


def test_a_fresh_factor_opens_the_act_it_was_shown_for(world: World) -> None:
    assert spend(world, shown(world)).used_at is not None
    (told,) = entries(world, "step-up")
    assert (told.actor, told.subject_id, told.facts["act"], told.facts["digest"]) == ("bola", "post-1", "approve", "d1")


@pytest.mark.parametrize(
    ("act", "subject", "digest"),
    [("clear", "post-1", "d1"), ("approve", "post-2", "d1"), ("approve", "post-1", "d2"), ("approve", "post-1", "")],
)
def test_it_opens_nothing_else(world: World, act: str, subject: str, digest: str) -> None:
    refused(Reason.STEP_UP_NEEDED, spend, world, shown(world), act, subject, digest)


def test_it_opens_once(world: World) -> None:
    bola = shown(world)
    spend(world, bola)
    refused(Reason.STEP_UP_NEEDED, spend, world, bola)


@pytest.mark.slow
def test_of_eight_that_race_to_spend_it_one_does(world: World) -> None:
    outcomes = raced(spend, [(world, shown(world))] * 8)
    assert len([o for o in outcomes if isinstance(o, StepUp)]) == 1


@pytest.mark.slow
def test_of_sixteen_step_ups_with_one_code_one_is_written(world: World) -> None:
    bola, code = who(world, "bola"), code_for(world, "bola")
    outcomes = raced(step_up, [(world, bola, "approve", f"post-{n}", "d1", code) for n in range(16)])
    assert outcomes.count(None) == 1


def test_it_lasts_less_than_five_minutes(world: World) -> None:
    bola = shown(world)
    clock_of(world).advance(5 * MINUTE)
    refused(Reason.STEP_UP_NEEDED, spend, world, bola)
    bola = shown(world)
    clock_of(world).advance(5 * MINUTE - SECOND)
    assert spend(world, bola)


def test_it_belongs_to_one_session(world: World) -> None:
    shown(world)
    half = sign_in(world, "bola", PASSWORD, HERE).session_token
    other, _, _ = resolve(world, prove_code(world, half, code_for(world, "bola"), HERE))
    refused(Reason.STEP_UP_NEEDED, spend, world, other)


def test_it_belongs_to_one_member(world: World) -> None:
    bola = shown(world)
    refused(Reason.STEP_UP_NEEDED, spend, world, Who("ada", bola.session))


def test_the_code_that_signed_in_does_not_step_up(world: World) -> None:
    code = code_for(world, "bola")
    full = prove_code(world, sign_in(world, "bola", PASSWORD, HERE).session_token, code, HERE)
    bola, _, _ = resolve(world, full)
    refused(Reason.CODE_REPLAYED, step_up, world, bola, "approve", "post-1", "d1", code)


def test_a_half_session_steps_up_to_nothing(world: World) -> None:
    half, _, _ = resolve(world, sign_in(world, "bola", PASSWORD, HERE).session_token)
    refused(Reason.NOT_SIGNED_IN, step_up, world, half, "approve", "post-1", "d1", code_for(world, "bola"))


@pytest.mark.parametrize("act", ["", "reveal", "APPROVE", "approve ", "x" * 100])
def test_an_unknown_act_is_refused(world: World, act: str) -> None:
    refused(Reason.NOT_FOUND, step_up, world, who(world, "bola"), act, "post-1", "d1", code_for(world, "bola"))
    assert entries(world, "refused")[0].facts["act"] == "step-up"


@pytest.mark.parametrize(("subject", "digest"), [("", ""), ("a b", ""), ("x" * 201, ""), ("post-1", "D" * 64)])
def test_a_subject_or_digest_that_can_be_none_is_refused(world: World, subject: str, digest: str) -> None:
    code = code_for(world, "bola")
    refused(Reason.NOT_FOUND, step_up, world, who(world, "bola"), "approve", subject, digest, code)


def test_wrong_codes_share_one_count_with_signing_in(world: World) -> None:
    bola = who(world, "bola")
    for _ in range(5):
        refused(Reason.CODE_REFUSED, step_up, world, bola, "approve", "post-1", "d1", "12345")
    half = sign_in(world, "bola", PASSWORD, HERE).session_token
    refused(Reason.TOO_MANY_TRIES, prove_code, world, half, code_for(world, "bola"), HERE)
    refused(Reason.TOO_MANY_TRIES, step_up, world, bola, "approve", "post-1", "d1", code_for(world, "bola"))


def test_an_unsure_clock_takes_no_code_and_opens_nothing(world: World) -> None:
    bola, other_code = shown(world), code_for(world, "ada")
    ada = who(world, "ada")
    clock_of(world).unsure()
    refused(Reason.CLOCK_UNSURE, step_up, world, ada, "approve", "post-1", "d1", other_code)
    with pytest.raises(Refused):
        spend(world, bola)


def test_every_act_that_asks_for_a_step_up_can_be_stepped_up_to() -> None:
    asked = set()
    for source in Path(next(iter(gateway.actions.__path__))).glob("*.py"):
        asked |= set(re.findall(r'spend_step_up\([^"]*"([a-z-]+)"', source.read_text(encoding="utf-8")))
    assert asked >= {"approve", "enrol", "roles"}
    assert asked <= ACTS
