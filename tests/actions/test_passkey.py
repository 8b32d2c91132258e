"""Passkeys in the house: added with a fresh factor, good for signing in and for exactly one act, gone when they end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyotp
import pytest

from gateway.actions import passkey
from gateway.actions.approve import approve
from gateway.actions.enrol import begin_enrolment, confirm_enrolment
from gateway.actions.freezing import freeze
from gateway.actions.leave import leave
from gateway.actions.member import list_members, reset_factor
from gateway.actions.notice import notices
from gateway.actions.sessions import resolve
from gateway.actions.signin import sign_in
from gateway.actions.stepup import step_up
from gateway.domain.notice import NoticeKind
from gateway.domain.policy import BadPolicy, read_quorum, read_roles
from gateway.domain.refusal import Reason, Refused
from gateway.domain.signin import FactorStatus, Passkey, SessionKind
from gateway.world import Who, World
from tests.authenticator import SoftKey, b64, raw
from tests.cast import (
    MINUTE,
    PASSWORD,
    PUBLIC_ORIGIN,
    SECOND,
    an_account,
    clock_of,
    code_for,
    cookie,
    entries,
    make_world,
    raced,
    refused,
    stepped_up,
    who,
    write,
)
from tests.web.callers import a_submission

HERE = "192.0.2.7"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """On SQLite: of what is tested here only the race is a database's affair."""
    built = make_world(f"sqlite:///{tmp_path}/gateway.db")
    yield built
    built.storage.close()


def has_key(world: World, name: str, **more: Any) -> SoftKey:
    """A passkey for this member, added as they would."""
    key, acting = SoftKey(**more), stepped_up(world, name, "enrol", name)
    waiting = passkey.begin_passkey(world, acting, name="Work laptop")
    passkey.add_passkey(world, acting, key.make(waiting.options, PUBLIC_ORIGIN))
    return key


def half(world: World, name: str) -> str:
    return sign_in(world, name, PASSWORD, HERE).session_token


def signed_in(world: World, name: str, key: SoftKey) -> Who:
    """Signed in by name, password and passkey."""
    token = half(world, name)
    answer = key.answer(passkey.begin_sign_in(world, token), PUBLIC_ORIGIN)
    return resolve(world, passkey.prove_sign_in(world, token, answer))[0]


def confirmed(world: World, acting: Who, key: SoftKey, act: str, subject: str, digest: str = "") -> None:
    """A fresh factor by passkey."""
    answer = key.answer(passkey.begin_step_up(world, acting, act, subject, digest), PUBLIC_ORIGIN)
    passkey.prove_step_up(world, acting, answer)


def asking(world: World, *, roles: tuple[str, ...] = (), classes: tuple[str, ...] = ()) -> World:
    """The same world under a policy that asks these for a passkey."""
    policy = world.policy
    by_role = replace(policy.roles, passkey=frozenset(roles))
    by_class = replace(policy.quorum, passkey=frozenset(classes))
    return replace(world, policy=replace(policy, roles=by_role, quorum=by_class))


def kinds(world: World, acting: Who) -> list[NoticeKind]:
    return [told.kind for told in notices(world, acting)]


def test_a_passkey_signs_in_and_confirms_one_act(world: World) -> None:
    key = has_key(world, "sam")
    acting = signed_in(world, "sam", key)
    confirmed(world, acting, key, "freeze", "all")
    freeze(world, acting, "all", "", "Drill")
    assert entries(world, "signin.passkey")[0].actor == "sam"
    (own,) = passkey.list_passkeys(world, acting)
    assert (own.name, own.sign_count, own.used_at) == ("Work laptop", key.count, world.clock.now().earliest)
    refused(Reason.STEP_UP_NEEDED, freeze, world, acting, "all", "", "Drill")


def test_adding_one_needs_a_fresh_factor_and_is_told_to_its_member(world: World) -> None:
    acting = who(world, "ada")
    with pytest.raises(Refused) as no:
        passkey.begin_passkey(world, acting, name="Laptop")
    assert (no.value.reason, no.value.facts["act"]) == (Reason.STEP_UP_NEEDED, "enrol")
    has_key(world, "ada")
    assert kinds(world, acting) == [NoticeKind.PASSKEY_ADDED]
    assert len(entries(world, "passkey.add")) == 1


@pytest.mark.parametrize(("typed", "reason"), [("  ", Reason.EMPTY), ("x" * 61, Reason.TOO_LONG)])
def test_a_passkey_has_a_name_that_can_be_told_apart(world: World, typed: str, reason: Reason) -> None:
    acting = stepped_up(world, "ada", "enrol", "ada")
    with pytest.raises(Refused) as no:
        passkey.begin_passkey(world, acting, name=typed)
    assert no.value.reason is reason


def test_a_challenge_is_answered_once(world: World) -> None:
    key = has_key(world, "ada", counts=False)  # so that no count gives the replay away
    token = half(world, "ada")
    answer = key.answer(passkey.begin_sign_in(world, token), PUBLIC_ORIGIN)
    other = half(world, "ada")
    refused(Reason.PASSKEY_OVER, passkey.prove_sign_in, world, other, answer)
    passkey.begin_sign_in(world, other)
    refused(Reason.PASSKEY_REFUSED, passkey.prove_sign_in, world, other, answer)
    acting = resolve(world, passkey.prove_sign_in(world, token, answer))[0]
    asked = key.answer(passkey.begin_step_up(world, acting, "freeze", "all", ""), PUBLIC_ORIGIN)
    passkey.prove_step_up(world, acting, asked)
    refused(Reason.PASSKEY_OVER, passkey.prove_step_up, world, acting, asked)
    assert len(entries(world, "refused")) == 3


def test_a_wrong_answer_spends_the_challenge_too(world: World) -> None:
    key = has_key(world, "ada")
    token = half(world, "ada")
    options = passkey.begin_sign_in(world, token)
    refused(Reason.PASSKEY_REFUSED, passkey.prove_sign_in, world, token, key.answer(options, "https://evil.example"))
    refused(Reason.PASSKEY_OVER, passkey.prove_sign_in, world, token, key.answer(options, PUBLIC_ORIGIN))


def test_wrong_answers_are_slowed_down_like_wrong_codes_and_shut_nobody_else_out(world: World) -> None:
    key, token = has_key(world, "ada"), half(world, "ada")
    for number in range(6):
        wrong = key.answer(passkey.begin_sign_in(world, token), "https://evil.example")
        reason = Reason.PASSKEY_REFUSED if number < 5 else Reason.TOO_MANY_TRIES
        refused(reason, passkey.prove_sign_in, world, token, wrong, HERE)
    right = key.answer(passkey.begin_sign_in(world, token), PUBLIC_ORIGIN)
    refused(Reason.TOO_MANY_TRIES, passkey.prove_sign_in, world, token, right, HERE)
    passkey.prove_sign_in(world, token, right, "198.51.100.9")
    clock_of(world).advance(5 * MINUTE + SECOND)
    again = half(world, "ada")
    passkey.prove_sign_in(world, again, key.answer(passkey.begin_sign_in(world, again), PUBLIC_ORIGIN), HERE)


def test_of_many_answers_at_once_one_signs_in(database_url: str) -> None:
    world = make_world(database_url)
    key = has_key(world, "ada", counts=False)
    token = half(world, "ada")
    answer = key.answer(passkey.begin_sign_in(world, token), PUBLIC_ORIGIN)
    outcomes = raced(passkey.prove_sign_in, [(world, token, answer)] * 6)
    assert sum(not isinstance(each, Reason) for each in outcomes) == 1
    world.storage.close()


def test_a_challenge_is_good_for_five_minutes(world: World) -> None:
    key = has_key(world, "ada")
    token = half(world, "ada")
    options = passkey.begin_sign_in(world, token)
    clock_of(world).advance(5 * MINUTE)
    refused(Reason.PASSKEY_OVER, passkey.prove_sign_in, world, token, key.answer(options, PUBLIC_ORIGIN))
    fresh = passkey.begin_sign_in(world, token)
    clock_of(world).advance(5 * MINUTE - SECOND)
    passkey.prove_sign_in(world, token, key.answer(fresh, PUBLIC_ORIGIN))


def test_a_count_that_goes_back_is_refused_and_its_member_told(world: World) -> None:
    key = has_key(world, "ada")
    acting = signed_in(world, "ada", key)
    token = half(world, "ada")
    copied = key.answer(passkey.begin_sign_in(world, token), PUBLIC_ORIGIN, count=key.count)
    refused(Reason.PASSKEY_COPIED, passkey.prove_sign_in, world, token, copied)
    assert NoticeKind.PASSKEY_COPIED in kinds(world, acting)
    assert entries(world, "refused")[0].actor == "anyone"


@pytest.mark.parametrize("otherwise", [{"origin": "https://evil.example"}, {"uv": False}, {"rp_id": "evil.example"}])
def test_nobody_signs_in_by_an_answer_from_elsewhere(world: World, otherwise: dict[str, Any]) -> None:
    key = has_key(world, "ada")
    token = half(world, "ada")
    said = {"origin": PUBLIC_ORIGIN, **otherwise}
    answer = key.answer(passkey.begin_sign_in(world, token), **said)
    refused(Reason.PASSKEY_REFUSED, passkey.prove_sign_in, world, token, answer)


def test_anothers_passkey_opens_nothing(world: World) -> None:
    has_key(world, "ada")
    bolas = has_key(world, "bola")
    token = half(world, "ada")
    answer = bolas.answer(passkey.begin_sign_in(world, token), PUBLIC_ORIGIN, handle=b"ada")
    refused(Reason.PASSKEY_REFUSED, passkey.prove_sign_in, world, token, answer)


def test_the_act_is_the_one_that_was_asked_for_whatever_comes_back(world: World) -> None:
    key = has_key(world, "sam")
    acting = who(world, "sam")
    passkey.begin_step_up(world, acting, "leave", "ada", "")
    confirmed(world, acting, key, "freeze", "all")
    refused(Reason.STEP_UP_NEEDED, leave, world, acting, "ada")
    refused(Reason.NOT_FOUND, passkey.begin_step_up, world, acting, "nothing", "ada", "")


def test_a_public_key_put_into_the_database_by_hand_opens_nothing(world: World) -> None:
    """ASVS 5.0 6.7.1: another row's sealed key does not open in this one."""
    has_key(world, "ada")
    bolas = has_key(world, "bola")
    rows = {own.member: own for own in everyones(world)}
    write(world, replace(rows["ada"], sealed=rows["bola"].sealed, credential=b64(raw("x" * 43))))
    bolas.id = raw("x" * 43)
    token = half(world, "ada")
    answer = bolas.answer(passkey.begin_sign_in(world, token), PUBLIC_ORIGIN, handle=b"ada")
    refused(Reason.PASSKEY_REFUSED, passkey.prove_sign_in, world, token, answer)


def everyones(world: World) -> list[Passkey]:
    with world.storage.reading() as readers:
        return readers.passkeys.all()


def test_a_credential_is_kept_once(world: World) -> None:
    key = has_key(world, "ada")
    acting = stepped_up(world, "bola", "enrol", "bola")
    waiting = passkey.begin_passkey(world, acting, name="Mine")
    refused(Reason.PASSKEY_REFUSED, passkey.add_passkey, world, acting, key.make(waiting.options, PUBLIC_ORIGIN))


def test_removing_one_needs_a_fresh_factor_for_exactly_that_one(world: World) -> None:
    key = has_key(world, "ada")
    acting = who(world, "ada")
    (own,) = passkey.list_passkeys(world, acting)
    refused(Reason.STEP_UP_NEEDED, passkey.remove_passkey, world, acting, own.id)
    refused(Reason.NOT_FOUND, passkey.remove_passkey, world, who(world, "bola"), own.id)
    confirmed(world, acting, key, "enrol", own.id)
    passkey.remove_passkey(world, acting, own.id)
    assert passkey.list_passkeys(world, acting) == []
    assert NoticeKind.PASSKEY_REMOVED in kinds(world, acting)
    refused(Reason.PASSKEY_MISSING, passkey.begin_sign_in, world, half(world, "ada"))


def test_a_locked_code_app_does_not_lock_out_who_has_a_passkey(world: World) -> None:
    key = has_key(world, "ada")
    with world.storage.reading() as readers:
        (factor,) = readers.factors.of("ada")
    write(world, replace(factor, status=FactorStatus.LOCKED))
    assert signed_in(world, "ada", key).member == "ada"


def gone(world: World) -> None:
    leave(world, stepped_up(world, "sam", "leave", "ada"), "ada")


def anew(world: World) -> None:
    stepped_up(world, "cyd", "reset-factor", "ada")
    reset_factor(world, stepped_up(world, "sam", "reset-factor", "ada"), "ada")


@pytest.mark.parametrize("end", [gone, anew])
def test_leaving_and_a_reset_end_passkeys_and_what_they_were_asked(world: World, end: Callable[[World], None]) -> None:
    key = has_key(world, "ada")
    acting = signed_in(world, "ada", key)
    passkey.begin_step_up(world, acting, "publish-now", "x", "")
    end(world)
    assert all(own.ended_at is not None for own in everyones(world))
    with world.storage.reading() as readers:
        assert readers.challenges.unused_of("ada") == []


def test_a_reset_is_told_to_its_member(world: World) -> None:
    anew(world)
    with world.storage.reading() as readers:
        assert [told.kind for told in readers.notices.of_member("ada", 9)] == [NoticeKind.FACTOR_RESET]


def test_a_new_code_app_in_place_of_an_old_one_is_told_to_its_member(world: World) -> None:
    stepped_up(world, "ada", "enrol", "ada")
    token = cookie(world, "ada")
    secret = begin_enrolment(world, token).secret
    confirm_enrolment(world, token, pyotp.TOTP(secret).at(clock_of(world).at))
    assert kinds(world, who(world, "ada")) == [NoticeKind.FACTOR_ADDED]


def test_a_misspelt_role_or_class_is_no_policy() -> None:
    """It would ask nobody for a passkey, and look as if it did."""
    with pytest.raises(BadPolicy, match="adminstrator"):
        read_roles({"roles": {"administrator": {"may": []}}, "passkey": ["adminstrator"]})
    with pytest.raises(BadPolicy, match="statistics"):
        read_quorum({"classes": ["statistical"], "passkey": ["statistics"], "tiers": {"standard": {"statistical": 1}}})


def test_without_a_name_for_the_gateway_the_refusal_says_so(world: World) -> None:
    bare = replace(world, public_origin="http://127.0.0.1:8080")
    acting = stepped_up(bare, "ada", "enrol", "ada")
    with pytest.raises(Refused) as no:
        passkey.begin_passkey(bare, acting, name="Laptop")
    assert no.value.reason is Reason.PASSKEY_ADDRESS


# --- policy ---------------------------------------------------------------------------------------------------------


def test_nobody_is_asked_for_a_passkey_until_policy_asks(world: World) -> None:
    assert (world.policy.roles.passkey, world.policy.quorum.passkey) == (frozenset(), frozenset())
    assert list_members(world, who(world, "cyd"))


def test_where_policy_asks_a_role_nothing_is_done_in_it_without_a_passkey(world: World) -> None:
    strict = asking(world, roles=("administrator",))
    refused(Reason.PASSKEY_NEEDED, list_members, strict, who(strict, "cyd"))
    assert list_members(strict, who(strict, "sam"))
    key = has_key(strict, "cyd")  # adding one is always open
    acting = signed_in(strict, "cyd", key)
    assert list_members(strict, acting)


def test_where_policy_asks_a_role_its_acts_are_confirmed_by_the_passkey_too(world: World) -> None:
    strict = asking(world, roles=("administrator",))
    acting = who(strict, "cyd")
    step_up(strict, acting, "enrol", "cyd", "", code_for(strict, "cyd"))  # the first one is added after a code
    key = has_key(strict, "cyd")
    acting = signed_in(strict, "cyd", key)
    for act in ("roles", "enrol"):
        code = code_for(strict, "cyd")
        refused(Reason.PASSKEY_NEEDED, step_up, strict, acting, act, "cyd", "", code)
    confirmed(strict, acting, key, "roles", "dev")


def test_statistics_are_approved_by_a_passkey_where_policy_asks(world: World) -> None:
    strict = asking(world, classes=("statistical",))
    put = a_submission(world, "ada", an_account(world))
    write(world, replace(put, content_class="statistical"))
    acting = who(strict, "bola")
    with pytest.raises(Refused) as no:
        approve(strict, acting, put.id, put.digest)
    assert (no.value.reason, no.value.facts["passkey"]) == (Reason.STEP_UP_NEEDED, True)
    stepped_up(strict, "bola", "approve", put.id, put.digest)
    refused(Reason.PASSKEY_NEEDED, approve, strict, acting, put.id, put.digest)
    key = has_key(strict, "bola")
    confirmed(strict, acting, key, "approve", put.id, put.digest)
    approve(strict, acting, put.id, put.digest)


def test_the_session_says_that_it_was_begun_by_a_passkey(world: World) -> None:
    acting = signed_in(world, "ada", has_key(world, "ada"))
    with world.storage.reading() as readers:
        session = readers.sessions.get(acting.session)
    assert (session.kind, session.passkey) == (SessionKind.FULL, True)
